// hoplab: the command.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <memory>
#include <utility>

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/fault_line.h"
#include "cli/man_pages.h"
#include "cli/own_scenarios.h"
#include "cli/terminal.h"
#include "pki/key.h"
#include "scenario/format/schema.h"
#include "tls/openssl_memory.h"

namespace {

using namespace hoplab::cli;

/// The two halves of "NAME=VALUE", the word of an option.
std::pair<std::string, std::string> name_and_value(const char* option, const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw CLI::ValidationError(option, "'" + word + "' is not NAME=VALUE");
  }
  return {word.substr(0, equals), word.substr(equals + 1)};
}

/// What goes over a scenario; returns the options.
std::vector<CLI::Option*> add_settings(CLI::App& command, std::vector<std::string>& overlays,
                                       std::map<std::string, std::string>& settings) {
  const auto take = [&settings](const std::vector<std::string>& pairs) {
    for (const std::string& pair : pairs) {
      const auto setting = name_and_value("--set", pair);
      if (!settings.insert(setting).second) {
        throw CLI::ValidationError("--set", "'" + setting.first + "' is set twice");
      }
    }
  };
  CLI::Option* overlay =
      command
          .add_option("--overlay", overlays,
                      "File that is merged over the scenario (RFC 7396); repeatable, in this order")
          ->type_name("FILE")
          ->take_all()
          ->allow_extra_args(false);
  CLI::Option* set =
      command
          .add_option_function<std::vector<std::string>>(
              "--set", take,
              "A parameter's value, NAME=VALUE, or any other by its path, such as "
              "LoadBalancers.alb.LoadBalancerAttributes.idle_timeout.timeout_seconds=5; repeatable")
          ->type_name("NAME=VALUE")
          ->take_all()
          ->allow_extra_args(false);
  return {overlay, set};
}

/// "NAME=VALUE" or "Stack.NAME=VALUE", into `values`.
void add_parameters(CLI::App& command, std::map<std::string, std::string>& values) {
  const auto take = [&values](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      const auto [name, value] = name_and_value("--parameter", word);
      values[name] = value;
    }
  };
  command
      .add_option_function<std::vector<std::string>>(
          "--parameter", take,
          "A template's parameter, NAME=VALUE or STACK.NAME=VALUE; @STACK.OUTPUT is an output of "
          "another stack; repeatable")
      ->type_name("NAME=VALUE")
      ->take_all()
      ->allow_extra_args(false);
}

void add_shared_options(CLI::App& command, SharedOptions& options) {
  add_settings(command, options.overlays, options.settings);
  add_parameters(command, options.parameters);
  command.add_option("--threads", options.threads, "Event loops, one thread each")
      ->type_name("COUNT")
      ->check(CLI::Range(1u, 64u))
      ->capture_default_str();
  command.add_flag("--show-secrets", options.show_secrets,
                   "Do not mask the values of Authorization, Cookie, X-Api-Key and the like");
}

