#include "diagnose/capture/plain_http.h"

#include <cstdlib>

#include "base/ascii.h"
#include "diagnose/log_fields.h"
#include "diagnose/recognise.h"

namespace hoplab::diagnose {

namespace {

using scenario::Fact;

std::string all_of(const std::vector<Chunk>& sent) {
  std::string bytes;
  for (const Chunk& chunk : sent) bytes += chunk.bytes;
  return bytes;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find("\r\n")));
}

/// The last request: where its line begins.
std::size_t last_request(const std::string& bytes) {
  const auto version = bytes.rfind(" HTTP/1.");
  if (version == std::string::npos) return std::string::npos;
  const auto line = bytes.rfind('\n', version);
  return line == std::string::npos ? 0 : line + 1;
}

constexpr std::string_view kVersion = "HTTP/1.";
constexpr std::size_t kStatusAt = 9;  // where it stands in an answer

/// Head and page of the last answer with an error: what came after it hides nothing.
std::string_view last_failed(std::string_view answers) {
  constexpr std::size_t kTelling = 2000;
  std::string_view failed;
  for (auto at = answers.find(kVersion); at != std::string_view::npos;) {
    const auto next = answers.find(kVersion, at + kStatusAt);
    const std::string_view message = answers.substr(at, next - at);
    if (message.size() > kStatusAt && (message[kStatusAt] == '4' || message[kStatusAt] == '5'))
      failed = message.substr(0, kTelling);
    at = next;
  }
  return failed;
}

/// Whether the message that begins with `head` is there whole.
bool is_complete(std::string_view message) {
  const auto end = message.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  const std::string_view head = message.substr(0, end), body = message.substr(end + 4);
  if (const auto length = named_value(head, "content-length"))
    return body.size() >= std::strtoull(length->c_str(), nullptr, 10);
  if (lower_case(head).find("transfer-encoding: chunked") != std::string::npos)
    return body.ends_with("0\r\n\r\n");
  return true;  // until the connection's end
}

/// A redirect to an identity provider's login (OpenID Connect Core 3.1.2.1), to who asks for no
/// page: a browser would follow it.
bool sends_to_log_in(std::string_view request, std::string_view answer) {
  const std::string_view head = answer.substr(0, answer.find("\r\n\r\n"));
  const auto location = named_value(head, "location");
  return location && location->find("response_type=code") != std::string::npos &&
         location->find("client_id=") != std::string::npos &&
         request.find("text/html") == std::string_view::npos;
}

}  // namespace

PlainHttp plain_http(const std::vector<Chunk>& client, const std::vector<Chunk>& server) {
  PlainHttp http;
  const std::string requests = all_of(client), answers = all_of(server);
  const auto request = last_request(requests);
  if (request != std::string::npos)
    http.request = first_line(std::string_view(requests).substr(request));
  const auto answer = answers.rfind(kVersion);
  if (answer == std::string::npos) return http;
  const std::string_view message = std::string_view(answers).substr(answer);
  http.answer = first_line(message);
  if (http.answer.size() >= kStatusAt + 3) http.status = http.answer.substr(kStatusAt, 3);
  http.complete = is_complete(message);
  if (const std::string_view failed = last_failed(answers); !failed.empty()) {
    http.recognised = recognise(failed);
  } else if (request != std::string::npos && sends_to_log_in(requests.substr(request), message)) {
    http.recognised.learn(Fact::actions, "authenticate");
    http.recognised.learn(Fact::status, http.status);
  }
  return http;
}

}  // namespace hoplab::diagnose
