#include "aws/apigateway/mapping/host_objects.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/apigateway/mapping/java_text.h"
#include "aws/apigateway/mapping/json_path.h"
#include "aws/apigateway/mapping/parsed_body.h"
#include "aws/apigateway/mapping/value_text.h"
#include "base/base64.h"
#include "base/percent.h"

namespace hoplab::aws::vtl {

HostObjects::HostObjects(const MappingInput& input, Runtime& runtime)
    : input_(input),
      runtime_(runtime),
      request_override_(runtime.heap.map()),
      response_override_(runtime.heap.map(Map::Kind::overrides)),
      stage_variables_(map_of(input.stage_variables)) {
  for (const char* const part : {"header", "path", "querystring"}) {
    request_override_->put(part, runtime.heap.map(Map::Kind::overrides));
  }
  response_override_->put("header", runtime.heap.map(Map::Kind::overrides));
}

Map* HostObjects::map_of(const std::vector<NamedValue>& values) {
  Map* const map = runtime_.heap.map();
  for (const auto& [name, value] : values) put(runtime_, *map, name, runtime_.text(value));
  return map;
}

Value HostObjects::call(Host host, std::string_view method, Arguments arguments) {
  if (host == Host::input) return input_method(method, arguments);
  if (host == Host::util) return util_method(method, arguments);
  const std::string* const name = text_at(arguments, 0);
  return method == "get" && name != nullptr ? look_up(*name) : Value();
}

Value HostObjects::property(Host host, std::string_view name) {
  if (host == Host::context) return look_up(name);
  if (host == Host::input && name == "body") {
    return runtime_.text(input_.body->text_or_empty_object());
  }
  return {};
}

Value HostObjects::input_method(std::string_view method, Arguments arguments) {
  if (method == "params" && arguments.empty()) return parameters();
  if (method == "getBody" && arguments.empty()) return property(Host::input, "body");
  const std::string* const text = text_at(arguments, 0);
  if (text == nullptr || arguments.size() != 1) return {};
  if (method == "params") return parameter(*text);
  if (method == "json") return at_path(*text, true);
  return method == "path" ? at_path(*text, false) : Value();
}

/// What is not there is null, and "" as JSON.
Value HostObjects::at_path(std::string_view path, bool as_json) {
  const ParsedBody& body = input_.body->parsed();
  if (body.malformed) return runtime_.fail("the payload is not valid JSON"), Value();
  const auto compiled = JsonPath::compile(path);
  if (!compiled) return runtime_.fail(compiled.error()), Value();
  const auto found = compiled.value().find(body.root, runtime_.heap);
  if (!as_json) return found.value_or(Value());
  return runtime_.heap.text(found ? json_text(*found, runtime_.heap) : "\"\"");
}

Value HostObjects::parameter(std::string_view name) {
  for (const auto* const values : {&input_.path, &input_.querystring}) {
    if (const std::string* const value = last_value(*values, name)) return runtime_.text(*value);
  }
  const std::string* const value = last_header(input_.header, name);
  return runtime_.text(value != nullptr ? std::string_view(*value) : "");
}

Value HostObjects::parameters() {
  if (!is_null(parameters_)) return parameters_;
  Map* const all = runtime_.heap.map();
  all->put("path", map_of(input_.path));
  all->put("querystring", map_of(input_.querystring));
  all->put("header", map_of(input_.header));
  parameters_ = all;
  return parameters_;
}

Value HostObjects::look_up(std::string_view name) {
  if (name == "requestOverride") return request_override_;
  if (name == "responseOverride") return response_override_;
  const auto found = input_.context ? input_.context(name) : std::nullopt;
  return found ? value_of(*found, runtime_.heap) : Value();
}

std::pair<Value, std::size_t> HostObjects::context(std::span<const Segment> segments) {
  constexpr std::size_t kLongest = 8;  // names; there are none of more
  std::size_t count = 0;
  std::vector<std::string> names;
  while (count < std::min(segments.size(), kLongest) &&
         segments[count].kind == Segment::Kind::property) {
    const std::string_view name = segments[count++].name;
    names.push_back(names.empty() ? std::string(name) : names.back() + "." + std::string(name));
  }
  for (; count > 0; --count) {
    Value value = look_up(names[count - 1]);
    if (!is_null(value)) return {std::move(value), count};
  }
  return {Value(), names.size()};
}

Value HostObjects::util_method(std::string_view method, Arguments arguments) {
  if (arguments.size() != 1 || is_null(arguments[0])) return {};
  Heap& heap = runtime_.heap;
  const std::string text = java_text(arguments[0], heap);
  if (method == "escapeJavaScript") return heap.text(escape_javascript(text));
  if (method == "urlEncode") return heap.text(form_encoded(text));
  if (method == "urlDecode") return heap.text(form_decoded(text));
  if (method == "base64Encode") return heap.text(to_base64(text));
  if (method == "base64Decode") {
    auto plain = from_base64(text);
    if (!plain) return runtime_.fail("$util.base64Decode: this is not base64"), Value();
    return heap.text(*std::move(plain));
  }
  if (method != "parseJson") return {};
  auto value = parse_json(text, heap);
  if (!value && !runtime_.failed()) runtime_.fail("$util.parseJson: this is not valid JSON");
  if (!value) return {};
  return *std::move(value);
}

}  // namespace hoplab::aws::vtl