/// Fills in a subcommand's options and runs it; the options live as long as the callback.
template <class Options>
std::shared_ptr<Options> runs(CLI::App& command, int (*run)(const Options&), int& exit_code) {
  auto options = std::make_shared<Options>();
  command.callback([options, run, &exit_code] { exit_code = run(*options); });
  return options;
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command
      .add_option("--out", options.out,
                  "Folder for certificates, env, hosts and more (default: a temporary one)")
      ->type_name("FOLDER");
  command.add_flag("--force", options.force,
                   "Write over files in that folder that are not of hoplab");
  command
      .add_option("--pki", options.pki,
                  "Folder that keeps keys and certificates from run to run (default: they are "
                  "minted fresh)")
      ->type_name("FOLDER");
  command
      .add_option("--connection-log", options.connection_log,
                  "File that the ALBs' connection log is added to, in AWS's format")
      ->type_name("FILE");
  command
      .add_option(
          "--access-log", options.access_log,
          "File that the access log of the ALBs and of the NLBs' TLS listeners is added to, in "
          "AWS's format")
      ->type_name("FILE");
  command
      .add_option("--health-check-log", options.health_check_log,
                  "File that the ALBs' health check log is added to, in AWS's format")
      ->type_name("FILE");
  command
      .add_option("--admin-port", options.admin_port,
                  "Port of the admin API on 127.0.0.1 (default: any free one)")
      ->type_name("PORT");
  command
      .add_option("--events", options.events,
                  "File, or number of an open descriptor, that gets a line of JSON for each "
                  "connection that ends")
      ->type_name("FILE");
  command
      .add_option("--keep", options.kept_requests,
                  "How many of the newest requests that arrived behind the load balancers are "
                  "kept for GET /v1/requests (default: none)")
      ->type_name("COUNT");
  command.add_flag(
      "--requests", options.requests,
      "Print a line for each request: what was asked, the status, who made it and why");
  command
      .add_option(
          "--log-bucket", options.log_bucket,
          "Folder that stands for an S3 bucket: the same logs in gzip files of five minutes, "
          "under AWS's names")
      ->type_name("FOLDER");
  command
      .add_option("--api-logs", options.api_logs,
                  "Folder for the access logs and the execution logs of private APIs' stages, a "
                  "file each")
      ->type_name("FOLDER");
  command
      .add_option("--capture", options.capture,
                  "File for what passes each hop, as packets that Wireshark opens decrypted "
                  "(pcapng)")
      ->type_name("FILE");
  command
      .add_option("--api-rate-limit", options.api_rate_limit,
                  "Requests per second of all APIs of an account, of which half may come at once; "
                  "-1: no limit")
      ->type_name("COUNT")
      ->capture_default_str();
  command
      .add_option("--log-format", options.log_format,
                  "Lines of these logs: plain, as in AWS's S3 files, or a JSON object each, as in "
                  "its CloudWatch logs")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"plain", "json"}))
      ->capture_default_str();
  add_shared_options(command, options);
}

void add_up(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand("up", "Bring a scenario up and keep it running until Ctrl-C");
  auto options = runs(command, up, exit_code);
  options->scenario = scenario_of_the_post();
  command
      .add_option("scenario", options->scenario,
                  "Scenario file, CloudFormation template, CDK's cdk.out or Terraform's state "
                  "(default: the scenario "
                  "of the AWS post, which came with hoplab)")
      ->type_name("FILE");
  command.add_option("templates", options->more_templates, "Further templates beside the first")
      ->type_name("FILE");
  auto* json = command.add_flag("--json", options->json,
                                "Print one JSON object when ready, and nothing else");
  command.add_flag("--watch", options->watch,
                   "Apply the file whenever it is saved; a save with mistakes changes nothing");
  command.add_flag("--with-parent", options->with_parent,
                   "End when the process ends that started it, such as a test's runner");
  auto* aws_port = command
                       .add_option("--aws-port", options->aws_port,
                                   "Serve the AWS API on 127.0.0.1, for AWS_ENDPOINT_URL: what is "
                                   "made through it is what runs; 0: any free port")
                       ->type_name("PORT")
                       ->excludes("--watch");
  command
      .add_flag("--empty", options->empty, "Begin with nothing: all is made through the AWS API")
      ->needs(aws_port)
      ->excludes("scenario");
  add_run_options(command, *options);
  command.get_option("--requests")->excludes(json);
}

void add_export(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand("export",
                                      "Print the scenario that CloudFormation templates, CDK's "
                                      "cdk.out or Terraform's states become");
  auto options = runs(command, export_scenario, exit_code);
  command.add_option("file", options->files, "Templates, cdk.out, or a scenario that names them")
      ->type_name("FILE")
      ->required();
  add_settings(command, options->overlays, options->settings);
  add_parameters(command, options->parameters);
}

void add_new(CLI::App& app, int& exit_code) {
  auto& command =
      *app.add_subcommand("new", "Write a scenario to start from; without a kind, list the kinds");
  auto options = runs(command, new_scenario, exit_code);
  command.add_option("kind", options->kind, "Such as private-api-mtls or own-service")
      ->type_name("KIND");
  command.add_option("file", options->file, "The file to write (default: KIND.json)")
      ->type_name("FILE");
  command.add_flag("--force", options->force, "Write over a file that exists");
}

