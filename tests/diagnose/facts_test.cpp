// What each recogniser takes from a line, that every code has an answer, and how signs fit.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "aws/alb/error_reason.h"
#include "base/cause.h"
#include "diagnose/client_words.h"
#include "diagnose/known_codes.h"
#include "diagnose/likeness.h"
#include "diagnose/log_fields.h"
#include "diagnose/recognise.h"
#include "diagnose/tls_alerts.h"
#include "pki/verdict.h"

namespace hoplab::diagnose {
namespace {

using scenario::Fact;
using scenario::Facts;

TEST(LogFields, QuotesAndBracketsHoldTogether) {
  EXPECT_EQ(log_fields(R"(a  "b c" [d e]"f g" -)"),
            (std::vector<std::string>{"a", "b c", "d e", "f g", "-"}));
  EXPECT_EQ(log_fields("").size(), 0u);
  EXPECT_EQ(log_fields("\"never closed").size(), 2u);
}

TEST(LogFields, ANamedValueStandsByItself) {
  EXPECT_EQ(named_value("elb_status_code=464, x", "elb_status_code"), "464");
  EXPECT_EQ(named_value(R"({"error_message":"timed out", "a":1})", "error_message"), "timed out");
  EXPECT_EQ(named_value("target_status_code 502", "status_code"), std::nullopt);
  EXPECT_EQ(named_value("status", "status"), std::nullopt);
}

TEST(Recognise, AnAccessLogLineWhoseFirstFieldsAreHidden) {
  const Facts facts =
      recognise(R"(app/x/1 x.x.x.x:1 10.0.0.2:80 -1 -1 -1 502 - 5 6 "GET http://a:80/ HTTP/1.1")");
  EXPECT_EQ(facts[Fact::log], "alb-access");
  EXPECT_EQ(facts[Fact::by], "alb");
  EXPECT_EQ(facts[Fact::status], "502");
  EXPECT_EQ(facts[Fact::target_time], "-1");
  EXPECT_EQ(facts[Fact::http], "1.1");
}

TEST(Recognise, ATargetsOwnStatusIsNotTheLoadBalancers) {
  EXPECT_EQ(recognise(R"(http t app/x/1 10.0.0.1:1 10.0.0.2:80 0.0 0.1 0.0 502 502 5 6)")[Fact::by],
            "target");
}

TEST(Recognise, HaproxysTerminationStates) {
  const auto state = [](const std::string& letters) {
    return recognise("h haproxy[1]: 10.0.0.1:5 [x] in back/one 0/0/0/-1/3 502 204 - - " + letters +
                     "-- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"");
  };
  EXPECT_EQ(state("SH")[Fact::end], "closed");
  EXPECT_EQ(state("sH")[Fact::end], "silence");
  EXPECT_EQ(state("SC")[Fact::end], "refused");
  EXPECT_EQ(state("sC")[Fact::end], "unanswered");
  EXPECT_EQ(state("PH")[Fact::message], "no-http");
  EXPECT_EQ(state("CH")[Fact::by], "client");
  EXPECT_EQ(state("--")[Fact::log], "proxy");
}

TEST(Recognise, APortOrAnIdIsNoStatus) {
  EXPECT_EQ(recognise("listening on port 502 of 10.0.0.1")[Fact::status], "");
  EXPECT_EQ(recognise("HTTP/1.1 502 Bad Gateway")[Fact::status], "502");
  EXPECT_EQ(recognise("Request failed with status code 504")[Fact::status], "504");
}

TEST(Recognise, MetricsCountOnlyAboveZero) {
  EXPECT_EQ(recognise("TCP_ELB_Reset_Count 3 HTTPCode_ELB_502_Count: 0")[Fact::metric],
            "TCP_ELB_Reset_Count");
  EXPECT_EQ(recognise("TCP_ELB_Reset_Count 0")[Fact::metric], "0");
}

TEST(Recognise, AlertsInManySpellings) {
  EXPECT_EQ(alert_in("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version"),
            "protocol_version");
  EXPECT_EQ(alert_in("remote error: tls: unknown certificate authority"), "unknown_ca");
  EXPECT_EQ(alert_in("AlertReceived(CertificateRequired)"), "certificate_required");
  EXPECT_EQ(alert_in("a fire alarm"), "");
  EXPECT_EQ(alert_name("70"), "protocol_version");
  EXPECT_EQ(alert_name("255"), "255");
}

TEST(KnownCodes, EveryVerdictHasItsMeaning) {
  for (int i = 1; i <= static_cast<int>(pki::VerifyStatus::unmapped_connection_error); ++i) {
    const std::string code(pki::to_log_text(static_cast<pki::VerifyStatus>(i)));
    const auto meaning = meaning_of(recognise("tls_verify_status " + code));
    ASSERT_TRUE(meaning) << code;
    EXPECT_EQ(meaning->code, code);
    EXPECT_FALSE(meaning->cause.empty()) << code;
  }
}

TEST(KnownCodes, EveryReasonHasItsMeaning) {
  for (int i = 0; i <= static_cast<int>(Reason::emulator_stopped); ++i) {
    const auto reason = static_cast<Reason>(i);
    const std::string name(to_text(reason)), word = aws::error_reason(reason);
    if (!word.empty()) {
      const auto meaning = meaning_of(recognise("502 - error_reason " + word));
      ASSERT_TRUE(meaning) << word;
      EXPECT_EQ(meaning->code, word);
    }
    if (name.find('-') == std::string::npos) continue;  // "answered", "hairpin": ordinary words
    const auto meaning = meaning_of(recognise("ended by nlb: " + name));
    ASSERT_TRUE(meaning) << name;
    EXPECT_EQ(meaning->code, name);
  }
}

TEST(KnownCodes, EveryStatusOfAnAlbHasItsMeaning) {
  for (const char* const status :
       {"400", "401", "403", "405", "408", "413", "414", "460", "463", "464", "500", "501", "502",
        "503", "504", "505", "507", "561", "562"}) {
    const auto meaning = meaning_of(recognise(std::string("elb_status_code ") + status));
    ASSERT_TRUE(meaning) << status;
    EXPECT_EQ(meaning->code, status);
  }
}

TEST(ClientWords, EachRowSaysFactsAndItsSource) {
  for (const ClientWords& row : client_words()) {
    EXPECT_FALSE(row.source.empty()) << row.pattern;
    for (const char c : row.pattern) EXPECT_FALSE(c >= 'A' && c <= 'Z') << row.pattern;
    Facts facts;
    std::string words(row.pattern);
    std::ranges::replace(words, '*', ' ');
    read_client_words(words, facts);
    EXPECT_FALSE(facts.empty()) << row.pattern;
    for (std::string_view rest = row.facts; !rest.empty();) {
      EXPECT_TRUE(scenario::parse_fact(rest.substr(0, rest.find('=')))) << row.pattern;
      const auto space = rest.find(' ');
      rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    }
  }
}

TEST(Likeness, WordsAreCutWhereTheirCaseChanges) {
  EXPECT_EQ(words_of("remoteConnectionClosed (35) x2"),
            (std::set<std::string>{"remote", "connection", "closed", "35", "x", "2"}));
}

TEST(Sign, PatternsAreValuesRangesAndAlternatives) {
  EXPECT_TRUE(scenario::fits("502", "502"));
  EXPECT_FALSE(scenario::fits("502", "5020"));
  EXPECT_TRUE(scenario::fits("*ClientCertExpired", "Failed:ClientCertExpired"));
  EXPECT_TRUE(scenario::fits("9..12", "10.5"));
  EXPECT_FALSE(scenario::fits("9..12", "12.1"));
  EXPECT_TRUE(scenario::fits("64000..", "70000"));
  EXPECT_FALSE(scenario::fits("64000..", "many"));
  EXPECT_TRUE(scenario::fits("1.0|2", "2"));
}

TEST(Sign, NeedsEachOfItsFacts) {
  Facts facts;
  facts.learn(Fact::status, "502");
  facts.learn(Fact::status, "504");  // what is known stays
  EXPECT_EQ(facts[Fact::status], "502");
  EXPECT_TRUE((scenario::Sign{1, {{Fact::status, "502"}}}.fits(facts)));
  EXPECT_FALSE((scenario::Sign{1, {{Fact::status, "502"}, {Fact::by, "alb"}}}.fits(facts)));
  EXPECT_TRUE((scenario::Sign{1, {{Fact::status, "502"}, {Fact::by, "alb|"}}}.fits(facts)));
}

}  // namespace
}  // namespace hoplab::diagnose
