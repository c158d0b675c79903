#include "aws/alb/elb_response.h"

#include "base/ascii.h"
#include "http/authority.h"

namespace hoplab::aws {

namespace {

constexpr std::size_t kMaxLocation = 8 * 1024;  // longer: 507

/// The phrases that ALBs were seen to send; they are not always the standard ones.
std::string_view phrase(int status) {
  switch (status) {
    case 401: return "Authorization Required";
    case 405: return "Not Allowed";
    case 408: return "Request Time-out";
    case 413: return "Request Entity Too Large";
    case 414: return "Request-URI Too Large";
    case 460:  // only ever logged: the client is gone
    case 463:
    case 464:
    case 561:
    case 562: return "";  // seen without a phrase, or not seen
    case 503: return "Service Temporarily Unavailable";
    case 504: return "Gateway Time-out";
    case 507: return "Insufficient Storage";
    default: return http::reason_phrase(status);
  }
}

/// Errors after which the ALB closes the client's connection; 502, 503 and 504 keep it. After 501
/// (an unknown transfer coding) nobody knows where the request ends.
bool closes(int status) {
  switch (status) {
    case 400:
    case 408:
    case 413:
    case 414:
    case 501:
    case 505: return true;
    default: return false;
  }
}

struct RequestParts {
  std::string protocol, host, port, path, query;
};

/// Replaces #{protocol}, #{host}, #{port}, #{path} and #{query}.
std::string expand(const std::string& pattern, const RequestParts& parts) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto replace = [&](std::string_view key, const std::string& value) {
      if (std::string_view(pattern).substr(at, key.size()) != key) return false;
      out += value;
      at += key.size();
      return true;
    };
    if (replace("#{protocol}", parts.protocol) || replace("#{host}", parts.host) ||
        replace("#{port}", parts.port) || replace("#{path}", parts.path) ||
        replace("#{query}", parts.query)) {
      continue;
    }
    out += pattern[at++];
  }
  return out;
}

RequestParts parts_of(const http::Request& request, const RequestOrigin& origin) {
  const auto question = request.target.find('?');
  RequestParts parts;
  parts.protocol = origin.protocol;
  parts.host = request.authority.empty() ? origin.default_host
                                         : http::split_authority(request.authority).host;
  parts.port = std::to_string(origin.port);
  parts.path = request.target.substr(0, question);
  if (parts.path.starts_with('/')) parts.path.erase(0, 1);  // #{path} has no leading slash
  if (question != std::string_view::npos) parts.query = request.target.substr(question + 1);
  return parts;
}

/// Internet Explorer and Chrome show pages of their own in place of short ones. OBSERVED of ALBs
/// for Chrome; which user agents and which statuses is nginx's rule, whose padding it is.
bool pads_for(std::string_view user_agent) {
  const auto says = [user_agent](std::string_view word) {
    return user_agent.find(word) != std::string_view::npos;
  };
  if (says("Opera")) return false;
  return says("MSIE ") || (says("Chrome/") && !says("Gecko/"));
}

constexpr std::string_view kPadding =
    "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
    "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
    "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
    "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
    "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
    "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n";
static_assert(kPadding.size() == 402);

/// The page that nginx would write, without its footer.
void add_page(http::Response& response) {
  std::string title = std::to_string(response.status);
  if (!response.reason.empty()) title.append(" ").append(response.reason);
  response.headers.add("Content-Type", "text/html");
  const bool pads = response.status >= 400 && response.request &&
                    pads_for(response.request->headers.get("User-Agent"));
  response.text = response.arena.join(
      "<html>\r\n<head><title>", title, "</title></head>\r\n<body>\r\n<center><h1>", title,
      "</h1></center>\r\n</body>\r\n</html>\r\n", pads ? kPadding : std::string_view());
}

}  // namespace

const std::string& ElbErrorPages::date() const {
  const Time now = clock_.calendar();
  if (const auto second = epoch_seconds(now); second != date_at_) {
    date_ = http_date(now);
    date_at_ = second;
  }
  return date_;
}

void ElbErrorPages::begin(int status, http::Response& response) const {
  response.headers.fields().clear();
  response.body.reset();
  response.text = {};
  response.content_length.reset();
  response.head_only = false;
  response.close = false;
  response.status = status;
  response.reason = phrase(status);
  if (listener_->attributes.server_header) response.headers.add("Server", "awselb/2.0");
  response.headers.add("Date", response.arena.copy(date()));
}

void ElbErrorPages::fill(int status, http::Response& response) const {
  begin(status, response);
  if (!response.reason.empty()) add_page(response);
  add_listener_headers(response);
  response.close = closes(status);
}

void ElbErrorPages::fill_grpc_unavailable(http::Response& response) const {
  response.headers.remove("Content-Type");
  response.headers.add("Content-Type", "application/grpc");
  response.headers.add("grpc-status", "14");
  response.headers.add("grpc-message", "unavailable");
  response.text = {};
}

void ElbErrorPages::add_listener_headers(http::Response& response) const {
  for (const auto& [name, value] : listener_->attributes.response_headers) {
    response.headers.remove(name);
    response.headers.add(name, value);
  }
}

void ElbErrorPages::fill_fixed_response(const model::FixedResponse& fixed,
                                        http::Response& response) const {
  begin(fixed.status_code, response);
  if (!fixed.content_type.empty()) {
    response.headers.add("Content-Type",
                         response.arena.join(fixed.content_type, "; charset=utf-8"));
  }
  response.text = response.arena.copy(fixed.message_body);
  add_listener_headers(response);
}

void ElbErrorPages::fill_redirect(const model::Redirect& redirect, const http::Request& request,
                                  const RequestOrigin& origin, http::Response& response) const {
  const RequestParts parts = parts_of(request, origin);
  const std::string protocol = lower_case(expand(redirect.protocol, parts));
  std::string location = protocol + "://" + expand(redirect.host, parts) + ":" +
                         expand(redirect.port, parts) + expand(redirect.path, parts);
  if (const std::string query = expand(redirect.query, parts); !query.empty()) {
    location += "?" + query;
  }
  if (location.size() > kMaxLocation) return fill(507, response);
  fill_location(redirect.status_code, location, response);
}

void ElbErrorPages::fill_login_redirect(std::string_view location, http::Response& response) const {
  constexpr int kFound = 302;
  fill_location(kFound, location, response);
}

void ElbErrorPages::fill_location(int status, std::string_view location,
                                  http::Response& response) const {
  begin(status, response);
  add_page(response);
  response.headers.add("Location", response.arena.copy(location));
  add_listener_headers(response);
}

}  // namespace hoplab::aws
