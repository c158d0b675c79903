// A network of a topology's own, and the command that runs in it.
//
// A child process, the keeper, is the first of new user, network, mount and process namespaces. It
// opens sockets there and hands them over, puts files over those of the machine, runs the command
// and tells how it ended. Nothing but the topology is reachable there. When hoplab ends, however it
// does, the kernel ends the keeper and with it everything that the command has started.
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

class NetworkNamespace final : public net::SocketSource {
 public:
  /// Call it while the process has one thread. The error says what this machine does not allow, and
  /// what would.
  static Result<std::unique_ptr<NetworkNamespace>> open();
  ~NetworkNamespace() override;

  /// The address that connections to the topology come from, unless who connects chooses one. Once,
  /// before anything listens.
  Result<void> use_client_ip(const std::string& ip);

  int bound(const sockaddr_in& address, bool reuse_port) override;
  bool attach_filter(int fd, const net::Admission& admission) override;

  /// Should this process end without doing so: `folder` (empty: none) and what of `links`, path and
  /// target, is still there are taken away.
  void clean_up_later(const std::string& folder,
                      const std::vector<std::pair<std::string, std::string>>& links);

  /// Runs the command, once. Its standard streams and working folder are this process's.
  Result<void> run(const CommandSpec& command);
  /// Becomes readable when it has ended.
  [[nodiscard]] int ended() const { return events_; }
  /// Its wait status, when it has ended; nothing: the namespace is gone.
  std::optional<int> wait_status();
  void send_signal(int signal);

 private:
  NetworkNamespace(pid_t keeper, int questions, int events)
      : keeper_(keeper), questions_(questions), events_(events) {}
  struct Answer {
    int error = 0;
    std::string text;
    int descriptor = -1;
  };
  Answer ask(std::string_view question, int descriptor = -1);

  pid_t keeper_;
  int questions_, events_;
  std::mutex mutex_;  // loops ask, too
};

}  // namespace hoplab::sandbox
