#include "sandbox/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include "base/parent_process.h"
#include "net/syn_filter.h"
#include "sandbox/command_spec.h"
#include "sandbox/keeper.h"
#include "sandbox/message.h"
#include "sandbox/system_error.h"

namespace hoplab::sandbox {

namespace {

Packer question(Question what) {
  Packer packer;
  packer.number(static_cast<std::uint32_t>(what));
  return packer;
}

bool write_whole(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  ::close(fd);
  errno = error;
  return done;
}

/// Every id that this process knows, as itself (man 7 user_namespaces).
std::string identity_map(const char* of_this_process) {
  std::ifstream file(of_this_process);
  std::string map;
  unsigned long inside = 0, outside = 0, count = 0;
  while (file >> inside >> outside >> count) {
    const std::string first = std::to_string(inside);
    map += first + " " + first + " " + std::to_string(count) + "\n";
  }
  return map;
}

/// Who may maps all ids, so that files keep their owners; others map themselves.
bool map_ids(pid_t child) {
  const std::string proc = "/proc/" + std::to_string(child) + "/";
  if (::geteuid() == 0 && write_whole(proc + "uid_map", identity_map("/proc/self/uid_map"))) {
    return write_whole(proc + "gid_map", identity_map("/proc/self/gid_map"));
  }
  const auto itself = [](unsigned id) {
    return std::to_string(id) + " " + std::to_string(id) + " 1\n";
  };
  return write_whole(proc + "uid_map", itself(::geteuid())) &&
         write_whole(proc + "setgroups", "deny") &&
         write_whole(proc + "gid_map", itself(::getegid()));
}

Error not_allowed(const std::string& what) {
  return {what +
              "; this kernel or container does not let an ordinary process have namespaces of its "
              "own (Docker: --security-opt seccomp=unconfined; Ubuntu: sysctl "
              "kernel.apparmor_restrict_unprivileged_userns=0)",
          ErrorCode::unavailable};
}

}  // namespace

Result<std::unique_ptr<Sandbox>> Sandbox::start_keeper(bool isolated) {
  int questions[2], events[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, questions) != 0 ||
      ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, events) != 0) {
    return system_error("cannot make a pair of sockets");
  }
  constexpr unsigned long kNamespaces = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID;
  const unsigned long flags = SIGCHLD | (isolated ? kNamespaces : 0);
  const auto child = static_cast<pid_t>(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, 0));
  const Error refused = system_error("cannot make namespaces");
  if (child == 0) {
    ::close(questions[0]);
    ::close(events[0]);
    keep_sandbox(isolated, questions[1], events[1]);
  }
  ::close(questions[1]);
  ::close(events[1]);
  std::unique_ptr<Sandbox> made(new Sandbox(isolated, child, questions[0], events[0]));
  if (child < 0) return refused;
  // Before there is anybody who could wait for the parent's end.
  made->parent_ = open_parent_process();
  return made;
}

Result<std::unique_ptr<Sandbox>> Sandbox::open() {
  auto made = start_keeper(true);
  if (!made) return not_allowed(made.error());
  Sandbox& sandbox = *made.value();
  if (::access("/proc/self/uid_map", F_OK) != 0) {
    return Error{"namespaces need /proc, which is not mounted here", ErrorCode::unavailable};
  }
  if (!map_ids(sandbox.keeper_)) return not_allowed(system_error("cannot keep user ids").message);
  const Answer answer = sandbox.ask(question(Question::set_up).bytes());
  if (answer.error) return not_allowed(answer.text);
  return made;
}

Result<std::unique_ptr<Sandbox>> Sandbox::open_without_namespaces() {
  return start_keeper(false);
}

Sandbox::~Sandbox() {
  ::close(questions_);  // at which the keeper ends, and all that it keeps
  if (keeper_ > 0) ::waitpid(keeper_, nullptr, 0);
  ::close(events_);
  if (parent_ >= 0) ::close(parent_);
}

