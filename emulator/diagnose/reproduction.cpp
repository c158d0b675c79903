#include "diagnose/reproduction.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/text_rule.h"

namespace hoplab::diagnose {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kAlbTimeout = "idle_timeout.timeout_seconds";
constexpr const char* kNlbTimeout = "tcp.idle_timeout.seconds";

std::string seconds_text(std::int64_t seconds) {
  return std::to_string(seconds) + "s";
}

/// Calls `each` for every object below `node`.
template <class Each>
void each_object(Json& node, const Each& each) {
  if (node.is_object()) each(node);
  if (!node.is_structured()) return;
  for (Json& child : node) each_object(child, each);
}

/// The load balancer whose timeout the case is about has it of `seconds`. False: AWS has no such.
bool set_timeout(Json& scenario, const scenario::Case& known, std::int64_t seconds) {
  const bool alb = known.hop.find("alb") != std::string::npos;
  const bool nlb = !alb && known.hop.find("nlb") != std::string::npos;
  const std::int64_t least = alb ? 1 : 60, most = alb ? 4000 : 6000;
  if ((!alb && !nlb) || seconds < least || seconds > most) return false;
  bool set = false;
  for (Json& balancer : scenario["LoadBalancers"]) {
    if (alb && balancer.value("Type", "") == "application") {
      balancer["LoadBalancerAttributes"][kAlbTimeout] = seconds;
      set = true;
    }
    if (nlb && balancer.value("Type", "") == "network") {
      for (Json& listener : balancer["Listeners"])
        listener["ListenerAttributes"][kNlbTimeout] = seconds;
      set = true;
    }
  }
  return set;
}

constexpr std::int64_t kAbout = 2;  // seconds by which checks stay below or go beyond a timeout

/// "after 61 s: closed" is "after 31 s: closed".
void rename_checks(Json& scenario, std::int64_t from, std::int64_t to) {
  for (Json& check : scenario["checks"]) {
    std::string name = check.value("name", "");
    for (std::int64_t by = -kAbout; by <= kAbout; ++by) {
      const std::string old = " " + std::to_string(from + by) + " s";
      const auto at = name.find(old);
      if (at == std::string::npos) continue;
      check["name"] = name.replace(at, old.size(), " " + std::to_string(to + by) + " s");
      break;
    }
  }
}

/// Steps that wait for about `from` seconds wait for `to`, with the second more or less that they
/// had; `beyond`: only those that wait for more than `from`.
bool wait_as_long(Json& scenario, std::int64_t from, std::int64_t to, bool beyond) {
  bool changed = false;
  each_object(scenario["checks"], [&](Json& object) {
    if (!object.contains("advance") || !object["advance"].is_string()) return;
    const auto seconds = model::parse_duration_s(object["advance"].get<std::string>());
    if (!seconds || std::abs(*seconds - from) > kAbout || (beyond && *seconds <= from)) return;
    object["advance"] = seconds_text(to + (*seconds - from));
    changed = true;
  });
  return changed;
}

std::string made_as_long(Json& scenario, const scenario::Case& known, const Seen& seen) {
  if (!seen.after_s || !known.after_s) return {};
  const auto after = static_cast<std::int64_t>(std::llround(*seen.after_s));
  const std::int64_t limit = *known.after_s;
  const bool was_the_timeout = after < limit || seen.end == "closed" || seen.end == "silence";
  if (after == limit || after < 1) return {};
  if (!was_the_timeout) {
    return wait_as_long(scenario, limit, after, true) ? "checks wait for " + seconds_text(after)
                                                      : "";
  }
  if (!set_timeout(scenario, known, after)) return {};
  wait_as_long(scenario, limit, after, false);
  rename_checks(scenario, limit, after);
  return "the timeout is " + seconds_text(after);
}

std::string made_as_large(Json& scenario, const Seen& seen) {
  constexpr std::uint64_t kLeast = 1000, kMost = 8 << 20;
  if (seen.sent_bytes < kLeast || seen.sent_bytes > kMost) return {};
  bool changed = false;
  each_object(scenario["checks"], [&](Json& object) {
    if (!object.contains("request") || !object["request"].is_object()) return;
    Json& request = object["request"];
    if (!request.contains("body") || !request["body"].is_string()) return;
    request["body"] = std::string(seen.sent_bytes, 'x');
    changed = true;
  });
  return changed ? "bodies have " + std::to_string(seen.sent_bytes) + " bytes" : "";
}

}  // namespace

Result<Reproduction> reproduction(const std::string& case_text, const scenario::Case& known,
                                  const Seen& seen, const std::string& schema) {
  Json scenario = Json::parse(case_text, nullptr, false, true);
  if (!scenario.is_object()) return Error{"the case's file is no JSON object"};
  scenario.erase("case");
  if (schema.empty()) {
    scenario.erase("$schema");
  } else {
    scenario["$schema"] = schema;
  }
  Reproduction made;
  made.changes = made_as_long(scenario, known, seen);
  const std::string large = made_as_large(scenario, seen);
  if (!large.empty()) made.changes += (made.changes.empty() ? "" : "; ") + large;
  std::string story = "Seen: " + seen.what + ".";
  if (scenario.contains("story")) story += " " + scenario["story"].get<std::string>();
  scenario["story"] = story;
  made.text = scenario.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  return made;
}

}  // namespace hoplab::diagnose
