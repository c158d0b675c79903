// libFuzzer target: a schema, of a model that may refer to itself, and texts that are validated by
// it.
//
// Checks, beside memory safety: what is wrong is said, in UTF-8 and not at length; a value is valid
// either by a schema or by its `not`; what the schema is wrapped in changes nothing.
#include <string>
#include <string_view>

#include "aws/apigateway/json_schema/json_schema.h"
#include "aws/stub/json_text.h"
#include "base/hash.h"
#include "check.h"

namespace {

using namespace hoplab;
using namespace hoplab::aws;
using namespace hoplab::fuzz;

bool is_undecided(const std::vector<std::string>& messages) {
  return !messages.empty() && (messages.back().find("too much work") != std::string::npos ||
                               messages.front().starts_with("Unknown error"));
}

void check_messages(const std::vector<std::string>& messages) {
  check(messages.size() <= JsonSchema::kMostMessages + 1);
  for (const std::string& message : messages) {
    saw(fnv1a(std::string_view(message).substr(0, 20)));
    check(!message.empty() && is_utf8(message));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string copy(reinterpret_cast<const char*>(data), size);
  const std::string_view input = copy;
  const auto line = input.find('\n');
  const std::string_view schema = input.substr(0, line);
  const std::string_view json = line == std::string_view::npos ? "" : input.substr(line + 1);
  const auto models = [&](std::string_view name) {
    return name == "None" ? std::nullopt : std::optional<std::string>(schema);
  };
  const auto compiled = JsonSchema::compile(schema, models);
  if (!compiled) {
    check(compiled.error().find('#') != std::string::npos);
    return 0;
  }
  const auto messages = compiled.value().validate(json);
  check_messages(messages);
  const auto opposite = JsonSchema::compile(R"({"not":{"$ref":"#/definitions/It"}})", models);
  const auto wrapped = JsonSchema::compile(R"({"items":[{"$ref":"#/definitions/It"}]})", models);
  check(opposite.ok() && wrapped.ok());
  const auto negated = opposite.value().validate(json);
  const auto inside = wrapped.value().validate("[" + std::string(json) + "]");
  if (is_undecided(messages) || is_undecided(negated) || is_undecided(inside)) return 0;
  check(negated.empty() != messages.empty());
  // A text such as `1,2` is no JSON, and two values between brackets.
  if (messages.empty()) check(inside.empty());
  return 0;
}
