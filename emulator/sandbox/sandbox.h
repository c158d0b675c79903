// Where a command runs beside a topology, and its life.
//
// A child process, the keeper, runs the command and tells how it ended; when hoplab ends, however
// it does, the keeper ends everything that the command has started. Where the machine allows it,
// the keeper is the first of new user, network, mount and process namespaces: it opens sockets
// there and hands them over, and puts files over those of the machine. Nothing but the topology is
// reachable there. Elsewhere the command runs among everything else.
#pragma once

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/socket_source.h"
#include "sandbox/command_spec.h"

namespace hoplab::sandbox {

class Sandbox final : public net::SocketSource, public std::enable_shared_from_this<Sandbox> {
 public:
  /// In namespaces. Call it while the process has one thread. The error says what this machine does
  /// not allow, and what would.
  static Result<std::unique_ptr<Sandbox>> open();
  /// Among everything else; likewise.
  static Result<std::unique_ptr<Sandbox>> open_without_namespaces();
  ~Sandbox() override;

  /// Whether it is in namespaces. Sockets are opened there by such ones only.
  [[nodiscard]] bool isolated() const { return isolated_; }

  /// Its sockets, where connections come from `client_ip` unless who connects chooses another.
  Result<std::shared_ptr<net::SocketSource>> network_of(const std::string& client_ip);

  int bound(const sockaddr_in& address, bool reuse_port) override {
    return bound(address, reuse_port, 0);
  }
  bool attach_filter(int fd, const net::Admission& admission) override;
  /// For datagrams, at the address and port inside where a resolver looks (kNameServer); once. -1
  /// and errno on failure; it is the caller's to close.
  int name_server_socket();

  /// Should this process end without doing so: `folders` and what of `links`, path and target, is
  /// still there are taken away.
  void clean_up_later(const std::vector<std::string>& folders,
                      const std::vector<std::pair<std::string, std::string>>& links);
  /// Likewise what MachineWide has changed, whose lock this is.
  void take_away_later(int lock);

  /// Runs the command, once. Its standard streams and working folder are this process's.
  Result<void> run(const CommandSpec& command);
  /// Becomes readable when the process has ended that started this one; -1: the kernel cannot tell.
  [[nodiscard]] int parent_ended() const { return parent_; }
  /// Becomes readable when the command has ended.
  [[nodiscard]] int ended() const { return events_; }
  /// Its wait status, when it has ended; nothing: the namespace is gone.
  std::optional<int> wait_status();
  void send_signal(int signal);

 private:
  Sandbox(bool isolated, pid_t keeper, int questions, int events)
      : isolated_(isolated), keeper_(keeper), questions_(questions), events_(events) {}
  class Network;

  static Result<std::unique_ptr<Sandbox>> start_keeper(bool isolated);
  int bound(const sockaddr_in& address, bool reuse_port, std::uint32_t client);
  struct Answer {
    int error = 0;
    std::string text;
    int descriptor = -1;
  };
  Answer ask(std::string_view question, int descriptor = -1);

  bool isolated_;
  pid_t keeper_;
  int questions_, events_;
  int parent_ = -1;
  std::mutex mutex_;  // loops ask, too
};

}  // namespace hoplab::sandbox
