#include "aws/alb/target_headers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "aws/alb/field_list.h"
#include "aws/alb/trace_id.h"
#include "base/ascii.h"
#include "http/authority.h"

namespace hoplab::aws {

namespace {

using http::Field;
constexpr std::string_view kForwardedFor = "X-Forwarded-For";
constexpr std::size_t kMaxForwardedFor = 30;          // then 463
constexpr std::size_t kTraceRewriteBytes = 7 * 1024;  // then the client's trace is forgotten
constexpr std::size_t kFieldOverhead = 4;             // ": " and CRLF

std::string_view number_text(std::uint16_t value, Arena& arena) {
  if (value == 443) return "443";
  char digits[5];
  return arena.copy({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
}

/// What becomes of a client's field, by its name alone.
enum class Kind : std::uint8_t {
  passes,
  left_out,  // of the client's connection, or written anew
  host,
  connection,
  forwarded_for,
  trace_id,
  perhaps_ours,  // X-Amzn-...: replaced when the ALB sets this very name
};

/// Hop-by-hop fields: AWS publishes no list; RFC 9110 7.6.1 and alb.md 4.4.
Kind kind_of(std::string_view name) noexcept {
  using enum Kind;
  const auto either = [name](std::string_view wanted, Kind kind) {
    return iequals(name, wanted) ? kind : passes;
  };
  const char first = name.empty() ? '\0' : lower_case(name[0]);
  if (first == 'p') {
    return iequals(name.substr(0, 6), "Proxy-") ? left_out : passes;
  }
  if (first == 'x') {
    switch (name.size()) {
      case 15:
        return iequals(name, kForwardedFor) ? forwarded_for : either("X-Amzn-Trace-Id", trace_id);
      case 16: return either("X-Forwarded-Port", left_out);
      case 17: return either("X-Forwarded-Proto", left_out);
      default: return iequals(name.substr(0, 7), "X-Amzn-") ? perhaps_ours : passes;
    }
  }
  switch (name.size()) {
    case 2: return either("TE", left_out);
    case 4: return either("Host", host);
    case 6: return either("Expect", left_out);
    case 7: return either("Upgrade", left_out);
    case 10: return iequals(name, "Connection") ? connection : either("Keep-Alive", left_out);
    case 14: return either("Content-Length", left_out);
    case 17: return either("Transfer-Encoding", left_out);
    default: return passes;
  }
}

/// A client's trailer field reaches a target unless the ALB has a say in a header of its name: a
/// target may merge the two.
bool passes_as_trailer(std::string_view name) {
  return kind_of(name) == Kind::passes;
}

std::string_view join_lines(std::string_view so_far, std::string_view line, Arena& arena) {
  return so_far.empty() ? line : arena.join(so_far, ", ", line);
}

constexpr std::array<bool, 256> kNameCharacter = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "abcdefghijklmnopqrstuvwxyz")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool valid_name(std::string_view name) noexcept {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return kNameCharacter[static_cast<unsigned char>(c)];
  });
}

/// The table of alb.md 4.3: on ports 80 and 443 a port vanishes, on others it appears.
std::string_view host_text(const http::Request& request, const ClientFacts& client, Arena& arena) {
  if (request.authority.empty()) return client.load_balancer_dns_name;  // HTTP/1.0 without Host
  const std::string_view whole = lower_case(request.authority, arena);
  const http::Authority authority = http::split_authority(whole);
  if (client.listener_port == 80 || client.listener_port == 443) return authority.host;
  if (!authority.port.empty()) return whole;
  return arena.join(authority.host, ":", number_text(client.listener_port, arena));
}

/// One request's way: take_in() looks at every field once, write() puts the ALB's before them.
class TargetFields {
 public:
  TargetFields(http::Request& request, const ClientFacts& client,
               const model::LoadBalancerAttributes& attributes)
      : request_(request),
        arena_(request.arena),
        client_(client),
        attributes_(attributes),
        names_(client.renamed ? *client.renamed : model::kAwsRequestHeaderNames),
        renamed_(client.renamed != nullptr),
        append_(attributes.xff_mode == "append"),
        tls_fields_(attributes.tls_version_and_cipher_headers && client.tls),
        upgrades_(!request.upgrade.empty()) {}

