#include "model/api_text_rules.h"

#include <algorithm>

namespace hoplab::model::rules {
namespace {

constexpr bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// `least` to `most` letters, digits and characters of `others`.
bool made_of(std::string_view text, std::string_view others, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [&](char c) {
           return is_alnum(c) || others.find(c) != std::string_view::npos;
         });
}

}  // namespace

const TextRule kStageVariableName{
    "^[A-Za-z0-9_]{1,64}$", "at most 64 letters, digits and underscores",
    [](std::string_view text) noexcept { return made_of(text, "_", 1, 64); }};
const TextRule kStageVariableValue{
    "^[A-Za-z0-9._~:/?#&=,-]{1,512}$", "at most 512 letters, digits and -._~:/?#&=,",
    [](std::string_view text) noexcept { return made_of(text, "-._~:/?#&=,", 1, 512); }};
const TextRule kApiKeyValue{
    "^[A-Za-z0-9]{20,128}$", "20 to 128 letters and digits",
    [](std::string_view text) noexcept { return made_of(text, {}, 20, 128); }};
const TextRule kMethodOfSettings{
    "^(\\*|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY)$",
    "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, ANY or *",
    [](std::string_view text) noexcept { return text == "*" || kApiMethod.matches(text); }};

}  // namespace hoplab::model::rules
