// hoplab new: a scenario to start from, which is a copy of one that came with the command.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "base/shell_quoted.h"
#include "cli/commands.h"
#include "cli/own_scenarios.h"
#include "cli/terminal.h"
#include "scenario/format/reader.h"
#include "topology/materials.h"

namespace hoplab::cli {

namespace {

namespace fs = std::filesystem;

std::string path_of(const std::string& kind) {
  return own_scenarios() + "/" + kind + ".json";
}

int list() {
  std::size_t width = 0;
  for (const std::string& kind : scenario_kinds()) width = std::max(width, kind.size());
  for (std::string kind : scenario_kinds()) {
    const auto read = scenario::read_scenario({path_of(kind)});
    const std::string title = read.scenario ? read.scenario->title : "";
    kind.resize(width, ' ');
    print(kind + "  " + title + "\n");
  }
  return 0;
}

/// A copy finds its schema by another way than the original.
std::string with_schema(std::string text) {
  const auto key = text.find("\"$schema\"");
  if (key == std::string::npos) return text;
  const auto begin = text.find('"', text.find(':', key));
  const auto end = text.find('"', begin + 1);
  const std::string schema = real_path(own_scenarios() + "/../docs/scenario.schema.json");
  if (end == std::string::npos || schema.empty()) return text;
  return text.replace(begin + 1, end - begin - 1, schema);
}

struct Copy {
  std::string from, to;
};

/// The scenario and what it names, such as an OpenAPI document, which goes beside it.
std::vector<Copy> copies(const std::string& kind, const std::string& file) {
  std::vector<Copy> all{{path_of(kind), file}};
  for (const std::string& one : scenario::read_scenario({path_of(kind)}).files) {
    if (one == all.front().from) continue;
    all.push_back({one, (fs::path(file).parent_path() / fs::path(one).filename()).string()});
  }
  return all;
}

}  // namespace

/// Their names, without ".json".
std::vector<std::string> scenario_kinds() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(own_scenarios(), error)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

int new_scenario(const NewOptions& options) {
  if (options.kind.empty()) return list();
  const auto known = scenario_kinds();
  if (std::ranges::find(known, options.kind) == known.end()) {
    return fail("there is no kind '" + options.kind + "'; there is " + joined(known, ", "));
  }
  const std::string file = options.file.empty() ? options.kind + ".json" : options.file;
  const auto all = copies(options.kind, file);
  for (const Copy& one : all) {
    std::error_code error;
    if (fs::exists(one.to, error) && !options.force) {
      return fail(one.to + " exists; --force writes over it");
    }
  }
  for (const Copy& one : all) {
    auto text = read_file(one.from);
    if (!text) return fail(text.error());
    auto written = topology::write_file(one.to, with_schema(std::move(text).value()));
    if (!written) return fail(written.error());
  }
  print("wrote " + file + (all.size() > 1 ? " and " + all.back().to : "") + "; hoplab up " +
        shell_quoted(file) + " brings it up\n");
  return 0;
}

}  // namespace hoplab::cli
