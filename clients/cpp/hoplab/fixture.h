// HoplabTest: a GoogleTest fixture with a scenario that runs in the test's process.
//
//   class WidgetTest : public hoplab::HoplabTest<WidgetTest> {
//    public:
//     static constexpr auto kScenario = "scenarios/private-api-mtls.json";
//   };
//
//   TEST_F(WidgetTest, GetsTheWidget) {
//     EXPECT_EQ(my_client::get(url() + "/widgets", certificate("my_client").cert), 200);
//   }
//
// One emulator is started for each suite, and restored before each of its tests; connections that
// are open stay. When a test fails, what became of its connections is printed.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "topology/emulator.h"
#include "topology/record_text.h"

namespace hoplab {

/// Removes a folder when this process has ended, should it have been killed before it could. A
/// shell of its own waits for the end of a pipe, whose other end only this process has.
class FolderRemover {
 public:
  FolderRemover() = default;
  explicit FolderRemover(std::string folder) {
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) return;
    std::string script = "read -r _; exec rm -rf -- \"$0\"", shell = "sh", option = "-c";
    char* const words[] = {shell.data(), option.data(), script.data(), folder.data(), nullptr};
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, pipe[0], STDIN_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);  // a Ctrl-C is the test's
    if (::posix_spawn(&shell_, "/bin/sh", &files, &attributes, words, environ) != 0) shell_ = -1;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    ::close(pipe[0]);
    ours_ = pipe[1];
  }
  FolderRemover(FolderRemover&& other) noexcept
      : ours_(std::exchange(other.ours_, -1)), shell_(std::exchange(other.shell_, -1)) {}
  FolderRemover& operator=(FolderRemover&& other) noexcept {
    std::swap(ours_, other.ours_);
    std::swap(shell_, other.shell_);
    return *this;
  }
  ~FolderRemover() {
    if (ours_ >= 0) ::close(ours_);
    if (shell_ > 0) ::waitpid(shell_, nullptr, 0);
  }

 private:
  int ours_ = -1;
  pid_t shell_ = -1;
};

/// A running emulator, and what a suite of tests does with it.
class HoplabSuite {
 public:
  /// Starts the scenario; error() says why it could not.
  HoplabSuite(const std::string& scenario, const EmulatorOptions& options)
      : made_(Emulator::from_scenario(scenario, options)) {
    if (!made_) {
      error_ = made_.error();
      return;
    }
    emulator().on_end([this](const EndRecord& end) { ends_.add(end); });
    if (const auto started = emulator().start(); !started) error_ = started.error();
    if (error_.empty() && options.out.empty()) remover_ = FolderRemover(emulator().out());
  }

  HoplabSuite(const HoplabSuite&) = delete;
  HoplabSuite& operator=(const HoplabSuite&) = delete;

  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] Emulator& emulator() { return made_.value(); }

  /// What a test begins with. The error says why there is no such thing.
  Result<void> begin_test() {
    earlier_.clear();
    for (const FlowStatus& flow : emulator().flows()) earlier_.insert(flow.id);
    auto restored = emulator().restore();
    ends_.forget();
    return restored;
  }

  /// The connections that ended since the test began: at least `count` of them, or those that
  /// there are when patience is over. Of those that were open before it, only the ones that the
  /// client did not end itself.
  std::vector<EndRecord> ends(std::size_t count, std::chrono::milliseconds patience) {
    ends_.wait(patience, [&] { return own_ends().size() >= count; });
    return own_ends();
  }

  /// These, a line or two each, and the connections of the test that are open.
  std::string report() {
    std::vector<FlowStatus> open;
    // A client may know of an end before its record is there.
    ends_.wait(kSettle, [&] { return (open = own_flows()).empty(); });
    std::string text;
    std::set<std::uint64_t> over;
    for (const EndRecord& end : own_ends()) {
      over.insert(end.id);
      text += lines(topology::record_text(end));
      if (earlier_.contains(end.id)) text += "    opened before the test\n";
    }
    for (const FlowStatus& flow : open) {
      if (!over.contains(flow.id)) text += lines(topology::record_text(flow));
    }
    return text.empty() ? "No connection ended during the test, and none is open.\n" : text;
  }

 private:
  static constexpr auto kSettle = std::chrono::seconds(1);

  /// What on_end() has told, in an emulator's thread: its own ends() may not have it yet then.
  class Ends {
   public:
    void add(const EndRecord& end) {
      const std::lock_guard lock(mutex_);
      all_.push_back(end);
      changed_.notify_all();
    }
    void forget() {
      const std::lock_guard lock(mutex_);
      all_.clear();
    }
    std::vector<EndRecord> all() {
      const std::lock_guard lock(mutex_);
      return all_;
    }
    /// Until `done`, which is asked after each end, but no longer than patience lasts. It is asked
    /// without the lock: it may ask the emulator's threads, and they come to add().
    template <class Done>
    void wait(std::chrono::milliseconds patience, Done done) {
      const auto deadline = std::chrono::steady_clock::now() + patience;
      for (bool in_time = true;;) {
        const auto seen = all().size();
        if (done() || !in_time) return;
        std::unique_lock lock(mutex_);
        in_time = changed_.wait_until(lock, deadline, [&] { return all_.size() != seen; });
      }
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<EndRecord> all_;
  };

  static std::string lines(const topology::RecordText& text) {
    return text.connection + "\n    " + text.end + "\n";
  }

  std::vector<EndRecord> own_ends() {
    std::vector<EndRecord> ends = ends_.all();
    std::erase_if(ends, [&](const EndRecord& end) {
      return earlier_.contains(end.id) && end.by == Party::client;
    });
    return ends;
  }
  std::vector<FlowStatus> own_flows() {
    std::vector<FlowStatus> flows = emulator().flows();
    std::erase_if(flows, [&](const FlowStatus& flow) { return earlier_.contains(flow.id); });
    return flows;
  }

  FolderRemover remover_;
  Ends ends_;  // outlives the emulator, which adds to it
  Result<Emulator> made_;
  std::string error_;
  std::set<std::uint64_t> earlier_;  // ids of the connections that were open before the test
};

