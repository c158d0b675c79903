#include <csignal>
#include <cstdio>

#include "admin/admin_server.h"
#include "cli/commands.h"
#include "cli/descriptors.h"
#include "cli/memory.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "scenario/format/reader.h"

namespace hoplab::cli {

int up(const UpOptions& options) {
  set_up_allocator(options.threads);
  raise_descriptor_limit();
  auto read = scenario::read_scenario(options.scenario, options.settings);
  if (!read.ok()) {
    std::fputs(scenario::to_text(read.diagnostics).c_str(), stderr);
    return 2;
  }
  // Threads inherit the mask: only sigwait() below takes these.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  EmulatorOptions emulator_options;
  emulator_options.threads = options.threads;
  emulator_options.clock = read.scenario->clock;
  emulator_options.out = options.out;
  emulator_options.connection_log = options.connection_log;
  emulator_options.access_log = options.access_log;
  emulator_options.log_bucket = options.log_bucket;
  DescriptorWarning warning;
  auto made = Emulator::from_topology(read.scenario->topology, emulator_options);
  if (!made) return fail(made.error());
  Emulator& emulator = made.value();
  emulator.on_end([&warning, quiet = options.json](const EndRecord& record) {
    if (!quiet) print(end_line(record));
    warning.look_at(record);
  });
  if (auto started = emulator.start(); !started) return fail(started.error());
  auto admin = admin::AdminServer::start(emulator, options.admin_port);
  if (!admin) return fail(admin.error());
  const std::string& admin_address = admin.value()->address();
  if (auto written = write_side_files(emulator, admin_address); !written) {
    return fail(written.error());
  }
  if (options.json) {
    print(opening_json(emulator, admin_address));
  } else {
    print(opening_report(*read.scenario, emulator, admin_address) + "\nready\n");
  }
  give_back_start();

  int signal = 0;
  sigwait(&stop_signals, &signal);
  admin.value().reset();
  emulator.stop();
  if (!options.json) print(closing_summary(emulator.counters()));
  return 0;
}

}  // namespace hoplab::cli
