#include <csignal>
#include <cstdio>

#include "cli/commands.h"
#include "cli/descriptors.h"
#include "cli/terminal.h"
#include "scenario/checks/runner.h"
#include "scenario/format/reader.h"
#include "topology/materials.h"

namespace hoplab::cli {

namespace {

scenario::ScenarioResult run_scenario(const std::string& path, const TestOptions& options) {
  scenario::ScenarioResult result;
  result.file = path;
  auto read = scenario::read_scenario(path, options.settings);
  if (!read.ok()) {
    result.error = scenario::to_text(read.diagnostics);
    return result;
  }
  result.title = read.scenario->title;
  EmulatorOptions emulator_options;
  emulator_options.threads = options.threads;
  emulator_options.clock = read.scenario->clock;
  DescriptorWarning warning;
  auto emulator = Emulator::from_topology(read.scenario->topology, emulator_options);
  if (!emulator) {
    result.error = emulator.error();
    return result;
  }
  emulator.value().on_end([&warning](const EndRecord& record) { warning.look_at(record); });
  if (auto started = emulator.value().start(); !started) {
    result.error = started.error();
    return result;
  }
  result.checks = scenario::run_checks(*read.scenario, emulator.value());
  return result;
}

void print_result(const scenario::ScenarioResult& result) {
  std::printf("%s\n", paint(Colour::bold, result.file).c_str());
  if (!result.error.empty()) {
    std::fprintf(stderr, "%s%s", result.error.c_str(), result.error.ends_with('\n') ? "" : "\n");
  }
  for (const auto& check : result.checks) {
    std::printf(
        "  %s  %s\n",
        check.passed() ? paint(Colour::green, "pass").c_str() : paint(Colour::red, "FAIL").c_str(),
        check.name.c_str());
    for (const auto& failure : check.failures) std::printf("        %s\n", failure.c_str());
  }
}

}  // namespace

int test(const TestOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  std::vector<scenario::ScenarioResult> results;
  std::size_t passed = 0, failed = 0, broken = 0;
  for (const std::string& path : options.scenarios) {
    results.push_back(run_scenario(path, options));
    print_result(results.back());
    broken += !results.back().error.empty();
    for (const auto& check : results.back().checks) ++(check.passed() ? passed : failed);
  }
  std::printf("%zu passed, %zu failed", passed, failed);
  if (broken) std::printf(", %zu scenarios could not run", broken);
  std::printf("\n");
  if (!options.junit.empty()) {
    auto written = topology::write_file(options.junit, scenario::junit_xml(results));
    if (!written) return fail(written.error());
  }
  if (broken) return 2;
  return failed ? 1 : 0;
}

}  // namespace hoplab::cli
