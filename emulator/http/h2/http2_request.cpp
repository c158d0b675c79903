#include "http/h2/http2_request.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace hoplab::http {

namespace {

constexpr std::size_t kLineOverhead = 4;          // ": " and CRLF
constexpr std::size_t kRequestLineOverhead = 11;  // two spaces and "HTTP/1.1", CR counted

}  // namespace

void Http2RequestHead::add(Request& request, const Http2Field& field, const ServerLimits& limits) {
  if (refused_) return;
  const std::size_t line = field.name.size() + field.value.size() + kLineOverhead;
  size_ += line;
  const bool pseudo = field.name.starts_with(':');
  const std::size_t most = pseudo ? limits.request_line : limits.header;
  if (line > most) return refuse(field.name == ":path" ? 414 : 400);
  if (size_ > limits.headers) return refuse(400);
  const auto value = field.static_value ? field.value : request.arena.copy(field.value);
  if (add_known(request, field.name, value)) return;
  request.headers.add(field.static_name ? field.name : request.arena.copy(field.name), value);
}

/// True when the field is not to be among the headers.
bool Http2RequestHead::add_known(Request& request, std::string_view name, std::string_view value) {
  if (name.starts_with(':')) {
    if (name == ":method") request.method = value;
    if (name == ":path") request.target = value;
    if (name == ":authority") request.authority = value;
    return true;  // :scheme is https: this connection is TLS
  }
  if (name == "cookie") ++cookies_;
  if (name == "content-length") {
    std::uint64_t length = 0;  // digits only, and only one: the session refuses others
    std::from_chars(value.data(), value.data() + value.size(), length);
    content_length_ = length;
  }
  // "HTTP/2: neither answered nor forwarded" (alb.md 4.4, Expect: 100-continue).
  return name == "expect" && iequals(value, "100-continue");
}

int Http2RequestHead::finish(Request& request, const ServerLimits& limits) {
  if (refused_) return refused_;
  const auto host = request.headers.get("host");
  if (request.authority.empty()) {
    request.authority = host;
  } else if (!host.empty() && !iequals(host, request.authority)) {
    refuse(400);  // RFC 9113 8.3.1: they name different servers
    return refused_;
  }
  if (request.method == "CONNECT") request.target = request.authority;  // it has no :path
  if (request.method.size() + request.target.size() + kRequestLineOverhead > limits.request_line) {
    refuse(414);
    return refused_;
  }
  if (cookies_ > 1) join_cookies(request);
  return 0;
}

/// RFC 9113 8.2.3: the pieces become one field, where the first one stood.
void Http2RequestHead::join_cookies(Request& request) const {
  auto& fields = request.headers.fields();
  constexpr std::string_view separator = "; ";
  std::size_t size = separator.size() * (cookies_ - 1);
  for (const Field& field : fields) {
    if (field.name == "cookie") size += field.value.size();
  }
  const auto room = request.arena.allocate(size);
  char* at = room.data();
  Field* first = nullptr;
  for (Field& field : fields) {
    if (field.name != "cookie") continue;
    if (first) at = std::ranges::copy(separator, at).out;
    at = std::ranges::copy(field.value, at).out;
    if (!first) {
      first = &field;
    } else {
      field.name = {};  // marked for removal: no field has an empty name
    }
  }
  first->value = {room.data(), room.size()};
  std::erase_if(fields, [](const Field& field) { return field.name.empty(); });
}

}  // namespace hoplab::http
