// A CloudFormation template's text, JSON or YAML, and what it is evaluated to. Whatever it is, it
// becomes resources or diagnostics, within bounds.
#include "check.h"
#include "scenario/cloudformation/evaluator.h"
#include "scenario/cloudformation/template_file.h"

namespace {

using namespace hoplab;
using fuzz::check;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<scenario::Diagnostic> diagnostics;
  auto root = scenario::cloudformation::parse_template(text, "t.yaml", diagnostics);
  check(root || !diagnostics.empty());
  if (!root) return 0;
  scenario::cloudformation::Stack stack;
  stack.name = "Stack";
  stack.account = "111111111111";
  stack.region = "eu-west-1";
  stack.root = std::move(*root);
  scenario::cloudformation::Evaluator evaluator({stack}, diagnostics);
  const auto all = evaluator.run();
  check(!all.all.empty() || !diagnostics.empty() || stack.root.find("Resources"));
  for (const auto& one : all.all) {
    std::vector<scenario::Diagnostic> none;
    check(scenario::parse_document(scenario::to_json(one.properties), "", none).has_value() ||
          !none.empty());
    check(!one.physical_id.empty());
  }
  evaluator.outputs();
  return 0;
}