  void take_in() {
    const auto& fields = request_.headers.fields();
    own_ = (append_ ? 5u : 4u) + (tls_fields_ ? 2u : 0u) + (upgrades_ ? 2u : 0u) +
           (client_.mtls ? client_.mtls->fields.size() : 0);
    out_.reserve(own_ + fields.size());
    out_.resize(own_);
    for (const Field& field : fields) {
      bytes_ += field.name.size() + field.value.size() + kFieldOverhead;
      take(field);
    }
  }

  [[nodiscard]] bool too_many_addresses() const noexcept { return addresses_ > kMaxForwardedFor; }

  /// The order in which targets were seen to receive the ALB's fields (alb.md 1.2).
  void write(Time now, Rng& rng) {
    if (has_connection_) drop_listed();
    if (append_) put(kForwardedFor, forwarded_for());
    put("X-Forwarded-Proto", client_.tls ? "https" : "http");
    put("X-Forwarded-Port", number_text(client_.listener_port, arena_));
    const std::size_t mtls_at = at_;
    if (client_.mtls) {
      for (const MtlsHeader& header : client_.mtls->fields) put(header.name, header.value);
    }
    if (tls_fields_) {
      put(names_.tls_version, client_.tls_version);
      put(names_.tls_cipher_suite, client_.tls_cipher);
    }
    const std::size_t host_at = at_;
    put("Host", first_host());
    const bool forget = bytes_ > kTraceRewriteBytes;
    put("X-Amzn-Trace-Id", trace_id_for_target(forget ? "" : trace_id_, now, rng, arena_));
    if (upgrades_) {
      put("Upgrade", request_.upgrade);
      put("Connection", "Upgrade");
    }
    if (hosts_ > 1 && keeps_host_fields()) insert_more_hosts(host_at + 1);
    if (!copies_.empty()) settle_copies(mtls_at);
    request_.headers.fields() = std::move(out_);
    request_.passes_trailer = passes_as_trailer;
  }

 private:
  void put(std::string_view name, std::string_view value) { out_[at_++] = {name, value}; }

  void take(const Field& field) {
    switch (kind_of(field.name)) {
      case Kind::passes:
        if (renamed_) {
          take_perhaps_ours(field);
        } else {
          take_passing(field);
        }
        break;
      case Kind::left_out: break;
      case Kind::host:
        if (hosts_++ == 0) host_ = field.value;
        break;
      case Kind::connection: has_connection_ = true; break;
      case Kind::forwarded_for: take_forwarded_for(field); break;
      case Kind::trace_id:
        if (trace_id_.empty()) trace_id_ = field.value;
        break;
      case Kind::perhaps_ours: take_perhaps_ours(field); break;
    }
  }

  /// A client's copy of a name that the ALB sets on this request; copies of names that it does not
  /// set now pass (alb.md 1.3).
  void take_perhaps_ours(const Field& field) {
    if (tls_fields_ &&
        (iequals(field.name, names_.tls_version) || iequals(field.name, names_.tls_cipher_suite))) {
      return;
    }
    if (!client_.mtls || !names_of_mtls_has(field.name)) return take_passing(field);
    if (client_.mtls_copies != model::ClientHeaderCopies::replace) copies_.push_back(field);
  }

  [[nodiscard]] bool names_of_mtls_has(std::string_view name) const {
    return std::ranges::any_of(client_.mtls->fields, [name](const MtlsHeader& header) {
      return iequals(header.name, name);
    });
  }

  /// The client's copies stand where the ALB's own begin; under "pass" those give way.
  void settle_copies(std::size_t mtls_at) {
    const auto begin = out_.begin() + static_cast<std::ptrdiff_t>(mtls_at);
    if (client_.mtls_copies == model::ClientHeaderCopies::pass) {
      const auto end = begin + static_cast<std::ptrdiff_t>(client_.mtls->fields.size());
      out_.erase(std::remove_if(begin, end,
                                [this](const Field& own) {
                                  return std::ranges::any_of(copies_, [&own](const Field& copy) {
                                    return iequals(copy.name, own.name);
                                  });
                                }),
                 end);
    }
    out_.insert(begin, copies_.begin(), copies_.end());
  }

  void take_passing(const Field& field) {
    if (attributes_.drop_invalid_header_fields && !valid_name(field.name)) return;
    out_.push_back(field);
  }

