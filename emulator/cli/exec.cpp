#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "admin/admin_server.h"
#include "cli/commands.h"
#include "cli/descriptors.h"
#include "cli/memory.h"
#include "cli/report.h"
#include "cli/starting.h"
#include "cli/terminal.h"
#include "sandbox/certificate_links.h"
#include "sandbox/client_address.h"
#include "sandbox/command.h"
#include "sandbox/host_doors.h"
#include "scenario/format/reader.h"

namespace hoplab::cli {

namespace {

// As env, nohup and docker: whoever tests the exit code can tell hoplab's own failures from the
// command's.
constexpr int kFailed = 125, kNotRunnable = 126, kNotFound = 127;

int failed(const std::string& why) {
  fail(why);
  return kFailed;
}

void say_note(const std::string& note) {
  std::fputs(("hoplab: note: " + note + "\n").c_str(), stderr);
}

bool ended_badly(const EndRecord& record) {
  return record.how != EndKind::fin || !record.failures.empty();
}

/// The last connections of a command that has ended are over a moment later.
class LastEnds {
 public:
  /// In a loop's thread.
  void one_more() {
    const std::lock_guard lock(mutex_);
    ++ended_;
    changed_.notify_all();
  }
  void wait_until_over(const Emulator& emulator) {
    constexpr auto kPatience = std::chrono::milliseconds(200);
    for (std::size_t seen = 0; emulator.counters().live_flows > 0;) {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_for(lock, kPatience, [&] { return ended_ != seen; })) return;
      seen = ended_;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t ended_ = 0;
};

/// On standard error, when the command failed.
void say_why(const Emulator& emulator, int code) {
  const auto ends = emulator.ends();
  std::string text;
  for (const EndRecord& record : ends) {
    if (ended_badly(record)) text += "  " + end_line(record);
  }
  const std::string what = "hoplab: the command ended with " + std::to_string(code);
  if (text.empty()) {
    text = what + "; none of its " + std::to_string(ends.size()) + " connections ended badly\n";
  } else {
    text = what + "; connections that ended badly:\n" + text;
  }
  std::fputs(text.c_str(), stderr);
}

std::vector<std::string> the_shell() {
  const char* const shell = std::getenv("SHELL");
  return {shell && *shell ? shell : "/bin/sh"};
}

/// Runs the command beside the emulator, which has started.
int run(const ExecOptions& options, Emulator& emulator, sandbox::Sandbox& where,
        LastEnds& last_ends) {
  net::SocketSource* const network = where.isolated() ? &where : nullptr;
  auto admin = admin::AdminServer::start(emulator, options.admin_port, network);
  if (!admin) return failed(admin.error());
  sandbox::Place place{where.isolated(), !where.isolated() || !options.allowed_hosts.empty(), {}};
  std::unique_ptr<sandbox::HostDoors> doors;
  if (where.isolated()) {
    auto opened = sandbox::HostDoors::open(where, options.allowed_hosts);
    if (!opened) return failed("--allow-host " + opened.error());
    doors = std::move(opened).value();
    place.further_names = doors->names();
  }
  const std::string& admin_address = admin.value()->address();
  if (auto done = write_side_files(emulator, admin_address); !done) return failed(done.error());
  auto command = sandbox::command_for(
      emulator, admin_address, options.command.empty() ? the_shell() : options.command, place);
  if (!command) return failed(command.error());
  for (const std::string& note : emulator.notes()) say_note(note);
  const sandbox::CertificateLinks links(emulator.certificates());
  if (!links.taken().empty()) {
    say_note(
        joined(links.taken(), ", ") +
        ": they were in this folder already and are left as they are; the scenario's own are in " +
        emulator.out());
  }
  where.clean_up_later(options.out.empty() ? emulator.out() : "", links.made());
  if (auto started = where.run(command.value()); !started) {
    failed(started.error());
    return started.failure().code == ErrorCode::not_found ? kNotFound : kNotRunnable;
  }
  const int code = sandbox::wait_for_end(where);
  admin.value().reset();
  if (code != 0) {
    last_ends.wait_until_over(emulator);
    say_why(emulator, code);
  }
  return code;
}

/// In namespaces, or else without, which is said.
Result<std::shared_ptr<sandbox::Sandbox>> open_sandbox(const ExecOptions& options) {
  std::string why = "as --no-namespaces says";
  if (!options.no_namespaces) {
    auto made = sandbox::Sandbox::open();
    if (made) return std::shared_ptr<sandbox::Sandbox>(std::move(made).value());
    why = made.error();
  }
  for (const auto& [given, option] : {std::pair(!options.client_ip.empty(), "--client-ip"),
                                      std::pair(!options.allowed_hosts.empty(), "--allow-host")}) {
    if (given) return Error{std::string(option) + " needs namespaces: " + why};
  }
  say_note(
      "without namespaces the command can reach everything, its own address is 127.0.0.1, and "
      "it finds the scenario by variables for clients that heed them (https_proxy, "
      "SSL_CERT_FILE and the like): " +
      why);
  auto made = sandbox::Sandbox::open_without_namespaces();
  if (!made) return made.failure();
  return std::shared_ptr<sandbox::Sandbox>(std::move(made).value());
}

}  // namespace

int exec(const ExecOptions& options) {
  // The sandbox is forked off first: what is set up below is hoplab's own.
  auto opened = open_sandbox(options);
  if (!opened) return failed(opened.error());
  const std::shared_ptr<sandbox::Sandbox> where = opened.value();
  set_up_allocator(options.threads);
  raise_descriptor_limit();
  auto read = scenario::read_scenario(options.source(options.scenario));
  if (!read.ok()) {
    std::fputs(scenario::to_text(read.diagnostics).c_str(), stderr);
    return kFailed;
  }
  const sigset_t signals = sandbox::passed_on_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  EmulatorOptions emulator_options = cli::emulator_options(options, *read.scenario);
  emulator_options.connect_door = !where->isolated();
  if (where->isolated()) {
    auto client = sandbox::client_address(read.scenario->topology, options.client_ip);
    if (!client) return failed(client.error());
    if (auto done = where->use_client_ip(client.value()); !done) return failed(done.error());
    emulator_options.client_ip = client.value();
    emulator_options.vpc = where;
  }
  auto made = Emulator::from_topology(read.scenario->topology, emulator_options);
  if (!made) return failed(made.error());
  Emulator& emulator = made.value();
  DescriptorWarning warning;
  LastEnds last_ends;
  emulator.on_end([&](const EndRecord& record) {
    warning.look_at(record);
    last_ends.one_more();
  });
  if (auto done = write_events(options, emulator); !done) return failed(done.error());
  if (auto started = start(emulator, signals); !started) return failed(started.error());
  const int code = run(options, emulator, *where, last_ends);
  emulator.stop();
  return code;
}

}  // namespace hoplab::cli
