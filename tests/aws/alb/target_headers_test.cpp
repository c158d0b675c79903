// What targets receive: order, X-Forwarded-*, hop-by-hop fields, copies of the ALB's own names
// (alb.md 1.2, 1.3, 4.1, 4.4).
#include "aws/alb/target_headers.h"

#include <gtest/gtest.h>

#include "target_lab.h"

namespace hoplab::aws {
namespace {

using lab::Prepared;

MtlsHeaders verify_fields() {
  MtlsHeaders out;
  out.fields = {{"X-Amzn-Mtls-Clientcert-Serial-Number", "03A5B1"},
                {"X-Amzn-Mtls-Clientcert-Issuer", "CN=CA"},
                {"X-Amzn-Mtls-Clientcert-Subject", "CN=client"},
                {"X-Amzn-Mtls-Clientcert-Validity", "NotBefore=a;NotAfter=b"},
                {"X-Amzn-Mtls-Clientcert-Leaf", "-----BEGIN"}};
  return out;
}

TEST(TargetHeaders, HaveTheObservedOrderAndTheClientsFieldsAfterwards) {
  const MtlsHeaders mtls = verify_fields();
  Prepared prepared;
  prepared.client.mtls = &mtls;
  prepared.run({{"user-Agent", "curl"},
                {"Host", "API.example.com"},
                {"ACCEPT", "*/*"},
                {"x-twice", "1"},
                {"X-Twice", "2"}});
  EXPECT_EQ(lab::dump(prepared.headers()),
            "X-Forwarded-For: 203.0.113.9\n"
            "X-Forwarded-Proto: https\n"
            "X-Forwarded-Port: 443\n"
            "X-Amzn-Mtls-Clientcert-Serial-Number: 03A5B1\n"
            "X-Amzn-Mtls-Clientcert-Issuer: CN=CA\n"
            "X-Amzn-Mtls-Clientcert-Subject: CN=client\n"
            "X-Amzn-Mtls-Clientcert-Validity: NotBefore=a;NotAfter=b\n"
            "X-Amzn-Mtls-Clientcert-Leaf: -----BEGIN\n"
            "Host: api.example.com\n"
            "X-Amzn-Trace-Id: Root=1-69ecef9c-910a2dec89025cc1658eec67\n"
            "user-Agent: curl\n"
            "ACCEPT: */*\n"
            "x-twice: 1\n"
            "X-Twice: 2\n");
}

TEST(TargetHeaders, OfHttp2AreReCasedOnlyWhereAwsDoes) {
  const MtlsHeaders mtls = verify_fields();
  Prepared prepared;
  prepared.client.mtls = &mtls;
  prepared.version = http::Version::http2;
  prepared.authority = "api.example.com";
  prepared.run({{"user-agent", "curl"},
                {"x-forwarded-for", "1.2.3.4"},
                {"x-amzn-trace-id", "Root=1-a-b"},
                {"x-forwarded-host", "h"}});
  const auto& headers = prepared.headers();
  EXPECT_EQ(lab::all(headers, "X-Forwarded-For"), "1.2.3.4, 203.0.113.9");
  EXPECT_EQ(lab::all(headers, "Host"), "api.example.com");
  EXPECT_EQ(lab::all(headers, "X-Amzn-Mtls-Clientcert-Subject"), "CN=client");
  EXPECT_EQ(lab::all(headers, "X-Amzn-Trace-Id"),
            "Self=1-69ecef9c-910a2dec89025cc1658eec67;Root=1-a-b");
  EXPECT_EQ(lab::all(headers, "user-agent"), "curl");
  EXPECT_EQ(lab::all(headers, "x-forwarded-host"), "h");
  EXPECT_EQ(headers.fields().size(), 12U);
}

TEST(TargetHeaders, PassedFieldsAreNotCopied) {
  const std::string_view name = "X-Mine", value = "a value";
  Prepared prepared;
  prepared.run({{name, value}});
  const http::Field& last = prepared.headers().fields().back();
  EXPECT_EQ(last.name.data(), name.data());
  EXPECT_EQ(last.value.data(), value.data());
}

TEST(ForwardedFor, FollowsTheTableOfModes) {
  const struct {
    const char* mode;
    bool port;
    const char* source;
    std::vector<const char*> lines;
    const char* expected;
  } rows[] = {
      {"append", false, "203.0.113.9", {}, "203.0.113.9"},
      {"append", false, "203.0.113.9", {"1.1.1.1"}, "1.1.1.1, 203.0.113.9"},
      {"append", false, "203.0.113.9", {"1.1.1.1", "2.2.2.2"}, "1.1.1.1, 2.2.2.2, 203.0.113.9"},
      {"append", false, "203.0.113.9", {""}, "203.0.113.9"},
      {"append", false, "2001:db8::1", {}, "2001:db8::1"},
      {"append", true, "203.0.113.9", {}, "203.0.113.9:40001"},
      {"append", true, "2001:db8::1", {"1.1.1.1"}, "1.1.1.1, [2001:db8::1]:40001"},
      {"preserve", true, "203.0.113.9", {}, ""},
      {"preserve", true, "203.0.113.9", {"1.1.1.1", "2.2.2.2"}, "1.1.1.1 | 2.2.2.2"},
      {"remove", true, "203.0.113.9", {}, ""},
      {"remove", false, "203.0.113.9", {"1.1.1.1", "2.2.2.2"}, ""},
  };
  for (const auto& row : rows) {
    Prepared prepared;
    prepared.attributes.xff_mode = row.mode;
    prepared.attributes.xff_client_port = row.port;
    prepared.client.source_ip = row.source;
    for (const char* line : row.lines) prepared.request.headers.add("X-Forwarded-For", line);
    EXPECT_EQ(prepared.run({{"Host", "a.com"}}), 0);
    EXPECT_EQ(lab::all(prepared.headers(), "X-Forwarded-For"), row.expected)
        << row.mode << " " << row.lines.size();
  }
}

TEST(ForwardedFor, PreservedOverHttp2GetsItsCaseBack) {
  Prepared prepared;
  prepared.attributes.xff_mode = "preserve";
  prepared.version = http::Version::http2;
  prepared.authority = "a.com";
  prepared.run({{"x-forwarded-for", "1.1.1.1"}});
  EXPECT_EQ(lab::all(prepared.headers(), "X-Forwarded-For"), "1.1.1.1");
}

TEST(ForwardedFor, ThirtyAddressesPassAndOneMoreIs463InEveryMode) {
  std::string thirty = "10.0.0.1";
  for (int i = 1; i < 30; ++i) thirty += i % 2 ? ",10.0.0.1" : ", 10.0.0.1";
  for (const char* mode : {"append", "preserve", "remove"}) {
    Prepared passes, refused;
    passes.attributes.xff_mode = refused.attributes.xff_mode = mode;
    EXPECT_EQ(passes.run({{"Host", "a.com"}, {"X-Forwarded-For", thirty}}), 0) << mode;
    EXPECT_EQ(
        refused.run(
            {{"Host", "a.com"}, {"X-Forwarded-For", thirty}, {"x-forwarded-for", "10.0.0.2"}}),
        463)
        << mode;
    EXPECT_EQ(refused.headers().fields().size(), 3U) << "as it was";
  }
}

TEST(ForwardedProtoAndPort, AreTheListenersWhateverTheClientSays) {
  Prepared prepared;
  prepared.client.tls = false;
  prepared.client.listener_port = 8080;
  prepared.run({{"Host", "a.com"},
                {"X-Forwarded-Proto", "https"},
                {"x-forwarded-port", "1"},
                {"X-Forwarded-Host", "kept"}});
  EXPECT_EQ(lab::all(prepared.headers(), "X-Forwarded-Proto"), "http");
  EXPECT_EQ(lab::all(prepared.headers(), "X-Forwarded-Port"), "8080");
  EXPECT_FALSE(lab::dump(prepared.headers()).find("x-forwarded-port") != std::string::npos);
  EXPECT_EQ(lab::all(prepared.headers(), "X-Forwarded-Host"), "kept");
}

TEST(MtlsCopies, AreReplacedForNamesBeingSetAndPassOtherwise) {
  const MtlsHeaders verify = verify_fields();
  MtlsHeaders passthrough;
  passthrough.fields = {{"X-Amzn-Mtls-Clientcert", "chain"}};
  const MtlsHeaders none;
  const struct {
    const char* name;
    const MtlsHeaders* mtls;
    const char* subject;
    const char* chain;
  } rows[] = {
      {"verify", &verify, "CN=client", "forged chain"},
      {"passthrough", &passthrough, "forged subject", "chain"},
      {"passthrough without a certificate", &none, "forged subject", "forged chain"},
      {"off", nullptr, "forged subject", "forged chain"},
  };
  for (const auto& row : rows) {
    Prepared prepared;
    prepared.client.mtls = row.mtls;
    prepared.run({{"Host", "a.com"},
                  {"x-amzn-mtls-clientcert-subject", "forged subject"},
                  {"X-AMZN-MTLS-CLIENTCERT", "forged chain"}});
    EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Mtls-Clientcert-Subject"), row.subject)
        << row.name;
    EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Mtls-Clientcert"), row.chain) << row.name;
  }
}

std::string subjects_at_target(model::ClientHeaderCopies copies) {
  const MtlsHeaders verify = verify_fields();
  Prepared prepared;
  prepared.client.mtls = &verify;
  prepared.client.mtls_copies = copies;
  prepared.run({{"Host", "a.com"},
                {"x-amzn-mtls-clientcert-subject", "forged"},
                {"X-Amzn-Mtls-Clientcert-Subject", "forged too"}});
  EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Mtls-Clientcert-Issuer"), "CN=CA");
  EXPECT_EQ(lab::any_case(prepared.headers(), "Host"), "a.com");
  return lab::any_case(prepared.headers(), "X-Amzn-Mtls-Clientcert-Subject");
}

TEST(MtlsCopies, MayStandBeforeTheAlbsOrInItsPlace) {
  using enum model::ClientHeaderCopies;
  EXPECT_EQ(subjects_at_target(replace), "CN=client");
  EXPECT_EQ(subjects_at_target(append), "forged | forged too | CN=client");
  EXPECT_EQ(subjects_at_target(pass), "forged | forged too");
}

TEST(MtlsCopies, ThatConnectionListsAreNoCopies) {
  const MtlsHeaders verify = verify_fields();
  Prepared prepared;
  prepared.client.mtls = &verify;
  prepared.client.mtls_copies = model::ClientHeaderCopies::pass;
  prepared.run({{"Connection", "X-Amzn-Mtls-Clientcert-Subject"},
                {"X-Amzn-Mtls-Clientcert-Subject", "forged"}});
  EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Mtls-Clientcert-Subject"), "CN=client");
}

TEST(RenamedHeaders, ReplaceCopiesOfTheNewNameAndLeaveThoseOfTheOld) {
  model::RequestHeaderNames names;
  names.clientcert_subject = "Client-Subject";
  names.tls_version = "Client-Tls";
  MtlsHeaders mtls;
  mtls.fields = {{names.clientcert_subject, "CN=client"}};
  Prepared prepared;
  prepared.client.mtls = &mtls;
  prepared.client.renamed = std::make_shared<const model::RequestHeaderNames>(names);
  prepared.attributes.tls_version_and_cipher_headers = true;
  prepared.run({{"client-subject", "forged"},
                {"CLIENT-TLS", "SSLv2"},
                {"X-Amzn-Mtls-Clientcert-Subject", "old name"},
                {"X-Amzn-Tls-Version", "old name"}});
  EXPECT_EQ(lab::any_case(prepared.headers(), "Client-Subject"), "CN=client");
  EXPECT_EQ(lab::any_case(prepared.headers(), "Client-Tls"), "TLSv1.3");
  EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Mtls-Clientcert-Subject"), "old name");
  EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Tls-Version"), "old name");
}

TEST(TlsFields, AreSetWhenSwitchedOnForTlsListenersOnly) {
  const struct {
    bool on, tls;
    const char* version;
  } rows[] = {{true, true, "TLSv1.3"}, {false, true, "forged"}, {true, false, "forged"}};
  for (const auto& row : rows) {
    Prepared prepared;
    prepared.attributes.tls_version_and_cipher_headers = row.on;
    prepared.client.tls = row.tls;
    prepared.run({{"Host", "a.com"}, {"x-amzn-tls-version", "forged"}});
    EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Tls-Version"), row.version);
    EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Tls-Cipher-Suite"),
              row.on && row.tls ? "TLS_AES_128_GCM_SHA256" : "");
  }
}

TEST(HopByHop, FieldsOfTheClientsConnectionStayThere) {
  Prepared prepared;
  prepared.run({{"Host", "a.com"},
                {"Connection", "close"},
                {"Keep-Alive", "5"},
                {"Proxy-Connection", "x"},
                {"proxy-authorization", "x"},
                {"TE", "trailers"},
                {"Upgrade", "h2c"},
                {"Expect", "100-continue"},
                {"Content-Length", "3"},
                {"transfer-encoding", "chunked"},
                {"X-Kept", "1"},
                {"Trailer", "x"},
                {"Proximity", "kept"}});
  EXPECT_EQ(prepared.clients(), "X-Kept: 1\nTrailer: x\nProximity: kept\n");
}

TEST(HopByHop, NamesThatConnectionListsAreDroppedWhereverTheyStand) {
  Prepared prepared;
  prepared.run({{"X-Before", "1"},
                {"Connection", "close, x-before ,,X-After"},
                {"x-after", "1"},
                {"X-Kept", "1"},
                {"connection", "X-Other"},
                {"X-Other", "1"},
                {"Host", "a.com"}});
  EXPECT_EQ(prepared.clients(), "X-Kept: 1\n");
}

TEST(HopByHop, ConnectionCannotHideWhatTheBalancerSets) {
  const MtlsHeaders mtls = verify_fields();
  Prepared prepared;
  prepared.client.mtls = &mtls;
  prepared.run({{"Host", "a.com"},
                {"X-Forwarded-For", "1.1.1.1"},
                {"Connection",
                 "X-Forwarded-For, X-Forwarded-Proto, Host, X-Amzn-Trace-Id, "
                 "X-Amzn-Mtls-Clientcert-Subject"}});
  const auto& headers = prepared.headers();
  EXPECT_EQ(lab::all(headers, "X-Forwarded-For"), "1.1.1.1, 203.0.113.9");
  EXPECT_EQ(headers.fields().size(), 10U);
  EXPECT_EQ(lab::all(headers, "X-Amzn-Mtls-Clientcert-Subject"), "CN=client");
}

TEST(InvalidNames, AreDroppedWhenSwitchedOnAndPassByDefault) {
  Prepared passes, drops;
  drops.attributes.drop_invalid_header_fields = true;
  for (Prepared* each : {&passes, &drops}) {
    each->run({{"Host", "a.com"}, {"X_Under", "1"}, {"X-Fine-2", "2"}, {"X.Dot", "3"}});
  }
  EXPECT_EQ(passes.clients(), "X_Under: 1\nX-Fine-2: 2\nX.Dot: 3\n");
  EXPECT_EQ(drops.clients(), "X-Fine-2: 2\n");
}

TEST(InvalidNames, CanBeDroppedBeforeRouting) {
  http::Request request;
  lab::fill(request, {{"Host", "a.com"}, {"x_internal", "1"}, {"", "2"}});
  drop_invalid_header_fields(request);
  EXPECT_EQ(lab::dump(request.headers), "Host: a.com\n");
}

}  // namespace
}  // namespace hoplab::aws
