// The text rules as functions; text_rule.h says why they are written out.
#include "model/text_rule.h"

#include "base/address_range.h"

#include <algorithm>
#include <array>

namespace hoplab::model {
namespace {

constexpr bool digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool letter(char c) {
  return lower(c) || (c >= 'A' && c <= 'Z');
}
constexpr bool alnum(char c) {
  return digit(c) || letter(c);
}
constexpr bool hex(char c) {
  return digit(c) || (c >= 'a' && c <= 'f');
}

template <class Is>
bool all(std::string_view text, Is is) {
  return std::all_of(text.begin(), text.end(), is);
}

bool among(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

/// Calls `part` for each piece between separators; false as soon as one is false.
template <class Part>
bool each_part(std::string_view text, char separator, Part part) {
  while (true) {
    const auto end = text.find(separator);
    if (!part(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool any_text(std::string_view) noexcept {
  return true;
}

bool not_empty(std::string_view text) noexcept {
  return !text.empty();
}

bool name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 64 && alnum(text.front()) &&
         all(text, [](char c) { return alnum(c) || among(c, "._-"); });
}

bool load_balancer_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 32 && alnum(text.front()) && alnum(text.back()) &&
         all(text, [](char c) { return alnum(c) || c == '-'; });
}

bool trust_store_name(std::string_view text) noexcept {
  return load_balancer_name(text) && text.find("--") == std::string_view::npos;
}

bool account(std::string_view text) noexcept {
  return text.size() == 12 && all(text, digit);
}

/// "eu-west-1", "us-gov-west-1".
bool region(std::string_view text) noexcept {
  int parts = 0;
  bool ended = false;
  const bool parts_good = each_part(text, '-', [&](std::string_view part) {
    if (part.empty() || ended) return false;
    ++parts;
    if (parts == 1) return part.size() == 2 && all(part, lower);
    ended = part.size() == 1 && digit(part[0]);
    return ended || all(part, lower);
  });
  return parts_good && ended && parts >= 3;
}

bool availability_zone(std::string_view text) noexcept {
  return !text.empty() && lower(text.back()) && region(text.substr(0, text.size() - 1));
}

bool target_zone(std::string_view text) noexcept {
  return text == "all" || availability_zone(text);
}

bool prefixed_id(std::string_view text, std::string_view prefix) noexcept {
  return text.size() == prefix.size() + 17 && text.starts_with(prefix) &&
         all(text.substr(prefix.size()), hex);
}
bool vpc_endpoint_id(std::string_view text) noexcept {
  return prefixed_id(text, "vpce-");
}
bool vpc_id(std::string_view text) noexcept {
  return prefixed_id(text, "vpc-");
}

bool access_key_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 128 && all(text, alnum);
}

bool rest_api_id(std::string_view text) noexcept {
  return text.size() == 10 && all(text, [](char c) { return lower(c) || digit(c); });
}

bool deployment_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 10 &&
         all(text, [](char c) { return lower(c) || digit(c); });
}

bool stage_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 128 &&
         all(text, [](char c) { return alnum(c) || c == '_' || c == '-'; });
}

bool function_name(std::string_view text) noexcept {
  return text.size() <= 64 && stage_name(text);
}

bool variable_name(std::string_view text) noexcept {
  return text.size() >= 2 && letter(text.front()) &&
         all(text, [](char c) { return alnum(c) || c == '_'; });
}

bool label(std::string_view text, bool (*is)(char)) noexcept {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         all(text, [is](char c) { return is(c) || c == '-'; });
}

bool host(std::string_view text, bool (*is)(char), int least_labels) noexcept {
  if (text.starts_with("*.")) text.remove_prefix(2);
  int labels = 0;
  const bool good = each_part(text, '.', [&](std::string_view part) {
    ++labels;
    return label(part, is);
  });
  return good && labels >= least_labels;
}

bool domain_name(std::string_view text) noexcept {
  return host(
      text, [](char c) { return lower(c) || digit(c); }, 2);
}

bool dns_name(std::string_view text) noexcept {
  return host(
      text, [](char c) { return alnum(c); }, 1);
}

bool host_port(std::string_view text) noexcept {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || text.size() - colon > 6) return false;
  const auto port = parse_number(text.substr(colon + 1));
  const std::string_view host_part = text.substr(0, colon);
  const bool bracketed = host_part.front() == '[' && host_part.back() == ']';
  if (!bracketed && host_part.find(':') != std::string_view::npos) return false;
  return port && *port >= 1 && *port <= 65535 &&
         all(host_part, [](char c) { return alnum(c) || among(c, ".-_:[]"); });
}

bool cidr(std::string_view text) noexcept {
  const auto slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (slash == std::string_view::npos || !address || !address->ipv4()) return false;
  const std::string_view prefix = text.substr(slash + 1);
  const auto bits = parse_number(prefix);
  return bits && *bits <= 32 && prefix.size() == (*bits < 10 ? 1u : 2u);
}

bool loopback_ip(std::string_view text) noexcept {
  return text.starts_with("127.") && parse_ip(text).has_value();
}

bool ip_port(std::string_view text) noexcept {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto address = parse_ip(text.substr(0, colon));
  const std::string_view port = text.substr(colon + 1);
  return address && address->ipv4() && parse_number(port) && port.size() <= 5;
}

bool duration(std::string_view text) noexcept {
  return parse_duration_s(text).has_value();
}

bool short_time(std::string_view text) noexcept {
  return parse_short_time_us(text).has_value();
}

bool subject(std::string_view text) noexcept {
  const auto equals = text.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         all(text.substr(0, equals), [](char c) { return alnum(c) || c == '.'; }) &&
         text.find_first_of("\r\n") == std::string_view::npos;
}

/// What stands before a URI's first colon (RFC 3986 section 3.1).
bool uri_scheme(std::string_view text) noexcept {
  return !text.empty() && letter(text.front()) &&
         all(text, [](char c) { return alnum(c) || among(c, "+-."); });
}

bool uri(std::string_view text) noexcept {
  const auto colon = text.find(':');
  return colon != std::string_view::npos && uri_scheme(text.substr(0, colon)) &&
         colon + 1 < text.size() && all(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool identity_filter_value(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 256 &&
         all(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool uri_filter_value(std::string_view text) noexcept {
  return identity_filter_value(text) && uri_scheme(text.substr(0, text.find(':')));
}

bool principal(std::string_view text) noexcept {
  constexpr std::string_view kHead = "arn:aws:iam::";
  constexpr std::string_view kTail = ":root";
  return text == "*" ||
         (text.size() == kHead.size() + 12 + kTail.size() && text.starts_with(kHead) &&
          text.ends_with(kTail) && account(text.substr(kHead.size(), 12)));
}

bool visible(char c) {
  return c > ' ' && c < 0x7f;
}

bool health_check_path(std::string_view text) noexcept {
  return text.starts_with('/') && text.size() <= 1024 && all(text, visible);
}

bool health_check_port(std::string_view text) noexcept {
  const auto port = parse_number(text);
  return text == "traffic-port" || (port && *port >= 1 && *port <= 65535 && text.front() != '0');
}

bool request_path(std::string_view text) noexcept {
  return text.starts_with('/') && all(text, visible);
}

/// "widgets", "{id}" or "{proxy+}"; apigateway.md 7 names the characters.
bool path_part(std::string_view text) noexcept {
  if (text.size() > 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
    if (text.ends_with('+')) text.remove_suffix(1);
  }
  return !text.empty() && all(text, [](char c) { return alnum(c) || among(c, "_.,:-"); });
}

bool resource_path(std::string_view text) noexcept {
  if (!text.starts_with('/')) return false;
  if (text.size() == 1) return true;
  bool ended = false;  // a greedy parameter is the last part
  return each_part(text.substr(1), '/', [&ended](std::string_view part) {
    if (ended) return false;
    ended = part.ends_with("+}");
    return path_part(part);
  });
}

bool base_path(std::string_view text) noexcept {
  return text.empty() || each_part(text, '/', [](std::string_view part) {
           return !part.empty() &&
                  all(part, [](char c) { return alnum(c) || among(c, "_.~$+!*'()-"); });
         });
}

bool http_method(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 40 &&
         all(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
}

bool api_method(std::string_view text) noexcept {
  return text == "GET" || text == "HEAD" || text == "POST" || text == "PUT" || text == "PATCH" ||
         text == "DELETE" || text == "OPTIONS" || text == "ANY";
}

bool header_name(std::string_view text) noexcept {
  return !text.empty() && all(text, [](char c) { return alnum(c) || among(c, "!#$%&'*+-.^_`|~"); });
}

bool header_value(std::string_view text) noexcept {
  return all(text, [](char c) { return c == '\t' || (c >= ' ' && c != 0x7f) || c < 0; });
}

/// AWS allows more (spaces, colons), which no header's name can have (RFC 9110 5.6.2).
bool other_header_name(std::string_view text) noexcept {
  return text.size() <= 1024 &&
         all(text, [](char c) { return alnum(c) || among(c, "!#%&'*+.^_`|~-"); });
}

bool other_header_value(std::string_view text) noexcept {
  return text.size() <= 1024 &&
         all(text, [](char c) { return alnum(c) || among(c, "_ :;.,\\/'?!(){}[]@<>=-+*#&`|~^%"); });
}

/// No user, no fragment.
bool https_url(std::string_view text) noexcept {
  constexpr std::string_view kScheme = "https://";
  if (!text.starts_with(kScheme)) return false;
  text.remove_prefix(kScheme.size());
  const auto end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  const auto colon = std::min(authority.find(':'), authority.size());
  const std::string_view host = authority.substr(0, colon);
  const std::string_view port = authority.substr(std::min(colon + 1, authority.size()));
  constexpr std::size_t kMostDigits = 5;
  return !host.empty() && all(host, [](char c) { return alnum(c) || among(c, ".-"); }) &&
         (colon == authority.size() ||
          (!port.empty() && port.size() <= kMostDigits && all(port, digit))) &&
         all(text.substr(end), [](char c) { return c >= '!' && c <= '~' && c != '#'; });
}

bool user_pool_arn(std::string_view text) noexcept {
  std::array<std::string_view, 6> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = i + 1 == parts.size() ? text.size() : std::min(text.find(':'), text.size());
    parts[i] = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  constexpr std::string_view kPool = "userpool/";
  constexpr std::size_t kAccountDigits = 12;
  const auto word = [](char c) { return lower(c) || digit(c) || c == '-'; };
  const auto partition = [](char c) { return lower(c) || c == '-'; };
  return parts[0] == "arn" && parts[1].starts_with("aws") && all(parts[1], partition) &&
         parts[2] == "cognito-idp" && !parts[3].empty() && all(parts[3], word) &&
         parts[4].size() == kAccountDigits && all(parts[4], digit) &&
         parts[5].size() > kPool.size() && parts[5].starts_with(kPool) &&
         all(parts[5].substr(kPool.size()), [](char c) { return alnum(c) || among(c, "_-"); });
}

bool claim_value(std::string_view text) noexcept {
  constexpr std::size_t kMost = 256;
  return !text.empty() && text.size() <= kMost;
}

bool seconds(std::string_view text) noexcept {
  constexpr std::size_t kMostDigits = 9;
  return !text.empty() && text.size() <= kMostDigits && text[0] != '0' && all(text, digit);
}

bool grpc_matcher(std::string_view text) noexcept {
  const auto code = [](std::string_view one) {
    return !one.empty() && one.size() <= 2 && all(one, digit);
  };
  return each_part(text, ',', [&code](std::string_view part) {
    const auto dash = part.find('-');
    if (dash == std::string_view::npos) return code(part);
    return code(part.substr(0, dash)) && code(part.substr(dash + 1));
  });
}

bool matcher(std::string_view text) noexcept {
  return each_part(text, ',', [](std::string_view part) {
    if (part.size() == 3) return all(part, digit);
    return part.size() == 7 && part[3] == '-' && all(part.substr(0, 3), digit) &&
           all(part.substr(4), digit);
  });
}

bool fixed_status(std::string_view text) noexcept {
  return text.size() == 3 && among(text[0], "245") && all(text, digit);
}

bool fixed_body(std::string_view text) noexcept {
  return text.size() <= 1024;
}

std::int64_t unit_s(char unit) noexcept {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    case 'w': return 7LL * 86400;
    case 'y': return 365LL * 86400;
    default: return 0;
  }
}

struct ShortUnit {
  std::string_view name;
  std::int64_t microseconds;
};
/// Those whose name ends another one's come behind it.
constexpr std::array<ShortUnit, 5> kShortUnits{{
    {"us", 1},
    {"ms", 1'000},
    {"s", 1'000'000},
    {"m", 60'000'000},
    {"h", 3'600'000'000},
}};

}  // namespace

std::optional<int> parse_number(std::string_view text) noexcept {
  if (text.empty() || text.size() > 9 || !all(text, digit)) return std::nullopt;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

std::optional<std::int64_t> parse_duration_s(std::string_view text) noexcept {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.size() < 2) return std::nullopt;
  const std::int64_t unit = unit_s(text.back());
  const auto count = parse_number(text.substr(0, text.size() - 1));
  if (unit == 0 || !count) return std::nullopt;
  const std::int64_t seconds = *count * unit;
  if (seconds > 1000 * unit_s('y')) return std::nullopt;
  return negative ? -seconds : seconds;
}

std::optional<std::int64_t> parse_short_time_us(std::string_view text) noexcept {
  for (const ShortUnit& unit : kShortUnits) {
    if (!text.ends_with(unit.name)) continue;
    const auto count = parse_number(text.substr(0, text.size() - unit.name.size()));
    if (!count) return std::nullopt;
    return *count * unit.microseconds;
  }
  return std::nullopt;
}

std::string short_time_text(std::int64_t microseconds) {
  const ShortUnit* largest = &kShortUnits.front();
  for (const ShortUnit& unit : kShortUnits) {
    if (microseconds % unit.microseconds == 0) largest = &unit;
  }
  if (microseconds == 0) return "0s";
  return std::to_string(microseconds / largest->microseconds) + std::string(largest->name);
}

namespace rules {
const TextRule kAnyText{"^[\\s\\S]*$", "any text", any_text};
const TextRule kNotEmpty{"^[\\s\\S]+$", "a text that is not empty", not_empty};
const TextRule kName{"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
                     "at most 64 letters, digits, dots, hyphens and underscores, a letter or digit "
                     "first",
                     name};
const TextRule kLoadBalancerName{
    "^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$",
    "at most 32 letters, digits and hyphens, with no hyphen at either end", load_balancer_name};
const TextRule kTrustStoreName{
    "^(?=.{1,32}$)([A-Za-z0-9]+-)*[A-Za-z0-9]+$",
    "at most 32 letters, digits and single hyphens, with no hyphen at either end",
    trust_store_name};
const TextRule kAccount{"^[0-9]{12}$", "an account id of 12 digits", account};
const TextRule kRegion{"^[a-z]{2}(-[a-z]+)+-[0-9]$", "a Region such as eu-west-1", region};
const TextRule kAvailabilityZone{"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$",
                                 "an Availability Zone such as eu-west-1a", availability_zone};
const TextRule kTargetZone{"^([a-z]{2}(-[a-z]+)+-[0-9][a-z]|all)$",
                           "an Availability Zone such as eu-west-1a, or all", target_zone};
const TextRule kVpcEndpointId{"^vpce-[0-9a-f]{17}$", "vpce- and 17 hexadecimal digits",
                              vpc_endpoint_id};
const TextRule kAccessKeyId{"^[A-Za-z0-9]{1,128}$", "at most 128 letters and digits",
                            access_key_id};
const TextRule kVpcId{"^vpc-[0-9a-f]{17}$", "vpc- and 17 hexadecimal digits", vpc_id};
const TextRule kRestApiId{"^[a-z0-9]{10}$", "10 lower-case letters and digits", rest_api_id};
const TextRule kDeploymentId{"^[a-z0-9]{1,10}$", "1 to 10 lower-case letters and digits",
                             deployment_id};
const TextRule kStageName{"^[A-Za-z0-9_-]{1,128}$",
                          "at most 128 letters, digits, hyphens and underscores", stage_name};
const TextRule kFunctionName{"^[A-Za-z0-9_-]{1,64}$",
                             "at most 64 letters, digits, hyphens and underscores", function_name};
const TextRule kVariableName{"^[A-Za-z][A-Za-z0-9_]+$",
                             "at least two letters, digits and underscores, a letter first",
                             variable_name};
const TextRule kDomainName{
    "^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    "a domain name in lower case, such as api.example.com", domain_name};
const TextRule kDnsName{
    "^(\\*\\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*"
    "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
    "a DNS name", dns_name};
const TextRule kHostPort{
    "^$|^([A-Za-z0-9._-]+|\\[[A-Za-z0-9:._-]+\\]):[0-9]{1,5}$",
    "host:port, or nothing for the stand-in",
    [](std::string_view text) noexcept { return text.empty() || host_port(text); }};
const TextRule kUpstream{"^([A-Za-z0-9._-]+|\\[[A-Za-z0-9:._-]+\\]):[0-9]{1,5}$",
                         "host:port, such as 127.0.0.1:6379", host_port};
const TextRule kCidr{
    "^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    "(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}/([12]?[0-9]|3[0-2])$",
    "an IPv4 address range such as 127.0.0.0/8", cidr};
const TextRule kLoopbackIp{"^127(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}$",
                           "an address of this machine such as 127.0.0.9", loopback_ip};
const TextRule kIpPort{
    "^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    "(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}:"
    "[0-9]{1,5}$",
    "an IPv4 address and a port, such as 127.0.0.1:0", ip_port};
const TextRule kDuration{"^[+-]?[0-9]{1,9}[smhdwy]$",
                         "a number with one of s, m, h, d, w, y behind it, such as -60d or 10y",
                         duration};
const TextRule kShortTime{"^[0-9]{1,9}(us|ms|s|m|h)$",
                          "a number with one of us, ms, s, m, h behind it, such as 200ms",
                          short_time};
const TextRule kSubject{"^[A-Za-z0-9.]+=[^\\r\\n]*$",
                        "a distinguished name (RFC 2253), such as CN=my_client,O=Example", subject};
const TextRule kUri{"^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$", "a URI such as spiffe://example.com/orders",
                    uri};
const TextRule kIdentityFilterValue{"^[ -~]{1,256}$", "1 to 256 printable ASCII characters",
                                    identity_filter_value};
const TextRule kUriFilterValue{
    "^(?=.{1,256}$)[A-Za-z][A-Za-z0-9+.-]*(:[ -~]*)?$",
    "a URI or its beginning: a letter first, and only letters, digits and + - . before the first "
    "colon",
    uri_filter_value};
const TextRule kPrincipal{"^(\\*|arn:aws:iam::[0-9]{12}:root)$",
                          "* or arn:aws:iam::<account>:root; hoplab has accounts, and no users or "
                          "roles in them",
                          principal};
const TextRule kHealthCheckPath{"^/[!-~]{0,1023}$", "a path of at most 1024 characters",
                                health_check_path};
const TextRule kHealthCheckPort{
    "^(traffic-port|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|"
    "6553[0-5])$",
    "traffic-port or a port, 1 to 65535", health_check_port};
const TextRule kRequestPath{"^/[!-~]*$", "a path with its query, as it stands in a request",
                            request_path};
const TextRule kResourcePath{
    "^/$|^(/([A-Za-z0-9_.,:-]+|\\{[A-Za-z0-9_.,:-]+\\}))*(/([A-Za-z0-9_.,:-]+|"
    "\\{[A-Za-z0-9_.,:-]+\\+?\\}))$",
    "a resource's path such as /widgets, /widgets/{id} or /{proxy+}, of letters, digits and _-.,:",
    resource_path};
const TextRule kBasePath{"^$|^[A-Za-z0-9_.~$+!*'()-]+(/[A-Za-z0-9_.~$+!*'()-]+)*$",
                         "a base path with no slash at either end; empty is the root", base_path};
const TextRule kHttpMethod{"^[A-Z_-]{1,40}$", "an HTTP method in capitals", http_method};
const TextRule kApiMethod{"^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY)$",
                          "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or ANY", api_method};
const TextRule kHeaderName{"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", "a header's name", header_name};
const TextRule kHeaderValue{"^[^\\x00-\\x08\\x0a-\\x1f\\x7f]*$",
                            "a header's value, without control characters", header_value};
const TextRule kOtherHeaderName{
    "^[A-Za-z0-9!#%&'*+.^_`|~-]{0,1024}$",
    "a header's name of at most 1024 letters, digits and !#%&'*+.^_`|~-", other_header_name};
const TextRule kOtherHeaderValue{
    "^[A-Za-z0-9_ :;.,\\\\/'?!(){}\\[\\]@<>=+*#&`|~^%-]{0,1024}$",
    "at most 1024 letters, digits, spaces and _:;.,\\/'?!(){}[]@<>=-+*#&`|~^%", other_header_value};
const TextRule kMatcher{"^[0-9]{3}(-[0-9]{3})?(,[0-9]{3}(-[0-9]{3})?)*$",
                        "status codes such as 200, 200,403 or 200-399", matcher};
const TextRule kGrpcMatcher{"^[0-9]{1,2}(-[0-9]{1,2})?(,[0-9]{1,2}(-[0-9]{1,2})?)*$",
                            "codes of 0 to 99 such as 12, 0,12 or 0-99", grpc_matcher};
const TextRule kCookieName{"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", "a cookie's name", header_name};
const TextRule kHttpsUrl{"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?][!-\"$-~]*)?$",
                         "an https URL such as https://login.example.com/oauth2/token", https_url};
const TextRule kClaimValue{"^[\\s\\S]{1,256}$", "1 to 256 characters", claim_value};
const TextRule kUserPoolArn{
    "^arn:aws[a-z-]*:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[A-Za-z0-9_-]+$",
    "a user pool's ARN, arn:aws:cognito-idp:<region>:<account>:userpool/<id>", user_pool_arn};
const TextRule kSeconds{"^[1-9][0-9]{0,8}$", "seconds", seconds};
const TextRule kFixedStatus{"^[245][0-9]{2}$", "a status code of 2XX, 4XX or 5XX", fixed_status};
const TextRule kFixedBody{"^[\\s\\S]{0,1024}$", "at most 1024 bytes", fixed_body};
}  // namespace rules

}  // namespace hoplab::model
