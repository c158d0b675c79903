#include "aws/lambda/alb_answer.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "aws/lambda/one_line.h"
#include "base/base64.h"
#include "http/field_names.h"
#include "http/h1/http1_parser.h"

namespace hoplab::aws::lambda {

namespace {

/// Not in the order of the text, which AWS does not keep either: that would take time by the square
/// of how many members there are.
using Json = nlohmann::json;

/// RFC 9110 5.6.2.
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    const bool alnum = (c >= '0' && c <= '9') || (lower_case(c) >= 'a' && lower_case(c) <= 'z');
    return alnum || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

/// Nothing that would end the line, or be another field.
bool is_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

class Answer {
 public:
  Answer(const Json& json, http::Response& response) : json_(json), response_(response) {}

  std::optional<std::string> read(bool multi_value_headers) {
    if (!json_.is_object()) return "it is no JSON object";
    std::optional<std::string> why = read_status();
    if (!why) why = read_fields(multi_value_headers);
    if (!why) why = read_body();
    return why;
  }

 private:
  /// Null: it is not there, or null.
  [[nodiscard]] const Json* find(const char* name) const {
    const auto found = json_.find(name);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }

  std::optional<std::string> read_status() {
    const Json* const status = find("statusCode");
    if (!status) return "it has no statusCode";
    constexpr int kFirst = 200, kLast = 599;  // an interim answer is not all of it
    if (!status->is_number_integer() || *status < kFirst || *status > kLast) {
      return "its statusCode is no number from 200 to 599";
    }
    response_.status = status->get<int>();
    return read_phrase();
  }

  /// "200 OK"; the number may be missing.
  std::optional<std::string> read_phrase() {
    const Json* const said = find("statusDescription");
    if (!said) return std::nullopt;
    if (!said->is_string()) return "its statusDescription is no text";
    std::string_view phrase = said->get_ref<const std::string&>();
    const std::string number = std::to_string(response_.status);
    if (phrase.starts_with(number)) phrase.remove_prefix(number.size());
    while (phrase.starts_with(' ')) phrase.remove_prefix(1);
    if (!is_value(phrase)) return "its statusDescription is no line of text";
    response_.reason = response_.arena.copy(phrase);
    return std::nullopt;
  }

  std::optional<std::string> read_fields(bool lists) {
    const char* const wanted = lists ? "multiValueHeaders" : "headers";
    const char* const other = lists ? "headers" : "multiValueHeaders";
    const Json* const fields = find(wanted);
    if (!fields) {
      const Json* const wrong = find(other);
      if (!wrong || wrong->empty()) return std::nullopt;
      return std::string("it has ") + other + " where lambda.multi_value_headers.enabled (" +
             (lists ? "true" : "false") + ") asks for " + wanted;
    }
    if (!fields->is_object()) return std::string("its ") + wanted + " are no object";
    for (const auto& [name, value] : fields->items()) {
      if (lists != value.is_array()) return not_fitting(name, lists);
      if (!lists) {
        if (auto why = add_field(name, value, lists)) return why;
        continue;
      }
      for (const Json& one : value) {
        if (auto why = add_field(name, one, lists)) return why;
      }
    }
    return std::nullopt;
  }

  static std::string quoted(const std::string& name) {
    constexpr std::size_t kMost = 100;
    return one_line(name, kMost);
  }

  static std::string not_fitting(const std::string& name, bool lists) {
    return "the value of its header " + quoted(name) +
           (lists ? " is no list of texts" : " is no text");
  }

  std::optional<std::string> add_field(const std::string& name, const Json& value, bool lists) {
    if (!value.is_string()) return not_fitting(name, lists);
    const auto& text = value.get_ref<const std::string&>();
    if (!is_token(name) || !is_value(text)) return "its header " + quoted(name) + " cannot be one";
    if (http::belongs_to_connection(name)) return std::nullopt;  // not honoured
    fields_size_ += name.size() + text.size() + 4;               // ": " and CRLF
    if (fields_size_ > http::kResponseHeadLimit) return "its headers are larger than 32 KB";
    response_.headers.add(response_.arena.copy(name), response_.arena.copy(text));
    return std::nullopt;
  }

  std::optional<std::string> read_body() {
    const Json* const base64 = find("isBase64Encoded");
    if (base64 && !base64->is_boolean()) return "its isBase64Encoded is neither true nor false";
    const Json* const body = find("body");
    if (!body) return std::nullopt;
    if (!body->is_string()) return "its body is no text";
    std::string_view text = body->get_ref<const std::string&>();
    std::optional<std::string> decoded;
    if (base64 && base64->get<bool>()) {
      decoded = from_base64(text);
      if (!decoded) return "its body is no base64";
      text = *decoded;
    }
    if (!http::forbids_body(response_.status)) response_.text = response_.arena.copy(text);
    return std::nullopt;
  }

  const Json& json_;
  http::Response& response_;
  std::size_t fields_size_ = 0;  // as HTTP/1.1 writes them
};

}  // namespace

std::optional<std::string> read_alb_answer(std::string_view json, bool multi_value_headers,
                                           http::Response& response) {
  constexpr bool kThrows = false;
  const Json parsed = Json::parse(json, nullptr, kThrows);
  if (parsed.is_discarded()) return "it is no JSON";
  return Answer(parsed, response).read(multi_value_headers);
}

}  // namespace hoplab::aws::lambda
