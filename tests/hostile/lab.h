// The emulators under attack: their doors, the certificates that open them, and a good client.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "awsapi/aws_server.h"
#include "scenario/scenario.h"
#include "topology/emulator.h"
#include "wire.h"

namespace hoplab::hostile {

class Lab {
 public:
  struct Door {
    const Emulator* emulator = nullptr;  // null: a port without TLS
    std::string ip;
    std::uint16_t port = 0;
    std::string name;
  };

  /// Starts every scenario; `clock_scale` makes time pass so many times faster. Ends the process
  /// with a message when one does not start.
  explicit Lab(double clock_scale);

  [[nodiscard]] const std::vector<Door>& doors() const noexcept { return doors_; }
  /// The AWS API of an emulator that begins with nothing; it is among the doors, too.
  [[nodiscard]] const Door& aws_door() const noexcept { return doors_.back(); }
  /// A TLS context with one of the certificates of the door's scenario; 0 is the good one.
  [[nodiscard]] SSL_CTX* context(const Door& door, std::size_t certificate) const;

  /// Asks as good clients would, through the next scenario's entry and who one is at the AWS API;
  /// empty, or what was wrong.
  std::string ask();
  /// Waits until no flow is live; empty, or what is still there.
  [[nodiscard]] std::string wait_for_quiet() const;
  /// Every flow has one cause, counted once; empty, or what does not add up.
  [[nodiscard]] std::string check_counters() const;
  [[nodiscard]] std::string summary() const;
  void stop();

 private:
  struct Running {
    std::string name;
    Emulator emulator;
    std::string path, host, body;      // of the good client's request; empty body: any
    std::vector<SslContext> contexts;  // none: the topology has no TLS
  };

  void start(const std::string& name, Result<Emulator> made, const std::string& path,
             const std::string& body);
  void add_stand_ins(const Running& running);
  void start_aws(const EmulatorOptions& options);
  [[nodiscard]] std::string ask_aws() const;
  [[nodiscard]] static std::string ask(const Running& running);
  [[nodiscard]] static std::string judge(const Running& running, const std::string& answer,
                                         Socket::Got end);
  static std::uint64_t ended(const Counters& counters);

  std::list<Running> running_;
  scenario::Scenario nothing_;
  std::optional<Emulator> built_;  // what the AWS API makes
  std::unique_ptr<awsapi::AwsServer> aws_;
  std::list<Running>::iterator next_;
  std::vector<Door> doors_;
};

/// Descriptors that this process has open.
std::size_t open_descriptors();

}  // namespace hoplab::hostile
