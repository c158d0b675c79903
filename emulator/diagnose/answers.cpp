#include "diagnose/answers.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/decimal.h"
#include "diagnose/log_fields.h"

namespace hoplab::diagnose {

namespace {

using scenario::Fact;
using scenario::Facts;
using Words = std::vector<std::string>;

/// Runs of letters and digits, with the characters of `also`, in small letters.
Words words_with(std::string_view line, std::string_view also) {
  Words words(1);
  for (const char c : line) {
    if (is_letter(c) || is_digit(c) || also.find(c) != std::string_view::npos) {
      words.back() += lower_case(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

struct Phrase {
  std::string_view status, words;
};

/// Reason phrases, an ALB's and the usual ones: "<status> <words>".
constexpr Phrase kPhrases[] = {
    {"400", "bad request"},
    {"401", "authorization required"},
    {"401", "unauthorized"},
    {"403", "forbidden"},
    {"404", "not found"},
    {"405", "not allowed"},
    {"405", "method not allowed"},
    {"408", "request time out"},
    {"408", "request timeout"},
    {"411", "length required"},
    {"413", "request entity too large"},
    {"413", "payload too large"},
    {"413", "content too large"},
    {"414", "request uri too large"},
    {"414", "uri too long"},
    {"414", "request uri too long"},
    {"415", "unsupported media type"},
    {"429", "too many requests"},
    {"431", "request header fields too large"},
    {"500", "internal server error"},
    {"501", "not implemented"},
    {"502", "bad gateway"},
    {"503", "service temporarily unavailable"},
    {"503", "service unavailable"},
    {"504", "gateway time out"},
    {"504", "gateway timeout"},
    {"505", "http version not supported"},
    {"507", "insufficient storage"},
};

/// Phrases that say their status by themselves.
constexpr Phrase kAlone[] = {
    {"413", "request entity too large"},
    {"431", "request header fields too large"},
    {"414", "request uri too"},
    {"400", "request header or cookie too large"},
    {"502", "bad gateway"},
    {"504", "gateway time out"},
    {"504", "gateway timeout"},
    {"503", "service temporarily unavailable"},
};

/// Statuses that hardly anything else is.
bool is_load_balancers_own(std::string_view status) {
  static constexpr std::string_view kOwn[] = {"460", "463", "464", "499", "561", "562"};
  return std::ranges::find(kOwn, status) != std::end(kOwn);
}

bool is_error_status(std::string_view word) {
  return word.size() == 3 && (word[0] == '4' || word[0] == '5') && is_digit(word[1]) &&
         is_digit(word[2]);
}

/// Whether the word before a number says that it is a status.
bool announces_status(const Words& words, std::size_t at) {
  static constexpr std::string_view kBefore[] = {
      "http",    "status",   "statuscode",   "code",     "response", "returned",
      "returns", "answered", "got",          "gets",     "get",      "error",
      "an",      "a",        "intermittent", "sporadic", "random",   "occasional"};
  if (at == 0) return false;
  std::string_view before = words[at - 1];
  if (at >= 2 && (before == "1" || before == "0" || before == "2") &&
      (words[at - 2] == "1" || words[at - 2] == "http"))
    return true;  // HTTP/1.1 502, HTTP/2 502
  return std::ranges::find(kBefore, before) != std::end(kBefore);
}

bool explains_status(const Words& words, std::size_t at) {
  std::string rest;
  for (std::size_t i = at + 1; i < words.size() && i < at + 6; ++i) rest += words[i] + " ";
  if (rest.starts_with("client error") || rest.starts_with("server error") ||
      rest.starts_with("response") || rest.starts_with("status") || rest.starts_with("errors") ||
      rest.starts_with("from ") || rest.starts_with("error"))
    return true;
  return std::ranges::any_of(kPhrases, [&](const Phrase& phrase) {
    return phrase.status == words[at] && rest.starts_with(phrase.words);
  });
}

/// How messages of API Gateway and of its execution log begin, whatever stands before them.
constexpr std::string_view kSaid[] = {
    "Execution failed due to",
    "Method completed with status",
    "Gateway response type:",
    "Could not parse policy",
    "API Key ",
    "Key throttle limit exceeded",
    "Key quota limit exceeded",
    "Endpoint request timed out",
    "Network error communicating with endpoint",
    "Missing Authentication Token",
    "Malformed Lambda proxy response",
    "The request signature we calculated",
    "User: anonymous is not authorized",
    "is not authorized to perform: execute-api:Invoke",
    "User is not authorized to access this resource",
    "Request body does not match model schema",
    "Missing required request parameters",
    "HTTP content length exceeded",
    "HTTP header is larger than",
};

bool is_metric_name(std::string_view word) {
  static constexpr std::string_view kEnds[] = {
      "Count",    "Count_TCP", "Count_TLS",         "Count_UDP",          "Count_Inbound_TCP",
      "Latency",  "Throttles", "PacketsDropped",    "RstPacketsReceived", "RstPacketsSent",
      "4XXError", "5XXError",  "ResponseTime",      "HealthStatus",       "NewConnections",
      "Success",  "Failure",   "ActiveConnections", "StateDNS",           "Duration"};
  const bool begins = word[0] == '4' || word[0] == '5' || (word[0] >= 'A' && word[0] <= 'Z');
  return word.size() > 6 && begins &&
         std::ranges::any_of(kEnds, [word](std::string_view end) { return word.ends_with(end); });
}

/// Seconds of a number and its unit.
std::optional<double> seconds(std::string_view number, std::string_view unit) {
  const auto value = parse_decimal(number);
  if (!value) return std::nullopt;
  if (unit == "ms" || unit.starts_with("millis")) return *value / 1000;
  if (unit == "s" || unit == "sec" || unit == "secs" || unit.starts_with("second")) return *value;
  if (unit == "m" || unit == "min" || unit == "mins" || unit.starts_with("minute"))
    return *value * 60;
  if (unit == "h" || unit.starts_with("hour")) return *value * 3600;
  return std::nullopt;
}

/// "350s" is 350 and s.
std::optional<double> seconds_of_one(std::string_view word) {
  const auto end = std::min(word.find_first_not_of("0123456789."), word.size());
  return seconds(word.substr(0, end), word.substr(end));
}

}  // namespace

void read_status(std::string_view line, Facts& facts) {
  const std::string lower = lower_case(line);
  if (lower.find("(service: ") != std::string::npos) return;  // an AWS API's, as its SDKs print it
  if (lower.find("awselb/") != std::string::npos) facts.learn(Fact::by, "alb");
  if (lower.find("nginx/") != std::string::npos) facts.learn(Fact::by, "proxy");
  const Words words = words_with(line, "");
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (!is_error_status(words[at])) continue;
    if (announces_status(words, at) || explains_status(words, at) ||
        (at == 0 && is_load_balancers_own(words[at])))
      facts.learn(Fact::status, words[at]);
  }
  std::string all;
  for (const std::string& word : words) all += word + " ";
  for (const Phrase& phrase : kAlone) {
    if (all.find(phrase.words) != std::string::npos) facts.learn(Fact::status, phrase.status);
  }
}

void read_message(std::string_view line, Facts& facts) {
  for (const std::string_view said : kSaid) {
    if (const auto at = line.find(said); at != std::string_view::npos) {
      facts.learn(Fact::message, line.substr(at));
      facts.learn(Fact::by, "api");
      return;
    }
  }
  const auto open = line.find('{');
  if (open == std::string_view::npos) return;
  for (const std::string_view name : {"\"message\"", "\"Message\"", "\\\"message\\\""}) {
    const auto at = line.find(name, open);
    if (at == std::string_view::npos) continue;
    auto begin = line.find_first_not_of(" :\\", at + name.size());
    if (begin == std::string_view::npos) return;
    if (line[begin] != '"') {  // null
      const auto end = line.find_first_of(",} ", begin);
      facts.learn(Fact::message, line.substr(begin, end - begin));
      return;
    }
    auto end = ++begin;
    while (end < line.size() && (line[end] != '"' || line[end - 1] == '\\') && line[end] != '\\')
      ++end;
    facts.learn(Fact::message, line.substr(begin, end - begin));
    return;
  }
}

void read_metrics(std::string_view line, Facts& facts) {
  std::set<std::string_view> names;
  bool any = false;
  for (std::size_t at = 0; at < line.size();) {
    if (!is_letter(line[at]) && !is_digit(line[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < line.size() && (is_letter(line[end]) || is_digit(line[end]) || line[end] == '_'))
      ++end;
    const std::string_view word = line.substr(at, end - at);
    at = end;
    if (!is_metric_name(word)) continue;
    any = true;
    const auto value =
        named_value(line.substr(static_cast<std::size_t>(word.data() - line.data())), word);
    const auto number = value ? parse_decimal(*value) : std::nullopt;
    if (number && *number == 0) continue;
    names.insert(word);
  }
  if (!any) return;
  std::string all;
  for (const std::string_view name : names) all.append(all.empty() ? "" : " ").append(name);
  facts.learn(Fact::metric, all.empty() ? "0" : all);
  if (line.find("AWS/NetworkELB") != std::string_view::npos) facts.learn(Fact::by, "nlb");
}

void read_duration(std::string_view line, Facts& facts) {
  const Words words = words_with(line, ".");
  for (std::size_t at = 0; at + 1 < words.size(); ++at) {
    const bool says = words[at] == "after" || words[at] == "timeout" || words[at] == "idle" ||
                      words[at] == "every" || words[at] == "exactly" || words[at] == "for";
    if (!says) continue;
    auto found = seconds_of_one(words[at + 1]);
    if (!found && at + 2 < words.size()) found = seconds(words[at + 1], words[at + 2]);
    if (!found) continue;
    facts.learn(Fact::after, number_text(*found));
    return;
  }
}

void read_target_health(std::string_view line, Facts& facts) {
  const std::string lower = lower_case(line);
  const auto has = [&lower](std::string_view text) {
    return lower.find(text) != std::string::npos;
  };
  if (const auto codes = lower.find("failed with these codes: ["); codes != std::string::npos) {
    facts.learn(Fact::target_health, "Target.ResponseCodeMismatch");
    facts.learn(Fact::health_status, std::string_view(lower).substr(codes + 26, 3));
  } else if (has("unhealthy") && has("request timed out")) {
    facts.learn(Fact::target_health, "Target.Timeout");
  } else if (has("unhealthy") && has("health checks failed")) {
    facts.learn(Fact::target_health, "Target.FailedHealthChecks");
  }
  if (!facts[Fact::target_health].empty()) facts.learn(Fact::log, "target-health");
}

}  // namespace hoplab::diagnose