Sandbox::Answer Sandbox::ask(std::string_view question, int descriptor) {
  const std::lock_guard lock(mutex_);
  if (!send_packet(questions_, question, descriptor)) return {errno, "the namespace is gone", -1};
  const auto packet = receive_packet(questions_);
  if (!packet) return {EPIPE, "the namespace is gone", -1};
  Unpacker unpacker(packet->bytes);
  const auto error = static_cast<int>(unpacker.number());
  if (packet->no_room_for_descriptor) return {EMFILE, std::strerror(EMFILE), -1};
  return {error, unpacker.text(), packet->descriptor};
}

class Sandbox::Network final : public net::SocketSource {
 public:
  Network(std::shared_ptr<Sandbox> sandbox, std::uint32_t client)
      : sandbox_(std::move(sandbox)), client_(client) {}
  int bound(const sockaddr_in& address, bool reuse_port) override {
    return sandbox_->bound(address, reuse_port, client_);
  }
  bool attach_filter(int fd, const net::Admission& admission) override {
    return sandbox_->attach_filter(fd, admission);
  }

 private:
  std::shared_ptr<Sandbox> sandbox_;
  std::uint32_t client_;
};

Result<std::shared_ptr<net::SocketSource>> Sandbox::network_of(const std::string& client_ip) {
  in_addr raw{};
  if (::inet_pton(AF_INET, client_ip.c_str(), &raw) != 1) {
    return Error{"the client's address: '" + client_ip + "' is not an IPv4 address"};
  }
  const std::uint32_t client = ntohl(raw.s_addr);
  const Answer answer = ask(question(Question::client_ip).number(client).bytes());
  if (answer.error) return Error{"the client's address " + client_ip + ": " + answer.text};
  return std::shared_ptr<net::SocketSource>(std::make_shared<Network>(shared_from_this(), client));
}

int Sandbox::bound(const sockaddr_in& address, bool reuse_port, std::uint32_t client) {
  const Answer answer = ask(question(Question::bound)
                                .number(ntohl(address.sin_addr.s_addr))
                                .number(ntohs(address.sin_port))
                                .number(reuse_port)
                                .number(client)
                                .bytes());
  errno = answer.error;
  return answer.descriptor;
}

bool Sandbox::attach_filter(int fd, const net::Admission& admission) {
  const std::vector<sock_filter> program = net::syn_filter(admission);
  const std::string_view bytes(reinterpret_cast<const char*>(program.data()),
                               program.size() * sizeof(sock_filter));
  const Answer answer = ask(question(Question::attach_filter).text(bytes).bytes(), fd);
  errno = answer.error;
  return answer.error == 0;
}

int Sandbox::name_server_socket() {
  const Answer answer = ask(question(Question::name_server).bytes());
  errno = answer.error;
  return answer.descriptor;
}

void Sandbox::clean_up_later(const std::vector<std::string>& folders,
                             const std::vector<std::pair<std::string, std::string>>& links) {
  std::vector<std::string> texts;
  for (const auto& [path, target] : links) texts.insert(texts.end(), {path, target});
  ask(question(Question::clean_up_later).texts(folders).texts(texts).bytes());
}

void Sandbox::take_away_later(int lock) {
  ask(question(Question::take_away_later).bytes(), lock);
}

Result<void> Sandbox::run(const CommandSpec& command) {
  const std::string bytes = packed(command);
  const int file = ::memfd_create("hoplab-command", MFD_CLOEXEC);
  const bool written =
      file >= 0 && ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  if (!written) return system_error("cannot describe the command");
  const Answer answer = ask(question(Question::run).bytes(), file);
  ::close(file);
  if (!answer.error) return {};
  return Error{answer.text, answer.error == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable};
}

std::optional<int> Sandbox::wait_status() {
  const auto packet = receive_packet(events_);
  if (!packet) return std::nullopt;
  return static_cast<int>(Unpacker(packet->bytes).number());
}

void Sandbox::send_signal(int signal) {
  ask(question(Question::send_signal).number(static_cast<std::uint32_t>(signal)).bytes());
}

}  // namespace hoplab::sandbox
