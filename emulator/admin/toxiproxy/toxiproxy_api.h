// ToxiproxyApi: the HTTP API of Toxiproxy (github.com/Shopify/toxiproxy), so that its client
// libraries drive the hops of a topology. Paths, bodies, statuses and words of errors are its own.
//
// The topology is not theirs: its hops can be disabled and have toxics, and are never deleted or
// led elsewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/admin_api.h"

namespace hoplab::admin::toxiproxy {

class ToxiproxyApi {
 public:
  /// The emulator outlives this and has been started.
  explicit ToxiproxyApi(Emulator& emulator) : emulator_(emulator) {}

  /// Nothing: the path is none of Toxiproxy's.
  std::optional<AdminAnswer> handle(std::string_view method, std::string_view path,
                                    const std::string& body);

 private:
  Emulator& emulator_;
};

}  // namespace hoplab::admin::toxiproxy
