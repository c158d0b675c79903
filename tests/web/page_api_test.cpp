// What the page asks beside the admin API, and its files.
#include "web/page_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "topology/running_emulator.h"
#include "web/client_commands.h"
#include "web/page_files.h"

namespace hoplab::testing {

using ::testing::HasSubstr;
using ::testing::Not;

namespace {

using Json = nlohmann::json;

class PageApiTest : public ::testing::Test {
 protected:
  admin::AdminAnswer ask(const std::string& method, const std::string& path,
                         const std::string& body = {}) {
    return api_.handle(method, path, body);
  }
  std::string chain_of(const std::string& certificate) {
    return read_file(emulator_.certificates().at(certificate).cert).value();
  }

  RunningEmulator lab_ = RunningEmulator::stepped("private-api-mtls");
  Emulator& emulator_ = lab_.emulator;
  admin::AdminApi api_{emulator_, false, web::page_api(HOPLAB_SOURCE_DIR "/scenarios/resets")};
};

TEST_F(PageApiTest, CertificatesHaveVerdictsOfEachListener) {
  const Json all = Json::parse(ask("GET", "/v1/certificates").body);
  std::map<std::string, std::string> codes;
  for (const Json& one : all) codes[one.at("name")] = one.at("verdicts").at(0).at("code");
  EXPECT_EQ(codes.at(""), "UnmappedConnectionError");
  EXPECT_EQ(codes.at("my_client"), "Success");
  EXPECT_EQ(codes.at("untrusted"), "ClientCertUntrusted");
  EXPECT_EQ(codes.at("expired"), "ClientCertExpired");
  EXPECT_EQ(codes.at("revoked"), "ClientCertCrlHit");
}

TEST_F(PageApiTest, VerdictsFollowWhatRuns) {
  ASSERT_TRUE(emulator_.revoke("my_client").ok());
  const Json all = Json::parse(ask("GET", "/v1/certificates").body);
  for (const Json& one : all) {
    if (one.at("name") == "my_client") {
      EXPECT_EQ(one.at("verdicts").at(0).at("code"), "ClientCertCrlHit");
    }
  }
}

TEST_F(PageApiTest, JudgesWhatIsPasted) {
  const Json asked{{"listener", "alb:443"}, {"chain", chain_of("expired")}};
  const Json verdict = Json::parse(ask("POST", "/v1/verify", asked.dump()).body);
  EXPECT_EQ(verdict.at("accepted"), false);
  EXPECT_EQ(verdict.at("code"), "ClientCertExpired");
  EXPECT_THAT(verdict.at("text").get<std::string>(), HasSubstr("REJECT ClientCertExpired"));
}

TEST_F(PageApiTest, SaysWhatCannotBeJudged) {
  const auto status = [this](const Json& asked) {
    return ask("POST", "/v1/verify", asked.dump()).status;
  };
  EXPECT_EQ(status({{"listener", "alb:443"}, {"chain", "no PEM"}}), 400);
  EXPECT_EQ(status({{"listener", "alb:443"}}), 400);
  EXPECT_EQ(status({{"listener", "front"}, {"chain", chain_of("expired")}}), 404);
  EXPECT_EQ(ask("GET", "/v1/verify").status, 405);
}

TEST_F(PageApiTest, KnowsNoCausesOfAConnectionThatIsNotThere) {
  EXPECT_EQ(ask("GET", "/v1/connections/12/causes").status, 404);
  EXPECT_EQ(ask("GET", "/v1/connections/x/causes").status, 404);
}

TEST_F(PageApiTest, ServesItsFiles) {
  const auto page = ask("GET", "/");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page.body, read_file(HOPLAB_SOURCE_DIR "/emulator/web/page/index.html").value());
  for (const web::PageFile& file : web::page_files()) {
    EXPECT_THAT(file.text, Not(::testing::IsEmpty())) << file.path;
  }
  EXPECT_EQ(ask("GET", "/nothing.js").status, 404);
}

TEST_F(PageApiTest, CommandsNameTheCertificatesFiles) {
  const CertificatePaths files = emulator_.certificates().at("my_client");
  const auto with = web::client_commands(emulator_, files);
  for (const std::string* one : {&with.curl, &with.python, &with.node}) {
    EXPECT_THAT(*one, HasSubstr(files.cert));
    EXPECT_THAT(*one, HasSubstr("/widgets"));
  }
  EXPECT_THAT(with.java, HasSubstr(files.p12));
  EXPECT_THAT(web::client_commands(emulator_, {}).curl, Not(HasSubstr("--key")));
}

}  // namespace

}  // namespace hoplab::testing
