#include "cli/exec_place.h"

#include <cstdio>

namespace hoplab::cli {

namespace {

using Kind = sandbox::Place::Kind;

/// What only namespaces have; `why` there are none.
Result<void> check_options(const ExecOptions& options, const std::string& why) {
  for (const auto& [given, option] : {std::pair(!options.client_ip.empty(), "--client-ip"),
                                      std::pair(!options.allowed_hosts.empty(), "--allow-host")}) {
    if (given) return Error{std::string(option) + " needs namespaces: " + why};
  }
  return {};
}

Result<ExecPlace> without_namespaces(Kind kind) {
  auto made = sandbox::Sandbox::open_without_namespaces();
  if (!made) return made.failure();
  return ExecPlace{std::move(made).value(), kind, nullptr};
}

Result<ExecPlace> system_place(const ExecOptions& options) {
  if (auto good = check_options(options, "as --system says"); !good) return good.failure();
  auto place = without_namespaces(Kind::machine_wide);
  if (!place) return place;
  auto machine = sandbox::MachineWide::claim();
  if (!machine) return machine.failure();
  place.value().machine = std::move(machine).value();
  place.value().sandbox->take_away_later(place.value().machine->lock());
  say_note(
      "with --system the scenario's names (/etc/hosts) and authorities (the system's store) are "
      "there for every process of this machine while the command runs; it can reach everything, "
      "its own address is 127.0.0.1, and those of the names are of 127.0.0.0/8; /etc/hosts stays "
      "as "
      "it is when a load balancer's zone leaves DNS");
  return place;
}

}  // namespace

void say_note(const std::string& note) {
  std::fputs(("hoplab: note: " + note + "\n").c_str(), stderr);
}

Result<ExecPlace> open_place(const ExecOptions& options) {
  if (options.system) return system_place(options);
  sandbox::MachineWide::clean_up_after_others();
  std::string why = "as --no-namespaces says";
  if (!options.no_namespaces) {
    auto made = sandbox::Sandbox::open();
    if (made) return ExecPlace{std::move(made).value(), Kind::isolated, nullptr};
    why = made.error();
  }
  if (auto good = check_options(options, why); !good) return good.failure();
  say_note(
      "without namespaces the command can reach everything, its own address is 127.0.0.1, and "
      "it finds the scenario by variables for clients that heed them (https_proxy, "
      "SSL_CERT_FILE and the like): " +
      why + (options.no_namespaces ? "" : "; root can have --system instead"));
  return without_namespaces(Kind::proxy);
}

}  // namespace hoplab::cli
