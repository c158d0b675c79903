#include "awsapi/cbor_codec.h"

#include <gtest/gtest.h>

#include "awsapi/api.h"

namespace hoplab::awsapi {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string read(std::string_view hex) {
  const auto object = read_cbor(from_hex(hex));
  return object ? object->dump() : object.error().code;
}

// Values are those of RFC 8949, appendix A.
TEST(CborCodec, ReadsWhatClientsWrite) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"a0", "{}"},
      {"a16161182a", R"({"a":42})"},
      {"a161611b000000e8d4a51000", R"({"a":1000000000000})"},
      {"a16161203863", "SerializationException"},
      {"a161613863", R"({"a":-100})"},
      {"a16161fb3ff199999999999a", R"({"a":1.1})"},
      {"a16161fa47c35000", R"({"a":100000.0})"},
      {"a16161c11a514b67b0", R"({"a":1363896240})"},
      {"a16161c1fb41d452d9ec200000", R"({"a":1363896240.5})"},
      {"a16161f5", R"({"a":true})"},
      {"a16161f6", R"({"a":null})"},
      {"a161618301820203820405", R"({"a":[1,[2,3],[4,5]]})"},
      {"bf61619f0102ffff", R"({"a":[1,2]})"},
      {"a161617f657374726561646d696e67ff", R"({"a":"streaming"})"},
  };
  for (const auto& [hex, json] : kCases) EXPECT_EQ(read(hex), json) << hex;
}

TEST(CborCodec, RefusesWhatIsNone) {
  std::string deep = "a16161", tags = "a16161";
  for (int i = 0; i < 5'000; ++i) {
    deep += "81";
    tags += "c1";
  }
  for (const std::string& hex :
       {deep, tags, std::string("a1"), std::string("01"), std::string("a161"), std::string("a0a0"),
        std::string("a10102"), std::string("a161619bffffffffffffffff"),
        std::string("a161617bffffffffffffffff"), std::string("a161611c"), std::string("ff"),
        std::string("a161619f01")}) {
    EXPECT_EQ(read(hex), "SerializationException") << hex.substr(0, 40);
  }
}

TEST(CborCodec, WritesMembersByTheirKinds) {
  static constexpr Member kItem[] = {text("Name")};
  static constexpr Member kShape[] = {timestamp("At"), number("Sum"), integer("Count"),
                                      boolean("On"), list("Items", kItem)};
  const Json value{{"At", 1'363'896'240}, {"Sum", 3},
                   {"Count", -100},       {"On", true},
                   {"Other", "unknown"},  {"Items", Json::array({{{"Name", "a"}}})}};
  EXPECT_EQ(
      cbor_members(value, kShape),
      from_hex("a5624174c1fb41d452d9ec0000006353756dfb400800000000000065436f756e743863624f6ef5"
               "654974656d7381a1644e616d656161"));
}

TEST(CborCodec, CloudWatchAnswersInTheProtocolOfTheRequest) {
  ControlPlane plane;
  Api api(plane, Accounts());
  ApiRequest request{"POST",
                     "/service/GraniteServiceVersion20100801/operation/ListMetrics",
                     "127.0.0.1:1",
                     {},
                     from_hex("a0")};
  constexpr std::string_view kCredential =
      "AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/monitoring/aws4_request";
  request.headers = {{"Authorization", kCredential}, {"smithy-protocol", "rpc-v2-cbor"}};
  EXPECT_EQ(api.answer(request, 0).body, from_hex("a1674d65747269637380"));
  request.target = "/service/GraniteServiceVersion20100801/operation/PutDashboard";
  EXPECT_EQ(api.answer(request, 0).status, 400);
  request.target = "/";
  request.headers = {{"Authorization", kCredential},
                     {"X-Amz-Target", "GraniteServiceVersion20100801.ListMetrics"}};
  request.body = "{}";
  EXPECT_EQ(api.answer(request, 0).body, R"({"Metrics":[]})");
  request.headers = {{"Authorization", kCredential},
                     {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "Action=ListMetrics&Version=2010-08-01";
  EXPECT_NE(api.answer(request, 0).body.find("<ListMetricsResult>"), std::string::npos);
}

}  // namespace
}  // namespace hoplab::awsapi
