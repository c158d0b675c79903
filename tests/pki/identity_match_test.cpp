// Identity filters: which values of a certificate each of them matches. See pki/identity_match.h.
#include "pki/identity_match.h"

#include <gtest/gtest.h>

#include "pki_lab.h"

namespace hoplab::pki {
namespace {

using namespace lab;
using Field = IdentityFilter::Field;
using MatchType = IdentityFilter::MatchType;

struct Row {
  Field field;
  const char* exact;   // a value of the filter that matches exactly
  const char* cased;   // the same in another case, which matches as well
  const char* prefix;  // its beginning
  const char* other;   // is none of it
};

class IdentityFilters : public ::testing::Test {
 protected:
  IdentityFilters() {
    CertificateRequest request = client_request("CN=Orders,OU=Payments,OU=Platform,O=Example");
    request.dns_names = {"orders.example.com", "billing.example.com"};
    request.uris = {"spiffe://Example.com/ns/Prod/sa/orders", "urn:Service:orders"};
    full_ = std::make_unique<Identity>(must(issue(request, root_)));
    bare_ = std::make_unique<Identity>(must(issue(client_request("O=Example"), root_)));
  }

  bool takes(Field field, MatchType match_type, const std::string& value) const {
    return matches({field, match_type, value}, full_->x509());
  }

