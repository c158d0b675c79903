// A state or a plan of Terraform's, and the resources that it becomes. Whatever it is, it becomes
// resources or diagnostics, within bounds.
#include "check.h"
#include "scenario/terraform/terraform.h"

namespace {

using namespace hoplab;
using fuzz::check;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<scenario::Diagnostic> diagnostics;
  auto workspace = scenario::terraform::parse_workspace(text, "s.tfstate", diagnostics);
  check(workspace || !diagnostics.empty());
  if (!workspace) return 0;
  const auto loaded = scenario::terraform::to_resources(std::move(*workspace), "", "eu-west-1");
  for (const auto& one : loaded.resources.all) {
    std::vector<scenario::Diagnostic> none;
    check(scenario::parse_document(scenario::to_json(one.properties), "", none).has_value() ||
          !none.empty());
    check(one.account.size() == 12);
    check(!one.region.empty());
  }
  return 0;
}
