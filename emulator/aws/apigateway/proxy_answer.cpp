#include "aws/apigateway/proxy_answer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include "aws/apigateway/integration_fields.h"
#include "base/ascii.h"
#include "model/text_rule.h"

namespace hoplab::aws {

namespace {

/// Not in the order of the text: that would take time by the square of how many members there are.
using Json = nlohmann::json;

class Reader {
 public:
  Reader(const Json& json, ProxyAnswer& answer) : json_(json), answer_(answer) {}

  std::optional<std::string> read() {
    if (!json_.is_object()) return "it is no JSON object";
    if (json_.empty()) return "it is an empty object";
    std::optional<std::string> why = read_head({"body", "isBase64Encoded"});
    if (!why) why = read_body();
    return why;
  }

  /// Of one that streams.
  std::optional<std::string> read_streamed() {
    if (!json_.is_object()) return "it is no JSON object";
    streams_ = true;
    std::optional<std::string> why = read_head({"cookies"});
    if (!why) why = read_cookies();
    return why;
  }

 private:
  /// `more`: names that it takes beside those of the head.
  std::optional<std::string> read_head(std::initializer_list<std::string_view> more) {
    static constexpr std::array<std::string_view, 3> kKnown = {"statusCode", "headers",
                                                               "multiValueHeaders"};
    for (const auto& [name, value] : json_.items()) {
      const bool known = std::ranges::find(kKnown, name) != kKnown.end() ||
                         std::ranges::find(more, name) != more.end();
      if (!known) return "it has a member that is not known";
    }
    std::optional<std::string> why = read_status();
    if (!why) why = read_lists();
    if (!why) why = read_single();
    return why;
  }

  std::optional<std::string> read_cookies() {
    const Json* const cookies = find("cookies");
    if (!cookies) return std::nullopt;
    if (!cookies->is_array()) return "its cookies are no list";
    for (const Json& cookie : *cookies) {
      if (!cookie.is_string()) return "one of its cookies is no text";
      if (auto why = add_field("Set-Cookie", cookie)) return why;
    }
    return std::nullopt;
  }

  /// Null: it is not there, or null.
  [[nodiscard]] const Json* find(const char* name) const {
    const auto found = json_.find(name);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }

  /// A number, or one in a text; 200 when nothing is said.
  std::optional<std::string> read_status() {
    constexpr int kFirst = 200, kLast = 599;  // an interim answer is not all of it
    const Json* const status = find("statusCode");
    if (!status) return std::nullopt;
    std::int64_t number = 0;
    if (status->is_number_integer()) {
      number = status->get<std::int64_t>();
    } else if (status->is_string()) {
      const auto& text = status->get_ref<const std::string&>();
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (problem != std::errc{} || end != text.data() + text.size()) number = 0;
    }
    if (number < kFirst || number > kLast) return "its statusCode is no number from 200 to 599";
    answer_.status = static_cast<int>(number);
    return std::nullopt;
  }

  std::optional<std::string> read_lists() {
    const Json* const fields = find("multiValueHeaders");
    if (!fields) return std::nullopt;
    if (!fields->is_object()) return "its multiValueHeaders are no object";
    for (const auto& [name, values] : fields->items()) {
      if (!values.is_array()) return "the value of one of its multiValueHeaders is no list";
      for (const Json& value : values) {
        if (auto why = add_field(name, value)) return why;
      }
    }
    return std::nullopt;
  }

  /// Behind those of the lists, and in their spelling; what a list has already is not there twice.
  std::optional<std::string> read_single() {
    const Json* const fields = find("headers");
    if (!fields) return std::nullopt;
    if (!fields->is_object()) return "its headers are no object";
    const auto lists = fields_;
    for (const auto& field : fields->items()) {
      const std::string& name = field.key();
      const auto text = text_of(field.value());
      const auto same_name = [&](const auto& one) { return iequals(one.first, name); };
      const auto known = std::ranges::find_if(lists, same_name);
      const bool there = std::ranges::any_of(
          lists, [&](const auto& one) { return same_name(one) && text == one.second; });
      if (there) continue;
      if (auto why = add_field(known == lists.end() ? name : known->first, field.value()))
        return why;
    }
    return std::nullopt;
  }

