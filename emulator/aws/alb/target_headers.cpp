#include "aws/alb/target_headers.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace hoplab::aws {

namespace {

using http::Field;
using http::iequals;

constexpr std::size_t kMaxForwardedFor = 30;             // then 463
constexpr std::size_t kTraceRewriteBytes = 7 * 1024;     // then the trace header is a Root only

std::string_view number_text(std::uint64_t value, Arena& arena) {
  char digits[20];
  return arena.copy({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
}

/// The client's fields that the ALB looks at, and those that it leaves out.
struct Sorted {
  std::string_view forwarded_for;  // all lines joined
  std::size_t forwarded_for_lines = 0;
  std::string_view trace_id;
  std::string_view connection;
  std::vector<std::string_view> hosts;
  std::size_t bytes = 0;
};

Sorted look_through(const http::Request& request, Arena& arena) {
  Sorted sorted;
  for (const Field& field : request.headers.fields()) {
    sorted.bytes += field.name.size() + field.value.size() + 4;
    switch (field.name.size()) {
      case 4:
        if (iequals(field.name, "Host")) sorted.hosts.push_back(field.value);
        break;
      case 10:
        if (!iequals(field.name, "Connection")) break;
        sorted.connection = sorted.connection.empty()
                                ? field.value
                                : arena.join(sorted.connection, ",", field.value);
        break;
      case 15:
        if (iequals(field.name, "X-Amzn-Trace-Id")) sorted.trace_id = field.value;
        if (iequals(field.name, "X-Forwarded-For")) {
          sorted.forwarded_for = sorted.forwarded_for_lines++ == 0
                                     ? field.value
                                     : arena.join(sorted.forwarded_for, ", ", field.value);
        }
        break;
      default: break;
    }
  }
  return sorted;
}

/// Whether `name` is one of the names that the Connection field lists (RFC 9110 7.6.1).
bool listed(std::string_view connection, std::string_view name) {
  while (!connection.empty()) {
    const auto comma = connection.find(',');
    auto token = connection.substr(0, comma);
    const auto begin = token.find_first_not_of(" \t");
    if (begin != std::string_view::npos) {
      token = token.substr(begin, token.find_last_not_of(" \t") - begin + 1);
      if (iequals(token, name)) return true;
    }
    if (comma == std::string_view::npos) break;
    connection.remove_prefix(comma + 1);
  }
  return false;
}

/// Fields of the client's connection, and those that the ALB writes anew.
bool left_out(std::string_view name) {
  switch (name.size()) {
    case 2: return iequals(name, "TE");
    case 4: return iequals(name, "Host");
    case 6: return iequals(name, "Expect");
    case 7: return iequals(name, "Upgrade");
    case 10: return iequals(name, "Connection") || iequals(name, "Keep-Alive");
    case 14: return iequals(name, "Content-Length");
    case 15: return iequals(name, "X-Amzn-Trace-Id");
    case 16: return iequals(name, "X-Forwarded-Port") || iequals(name, "Proxy-Connection");
    case 17: return iequals(name, "X-Forwarded-Proto") || iequals(name, "Transfer-Encoding");
    case 19: return iequals(name, "Proxy-Authorization");
    default: return false;
  }
}

bool valid_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-';
  });
}

std::string_view forwarded_for(const Sorted& sorted, const ClientFacts& client, bool with_port,
                               Arena& arena) {
  const bool v6 = client.source_ip.find(':') != std::string_view::npos;
  const std::string_view address =
      !with_port ? client.source_ip
                 : arena.join(v6 ? "[" : "", client.source_ip, v6 ? "]:" : ":",
                              number_text(client.source_port, arena));
  return sorted.forwarded_for_lines ? arena.join(sorted.forwarded_for, ", ", address) : address;
}

std::string_view lower_case(std::string_view text, Arena& arena) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (std::ranges::none_of(text, upper)) return text;
  const auto room = arena.allocate(text.size());
  std::ranges::transform(text, room.begin(),
                         [upper](char c) { return upper(c) ? static_cast<char>(c | 0x20) : c; });
  return {room.data(), room.size()};
}

/// The table of alb.md 4.3: ports 80 and 443 vanish, other listener ports appear.
std::string_view host_text(const http::Request& request, const ClientFacts& client, Arena& arena) {
  if (request.authority.empty()) return client.load_balancer_dns_name;  // HTTP/1.0 without Host
  const std::string_view host = lower_case(request.authority, arena);
  const auto colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos &&
                        host.find(']', colon) == std::string_view::npos;
  const bool default_port = client.listener_port == 80 || client.listener_port == 443;
  if (default_port) return has_port ? host.substr(0, colon) : host;
  return has_port ? host : arena.join(host, ":", number_text(client.listener_port, arena));
}

