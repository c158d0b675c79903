// Functions that are commands: real processes, which ask the Runtime API by curl.
#include "aws/lambda/command_function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "support/temporary_folder.h"
#include "support/test_loop.h"

namespace hoplab::aws::lambda {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Reads the head and the event of the next invocation.
const std::string kApi =
    "api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime\n"
    "next() {\n"
    "  reply=$(curl -fsSi $api/invocation/next) || exit 7\n"
    "  head=$(printf '%s\\n' \"$reply\" | tr -d '\\r')\n"
    "  id=$(printf '%s\\n' \"$head\" |\n"
    "       sed -n 's/^Lambda-Runtime-Aws-Request-Id: //p')\n"
    "  event=$(printf '%s\\n' \"$reply\" | tail -n 1)\n"
    "}\n"
    "answer() { curl -fsS -o /dev/null -d \"$1\" $api/invocation/$id/response; }\n"
    "fail() { curl -fsS -o /dev/null -d \"$1\" $api/invocation/$id/error; }\n";

class CommandFunctions : public ::testing::Test {
 protected:
  ~CommandFunctions() override {
    if (!function_) return;
    function_->stop();
    loop_.run_until([this] { return function_->running() == 0; });
    loop_.settle();
  }

  /// A function whose `bootstrap` begins with kApi.
  void start(const std::string& script, const std::function<void(model::Function&)>& modify = {}) {
    function_ = std::make_shared<CommandFunction>(loop_, "eu-west-1", described(script, modify),
                                                  count_, ids_, 1);
  }
  std::shared_ptr<const model::Function> described(
      const std::string& script, const std::function<void(model::Function&)>& modify = {}) {
    model::Function function;
    function.name = "hello";
    function.command = {"sh", "-c", kApi + script};
    function.folder = folder_.path();
    if (modify) modify(function);
    return std::make_shared<const model::Function>(std::move(function));
  }

  std::shared_ptr<Invocation> begin(const std::string& event = R"({"a":1})") {
    auto invocation = std::make_shared<Invocation>();
    invocation->event = event;
    invocation->trace_id = "Root=1-2-3";
    function_->invoke(invocation);
    return invocation;
  }
  std::shared_ptr<Invocation> call(const std::string& event = R"({"a":1})") {
    const auto invocation = begin(event);
    wait_for(*invocation);
    return invocation;
  }
  void wait_for(const Invocation& invocation) {
    loop_.run_until([&invocation] { return invocation.done; });
  }
  /// Until the function has written a line into `name` of its folder.
  std::string line_of(const std::string& name) {
    std::string line;
    loop_.run_until([&] {
      loop_.post([] {});
      std::ifstream file(folder_.path() + "/" + name);
      return std::getline(file, line) && !file.eof();
    });
    return line;
  }
  bool alive(const std::string& pid) const { return ::kill(std::stoi(pid), 0) == 0; }

