// A verify-mode listener over time, and what its owner may choose of a refusal. Seen by a real
// client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "https_client.h"
#include "running_emulator.h"
#include "scenario/format/reader.h"

namespace hoplab::testing {

using ::testing::StartsWith;

namespace {

/// The blog's topology with another mutual authentication, on a clock that stands still. Nobody
/// checks health: there would be a million checks in a year.
RunningEmulator lab_with(const std::function<void(model::MutualAuthentication&)>& change) {
  auto read = scenario::read_scenario({scenario_file("private-api-mtls")});
  auto topology = std::move(read.scenario->topology);
  for (auto& balancer : topology.load_balancers.edit()) {
    if (balancer.name == "alb") change(balancer.listeners.front().mutual_authentication);
  }
  for (auto& group : topology.target_groups.edit()) group.health_check.enabled = false;
  EmulatorOptions options;
  options.clock.mode = Clock::Mode::stepped;
  return RunningEmulator(Emulator::from_topology(std::move(topology), options));
}

std::string verdict_of_next_end(RunningEmulator& lab) {
  const auto end = lab.ends->next();
  return end ? end->verify_status : "nothing";
}

/// The client's connection stays silent for `quiet`, and is reset within the two seconds after it.
void expect_reset_after(RunningEmulator& lab, HttpsClient& client, Duration quiet, EndRecord& end) {
  lab.emulator.advance(quiet);
  EXPECT_FALSE(client.peer_has_spoken());
  lab.emulator.advance(2s);
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
  const auto record = lab.ends->next();
  ASSERT_TRUE(record);
  end = *record;
  EXPECT_EQ(end.reason, Reason::certificate_refused);
}

TEST(VerifyMode, TheEmulatedClockDecidesWhoHasExpired) {
  auto lab = lab_with([](auto&) {});
  EXPECT_THAT(HttpsClient(lab.emulator).get("/widgets"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(verdict_of_next_end(lab), "Success");
  EXPECT_FALSE(HttpsClient(lab.emulator, "not_yet_valid").connected());
  EXPECT_EQ(verdict_of_next_end(lab), "Failed:ClientCertNotYetValid");
  lab.emulator.advance(48h);
  EXPECT_TRUE(HttpsClient(lab.emulator, "not_yet_valid").connected());
  EXPECT_EQ(verdict_of_next_end(lab), "Success");
  lab.emulator.advance(24h * 400);
  EXPECT_FALSE(HttpsClient(lab.emulator).connected()) << "remembered as good, but not for ever";
  EXPECT_EQ(verdict_of_next_end(lab), "Failed:ClientCertExpired");
}

TEST(VerifyMode, AnOutdatedListIsUsedAsItIs) {
  auto lab = lab_with([](auto&) {});
  lab.emulator.advance(24h * 60);
  EXPECT_TRUE(HttpsClient(lab.emulator).connected());
  EXPECT_EQ(verdict_of_next_end(lab), "Success");
  EXPECT_FALSE(HttpsClient(lab.emulator, "revoked").connected());
  EXPECT_EQ(verdict_of_next_end(lab), "Failed:ClientCertCrlHit");
}

TEST(VerifyMode, AnOutdatedListIsRefusedWhereTheListenerSaysSo) {
  auto lab = lab_with([](auto& mutual) { mutual.refuse_outdated_revocation_lists = true; });
  EXPECT_TRUE(HttpsClient(lab.emulator).connected());
  EXPECT_EQ(verdict_of_next_end(lab), "Success");
  lab.emulator.advance(24h * 60);
  EXPECT_FALSE(HttpsClient(lab.emulator).connected());
  EXPECT_EQ(verdict_of_next_end(lab), "Failed:ClientCertCrlProcessingError");
}

TEST(VerifyMode, IgnoringExpiryLetsTheExpiredIn) {
  auto lab = lab_with([](auto& mutual) { mutual.ignore_client_certificate_expiry = true; });
  EXPECT_THAT(HttpsClient(lab.emulator, "expired").get("/widgets"),
              StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(verdict_of_next_end(lab), "Success");
  EXPECT_FALSE(HttpsClient(lab.emulator, "not_yet_valid").connected());
}

TEST(Refusal, HoldsTheConnectionForAsLongAsItSays) {
  auto lab = lab_with([](auto& mutual) {
    mutual.refusal.tls12 = Stage::request_headers;
    mutual.refusal.hold_ms = 60000;
  });
  HttpsClient client(lab.emulator, "revoked");
  ASSERT_TRUE(client.connected()) << "TLS itself is not what refuses";
  ASSERT_TRUE(client.send("GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n"));
  EndRecord end;
  expect_reset_after(lab, client, 59s, end);
  EXPECT_EQ(end.stage, Stage::request_headers);
  EXPECT_EQ(end.requests, 0u) << "it never was a request";
  EXPECT_EQ(lab.emulator.counters().api_requests.at("widgets-api"), 0u);
}

TEST(Refusal, WhoSaysNothingAfterTheHandshakeIsRefusedAllTheSame) {
  auto lab = lab_with([](auto& mutual) { mutual.refusal.tls12 = Stage::request_headers; });
  HttpsClient client(lab.emulator, "revoked");
  ASSERT_TRUE(client.connected());
  EndRecord end;
  expect_reset_after(lab, client, 9s, end);
  EXPECT_EQ(end.stage, Stage::handshake_done);
}

TEST(Refusal, StoppingTheEmulatorEndsWhoIsHeld) {
  auto lab = lab_with([](auto& mutual) {
    mutual.refusal.tls12 = Stage::handshake_done;
    mutual.refusal.hold_ms = 3600000;
  });
  HttpsClient client(lab.emulator, "revoked");
  ASSERT_TRUE(client.connected());
  lab.emulator.stop();
  EXPECT_EQ(lab.emulator.counters().live_flows, 0u);
}

}  // namespace

}  // namespace hoplab::testing
