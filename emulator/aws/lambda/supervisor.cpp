#include "aws/lambda/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace hoplab::aws::lambda {

namespace {

/// By the system call: what a tool has put around exit() is about the process that was copied (the
/// thread sanitizer sleeps there for a second).
[[noreturn]] void end_process(int status) {
  while (true) ::syscall(SYS_exit_group, status);
}

void say(int hoplab, SupervisorNote::What what, int value) {
  const SupervisorNote note{what, value};
  [[maybe_unused]] const auto ignored = ::send(hoplab, &note, sizeof note, MSG_NOSIGNAL);
}

/// hoplab's, which would live on here. Where the standard streams are is nothing, so that no other
/// descriptor comes there.
void keep_only(int& hoplab, int& output) {
  constexpr int kHoplab = 3, kOutput = 4, kBehind = 5;
  const int first = ::fcntl(hoplab, F_DUPFD_CLOEXEC, kBehind);
  const int second = ::fcntl(output, F_DUPFD_CLOEXEC, kBehind);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int one = STDIN_FILENO; one <= STDERR_FILENO; ++one) ::dup3(nothing, one, O_CLOEXEC);
  ::dup3(first, kHoplab, O_CLOEXEC);
  ::dup3(second, kOutput, O_CLOEXEC);
  hoplab = kHoplab;
  output = kOutput;
  if (::syscall(SYS_close_range, kBehind, ~0u, 0) == 0) return;
  constexpr int kMost = 65536;  // kernels before 5.9
  for (int one = kBehind; one < kMost; ++one) ::close(one);
}

/// As a program is started: no signal is blocked, ignored or handled.
void reset_signals() {
  for (int one = 1; one < NSIG; ++one) ::signal(one, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// The function's first process, in a session of its own: what is typed at hoplab's terminal is not
/// for it. Returns on failure only, with errno.
void become_function(const SupervisorStart& start, pid_t supervisor) {
  ::setsid();
  reset_signals();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) end_process(1);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(start.output, STDOUT_FILENO);
  ::dup2(start.output, STDERR_FILENO);
  if (::chdir(start.folder) != 0) return;
  ::environ = const_cast<char**>(start.environment);
  ::execvp(start.arguments[0], start.arguments);
}

/// This process's children. False: the kernel does not tell.
bool kill_children() {
  const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[4096];
  pid_t child = 0;
  for (ssize_t got = 0; (got = ::read(file, text, sizeof text)) > 0;) {
    for (ssize_t i = 0; i < got; ++i) {
      if (text[i] >= '0' && text[i] <= '9') {
        child = child * 10 + (text[i] - '0');
      } else if (child > 0) {
        ::kill(child, SIGKILL);
        child = 0;
      }
    }
  }
  if (child > 0) ::kill(child, SIGKILL);
  ::close(file);
  return true;
}

/// Whose parent ends is this process's child then, and is found at the next look.
void end_all(pid_t function) {
  do {
    ::kill(-function, SIGKILL);                       // its session's first group, all at once
    if (!kill_children()) ::kill(function, SIGKILL);  // no /proc: nobody else is known
  } while (::waitpid(-1, nullptr, __WALL) > 0 || errno == EINTR);
}

/// Waits for the end of the function's first process, and reaps what it leaves behind; or for the
/// end of whoever is at `hoplab`: false.
bool wait_for_end(int hoplab, int children, pid_t function, int& status) {
  pollfd sources[] = {{hoplab, POLLIN, 0}, {children, POLLIN, 0}};
  while (::poll(sources, 2, -1) >= 0 || errno == EINTR) {
    if (sources[0].revents != 0) return false;
    signalfd_siginfo ignored{};
    while (::read(children, &ignored, sizeof ignored) > 0) {
    }
    int its = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &its, WNOHANG | __WALL)) > 0;) {
      if (pid != function) continue;
      status = its;
      return true;
    }
  }
  return false;
}

}  // namespace

void supervise(SupervisorStart start) {
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::signal(SIGCHLD, SIG_DFL);  // ignored children would leave nothing to wait for
  keep_only(start.hoplab, start.output);
  ::setsid();
  ::prctl(PR_SET_NAME, "hoplab-function");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t child_signal;
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  const int children = ::signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK);
  int told[2];
  int error = children < 0 || ::pipe2(told, O_CLOEXEC) != 0 ? errno : 0;
  const pid_t here = ::getpid();
  const pid_t function =
      error ? -1 : static_cast<pid_t>(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0));
  if (function == 0) {
    become_function(start, here);
    error = errno;
    [[maybe_unused]] const auto ignored = ::write(told[1], &error, sizeof error);
    end_process(1);
  }
  if (function < 0) {
    say(start.hoplab, SupervisorNote::What::not_started, error ? error : errno);
    end_process(1);
  }
  ::close(told[1]);
  ::close(start.output);
  if (::read(told[0], &error, sizeof error) == sizeof error) {
    say(start.hoplab, SupervisorNote::What::not_started, error);
    end_process(1);
  }
  ::close(told[0]);
  int status = SIGKILL;
  const bool by_itself = wait_for_end(start.hoplab, children, function, status);
  end_all(function);
  say(start.hoplab, SupervisorNote::What::ended, by_itself ? status : SIGKILL);
  end_process(0);
}

}  // namespace hoplab::aws::lambda
