// An OpenAPI document's text: YAML or JSON, and the RestApi that is made of it. Whatever it is, it
// becomes a tree or diagnostics, and the tree's places are pointers that lead to their nodes.
#include "check.h"
#include "scenario/openapi/rest_api.h"
#include "scenario/yaml/yaml_document.h"

namespace {

using namespace hoplab;
using fuzz::check;

void check_places(const scenario::Node& root, const scenario::Node& node) {
  check(&scenario::nearest_place(root, node.pointer) == &node);
  for (const scenario::Node& item : node.items) check_places(root, item);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<scenario::Diagnostic> diagnostics;
  const auto root = scenario::parse_yaml(text, "api.yaml", diagnostics);
  check(root || !diagnostics.empty());
  if (!root) return 0;
  check_places(*root, *root);
  scenario::openapi::Surroundings around;
  around.rest_api_id = "abcdefghij";
  scenario::ReadContext context("scenario.json", diagnostics);
  const auto api = scenario::openapi::rest_api_of(*root, around, context);
  check(api || !diagnostics.empty());
  if (!api) return 0;
  std::vector<scenario::Diagnostic> none;
  check(scenario::parse_document(scenario::to_json(*api), "", none).has_value());
  return 0;
}
