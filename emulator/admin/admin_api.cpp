#include "admin/admin_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "admin/admin_json.h"
#include "admin/prometheus.h"
#include "model/text_rule.h"
#include "scenario/format/change_table.h"
#include "scenario/format/reader.h"
#include "scenario/format/reader_types.h"
#include "scenario/format/writer.h"

namespace hoplab::admin {

AdminAnswer refuse(int status, const std::string& why) {
  const Json json{{"error", why}};
  return {status, "application/json",
          json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

namespace {

using Names = std::vector<std::string>;  // of the {...} in a route's path

AdminAnswer json_answer(const Json& json, int status = 200) {
  return {status, "application/json",
          json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid: return 400;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict:
    case ErrorCode::limit:
    case ErrorCode::in_use: return 409;
    case ErrorCode::unavailable: return 503;
  }
  return 500;
}

AdminAnswer outcome(const Result<void>& done) {
  if (done) return {204, "", ""};
  return refuse(status_of(done.failure().code), done.error());
}

/// The object in `body`; discarded when it is none.
Json object_in(const std::string& body) {
  Json json = Json::parse(body, nullptr, false, true);
  return json.is_object() ? json : Json(Json::value_t::discarded);
}

AdminAnswer status(Emulator& emulator, const Names&, const std::string&) {
  return json_answer(status_json(emulator));
}

AdminAnswer topology(Emulator& emulator, const Names&, const std::string&) {
  ClockSettings clock = emulator.clock();
  clock.start.reset();
  return {200, "application/json", scenario::scenario_text(*emulator.topology(), clock)};
}

AdminAnswer applied_answer(const Result<Applied>& applied) {
  if (!applied) return outcome(applied.failure());
  return json_answer(applied_json(applied.value()));
}

/// The topology of a scenario; its clock and checks are not looked at.
AdminAnswer put_topology(Emulator& emulator, const Names&, const std::string& body) {
  auto read = scenario::read_scenario_text(body, "");
  if (!read.ok()) {
    std::string mistakes;
    for (const auto& one : read.diagnostics) {
      mistakes += (mistakes.empty() ? "" : "\n") + model::to_text(one.problem);
    }
    return refuse(400, mistakes);
  }
  return applied_answer(emulator.apply(std::move(read.scenario->topology)));
}

AdminAnswer post_changes(Emulator& emulator, const Names&, const std::string& body) {
  auto changes = scenario::read_changes(body);
  if (!changes) return refuse(400, changes.error());
  return applied_answer(emulator.apply(changes.value()));
}
AdminAnswer clock(Emulator& emulator, const Names&, const std::string&) {
  return json_answer(clock_json(emulator));
}

AdminAnswer set_clock(Emulator& emulator, const Names&, const std::string& body) {
  const Json json = object_in(body);
  if (json.is_discarded() || !json.contains("mode") || !json["mode"].is_string()) {
    return refuse(400, R"(the body is { "mode": "real", "scaled" or "stepped", "scale": N })");
  }
  ClockSettings settings;
  const auto mode = json["mode"].get<std::string>();
  if (mode == "scaled") {
    settings.mode = Clock::Mode::scaled;
    if (!json.contains("scale") || !json["scale"].is_number() || json["scale"].get<double>() <= 0) {
      return refuse(400, "mode scaled takes a scale above 0: emulated seconds in a real one");
    }
    settings.scale = json["scale"].get<double>();
  } else if (mode == "stepped") {
    settings.mode = Clock::Mode::stepped;
  } else if (mode != "real") {
    return refuse(400, "mode '" + mode + "': it takes real, scaled or stepped");
  }
  if (auto done = emulator.set_clock(settings); !done) return refuse(409, done.error());
  return json_answer(clock_json(emulator));
}

AdminAnswer step_clock(Emulator& emulator, const Names&, const std::string& body) {
  const Json json = object_in(body);
  if (json.is_discarded() || !json.contains("by") || !json["by"].is_string()) {
    return refuse(400, R"(the body is { "by": "351s" })");
  }
  const auto by = model::parse_duration_s(json["by"].get<std::string>());
  if (!by || *by < 0) return refuse(400, "'by' is a duration such as 351s, 10m or 2h");
  if (emulator.clock().mode != Clock::Mode::stepped) {
    return refuse(409, "only a stepped clock is moved on: PUT /v1/clock { \"mode\": \"stepped\" }");
  }
  emulator.advance(std::chrono::seconds(*by));
  return json_answer(clock_json(emulator));
}

AdminAnswer faults(Emulator& emulator, const Names&, const std::string&) {
  return json_answer(faults_json(emulator.faults()));
}

AdminAnswer put_fault(Emulator& emulator, const Names& names, const std::string& body) {
  auto fault = scenario::read_fault(body, names[0]);
  if (!fault) return refuse(400, fault.error());
  return outcome(emulator.arm(fault.value()));
}

AdminAnswer arm_fault(Emulator& emulator, const Names& names, const std::string&) {
  return outcome(emulator.arm(names[0]));
}

AdminAnswer disarm_fault(Emulator& emulator, const Names& names, const std::string&) {
  return outcome(emulator.disarm(names[0]));
}

AdminAnswer ends(Emulator& emulator, const Names& names, const std::string&) {
  std::vector<EndRecord> all = emulator.ends();
  if (!names.empty()) {  // those that ended behind the one with that id
    const auto after = model::parse_number(names[0]);
    if (!after) return refuse(400, "after is the id of a connection that has ended");
    const auto last = std::ranges::find(all, static_cast<std::uint64_t>(*after), &EndRecord::id);
    if (last != all.end()) all.erase(all.begin(), last + 1);
  }
  return json_answer(ends_json(all));
}

AdminAnswer metrics(Emulator& emulator, const Names&, const std::string&) {
  return json_answer(metrics_json(emulator));
}

AdminAnswer prometheus(Emulator& emulator, const Names&, const std::string&) {
  return {200, "text/plain; version=0.0.4", prometheus_text(emulator)};
}

AdminAnswer target_health(Emulator& emulator, const Names&, const std::string&) {
  return json_answer(target_health_json(emulator));
}

AdminAnswer set_target_health(Emulator& emulator, const Names& names, const std::string& body) {
  const Json json = object_in(body);
  if (json.is_discarded() || !json.contains("state") ||
      (!json["state"].is_string() && !json["state"].is_null())) {
    return refuse(
        400, R"(the body is { "state": "healthy", "unhealthy", or null for the checks' word })");
  }
  std::optional<std::string> state;
  if (json["state"].is_string()) state = json["state"].get<std::string>();
  return outcome(emulator.set_target_health(names[0], names[1], state));
}

AdminAnswer trust_stores(Emulator& emulator, const Names&, const std::string&) {
  return json_answer(trust_stores_json(emulator.trust_stores()));
}

AdminAnswer set_bundle(Emulator& emulator, const Names& names, const std::string& body) {
  return outcome(emulator.modify_trust_store(names[0], body));
}

AdminAnswer add_revocation(Emulator& emulator, const Names& names, const std::string& body) {
  auto ids = emulator.add_trust_store_revocations(names[0], {body});
  if (!ids) return outcome(ids.failure());
  return json_answer({{"revocationId", ids.value().front()}}, 201);
}

AdminAnswer remove_revocation(Emulator& emulator, const Names& names, const std::string&) {
  std::int64_t id = 0;
  const char* const end = names[1].data() + names[1].size();
  if (std::from_chars(names[1].data(), end, id).ptr != end) {
    return refuse(404, "RevocationIdNotFound: '" + names[1] + "' is no revocation id");
  }
  return outcome(emulator.remove_trust_store_revocations(names[0], {id}));
}

AdminAnswer revoke(Emulator& emulator, const Names& names, const std::string&) {
  return outcome(emulator.revoke(names[0]));
}

AdminAnswer flows(Emulator& emulator, const Names&, const std::string&) {
  return json_answer(flows_json(emulator.flows()));
}

AdminAnswer set_endpoint_state(Emulator& emulator, const Names& names, const std::string& body) {
  const Json json = object_in(body);
  const std::string wanted = json.is_object() ? json.value("state", Json()).dump() : "";
  std::string words;
  for (const auto& [word, state] : scenario::endpoint_states()) {
    if (wanted == '"' + std::string(word) + '"') {
      return outcome(emulator.set_endpoint_state(names[0], state));
    }
    words += (words.empty() ? "" : ", ") + std::string(word);
  }
  return refuse(400, R"(the body is { "state": "..." } with one of )" + words);
}

AdminAnswer deregister(Emulator& emulator, const Names& names, const std::string&) {
  return outcome(emulator.deregister_target(names[0], names[1]));
}

AdminAnswer register_again(Emulator& emulator, const Names& names, const std::string&) {
  return outcome(emulator.register_target(names[0], names[1]));
}

AdminAnswer set_weight(Emulator& emulator, const Names& names, const std::string& body) {
  const Json json = object_in(body);
  const auto port = model::parse_number(names[1]);
  if (json.is_discarded() || !json.contains("weight") || !json["weight"].is_number_integer()) {
    return refuse(400, R"(the body is { "weight": 0 to 999 })");
  }
  const auto weight = json["weight"].get<std::int64_t>();
  if (!port || *port > 65535) return refuse(404, "there is no port " + names[1]);
  if (weight < 0 || weight > 999) return refuse(400, "a weight is 0 to 999");
  return outcome(emulator.set_weight(names[0], static_cast<std::uint16_t>(*port), names[2],
                                     static_cast<int>(weight)));
}

AdminAnswer connect_service(Emulator& emulator, const Names& names, const std::string& body) {
  const Json json = object_in(body);
  if (json.is_discarded() || !json.contains("answer") || !json["answer"].is_string()) {
    return refuse(400, R"(the body is { "answer": "accept", "refuse" or "drop" })");
  }
  const auto wanted = json["answer"].get<std::string>();
  for (const auto& [word, answer] : scenario::syn_answers()) {
    if (word == wanted) return outcome(emulator.set_syn_answer(names[0], answer));
  }
  return refuse(400, "'" + wanted + "': it takes accept, refuse or drop");
}

AdminAnswer restore(Emulator& emulator, const Names&, const std::string&) {
  return outcome(emulator.restore());
}

struct Entry {
  Route route;
  AdminAnswer (*handle)(Emulator& emulator, const Names& names, const std::string& body);
};

constexpr std::array kEntries{
    Entry{{"GET", "/v1/status"}, status},
    Entry{{"GET", "/v1/topology"}, topology},
    Entry{{"PUT", "/v1/topology"}, put_topology},
    Entry{{"POST", "/v1/changes"}, post_changes},
    Entry{{"GET", "/v1/clock"}, clock},
    Entry{{"PUT", "/v1/clock"}, set_clock},
    Entry{{"POST", "/v1/clock/step"}, step_clock},
    Entry{{"GET", "/v1/faults"}, faults},
    Entry{{"PUT", "/v1/faults/{name}"}, put_fault},
    Entry{{"POST", "/v1/faults/{name}/arm"}, arm_fault},
    Entry{{"DELETE", "/v1/faults/{name}"}, disarm_fault},
    Entry{{"GET", "/v1/flows"}, flows},
    Entry{{"GET", "/v1/ends"}, ends},
    Entry{{"GET", "/v1/metrics"}, metrics},
    Entry{{"GET", "/metrics"}, prometheus},
    Entry{{"GET", "/v1/target-health"}, target_health},
    Entry{{"PUT", "/v1/target-health/{targetGroup}/{target}"}, set_target_health},
    Entry{{"DELETE", "/v1/target-groups/{targetGroup}/targets/{target}"}, deregister},
    Entry{{"PUT", "/v1/target-groups/{targetGroup}/targets/{target}"}, register_again},
    Entry{{"PUT", "/v1/load-balancers/{name}/listeners/{port}/weights/{targetGroup}"}, set_weight},
    Entry{{"PUT", "/v1/endpoints/{name}/state"}, set_endpoint_state},
    Entry{{"PUT", "/v1/services/{name}/connect"}, connect_service},
    Entry{{"GET", "/v1/trust-stores"}, trust_stores},
    Entry{{"PUT", "/v1/trust-stores/{name}/ca-certificates-bundle"}, set_bundle},
    Entry{{"POST", "/v1/trust-stores/{name}/revocations"}, add_revocation},
    Entry{{"DELETE", "/v1/trust-stores/{name}/revocations/{revocationId}"}, remove_revocation},
    Entry{{"POST", "/v1/certificates/{name}/revoke"}, revoke},
    Entry{{"POST", "/v1/restore"}, restore},
};

std::string_view query_of(std::string_view path) {
  const auto mark = path.find('?');
  return mark == std::string_view::npos ? std::string_view() : path.substr(mark + 1);
}

/// The value of `name` in "a=1&name=value"; nothing when it is not there.
std::optional<std::string_view> member_of(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return pair.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool matches(std::string_view pattern, std::string_view path, Names& names) {
  names.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = next_segment(pattern);
    const std::string_view segment = next_segment(path);
    if (wanted.starts_with('{')) {
      if (segment.empty()) return false;
      names.emplace_back(segment);
    } else if (wanted != segment) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::vector<Route> AdminApi::routes() {
  std::vector<Route> all;
  for (const Entry& entry : kEntries) all.push_back(entry.route);
  return all;
}

AdminAnswer AdminApi::handle(std::string_view method, std::string_view path,
                             const std::string& body) {
  const std::string_view query = query_of(path);
  path = path.substr(0, path.find('?'));
  Names names;
  std::string allowed;
  for (const Entry& entry : kEntries) {
    if (!matches(entry.route.path, path, names)) continue;
    if (entry.route.method == method) {
      if (const auto after = member_of(query, "after")) names.emplace_back(*after);
      return entry.handle(emulator_, names, body);
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(entry.route.method);
  }
  if (!allowed.empty()) return refuse(405, "it takes " + allowed);
  return refuse(404,
                "there is no " + std::string(path) + "; docs/openapi.json lists what there is");
}

}  // namespace hoplab::admin