void add_sandbox_options(CLI::App& command, ExecOptions& options) {
  command
      .add_option("scenario", options.scenarios,
                  "Scenario files; several are brought up side by side")
      ->type_name("FILE")
      ->required();
  command
      .add_option("--client-ip", options.client_ip,
                  "The command's own address (default: one of its way in's subnet)")
      ->type_name("ADDRESS");
  command
      .add_option("--allow-host", options.allowed_hosts,
                  "HOST:PORT of the host's side that the command may connect to; repeatable")
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
  auto* none =
      command.add_flag("--no-namespaces", options.no_namespaces,
                       "Run it among everything else, as where this machine allows no namespaces");
  command
      .add_flag(
          "--system", options.system,
          "For root in a container: without namespaces, but with the scenario's real ports on "
          "loopback addresses, its names in /etc/hosts and its CA in the system's store, for "
          "as long as the command runs")
      ->excludes(none);
  add_run_options(command, options);
}

/// `words`: the command. `asks`: for help, not for a command to run.
void add_exec(CLI::App& app, int& exit_code, const std::vector<std::string>& words, bool asks) {
  auto& command = *app.add_subcommand(
      "exec", "Run a command inside a scenario's network: hoplab exec SCENARIO... -- COMMAND");
  auto options = runs(command, exec, exit_code);
  options->command = words;
  command.preparse_callback([words, asks](std::size_t) {
    if (words.empty() && !asks) throw CLI::ValidationError("exec", "the command stands behind --");
  });
  add_sandbox_options(command, *options);
  command.footer(
      "Inside, the scenario's names resolve, its ports are AWS's, its CA is trusted, and nothing\n"
      "else can be reached. NAME.pem and NAME.key of each client certificate are in the working\n"
      "folder for as long as the command runs.\n"
      "Exit code: the command's; 125 hoplab failed, 126 it could not be run, 127 not found.");
}

void add_shell(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand("shell", "The same with your shell: see hoplab exec");
  add_sandbox_options(command, *runs(command, exec, exit_code));
}

void add_asked_options(CLI::App& command, AskedOptions& options) {
  command
      .add_option("text", options.text,
                  "What a client, a log or a monitor printed; - or nothing: standard input")
      ->type_name("TEXT");
  command.add_option("--file", options.file, "A file with it, such as a load balancer's log")
      ->type_name("FILE");
  auto* const capture =
      command.add_option("--capture", options.capture, "Packets: a pcap or pcapng file")
          ->type_name("FILE");
  command
      .add_option("--key-log", options.key_log,
                  "The secrets of its TLS, which a client or server wrote as SSLKEYLOGFILE")
      ->type_name("FILE")
      ->needs(capture);
  command.add_option("--tls", options.tls, "The TLS version")
      ->type_name("VERSION")
      ->check(CLI::IsMember({"1.2", "1.3"}));
  command.add_option("--after", options.after, "After how long of quiet or waiting, such as 350s")
      ->type_name("DURATION");
  command.add_option("--mutual-tls,--mode", options.mutual_tls, "The listener's mode")
      ->type_name("MODE")
      ->check(CLI::IsMember({"off", "passthrough", "verify"}));
  command
      .add_option("--through", options.through,
                  "The hops that there are, of endpoint, nlb, alb, api: --through nlb,alb")
      ->type_name("HOPS")
      ->delimiter(',')
      ->check(CLI::IsMember({"endpoint", "nlb", "alb", "api"}));
  command
      .add_option("--casebook", options.casebook,
                  "Folder of scenarios with cases (default: those that came with hoplab)")
      ->type_name("FOLDER");
}

void add_explain(CLI::App& app, int& exit_code) {
  auto& command =
      *app.add_subcommand("explain",
                          "What is behind a reset, a hang or an error, from a client's words, a "
                          "log's lines or a capture");
  auto options = runs(command, explain, exit_code);
  add_asked_options(command, *options);
  command.add_option("--most", options->most, "How many causes to show")
      ->type_name("COUNT")
      ->capture_default_str();
  command.add_flag("--json", options->json, "Print a JSON array");
  command.footer(
      "Lines of a log are grouped by cause. Exit code: 0 when a cause is known, 1 when none is.");
}

void add_reproduce(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "reproduce",
      "Write the scenario that reproduces what explain explains, with the times and sizes seen");
  auto options = runs(command, reproduce, exit_code);
  add_asked_options(command, *options);
  command
      .add_option("--connection", options->connection,
                  "Of the capture (default: the first that did not end in order)")
      ->type_name("NUMBER");
  command.add_option("--cause", options->cause, "Which of the causes that explain names")
      ->type_name("NUMBER")
      ->capture_default_str();
  command
      .add_option("--out", options->out,
                  "The file to write (default: the case's name in the working folder)")
      ->type_name("FILE");
  command.add_flag("--force", options->force, "Write over a file that exists");
}

