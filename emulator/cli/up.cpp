#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>

#include "admin/admin_server.h"
#include "awsapi/aws_server.h"
#include "awsapi/traffic.h"
#include "awsapi/traffic_view.h"
#include "base/parent_process.h"
#include "cli/commands.h"
#include "cli/descriptors.h"
#include "cli/file_watch.h"
#include "cli/memory.h"
#include "cli/own_scenarios.h"
#include "cli/report.h"
#include "cli/starting.h"
#include "cli/terminal.h"
#include "scenario/format/reader.h"
#include "web/page_api.h"

namespace hoplab::cli {

namespace {

constexpr std::size_t kKeptApiLines = 10'000;       // for CloudWatch Logs
constexpr std::size_t kRememberedLogFiles = 1'000;  // for S3
constexpr std::string_view kNothing = R"({"title":"What is made through the AWS API","entry":[]})";

std::string names_of(const Applied& applied, topology::PlanStep::Act act) {
  std::string names;
  for (const auto& step : applied.steps) {
    if (step.act == act) names += (names.empty() ? "" : ", ") + step.kind + " " + step.name;
  }
  return names;
}

std::string applied_line(const Applied& applied) {
  using enum topology::PlanStep::Act;
  if (applied.steps.empty()) return "applied: nothing is different\n";
  std::string line = "applied:";
  for (const auto& [act, word] : {std::pair(create, " created "), std::pair(update, " updated "),
                                  std::pair(drain, " drained ")}) {
    const std::string names = names_of(applied, act);
    if (!names.empty()) line += (line.ends_with(':') ? "" : ";") + (word + names);
  }
  return line + "\n";
}

/// What was saved takes the place of what runs, unless it has mistakes.
void apply_saved(const UpOptions& options, FileWatch& watch, Emulator& emulator) {
  auto read = scenario::read_scenario(options.read_from());
  if (auto watched = watch.add(read.files); !watched) {
    std::fputs((watched.error() + "\n").c_str(), stderr);
  }
  if (!read.ok()) {
    std::fputs((scenario::to_text(read.diagnostics) + "nothing has changed\n").c_str(), stderr);
    return;
  }
  auto applied = emulator.apply(std::move(read.scenario->topology));
  if (!applied) {
    std::fputs((options.scenario + ": " + applied.error() + "\nnothing has changed\n").c_str(),
               stderr);
  } else if (!options.json) {
    print(applied_line(applied.value()));
  }
}

/// Returns when one of `signals` has come, or `parent` (-1: nobody) has ended.
void wait_for(const sigset_t& signals, int parent, FileWatch* watch, const UpOptions& options,
              Emulator& emulator) {
  const int stops = ::signalfd(-1, &signals, SFD_CLOEXEC);
  pollfd sources[] = {
      {stops, POLLIN, 0}, {parent, POLLIN, 0}, {watch ? watch->descriptor() : -1, POLLIN, 0}};
  constexpr int kOfStart = 200;  // ms: the first clients want what the start used
  int timeout = kOfStart;
  for (int ready; (ready = ::poll(sources, 3, timeout)) >= 0 || errno == EINTR;) {
    if (ready == 0) {
      give_back_start();
      timeout = -1;
    }
    if (sources[0].revents != 0 || sources[1].revents != 0) break;
    if (watch && watch->changed()) apply_saved(options, *watch, emulator);
  }
  ::close(stops);
}

/// The AWS API where it is asked for, else null. What is made through it is what `emulator` runs.
Result<std::unique_ptr<awsapi::AwsServer>> start_aws(const UpOptions& options, Emulator& emulator,
                                                     const scenario::Scenario& scenario) {
  if (!options.aws_port) return std::unique_ptr<awsapi::AwsServer>();
  awsapi::AwsServerOptions made;
  made.port = *options.aws_port;
  made.accounts.region = scenario.topology.region;
  const auto traffic = std::make_shared<awsapi::Traffic>(emulator, scenario);
  made.apply = [traffic](const awsapi::ControlPlane& plane, const awsapi::Change&) {
    return traffic->apply(plane);
  };
  made.view = awsapi::view_of(emulator);
  made.now = [&emulator] {
    return std::chrono::floor<std::chrono::seconds>(emulator.now()).time_since_epoch().count();
  };
  return awsapi::AwsServer::start(std::move(made));
}

}  // namespace

int up(const UpOptions& options) {
  const int parent = options.with_parent ? open_parent_process() : -1;
  if (options.with_parent && parent < 0) return fail("--with-parent needs Linux 5.3 or newer");
  set_up_allocator(options.threads);
  raise_descriptor_limit();
  auto read = options.empty ? scenario::read_scenario_text(kNothing, "--empty")
                            : scenario::read_scenario(options.read_from());
  if (!read.ok()) {
    std::fputs(scenario::to_text(read.diagnostics).c_str(), stderr);
    return 2;
  }
  if (!options.json) print_notes(read.notes);
  // Threads inherit the mask: only sigwait() below takes these.
  const sigset_t stop_signals = cli::stop_signals();
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  std::optional<FileWatch> watch;
  if (options.watch) {
    auto opened = FileWatch::open(read.files);
    if (!opened) return fail(opened.error());
    watch.emplace(std::move(opened).value());
  }
  DescriptorWarning warning;
  EmulatorOptions of_emulator = emulator_options(options, *read.scenario);
  if (options.aws_port) {
    of_emulator.kept_api_lines = kKeptApiLines;
    of_emulator.remembered_log_files = kRememberedLogFiles;
  }
  auto made = Emulator::from_topology(read.scenario->topology, std::move(of_emulator));
  if (!made) return fail(made.error());
  Emulator& emulator = made.value();
  emulator.on_end([&warning, quiet = options.json](const EndRecord& record) {
    if (!quiet) print(end_line(record));
    warning.look_at(record);
  });
  if (options.requests) {
    emulator.on_request([secrets = options.show_secrets](const RequestRecord& request) {
      print(request_line(request, secrets));
    });
  }
  if (auto done = write_events(options, emulator); !done) return fail(done.error());
  if (auto started = start(emulator, stop_signals); !started) return fail(started.error());
  auto admin = admin::AdminServer::start(
      emulator, {options.admin_port, nullptr, options.show_secrets, web::page_api(own_casebook())});
  if (!admin) return fail(admin.error());
  const std::string& admin_address = admin.value()->address();
  auto aws = start_aws(options, emulator, *read.scenario);
  if (!aws) return fail(aws.error());
  const std::string aws_url = aws.value() ? "http://" + aws.value()->address() : "";
  const auto written = write_side_files(*read.scenario, emulator, admin_address, aws_url);
  if (!written) return fail(written.error());
  if (options.json) {
    print(opening_json(emulator, admin_address, aws_url));
  } else {
    const std::string aws_line = aws_url.empty() ? "" : "\nAWS_ENDPOINT_URL=" + aws_url + "\n";
    print(opening_report(*read.scenario, emulator, admin_address, options.show_secrets) + aws_line +
          "\nready\n");
  }
  wait_for(stop_signals, parent, watch ? &*watch : nullptr, options, emulator);
  aws.value().reset();
  admin.value().reset();
  emulator.stop();
  if (!options.json) print(closing_summary(emulator.counters()));
  return 0;
}

}  // namespace hoplab::cli
