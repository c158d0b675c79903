#include "aws/lambda/environment.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "aws/lambda/one_line.h"
#include "base/ascii.h"
#include "http/server.h"

namespace hoplab::aws::lambda {

namespace {

/// "The Init phase is limited to 10 seconds."
constexpr Duration kInitTime = 10s;
/// A runtime may wait for its next event as long as it likes.
constexpr Duration kPatience = 365 * 24h;
/// Of what a process printed that failed, for people.
constexpr std::size_t kMostTold = 300;

class PlainErrors final : public http::ErrorPages {
 public:
  void fill(int status, http::Response& response) const override {
    response.status = status;
    response.close = true;
  }
};

void set(std::vector<std::string>& environment, const std::string& name, std::string_view value) {
  std::erase_if(environment, [&](const std::string& one) { return one.starts_with(name + "="); });
  environment.push_back(name + "=" + std::string(value));
}

/// As Lambda says it.
std::string exit_text(const ProcessTree::End& end) {
  const int status = end.wait_status;
  if (WIFEXITED(status)) return "exit status " + std::to_string(WEXITSTATUS(status));
  std::string name = ::sigdescr_np(WTERMSIG(status)) ? ::sigdescr_np(WTERMSIG(status)) : "unknown";
  name[0] = lower_case(name[0]);
  return "signal: " + name;
}

/// The end of it, in a line.
std::string last_words(std::string_view output) {
  while (output.ends_with('\n')) output.remove_suffix(1);
  if (output.empty()) return {};
  if (output.size() > kMostTold) output.remove_prefix(output.size() - kMostTold);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  while (!output.empty() && continues(output.front())) output.remove_prefix(1);  // it was cut
  return "; it printed: " + one_line(output, kMostTold);
}

/// The function's process reads the machine's clock, whatever ours is: so much more real time.
std::int64_t deadline_ms(const Clock& clock, Duration left) {
  using std::chrono::milliseconds;
  const auto real = std::chrono::system_clock::now().time_since_epoch();
  const double scale = clock.mode() == Clock::Mode::scaled ? clock.scale() : 1;
  const auto more = static_cast<std::int64_t>(static_cast<double>(left.count()) / scale / 1000);
  return std::chrono::duration_cast<milliseconds>(real).count() + more;
}

}  // namespace

Environment::Environment(Loop& loop, Owner& owner, Settings settings)
    : loop_(loop),
      owner_(&owner),
      settings_(std::move(settings)),
      hop_{"function", settings_.function->name},
      timer_(loop, [this] { time_is_over(); }) {}

Result<std::shared_ptr<Environment>> Environment::start(Loop& loop, Owner& owner, Settings settings,
                                                        std::atomic<std::uint64_t>& ids) {
  std::shared_ptr<Environment> made(new Environment(loop, owner, std::move(settings)));
  net::TcpListener::Options options;
  options.ip = "127.0.0.1";
  auto listener = net::TcpListener::open(loop, options, ids);
  if (!listener) return listener.failure();
  made->listener_ = std::move(listener).value();
  made->listener_->start(*made);
  auto process = ProcessTree::start(loop, made->program(), *made);
  if (!process) {
    made->listener_->stop();
    return process.failure();
  }
  made->process_ = std::move(process).value();
  made->timer_.after(kInitTime);
  return made;
}

/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
Program Environment::program() const {
  const model::Function& function = *settings_.function;
  std::vector<std::string> environment;
  for (char** one = ::environ; *one; ++one) environment.emplace_back(*one);
  for (const auto& [name, value] : function.environment) set(environment, name, value);
  const std::string memory = std::to_string(function.memory_size_mb);
  const std::pair<const char*, std::string> own[] = {
      {"AWS_LAMBDA_RUNTIME_API", listener_->address().text()},
      {"AWS_LAMBDA_FUNCTION_NAME", function.name},
      {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name},
      {"AWS_LAMBDA_LOG_STREAM_NAME", settings_.log_stream},
      {"AWS_REGION", settings_.region},
      {"AWS_DEFAULT_REGION", settings_.region},
      {"LAMBDA_TASK_ROOT", function.folder},
      {"LAMBDA_RUNTIME_DIR", function.folder},
      {"_HANDLER", function.handler},
      {"TZ", ":UTC"}};
  for (const auto& [name, value] : own) set(environment, name, value);
  return {function.command, std::move(environment), function.folder};
}

bool Environment::gone() const noexcept {
  return process_over_ && tasks_.running() == 0;
}

void Environment::serve(net::Connection connection) {
  tasks_.spawn(run_connection(std::move(connection)));
}

Task<void> Environment::run_connection(net::Connection connection) {
  const auto self = shared_from_this();
  static const PlainErrors errors;
  Journal& journal = *connection.journal;
  journal.pass(hop_);
  const net::LiveConnections::Entry entry(live_, journal, *connection.stream);
  RuntimeApi api(loop_, *this);
  http::ServerContext context(journal, hop_, errors);
  context.idle_timeout = kPatience;
  const net::ServeEnd ended = co_await http::serve_http1(*connection.stream, api, context);
  co_await net::finish_connection(connection, hop_, ended);
  if (state_ == State::ending) tell_owner();
}

void Environment::run(std::shared_ptr<Invocation> invocation) {
  current_ = std::move(invocation);
  delivered_ = false;
  current_->print(early_output_);
  early_output_.clear();
  if (state_ == State::starting) return;
  timer_.after(std::chrono::seconds(settings_.function->timeout_s));
  if (state_ == State::idle) {
    state_ = State::running;
    if (asking_) asking_->notify();
  }
}

Task<void> Environment::next(http::ClientWatch* client, Delivery& delivery) {
  if (broke_off_ && current_) failed(current_->request_id, {"Runtime.TruncatedResponse", {}});
  if (state_ == State::starting || state_ == State::finishing) {
    initialized_ = true;
    state_ = current_ ? State::running : State::idle;
    timer_.cancel();
    if (current_) timer_.after(std::chrono::seconds(settings_.function->timeout_s));
    tell_owner();
  }
  WaitSlot slot(loop_);
  while (state_ != State::ending && (!current_ || delivered_)) {
    if (client && client->gone()) break;
    if (client) client->watch(&slot);
    asking_ = &slot;
    co_await slot;
    if (asking_ == &slot) asking_ = nullptr;
    if (client) client->watch(nullptr);
  }
  if (state_ == State::ending || !current_ || delivered_) co_return;
  delivered_ = true;
  delivery.invocation = current_;
  delivery.function_arn = function_arn(settings_.region, settings_.function->name);
  delivery.deadline_ms =
      deadline_ms(loop_.clock(), std::chrono::seconds(settings_.function->timeout_s));
}

bool Environment::is_running(std::string_view request_id) const noexcept {
  return current_ && delivered_ && state_ == State::running && current_->request_id == request_id;
}

std::shared_ptr<Invocation> Environment::take_finished() {
  process_->read_output();  // what it printed before it answered
  timer_.cancel();
  broke_off_ = false;
  state_ = State::finishing;
  return std::exchange(current_, nullptr);
}

bool Environment::returned(std::string_view request_id, std::string payload, bool too_large) {
  if (!is_running(request_id)) return false;
  const auto done = take_finished();
  if (too_large) {
    done->payload = error_payload("Function.ResponseSizeTooLarge",
                                  "Response payload size exceeded maximum allowed payload size "
                                  "(6291556 bytes).");
    done->fail(Reason::lambda_response_too_large, "it returned more than 6 MB");
  } else {
    done->payload = std::move(payload);
    done->finish();
  }
  return true;
}

std::optional<std::weak_ptr<ResponseStream>> Environment::stream_of(std::string_view request_id) {
  if (!is_running(request_id) || !current_->streams) return std::nullopt;
  return current_->stream;
}

bool Environment::failed(std::string_view request_id, RuntimeError error) {
  if (!is_running(request_id)) return false;
  const auto done = take_finished();
  done->payload = error.payload;
  done->fail(Reason::lambda_unhandled, error_line(error));
  return true;
}

/// A process that ends says more of it; one that asks for the next event has given this one up.
void Environment::broke_off(std::string_view request_id) {
  broke_off_ = is_running(request_id);
}

void Environment::failed_to_start(RuntimeError error) {
  if (current_) current_->payload = error.payload;
  end(Reason::lambda_unhandled, error_line(error));
}

void Environment::printed(std::string_view text) {
  if (current_) return current_->print(text);
  early_output_.append(text.substr(0, Invocation::kMostOutput));
  if (early_output_.size() > Invocation::kMostOutput) {
    early_output_.erase(0, early_output_.size() - Invocation::kMostOutput);
  }
}

void Environment::fail(Reason reason, std::string_view type, const std::string& why) {
  const auto failed = std::exchange(current_, nullptr);
  if (!failed) return;
  // It was a good one before, and knows nothing of this one.
  if (initialized_ && !delivered_ && reason == Reason::lambda_unhandled && owner_) {
    return owner_->give_back(failed);
  }
  if (failed->payload.empty()) {
    failed->payload = error_payload(type, "RequestId: " + failed->request_id + " Error: " + why);
  }
  failed->fail(reason, why);
}

void Environment::end(Reason reason, const std::string& why) {
  shut();
  fail(reason, "Runtime.Ended", why);
}

/// Nobody can speak to it any more, and all of it ends.
void Environment::shut() {
  if (state_ == State::ending) return;
  state_ = State::ending;
  timer_.cancel();
  process_->read_output();
  process_->kill();
  listener_->stop();
  if (asking_) asking_->notify();
  live_.reset_all(hop_, Reason::emulator_stopped, loop_.now());
}

void Environment::time_is_over() {
  const int limit = settings_.function->timeout_s;
  if (state_ == State::starting && !std::exchange(initialized_late_, true)) {
    // What is left of the start counts as the invocation's.
    timer_.after(std::chrono::seconds(limit));
    return;
  }
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "Task timed out after %d.00 seconds", limit);
  shut();
  if (current_ && (delivered_ || !initialized_)) {
    current_->payload = R"({"errorMessage":")" + iso8601_seconds(epoch_seconds(loop_.calendar())) +
                        " " + current_->request_id + " " + text.data() + "\"}";
  }
  fail(Reason::lambda_unhandled, "Sandbox.Timedout",
       text.data() + last_words(current_ ? current_->output : ""));
}

void Environment::ended(const ProcessTree::End& end) {
  const auto self = shared_from_this();
  process_over_ = true;
  shut();
  const std::string output = current_ ? current_->output : std::string();
  if (end.not_started) {
    fail(Reason::lambda_unhandled, "Runtime.InvalidEntrypoint",
         "Runtime.InvalidEntrypoint: cannot start " + settings_.function->command.front() + " in " +
             settings_.function->folder + ": " + std::strerror(end.not_started));
  } else {
    fail(Reason::lambda_unhandled, "Runtime.ExitError",
         "Runtime.ExitError: " + exit_text(end) + last_words(output));
  }
  tell_owner();
}

void Environment::tell_owner() {
  if (owner_) owner_->changed();
}

}  // namespace hoplab::aws::lambda
