// libFuzzer target: mapping templates and parameter mappings, and the payloads that they read.
//
// Checks, beside memory safety: what a template makes is within its limits; an error names its
// place; JSON that is taken out of a payload is JSON.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "aws/apigateway/mapping/limits.h"
#include "aws/apigateway/mapping/mapping_template.h"
#include "aws/apigateway/mapping/parameter_mapping.h"
#include "check.h"

namespace {

using namespace hoplab;
using namespace hoplab::fuzz;

aws::MappingInput call(const aws::MappingBody& body) {
  aws::MappingInput input;
  input.body = &body;
  input.path = {{"id", "42"}};
  input.querystring = {{"q", "a b"}, {"q", "\xff"}};
  input.header = {{"Accept", "*/*"}};
  input.integration_header = {{"ETag", "e"}};
  input.stage_variables = {{"url", "https://x"}};
  input.context = [](std::string_view name) -> std::optional<nlohmann::ordered_json> {
    if (name == "stage") return "prod";
    if (name == "identity") return nlohmann::ordered_json{{"sourceIp", "10.0.0.7"}};
    return std::nullopt;
  };
  return input;
}

void fuzz_template(std::string_view text, const aws::MappingInput& input) {
  const auto made = aws::MappingTemplate::compile(text);
  if (!made) return check(made.error().starts_with("line "));
  const auto rendered = made.value().render(input);
  if (!rendered) {
    return check(rendered.error().starts_with("line ") ||
                 rendered.error().starts_with("$context."));
  }
  check(rendered.value().text.size() <= aws::vtl::kMaxOutput);
  const auto status = rendered.value().overrides.response_status;
  check(!status || (*status >= 100 && *status <= 599));
}

void fuzz_path(std::string_view path, const aws::MappingInput& input) {
  std::string quoted(path);
  for (std::size_t i = 0; i < quoted.size(); i += quoted[i] == '\'' ? 2 : 1) {
    if (quoted[i] == '\'') quoted.insert(i, 1, '\'');
  }
  const auto made = aws::MappingTemplate::compile("$input.json('" + quoted + "')");
  check(made.ok());
  const auto rendered = made.value().render(input);
  if (rendered) check(nlohmann::json::accept(rendered.value().text));
}

void fuzz_mapping(std::string_view expression, const aws::MappingInput& input, bool request) {
  using Side = aws::ParameterMapping::Side;
  const auto made =
      aws::ParameterMapping::compile(expression, request ? Side::request : Side::response);
  if (!made) return check(!made.error().empty());
  const auto values = made.value().values(input);
  check(values.ok() || values.error().starts_with("Invalid JSON"));
}

}  // namespace

/// The first byte says what it is; a payload stands behind a NUL.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string copy(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view all = copy;
  const std::string_view text = all.substr(0, all.find('\0'));
  const std::string_view rest = all.substr(std::min(text.size() + 1, all.size()));
  const aws::MappingBody body{std::string(rest)};
  aws::MappingInput input = call(body);
  if (data[0] % 8 >= 4) input.missing = aws::MappingInput::Missing::as_written;
  switch (data[0] % 4) {
    case 0: fuzz_path(text, input); break;
    case 1: fuzz_mapping(text, input, data[0] % 8 >= 4); break;
    default: fuzz_template(text, input);
  }
  return 0;
}
