#include "cli/report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "base/shell_quoted.h"
#include "cli/terminal.h"
#include "http/secrets.h"
#include "sandbox/variables.h"
#include "scenario/checks/check_client.h"
#include "scenario/format/writer.h"
#include "topology/materials.h"
#include "topology/record_text.h"
#include "web/client_commands.h"

namespace hoplab::cli {

namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

/// Which of a resource's ways in it is, when there are several.
std::string way_in_text(const Emulator& emulator, const EndpointAddress& one) {
  bool ports = false, zones = false;
  for (const auto& other : emulator.endpoints()) {
    if (other.name != one.name) continue;
    ports |= other.listener_port != one.listener_port;
    zones |= other.zone != one.zone;
  }
  return (ports ? ", port " + std::to_string(one.listener_port) : "") +
         (zones ? ", " + one.zone : "");
}

std::string listening_table(const Emulator& emulator) {
  std::size_t name_width = 0, dns_width = 0;
  for (const auto& endpoint : emulator.endpoints()) {
    name_width = std::max(name_width, endpoint.name.size());
    dns_width = std::max(dns_width, endpoint.dns_name.size());
  }
  std::string table;
  const EndpointAddress* above = nullptr;
  for (const auto& endpoint : emulator.endpoints()) {
    const bool same = above && above->name == endpoint.name && above->dns_name == endpoint.dns_name;
    const std::string state = endpoint.state == "available" || endpoint.state == "active"
                                  ? paint(Colour::green, endpoint.state)
                                  : paint(Colour::red, endpoint.state + ": connecting hangs");
    table += "  " + padded(same ? "" : endpoint.name, name_width) + "  " +
             padded(same ? "" : endpoint.dns_name, dns_width) + "  " +
             padded(endpoint.address + ":" + std::to_string(endpoint.port), 22) + state +
             way_in_text(emulator, endpoint) + "\n";
    above = &endpoint;
  }
  return table;
}

/// A private API is called by any of several names.
std::string further_names(const Emulator& emulator) {
  std::string lines;
  std::set<std::string> told;
  for (const auto& endpoint : emulator.endpoints()) {
    if (endpoint.kind != "execute-api") continue;
    for (const std::string& name : endpoint.names) {
      if (name == endpoint.dns_name || !told.insert(endpoint.name + " " + name).second) continue;
      lines += "  " + endpoint.name + " is also " + name + "\n";
    }
  }
  return lines.empty() ? lines : "\n" + lines;
}

std::string health_table(const Emulator& emulator) {
  std::string table;
  for (const auto& target : emulator.target_health()) {
    const bool good = target.state == "healthy";
    std::string line = "  " + target.target_group + " -> " + target.target + ": " +
                       paint(good ? Colour::green : Colour::yellow, target.state);
    if (!target.description.empty()) line += " (" + target.description + ")";
    if (target.fail_open) line += "; too few are healthy: fail-open, traffic goes to all";
    table += line + "\n";
  }
  for (const ZoneStatus& zone : emulator.zonal_health()) {
    if (zone.in_dns) continue;
    table += "  " + zone.load_balancer + " in " + zone.availability_zone + ": " +
             paint(Colour::yellow, "out of DNS") + ", where too few targets are healthy\n";
  }
  return table;
}

std::string notes(const Emulator& emulator) {
  std::string lines;
  for (const std::string& note : emulator.notes()) {
    lines += "  " + paint(Colour::yellow, "note") + ": " + note + "\n";
  }
  return lines;
}

/// The command for what `check` does, at AWS's own URL.
std::string curl_line(const scenario::Check& check, const Emulator& emulator, bool secrets) {
  const EndpointAddress entry =
      scenario::find_way_in(emulator, check.way_in).value_or(emulator.endpoints().front());
  const std::string host = scenario::server_name(entry, check.way_in);
  const bool https = scenario::speaks_tls(entry, check.way_in);
  std::string line = web::curl_to(entry, host, https);
  if (const auto& from = check.way_in.from; !from.empty()) {
    line += " --interface " + from.substr(0, from.find(':'));
    if (from.find(':') != std::string::npos)
      line += " --local-port " + from.substr(from.find(':') + 1);
  }
  const auto files =
      check.certificate ? emulator.certificates().at(*check.certificate) : CertificatePaths();
  if (https) line += web::curl_tls(emulator, files);
  if (check.request.method != "GET") line += " -X " + shell_quoted(check.request.method);
  for (const auto& [name, value] : check.request.headers) {
    const bool shown = secrets || !http::is_secret(name);
    line += " -H " + shell_quoted(name + ": " + (shown ? value : std::string(http::kMasked)));
  }
  if (!check.request.body.empty()) line += " --data-binary " + shell_quoted(check.request.body);
  return line + " " + (https ? "https://" : "http://") + host +
         shell_quoted(secrets ? check.request.path : http::masked_target(check.request.path));
}

/// The first check that is answered well with a certificate, and the first that is reset.
std::string curl_lines(const scenario::Scenario& scenario, const Emulator& emulator, bool secrets) {
  const scenario::Check* good = nullptr;
  const scenario::Check* bad = nullptr;
  for (const auto& check : scenario.checks) {
    if (!good && check.expect.status == 200) good = &check;
    if (!bad && check.expect.end == EndKind::rst) bad = &check;
  }
  std::string lines;
  if (good)
    lines += "\n" + paint(Colour::dim, "# " + good->name) + "\n" +
             curl_line(*good, emulator, secrets) + "\n";
  if (bad)
    lines += "\n" + paint(Colour::dim, "# " + bad->name) + "\n" +
             curl_line(*bad, emulator, secrets) + "\n";
  return lines;
}

}  // namespace

