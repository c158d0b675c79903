#include "admin/admin_api.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "admin/admin_json.h"
#include "admin/known_files.h"
#include "admin/prometheus.h"
#include "admin/toxiproxy/toxiproxy_api.h"
#include "base/joined.h"
#include "base/percent.h"
#include "base/time_text.h"
#include "model/text_rule.h"
#include "scenario/format/change_table.h"
#include "scenario/format/reader.h"
#include "scenario/format/writer.h"
#include "timeline/timeline.h"
#include "topology/web_site_plan.h"

namespace hoplab::admin {

AdminAnswer json_answer(const Json& json, int status) {
  return {status, "application/json",
          json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

AdminAnswer refuse(int status, const std::string& why) {
  return json_answer({{"error", why}}, status);
}

Json object_in(const std::string& body) {
  Json json = Json::parse(body, nullptr, false, true);
  return json.is_object() ? json : Json(Json::value_t::discarded);
}

namespace {

std::string_view query_of(std::string_view path) {
  const auto mark = path.find('?');
  return mark == std::string_view::npos ? std::string_view() : path.substr(mark + 1);
}

/// Names and values of "a=1&b=x%20y".
std::vector<std::pair<std::string, std::string>> members_of(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> members;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    members.emplace_back(percent_decoded(pair.substr(0, equals)),
                         percent_decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return members;
}

/// The value of `name`; nothing when it is not there.
std::optional<std::string> member_of(std::string_view query, std::string_view name) {
  for (auto& [key, value] : members_of(query)) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
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

AdminAnswer status(Emulator& emulator, const Call&) {
  return json_answer(status_json(emulator));
}

AdminAnswer topology(Emulator& emulator, const Call&) {
  ClockSettings clock = emulator.clock();
  clock.start.reset();
  return {200, "application/json", scenario::scenario_text(*emulator.topology(), clock)};
}

AdminAnswer applied_answer(const Result<Applied>& applied) {
  if (!applied) return outcome(applied.failure());
  return json_answer(applied_json(applied.value()));
}

/// The topology of a scenario; its clock and checks are not looked at.
AdminAnswer put_topology(Emulator& emulator, const Call& call) {
  auto read = scenario::read_scenario_text(call.body, "");
  if (!read.ok()) return refuse(400, scenario::problems_of(read.diagnostics));
  model::Topology& next = read.scenario->topology;
  if (auto known = names_known_files(*emulator.topology(), next); !known) return outcome(known);
  return applied_answer(emulator.apply(std::move(next)));
}

AdminAnswer post_changes(Emulator& emulator, const Call& call) {
  auto changes = scenario::read_changes(call.body);
  if (!changes) return refuse(400, changes.error());
  auto known = names_known_files(*emulator.topology(), changes.value());
  if (!known) return outcome(known);
  return applied_answer(emulator.apply(changes.value()));
}

/// A change by its own route, which answers without a body unless there is an id to say.
AdminAnswer make_change(Emulator& emulator, const model::Change& change) {
  if (auto known = names_known_files(*emulator.topology(), {change}); !known) return outcome(known);
  if (const auto* put = std::get_if<model::Put<model::Fault>>(&change)) {
    return outcome(emulator.arm(put->value));
  }
  if (const auto* add = std::get_if<model::AddTrustStoreRevocations>(&change)) {
    auto ids = emulator.add_trust_store_revocations(add->trust_store, {add->lists.front().text()});
    if (!ids) return outcome(ids.failure());
    return json_answer({{"revocationId", ids.value().front()}}, 201);
  }
  const auto applied = emulator.apply(change);
  return outcome(applied ? Result<void>() : applied.failure());
}

AdminAnswer clock(Emulator& emulator, const Call&) {
  return json_answer(clock_json(emulator));
}

/// Puts "mode" and "scale" into the settings; the error says what they take.
Result<void> read_mode(const Json& json, ClockSettings& settings) {
  const auto mode =
      json["mode"].is_string() ? json["mode"].get<std::string>() : json["mode"].dump();
  settings.scale = 1;
  if (mode == "scaled") {
    settings.mode = Clock::Mode::scaled;
    if (!json.contains("scale") || !json["scale"].is_number() || json["scale"].get<double>() <= 0) {
      return Error{"mode scaled takes a scale above 0: emulated seconds in a real one"};
    }
    settings.scale = json["scale"].get<double>();
  } else if (mode == "stepped") {
    settings.mode = Clock::Mode::stepped;
  } else if (mode == "real") {
    settings.mode = Clock::Mode::real;
  } else {
    return Error{"mode '" + mode + "': it takes real, scaled or stepped"};
  }
  return {};
}

AdminAnswer set_clock(Emulator& emulator, const Call& call) {
  const Json json = object_in(call.body);
  if (json.is_discarded() || (!json.contains("mode") && !json.contains("now"))) {
    return refuse(400, R"(the body is { "mode": "real", "scaled" or "stepped", "scale": N } or )"
                       R"({ "now": "2030-01-01T00:00:00Z" })");
  }
  ClockSettings settings = emulator.clock();
  settings.start.reset();
  if (json.contains("mode")) {
    if (auto done = read_mode(json, settings); !done) return refuse(400, done.error());
  }
  if (json.contains("now")) {
    const auto now =
        json["now"].is_string() ? parse_time(json["now"].get<std::string>()) : std::nullopt;
    if (!now) return refuse(400, std::string("now: ") + kTimeForms);
    settings.start = Time(std::chrono::seconds(*now));
  }
  if (auto done = emulator.set_clock(settings); !done) return refuse(409, done.error());
  return json_answer(clock_json(emulator));
}

std::optional<Duration> step_of(const std::string& text) {
  if (const auto us = model::parse_short_time_us(text)) return Duration(*us);
  const auto seconds = model::parse_duration_s(text);
  if (!seconds || *seconds < 0) return std::nullopt;
  return Duration(std::chrono::seconds(*seconds));
}

AdminAnswer step_clock(Emulator& emulator, const Call& call) {
  const Json json = object_in(call.body);
  if (json.is_discarded() || !json.contains("by") || !json["by"].is_string()) {
    return refuse(400, R"(the body is { "by": "351s" })");
  }
  const auto by = step_of(json["by"].get<std::string>());
  if (!by) return refuse(400, "'by' is a duration such as 351s, 10m, 2h or 200ms");
  if (emulator.clock().mode != Clock::Mode::stepped) {
    return refuse(409,
                  "only a stepped clock is moved on: hoplab ctl clock stepped, or "
                  "PUT /v1/clock { \"mode\": \"stepped\" }");
  }
  emulator.advance(*by);
  return json_answer(clock_json(emulator));
}

AdminAnswer faults(Emulator& emulator, const Call&) {
  return json_answer(faults_json(emulator.faults()));
}

/// Those that ended behind the one with the id `after`.
AdminAnswer ends(Emulator& emulator, const Call& call) {
  std::vector<EndRecord> all = emulator.ends();
  if (const auto after = member_of(call.query, "after")) {
    const auto id = model::parse_number(*after);
    if (!id) return refuse(400, "after is the id of a connection that has ended");
    const auto last = std::ranges::find(all, static_cast<std::uint64_t>(*id), &EndRecord::id);
    if (last != all.end()) all.erase(all.begin(), last + 1);
  }
  AdminAnswer answer = json_answer(ends_json(all));
  answer.worth_waiting = all.empty();
  return answer;
}

/// Who can receive requests.
std::vector<std::string> receivers(const Emulator& emulator) {
  const auto topology = emulator.topology();
  std::vector<std::string> names;
  for (const auto& one : topology->rest_apis) names.push_back(one.name);
  for (const auto& one : topology->functions) names.push_back(one.name);
  for (const auto& one : topology->services) names.push_back(one.name);
  for (const auto& one : topology::web_sites_of(*topology)) names.push_back(one.name);
  return names;
}

/// Of those that are kept: of one receiver, with one method, of one path (its query aside), behind
/// the one with the id `after`.
AdminAnswer requests(Emulator& emulator, const Call& call) {
  const auto receiver = member_of(call.query, "receiver");
  const auto method = member_of(call.query, "method");
  const auto path = member_of(call.query, "path");
  std::uint64_t after = 0;
  if (const auto text = member_of(call.query, "after")) {
    const auto id = model::parse_number(*text);
    if (!id) return refuse(400, "after is the id of a request");
    after = static_cast<std::uint64_t>(*id);
  }
  std::vector<ReceivedRequest> all = emulator.requests();
  const auto is_its = [&](const ReceivedRequest& one) { return one.receiver == *receiver; };
  if (receiver && std::ranges::none_of(all, is_its)) {  // also of one that is gone by now
    const auto known = receivers(emulator);
    if (std::ranges::find(known, *receiver) == known.end()) {
      return refuse(404, "nobody of the name '" + *receiver + "' receives requests: there are " +
                             joined(known, ", "));
    }
  }
  std::erase_if(all, [&](const ReceivedRequest& one) {
    const std::string_view target = one.target;
    return one.id <= after || (receiver && *receiver != one.receiver) ||
           (method && *method != one.method) ||
           (path && *path != target.substr(0, target.find('?')));
  });
  AdminAnswer answer = json_answer(requests_json(all, emulator.dropped_requests(), call.secrets));
  answer.worth_waiting = all.empty();
  return answer;
}

/// Behind the place `after`, or from now on.
AdminAnswer events(Emulator&, const Call& call) {
  EventQuery query{std::nullopt, 15s, call.secrets};
  if (const auto after = member_of(call.query, "after")) {
    query.after = EventPlace::from_text(*after);
    if (!query.after) return refuse(400, "after is the id of an event, such as 12.34");
  }
  if (const auto heartbeat = member_of(call.query, "heartbeat")) {
    constexpr std::int64_t kMost = 300;
    const auto seconds = model::parse_duration_s(*heartbeat);
    if (!seconds || *seconds < 1 || *seconds > kMost) {
      return refuse(400, "heartbeat is a duration of 1s to 300s, such as 15s");
    }
    query.heartbeat = std::chrono::seconds(*seconds);
  }
  AdminAnswer answer{200, "text/event-stream", ""};
  answer.events = query;
  return answer;
}

/// Mints a further certificate; it answers with where its files are.
AdminAnswer mint_certificate(Emulator& emulator, const Call& call) {
  const Json json = object_in(call.body);
  const bool good = !json.is_discarded() && json.size() == 2 && json.contains("name") &&
                    json["name"].is_string() && json.contains("certificate");
  if (!good) {
    return refuse(400, R"(the body is { "name": "another", "certificate": { "subject": )"
                       R"("CN=another", "issuer": "private-ca" } })");
  }
  const auto name = json["name"].get<std::string>();
  if (model::Topology::find(emulator.topology()->pki.certificates, name) != nullptr) {
    return refuse(409, "there is a certificate '" + name + "' already");
  }
  const auto& rows = scenario::change_rows();
  const auto row = std::ranges::find(rows, "PutCertificate", &scenario::ChangeRow::name);
  const auto change = scenario::read_routed(*row, {name}, json["certificate"].dump());
  if (!change) return outcome(change.failure());
  if (const auto applied = emulator.apply(change.value()); !applied) {
    return outcome(applied.failure());
  }
  Json answer{{"name", name}};
  const auto certificates = emulator.certificates();
  if (const auto files = certificates.find(name); files != certificates.end()) {
    answer["cert"] = files->second.cert;
    answer["key"] = files->second.key;
    answer["p12"] = files->second.p12;
  }
  return json_answer(answer, 201);
}

AdminAnswer keep_requests(Emulator& emulator, const Call& call) {
  const Json json = object_in(call.body);
  if (json.is_discarded() || !json.contains("keep") || !json["keep"].is_number_unsigned()) {
    return refuse(400, R"(the body is { "keep": 1000 }; 0 keeps none)");
  }
  emulator.keep_requests(json["keep"].get<std::size_t>());
  return outcome(Result<void>());
}

AdminAnswer metrics(Emulator& emulator, const Call&) {
  return json_answer(metrics_json(emulator));
}

AdminAnswer prometheus(Emulator& emulator, const Call&) {
  return {200, "text/plain; version=0.0.4", prometheus_text(emulator)};
}

AdminAnswer target_health(Emulator& emulator, const Call&) {
  return json_answer(target_health_json(emulator));
}

AdminAnswer zonal_health(Emulator& emulator, const Call&) {
  return json_answer(zonal_health_json(emulator));
}

AdminAnswer trust_stores(Emulator& emulator, const Call&) {
  return json_answer(trust_stores_json(emulator.trust_stores()));
}

AdminAnswer flows(Emulator& emulator, const Call&) {
  return json_answer(flows_json(emulator.flows()));
}

/// Of the connection of that id, or of the one that ended last: "last".
AdminAnswer timeline_answer(Emulator& emulator, const Call& call) {
  const auto as = member_of(call.query, "as").value_or("text");
  if (as != "text" && as != "svg") return refuse(400, "as is text or svg");
  const std::string& name = call.names.front();
  const auto id = model::parse_number(name);
  std::optional<timeline::Timeline> found;
  const std::vector<EndRecord> ended = emulator.ends();
  const auto end = std::ranges::find_if(ended, [&id](const EndRecord& one) {
    return id && one.id == static_cast<std::uint64_t>(*id);
  });
  if (end != ended.end()) {
    found = timeline::timeline_of(*end);
  } else if (name == "last" && !ended.empty()) {
    found = timeline::timeline_of(ended.back());
  } else if (id) {
    for (const FlowStatus& flow : emulator.flows()) {
      if (flow.id != static_cast<std::uint64_t>(*id)) continue;
      found = timeline::timeline_of(flow, *emulator.clock().start);
    }
  }
  if (!found) {
    return refuse(404, "there is no connection '" + name + "', or it is remembered no longer; " +
                           "GET /v1/ends and GET /v1/flows list those that are");
  }
  if (as == "svg") return {200, "image/svg+xml", timeline::timeline_svg(*found)};
  return {200, "text/plain; charset=utf-8", timeline::timeline_text(*found)};
}

AdminAnswer restore(Emulator& emulator, const Call&) {
  return outcome(emulator.restore());
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = [] {
    std::vector<Entry> made{
        {{"GET", "/v1/status"}, status},
        {{"GET", "/v1/topology"}, topology},
        {{"PUT", "/v1/topology"}, put_topology},
        {{"POST", "/v1/changes"}, post_changes},
        {{"GET", "/v1/clock"}, clock},
        {{"PUT", "/v1/clock"}, set_clock},
        {{"POST", "/v1/clock/step"}, step_clock},
        {{"GET", "/v1/faults"}, faults},
        {{"GET", "/v1/flows"}, flows},
        {{"GET", "/v1/ends"}, ends, {"after", "wait"}},
        {{"GET", "/v1/connections/{id}/timeline"}, timeline_answer, {"as"}},
        {{"GET", "/v1/requests"}, requests, {"receiver", "method", "path", "after", "wait"}},
        {{"PUT", "/v1/requests"}, keep_requests},
        {{"GET", "/v1/events"}, events, {"after", "heartbeat"}},
        {{"POST", "/v1/certificates"}, mint_certificate},
        {{"GET", "/v1/metrics"}, metrics},
        {{"GET", "/metrics"}, prometheus},
        {{"GET", "/v1/target-health"}, target_health},
        {{"GET", "/v1/zonal-health"}, zonal_health},
        {{"GET", "/v1/trust-stores"}, trust_stores},
        {{"POST", "/v1/restore"}, restore},
    };
    for (const scenario::ChangeRow& row : scenario::change_rows()) {
      if (row.by_hand.path.empty()) continue;
      made.push_back(
          {{row.by_hand.method, row.by_hand.path}, [&row](Emulator& emulator, const Call& call) {
             const auto change = scenario::read_routed(row, call.names, call.body);
             return change ? make_change(emulator, change.value()) : outcome(change.failure());
           }});
    }
    return made;
  }();
  return all;
}

std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

/// `names`: of the {...} in `pattern`.
bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>& names) {
  names.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = next_segment(pattern);
    const std::string_view segment = next_segment(path);
    if (wanted.starts_with('{')) {
      if (segment.empty()) return false;
      names.push_back(percent_decoded(segment));
    } else if (wanted != segment) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

std::optional<std::string> unknown_member(const Entry& entry, std::string_view query) {
  for (const auto& [name, value] : members_of(query)) {
    if (std::ranges::find(entry.query, name) != entry.query.end()) continue;
    std::string why = "there is no '" + name + "' of " + std::string(entry.route.path);
    for (std::size_t i = 0; i < entry.query.size(); ++i) {
      why += (i == 0 ? "; there is " : ", ") + std::string(entry.query[i]);
    }
    return why;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Route> AdminApi::routes() {
  std::vector<Route> all;
  for (const Entry& entry : entries()) all.push_back(entry.route);
  return all;
}

Result<Duration> AdminApi::patience(std::string_view path) {
  const auto wait = member_of(query_of(path), "wait");
  if (!wait) return Duration::zero();
  constexpr std::int64_t kMost = 300;
  const auto seconds = model::parse_duration_s(*wait);
  if (seconds && *seconds >= 0 && *seconds <= kMost)
    return Duration(std::chrono::seconds(*seconds));
  return Error{"wait is a duration of at most 300s, such as 2s"};
}

AdminAnswer AdminApi::handle(std::string_view method, std::string_view path,
                             const std::string& body) {
  Call call{{}, query_of(path), body, secrets_};
  path = path.substr(0, path.find('?'));
  std::string allowed;
  for (const auto* const table : {&entries(), &std::as_const(further_)}) {
    for (const Entry& entry : *table) {
      if (!matches(entry.route.path, path, call.names)) continue;
      if (entry.route.method == method) {
        if (const auto wrong = unknown_member(entry, call.query)) return refuse(400, *wrong);
        return entry.handle(emulator_, call);
      }
      allowed += (allowed.empty() ? "" : ", ") + std::string(entry.route.method);
    }
  }
  if (auto answer = toxiproxy::ToxiproxyApi(emulator_).handle(method, path, body))
    return std::move(*answer);
  constexpr std::string_view kSee = "; docs/openapi.json lists what there is";
  if (!allowed.empty())
    return refuse(405, std::string(path) + " takes " + allowed + std::string(kSee));
  return refuse(404, "there is no " + std::string(path) + std::string(kSee));
}

}  // namespace hoplab::admin
