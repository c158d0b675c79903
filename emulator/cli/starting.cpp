#include "cli/starting.h"

#include <memory>

#include "admin/admin_json.h"
#include "cli/signal_thread.h"
#include "topology/line_file.h"

namespace hoplab::cli {

EmulatorOptions emulator_options(const RunOptions& options, const scenario::Scenario& scenario) {
  EmulatorOptions made;
  made.threads = options.threads;
  made.clock = scenario.clock;
  made.out = options.out;
  made.force = options.force;
  made.pki = options.pki;
  made.kept_requests = options.kept_requests;
  made.connection_log = options.connection_log;
  made.access_log = options.access_log;
  made.health_check_log = options.health_check_log;
  made.log_bucket = options.log_bucket;
  made.capture = options.capture;
  made.api_logs = options.api_logs;
  made.api_rate_limit = options.api_rate_limit;
  made.json_logs = options.log_format == "json";
  return made;
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  struct sigaction about {};
  // nohup: the terminal may go.
  const bool ignored = ::sigaction(SIGHUP, nullptr, &about) == 0 && about.sa_handler == SIG_IGN;
  if (!ignored) sigaddset(&signals, SIGHUP);
  return signals;
}

Result<void> write_events(const RunOptions& options, Emulator& emulator) {
  if (options.events.empty()) return {};
  const bool number = options.events.find_first_not_of("0123456789") == std::string::npos;
  auto file = number ? topology::LineFile::on_descriptor(options.events)
                     : topology::LineFile::open(options.events);
  if (!file) return Error{"--events: " + file.error()};
  const std::shared_ptr<topology::LineFile> lines = std::move(file).value();
  emulator.on_end([lines](const EndRecord& record) {
    using Handler = admin::Json::error_handler_t;
    lines->add(admin::end_json(record).dump(-1, ' ', false, Handler::replace));
  });
  return {};
}

Result<void> start(Emulator& emulator, const sigset_t& signals) {
  bool stopped = false;
  Result<void> started;
  {
    const SignalThread watching(signals, [&](int) {
      stopped = true;
      emulator.interrupt();
    });
    started = emulator.start();
  }
  // The signal may have come when everything had started.
  if (started && stopped) return Error{"stopped while starting", ErrorCode::unavailable};
  return started;
}

}  // namespace hoplab::cli
