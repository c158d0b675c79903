#include "aws/identity/web_answers.h"

namespace hoplab::aws {

void answer_json(http::Response& response, int status, const nlohmann::ordered_json& json) {
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");  // RFC 6749 5.1
  response.headers.add("Access-Control-Allow-Origin", "*");
  using Handler = nlohmann::ordered_json::error_handler_t;
  response.text = response.arena.copy(json.dump(-1, ' ', false, Handler::replace));
}

void answer_page(http::Response& response, int status, std::string_view title,
                 std::string_view body) {
  response.status = status;
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.text = response.arena.join("<!DOCTYPE html>\n<html lang=\"en\"><head><title>",
                                      html_escaped(title), "</title></head>\n<body><h1>",
                                      html_escaped(title), "</h1>\n", body, "</body></html>\n");
}

void send_on(http::Response& response, std::string_view url) {
  response.status = 302;
  response.headers.add("Location", response.arena.copy(url));
  response.headers.add("Cache-Control", "no-store");
}

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace hoplab::aws
