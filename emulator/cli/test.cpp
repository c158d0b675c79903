#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <shared_mutex>
#include <thread>

#include "cli/clean_end.h"
#include "cli/commands.h"
#include "cli/descriptors.h"
#include "cli/terminal.h"
#include "scenario/checks/runner.h"
#include "scenario/cloudformation/assembly.h"
#include "scenario/format/reader.h"
#include "topology/materials.h"

namespace hoplab::cli {

namespace {

namespace fs = std::filesystem;

/// What the names of a scenario's files in a folder begin with: its path tells it from others.
std::string files_of(const std::string& path, const std::string& folder) {
  std::string name = fs::path(path).lexically_normal().replace_extension();
  name.erase(0, name.find_first_not_of("./"));
  std::ranges::replace(name, '/', '-');
  return folder + "/" + name + "-";
}

/// Brings it up and runs its checks; an error says why it cannot be brought up.
Result<std::vector<scenario::CheckResult>> run_scenario(const std::string& path,
                                                        const scenario::Scenario& scenario,
                                                        const TestOptions& options) {
  EmulatorOptions emulator_options;
  emulator_options.threads = options.threads;
  emulator_options.clock = scenario.clock;
  scenario::RunChecksOptions checks{options.show_secrets, options.timelines, {}, {}};
  if (!options.pictures.empty()) checks.pictures = files_of(path, options.pictures);
  if (!options.captures.empty()) {
    checks.captures = files_of(path, options.captures);
    emulator_options.capture = checks.captures + "start.pcapng";
  }
  DescriptorWarning warning;
  auto emulator = Emulator::from_topology(scenario.topology, emulator_options);
  if (!emulator) return emulator.failure();
  emulator.value().on_end([&warning](const EndRecord& record) { warning.look_at(record); });
  if (auto started = emulator.value().start(); !started) return started.failure();
  return scenario::run_checks(scenario, emulator.value(), checks);
}

/// Runs scenarios beside each other. Each has its own emulator, but they share this machine.
class SideBySide {
 public:
  SideBySide(const std::vector<std::string>& files, const TestOptions& options)
      : files_(files),
        options_(options),
        jobs_(std::min<std::size_t>(options.jobs ? options.jobs : most_at_once(), files.size())),
        results_(files.size()) {
    for (std::size_t i = 0; i < jobs_; ++i) threads_.emplace_back([this] { run(); });
  }

  /// Waits for that of the file; once for each.
  scenario::ScenarioResult result(std::size_t index) { return results_[index].get_future().get(); }

 private:
  /// More than there are processors: a check waits nineteen twentieths of its time.
  static unsigned most_at_once() {
    return std::clamp(4 * std::thread::hardware_concurrency(), 4U, 16U);
  }

  void run() {
    for (std::size_t index = next_++; index < files_.size(); index = next_++) {
      results_[index].set_value(run_one(files_[index]));
    }
  }

  scenario::ScenarioResult run_one(const std::string& file) {
    scenario::ScenarioResult result;
    result.file = file;
    const auto read = scenario::read_scenario(options_.source(file));
    if (!read.ok()) {
      result.error = scenario::to_text(read.diagnostics);
      return result;
    }
    result.title = read.scenario->title;
    auto checks = run_beside_others(file, *read.scenario);
    if (checks) {
      result.checks = std::move(checks).value();
    } else {
      result.error = checks.error();
    }
    return result;
  }

  /// What cannot be brought up beside others may want something that one of them has, such as a
  /// port.
  Result<std::vector<scenario::CheckResult>> run_beside_others(const std::string& file,
                                                               const scenario::Scenario& scenario) {
    {
      const std::shared_lock beside_others(machine_);
      auto checks = run_scenario(file, scenario, options_);
      if (checks || jobs_ == 1) return checks;
    }
    const std::unique_lock alone(machine_);
    return run_scenario(file, scenario, options_);
  }

