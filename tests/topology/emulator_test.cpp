// The public C++ API, used as a test suite of somebody else's would.
#include "topology/emulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "https_client.h"
#include "running_emulator.h"
#include "support/temporary_folder.h"

namespace hoplab::testing {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

namespace {

constexpr char kBlog[] = "private-api-mtls";
constexpr char kWidget[] = "\r\n\r\n{\"id\":\"1\",\"value\":\"4.99\"}";

std::string value_of(const ReceivedRequest& request, const std::string& name) {
  for (const auto& [field, value] : request.headers) {
    if (field == name) return value;
  }
  return "";
}

TEST(Emulator, AnswersAGoodClientThroughAllHops) {
  RunningEmulator lab(kBlog, {});
  HttpsClient client(lab.emulator);
  ASSERT_TRUE(client.connected());
  const std::string answer = client.get("/widgets");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr(kWidget));
  client.close();
  const auto end = lab.ends->next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::client_closed);
  EXPECT_EQ(end->how, EndKind::fin);
  EXPECT_EQ(end->verify_status, "Success");
  EXPECT_EQ(end->certificate_subject, "CN=my_client,O=Example");
  EXPECT_EQ(end->tls_version, "TLSv1.2");
  EXPECT_EQ(end->requests, 1u);
  EXPECT_EQ(end->last_status, 200);
  EXPECT_EQ(end->hop, "alb");
  EXPECT_EQ(end->hops, (std::vector<std::string>{"consumer-endpoint", "nlb", "alb"}));
  EXPECT_GT(end->bytes_from_client, 500u);
  EXPECT_GT(end->bytes_to_client, 500u);
}

TEST(Emulator, UrlNamesTheEntryAndItsPort) {
  RunningEmulator lab(kBlog, {});
  const EndpointAddress entry = lab.emulator.endpoints().front();
  EXPECT_EQ(lab.emulator.url(), "https://api.example.com:" + std::to_string(entry.port));
  EXPECT_EQ(entry.name, "consumer-endpoint");
  EXPECT_EQ(entry.kind, "vpc-endpoint");
  EXPECT_EQ(entry.state, "available");
  EXPECT_THAT(entry.address, StartsWith("127."));
}

TEST(Emulator, EveryDoorIsListedAndServes) {
  RunningEmulator lab(kBlog, {});
  ASSERT_THAT(lab.emulator.endpoints(), SizeIs(9));  // three zones of endpoint, NLB and ALB
  for (const EndpointAddress& door : lab.emulator.endpoints()) {
    HttpsClient client(lab.emulator, door, "my_client");
    ASSERT_TRUE(client.send("GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n"));
    EXPECT_THAT(client.receive_answer(), HasSubstr(kWidget)) << door.name << " " << door.address;
  }
}

