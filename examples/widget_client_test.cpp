// How a client under test (here: curl) gets on with a private API behind mutual TLS.

#include <gtest/gtest.h>
#include <hoplab/emulator.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace {

struct Outcome {
  int exit_code = -1;
  std::string output;
};

/// The client under test: asks for /widgets with the named certificate.
Outcome ask(const hoplab::Emulator& emulator, const std::string& certificate) {
  const auto entry = emulator.endpoints().front();
  const auto files = emulator.certificates().at(certificate);
  const std::string command =
      "curl --silent --show-error --noproxy '*' --connect-to " + entry.dns_name + ":443:" +
      entry.address + ":" + std::to_string(entry.port) + " --cacert " + emulator.ca_bundle() +
      " --cert " + files.cert + " --key " + files.key + " https://" + entry.dns_name +
      "/widgets 2>&1";
  Outcome outcome;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> part;
  while (const auto size = fread(part.data(), 1, part.size(), pipe)) {
    outcome.output.append(part.data(), size);
  }
  const int status = pclose(pipe);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

class WidgetClient : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(made_) << made_.error();
    const auto started = emulator().start();
    ASSERT_TRUE(started) << started.error();
  }
  hoplab::Emulator& emulator() { return made_.value(); }

 private:
  hoplab::Result<hoplab::Emulator> made_ =
      hoplab::Emulator::from_scenario(SCENARIOS "/private-api-mtls.json");
};

TEST_F(WidgetClient, GetsTheWidget) {
  const Outcome outcome = ask(emulator(), "my_client");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.output, R"({"id":"1","value":"4.99"})");
  EXPECT_EQ(emulator().counters().api_requests.at("widgets-api"), 1u);
}

TEST_F(WidgetClient, IsResetWithARevokedCertificate) {
  const Outcome outcome = ask(emulator(), "revoked");
  EXPECT_EQ(outcome.exit_code, 35);
  EXPECT_EQ(outcome.output, "curl: (35) Recv failure: Connection reset by peer\n");

  emulator().stop();  // all ends are recorded
  const auto ends = emulator().ends();
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].hop, "alb");
  EXPECT_EQ(ends[0].reason, hoplab::Reason::certificate_refused);
  EXPECT_EQ(ends[0].verify_status, "Failed:ClientCertCrlHit");
  EXPECT_EQ(emulator().counters().api_requests.at("widgets-api"), 0u);
}

}  // namespace