  const Identity root_ = root();
  std::unique_ptr<Identity> full_, bare_;
};

TEST_F(IdentityFilters, EachFieldMatchesExactlyAndByItsBeginning) {
  const Row rows[] = {
      {Field::subject_cn, "Orders", "oRDERS", "ord", "order "},
      {Field::subject_ou, "Payments", "PAYMENTS", "pay", "Payment"},
      {Field::san_dns, "orders.example.com", "ORDERS.Example.com", "Orders.", "rders.example.com"},
      {Field::san_uri, "spiffe://Example.com/ns/Prod/sa/orders",
       "SPIFFE://eXAMPLE.com/ns/Prod/sa/orders", "Spiffe://EXAMPLE.com/ns/Prod/",
       "spiffe://example.com/ns/Prod/sa/order"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(to_text(row.field));
    EXPECT_TRUE(takes(row.field, MatchType::exact, row.exact));
    EXPECT_TRUE(takes(row.field, MatchType::exact, row.cased));
    EXPECT_FALSE(takes(row.field, MatchType::exact, row.prefix));
    EXPECT_FALSE(takes(row.field, MatchType::exact, row.other));
    EXPECT_TRUE(takes(row.field, MatchType::prefix, row.prefix));
    EXPECT_TRUE(takes(row.field, MatchType::prefix, row.cased)) << "the whole is a beginning, too";
    EXPECT_FALSE(takes(row.field, MatchType::prefix, std::string(row.exact) + "x"));
  }
}

TEST_F(IdentityFilters, OneOfSeveralValuesIsEnough) {
  EXPECT_TRUE(takes(Field::subject_ou, MatchType::exact, "platform"));
  EXPECT_TRUE(takes(Field::san_dns, MatchType::prefix, "BILLING"));
  EXPECT_TRUE(takes(Field::san_uri, MatchType::exact, "URN:Service:orders"));
}

TEST_F(IdentityFilters, AFieldIsComparedWithItsOwnValuesOnly) {
  EXPECT_FALSE(takes(Field::subject_cn, MatchType::exact, "Payments"));
  EXPECT_FALSE(takes(Field::subject_cn, MatchType::exact, "orders.example.com"));
  EXPECT_FALSE(takes(Field::san_dns, MatchType::prefix, "spiffe"));
  EXPECT_FALSE(takes(Field::san_uri, MatchType::exact, "orders.example.com"));
}

TEST_F(IdentityFilters, AFieldThatIsAbsentDoesNotMatch) {
  for (const Field field : {Field::subject_cn, Field::subject_ou, Field::san_dns, Field::san_uri}) {
    SCOPED_TRACE(to_text(field));
    EXPECT_FALSE(matches({field, MatchType::prefix, "a"}, bare_->x509()));
    EXPECT_FALSE(is_accepted({{field, MatchType::exact, "Example"}}, bare_->x509()));
  }
}

TEST_F(IdentityFilters, TheCaseOfAUriCountsBehindItsHost) {
  EXPECT_FALSE(takes(Field::san_uri, MatchType::exact, "spiffe://Example.com/ns/prod/sa/orders"));
  EXPECT_FALSE(takes(Field::san_uri, MatchType::prefix, "spiffe://Example.com/NS"));
  EXPECT_TRUE(takes(Field::san_uri, MatchType::prefix, "SPI")) << "a beginning of the scheme";
  EXPECT_TRUE(takes(Field::san_uri, MatchType::prefix, "SPIFFE://EXAM")) << "and of the host";
  EXPECT_FALSE(takes(Field::san_uri, MatchType::exact, "urn:service:orders")) << "it has no host";
}

TEST_F(IdentityFilters, TheHostOfAUriStandsBetweenUserAndPath) {
  CertificateRequest request = client_request("CN=a");
  request.uris = {"https://Robot@API.example.com:8443?Key=1", "https://h#Part", "no-scheme/Path"};
  const Identity odd = must(issue(request, root_));
  const auto takes = [&odd](const char* value) {
    return matches({Field::san_uri, MatchType::exact, value}, odd.x509());
  };
  EXPECT_TRUE(takes("HTTPS://Robot@api.EXAMPLE.com:8443?Key=1"));
  EXPECT_FALSE(takes("https://robot@API.example.com:8443?Key=1")) << "the user's case counts";
  EXPECT_FALSE(takes("https://Robot@API.example.com:8443?key=1")) << "the query's as well";
  EXPECT_TRUE(takes("https://H#Part"));
  EXPECT_FALSE(takes("https://H#part"));
  EXPECT_FALSE(takes("NO-scheme/Path")) << "what is no URI has no part without case";
}

TEST_F(IdentityFilters, WithoutAListEverybodyIsAccepted) {
  EXPECT_TRUE(is_accepted({}, full_->x509()));
  EXPECT_TRUE(is_accepted({}, bare_->x509()));
}

TEST_F(IdentityFilters, OneThatMatchesIsEnough) {
  const std::vector<IdentityFilter> filters = {{Field::subject_cn, MatchType::exact, "billing"},
                                               {Field::san_uri, MatchType::prefix, "urn:Service:"}};
  EXPECT_TRUE(is_accepted(filters, full_->x509()));
  EXPECT_FALSE(is_accepted(filters, bare_->x509()));
}

TEST_F(IdentityFilters, SayWhatTheCertificateHas) {
  const std::vector<IdentityFilter> filters = {{Field::subject_ou, MatchType::exact, "x"},
                                               {Field::subject_ou, MatchType::prefix, "y"},
                                               {Field::san_uri, MatchType::exact, "z:"}};
  EXPECT_EQ(identity_text(filters, full_->x509()),
            "subject-ou \"Platform\", \"Payments\"; san-uri "
            "\"spiffe://Example.com/ns/Prod/sa/orders\", \"urn:Service:orders\"");
  EXPECT_EQ(identity_text(filters, bare_->x509()), "no subject-ou; no san-uri");
  const Identity odd = client("CN=\\0Ab\xC3\xA9", root_);
  EXPECT_EQ(identity_text({{Field::subject_cn, MatchType::exact, "x"}}, odd.x509()),
            "subject-cn \"\\0Ab\\C3\\A9\"");
}

TEST_F(IdentityFilters, TextsOfOtherEncodingsAreReadAsWhatTheySay) {
  // RFC 2253 #hex: a BMPString "Orders" (RFC 5280 section 4.1.2.4 has it for old names).
  const Identity old = client("CN=#1E0C004F00720064006500720073", root_);
  EXPECT_TRUE(matches({Field::subject_cn, MatchType::exact, "orders"}, old.x509()));
}

TEST_F(IdentityFilters, AreJudgedBehindTheChainAndBeforeRevocation) {
  const Identity stranger = client("CN=Orders", root("CN=Other"));
  const Identity good = client("CN=Orders", root_);
  const Identity revoked = client("CN=Orders", root_), both = client("CN=Other", root_);
  const auto trust =
      store({root_}, {must(make_crl(root_, crl_request({revoked.serial(), both.serial()})))});
  const JudgeOptions options{.identity_filters = {{Field::subject_cn, MatchType::exact, "orders"}}};
  EXPECT_EQ(verdict(*trust, {stranger}, options).status, VerifyStatus::client_cert_untrusted);
  EXPECT_TRUE(verdict(*trust, {good}, options).ok());
  EXPECT_EQ(verdict(*trust, {revoked}, options).status, VerifyStatus::client_cert_crl_hit);
  const Judgement filtered = verdict(*trust, {both}, options);
  EXPECT_EQ(filtered.status, VerifyStatus::client_cert_rejected);
  EXPECT_EQ(filtered.certificate_index, 0);
  EXPECT_EQ(filtered.reason,
            "none of the listener's identity filters accepts \"CN=Other\", which has subject-cn "
            "\"Other\"; add a filter, or give the client another certificate");
}

}  // namespace
}  // namespace hoplab::pki
