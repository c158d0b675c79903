#include "aws/apigateway/json_schema/format.h"

#include <arpa/inet.h>

#include <array>

#include "aws/apigateway/json_schema/json_value.h"
#include "base/time_text.h"

namespace hoplab::aws::json_schema {

namespace {

bool is_date_time(const std::string& text) {
  constexpr std::size_t kDate = 10;  // yyyy-MM-dd
  return text.size() > kDate && text[kDate] == 'T' && parse_time(text).has_value();
}

bool is_email(const std::string& text) {
  const auto at = text.find('@');
  return at != 0 && at != std::string::npos && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string::npos &&
         text.find_first_of(" \t\r\n") == std::string::npos;
}

template <int Family>
bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return text.find('\0') == std::string::npos &&
         inet_pton(Family, text.c_str(), address.data()) == 1;
}

struct Format {
  std::string_view name;
  bool (*holds)(const std::string& text);
  std::string_view problem;  // behind the string
};

constexpr Format kFormats[] = {
    {"date-time", is_date_time,
     "is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, "
     "yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]"},
    {"email", is_email, "is not a valid email address"},
    {"ipv4", is_address<AF_INET>, "is not a valid IPv4 address"},
    {"ipv6", is_address<AF_INET6>, "is not a valid IPv6 address"},
};

}  // namespace

std::optional<std::string> format_problem(std::string_view format, const std::string& text) {
  for (const Format& known : kFormats) {
    if (known.name != format || known.holds(text)) continue;
    return "string \"" + shortened(text) + "\" " + std::string(known.problem);
  }
  return std::nullopt;
}

}  // namespace hoplab::aws::json_schema
