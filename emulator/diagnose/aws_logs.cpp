#include "diagnose/aws_logs.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "base/glob.h"
#include "base/time_text.h"
#include "diagnose/log_fields.h"
#include "diagnose/tls_alerts.h"

namespace hoplab::diagnose {

namespace {

using scenario::Fact;
using scenario::Facts;
using Fields = std::vector<std::string>;

bool is_status(std::string_view text) noexcept {
  return text.size() == 3 && std::ranges::all_of(text, is_digit);
}

/// "1.2" of "TLSv1.2" and "tlsv12".
std::string tls_version(std::string_view text) {
  if (text == "-") return "-";
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) digits += c;
  }
  if (digits.size() == 1) digits += '0';
  return digits.size() == 2 ? digits.insert(1, ".") : std::string();
}

/// Seconds from the request's begin to the line, where it has both.
std::string lasted(std::string_view from, std::string_view to) {
  const auto begin = parse_time(from), end = parse_time(to);
  return begin && end ? std::to_string(*end - *begin) : std::string();
}

void read_request_line(std::string_view line, Facts& facts) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return;
  facts.learn(Fact::method, line.substr(0, space));
  const auto version = line.rfind(" HTTP/");
  if (version == std::string_view::npos) return;
  const std::string_view number = line.substr(version + 6);
  facts.learn(Fact::http, number == "2.0" ? "2" : number);
}

/// type time elb client target times elb_status target_status received sent "request" ...
bool read_alb_access(const Fields& fields, Facts& facts) {
  const auto begins = [&fields](std::size_t at) {
    return is_address_and_port(fields[at]) &&
           (fields[at + 1] == "-" || is_address_and_port(fields[at + 1]) ||
            fields[at + 1].starts_with("arn:aws:lambda")) &&
           is_number(fields[at + 2]) && is_number(fields[at + 3]) && is_number(fields[at + 4]) &&
           (is_status(fields[at + 5]) || fields[at + 5] == "-");
  };
  std::size_t client = 1;  // something stands before it, or a wrapped line goes on
  while (client + 6 < fields.size() && !begins(client)) ++client;
  if (client + 6 >= fields.size()) return false;
  const auto field = [&fields, client](std::size_t offset) -> std::string_view {
    const std::size_t at = client + offset;
    return at < fields.size() ? std::string_view(fields[at]) : std::string_view();
  };
  facts.learn(Fact::log, "alb-access");
  const bool by_rule = field(19).find("fixed-response") != std::string_view::npos ||
                       field(19).find("redirect") != std::string_view::npos;
  const bool by_alb = field(6) == "-" || field(6) != field(5);
  facts.learn(Fact::by, by_alb ? by_rule && field(5) != "507" ? "rule" : "alb" : "target");
  if (client >= 3) facts.learn(Fact::listener, fields[client - 3]);
  constexpr std::array<std::pair<std::size_t, Fact>, 6> kPlain = {{{1, Fact::target},
                                                                   {2, Fact::request_time},
                                                                   {3, Fact::target_time},
                                                                   {5, Fact::status},
                                                                   {6, Fact::target_status},
                                                                   {7, Fact::received}}};
  for (const auto& [offset, fact] : kPlain)
    facts.learn(fact, field(offset).starts_with("-1") ? "-1" : field(offset));
  constexpr std::array<std::pair<std::size_t, Fact>, 5> kWords = {
      {{19, Fact::actions},
       {21, Fact::error_reason},
       {24, Fact::classification},
       {25, Fact::classification_reason},
       {29, Fact::transform_status}}};
  for (const auto& [offset, fact] : kWords) {
    if (field(offset) != "-") facts.learn(fact, field(offset));
  }
  read_request_line(field(9), facts);
  if (field(10).find("grpc") != std::string_view::npos) facts.learn(Fact::client, "grpc");
  if (field(10).find("Java-http-client") != std::string_view::npos)
    facts.learn(Fact::client, "java-http-client");
  if (client >= 2) facts.learn(Fact::lasted, lasted(field(18), fields[client - 2]));
  return true;
}

/// time client_ip client_port listener_port protocol cipher latency "subject" validity serial
/// status
bool read_alb_connection(const Fields& fields, Facts& facts) {
  const auto status = std::ranges::find_if(fields, [](const std::string& field) {
    return field.starts_with("Failed:") || field == "Success";
  });
  const auto at = static_cast<std::size_t>(status - fields.begin());
  if (status == fields.end() || at < 4) return false;
  facts.learn(Fact::log, "alb-connection");
  facts.learn(Fact::verdict, *status);
  const auto version = std::ranges::find_if(
      fields, [](const std::string& field) { return field.starts_with("TLSv"); });
  facts.learn(Fact::tls, tls_version(version == fields.end() ? "-" : *version));
  facts.learn(Fact::certificate, fields[at - 3] == "-" ? "-" : "some");
  return true;
}

/// type time latency target group PASS|FAIL status reason elb ip
bool read_alb_health_check(const Fields& fields, Facts& facts) {
  const auto result = std::ranges::find_if(
      fields, [](const std::string& field) { return field == "PASS" || field == "FAIL"; });
  const auto at = static_cast<std::size_t>(result - fields.begin());
  if (result == fields.end() || at < 3 || at + 2 >= fields.size() || !is_number(fields[at - 3]))
    return false;
  if (*result == "PASS") return true;
  facts.learn(Fact::log, "alb-health-check");
  if (fields[at + 1] != "-") facts.learn(Fact::health_status, fields[at + 1]);
  facts.learn(Fact::target_health, "Target." + fields[at + 2]);
  return true;
}

