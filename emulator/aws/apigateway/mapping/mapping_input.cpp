#include "aws/apigateway/mapping/mapping_input.h"

#include <algorithm>
#include <utility>

#include "aws/apigateway/mapping/java_text.h"
#include "aws/apigateway/mapping/parsed_body.h"
#include "aws/apigateway/mapping/value_text.h"
#include "base/ascii.h"

namespace hoplab::aws {

MappingBody::MappingBody(std::string text) : text_(std::move(text)) {}
MappingBody::MappingBody(MappingBody&&) noexcept = default;
MappingBody& MappingBody::operator=(MappingBody&&) noexcept = default;
MappingBody::~MappingBody() = default;

std::string_view MappingBody::text_or_empty_object() const noexcept {
  return text_.empty() ? std::string_view("{}") : text_;
}

bool MappingBody::malformed() const {
  return parsed().malformed;
}

const vtl::ParsedBody& MappingBody::parsed() const {
  if (parsed_) return *parsed_;
  auto made = std::make_unique<vtl::ParsedBody>();
  const std::string_view text = text_or_empty_object();
  if (auto root = vtl::parse_json(text, made->heap)) {
    made->root = *std::move(root);
  } else {
    const std::string_view content = vtl::trimmed(text);
    made->malformed = content.starts_with('{') || content.starts_with('[');
    if (!made->malformed) made->root = made->heap.text(std::string(text));
  }
  parsed_ = std::move(made);
  return *parsed_;
}

const std::string* last_value(const std::vector<NamedValue>& values, std::string_view name) {
  const auto found = std::find_if(values.rbegin(), values.rend(),
                                  [&](const NamedValue& value) { return value.name == name; });
  return found != values.rend() ? &found->value : nullptr;
}

const std::string* last_header(const std::vector<NamedValue>& headers, std::string_view name) {
  const auto found = std::find_if(headers.rbegin(), headers.rend(), [&](const NamedValue& header) {
    return iequals(header.name, name);
  });
  return found != headers.rend() ? &found->value : nullptr;
}

}  // namespace hoplab::aws
