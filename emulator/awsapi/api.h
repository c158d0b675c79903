// The AWS API: a request of an unmodified SDK in, its answer out. Whom a request is for follows
// aws-api.md 2: the scope of the credentials, the target, the form's action and version, the path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "awsapi/caller.h"
#include "awsapi/control_plane.h"
#include "awsapi/service.h"

namespace hoplab::awsapi {

struct ApiRequest {
  std::string_view method;
  std::string_view target;     // path and query, as received
  std::string_view authority;  // the Host field
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::string body;

  /// Without regard to case; empty: there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::string_view path() const;
  [[nodiscard]] std::string_view query() const;
};

struct ApiAnswer {
  int status = 200;
  std::string content_type;  // empty: no such field
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// In place of `body`, where somebody else holds it, too; null: it is `body`.
  std::shared_ptr<const std::string> shared_body;
};

class Api {
 public:
  /// The control plane outlives the API.
  Api(ControlPlane& plane, Accounts accounts);

  /// `now` is in seconds since the epoch, by the calendar. In one thread at a time.
  ApiAnswer answer(const ApiRequest& request, std::int64_t now);

 private:
  ControlPlane& plane_;
  Accounts accounts_;
  std::uint64_t requests_ = 0;
};

/// All services, in the order in which a request without credentials is offered to them.
Table<const Service*> services() noexcept;

}  // namespace hoplab::awsapi