std::string opening_report(const scenario::Scenario& scenario, const Emulator& emulator,
                           const std::string& admin, bool secrets) {
  const std::string health = health_table(emulator) + notes(emulator);
  return paint(Colour::bold, scenario.title) + "\n\n" + listening_table(emulator) +
         further_names(emulator) + (health.empty() ? "" : "\n") + health +
         "\n  certificates, env, hosts: " + emulator.out() + "\n  page and admin API: http://" +
         admin + "/\n" + curl_lines(scenario, emulator, secrets);
}

std::string opening_json(const Emulator& emulator, const std::string& admin,
                         const std::string& aws_endpoint_url) {
  nlohmann::ordered_json json;
  json["url"] = emulator.url();
  json["endpoints"] = nlohmann::ordered_json::array();
  for (const auto& endpoint : emulator.endpoints()) {
    json["endpoints"].push_back({{"name", endpoint.name},
                                 {"dnsName", endpoint.dns_name},
                                 {"address", endpoint.address},
                                 {"port", endpoint.port},
                                 {"kind", endpoint.kind},
                                 {"state", endpoint.state},
                                 {"listenerPort", endpoint.listener_port},
                                 {"zone", endpoint.zone}});
  }
  json["certificates"] = nlohmann::ordered_json::object();
  for (const auto& [name, files] : emulator.certificates()) {
    json["certificates"][name] = {{"cert", files.cert}, {"key", files.key}, {"p12", files.p12}};
  }
  json["accessKeys"] = nlohmann::ordered_json::object();
  const auto topology = emulator.topology();
  for (const model::AccessKey& key : topology->access_keys) {
    json["accessKeys"][key.name] = {{"accessKeyId", key.access_key_id},
                                    {"secretAccessKey", key.secret_access_key},
                                    {"sessionToken", key.session_token}};
  }
  if (!aws_endpoint_url.empty()) json["awsEndpointUrl"] = aws_endpoint_url;
  json["p12Password"] = topology::kPkcs12Password;
  json["caBundle"] = emulator.ca_bundle();
  json["trustStore"] = emulator.java_trust_store();
  json["out"] = emulator.out();
  json["admin"] = "http://" + admin;
  json["notes"] = emulator.notes();
  return json.dump() + "\n";
}

std::string time_of_day(Time at) {
  return iso8601_microseconds(at).substr(11, 12);
}

std::string end_line(const EndRecord& record) {
  std::string line = time_of_day(record.ended_at);
  if (record.wall_time) line += " (" + time_of_day(*record.wall_time) + " by the machine's clock)";
  const topology::RecordText text = topology::record_text(record);
  const Colour colour = record.how == EndKind::rst ? Colour::red : Colour::green;
  return line + " " + text.connection + "  " + paint(colour, text.end) + "\n";
}

std::string request_line(const RequestRecord& request, bool secrets) {
  const std::string text = topology::request_text(request, secrets);
  return time_of_day(request.at) + " " + (request.failure ? paint(Colour::red, text) : text) + "\n";
}

std::string closing_summary(const Counters& counters) {
  std::string text = "\nflows " + std::to_string(counters.flows) + ", requests " +
                     std::to_string(counters.requests);
  for (const auto& [api, count] : counters.api_requests) {
    text += ", at " + api + " " + std::to_string(count);
  }
  text += "\n";
  for (const auto& [reason, count] : counters.ends) {
    text += "  " + padded(std::string(to_text(reason)), 32) + std::to_string(count) + "\n";
  }
  return text;
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& one : notes) std::fprintf(stderr, "note: %s\n", one.c_str());
}

Result<void> write_side_files(const scenario::Scenario& scenario, Emulator& emulator,
                              const std::string& admin, const std::string& aws_endpoint_url) {
  // Exported, so that the commands of the shell that reads it see them, `hoplab ctl` first of all.
  std::string env;
  for (const auto& [name, value] : sandbox::variables_of(emulator, admin)) {
    env += "export " + name + "=" + shell_quoted(value) + "\n";
  }
  if (!aws_endpoint_url.empty()) {
    env += "export AWS_ENDPOINT_URL=" + shell_quoted(aws_endpoint_url) + "\n";
  }
  std::string hosts;
  std::string last;
  for (const auto& endpoint : emulator.endpoints()) {
    if (endpoint.dns_name != last) hosts += endpoint.address + " " + endpoint.dns_name + "\n";
    last = endpoint.dns_name;
    if (endpoint.kind != "identity-provider") continue;
    for (const std::string& name : endpoint.names) {
      if (name != last) hosts += endpoint.address + " " + name + "\n";
    }
  }
  if (auto done = emulator.write_out("env", env); !done) return done;
  if (auto done = emulator.write_out("hosts", hosts); !done) return done;
  return emulator.write_out("scenario.json", scenario::text_as_read(*scenario.tree));
}

}  // namespace hoplab::cli