  static std::optional<std::string> text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_null()) return "";
    if (value.is_boolean() || value.is_number()) return value.dump();
    return std::nullopt;
  }

  std::optional<std::string> add_field(const std::string& name, const Json& value) {
    const auto text = text_of(value);
    if (!text) return "the value of one of its headers is no text";
    if (!model::rules::kHeaderName.matches(name) || !model::rules::kHeaderValue.matches(*text)) {
      return "one of its headers cannot be one";
    }
    fields_.emplace_back(name, *text);
    if (streams_ && iequals(name, "Content-Length")) return read_length(*text);
    const FieldFate fate = fate_of_answer_field(model::IntegrationType::aws_proxy, name);
    if (fate == FieldFate::dropped) return std::nullopt;
    if (iequals(name, "Content-Type")) {
      answer_.content_type = *text;
    } else if (fate == FieldFate::remapped) {
      answer_.headers.emplace_back(std::string(kRemapped) + name, *text);
    } else {
      answer_.headers.emplace_back(name, *text);
    }
    return std::nullopt;
  }

  /// Nobody counts what streams, so it is the function's to say.
  std::optional<std::string> read_length(std::string_view text) {
    std::uint64_t length = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (problem != std::errc{} || end != text.data() + text.size()) {
      return "its Content-Length is no number";
    }
    answer_.content_length = length;
    return std::nullopt;
  }

  std::optional<std::string> read_body() {
    const Json* const base64 = find("isBase64Encoded");
    if (base64 && !base64->is_boolean()) return "its isBase64Encoded is neither true nor false";
    answer_.is_base64_encoded = base64 && base64->get<bool>();
    const Json* const body = find("body");
    if (!body) return std::nullopt;
    if (!body->is_string()) return "its body is no text";
    answer_.body = body->get<std::string>();
    return std::nullopt;
  }

  const Json& json_;
  ProxyAnswer& answer_;
  bool streams_ = false;
  std::vector<std::pair<std::string, std::string>> fields_;  // so far, under their own names
};

}  // namespace

std::optional<std::string> read_proxy_answer(std::string_view json, ProxyAnswer& answer) {
  constexpr bool kThrows = false;
  const Json parsed = Json::parse(json, nullptr, kThrows);
  if (parsed.is_discarded()) return "it is no JSON";
  return Reader(parsed, answer).read();
}

StreamedHead streamed_head(std::string_view begun) noexcept {
  static constexpr std::array<char, 8> kEnd{};
  const std::string_view first = begun.substr(0, StreamedHead::kMost);
  const auto end = first.find(std::string_view(kEnd.data(), kEnd.size()));
  if (end != std::string_view::npos) {
    return {StreamedHead::Verdict::whole, first.substr(0, end), end + kEnd.size()};
  }
  const bool more = first.size() < StreamedHead::kMost;
  return {more ? StreamedHead::Verdict::incomplete : StreamedHead::Verdict::none, {}, 0};
}

std::optional<std::string> read_buffered_answer(std::string_view payload, ProxyAnswer& answer) {
  auto why = read_proxy_answer(payload, answer);
  if (!why) return why;
  const StreamedHead head = streamed_head(payload);
  if (head.verdict != StreamedHead::Verdict::whole) return why;
  answer = {};
  return read_streamed_head(head.json, answer);
}

std::optional<std::string> read_streamed_head(std::string_view json, ProxyAnswer& answer) {
  constexpr bool kThrows = false;
  const Json parsed = Json::parse(json, nullptr, kThrows);
  if (parsed.is_discarded()) return "it is no JSON";
  return Reader(parsed, answer).read_streamed();
}

}  // namespace hoplab::aws