void add_admin_option(CLI::App& command, std::string& admin) {
  command
      .add_option("--admin", admin,
                  "Its admin address, as hoplab up prints it (default: $HOPLAB_ADMIN)")
      ->type_name("ADDRESS");
}

void add_timeline(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "timeline",
      "What happened on a connection, hop by hop: its stages, and who ended it and why");
  auto options = runs(command, timeline, exit_code);
  command
      .add_option("connection", options->connection,
                  "Its number, as hoplab up prints it: 12 or #12 (default: that which ended last)")
      ->type_name("ID");
  add_admin_option(command, options->admin);
  command.add_option("--svg", options->svg, "Write a picture instead, - for standard output")
      ->type_name("FILE");
  command.footer("Exit code: 0, or 2 when there is no such connection.");
}

void add_ctl(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand("ctl",
                                      "Look at a running emulator and change it: clock, faults, "
                                      "targets' health, trust stores");
  auto options = runs(command, ctl, exit_code);
  add_admin_option(command, options->admin);
  command.add_option("command", options->words, "The command")->type_name("WORD")->required();
  command.add_option("--name", options->fault_name, "Of fault: its name (default: HOP-ACTION)")
      ->type_name("NAME");
  for (const FaultOption& one : fault_options()) {
    command
        .add_option_function<std::string>(
            one.option,
            [options, member = one.member](const std::string& value) {
              options->fault_members[member] = value;
            },
            "Of fault: " + one.help)
        ->type_name("VALUE");
  }
  command.footer(ctl_commands);  // made when somebody asks: it needs the whole table of changes
}

Shard shard_from(const std::string& text) {
  Shard shard;
  const auto slash = text.find('/');
  const auto read = [&text](std::size_t from, std::size_t to, std::size_t& value) {
    const auto got = std::from_chars(text.data() + from, text.data() + to, value);
    return got.ec == std::errc() && got.ptr == text.data() + to;
  };
  const bool good = slash != std::string::npos && read(0, slash, shard.number) &&
                    read(slash + 1, text.size(), shard.of) && shard.number >= 1 &&
                    shard.number <= shard.of;
  if (!good) throw CLI::ValidationError("--shard", "'" + text + "' is not NUMBER/OF, such as 2/5");
  return shard;
}

void add_test(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand("test", "Bring each scenario up and run its checks");
  auto options = runs(command, test, exit_code);
  command.add_option("scenarios", options->scenarios, "Scenario files, and folders of them")
      ->type_name("FILE")
      ->required();
  command.add_option("--junit", options->junit, "Write the results as JUnit XML")
      ->type_name("FILE");
  command
      .add_option("--capture", options->captures,
                  "Folder for a capture of each check: packets at each hop that Wireshark opens "
                  "decrypted (pcapng)")
      ->type_name("FOLDER");
  command.add_flag("--timeline", options->timelines,
                   "Show the connections of failed checks over time, hop by hop");
  command
      .add_option("--pictures", options->pictures,
                  "Folder for pictures (SVG): each connection of each check over time, hop by hop")
      ->type_name("FOLDER");
  command.add_flag("--json", options->json, "Print one JSON object, and nothing else");
  command
      .add_option_function<std::string>(
          "--shard", [options](const std::string& text) { options->shard = shard_from(text); },
          "Run a part of the scenarios, 2/5 for the second of five machines")
      ->type_name("NUMBER/OF");
  command
      .add_option("--jobs", options->jobs,
                  "How many scenarios run at once; if not given, four for each processor, at "
                  "most 16")
      ->check(CLI::Range(1, 1024))
      ->type_name("NUMBER");
  add_shared_options(command, *options);
  command.footer("Exit code: 0 all checks passed, 1 a check failed, 2 a scenario could not run.");
}