std::string_view new_trace(Time now, Rng& rng, std::string_view prefix, std::string_view suffix,
                           Arena& arena) {
  static constexpr char kDigits[] = "0123456789abcdef";
  char text[35];  // 1-<8 hex epoch>-<24 hex>
  char* at = text;
  const auto put = [&at](std::uint64_t value, int digits) {
    for (int i = digits - 1; i >= 0; --i) *at++ = kDigits[(value >> (4 * i)) & 15];
  };
  *at++ = '1';
  *at++ = '-';
  put(static_cast<std::uint64_t>(epoch_seconds(now)), 8);
  *at++ = '-';
  put(rng.next(), 16);
  put(rng.next(), 8);
  return arena.join(prefix, std::string_view(text, sizeof text), suffix);
}

/// alb.md 4.2: no header gets a Root; a Root gets a Self before it; a Self is replaced.
std::string_view trace_text(const Sorted& sorted, Time now, Rng& rng, Arena& arena) {
  if (sorted.trace_id.empty() || sorted.bytes > kTraceRewriteBytes) {
    return new_trace(now, rng, "Root=", "", arena);
  }
  const auto self = sorted.trace_id.find("Self=");
  if (self == std::string_view::npos) {
    return new_trace(now, rng, "Self=", arena.join(";", sorted.trace_id), arena);
  }
  const auto end = sorted.trace_id.find(';', self);
  const auto rest = end == std::string_view::npos ? std::string_view() : sorted.trace_id.substr(end);
  return new_trace(now, rng, arena.join(sorted.trace_id.substr(0, self), "Self="), rest, arena);
}

class TargetFields {
 public:
  TargetFields(http::Request& request, const ClientFacts& client,
               const model::LoadBalancerAttributes& attributes)
      : request_(request), client_(client), attributes_(attributes),
        sorted_(look_through(request, request.arena)) {
    fields_.reserve(request.headers.fields().size() + 12);
  }

  [[nodiscard]] bool too_many_addresses() const {
    const auto commas = std::ranges::count(sorted_.forwarded_for, ',');
    return sorted_.forwarded_for_lines && static_cast<std::size_t>(commas) + 1 > kMaxForwardedFor;
  }

  void write(Time now, Rng& rng) {
    Arena& arena = request_.arena;
    if (attributes_.xff_mode == "append") {
      add("X-Forwarded-For", forwarded_for(sorted_, client_, attributes_.xff_client_port, arena));
    }
    add("X-Forwarded-Proto", client_.tls ? "https" : "http");
    add("X-Forwarded-Port", number_text(client_.listener_port, arena));
    if (client_.mtls) {
      for (const MtlsHeader& header : client_.mtls->fields) add(header.name, header.value);
    }
    if (attributes_.tls_version_and_cipher_headers && client_.tls) {
      add("X-Amzn-Tls-Version", client_.tls_version);
      add("X-Amzn-Tls-Cipher-Suite", client_.tls_cipher);
    }
    own_ = fields_.size();
    add_hosts();
    add("X-Amzn-Trace-Id", trace_text(sorted_, now, rng, arena));
    for (const Field& field : request_.headers.fields()) {
      if (passes(field.name)) fields_.push_back(field);
    }
    request_.headers.fields().swap(fields_);
  }

 private:
  void add(std::string_view name, std::string_view value) { fields_.push_back({name, value}); }

  void add_hosts() {
    if (!attributes_.preserve_host_header) {
      add("Host", host_text(request_, client_, request_.arena));
    } else if (sorted_.hosts.empty()) {
      add("Host", request_.authority.empty() ? client_.load_balancer_dns_name : request_.authority);
    } else {
      for (const auto host : sorted_.hosts) add("Host", host);
    }
  }

  /// A client's copy of a name that the ALB sets is replaced, others pass (alb.md 1.3).
  [[nodiscard]] bool passes(std::string_view name) const {
    if (left_out(name)) return false;
    if (iequals(name, "X-Forwarded-For")) return attributes_.xff_mode == "preserve";
    if (attributes_.drop_invalid_header_fields && !valid_name(name)) return false;
    for (std::size_t i = 0; i < own_; ++i) {
      if (iequals(fields_[i].name, name)) return false;
    }
    return sorted_.connection.empty() || !listed(sorted_.connection, name);
  }

  http::Request& request_;
  const ClientFacts& client_;
  const model::LoadBalancerAttributes& attributes_;
  Sorted sorted_;
  std::vector<Field> fields_;
  std::size_t own_ = 0;  // the first so many of fields_ replace the client's copies
};

}  // namespace

int prepare_target_headers(http::Request& request, const ClientFacts& client,
                           const model::LoadBalancerAttributes& attributes, Time now, Rng& rng) {
  TargetFields fields(request, client, attributes);
  if (fields.too_many_addresses()) return 463;
  fields.write(now, rng);
  return 0;
}

}  // namespace hoplab::aws
