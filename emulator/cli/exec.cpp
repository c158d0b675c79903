#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <list>
#include <mutex>
#include <optional>

#include "admin/admin_server.h"
#include "base/ascii.h"
#include "cli/commands.h"
#include "cli/descriptors.h"
#include "cli/exec_place.h"
#include "cli/memory.h"
#include "cli/own_scenarios.h"
#include "cli/report.h"
#include "cli/starting.h"
#include "cli/terminal.h"
#include "model/subnets.h"
#include "sandbox/certificate_links.h"
#include "sandbox/client_address.h"
#include "sandbox/command.h"
#include "sandbox/host_doors.h"
#include "sandbox/resolver.h"
#include "sandbox/shared_door.h"
#include "scenario/format/reader.h"
#include "web/page_api.h"

namespace hoplab::cli {

namespace {

using Kind = sandbox::Place::Kind;

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

/// One of the scenarios, and what runs it.
struct Part {
  RunOptions options;
  std::string name;
  std::string web_range;  // of its web sites, where it is not alone
  scenario::Scenario scenario;
  std::optional<Emulator> emulator;
  std::unique_ptr<admin::AdminServer> admin;
};
using Parts = std::list<Part>;

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
void say_why(const Parts& parts, int code) {
  std::size_t ended = 0;
  std::string text;
  for (const Part& part : parts) {
    const auto ends = part.emulator->ends();
    ended += ends.size();
    for (const EndRecord& record : ends) {
      if (!ended_badly(record)) continue;
      text += "  " + (parts.size() > 1 ? part.name + ": " : "") + end_line(record);
    }
  }
  const std::string what = "hoplab: the command ended with " + std::to_string(code);
  if (text.empty()) {
    text = what + "; none of its " + std::to_string(ended) + " connections ended badly\n";
  } else {
    text = what + "; connections that ended badly:\n" + text;
  }
  std::fputs(text.c_str(), stderr);
}

std::vector<std::string> the_shell() {
  const char* const shell = std::getenv("SHELL");
  return {shell && *shell ? shell : "/bin/sh"};
}

/// Sixteen addresses for the web sites of each of several scenarios, of the ranges for
/// documentation (RFC 5737).
std::string web_range_of(std::size_t number) {
  constexpr std::string_view kNetworks[] = {"203.0.113.", "198.51.100.", "192.0.2."};
  constexpr std::size_t kSize = 16, kInEach = 256 / kSize;
  const std::string network(kNetworks[number / kInEach % std::size(kNetworks)]);
  return network + std::to_string(number % kInEach * kSize) + "/28";
}

/// The options of each scenario, and the scenario. False: it has mistakes, which are said.
bool read_parts(const ExecOptions& options, Parts& parts) {
  const auto names = sandbox::parts_of(options.scenarios);
  for (std::size_t i = 0; i < names.size(); ++i) {
    Part& part = parts.emplace_back();
    part.options = options;
    part.options.scenario = options.scenarios[i];
    part.name = names[i];
    if (names.size() > 1) part.web_range = web_range_of(i);
    if (names.size() > 1 && !options.out.empty()) part.options.out += "/" + names[i];
    if (names.size() > 1 && !options.capture.empty()) {
      std::filesystem::path file = options.capture;
      const std::string extension = file.extension();
      part.options.capture = file.replace_extension(names[i] + extension);
    }
    auto read = scenario::read_scenario(part.options.source(part.options.scenario));
    if (!read.ok()) {
      std::fputs(scenario::to_text(read.diagnostics).c_str(), stderr);
      return false;
    }
    print_notes(read.notes);
    part.scenario = std::move(*read.scenario);
  }
  return true;
}

/// In one network their subnets are apart.
Result<void> separate(Parts& parts) {
  std::vector<const model::Topology*> before;
  for (Part& part : parts) {
    if (auto done = model::separate_subnets(part.scenario.topology, before); !done) {
      return Error{part.options.scenario + ": " + done.error() +
                       " that is brought up beside it; give one of them another CidrBlock",
                   done.failure().code};
    }
    before.push_back(&part.scenario.topology);
  }
  return {};
}

Result<EmulatorOptions> options_in(const ExecPlace& place, const ExecOptions& options,
                                   const Part& part) {
  EmulatorOptions made = emulator_options(part.options, part.scenario);
  made.connect_door = place.kind == Kind::proxy;
  made.real_ports = place.kind == Kind::machine_wide;
  if (place.kind != Kind::isolated) return made;
  auto client = sandbox::client_address(part.scenario.topology, options.client_ip);
  if (!client) return client.failure();
  auto network = place.sandbox->network_of(client.value());
  if (!network) return network.failure();
  made.client_ip = client.value();
  if (!part.web_range.empty()) made.web_range = part.web_range;
  made.vpc = std::move(network).value();
  return made;
}

Result<void> start_part(const ExecPlace& place, const ExecOptions& options,
                        const std::function<void(const EndRecord&)>& on_end, Part& part) {
  auto emulator_options = options_in(place, options, part);
  if (!emulator_options) return emulator_options.failure();
  auto made = Emulator::from_topology(part.scenario.topology, std::move(emulator_options).value());
  if (!made) return made.failure();
  part.emulator.emplace(std::move(made).value());
  part.emulator->on_end(on_end);
  if (options.requests) {
    part.emulator->on_request([secrets = options.show_secrets](const RequestRecord& request) {
      std::fputs(request_line(request, secrets).c_str(), stderr);
    });
  }
  if (auto done = write_events(part.options, *part.emulator); !done) return done;
  if (auto started = start(*part.emulator, stop_signals()); !started) return started;
  net::SocketSource* const network = place.sandbox->isolated() ? place.sandbox.get() : nullptr;
  auto admin = admin::AdminServer::start(
      *part.emulator,
      {part.options.admin_port, network, options.show_secrets, web::page_api(own_casebook())});
  if (!admin) return admin.failure();
  part.admin = std::move(admin).value();
  return write_side_files(part.scenario, *part.emulator, part.admin->address());
}

/// The proxy of a lab, or that of all of them, which is `shared`.
Result<std::string> proxy_of(Parts& parts, std::unique_ptr<sandbox::SharedDoor>& shared) {
  if (parts.size() == 1) return parts.front().emulator->connect_door();
  auto opened = sandbox::SharedDoor::open([&parts](const std::string& name, int descriptor) {
    const auto knows = [&name](const Part& part) { return !part.emulator->resolve(name).empty(); };
    const auto found = std::ranges::find_if(parts, knows);
    Part& part = found == parts.end() ? parts.front() : *found;
    part.emulator->accept_at_connect_door(descriptor);
  });
  if (!opened) return opened.failure();
  shared = std::move(opened).value();
  return shared->address();
}

/// A name leads where the first lab that has it says.
Result<std::unique_ptr<sandbox::Resolver>> resolver_of(const ExecPlace& where, const Parts& parts,
                                                       const sandbox::HostDoors& doors) {
  return sandbox::Resolver::open(*where.sandbox, [&parts, &doors](const std::string& name) {
    for (const Part& part : parts) {
      auto addresses = part.emulator->resolve(name);
      if (!addresses.empty()) return addresses;
    }
    for (const auto& [host, address] : doors.names()) {
      if (iequals(host, name)) return std::vector{address};
    }
    return std::vector<std::string>();
  });
}

/// Runs the command beside what has started.
int run(const ExecOptions& options, ExecPlace& where, Parts& parts, LastEnds& last_ends) {
  std::vector<sandbox::Lab> labs;
  for (Part& part : parts) {
    labs.push_back({part.options.scenario, part.name, &*part.emulator, part.admin->address()});
  }
  auto names = sandbox::joint_names(labs);
  if (!names) return failed(names.error());
  sandbox::Place place{
      where.kind, where.kind != Kind::isolated || !options.allowed_hosts.empty(), {}};
  std::unique_ptr<sandbox::HostDoors> doors;
  std::unique_ptr<sandbox::Resolver> resolver;
  std::unique_ptr<sandbox::SharedDoor> shared;
  if (where.kind == Kind::isolated) {
    auto opened = sandbox::HostDoors::open(*where.sandbox, options.allowed_hosts);
    if (!opened) return failed("--allow-host " + opened.error());
    doors = std::move(opened).value();
    auto answering = resolver_of(where, parts, *doors);
    if (!answering) return failed(answering.error());
    resolver = std::move(answering).value();
  } else if (where.kind == Kind::proxy) {
    auto proxy = proxy_of(parts, shared);
    if (!proxy) return failed(proxy.error());
    place.proxy = std::move(proxy).value();
  }
  auto command =
      sandbox::command_for(labs, options.command.empty() ? the_shell() : options.command, place);
  if (!command) return failed(command.error());
  std::vector<std::string> notes = std::move(names.value().notes);
  std::vector<std::string> folders;
  for (const Part& part : parts) {
    const auto its = part.emulator->notes();
    notes.insert(notes.end(), its.begin(), its.end());
    if (options.out.empty()) folders.push_back(part.emulator->out());
  }
  if (where.machine) {
    auto authorities = sandbox::joint_ca_bundle(labs);
    if (!authorities) return failed(authorities.error());
    auto added = where.machine->add(std::move(names.value().names), authorities.value());
    if (!added) return failed("--system: " + added.error());
    notes.insert(notes.end(), where.machine->notes().begin(), where.machine->notes().end());
  }
  const sandbox::CertificateLinks links(labs);
  notes.insert(notes.end(), links.notes().begin(), links.notes().end());
  for (const std::string& note : notes) say_note(note);
  where.sandbox->clean_up_later(folders, links.made());
  if (auto started = where.sandbox->run(command.value()); !started) {
    failed(started.error());
    return started.failure().code == ErrorCode::not_found ? kNotFound : kNotRunnable;
  }
  const int code = sandbox::wait_for_end(*where.sandbox);
  for (Part& part : parts) part.admin.reset();
  if (code != 0) {
    for (const Part& part : parts) last_ends.wait_until_over(*part.emulator);
    say_why(parts, code);
  }
  return code;
}

}  // namespace

int exec(const ExecOptions& options) {
  // The sandbox is forked off first: what is set up below is hoplab's own.
  auto opened = open_place(options);
  if (!opened) return failed(opened.error());
  ExecPlace& place = opened.value();
  set_up_allocator(options.threads);
  raise_descriptor_limit();
  DescriptorWarning warning;
  LastEnds last_ends;
  Parts parts;  // which tell those two of ends until they are gone
  if (!read_parts(options, parts)) return kFailed;
  if (parts.size() > 1 && options.admin_port != 0) {
    return failed("--admin-port is for one scenario; HOPLAB_..._ADMIN says where each one's is");
  }
  if (place.kind == Kind::isolated) {
    if (auto done = separate(parts); !done) return failed(done.error());
  }
  const sigset_t signals = sandbox::passed_on_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const auto on_end = [&](const EndRecord& record) {
    warning.look_at(record);
    last_ends.one_more();
  };
  for (Part& part : parts) {
    if (auto done = start_part(place, options, on_end, part); !done) {
      return failed((parts.size() > 1 ? part.options.scenario + ": " : "") + done.error());
    }
  }
  const int code = run(options, place, parts, last_ends);
  for (Part& part : parts) part.emulator->stop();
  return code;
}

}  // namespace hoplab::cli
