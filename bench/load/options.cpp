// Reading the command line of hoplab-load.
#include "load/options.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

namespace hoplab::bench {
namespace {

constexpr const char* kUsage =
    "usage: hoplab-load MODE --connect IP:PORT --sni NAME [--path P] --cert F --key F --cacert F\n"
    "  [--tls 1.2|1.3|none] [--duration S | --count N] [--connections C] [--expect-body TEXT]\n"
    "  [--expect-bytes N] [--server-pids P,P,...] [--timeout S]\n"
    "MODE:\n"
    "  handshake     full handshake, one request, close; [--issuer-key F] each with a new\n"
    "                client certificate: --cert's with another serial number, signed with F\n"
    "  keepalive     one request outstanding on each connection\n"
    "  h2            [--streams M] concurrent HTTP/2 streams on each connection\n"
    "  grpc          likewise; each is a unary call with [--message-bytes N] that are echoed\n"
    "  websocket     one message of [--message-bytes N] outstanding on each connection, echoed\n"
    "  refused       connects with a certificate that must be refused; counts how\n"
    "  bulk          keep-alive GETs of a big body\n"
    "  idle          opens --count N connections, one request each; prints READY, holds until\n"
    "                stdin closes\n"
    "  first-answer  retries every 0.2 ms until the first good answer; --since NS|stdin,\n"
    "                [--port-file F] [--warm-connect IP:PORT --warm-sni N --warm-cert F\n"
    "                --warm-key F --warm-cacert F]\n";

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "hoplab-load: %s\n%s", why.c_str(), kUsage);
  std::exit(2);
}

template <typename Number>
Number number(const std::string& option, const std::string& text, Number least) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= least)) {
    refuse(option + " wants a number, not \"" + text + "\"");
  }
  return value;
}

std::vector<int> pid_list(const std::string& option, const std::string& text) {
  std::vector<int> pids;
  std::stringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) pids.push_back(number(option, part, 1));
  return pids;
}

using Setter = std::function<void(Options&, const std::string&)>;

sockaddr_in address_or_refuse(const std::string& option, const std::string& text) {
  sockaddr_in address{};
  if (!parse_address(text, address)) refuse(option + " wants IP:PORT, not \"" + text + "\"");
  return address;
}

Setter text_into(std::string Options::*member) {
  return [member](Options& o, const std::string& v) { o.*member = v; };
}

Setter count_into(std::string option, std::size_t Options::*member) {
  return [option, member](Options& o, const std::string& v) {
    o.*member = number<std::size_t>(option, v, 1);
  };
}

Setter seconds_into(std::string option, double Options::*member) {
  return [option, member](Options& o, const std::string& v) {
    o.*member = number<double>(option, v, 0.001);
  };
}

std::map<std::string, Setter> setters() {
  std::map<std::string, Setter> table;
  table["--sni"] = text_into(&Options::sni);
  table["--path"] = text_into(&Options::path);
  table["--cert"] = text_into(&Options::cert);
  table["--key"] = text_into(&Options::key);
  table["--cacert"] = text_into(&Options::cacert);
  table["--issuer-key"] = text_into(&Options::issuer_key);
  table["--tls"] = text_into(&Options::tls);
  table["--since"] = text_into(&Options::since);
  table["--port-file"] = text_into(&Options::port_file);
  table["--warm-sni"] = text_into(&Options::warm_sni);
  table["--warm-cert"] = text_into(&Options::warm_cert);
  table["--warm-key"] = text_into(&Options::warm_key);
  table["--warm-cacert"] = text_into(&Options::warm_cacert);
  table["--count"] = count_into("--count", &Options::count);
  table["--connections"] = count_into("--connections", &Options::connections);
  table["--streams"] = count_into("--streams", &Options::streams);
  table["--message-bytes"] = count_into("--message-bytes", &Options::message_bytes);
  table["--expect-bytes"] = count_into("--expect-bytes", &Options::expect_bytes);
  table["--duration"] = seconds_into("--duration", &Options::duration_s);
  table["--timeout"] = seconds_into("--timeout", &Options::timeout_s);
  table["--connect"] = [](Options& o, const std::string& v) {
    o.address = address_or_refuse("--connect", v);
    o.has_address = true;
  };
  table["--warm-connect"] = [](Options& o, const std::string& v) {
    o.warm_address = address_or_refuse("--warm-connect", v);
    o.has_warm_address = true;
  };
  table["--expect-body"] = [](Options& o, const std::string& v) {
    o.expect_body = v;
    o.has_expect_body = true;
  };
  table["--server-pids"] = [](Options& o, const std::string& v) {
    o.server_pids = pid_list("--server-pids", v);
  };
  return table;
}

void check_mode_options(const Options& o, const std::set<std::string>& given) {
  static const std::set<std::string> modes = {"handshake", "keepalive", "h2",
                                              "grpc",      "websocket", "refused",
                                              "bulk",      "idle",      "first-answer"};
  if (!modes.contains(o.mode)) refuse("no mode \"" + o.mode + "\"");
  const auto only = [&](const char* option, const std::set<std::string>& where) {
    if (given.contains(option) && !where.contains(o.mode)) {
      refuse(std::string(option) + " means nothing in mode " + o.mode);
    }
  };
  only("--streams", {"h2", "grpc"});
  only("--message-bytes", {"grpc", "websocket"});
  only("--issuer-key", {"handshake"});
  only("--since", {"first-answer"});
  only("--port-file", {"first-answer"});
  only("--warm-connect", {"first-answer"});
  if (o.mode == "idle" && o.count == 0) refuse("idle wants --count");
  if (o.mode == "first-answer" && o.since.empty()) refuse("first-answer wants --since");
  if (o.message_bytes > 0xffff) refuse("--message-bytes wants at most 65535");
  if (given.contains("--count") && given.contains("--duration")) {
    refuse("--count and --duration exclude each other");
  }
}

}  // namespace

Options parse_options(int argc, char** argv) {
  if (argc < 2) refuse("no mode given");
  if (std::string_view(argv[1]) == "--help") {
    std::fputs(kUsage, stdout);
    std::exit(0);
  }
  Options options;
  options.mode = argv[1];
  const auto table = setters();
  std::set<std::string> given;
  for (int i = 2; i < argc; i += 2) {
    const auto found = table.find(argv[i]);
    if (found == table.end()) refuse(std::string("unknown option ") + argv[i]);
    if (i + 1 == argc) refuse(std::string(argv[i]) + " wants a value");
    if (!given.insert(argv[i]).second) refuse(std::string(argv[i]) + " is given twice");
    found->second(options, argv[i + 1]);
  }
  check_mode_options(options, given);
  if (!options.has_address && options.port_file.empty()) refuse("--connect is missing");
  if (options.has_address && options.sni.empty()) refuse("--sni is missing");
  const bool tls = options.tls != "none";
  if (tls && options.cacert.empty()) refuse("--cacert is missing");
  if (options.cert.empty() != options.key.empty()) refuse("--cert and --key go together");
  if (!options.issuer_key.empty() && options.cert.empty()) refuse("--issuer-key wants --cert");
  if (tls && options.tls != "1.2" && options.tls != "1.3") refuse("--tls wants 1.2, 1.3 or none");
  static const std::set<std::string> plain = {"keepalive", "bulk", "idle", "websocket"};
  if (!tls && !plain.contains(options.mode)) refuse("mode " + options.mode + " wants TLS");
  return options;
}

}  // namespace hoplab::bench
