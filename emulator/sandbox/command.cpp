#include "sandbox/command.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <tuple>

#include "sandbox/environment.h"
#include "sandbox/name_server.h"
#include "sandbox/trust.h"

namespace hoplab::sandbox {

namespace {

/// No daemon of the host answers for names (man 5 nsswitch.conf).
constexpr const char* kNameService =
    "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\n"
    "protocols: files\nservices: files\n";

/// The machine's own names. Those of the topology are the resolver's: where they lead may change.
std::string own_names() {
  std::string text = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";
  char own[256] = "";
  if (::gethostname(own, sizeof own - 1) == 0 && own[0] != '\0') {
    text += std::string("127.0.0.1 ") + own + "\n";
  }
  return text;
}

Result<void> add_names(Emulator& emulator, CommandSpec& command) {
  const std::tuple<std::string, std::string, std::string> files[] = {
      {"own-names", own_names(), "/etc/hosts"},
      {"nsswitch.conf", kNameService, "/etc/nsswitch.conf"},
      {"resolv.conf", std::string("nameserver ") + kNameServer + "\n", "/etc/resolv.conf"}};
  for (const auto& [name, content, seen_as] : files) {
    if (auto done = emulator.write_out(name, content, Readers::everybody); !done) return done;
    command.files.emplace_back(emulator.out() + "/" + name, seen_as);
  }
  // A cache of names of the host's (man 8 nscd).
  command.hidden_folders = {"/run/nscd"};
  return {};
}

void tell_java(const Trust& trust, const std::string& more, CommandSpec& command) {
  if (trust.java_store.empty()) return;
  set_variable(command.environment, "JAVA_TOOL_OPTIONS",
               "-Djavax.net.ssl.trustStore=" + trust.java_store + more);
}

/// For clients that ask their environment for a proxy, and for Java, which is told by options.
void add_proxy(const std::string& address, const Trust& trust, CommandSpec& command) {
  for (const char* const name : {"https_proxy", "HTTPS_PROXY"}) {
    set_variable(command.environment, name, "http://" + address);
  }
  for (const char* const name : {"no_proxy", "NO_PROXY"}) {
    set_variable(command.environment, name, "127.0.0.1,localhost");
  }
  set_variable(command.environment, "NODE_USE_ENV_PROXY", "1");  // since Node 24
  const auto colon = address.rfind(':');
  tell_java(trust,
            " -Dhttps.proxyHost=" + address.substr(0, colon) +
                " -Dhttps.proxyPort=" + address.substr(colon + 1),
            command);
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

Result<CommandSpec> command_for(const std::vector<Lab>& labs, std::vector<std::string> arguments,
                                const Place& place) {
  CommandSpec command;
  command.arguments = std::move(arguments);
  command.environment = own_environment();
  Emulator& first = *labs.front().emulator;
  auto authorities = joint_ca_bundle(labs);
  if (!authorities) return authorities.failure();
  auto trust = write_trust(authorities.value(), first, place.others_can_be_reached);
  if (!trust) return trust.failure();
  add_variables(trust.value(), command);
  switch (place.kind) {
    case Place::Kind::isolated:
      if (auto done = add_names(first, command); !done) return done.failure();
      put_over_machines(trust.value(), command);
      break;
    case Place::Kind::proxy: add_proxy(place.proxy, trust.value(), command); break;
    case Place::Kind::machine_wide: tell_java(trust.value(), {}, command); break;
  }
  for (const auto& [name, value] : joint_variables(labs)) {
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

int wait_for_end(Sandbox& where) {
  constexpr int kFailed = 125;
  const sigset_t passed_on = passed_on_signals();
  const int signals = ::signalfd(-1, &passed_on, SFD_CLOEXEC);
  pollfd sources[] = {
      {where.ended(), POLLIN, 0}, {signals, POLLIN, 0}, {where.parent_ended(), POLLIN, 0}};
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
  return code;
}

}  // namespace hoplab::sandbox