TEST(Emulator, CertificatesAreFilesAndGoWithATemporaryFolder) {
  std::string folder;
  {
    RunningEmulator lab(kBlog, {});
    folder = lab.emulator.out();
    ASSERT_THAT(lab.emulator.certificates(), SizeIs(7));
    for (const auto& [name, files] : lab.emulator.certificates()) {
      for (const auto& file : {files.cert, files.key, files.p12}) {
        EXPECT_TRUE(std::filesystem::is_regular_file(file)) << name << " " << file;
      }
    }
    EXPECT_TRUE(std::filesystem::is_regular_file(lab.emulator.ca_bundle()));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(Emulator, AFolderOfOnesOwnIsKept) {
  const TemporaryFolder temporary;
  const std::string& folder = temporary.path();
  {
    EmulatorOptions options;
    options.out = folder;
    RunningEmulator lab(kBlog, options);
    EXPECT_EQ(lab.emulator.out(), folder);
    EXPECT_THAT(lab.emulator.certificates().at("my_client").cert, StartsWith(folder));
  }
  EXPECT_TRUE(std::filesystem::exists(folder));
}

TEST(Emulator, ABadCertificateIsResetAndTheApiNeverHearsOfIt) {
  const std::map<std::string, std::string> kStatus = {
      {"none", "Failed:UnmappedConnectionError"},
      {"untrusted", "Failed:ClientCertUntrusted"},
      {"expired", "Failed:ClientCertExpired"},
      {"not_yet_valid", "Failed:ClientCertNotYetValid"},
      {"revoked", "Failed:ClientCertCrlHit"},
      {"self_signed", "Failed:ClientCertUntrusted"},
      {"wrong_purpose", "Failed:ClientCertPurposeInvalid"}};
  RunningEmulator lab(kBlog, {});
  for (const auto& [certificate, status] : kStatus) {
    HttpsClient client(lab.emulator, certificate);
    EXPECT_FALSE(client.connected()) << certificate;  // TLS 1.2: during the handshake
    EXPECT_EQ(client.end(), HttpsClient::End::rst) << certificate;
    const auto end = lab.ends->next();
    ASSERT_TRUE(end);
    EXPECT_EQ(end->reason, Reason::certificate_refused) << certificate;
    EXPECT_EQ(end->how, EndKind::rst) << certificate;
    EXPECT_EQ(end->verify_status, status) << certificate;
    EXPECT_EQ(end->requests, 0u) << certificate;
  }
  const Counters counters = lab.emulator.counters();
  EXPECT_EQ(counters.requests, 0u);
  EXPECT_EQ(counters.api_requests.at("widgets-api"), 0u);
  EXPECT_EQ(counters.ends.at(Reason::certificate_refused), kStatus.size());
}

TEST(Emulator, CountersFollowAConnection) {
  RunningEmulator lab(kBlog, {});
  EXPECT_EQ(lab.emulator.counters().flows, 0u) << "health checks are not client flows";
  HttpsClient client(lab.emulator);
  client.get("/widgets");
  client.get("/widgets");
  Counters counters = lab.emulator.counters();
  EXPECT_EQ(counters.flows, 1u);
  EXPECT_EQ(counters.live_flows, 1u);
  EXPECT_EQ(counters.requests, 2u);
  EXPECT_EQ(counters.api_requests.at("widgets-api"), 2u);
  EXPECT_TRUE(counters.ends.empty());
  client.close();
  ASSERT_TRUE(lab.ends->next());
  counters = lab.emulator.counters();
  EXPECT_EQ(counters.live_flows, 0u);
  EXPECT_EQ(counters.ends, (std::map<Reason, std::uint64_t>{{Reason::client_closed, 1}}));
}

TEST(Emulator, EndsKeepsTheLastOnesOldestFirst) {
  EmulatorOptions options;
  options.kept_ends = 2;
  RunningEmulator lab(kBlog, options);
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 3; ++i) {
    HttpsClient(lab.emulator, "revoked");
    ids.push_back(lab.ends->next().value_or(EndRecord()).id);
  }
  // The last callback may still be ahead of its record: another connection's end orders them.
  lab.emulator.stop();
  const auto kept = lab.emulator.ends();
  ASSERT_THAT(kept, SizeIs(2));
  EXPECT_EQ(kept[0].id, ids[1]);
  EXPECT_EQ(kept[1].id, ids[2]);
}

TEST(Emulator, KeepsWhatAnApiReceivesOnceAskedTo) {
  RunningEmulator lab(kBlog, {});
  HttpsClient client(lab.emulator);
  client.get("/widgets");
  EXPECT_TRUE(lab.emulator.requests().empty()) << "off by default";
  lab.emulator.keep_requests(2);
  client.get("/widgets?colour=blue");
  const auto requests = lab.emulator.requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].receiver, "widgets-api");
  EXPECT_EQ(requests[0].kind, "api");
  EXPECT_EQ(requests[0].method, "GET");
  EXPECT_EQ(requests[0].target, "/widgets?colour=blue");
  EXPECT_EQ(value_of(requests[0], "Host"), "api.example.com");
  EXPECT_EQ(value_of(requests[0], "X-Amzn-Mtls-Clientcert-Subject"), "CN=my_client,O=Example");
  EXPECT_EQ(value_of(requests[0], "X-Forwarded-Proto"), "https");
  client.get("/widgets");
  client.get("/widgets");
  EXPECT_THAT(lab.emulator.requests(), SizeIs(2));
  EXPECT_EQ(lab.emulator.dropped_requests(), 1u);
  ASSERT_TRUE(lab.emulator.restore().ok());
  EXPECT_TRUE(lab.emulator.requests().empty());
}

