// Load balancers' logs as AWS delivers them: names, intervals, content.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/file.h"
#include "https_client.h"
#include "model/ids.h"
#include "running_emulator.h"
#include "support/temporary_folder.h"
#include "topology/log_archive.h"

namespace hoplab::testing {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

namespace {

namespace fs = std::filesystem;

class LogArchive : public ::testing::Test {
 protected:
  /// Two minutes after an interval has begun: the last one of the machine's time, since the client
  /// of these tests looks at its clock.
  EmulatorOptions options() const {
    EmulatorOptions out;
    out.clock.mode = Clock::Mode::stepped;
    out.clock.start = Time(std::chrono::seconds(begun_ + 120));
    out.log_bucket = folder_ / "bucket";
    out.connection_log = folder_ / "connections.log";
    return out;
  }

  /// What has been delivered of connection logs, by paths within the bucket.
  [[nodiscard]] std::vector<std::string> delivered(
      const std::string& begin_of_name = "conn_log_") const {
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "bucket")) {
      const bool meant = entry.path().filename().string().starts_with(begin_of_name);
      if (entry.is_regular_file() && meant) {
        paths.push_back(fs::relative(entry.path(), folder_ / "bucket").string());
      }
    }
    std::ranges::sort(paths);
    return paths;
  }

  [[nodiscard]] std::string unzipped(const std::string& path) const {
    const gzFile file = gzopen(((folder_ / "bucket/") + path).c_str(), "rb");
    std::string text(1 << 20, '\0');
    const int size = gzread(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    text.resize(static_cast<std::size_t>(std::max(size, 0)));
    return text;
  }

  [[nodiscard]] std::string unzipped(const std::vector<std::string>& paths) const {
    std::string text;
    for (const std::string& path : paths) text += unzipped(path);
    return text;
  }

  /// A pattern of the path of the file whose interval ends at `end`, seconds since the Unix epoch.
  static std::string path_of(std::int64_t end) {
    const std::string at = iso8601_microseconds(Time(std::chrono::seconds(end)));
    const auto part = [&at](std::size_t from, std::size_t size) { return at.substr(from, size); };
    return "AWSLogs/111111111111/elasticloadbalancing/eu-west-1/" + part(0, 4) + "/" + part(5, 2) +
           "/" + part(8, 2) + "/conn_log_111111111111_elasticloadbalancing_eu-west-1_app.alb." +
           model::derived_load_balancer_id("alb") + "_" + part(0, 4) + part(5, 2) + part(8, 5) +
           part(14, 2) + "Z_127.*_[0-9a-f]*.log.gz";
  }

  const TemporaryFolder folder_;
  const std::int64_t begun_ = epoch_seconds(Clock().now()) / 300 * 300;
};

TEST_F(LogArchive, DeliversAFileForEachFiveMinutesUnderAwssName) {
  RunningEmulator lab("private-api-mtls", options());
  HttpsClient(lab.emulator).get("/widgets");
  lab.ends->next();
  EXPECT_THAT(delivered(), ElementsAre()) << "the interval is not over";
  lab.emulator.advance(6min);
  HttpsClient(lab.emulator, "revoked");
  lab.ends->next();
  lab.emulator.advance(5min);
  // One for each node that somebody was connected to.
  const auto paths = delivered();
  std::set<std::string> intervals_and_nodes;
  for (const std::string& path : paths) intervals_and_nodes.insert(path.substr(0, path.rfind('_')));
  EXPECT_EQ(intervals_and_nodes.size(), paths.size());
  EXPECT_THAT(paths, ::testing::Each(::testing::AnyOf(MatchesRegex(path_of(begun_ + 300)),
                                                      MatchesRegex(path_of(begun_ + 600)))));
  ASSERT_FALSE(paths.empty());
  EXPECT_THAT(paths.front(), MatchesRegex(path_of(begun_ + 300)));
  EXPECT_THAT(paths.back(), MatchesRegex(path_of(begun_ + 600)));
  EXPECT_THAT(unzipped(paths), ::testing::HasSubstr("Failed:ClientCertCrlHit"));
  EXPECT_THAT(unzipped(delivered("111111111111_elasticloadbalancing_eu-west-1_app.alb.")),
              ::testing::HasSubstr(" \"GET https://api.example.com:443/widgets HTTP/1.1\" "));
  EXPECT_THAT(unzipped(delivered("health_check_log_111111111111_elasticloadbalancing_")),
              ::testing::HasSubstr(" api-group PASS 200 - app/alb/"));
}

TEST_F(LogArchive, HoldsTheLinesOfThePlainLogAndStoppingDeliversTheLast) {
  RunningEmulator lab("private-api-mtls", options());
  HttpsClient(lab.emulator).get("/widgets");
  lab.ends->next();
  HttpsClient(lab.emulator, "expired");
  lab.ends->next();
  lab.emulator.stop();
  const auto lines = [](const std::string& text) {
    std::istringstream in(text);
    std::multiset<std::string> all;
    for (std::string line; std::getline(in, line);) all.insert(line);
    return all;
  };
  EXPECT_EQ(lines(unzipped(delivered())), lines(read_file(folder_ / "connections.log").value()));
}

TEST_F(LogArchive, WhatCannotBeWrittenIsSaidOnceAndTriedAgain) {
  ::testing::internal::CaptureStderr();
  fs::create_directory(folder_ / "bucket");
  std::ofstream(folder_ / "bucket/AWSLogs") << "in the way";
  RunningEmulator lab("private-api-mtls", options());
  for (int i = 0; i < 2; ++i) {
    HttpsClient(lab.emulator).get("/widgets");
    lab.ends->next();
  }
  EXPECT_THAT(
      ::testing::internal::GetCapturedStderr(),
      MatchesRegex("hoplab: cannot write [^\n]*\\.log\\.gz: Not a directory; lines are lost\n"));
  fs::remove(folder_ / "bucket/AWSLogs");
  HttpsClient(lab.emulator).get("/widgets");
  lab.ends->next();
  lab.emulator.stop();
  EXPECT_EQ(delivered().size(), 1U);
}

TEST_F(LogArchive, ABucketThatCannotBeMadeIsSaid) {
  std::ofstream(folder_ / "file") << "in the way";
  auto wanted = options();
  wanted.log_bucket = folder_ / "file/bucket";
  auto made = Emulator::from_scenario(scenario_file("private-api-mtls"), wanted);
  EXPECT_THAT(made.value().start().error(), ::testing::StartsWith("cannot make the folder "));
}

}  // namespace

}  // namespace hoplab::testing
