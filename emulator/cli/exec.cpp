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
int run(const ExecOptions& options, Emulator& emulator, sandbox::NetworkNamespace& where,
        LastEnds& last_ends) {
  auto admin = admin::AdminServer::start(emulator, options.admin_port, &where);
  if (!admin) return failed(admin.error());
  auto doors = sandbox::HostDoors::open(where, options.allowed_hosts);
  if (!doors) return failed("--allow-host " + doors.error());
  const std::string& admin_address = admin.value()->address();
  if (auto done = write_side_files(emulator, admin_address); !done) return failed(done.error());
  auto command = sandbox::command_for(emulator, admin_address,
                                      options.command.empty() ? the_shell() : options.command,
                                      doors.value()->names(), !options.allowed_hosts.empty());
  if (!command) return failed(command.error());
  for (const std::string& note : emulator.notes()) {
    std::fputs(("hoplab: note: " + note + "\n").c_str(), stderr);
  }
  const sandbox::CertificateLinks links(emulator.certificates());
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

}  // namespace

int exec(const ExecOptions& options) {
  // The namespace is forked off first: what is set up below is hoplab's own.
  auto where = sandbox::NetworkNamespace::open();
  if (!where) return failed(where.error());
  set_up_allocator(options.threads);
  raise_descriptor_limit();
  auto read = scenario::read_scenario(options.scenario, options.settings);
  if (!read.ok()) {
    std::fputs(scenario::to_text(read.diagnostics).c_str(), stderr);
    return kFailed;
  }
  const sigset_t signals = sandbox::passed_on_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  EmulatorOptions emulator_options = cli::emulator_options(options, *read.scenario);
  auto client = sandbox::client_address(read.scenario->topology, options.client_ip);
  if (!client) return failed(client.error());
  emulator_options.client_ip = client.value();
  if (auto done = where.value()->use_client_ip(client.value()); !done) return failed(done.error());
  const std::shared_ptr<sandbox::NetworkNamespace> shared = std::move(where).value();
  emulator_options.vpc = shared;
  auto made = Emulator::from_topology(read.scenario->topology, emulator_options);
  if (!made) return failed(made.error());
  Emulator& emulator = made.value();
  DescriptorWarning warning;
  LastEnds last_ends;
  emulator.on_end([&](const EndRecord& record) {
    warning.look_at(record);
    last_ends.one_more();
  });
  if (auto started = start(emulator, signals); !started) return failed(started.error());
  const int code = run(options, emulator, *shared, last_ends);
  emulator.stop();
  return code;
}

}  // namespace hoplab::cli