/// tls 2.0 time elb listener client destination connection_time handshake_time received sent alert
/// certificate serial cipher version named_group domain alpn...
bool read_nlb_access(const Fields& fields, Facts& facts) {
  if (fields.size() < 16 || fields[0] != "tls" || !is_number(fields[1])) return false;
  facts.learn(Fact::log, "nlb-access");
  facts.learn(Fact::tls, tls_version(fields[15]));
  facts.learn(Fact::received, fields[9]);
  if (is_number(fields[11])) {
    facts.learn(Fact::end, "alert");
    facts.learn(Fact::alert, alert_name(fields[11]));
  }
  if (fields[8] == "-") facts.learn(Fact::stage, "handshake");
  const bool wanted_alpn = fields.size() > 20 && fields[20] != "-";
  if (wanted_alpn && fields[18] == "-") facts.learn(Fact::message, "no-alpn");
  return true;
}

bool read_vpc_flow(const Fields& fields, Facts& facts) {
  const auto action = std::ranges::find_if(
      fields, [](const std::string& field) { return field == "REJECT" || field == "ACCEPT"; });
  const auto interface = std::ranges::find_if(
      fields, [](const std::string& field) { return field.starts_with("eni-"); });
  if (action == fields.end() || (interface == fields.end() && fields.size() < 10)) return false;
  facts.learn(Fact::log, "vpc-flow");
  facts.learn(Fact::flow, *action);
  constexpr int kRst = 4;
  const auto flags = std::next(action);  // where the format has tcp-flags there
  if (flags != fields.end() && is_number(*flags) && (std::atoi(flags->c_str()) & kRst) != 0)
    facts.learn(Fact::end, "reset");
  return true;
}

bool is_request_id(std::string_view text) noexcept {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-';
}

/// "(4ba7a7c8-...) Method completed with status: 504", also with the stream's time before it.
bool read_api_execution(std::string_view line, Facts& facts) {
  const auto open = line.find('(');
  if (open == std::string_view::npos || line.size() < open + 38 || line[open + 37] != ')' ||
      !is_request_id(line.substr(open + 1, 36)))
    return false;
  const auto text = line.find_first_not_of(' ', open + 38);
  if (text == std::string_view::npos) return false;
  facts.learn(Fact::log, "api-execution");
  facts.learn(Fact::by, "api");
  facts.learn(Fact::message, line.substr(text));
  if (const auto status = named_value(line, "status")) {
    if (is_status(*status)) facts.learn(Fact::status, *status);
  }
  return true;
}

/// ip caller user [time] "GET /widgets HTTP/1.1" 403 23 request-id
bool read_api_access(const Fields& fields, Facts& facts) {
  if (std::ranges::none_of(fields, is_request_id)) return false;
  for (std::size_t at = 1; at + 1 < fields.size(); ++at) {
    if (!is_status(fields[at]) || fields[at - 1].find(" HTTP/") == std::string::npos) continue;
    facts.learn(Fact::log, "api-access");
    facts.learn(Fact::by, "api");
    facts.learn(Fact::status, fields[at]);
    read_request_line(fields[at - 1], facts);
    return true;
  }
  return false;
}

struct NamedField {
  std::string_view name;
  Fact fact;
  std::string_view log;  // whose field it is
  std::string_view value = "*";
  bool dash_is_nothing = true;
};

constexpr NamedField kNamedFields[] = {
    {"elb_status_code", Fact::status, "alb-access", "???"},
    {"target_status_code", Fact::target_status, "alb-access", "*", false},
    {"request_processing_time", Fact::request_time, "alb-access"},
    {"target_processing_time", Fact::target_time, "alb-access"},
    {"error_reason", Fact::error_reason, "alb-access"},
    {"classification", Fact::classification, "alb-access"},
    {"classification_reason", Fact::classification_reason, "alb-access"},
    {"request_transform_status", Fact::transform_status, "alb-access"},
    {"tls_verify_status", Fact::verdict, "alb-connection"},
    {"leaf_client_cert_subject", Fact::certificate, "alb-connection", "*", false},
    {"reason_code", Fact::target_health, "alb-health-check", "Target.*"},
    {"x-amzn-errortype", Fact::error_type, "api-access"},
    {"errorType", Fact::error_type, "api-access", "*Exception"},
    {"integrationStatus", Fact::target_status, "api-access"},
    {"error_message", Fact::message, "api-access"},
    {"errorMessage", Fact::message, "api-access"},
    {"error.message", Fact::message, "api-access"},
    {"responseType", Fact::error_type, "api-access"},
};

}  // namespace

bool read_aws_log(std::string_view line, Facts& facts) {
  if (read_api_execution(line, facts)) return true;
  const Fields fields = log_fields(line);
  return read_alb_connection(fields, facts) || read_nlb_access(fields, facts) ||
         read_alb_access(fields, facts) || read_alb_health_check(fields, facts) ||
         read_vpc_flow(fields, facts) || read_api_access(fields, facts);
}

void read_named_fields(std::string_view line, Facts& facts) {
  for (const NamedField& field : kNamedFields) {
    const auto value = named_value(line, field.name);
    if (!value || !glob_match(field.value, *value)) continue;
    if (*value == "-" && field.dash_is_nothing) continue;
    facts.learn(Fact::log, field.log);
    facts.learn(field.fact, field.fact == Fact::certificate && *value != "-" ? "some" : *value);
    if (field.fact == Fact::status) facts.learn(Fact::by, "alb");
    if (field.fact == Fact::error_type) facts.learn(Fact::by, "api");
  }
  if (line.find("requestId") == std::string_view::npos) return;
  const auto status = named_value(line, "status");
  if (!status || !is_status(*status)) return;
  facts.learn(Fact::log, "api-access");
  facts.learn(Fact::by, "api");
  facts.learn(Fact::status, *status);
}

}  // namespace hoplab::diagnose
