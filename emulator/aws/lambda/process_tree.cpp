#include "aws/lambda/process_tree.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "aws/lambda/supervisor.h"

namespace hoplab::aws::lambda {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

/// Its end is told by a packet, and to nobody by a signal.
pid_t clone_without_signal() {
  constexpr unsigned long kNoSignal = 0;
  return static_cast<pid_t>(::syscall(SYS_clone, kNoSignal, nullptr, nullptr, nullptr, 0));
}

struct Descriptors {
  int sockets[2] = {-1, -1};
  int output[2] = {-1, -1};
  void close_all() const {
    for (const int one : {sockets[0], sockets[1], output[0], output[1]}) {
      if (one >= 0) ::close(one);
    }
  }
};

}  // namespace

Result<std::unique_ptr<ProcessTree>> ProcessTree::start(Loop& loop, const Program& program,
                                                        Listener& listener) {
  Descriptors made;
  const auto refused = [&made] {
    const std::string why = std::strerror(errno);
    made.close_all();
    return Error{"cannot start a process: " + why, ErrorCode::unavailable};
  };
  // A pipe and no socket: shells open /dev/stderr anew.
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, made.sockets) != 0 ||
      ::pipe2(made.output, O_CLOEXEC) != 0 || ::fcntl(made.output[0], F_SETFL, O_NONBLOCK) != 0) {
    return refused();
  }
  const std::vector<char*> arguments = pointers(program.arguments);
  const std::vector<char*> environment = pointers(program.environment);
  const SupervisorStart start{arguments.data(), environment.data(), program.folder.c_str(),
                              made.sockets[1], made.output[1]};
  const pid_t supervisor = clone_without_signal();
  if (supervisor == 0) supervise(start);
  if (supervisor < 0) return refused();
  ::close(made.sockets[1]);
  ::close(made.output[1]);
  return std::unique_ptr<ProcessTree>(
      new ProcessTree(loop, listener, supervisor, made.sockets[0], made.output[0]));
}

ProcessTree::ProcessTree(Loop& loop, Listener& listener, pid_t supervisor, int hoplab, int output)
    : listener_(listener),
      supervisor_(supervisor),
      hoplab_(hoplab),
      output_(output),
      end_ready_(loop, hoplab, false),
      output_ready_(loop, output, false),
      end_slot_(loop),
      output_slot_(loop) {
  tasks_.spawn(follow_output());
  tasks_.spawn(follow_end());
}

ProcessTree::~ProcessTree() {
  end_ready_.forget();
  output_ready_.forget();
  ::close(hoplab_);
  ::close(output_);
}

void ProcessTree::kill() {
  ::shutdown(hoplab_, SHUT_WR);
  if (supervisor_ > 0) ::kill(supervisor_, SIGCONT);  // the function may have stopped it
}

/// One read. False: there is no more now.
bool ProcessTree::read_some_output() {
  if (output_over_) return false;
  std::array<char, 16 * 1024> piece;
  const ssize_t got = ::read(output_, piece.data(), piece.size());
  if (got > 0) {
    listener_.printed({piece.data(), static_cast<std::size_t>(got)});
    return true;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    output_ready_.read_blocked();
  } else {
    output_over_ = true;
  }
  return false;
}

void ProcessTree::read_output() {
  constexpr int kWholePipe = 4;  // 64 KiB: who prints on and on is not read to its end
  for (int i = 0; i < kWholePipe && read_some_output(); ++i) {
  }
}

/// Each read takes a turn of the loop: who prints without end keeps nobody from it.
Task<void> ProcessTree::follow_output() {
  while (!output_over_) {
    output_ready_.watch_read(&output_slot_);
    co_await output_slot_;
    output_ready_.watch_read(nullptr);
    read_some_output();
  }
  end_slot_.notify();  // who waits for the last of it
  output_followed_ = false;
}

Task<void> ProcessTree::follow_end() {
  SupervisorNote note{SupervisorNote::What::ended, SIGKILL};
  while (true) {
    end_ready_.watch_read(&end_slot_);
    co_await end_slot_;
    end_ready_.watch_read(nullptr);
    const ssize_t got = ::recv(hoplab_, &note, sizeof note, 0);
    if (got >= 0) break;  // a note, or the end of a supervisor that was killed
    if (errno != EAGAIN && errno != EINTR) break;
    end_ready_.read_blocked();
  }
  // At the latest now it ends; at once, as it has nothing left to do.
  ::waitpid(std::exchange(supervisor_, 0), nullptr, __WALL);
  read_output();
  output_over_ = true;
  output_slot_.notify();
  while (output_followed_) co_await end_slot_;
  End end;
  (note.what == SupervisorNote::What::not_started ? end.not_started : end.wait_status) = note.value;
  listener_.ended(end);
}

}  // namespace hoplab::aws::lambda
