// A client's tests against a private API; each begins with the scenario as it was at its start.
#include "widget_client.h"

using namespace std::chrono_literals;

class Widgets : public hoplab::HoplabTest<Widgets> {
 public:
  static constexpr auto kScenario = "tests/private-api.json";

 protected:
  /// GET on a connection of its own.
  static Answer get(const std::string& target, const std::string& name) {
    return WidgetClient(entry(), ca_bundle(), certificate(name)).get(target);
  }
};

TEST_F(Widgets, AGoodCertificateGetsTheWidget) {
  EXPECT_EQ(get("/widgets", "my_client").body, R"({"id":"1","value":"4.99"})");
}

TEST_F(Widgets, AnExpiredCertificateIsReset) {
  EXPECT_EQ(get("/widgets", "expired").error, ECONNRESET);
  EXPECT_EQ(ends(1).at(0).verify_status, "Failed:ClientCertExpired");
}

TEST_F(Widgets, ACertificateIsRevokedInTheMiddleOfTheRun) {
  EXPECT_EQ(get("/widgets", "my_client").status, 200);
  revoke("my_client");
  EXPECT_EQ(get("/widgets", "my_client").error, ECONNRESET);
}

TEST_F(Widgets, TheThirdConnectionIsReset) {
  arm("bad-zone");
  EXPECT_EQ(get("/widgets", "my_client").status, 200);
  EXPECT_EQ(get("/widgets", "my_client").status, 200);
  EXPECT_EQ(get("/widgets", "my_client").error, ECONNRESET);
}

TEST_F(Widgets, AnIdleConnectionIsForgottenAfter350s) {
  stop_the_clock();
  WidgetClient client(entry(), ca_bundle(), certificate("my_client"));
  EXPECT_EQ(client.get("/widgets").status, 200);
  advance(350s);
  EXPECT_EQ(client.get("/widgets").error, ECONNRESET);
}

TEST_F(Widgets, WhatTheApiReceived) {
  get("/widgets?size=2", "my_client");
  EXPECT_EQ(requests().at(0).target, "/widgets?size=2");
}
