// ProcessTree: a program of this machine with whatever it starts, which ends as a whole.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task_group.h"
#include "net/socket_readiness.h"

namespace hoplab::aws::lambda {

struct Program {
  std::vector<std::string> arguments;    // the first is looked for in PATH when it has no slash
  std::vector<std::string> environment;  // "NAME=value"
  std::string folder;                    // where it runs
};

class ProcessTree {
 public:
  /// How the first process ended. Nobody is left then.
  struct End {
    int not_started = 0;  // errno; 0: it was started
    int wait_status = 0;  // as waitpid() gives it
  };
  /// Hears what it prints, and its end, which comes last and once. Only after that, and in another
  /// turn of the loop, may the tree be destroyed.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void printed(std::string_view text) = 0;
    virtual void ended(const End& end) = 0;
  };

  /// Its children are nobody's but its own: no SIGCHLD comes of them, and no waitpid(-1) of others
  /// finds them. `listener` outlives its end.
  static Result<std::unique_ptr<ProcessTree>> start(Loop& loop, const Program& program,
                                                    Listener& listener);
  ~ProcessTree();

  /// Ends all of it at once. The listener hears when it is done.
  void kill();
  /// Reads what it has printed so far.
  void read_output();

 private:
  ProcessTree(Loop& loop, Listener& listener, pid_t supervisor, int hoplab, int output);
  Task<void> follow_output();
  Task<void> follow_end();
  bool read_some_output();

  Listener& listener_;
  pid_t supervisor_;  // 0: it has ended
  int hoplab_;        // the supervisor's other end
  int output_;
  net::SocketReadiness end_ready_;
  net::SocketReadiness output_ready_;
  WaitSlot end_slot_;
  WaitSlot output_slot_;
  bool output_over_ = false;
  bool output_followed_ = true;  // follow_output() runs
  TaskGroup tasks_;
};

}  // namespace hoplab::aws::lambda
