#include "scenario/format/writer.h"

#include <nlohmann/json.hpp>

#include <vector>

#include "scenario/format/reader_parameters.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

std::string indented(const Node& tree) {
  constexpr int kIndent = 2;
  return nlohmann::ordered_json::parse(to_json(tree))
             .dump(kIndent, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

/// Files by their paths, and no text in which ${ could be a parameter's.
void finish_texts(Node& node, const std::map<std::string, std::string>& files) {
  if (node.kind == Node::Kind::text) {
    if (const auto file = files.find(node.pointer); file != files.end()) node.text = file->second;
    for (auto at = node.text.find("${"); at != std::string::npos; at = node.text.find("${", at)) {
      if (!is_stage_variable(std::string_view(node.text).substr(at))) node.text.insert(at++, "$");
      at += 2;
    }
  }
  for (Node& item : node.items) finish_texts(item, files);
}

}  // namespace

void finish_as_read(Node& root, const std::map<std::string, std::string>& files) {
  std::erase_if(root.items, [](const Node& item) {
    return item.key == "parameters" || item.key == "$schema" || item.key == "extends";
  });
  finish_texts(root, files);
}

std::string text_as_read(const Node& root) {
  return indented(root);
}

std::string scenario_text(const model::Topology& topology, const ClockSettings& clock) {
  Scenario scenario;
  scenario.title = "What runs";
  scenario.topology = topology;
  scenario.clock = clock;
  return indented(write_object(scenario_type(), &scenario));
}

}  // namespace hoplab::scenario