TEST(Emulator, TargetHealthIsSettledAtTheStart) {
  RunningEmulator lab(kBlog, {});
  const auto health = lab.emulator.target_health();
  ASSERT_FALSE(health.empty());
  for (const TargetStatus& target : health) EXPECT_NE(target.state, "initial") << target.target;
}

TEST(Emulator, StopResetsLiveAndHalfOpenConnectionsAndIsIdempotent) {
  RunningEmulator lab(kBlog, {});
  HttpsClient idle(lab.emulator);
  idle.get("/widgets");
  HttpsClient half(lab.emulator);
  half.send("POST /widgets HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 10\r\n\r\nhal");
  HttpsClient silent = HttpsClient::plain(lab.emulator);
  lab.emulator.stop();
  lab.emulator.stop();
  for (HttpsClient* client : {&idle, &half, &silent}) {
    client->receive_to_end();
    EXPECT_EQ(client->end(), HttpsClient::End::rst);
  }
  const Counters counters = lab.emulator.counters();
  EXPECT_EQ(counters.live_flows, 0u);
  EXPECT_EQ(counters.ends.at(Reason::emulator_stopped), counters.flows);
  EXPECT_FALSE(HttpsClient::plain(lab.emulator).connected()) << "nobody listens any more";
}

TEST(Emulator, MovesWhileItRuns) {
  RunningEmulator lab(kBlog, {});
  Emulator moved = std::move(lab.emulator);
  {
    HttpsClient client(moved);
    EXPECT_THAT(client.get("/widgets"), HasSubstr(kWidget));
  }
  auto another = Emulator::from_scenario(scenario_file("own-service"));
  ASSERT_TRUE(another.ok()) << another.error();
  const EndpointAddress door = moved.endpoints().front();
  moved = std::move(another).value();  // stops the first
  EXPECT_FALSE(HttpsClient(moved, door, "").connected());
  ASSERT_TRUE(moved.start().ok());
  HttpsClient client(moved);
  EXPECT_THAT(client.get("/"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(Emulator, NeverStartedIsQuietlyDestroyed) {
  const auto made = Emulator::from_scenario(scenario_file(kBlog));
  EXPECT_TRUE(made.ok()) << made.error();
}

TEST(Emulator, FourThreadsShareTheDoors) {
  EmulatorOptions options;
  options.threads = 4;
  RunningEmulator lab(kBlog, options);
  for (int i = 0; i < 24; ++i) {
    HttpsClient client(lab.emulator);
    ASSERT_THAT(client.get("/widgets"), HasSubstr(kWidget)) << i;
  }
  for (int i = 0; i < 24; ++i) ASSERT_TRUE(lab.ends->next());
  const Counters counters = lab.emulator.counters();
  EXPECT_EQ(counters.flows, 24u);
  EXPECT_EQ(counters.requests, 24u);
  EXPECT_EQ(counters.api_requests.at("widgets-api"), 24u);
  EXPECT_EQ(counters.live_flows, 0u);
}

TEST(Emulator, RefusesWhatCannotBe) {
  EXPECT_THAT(Emulator::from_scenario("/no/such/file.json").error(),
              HasSubstr("/no/such/file.json"));
  const auto misspelt = Emulator::from_scenario(
      HOPLAB_SOURCE_DIR "/tests/scenario/malformed/01-misspelt-protocol.json");
  ASSERT_FALSE(misspelt.ok());
  EXPECT_THAT(misspelt.error(), HasSubstr("/Protocol"));

  EmulatorOptions options;
  options.settings["no-such-parameter"] = "x";
  EXPECT_THAT(Emulator::from_scenario(scenario_file("own-service"), options).error(),
              HasSubstr("no-such-parameter"));
}

TEST(Emulator, RefusesThreadsThatCannotBe) {
  for (const unsigned threads : {0U, 2U}) {
    EmulatorOptions options;
    options.threads = threads;
    options.clock.mode = Clock::Mode::stepped;
    auto made = Emulator::from_scenario(scenario_file(kBlog), options);
    ASSERT_TRUE(made.ok());
    const auto started = made.value().start();
    EXPECT_FALSE(started.ok());
    EXPECT_THAT(started.error(), HasSubstr("thread"));
  }
}

}  // namespace

}  // namespace hoplab::testing
