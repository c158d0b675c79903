// The admin API: looks at a running emulator and changes it, over HTTP with JSON. docs/openapi.json
// describes it, and `hoplab ctl` speaks it.
//
// Errors are { "error": "..." } with 400 (what cannot be used), 403 (http/loopback_only.h), 404 (no
// such thing), 405, 409 (it exists, and cannot be done now) or 503 (this machine does not give a
// port or a file that it takes).
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/event_stream.h"
#include "topology/emulator.h"

namespace hoplab::admin {

struct AdminAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  bool worth_waiting = false;             // what was asked for is not there yet, and may come
  std::optional<EventQuery> events = {};  // in the place of the body: a stream of them
};

AdminAnswer json_answer(const nlohmann::ordered_json& json, int status = 200);
/// An answer that says `why`.
AdminAnswer refuse(int status, const std::string& why);
/// The object in `body`; discarded when it is none.
nlohmann::ordered_json object_in(const std::string& body);

/// A route as the OpenAPI file writes it: "PUT", "/v1/faults/{name}".
struct Route {
  std::string_view method, path;
};

struct Call {
  std::vector<std::string> names;  // of the {...} in the route's path, decoded
  std::string_view query;
  const std::string& body;
  bool secrets;  // of requests are not masked
};

struct Entry {
  Route route;
  std::function<AdminAnswer(Emulator& emulator, const Call& call)> handle;
  std::vector<std::string_view> query = {};  // what may stand behind the path
};

class AdminApi {
 public:
  /// The emulator outlives this and has been started. `secrets`: of requests are not masked.
  /// `further`: beside its own.
  explicit AdminApi(Emulator& emulator, bool secrets = false, std::vector<Entry> further = {})
      : emulator_(emulator), secrets_(secrets), further_(std::move(further)) {}

  /// `path` with its query. May be called from several threads.
  AdminAnswer handle(std::string_view method, std::string_view path, const std::string& body);

  /// How long to wait for what is not there yet, real time: ?wait=2s.
  static Result<Duration> patience(std::string_view path);

  static std::vector<Route> routes();

 private:
  Emulator& emulator_;
  bool secrets_;
  std::vector<Entry> further_;
};

}  // namespace hoplab::admin
