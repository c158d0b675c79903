#include "sandbox/keeper.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "net/socket_source.h"
#include "net/syn_filter.h"
#include "sandbox/certificate_links.h"
#include "sandbox/loopback.h"
#include "sandbox/machine_wide.h"
#include "sandbox/message.h"
#include "sandbox/mounts.h"
#include "sandbox/name_server.h"
#include "sandbox/system_error.h"

namespace hoplab::sandbox {

namespace {

struct Said {
  int error = 0;
  std::string text;
  int descriptor = -1;  // ours to close
};

Said failure(const Result<void>& result) {
  if (result) return {};
  return {errno ? errno : EINVAL, result.error(), -1};
}

Said refused(const std::string& what) {
  return {errno, system_error(what).message, -1};
}

/// What a command of root keeps: to read, write and own files as it could before. Nothing that the
/// namespaces are made of, such as addresses and mounts.
constexpr int kKeptByRoot[] = {CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH,
                               CAP_FOWNER, CAP_FSETID,       CAP_KILL,
                               CAP_SETGID, CAP_SETUID,       CAP_SETFCAP};

void give_up_privileges() {
  const bool root = ::geteuid() == 0;
  for (int one = 0; one <= CAP_LAST_CAP; ++one) {
    bool kept = false;
    for (const int its : kKeptByRoot) kept |= root && its == one;
    if (!kept) ::prctl(PR_CAPBSET_DROP, one, 0, 0, 0);
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::string whole_file(int descriptor) {
  struct stat about {};
  ::fstat(descriptor, &about);
  std::string content(static_cast<std::size_t>(about.st_size), '\0');
  const ssize_t got = ::pread(descriptor, content.data(), content.size(), 0);
  content.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return content;
}

class Keeper {
 public:
  Keeper(bool isolated, int questions, int events)
      : isolated_(isolated), questions_(questions), events_(events) {}

  void serve() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &command_mask_);
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    const int ended = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    pollfd sources[] = {{questions_, POLLIN, 0}, {ended, POLLIN, 0}};
    while (::poll(sources, 2, -1) >= 0 || errno == EINTR) {
      if (sources[1].revents != 0) reap(ended);
      if (sources[0].revents == 0) continue;
      const auto packet = receive_packet(questions_);
      if (!packet) return clean_up();
      answer(*packet);
    }
  }

 private:
  void answer(const Packet& packet) {
    Unpacker operands(packet.bytes);
    const auto question = static_cast<Question>(operands.number());
    errno = 0;
    const Said said = answer(question, operands, packet.descriptor);
    if (packet.descriptor >= 0) ::close(packet.descriptor);
    Packer packer;
    packer.number(static_cast<std::uint32_t>(said.error)).text(said.text);
    send_packet(questions_, packer.bytes(), said.descriptor);
    if (said.descriptor >= 0) ::close(said.descriptor);
  }

  Said answer(Question question, Unpacker& operands, int descriptor) {
    switch (question) {
      case Question::set_up: return set_up();
      case Question::client_ip: return failure(add_address(operands.number()));
      case Question::bound: {
        const std::uint32_t address = operands.number();
        const std::uint32_t port = operands.number();
        const bool reuse_port = operands.number() != 0;
        return bound(address, static_cast<std::uint16_t>(port), reuse_port, operands.number());
      }
      case Question::attach_filter: return attach_filter(operands.text(), descriptor);
      case Question::name_server: return name_server();
      case Question::run: return run(unpacked(whole_file(descriptor)));
      case Question::send_signal:
        if (command_ > 0) ::kill(command_, static_cast<int>(operands.number()));
        return {};
      case Question::clean_up_later:
        folders_ = operands.texts();
        links_ = operands.texts();
        return {};
      case Question::take_away_later:
        lock_ = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
        return lock_ < 0 ? refused("cannot keep the lock") : Said();
    }
    return {EINVAL, "not a question", -1};
  }

  static Said set_up() {
    if (auto done = separate_mounts(); !done) return failure(done);
    return failure(bring_loopback_up());
  }

  Said bound(std::uint32_t address, std::uint16_t port, bool reuse_port, std::uint32_t client) {
    constexpr std::uint32_t kLoopbackNet = 127;
    const bool fresh = address >> 24 != kLoopbackNet && addresses_.insert(address).second;
    if (fresh) {
      auto added = client ? add_address(address, client) : add_address(address);
      if (!added) return failure(added);
    }
    sockaddr_in raw{};
    raw.sin_family = AF_INET;
    raw.sin_addr.s_addr = htonl(address);
    raw.sin_port = htons(port);
    const int fd = net::host_sockets().bound(raw, reuse_port);
    if (fd < 0) return refused("cannot bind");
    return {0, {}, fd};
  }

  static Said attach_filter(const std::string& bytes, int descriptor) {
    std::vector<sock_filter> program;
    for (std::size_t at = 0; at + sizeof(sock_filter) <= bytes.size(); at += sizeof(sock_filter)) {
      std::memcpy(&program.emplace_back(), bytes.data() + at, sizeof(sock_filter));
    }
    if (net::attach_program(descriptor, program)) return {};
    return refused("cannot attach a filter");
  }

  static Said name_server() {
    sockaddr_in raw{};
    raw.sin_family = AF_INET;
    raw.sin_port = htons(53);
    ::inet_pton(AF_INET, kNameServer, &raw.sin_addr);
    if (auto added = add_address(ntohl(raw.sin_addr.s_addr)); !added) return failure(added);
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&raw), sizeof raw) == 0) {
      return {0, {}, fd};
    }
    const Said said = refused("cannot listen for DNS");
    if (fd >= 0) ::close(fd);
    return said;
  }

  Said run(CommandSpec command) {
    if (auto done = mount_files(command); !done) return failure(done);
    int told[2];
    if (::pipe2(told, O_CLOEXEC) != 0) return refused("cannot make a pipe");
    command_ = ::fork();
    if (command_ == 0) {
      ::close(told[0]);
      become(command);
      const int error = errno;
      [[maybe_unused]] const auto ignored = ::write(told[1], &error, sizeof error);
      ::_exit(1);
    }
    ::close(told[1]);
    int error = command_ < 0 ? errno : 0;
    const bool failed_in_there = ::read(told[0], &error, sizeof error) == sizeof error;
    ::close(told[0]);
    if (command_ > 0 && !failed_in_there) return {};
    command_ = -1;
    errno = error;
    return refused("cannot run " + command.arguments.front());
  }

  /// Ends what the command has started. Whose parent ends is this process's child then.
  void end_all() const {
    const bool first_one_here = ::getpid() == 1;
    do {
      std::ifstream children("/proc/thread-self/children");
      for (pid_t child = 0; children >> child;) ::kill(child, SIGKILL);
      if (first_one_here) ::kill(-1, SIGKILL);  // everybody in its namespace
      if (first_one_here || children.is_open()) continue;
      if (command_ > 0) ::kill(command_, SIGKILL);  // no /proc: nobody else is known
      return;
    } while (::waitpid(-1, nullptr, 0) > 0);
  }

  /// Whoever asked is gone, perhaps by a signal that let it do nothing.
  void clean_up() const {
    end_all();
    for (std::size_t i = 0; i + 1 < links_.size(); i += 2) remove_link(links_[i], links_[i + 1]);
    std::error_code ignored;
    for (const auto& folder : folders_) std::filesystem::remove_all(folder, ignored);
    if (lock_ >= 0) MachineWide::take_away();
  }

  /// Returns on failure only, with errno.
  void become(CommandSpec& command) {
    if (isolated_) give_up_privileges();
    ::sigprocmask(SIG_SETMASK, &command_mask_, nullptr);
    const std::vector<char*> environment = pointers(command.environment);
    ::environ = const_cast<char**>(environment.data());
    const std::vector<char*> arguments = pointers(command.arguments);
    ::execvp(arguments.front(), arguments.data());
  }

  void reap(int ended) {
    signalfd_siginfo ignored{};
    while (::read(ended, &ignored, sizeof ignored) > 0) {
    }
    int status = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid != command_) continue;
      command_ = -1;
      send_packet(events_, Packer().number(static_cast<std::uint32_t>(status)).bytes());
    }
  }

  bool isolated_;  // in namespaces
  int questions_, events_;
  sigset_t command_mask_{};
  std::set<std::uint32_t> addresses_;
  pid_t command_ = -1;
  std::vector<std::string> folders_;
  std::vector<std::string> links_;  // each followed by where it leads
  int lock_ = -1;                   // of MachineWide; -1: it has changed nothing
};

}  // namespace

void keep_sandbox(bool isolated, int questions, int events) {
  Keeper(isolated, questions, events).serve();
  ::_exit(0);
}

}  // namespace hoplab::sandbox
