#include "sandbox/command.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "sandbox/environment.h"
#include "sandbox/names.h"
#include "sandbox/trust.h"
#include "sandbox/variables.h"
#include "topology/materials.h"

namespace hoplab::sandbox {

namespace {

/// Only files: no daemon of the host answers for names (man 5 nsswitch.conf).
constexpr const char* kNameService =
    "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\n"
    "protocols: files\nservices: files\n";

Result<void> add_names(const Emulator& emulator,
                       const std::vector<std::pair<std::string, std::string>>& further,
                       CommandSpec& command) {
  auto names = names_of(emulator.endpoints());
  for (const auto& [name, address] : further) names.push_back({name, {address}});
  const std::string folder = emulator.out();
  const std::pair<std::string, std::string> files[] = {
      {"hosts", hosts_file(names)}, {"nsswitch.conf", kNameService}, {"resolv.conf", ""}};
  for (const auto& [name, content] : files) {
    const std::string path = folder + "/" + name;
    if (auto done = topology::write_file(path, content); !done) return done;
    command.files.emplace_back(path, "/etc/" + name);
  }
  // A cache of names of the host's (man 8 nscd).
  command.hidden_folders = {"/run/nscd"};
  return {};
}

/// Readable when the process that started this one has ended; -1: the kernel has no such thing.
int watch_parent() {
  return static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0));
}

/// A terminal tells the command by itself what it tells this process.
bool came_from_terminal(const signalfd_siginfo& signal) {
  return signal.ssi_code == SI_KERNEL;
}

int exit_code(int wait_status) {
  constexpr int kBySignal = 128;
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : kBySignal + WTERMSIG(wait_status);
}

}  // namespace

Result<CommandSpec> command_for(
    const Emulator& emulator, const std::string& admin, std::vector<std::string> arguments,
    const std::vector<std::pair<std::string, std::string>>& further_names, bool hosts_allowed) {
  CommandSpec command;
  command.arguments = std::move(arguments);
  command.environment = own_environment();
  if (auto done = add_names(emulator, further_names, command); !done) return done.failure();
  auto trust = write_trust(emulator.ca_bundle(), emulator.out(), hosts_allowed);
  if (!trust) return trust.failure();
  put_over_machines(trust.value(), command);
  add_variables(trust.value(), command);
  for (const auto& [name, value] : variables_of(emulator, admin)) {
    set_variable(command.environment, name, value);
  }
  return command;
}

sigset_t passed_on_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int one : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH}) {
    sigaddset(&signals, one);
  }
  return signals;
}

int wait_for_end(NetworkNamespace& where) {
  constexpr int kFailed = 125;
  const sigset_t passed_on = passed_on_signals();
  const int signals = ::signalfd(-1, &passed_on, SFD_CLOEXEC);
  const int parent = watch_parent();
  pollfd sources[] = {{where.ended(), POLLIN, 0}, {signals, POLLIN, 0}, {parent, POLLIN, 0}};
  int code = kFailed;
  while (::poll(sources, 3, -1) >= 0 || errno == EINTR) {
    if (sources[0].revents != 0) {
      if (const auto status = where.wait_status()) code = exit_code(*status);
      break;
    }
    if (sources[2].revents != 0) break;
    signalfd_siginfo signal{};
    if (sources[1].revents == 0 || ::read(signals, &signal, sizeof signal) <= 0) continue;
    if (!came_from_terminal(signal)) where.send_signal(static_cast<int>(signal.ssi_signo));
  }
  ::close(signals);
  if (parent >= 0) ::close(parent);
  return code;
}

}  // namespace hoplab::sandbox
