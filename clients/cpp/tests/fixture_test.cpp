// The fixture itself, and what a test that fails prints.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>

#include "widget_client.h"

using namespace std::chrono_literals;

namespace {

constexpr auto kScenario = "tests/private-api.json";

class Fixture : public hoplab::HoplabTest<Fixture> {
 public:
  static constexpr auto kScenario = ::kScenario;
};

hoplab::model::Fault a_reset_by(const std::string& hop) {
  hoplab::model::Fault fault;
  fault.name = "reset";
  fault.hop = hop;
  return fault;
}

TEST_F(Fixture, OffersTheWayInAndCertificates) {
  EXPECT_EQ(url(), "https://api.example.com:" + std::to_string(entry().port));
  EXPECT_EQ(entry().client_name, "api.example.com");
  EXPECT_TRUE(std::filesystem::is_regular_file(certificate("my_client").p12));
  EXPECT_TRUE(std::filesystem::is_regular_file(ca_bundle()));
}

TEST_F(Fixture, WaitsForEnds) {
  EXPECT_EQ(ends().size(), 0u);
  EXPECT_EQ(ends(1, 10ms).size(), 0u);
  for (int count = 0; count < 3; ++count) {
    WidgetClient(entry(), ca_bundle(), certificate("my_client")).get("/widgets");
  }
  EXPECT_EQ(ends(3).size(), 3u);
}

TEST_F(Fixture, ArmsAndDisarmsANewFault) {
  arm(a_reset_by("nlb"));
  EXPECT_EQ(WidgetClient(entry(), ca_bundle(), {}).get("/widgets").error, ECONNRESET);
  disarm("reset");
  WidgetClient client(entry(), ca_bundle(), certificate("my_client"));
  EXPECT_EQ(client.get("/widgets").status, 200);
  EXPECT_EQ(flows().size(), 1u);
}

TEST_F(Fixture, AppliesAChange) {
  apply(hoplab::model::RevokeCertificate{"my_client"});
  WidgetClient client(entry(), ca_bundle(), certificate("my_client"));
  EXPECT_EQ(client.get("/widgets").error, ECONNRESET);
}

TEST(HoplabSuite, SaysWhyAScenarioDoesNotComeUp) {
  const hoplab::HoplabSuite suite("tests/missing.json", {});
  EXPECT_NE(suite.error().find("tests/missing.json"), std::string::npos) << suite.error();
}

/// What differs from run to run, masked.
std::string masked(std::string text) {
  text = std::regex_replace(text, std::regex("#\\d+"), "#ID");
  text = std::regex_replace(text, std::regex("127(\\.\\d+){3}:\\d+"), "127.0.0.1:PORT");
  return std::regex_replace(text, std::regex("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z"), "TIME");
}

TEST(HoplabSuite, ReportsWhatBecameOfTheConnectionsOfATest) {
  hoplab::HoplabSuite suite(kScenario, {});
  ASSERT_EQ(suite.error(), "");
  auto& emulator = suite.emulator();
  const auto connect = [&](const std::string& name) {
    const auto files = name.empty() ? hoplab::CertificatePaths{} : emulator.certificates().at(name);
    return std::make_unique<WidgetClient>(emulator.endpoints().front(), emulator.ca_bundle(),
                                          files);
  };
  std::ostringstream said;
  const auto part = [&](const std::string& test, const auto& body) {
    ASSERT_TRUE(suite.begin_test());
    body();
    said << test << "\n" << masked(suite.report());
  };
  std::unique_ptr<WidgetClient> kept;

  part("without a connection", [] {});
  part("expired", [&] { connect("expired")->get("/widgets"); });
  part("no certificate", [&] { connect("")->get("/widgets"); });
  part("target reset", [&] {
    ASSERT_TRUE(emulator.arm(a_reset_by("execute-api-endpoint")));
    connect("my_client")->get("/widgets");
  });
  part("open connection", [&] {
    kept = connect("my_client");
    kept->get("/widgets");
  });
  part("beside an open connection", [&] { connect("my_client")->get("/widgets"); });
  part("connection of an earlier test", [&] {
    hoplab::ClockSettings stepped;
    stepped.mode = hoplab::Clock::Mode::stepped;
    ASSERT_TRUE(emulator.set_clock(stepped));
    emulator.advance(350s);
    kept->get("/widgets");
  });

  std::ifstream file("tests/golden/report.txt");
  EXPECT_EQ(said.str(), std::string(std::istreambuf_iterator<char>(file), {}));
}

/// A run of this program with one of its disabled tests, which fails or hangs where it is asked
/// for.
FILE* run_disabled(const std::string& test) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  return popen(
      (self + " --gtest_also_run_disabled_tests --gtest_color=no --gtest_filter=" + test).c_str(),
      "r");
}

std::string rest_of(FILE* run) {
  std::string said;
  for (int c = std::fgetc(run); c != EOF; c = std::fgetc(run)) said += static_cast<char>(c);
  return said;
}

TEST_F(Fixture, DISABLED_ThatFails) {
  WidgetClient client(entry(), ca_bundle(), certificate("expired"));
  EXPECT_EQ(client.get("/widgets").status, 200);
}

TEST(HoplabTest, PrintsItsReportWhenATestFails) {
  FILE* run = run_disabled("Fixture.DISABLED_ThatFails");
  ASSERT_NE(run, nullptr);
  const std::string said = rest_of(run);
  EXPECT_NE(pclose(run), 0);
  EXPECT_NE(masked(said).find("---- hoplab: Fixture.DISABLED_ThatFails\n"
                              "#ID 127.0.0.1:PORT > consumer-endpoint > nlb > alb  TLSv1.2  "
                              "[CN=expired]\n    alb RST at client-certificate: "),
            std::string::npos)
      << said;
}

TEST_F(Fixture, DISABLED_ThatHangs) {
  std::printf("\nrunning %d %d %s %s\n", getpid(), entry().port, entry().address.c_str(),
              emulator().out().c_str());
  std::fflush(stdout);
  pause();
}

TEST(HoplabTest, LeavesNothingBehindWhenItIsKilled) {
  FILE* run = run_disabled("Fixture.DISABLED_ThatHangs");
  ASSERT_NE(run, nullptr);
  int pid = 0, port = 0;
  char address[64], out[256], line[512];
  while (std::fgets(line, sizeof line, run) &&
         std::sscanf(line, "running %d %d %63s %255s", &pid, &port, address, out) != 4) {
  }
  ASSERT_GT(pid, 0);
  EXPECT_TRUE(std::filesystem::exists(out));
  kill(pid, SIGKILL);
  rest_of(
      run);  // ends when nobody has the pipe any more: neither the test nor what removes its folder
  pclose(run);
  EXPECT_FALSE(std::filesystem::exists(out));
  hoplab::EndpointAddress way_in;
  way_in.address = address;
  way_in.port = static_cast<std::uint16_t>(port);
  EXPECT_EQ(WidgetClient(way_in, "", {}).get("/widgets").error, ECONNREFUSED);
}

}  // namespace