void add_verify(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "verify", "Judge a client certificate as a verify-mode listener would, without a connection");
  auto options = runs(command, verify, exit_code);
  auto* anchors =
      command.add_option("--anchors", options->anchors, "PEM files: the trust store's CA bundle")
          ->type_name("FILE");
  auto* crls =
      command.add_option("--crls", options->crls, "PEM files: its revocation lists, one in each")
          ->type_name("FILE");
  auto* chain = command
                    .add_option("--chain", options->chain,
                                "PEM file: what the client sends, its own certificate first")
                    ->type_name("FILE");
  auto* scenario = command
                       .add_option("--scenario", options->scenario,
                                   "Take the trust store of a scenario's listener instead")
                       ->type_name("FILE");
  auto* listener = command
                       .add_option("--listener", options->listener,
                                   "The listener: a load balancer's name, with :PORT if need be")
                       ->type_name("LOAD-BALANCER");
  auto* certificate = command
                          .add_option("--certificate", options->certificate,
                                      "Judge one of the scenario's certificates, by name")
                          ->type_name("CERTIFICATE");
  scenario->needs(listener)->excludes(anchors)->excludes(crls);
  listener->needs(scenario);
  certificate->needs(scenario)->excludes(chain);
  for (auto* option : add_settings(command, options->overlays, options->settings)) {
    option->needs(scenario);
  }
  command
      .add_option("--time", options->time,
                  "When: seconds since 1970, or like 2026-11-24T10:00:00Z (default: now)")
      ->type_name("TIME");
  command.add_flag("--ignore-expiry", options->ignore_expiry,
                   "As with IgnoreClientCertificateExpiry: notAfter does not count");
  command.add_flag(
      "--refuse-outdated-crl", options->refuse_outdated_crl,
      "Reject where none of a CA's lists is current (by default they are used as they are)");
  command.add_flag("--json", options->json, "Print one JSON object");
  command.add_flag(
      "--batch", options->batch,
      "Answer cases on standard input, a line of JSON each: id, anchors, crls, chain (files), "
      "anchorsPem, crlsPem, chainPem (texts), time, ignoreExpiry, refuseOutdatedCrl; what a "
      "case leaves out comes from the command line");
  command.footer(
      "Exit code: 0 accepted, 1 rejected, 2 unusable input (with --batch: 0 when each case got\n"
      "a verdict, else 2).");
}

void add_pki(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "pki", "Mint a CA, its revocation list, a server's certificate, and a good and bad clients'");
  auto options = runs(command, pki, exit_code);
  const auto check_algorithm = [](const std::string& name) {
    if (hoplab::pki::key_algorithm_from_text(name)) return std::string();
    return "'" + name + "': it takes one of " + hoplab::pki::key_algorithm_names();
  };
  command.add_option("--out", options->out, "Folder for the files; made if need be")
      ->type_name("FOLDER")
      ->required();
  command.add_option("--server-name", options->server_names, "DNS name of the server; repeatable")
      ->type_name("NAME")
      ->capture_default_str();
  command
      .add_option("--subject-suffix", options->subject_suffix, "What follows CN=... in subjects")
      ->type_name("SUFFIX")
      ->capture_default_str();
  command
      .add_option("--key-algorithm", options->key_algorithm,
                  "ACM's name of the clients' and the server's key type")
      ->type_name("KEY-ALGORITHM")
      ->check(check_algorithm)
      ->capture_default_str();
  command.add_option("--ca-key-algorithm", options->ca_key_algorithm, "The same of the CAs")
      ->type_name("KEY-ALGORITHM")
      ->check(check_algorithm)
      ->capture_default_str();
  command.add_flag("--intermediate", options->intermediate,
                   "Issue by an intermediate CA; chain files hold it after the leaf");
  command.add_flag("--force", options->force, "Overwrite files that exist");
  command.add_flag("--json", options->json, "Print one JSON object");
}

void add_cert(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "cert", "Print a certificate as a load balancer puts it into headers for its targets");
  auto options = runs(command, cert, exit_code);
  command.add_option("file", options->file, "PEM file, the client's own certificate first")
      ->type_name("FILE")
      ->required();
  command.add_flag("--json", options->json, "Print one JSON object");
}

void add_completion(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "completion", "Print a script with which a shell completes hoplab's command line");
  auto shell = std::make_shared<std::string>();
  command.add_option("shell", *shell, "The shell")
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
  command.callback([shell, &exit_code] { exit_code = completion_script(*shell); });
  command.footer(
      "In ~/.bashrc:                 eval \"$(hoplab completion bash)\"\n"
      "In ~/.zshrc, after compinit:  eval \"$(hoplab completion zsh)\"\n"
      "In ~/.config/fish/config.fish:  hoplab completion fish | source");
  // What those scripts ask. Whatever stands behind it is a word to complete.
  auto& asked = *app.add_subcommand("complete")->group("")->prefix_command();
  asked.set_help_flag();
  asked.callback([&app, &asked, &exit_code] { exit_code = complete(app, asked.remaining()); });
}

