// The Lambda Runtime API, as a runtime asks it for events and gives it what the function returned.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//
// The only place that knows its paths, fields and answers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/lambda/invocation.h"
#include "http/server.h"

namespace hoplab::aws::lambda {

/// An event that is handed to a runtime.
struct Delivery {
  std::shared_ptr<const Invocation> invocation;  // null: there will be none
  std::string function_arn;
  std::int64_t deadline_ms = 0;  // by the machine's clock, which the function reads
};

/// What a runtime reports.
struct RuntimeError {
  std::string type;     // "Runtime.ImportModuleError"
  std::string payload;  // JSON
};

/// Whoever is behind the API.
class Runtime {
 public:
  virtual ~Runtime() = default;
  /// Waits until there is one, or `client` is gone.
  virtual Task<void> next(http::ClientWatch* client, Delivery& delivery) = 0;
  /// False: no invocation of that id is under way. `too_large`: there was more than a function may
  /// return.
  virtual bool returned(std::string_view request_id, std::string payload, bool too_large) = 0;
  /// Where to what an invocation returns is written as it comes, where its caller takes it so;
  /// nothing: all of it is wanted at once, or no invocation of that id is under way.
  virtual std::optional<std::weak_ptr<ResponseStream>> stream_of(std::string_view request_id) = 0;
  virtual bool failed(std::string_view request_id, RuntimeError error) = 0;
  /// What an invocation returns broke off on its way, though whoever sent it may go on.
  virtual void broke_off(std::string_view request_id) = 0;
  virtual void failed_to_start(RuntimeError error) = 0;
};

class RuntimeApi final : public http::Handler {
 public:
  /// Both outlive this.
  RuntimeApi(Loop& loop, Runtime& runtime) : loop_(loop), runtime_(runtime) {}

  Task<void> handle(http::Request& request, http::Response& response) override;

 private:
  Task<void> next(http::Request& request, http::Response& response);
  Task<void> take(http::Request& request, std::string_view id, std::string_view what,
                  http::Response& response);
  Task<net::IoStatus> receive(http::Request& request, std::string_view id, std::string_view what,
                              std::string& body);
  Task<net::IoStatus> pass_on(http::BodySource& body, std::weak_ptr<ResponseStream> to);

  Loop& loop_;
  Runtime& runtime_;
};

/// An error as Lambda makes one itself.
std::string error_payload(std::string_view type, std::string_view message);
/// What an error says, in a line: "ValueError: no such widget".
std::string error_line(const RuntimeError& error);

}  // namespace hoplab::aws::lambda
