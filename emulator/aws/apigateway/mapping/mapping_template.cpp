#include "aws/apigateway/mapping/mapping_template.h"

#include "aws/apigateway/mapping/java_number.h"
#include "aws/apigateway/mapping/parser.h"
#include "aws/apigateway/mapping/renderer.h"
#include "aws/apigateway/mapping/value_text.h"

namespace hoplab::aws {

namespace {

using vtl::Map;
using vtl::Value;

std::vector<std::string> texts_of(const Value& value, vtl::Heap& heap) {
  std::vector<std::string> texts;
  if (const vtl::List* const list = vtl::as_list(value)) {
    for (const Value& item : list->items) texts.push_back(vtl::java_text(item, heap));
  } else {
    texts.push_back(vtl::java_text(value, heap));
  }
  return texts;
}

MappingOverrides::Values overrides_of(const Map& overrides, std::string_view part,
                                      vtl::Heap& heap) {
  MappingOverrides::Values values;
  const Value* const found = overrides.find(part);
  const Map* const map = found != nullptr ? vtl::as_map(*found) : nullptr;
  if (map == nullptr) return values;
  for (const auto& [name, value] : map->entries()) {
    values.emplace_back(name, texts_of(value, heap));
  }
  return values;
}

/// A number, or a text that is one. Nothing was set: there is no error and no status.
Result<std::optional<int>> status_of(const Map& overrides, vtl::Heap& heap) {
  const Value* const found = overrides.find("status");
  if (found == nullptr) return std::optional<int>();
  const std::string text = vtl::java_text(*found, heap);
  const auto status = vtl::parse_integer(text);
  if (status && *status >= 100 && *status <= 599) {
    return std::optional<int>(static_cast<int>(*status));
  }
  return Error{"$context.responseOverride.status is \"" + text.substr(0, 100) +
               "\", which is no status"};
}

}  // namespace

Result<MappingTemplate> MappingTemplate::compile(std::string_view text) {
  if (text.size() > vtl::kMaxTemplate) {
    return Error{"a mapping template has at most 300 KB", ErrorCode::limit};
  }
  auto ast = vtl::parse_template(text);
  if (!ast) return ast.failure();
  return MappingTemplate(std::move(ast).value());
}

Result<Rendered> MappingTemplate::render(const MappingInput& input) const {
  vtl::Renderer renderer(*ast_, input);
  Rendered rendered;
  rendered.text = renderer.render();
  const vtl::HostObjects& hosts = renderer.hosts();
  vtl::Heap& heap = renderer.runtime().heap;
  MappingOverrides& overrides = rendered.overrides;
  overrides.request_header = overrides_of(hosts.request_override(), "header", heap);
  overrides.request_path = overrides_of(hosts.request_override(), "path", heap);
  overrides.request_querystring = overrides_of(hosts.request_override(), "querystring", heap);
  overrides.response_header = overrides_of(hosts.response_override(), "header", heap);
  const auto status = status_of(hosts.response_override(), heap);
  if (renderer.runtime().failed()) return Error{*renderer.runtime().failure()};
  if (!status) return status.failure();
  overrides.response_status = status.value();
  return rendered;
}

}  // namespace hoplab::aws
