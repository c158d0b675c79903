#include "diagnose/capture/plain_http.h"

#include <cstdlib>

#include "base/ascii.h"
#include "diagnose/log_fields.h"
#include "diagnose/recognise.h"

namespace hoplab::diagnose {

namespace {

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

}  // namespace

PlainHttp plain_http(const std::vector<Chunk>& client, const std::vector<Chunk>& server) {
  PlainHttp http;
  const std::string requests = all_of(client), answers = all_of(server);
  const auto request = last_request(requests);
  if (request != std::string::npos)
    http.request = first_line(std::string_view(requests).substr(request));
  const auto answer = answers.rfind("HTTP/1.");
  if (answer == std::string::npos) return http;
  const std::string_view message = std::string_view(answers).substr(answer);
  http.answer = first_line(message);
  http.complete = is_complete(message);
  constexpr std::size_t kTelling = 2000;  // head, and the page of an error
  const std::string_view status = std::string_view(http.answer).substr(0, 12);
  if (status.size() == 12 && (status[9] == '4' || status[9] == '5'))
    http.recognised = recognise(message.substr(0, kTelling));
  return http;
}

}  // namespace hoplab::diagnose
