#include "aws/apigateway/mapping/parameter_mapping.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "aws/apigateway/mapping/json_path.h"
#include "aws/apigateway/mapping/parsed_body.h"
#include "aws/apigateway/mapping/value_text.h"
#include "base/ascii.h"

namespace hoplab::aws {

namespace {

using Texts = std::vector<std::string>;

Texts one_or_none(const std::string* value) {
  return value != nullptr ? Texts{*value} : Texts{};
}

Texts all_of(const std::vector<NamedValue>& values, std::string_view name, bool any_case) {
  Texts found;
  for (const NamedValue& one : values) {
    if (any_case ? iequals(one.name, name) : one.name == name) found.push_back(one.value);
  }
  return found;
}

/// A text as it is, anything else as JSON; null is none.
Texts text_or_json(const vtl::Value& value, vtl::Heap& heap) {
  if (vtl::is_null(value)) return {};
  const std::string* const text = vtl::as_text(value);
  return {text != nullptr ? *text : vtl::json_text(value, heap)};
}

bool is_in_expressions(char c) noexcept {
  return is_letter(c) || is_digit(c) ||
         std::string_view("._$-[]'\":*,@()").find(c) != std::string_view::npos;
}

}  // namespace

struct ParameterMapping::Prefix {
  std::string_view text;
  Source source;
};

Result<ParameterMapping> ParameterMapping::compile(std::string_view expression, Side side) {
  if (!expression.starts_with('\'')) return named(expression, side);
  if (expression.size() < 2 || !expression.ends_with('\'')) {
    return Error{std::string(expression) + " has no quote at its end"};
  }
  ParameterMapping made;
  made.name_ = expression.substr(1, expression.size() - 2);
  return made;
}

Result<ParameterMapping> ParameterMapping::named(std::string_view expression, Side side) {
  static constexpr std::array<Prefix, 6> kRequest = {
      {{"method.request.path.", Source::path},
       {"method.request.querystring.", Source::querystring},
       {"method.request.multivaluequerystring.", Source::multi_querystring},
       {"method.request.header.", Source::header},
       {"method.request.multivalueheader.", Source::multi_header},
       {"method.request.body.", Source::body_path}}};
  static constexpr std::array<Prefix, 3> kResponse = {
      {{"integration.response.header.", Source::header},
       {"integration.response.multivalueheader.", Source::multi_header},
       {"integration.response.body.", Source::body_path}}};
  static constexpr std::array<Prefix, 2> kBoth = {
      {{"context.", Source::context}, {"stageVariables.", Source::stage_variable}}};

  ParameterMapping made;
  made.side_ = side;
  const auto fits = [&](const Prefix& prefix) {
    if (!expression.starts_with(prefix.text)) return false;
    made.source_ = prefix.source;
    made.name_ = expression.substr(prefix.text.size());
    return true;
  };
  const bool request = side == Side::request;
  const std::string_view body = request ? "method.request.body" : "integration.response.body";
  const bool known =
      (request ? std::ranges::any_of(kRequest, fits) : std::ranges::any_of(kResponse, fits)) ||
      std::ranges::any_of(kBoth, fits);
  if (expression == body) {
    made.source_ = Source::body;
  } else if (!known || made.name_.empty() || !std::ranges::all_of(expression, is_in_expressions)) {
    return Error{"\"" + std::string(expression) + "\" is no mapping expression: it takes " +
                 (request ? "method.request.{path,querystring,header,multivaluequerystring,"
                            "multivalueheader}.NAME, method.request.body[.JSONPATH]"
                          : "integration.response.{header,multivalueheader}.NAME, "
                            "integration.response.body[.JSONPATH]") +
                 ", context.NAME, stageVariables.NAME or 'VALUE'"};
  }
  if (made.source_ != Source::body_path) return made;
  auto path = vtl::JsonPath::compile(made.name_);
  if (!path) return Error{std::string(expression) + ": " + path.error()};
  made.json_path_ = std::make_shared<const vtl::JsonPath>(std::move(path).value());
  return made;
}

Result<std::vector<std::string>> ParameterMapping::values(const MappingInput& input) const {
  const auto& headers = side_ == Side::request ? input.header : input.integration_header;
  switch (source_) {
    case Source::fixed: return Texts{name_};
    case Source::path: return one_or_none(last_value(input.path, name_));
    case Source::querystring: return one_or_none(last_value(input.querystring, name_));
    case Source::header: return one_or_none(last_header(headers, name_));
    case Source::multi_querystring: return all_of(input.querystring, name_, false);
    case Source::multi_header: return all_of(headers, name_, true);
    case Source::stage_variable: return one_or_none(last_value(input.stage_variables, name_));
    case Source::body:
    case Source::body_path: return from_body(input);
    case Source::context: break;
  }
  const auto found = input.context ? input.context(name_) : std::nullopt;
  if (!found) return Texts{};
  vtl::Heap heap;
  return text_or_json(vtl::value_of(*found, heap), heap);
}

/// Malformed JSON fails even where the whole body is asked for (by report).
Result<std::vector<std::string>> ParameterMapping::from_body(const MappingInput& input) const {
  if (input.body->malformed()) {
    const bool request = side_ == Side::request;
    return Error{request ? "Invalid JSON in request body" : "Invalid JSON in response body"};
  }
  if (source_ == Source::body) return Texts{std::string(input.body->text_or_empty_object())};
  vtl::Heap heap;
  const auto found = json_path_->find(input.body->parsed().root, heap);
  if (heap.exhausted()) return Error{"the mapping's JSONPath meets too much of the body"};
  return found ? text_or_json(*found, heap) : Texts{};
}

}  // namespace hoplab::aws
