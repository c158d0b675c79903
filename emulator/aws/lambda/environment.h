// Environment: an execution environment, which is one process of a function with the Runtime API
// that it asks for events. It runs one invocation after the other.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/lambda/function.h"
#include "aws/lambda/process_tree.h"
#include "aws/lambda/runtime_api.h"
#include "net/connection.h"
#include "net/live_connections.h"
#include "net/tcp_listener.h"

namespace hoplab::aws::lambda {

class Environment final : public net::ConnectionHandler,
                          public Runtime,
                          public ProcessTree::Listener,
                          public std::enable_shared_from_this<Environment> {
 public:
  /// Who has environments. Each outlives its environments, or leaves them.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// It takes the next invocation, or has ended.
    virtual void changed() = 0;
    /// It has ended before it was told of that one.
    virtual void give_back(std::shared_ptr<Invocation> invocation) = 0;
  };
  struct Settings {
    std::shared_ptr<const model::Function> function;
    std::string region;
    std::string log_stream;  // of CloudWatch Logs, where there would be one
  };

  /// Starts the process, and listens on a free port of 127.0.0.1.
  static Result<std::shared_ptr<Environment>> start(Loop& loop, Owner& owner, Settings settings,
                                                    std::atomic<std::uint64_t>& connection_ids);

  /// Whether it waits for an event; or is about to, having returned its last answer.
  [[nodiscard]] bool idle() const noexcept { return state_ == State::idle; }
  [[nodiscard]] bool nearly_idle() const noexcept {
    return state_ == State::finishing && !current_;
  }
  /// It is over: process, connections and tasks.
  [[nodiscard]] bool gone() const noexcept;
  [[nodiscard]] const model::Function& function() const noexcept { return *settings_.function; }

  /// Of one that is new, idle, or nearly.
  void run(std::shared_ptr<Invocation> invocation);
  /// Ends it, with what it runs: for `reason`.
  void end(Reason reason, const std::string& why);
  /// Nobody hears of it any more.
  void leave() noexcept { owner_ = nullptr; }

  void serve(net::Connection connection) override;

 private:
  enum class State : std::uint8_t {
    starting,   // it has not asked for an event yet
    idle,       // it waits for one
    running,    // it has one
    finishing,  // it has answered, and has not asked for the next yet
    ending,     // nothing more comes of it
  };

  Environment(Loop& loop, Owner& owner, Settings settings);
  Task<void> run_connection(net::Connection connection);
  [[nodiscard]] Program program() const;

  Task<void> next(http::ClientWatch* client, Delivery& delivery) override;
  bool returned(std::string_view request_id, std::string payload, bool too_large) override;
  std::optional<std::weak_ptr<ResponseStream>> stream_of(std::string_view request_id) override;
  bool failed(std::string_view request_id, RuntimeError error) override;
  void broke_off(std::string_view request_id) override;
  void failed_to_start(RuntimeError error) override;
  void printed(std::string_view text) override;
  void ended(const ProcessTree::End& end) override;

  [[nodiscard]] bool is_running(std::string_view request_id) const noexcept;
  /// What it had is done: it is free once it asks for the next event.
  std::shared_ptr<Invocation> take_finished();
  /// Fails what it has.
  void fail(Reason reason, std::string_view type, const std::string& why);
  void shut();
  void time_is_over();
  void tell_owner();

  Loop& loop_;
  Owner* owner_;
  Settings settings_;
  const Hop hop_;
  State state_ = State::starting;
  bool process_over_ = false;
  std::shared_ptr<Invocation> current_;  // what it runs, or is to run
  bool delivered_ = false;               // it has been told of that
  bool broke_off_ = false;               // what it returns of that did
  bool initialized_ = false;             // it has asked for an event once
  bool initialized_late_ = false;        // it has used up the time that is for that
  std::string early_output_;             // printed while there was no invocation
  Timer timer_;
  WaitSlot* asking_ = nullptr;  // of the request for the next event that waits
  std::unique_ptr<net::TcpListener> listener_;
  std::unique_ptr<ProcessTree> process_;
  net::LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws::lambda
