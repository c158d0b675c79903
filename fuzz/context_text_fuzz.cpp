// libFuzzer target: texts with variables, as templates of gateway responses and as access log
// formats.
//
// Checks, beside memory safety: what is no variable comes out as it went in, a value stands
// wherever its name stood, and a format that is accepted makes one line.
#include <string>
#include <string_view>

#include "aws/apigateway/access_log_format.h"
#include "aws/apigateway/context_text.h"
#include "check.h"

namespace {

using namespace hoplab;
using namespace hoplab::aws;
using namespace hoplab::fuzz;

/// The text again, if variables are written in their short form there.
std::optional<std::string> write_again(std::string_view name) {
  return "$" + std::string(name);
}

std::optional<std::string> nothing(std::string_view) {
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string copy(reinterpret_cast<const char*>(data), size);
  const std::string_view input = copy;
  const ContextText text(input);
  const auto variables = text.variables();
  saw(variables.size());
  for (const std::string_view name : variables) {
    check(input.find(name) != std::string_view::npos);
    check(variable_name_length(name) == name.size());
  }
  const std::string again = text.render(write_again, "");
  if (input.find('{') == std::string_view::npos) check(again == input);
  if (variables.empty()) check(text.render(nothing, "-") == input);
  const auto format = AccessLogFormat::compile(input);
  if (!format) {
    check(!format.error().empty());
    return 0;
  }
  check(!variables.empty() && size <= AccessLogFormat::kLongest);
  const std::string line = format.value().line(nothing);
  check(line.find_first_of("\r\n") == std::string::npos);
  check(line.find('-') != std::string::npos);
  return 0;
}
