// Answers of web sites: JSON, a small page, a way on.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "http/message.h"

namespace hoplab::aws {

/// Nobody may keep it, and scripts of other sites may read it.
void answer_json(http::Response& response, int status, const nlohmann::ordered_json& json);
/// `body` is HTML.
void answer_page(http::Response& response, int status, std::string_view title,
                 std::string_view body);
/// 302 to `url`.
void send_on(http::Response& response, std::string_view url);

/// As text of an HTML page or in its attributes.
std::string html_escaped(std::string_view text);

}  // namespace hoplab::aws