  testing::TestLoop loop_;
  testing::TemporaryFolder folder_;
  Execution::Count count_ = std::make_shared<std::atomic<int>>(0);
  std::atomic<std::uint64_t> ids_{0};
  std::shared_ptr<CommandFunction> function_;
};

TEST_F(CommandFunctions, GetsAnEventAndReturnsAnAnswer) {
  start("while next; do answer \"[$event]\"; done");
  const auto done = call();
  EXPECT_FALSE(done->failure) << done->detail;
  EXPECT_EQ(done->payload, R"([{"a":1}])");
  EXPECT_EQ(done->request_id.size(), 36u);
}

TEST_F(CommandFunctions, FindsTheRuntimesFieldsAndVariables) {
  start(
      "next; printf '%s\\n' \"$head\"; env; pwd\n"
      "answer ok; next",
      [](model::Function& function) {
        function.handler = "app.handler";
        function.memory_size_mb = 256;
        function.environment = {{"COLOR", "red"}};
      });
  const auto done = call();
  for (const std::string& line :
       {"Lambda-Runtime-Aws-Request-Id: " + done->request_id,
        std::string("Lambda-Runtime-Deadline-Ms: "),
        std::string("Lambda-Runtime-Invoked-Function-Arn: "
                    "arn:aws:lambda:eu-west-1:111111111111:function:hello\n"),
        std::string("Lambda-Runtime-Trace-Id: Root=1-2-3\n"),
        std::string("AWS_LAMBDA_FUNCTION_NAME=hello\n"), std::string("_HANDLER=app.handler\n"),
        std::string("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256\n"), std::string("AWS_REGION=eu-west-1\n"),
        std::string("AWS_LAMBDA_LOG_STREAM_NAME=2025/06/15/[$LATEST]"), std::string("COLOR=red\n"),
        "LAMBDA_TASK_ROOT=" + folder_.path() + "\n"}) {
    EXPECT_THAT(done->output, HasSubstr(line));
  }
}

TEST_F(CommandFunctions, AProcessIsKeptForTheNextEvent) {
  start("while next; do answer $$; done");
  const std::string first = call()->payload;
  EXPECT_EQ(call()->payload, first);
  EXPECT_EQ(call()->payload, first);
  EXPECT_EQ(function_->running(), 1u);
}

TEST_F(CommandFunctions, WhatRunsAtOnceHasAProcessEach) {
  start("while next; do [ \"$event\" = wait ] && : >here && read x <go; answer $$; done");
  ASSERT_EQ(::mkfifo((folder_.path() + "/go").c_str(), 0600), 0);
  const auto first = begin("wait");
  loop_.run_until([this] {
    loop_.post([] {});
    return ::access((folder_.path() + "/here").c_str(), F_OK) == 0;
  });
  const auto second = call("go on");
  EXPECT_FALSE(first->done);
  std::ofstream(folder_.path() + "/go") << "go\n";
  wait_for(*first);
  EXPECT_NE(first->payload, second->payload);
  EXPECT_EQ(function_->running(), 2u);
}

/// Streams its standard input.
const std::string kCurl =
    "curl -fsS -o /dev/null -T - -X POST -H 'Transfer-Encoding: chunked'"
    " -H 'Lambda-Runtime-Function-Response-Mode: streaming' $api/invocation/$id/response";
const std::string kStream = "stream() { " + kCurl + "; }\n";

class StreamingFunctions : public CommandFunctions {
 protected:
  std::shared_ptr<Invocation> begin_stream() {
    auto invocation = std::make_shared<Invocation>();
    invocation->event = "{}";
    invocation->streams = true;
    invocation->stream = stream_;
    function_->invoke(invocation);
    return invocation;
  }
  /// Once so much has come, or all.
  std::string come(std::size_t size) {
    loop_.run_until([&] { return stream_->over() || stream_->ready().size() >= size; });
    std::string text(stream_->ready());
    stream_->consume(text.size());
    return text;
  }