/// `Suite` is the fixture itself, so that each has an emulator of its own. It says kScenario, and
/// may say hoplab_options(). One that has a SetUp() or a TearDown() calls the ones from here first
/// and last.
template <class Suite>
class HoplabTest : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    suite_ = std::make_unique<HoplabSuite>(Suite::kScenario, Suite::hoplab_options());
  }
  static void TearDownTestSuite() { suite_.reset(); }

  /// The tests want to see what arrived.
  static EmulatorOptions hoplab_options() {
    EmulatorOptions options;
    options.kept_requests = 1000;
    return options;
  }

 protected:
  void SetUp() override {
    ASSERT_TRUE(suite_->error().empty()) << suite_->error();
    const auto begun = suite_->begin_test();
    ASSERT_TRUE(begun) << begun.error();
  }
  void TearDown() override {
    if (!HasFailure() || !suite_->error().empty()) return;
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::cout << "---- hoplab: " << test->test_suite_name() << "." << test->name() << "\n"
              << suite_->report() << std::flush;
  }

  /// Everything else that can be asked and changed.
  static Emulator& emulator() { return suite_->emulator(); }

  // As a client.

  /// https://<the entry's name>:<port>, without a path.
  static std::string url() { return emulator().url(); }
  /// The way in: clients connect to its address and port, and say its client_name in SNI and Host.
  static EndpointAddress entry() { return emulator().endpoints().front(); }
  /// The files of a client certificate.
  static CertificatePaths certificate(const std::string& name) {
    const auto all = emulator().certificates();
    const auto found = all.find(name);
    EXPECT_NE(found, all.end()) << "there is no certificate '" << name << "' in the scenario";
    return found == all.end() ? CertificatePaths{} : found->second;
  }
  /// Whom clients trust: a PEM file.
  static std::string ca_bundle() { return emulator().ca_bundle(); }

  // As an operator. What hoplab refuses fails the test, with hoplab's words.

  static void revoke(const std::string& name) { expect(emulator().revoke(name)); }
  /// One of the scenario's, by its name.
  static void arm(const std::string& fault) { expect(emulator().arm(fault)); }
  /// A new one.
  static void arm(const model::Fault& fault) { expect(emulator().arm(fault)); }
  static void disarm(const std::string& fault) { expect(emulator().disarm(fault)); }
  static void apply(const model::Change& change) { expect(emulator().apply(change)); }
  /// From now on time stands still, until advance().
  static void stop_the_clock() {
    ClockSettings settings;
    settings.mode = Clock::Mode::stepped;
    expect(emulator().set_clock(settings));
  }
  /// Returns when all that falls due has happened.
  static void advance(Duration step) { emulator().advance(step); }

  // As an observer.

  /// The connections that have ended since the test began, oldest first. It waits for `count` of
  /// them: a client may know of an end before its record is there.
  static std::vector<EndRecord> ends(
      std::size_t count = 0, std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    return suite_->ends(count, patience);
  }
  static std::vector<FlowStatus> flows() { return emulator().flows(); }
  /// What private APIs, services and their stand-ins have received since the test began.
  static std::vector<ReceivedRequest> requests() { return emulator().requests(); }

 private:
  template <class T>
  static void expect(const Result<T>& result) {
    EXPECT_TRUE(result) << result.error();
  }

  inline static std::unique_ptr<HoplabSuite> suite_;
};

}  // namespace hoplab
