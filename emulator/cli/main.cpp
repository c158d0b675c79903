// hoplab: the command.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "scenario/schema.h"

namespace {

void add_shared_options(CLI::App& command, hoplab::cli::SharedOptions& options) {
  command.add_option_function<std::vector<std::string>>(
             "--set",
             [&options](const std::vector<std::string>& pairs) {
               for (const std::string& pair : pairs) {
                 const auto equals = pair.find('=');
                 if (equals == std::string::npos || equals == 0) {
                   throw CLI::ValidationError("--set", "'" + pair + "' is not NAME=VALUE");
                 }
                 options.settings[pair.substr(0, equals)] = pair.substr(equals + 1);
               }
             },
             "Value of a scenario parameter, NAME=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--threads", options.threads, "Event loops, one thread each")
      ->check(CLI::Range(1u, 64u))
      ->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace hoplab::cli;
  CLI::App app{"A local lab for PrivateLink -> NLB -> ALB (mutual TLS) -> private API Gateway.", "hoplab"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "hoplab " HOPLAB_VERSION);
  int exit_code = 0;

  UpOptions up_options;
  auto* up_command = app.add_subcommand("up", "Bring a scenario up and keep it running until Ctrl-C");
  up_command->add_option("scenario", up_options.scenario, "Scenario file")->required();
  up_command->add_option("--out", up_options.out,
                         "Folder for certificates, env and hosts (default: a temporary one)");
  up_command->add_flag("--json", up_options.json, "Print one JSON object when ready, and nothing else");
  add_shared_options(*up_command, up_options);
  up_command->callback([&] { exit_code = up(up_options); });

  TestOptions test_options;
  auto* test_command = app.add_subcommand("test", "Bring each scenario up and run its checks");
  test_command->add_option("scenarios", test_options.scenarios, "Scenario files")->required();
  test_command->add_option("--junit", test_options.junit, "Write the results as JUnit XML");
  add_shared_options(*test_command, test_options);
  test_command->footer("Exit code: 0 all checks passed, 1 a check failed, 2 a scenario could not run.");
  test_command->callback([&] { exit_code = test(test_options); });

  app.add_subcommand("schema", "Print the JSON Schema of scenario files")->callback([] {
    const auto schema = hoplab::scenario::scenario_schema();
    std::fwrite(schema.data(), 1, schema.size(), stdout);
  });
  app.add_subcommand("version", "Print the version")->callback([] {
    std::puts("hoplab " HOPLAB_VERSION);
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  return exit_code;
}