  std::shared_ptr<ResponseStream> stream_ = std::make_shared<ResponseStream>();
};

TEST_F(StreamingFunctions, WhatItWritesComesBeforeItsEnd) {
  start(kStream +
        "next; { printf first; read x <go; printf last; } | stream\n"
        "while next; do answer $$; done");
  ASSERT_EQ(::mkfifo((folder_.path() + "/go").c_str(), 0600), 0);
  const auto invocation = begin_stream();
  EXPECT_EQ(come(5), "first");
  EXPECT_FALSE(invocation->done);
  EXPECT_EQ(*count_, 1) << "it runs";
  std::ofstream(folder_.path() + "/go") << "go\n";
  EXPECT_EQ(come(4), "last");
  wait_for(*invocation);
  EXPECT_FALSE(invocation->failure) << invocation->detail;
  EXPECT_TRUE(stream_->over());
  EXPECT_EQ(call()->payload.empty(), false) << "it takes the next one";
  EXPECT_EQ(function_->running(), 1U);
}

TEST_F(StreamingFunctions, ItWaitsForWhoeverReads) {
  start(kStream + "while next; do head -c 1000000 /dev/zero | stream; : >done; done");
  const auto invocation = begin_stream();
  std::size_t size = come(ResponseStream::kRoom).size();
  loop_.run_until([this] { return stream_->full(); });
  EXPECT_LT(stream_->ready().size(), 2 * ResponseStream::kRoom);
  EXPECT_FALSE(invocation->done);
  while (!stream_->over() || !stream_->ready().empty()) size += come(1).size();
  EXPECT_GE(size, 1'000'000U);
}

TEST_F(StreamingFunctions, ItGoesOnWhenNobodyReads) {
  start(kStream + "while next; do head -c 1000000 /dev/zero | stream; done");
  const auto invocation = begin_stream();
  loop_.run_until([this] { return stream_->full(); });
  stream_.reset();
  wait_for(*invocation);
  EXPECT_FALSE(invocation->failure) << invocation->detail;
}

TEST_F(StreamingFunctions, WhatReturnsAllAtOnceIsOnePiece) {
  start("while next; do answer whole; done");
  const auto invocation = begin_stream();
  wait_for(*invocation);
  EXPECT_EQ(come(5), "whole");
  EXPECT_TRUE(stream_->over());
}

TEST_F(StreamingFunctions, ACrashBreaksOff) {
  start(kStream + "next; { printf first; read x <go; } | stream & read x <end; exit 3");
  ASSERT_EQ(::mkfifo((folder_.path() + "/go").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((folder_.path() + "/end").c_str(), 0600), 0);
  const auto invocation = begin_stream();
  EXPECT_EQ(come(5), "first");
  std::ofstream(folder_.path() + "/end") << "end\n";
  wait_for(*invocation);
  EXPECT_EQ(stream_->failure(), Reason::lambda_unhandled);
  EXPECT_THAT(stream_->detail(), StartsWith("Runtime.ExitError: exit status 3"));
  std::array<char, 8> piece;
  EXPECT_EQ(stream_->try_read(piece).status, net::IoStatus::failed);
}

TEST_F(StreamingFunctions, ARuntimeThatBreaksOffIsAFailure) {
  start("next; { printf first; read x <go; } | " + kCurl + " & curl=$!\n" +
        "read x <end; kill $curl; while next; do answer $$; done");
  ASSERT_EQ(::mkfifo((folder_.path() + "/go").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((folder_.path() + "/end").c_str(), 0600), 0);
  begin_stream();
  EXPECT_EQ(come(5), "first");
  std::ofstream(folder_.path() + "/end") << "end\n";
  come(1);
  EXPECT_EQ(stream_->failure(), Reason::lambda_unhandled);
  EXPECT_EQ(stream_->detail(), "Runtime.TruncatedResponse");
}

TEST_F(CommandFunctions, WhatItPrintedBeforeItsEndIsToldInALine) {
  start("next; printf 'x%.0s' $(seq 400); printf '\\303\\274\\033[31mred\\r\\377\\n'; exit 3");
  const std::string detail = call()->detail;
  EXPECT_THAT(detail, StartsWith("Runtime.ExitError: exit status 3; it printed: xxx"));
  EXPECT_THAT(detail, ::testing::EndsWith("x\u00fc [31mred ?"));
  EXPECT_LT(detail.size(), 400u);
}

TEST_F(CommandFunctions, MoreThanItsConcurrencyIsThrottled) {
  start("while next; do answer ok; done",
        [](model::Function& function) { function.reserved_concurrent_executions = 1; });
  const auto first = begin();
  const auto second = call();
  EXPECT_EQ(second->failure, Reason::lambda_throttling);
  EXPECT_EQ(second->detail, "ReservedConcurrentExecutions is 1");
  wait_for(*first);
  EXPECT_FALSE(first->failure);
  EXPECT_FALSE(call()->failure);
}

TEST_F(CommandFunctions, AnErrorIsTheFunctionsOwn) {
  start(
      R"(while next; do fail '{"errorMessage":"no such widget","errorType":"ValueError"}'; done)");
  const auto failed = call();
  EXPECT_EQ(failed->failure, Reason::lambda_unhandled);
  EXPECT_EQ(failed->detail, "ValueError: no such widget");
  EXPECT_EQ(failed->payload, R"({"errorMessage":"no such widget","errorType":"ValueError"})");
}

TEST_F(CommandFunctions, ACrashSaysHowAndWhatItPrinted) {
  start("next; echo 'out of widgets' >/dev/stderr; exit 3");
  const auto failed = call();
  EXPECT_EQ(failed->failure, Reason::lambda_unhandled);
  EXPECT_EQ(failed->detail, "Runtime.ExitError: exit status 3; it printed: out of widgets");
  EXPECT_THAT(failed->payload, AllOf(HasSubstr("Runtime.ExitError"), HasSubstr("exit status 3")));
  EXPECT_EQ(call()->failure, Reason::lambda_unhandled);  // a new process each time
}

TEST_F(CommandFunctions, ASignalIsACrash) {
  start("next; kill -9 $$");
  EXPECT_EQ(call()->detail, "Runtime.ExitError: signal: killed");
}

TEST_F(CommandFunctions, WhatCannotBeStartedSaysWhy) {
  start("", [](model::Function& function) { function.command = {"./bootstrap"}; });
  const auto failed = call();
  EXPECT_EQ(failed->failure, Reason::lambda_unhandled);
  EXPECT_EQ(failed->detail, "Runtime.InvalidEntrypoint: cannot start ./bootstrap in " +
                                folder_.path() + ": No such file or directory");
}

TEST_F(CommandFunctions, AnErrorOfItsStartIsToldToTheFirstEvent) {
  start(R"(curl -fsS -o /dev/null -d '{"errorMessage":"no module","errorType":"Import"}' )"
        "$api/init/error");
  EXPECT_EQ(call()->detail, "Import: no module");
}

TEST_F(CommandFunctions, TimeIsTheEmulatedOne) {
  start("next; echo here; : >here; read x <never",
        [](model::Function& function) { function.timeout_s = 5; });
  ASSERT_EQ(::mkfifo((folder_.path() + "/never").c_str(), 0600), 0);
  const auto late = begin();
  loop_.run_until([this] {
    loop_.post([] {});
    return ::access((folder_.path() + "/here").c_str(), F_OK) == 0;
  });
  loop_.advance(4s);
  EXPECT_FALSE(late->done);
  loop_.advance(1s);
  EXPECT_TRUE(late->done);
  EXPECT_EQ(late->failure, Reason::lambda_unhandled);
  EXPECT_EQ(late->detail, "Task timed out after 5.00 seconds; it printed: here");
  EXPECT_THAT(late->payload, HasSubstr(late->request_id + " Task timed out after 5.00 seconds"));
  loop_.run_until([this] { return function_->running() == 0; });
}

TEST_F(CommandFunctions, WhoDoesNotAskForAnEventHasTenSecondsMore) {
  start("read x <never", [](model::Function& function) { function.timeout_s = 5; });
  ASSERT_EQ(::mkfifo((folder_.path() + "/never").c_str(), 0600), 0);
  const auto late = begin();
  loop_.advance(14s);
  EXPECT_FALSE(late->done);
  loop_.advance(1s);
  EXPECT_TRUE(late->done);
}

TEST_F(CommandFunctions, AnAnswerAfterAnAnswerIsRefused) {
  start(
      "next; answer one; curl -sS -d two $api/invocation/$id/response >twice; echo >>twice; next");
  const auto done = call();
  EXPECT_EQ(done->payload, "one");
  EXPECT_EQ(line_of("twice"),
            R"({"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"})");
}

TEST_F(CommandFunctions, WhoEndsBehindEachAnswerIsStartedAnew) {
  start("next; answer $$");
  const std::string first = call()->payload;
  const auto second = call();
  EXPECT_FALSE(second->failure) << second->detail;
  EXPECT_NE(second->payload, first);
}

TEST_F(CommandFunctions, MoreThanSixMegabytesAreTooLarge) {
  start(
      "while next; do head -c $event /dev/zero | tr '\\0' x >large\n"
      "  curl -sS -o /dev/null -w '%{http_code}\\n' --data-binary @large "
      "$api/invocation/$id/response >status; done");
  const auto good = call("6291456");
  EXPECT_FALSE(good->failure);
  EXPECT_EQ(good->payload.size(), 6291456u);
  EXPECT_EQ(call("6291557")->failure, Reason::lambda_response_too_large);
}

TEST_F(CommandFunctions, WhatItPrintsIsKeptUpToALimit) {
  start("next; head -c 1000000 /dev/zero | tr '\\0' x; echo; echo end; answer ok; next");
  const auto done = call();
  EXPECT_FALSE(done->failure);
  EXPECT_EQ(done->output.size(), Invocation::kMostOutput);
  EXPECT_TRUE(done->output.ends_with("x\nend\n"));
}

TEST_F(CommandFunctions, WhoeverPrintsWithoutEndEndsByItsTime) {
  start("next; : >here; yes", [](model::Function& function) { function.timeout_s = 1; });
  const auto late = begin();
  loop_.run_until([this] {
    loop_.post([] {});
    return ::access((folder_.path() + "/here").c_str(), F_OK) == 0;
  });
  loop_.clock().set_real();
  loop_.clock_changed();
  wait_for(*late);
  EXPECT_THAT(late->detail, StartsWith("Task timed out after 1.00 seconds"));
}

TEST_F(CommandFunctions, WhatItLeavesBehindEndsWithIt) {
  // A daemon: its parent is gone, and it has a session of its own.
  start(
      "next; (setsid sh -c 'echo $$ >daemon; exec tail -f /dev/null' &) ; "
      "while ! [ -s daemon ]; do :; done; answer ok; next");
  EXPECT_FALSE(call()->failure);
  const std::string daemon = line_of("daemon");
  EXPECT_TRUE(alive(daemon));
  function_->stop();
  loop_.run_until([this] { return function_->running() == 0; });
  EXPECT_FALSE(alive(daemon));
}

TEST_F(CommandFunctions, ItsProcessesAreNobodyElsesChildren) {
  start("while next; do answer ok; done");
  EXPECT_FALSE(call()->failure);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(CommandFunctions, AChangedFunctionIsStartedAnew) {
  start("while next; do answer one; done");
  EXPECT_EQ(call()->payload, "one");
  function_->update(described("while next; do answer two; done"));
  EXPECT_EQ(call()->payload, "two");
  loop_.run_until([this] { return function_->running() == 1; });
}

TEST_F(CommandFunctions, ADeletedFunctionEndsWhatItRuns) {
  start("next; : >here; read x <never");
  ASSERT_EQ(::mkfifo((folder_.path() + "/never").c_str(), 0600), 0);
  const auto cut = begin();
  function_->drain();
  EXPECT_EQ(cut->failure, Reason::target_deregistered);
  EXPECT_EQ(call()->failure, Reason::lambda_resource_not_found);
  loop_.run_until([this] { return function_->running() == 0; });
}

}  // namespace
}  // namespace hoplab::aws::lambda
