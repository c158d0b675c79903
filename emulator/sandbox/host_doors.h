// Ways out of a namespace: addresses of the host that a command may connect to, each asked for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/socket_source.h"

namespace hoplab::sandbox {

/// Relays connections to the host's services, in a thread of its own.
class HostDoors {
 public:
  /// `hosts`: HOST:PORT each, looked up here and now. A name is found inside under names(); an
  /// address is that address inside.
  static Result<std::unique_ptr<HostDoors>> open(net::SocketSource& inside,
                                                 const std::vector<std::string>& hosts);
  ~HostDoors();

  /// Names, and the address that each has inside.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& names() const;

 private:
  struct Impl;
  explicit HostDoors(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hoplab::sandbox