struct HelpOptions {
  std::string command, man;
};

int help(CLI::App& app, const HelpOptions& options) {
  if (!options.man.empty()) return write_man_pages(app, options.man);
  std::string name = app.get_name();
  const CLI::App* about = &app;
  if (!options.command.empty()) {
    about = app.get_subcommand(options.command);
    name += " " + options.command;
  }
  // App::help() would say what this subcommand does, since it is the one that was given.
  const auto format = about->get_formatter();
  const std::string text = format->make_help(about, name, CLI::AppFormatMode::Normal);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

void add_help(CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand("help", "Say what hoplab does, or one of its commands");
  auto options = std::make_shared<HelpOptions>();
  command.add_option("command", options->command, "The command")
      ->type_name("COMMAND")
      ->check([&app](const std::string& name) {
        const auto named = [&name](const CLI::App* one) { return one->get_name() == name; };
        return std::as_const(app).get_subcommands(named).empty()
                   ? "there is no command '" + name + "'"
                   : std::string();
      });
  command.add_option("--man", options->man, "Write the manual pages into this folder")
      ->type_name("FOLDER");
  command.callback([&app, options, &exit_code] { exit_code = help(app, *options); });
}

void add_schema(CLI::App& app, int&) {
  app.add_subcommand("schema", "Print the JSON Schema of scenario files")->callback([] {
    const auto schema = hoplab::scenario::scenario_schema();
    std::fwrite(schema.data(), 1, schema.size(), stdout);
  });
}

void add_version(CLI::App& app, int&) {
  app.add_subcommand("version", "Print the version")->callback([] {
    std::puts("hoplab " HOPLAB_VERSION);
  });
}

}  // namespace

int main(int argc, char** argv) {
  keep_standard_descriptors();
  hoplab::tls::keep_openssl_memory();
  CLI::App app{"A local lab for PrivateLink -> NLB -> ALB (mutual TLS) -> private API Gateway.",
               "hoplab"};
  app.require_subcommand(1);
  const std::string_view first = argc > 1 ? argv[1] : "";
  // What stands behind -- of exec is for a command that is run, whatever it looks like.
  const bool runs_one = first == "exec";
  const auto end = runs_one ? std::find(argv, argv + argc, std::string_view("--")) : argv + argc;
  const std::vector<std::string> behind(std::min(end + 1, argv + argc), argv + argc);
  const auto is_help = [](std::string_view word) { return word == "--help" || word == "-h"; };
  const bool asks_for_help = std::any_of(argv, end, is_help);
  app.set_version_flag("--version", "hoplab " HOPLAB_VERSION);
  int exit_code = 0;
  const auto add_exec_with = [&](CLI::App& to, int& code) {
    add_exec(to, code, behind, asks_for_help);
  };
  const std::pair<std::string_view, std::function<void(CLI::App&, int&)>> commands[] = {
      {"up", add_up},
      {"exec", add_exec_with},
      {"shell", add_shell},
      {"export", add_export},
      {"new", add_new},
      {"explain", add_explain},
      {"reproduce", add_reproduce},
      {"timeline", add_timeline},
      {"ctl", add_ctl},
      {"test", add_test},
      {"verify", add_verify},
      {"pki", add_pki},
      {"cert", add_cert},
      {"schema", add_schema},
      {"version", add_version},
      {"", add_completion},
      {"", add_help}};
  // One that is named does not wait for the options of all.
  const bool named = !first.empty() && std::ranges::any_of(commands, [&](const auto& one) {
    return one.first == first;
  });
  for (const auto& [name, add] : commands) {
    if (!named || name == first) add(app, exit_code);
  }

  try {
    app.parse(static_cast<int>(end - argv), argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 && !output_is_lost() ? 0 : 2;
  }
  // Of a topology that runs the lines are company; of everything else the output is the point.
  const bool lost = output_is_lost() && first != "up";
  return lost && exit_code < 2 ? 2 : exit_code;
}
