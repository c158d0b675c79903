// Clients that would rather speak something else: what an ALB makes of an Upgrade (alb.md 4.4,
// alb-features.md 3), and of gRPC (alb-features.md 4).
#pragma once

#include <optional>

#include "base/journal.h"
#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

struct UpgradeRefusal {
  int status = 0;
  Reason reason = Reason::h2c_upgrade_refused;
};

/// For a request with an Upgrade field; nothing when it goes on. That which opens a WebSocket keeps
/// `request.upgrade`, for its target; others go on without their fields of an upgrade, which
/// `journal` then names. `tls`: of the client's connection. `forwards_h2c`: an offer of HTTP/2
/// without TLS goes on as well.
std::optional<UpgradeRefusal> judge_upgrade(http::Request& request, bool tls, bool forwards_h2c,
                                            Journal& journal);

/// Whether targets of that version can be asked by such a request (alb-features.md 4); else the
/// answer is 464.
bool fits_protocol_version(const http::Request& request, model::ProtocolVersion version) noexcept;

/// A gRPC call: HTTP/2 with a content type of application/grpc or application/grpc+something.
bool is_grpc(const http::Request& request) noexcept;

}  // namespace hoplab::aws