  /// "preserve" leaves the lines as they are; over HTTP/2 this is one of the names whose case the
  /// ALB restores (alb.md 4.4). Counted in every mode: the 463 is about what was received.
  void take_forwarded_for(const Field& field) {
    const std::size_t before = addresses_;
    each_element(field.value, [this](std::string_view) { ++addresses_; });
    if (append_ && addresses_ > before && !too_many_addresses()) {
      forwarded_for_ = join_lines(forwarded_for_, field.value, arena_);
    }
    if (attributes_.xff_mode != "preserve") return;
    const bool restore = request_.version == http::Version::http2;
    out_.push_back({restore ? kForwardedFor : field.name, field.value});
  }

  /// RFC 9110 7.6.1: the names that Connection lists. X-Forwarded-For is not the client's to hide.
  void drop_listed() {
    for (const Field& field : request_.headers.fields()) {
      if (kind_of(field.name) != Kind::connection) continue;
      each_element(field.value, [this](std::string_view name) { drop(name); });
    }
  }

  void drop(std::string_view name) {
    if (iequals(name, "close") || iequals(name, "keep-alive")) return;
    if (iequals(name, kForwardedFor)) return;
    const auto listed = [name](const Field& field) { return iequals(field.name, name); };
    const auto first = out_.begin() + static_cast<std::ptrdiff_t>(own_);
    out_.erase(std::remove_if(first, out_.end(), listed), out_.end());
    std::erase_if(copies_, listed);
  }

  [[nodiscard]] std::string_view forwarded_for() {
    std::string_view address = client_.source_ip;
    if (attributes_.xff_client_port) {
      const bool v6 = address.find(':') != std::string_view::npos;
      address = arena_.join(v6 ? "[" : "", address, v6 ? "]:" : ":",
                            number_text(client_.source_port, arena_));
    }
    return join_lines(forwarded_for_, address, arena_);
  }

  /// preserve_host_header of HTTP/1: the field as it came, also beside an absolute-form target.
  /// Over HTTP/2 :authority is what the client said.
  [[nodiscard]] bool keeps_host_fields() const noexcept {
    return attributes_.preserve_host_header && hosts_ > 0 &&
           request_.version != http::Version::http2;
  }

  [[nodiscard]] std::string_view first_host() {
    if (keeps_host_fields()) return host_;
    if (!attributes_.preserve_host_header || request_.authority.empty()) {
      return host_text(request_, client_, arena_);
    }
    return request_.authority;
  }

  /// preserve_host_header keeps all of several Host fields.
  void insert_more_hosts(std::size_t at) {
    http::FieldList more;
    bool first = true;
    for (const Field& field : request_.headers.fields()) {
      if (kind_of(field.name) != Kind::host) continue;
      if (!std::exchange(first, false)) more.push_back({"Host", field.value});
    }
    out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
  }

  http::Request& request_;
  Arena& arena_;
  const ClientFacts& client_;
  const model::LoadBalancerAttributes& attributes_;
  const model::RequestHeaderNames& names_;
  const bool renamed_;     // some of the ALB's names may not begin with X-Amzn-
  const bool append_;      // X-Forwarded-For
  const bool tls_fields_;  // X-Amzn-Tls-*
  const bool upgrades_;    // it opens a WebSocket
  http::FieldList out_;
  http::FieldList copies_;  // the client's, of names in client_.mtls, unless they are replaced
  std::size_t own_ = 0;     // the first so many of out_ are the ALB's
  std::size_t at_ = 0;
  std::string_view forwarded_for_;    // all lines joined
  std::string_view trace_id_, host_;  // the first of each
  std::size_t addresses_ = 0;         // in X-Forwarded-For
  std::size_t hosts_ = 0;
  std::size_t bytes_ = 0;
  bool has_connection_ = false;
};

}  // namespace

int prepare_target_headers(http::Request& request, const ClientFacts& client,
                           const model::LoadBalancerAttributes& attributes, Time now, Rng& rng) {
  TargetFields fields(request, client, attributes);
  fields.take_in();
  if (fields.too_many_addresses()) return 463;
  fields.write(now, rng);
  return 0;
}

bool drop_invalid_header_fields(http::Request& request) {
  return std::erase_if(request.headers.fields(),
                       [](const Field& field) { return !valid_name(field.name); }) > 0;
}

bool has_invalid_header_fields(const http::Request& request) noexcept {
  return std::ranges::any_of(request.headers.fields(),
                             [](const Field& field) { return !valid_name(field.name); });
}

}  // namespace hoplab::aws