  const std::vector<std::string>& files_;
  const TestOptions& options_;
  const std::size_t jobs_;
  std::vector<std::promise<scenario::ScenarioResult>> results_;
  std::atomic<std::size_t> next_ = 0;
  std::shared_mutex machine_;
  std::vector<std::jthread> threads_;  // joined first
};

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
    for (const auto& connection : check.connections)
      std::printf("        %s\n", connection.c_str());
    for (const auto& one : check.timelines) std::printf("\n%s\n", one.c_str());
    if (!check.capture.empty() && !check.passed())
      std::printf("        captured in %s\n", check.capture.c_str());
  }
}

nlohmann::ordered_json json_of(const scenario::ScenarioResult& result) {
  nlohmann::ordered_json json{{"file", result.file}, {"title", result.title}};
  if (!result.error.empty()) json["error"] = result.error;
  json["checks"] = nlohmann::ordered_json::array();
  for (const auto& check : result.checks) {
    json["checks"].push_back({{"name", check.name},
                              {"passed", check.passed()},
                              {"seconds", static_cast<double>(check.real_time.count()) / 1e6},
                              {"failures", check.failures},
                              {"connections", check.connections}});
    if (!check.timelines.empty()) json["checks"].back()["timelines"] = check.timelines;
    if (!check.capture.empty()) json["checks"].back()["capture"] = check.capture;
    for (const auto& one : check.pictures)
      json["checks"].back()["pictures"].push_back({{"file", one.file}, {"reason", one.reason}});
  }
  return json;
}

/// Files as they are, and of a folder all scenarios in it, also deeper, by name.
Result<std::vector<std::string>> scenario_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error) || scenario::cloudformation::is_assembly(path)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
      if (entry.path().extension() == ".json") found.push_back(entry.path().string());
    }
    if (found.empty()) return Error{path + ": there is no scenario (.json) in this folder"};
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

/// Every `shard.of`-th file: all shards together are the whole, once each.
std::vector<std::string> shard_of(const std::vector<std::string>& files, const Shard& shard) {
  std::vector<std::string> some;
  for (std::size_t i = shard.number - 1; i < files.size(); i += shard.of) some.push_back(files[i]);
  return some;
}

/// On a terminal, which is cleared of it again: what runs now.
void show_progress(std::size_t done, std::size_t all, const std::string& file) {
  if (::isatty(STDERR_FILENO) != 1 || all < 2) return;
  std::fprintf(stderr, "\r\033[K[%zu/%zu] %s", done, all, file.c_str());
  if (file.empty()) std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace

int test(const TestOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const CleanEnd clean_end;
  raise_descriptor_limit();
  auto found = scenario_files(options.scenarios);
  if (!found) return fail(found.error());
  const std::vector<std::string> files = shard_of(found.value(), options.shard);
  for (const std::string& folder : {options.captures, options.pictures}) {
    std::error_code error;
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) return fail("cannot make the folder " + folder + ": " + error.message());
  }
  std::vector<scenario::ScenarioResult> results;
  std::size_t passed = 0, failed = 0, broken = 0;
  auto json = nlohmann::ordered_json::array();
  SideBySide running(files, options);
  for (const std::string& path : files) {
    show_progress(results.size() + 1, files.size(), path);
    results.push_back(running.result(results.size()));
    show_progress(results.size(), files.size(), "");
    if (options.json) {
      json.push_back(json_of(results.back()));
    } else {
      print_result(results.back());
    }
    broken += !results.back().error.empty();
    for (const auto& check : results.back().checks) ++(check.passed() ? passed : failed);
  }
  if (options.json) {
    const nlohmann::ordered_json whole{
        {"scenarios", json}, {"passed", passed}, {"failed", failed}, {"broken", broken}};
    using Handler = nlohmann::ordered_json::error_handler_t;
    print(whole.dump(2, ' ', false, Handler::replace) + "\n");
  } else {
    std::printf("%zu passed, %zu failed", passed, failed);
    if (broken) std::printf(", %zu scenarios could not run", broken);
    std::printf("\n");
  }
  if (!options.junit.empty()) {
    auto written = topology::write_file(options.junit, scenario::junit_xml(results));
    if (!written) return fail(written.error());
  }
  if (broken) return 2;
  return failed ? 1 : 0;
}

}  // namespace hoplab::cli
