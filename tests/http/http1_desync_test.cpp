// Desync classification: every reason of ALB's list, the engine's own test cases where they bear on
// a raw request, and what each mitigation mode does.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "http/h1/desync.h"
#include "http/h1/http1_parser.h"

namespace hoplab::http {
namespace {

using namespace std::string_literals;

Classification classify(const std::string& head) {
  RequestHead out;
  (void)parse_request_head(head, out);
  return out.desync;
}

struct HeadCase {
  std::string head;  // "Host: a" and the empty line are added
  DesyncReason reason;
};

void expect_all(const std::vector<HeadCase>& cases) {
  for (const auto& c : cases) {
    const auto found = classify(c.head + "\r\nHost: a\r\n\r\n");
    EXPECT_EQ(to_text(found.reason), to_text(c.reason)) << c.head;
    EXPECT_EQ(to_text(found.tier), to_text(tier_of(c.reason))) << c.head;
  }
}

HeadCase post(const std::string& fields, DesyncReason reason) {
  return {"POST /p HTTP/1.1\r\n" + fields, reason};
}

TEST(Desync, CompliantRequestsStayCompliant) {
  constexpr auto kOk = DesyncReason::compliant;
  expect_all({{"GET / HTTP/1.1", kOk},
              {"GET / HTTP/1.0", kOk},
              {"GET /%09?a=\xd0\xb9 HTTP/1.1", kOk},
              {"M-SEARCH * HTTP/1.1", kOk},
              post("Content-Length: 10", kOk),
              post("Transfer-Encoding: chunked", kOk),
              post("Transfer-Encoding: gzip, chunked", kOk),
              post("Transfer-Encoding: chunked;q=1", kOk),
              post("X: \t\tvalue;\x60\x85\x93\xA0", kOk),
              post("Content-Language: en\r\nTransferEncoding: x\r\nContent-Lengthy: 1", kOk),
              post("X-Content-Length: 5\r\nX-Transfer-Encoding: chunked", kOk),
              {"\r\nGET / HTTP/1.1", kOk}});
}

TEST(Desync, AcceptableReasons) {
  using enum DesyncReason;
  expect_all({
      {"GET / HTTP/1.1\r\nContent-Length: 0", get_head_zero_content_length},
      {"HEAD / HTTP/1.1\r\nContent-Length: 0", get_head_zero_content_length},
      post("X-My : v", non_compliant_header),
      post("\x01X-My: v", non_compliant_header),
      post("X-My: v\x01", non_compliant_header),
      post("X-My: v\x7f", non_compliant_header),
      post("X\xc3\xa9: v", non_compliant_header),
      {"GET / HTTP/0.9", non_compliant_version},
      {"GET / HTTP/1.2", non_compliant_version},
      {"GET / HTTP/1.9", non_compliant_version},
      {"GET / HTTP/1.1 ", non_compliant_version},
      {"GET / HTTP/1.1\t", non_compliant_version},
      {"GET /a b HTTP/1.1", space_in_uri},
      {"GET  /a HTTP/1.1", space_in_uri},
  });
}

TEST(Desync, AmbiguousReasons) {
  using enum DesyncReason;
  expect_all({
      {"GET /a\tb HTTP/1.1", ambiguous_uri},
      {"GET /a\x01 HTTP/1.1", ambiguous_uri},
      {"GET /a\x7f HTTP/1.1", ambiguous_uri},
      post("Transfer-Encoding: chunked\r\nContent-Length: 100", both_te_cl_present),
      post("Content-Length: 100\r\nTransfer-Encoding: gzip", both_te_cl_present),
      post("Content-Length: 5\r\nContent-Length: 5", duplicate_content_length),
      post(": chunked", empty_header),
      post(":X:Transfer-Encoding: chunked", empty_header),
      {"GET / HTTP/1.1\r\nContent-Length: 7", undefined_content_length_semantics},
      {"HEAD / HTTP/1.1\r\nContent-Length: 7", undefined_content_length_semantics},
      {"POST / HTTP/0.9\r\nContent-Length: 7", undefined_content_length_semantics},
      {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked", undefined_transfer_encoding_semantics},
      {"HEAD / HTTP/1.1\r\nTransfer-Encoding: chunked", undefined_transfer_encoding_semantics},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked", undefined_transfer_encoding_semantics},
      {"POST / HTTP/0.9\r\nTransfer-Encoding: chunked", undefined_transfer_encoding_semantics},
      post("X: a\r\n b", multiline_header),
      post("X: a\r\n\tY: b", multiline_header),
      post(" first: b", multiline_header),
      post("no colon here", missing_header_colon),
      {"GET HTTP/1.1", missing_uri},
      {"GET", missing_uri},
  });
}

TEST(Desync, LookalikesOfFramingFieldsAreSuspicious) {
  for (const std::string name :
       {"Transfer-Encoding ", "Transfer-Encoding\t", "\x01Transfer-Encoding",
        "\x01\x01Transfer-Encoding", "Transfer- Encoding", "Transfer_Encoding",
        "Transfer---Encoding", "Transfer___Encoding",
        "Tran\xc5\xbf"
        "fer-Encoding",
        "Transfer-Encod\xc4\xb1ng", "\xe2\x80\x80Transfer-Encoding",
        "Transfer\xe2\x80\x95"
        "Encoding",
        "Transfer-Encoding\x88"}) {
    expect_all({post(name + ": chunked", DesyncReason::suspicious_header)});
  }
  for (const std::string name : {"Content_Length", "Content-Length ",
                                 "\x01"
                                 "Content-Length",
                                 "\xa0"
                                 "Content-Length",
                                 "-Content-Length", "Content.Length"}) {
    expect_all({post(name + ": 1", DesyncReason::suspicious_header)});
  }
}

TEST(Desync, SevereReasons) {
  using enum DesyncReason;
  expect_all({
      post("Content-Length: 1000,1000", bad_content_length),
      post("Content-Length: 1000 1000", bad_content_length),
      post("Content-Length: 1000.1000", bad_content_length),
      post("Content-Length: 18446744073709551616", bad_content_length),
      post("Content-Length: 1000\x11", bad_content_length),
      post("Content-Length:", bad_content_length),
      post("X: a\0b"s, bad_header),
      post("X: a\rb", bad_header),
      post("X: \0"s, bad_header),
      post("X\0: a"s, bad_header),
      post("X\r: a", bad_header),
      post("X: a\r\r\nY: b", bad_header),
      {"bad\x01 /p HTTP/1.1", bad_method},
      {"GE(T /p HTTP/1.1", bad_method},
      post("Transfer-Encoding: xchunked", bad_transfer_encoding),
      post("Transfer-Encoding: chunked\x11", bad_transfer_encoding),
      post("Transfer-Encoding: \x01"
           "chunked",
           bad_transfer_encoding),
      post("Transfer-Encoding: \xa0"
           "chunked",
           bad_transfer_encoding),
      post("Transfer-Encoding:\r\n chunked", bad_transfer_encoding),
      {"GET /a\0 HTTP/1.1"s, bad_uri},
      {"GET /a\rb HTTP/1.1", bad_uri},
      {"GET / HTTP/1.x", bad_version},
      {"GET / HTTP/1.10", bad_version},
      {"GET / xHTTP/1.1", bad_version},
      post("Content-Length: 5\r\nContent-Length: 6", multiple_content_length),
      post("Content-Length : 5\r\nContent-Length: 6", multiple_content_length),
      post("X: 1\r\n Content-Length: 5\r\nContent-Length: 6", multiple_content_length),
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
           multiple_transfer_encoding_chunked),
      post("Transfer-Encoding: chunked,chunked", multiple_transfer_encoding_chunked),
      post("Transfer-Encoding : chunked\r\nTransfer-Encoding: chunked",
           multiple_transfer_encoding_chunked),
      post("Transfer-Encoding: chunked, gzip, chunked", multiple_transfer_encoding_chunked),
      post("Transfer-Encoding : chunked\r\nContent-Length: 5", suspicious_te_cl_present),
      post("Transfer-Encoding: chunked\r\nContent_Length: 5", suspicious_te_cl_present),
  });
}

TEST(Desync, TheWorstReasonWinsAndTheFirstAmongEquals) {
  using enum DesyncReason;
  expect_all({
      post("X: a\x12\r\nContent-Length: 1000\x11", bad_content_length),
      post("X\t: \x11 \0\r\nTransfer-Encoding\t: chunked"s, bad_header),
      {"GET /a\t/b HTTP/1.1\r\nX: \x01\r\nContent-Length: 9000",
       undefined_content_length_semantics},
      post("Transfer-Encoding: chunked\x80\r\nContent-Length: $9", bad_transfer_encoding),
      post("X: a\0\r\nContent-Length: q"s, bad_header),
      {"GET / HTTP/1.2\r\nX : 1", non_compliant_header},
  });
}

TEST(Desync, BareLfIsAcceptableWhereverItStands) {
  for (const std::string head :
       {"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX : y\n\r\n"}) {
    EXPECT_EQ(to_text(classify(head).reason), "NonCrLfLineTermination") << head;
  }
}

TEST(Desync, ContentTypeMayBeFolded) {
  expect_all({post("Content-Type: multipart/x;\r\n boundary=y", DesyncReason::compliant),
              post("Content-Type: a;\r\n b: c", DesyncReason::compliant)});
}

TEST(Desync, CutHeadsAreAmbiguous) {
  EXPECT_EQ(classify("GET / HTTP/1.1\r\nHost: a\r\n").reason,
            DesyncReason::missing_last_empty_line);
  EXPECT_EQ(classify("GET / HTTP/1.1\r\nHost: a").reason, DesyncReason::partial_header_line);
}

TEST(DesyncMode, DoesWhatAlbsTableSays) {
  using enum DesyncTier;
  using enum DesyncAction;
  const struct {
    DesyncTier tier;
    DesyncAction monitor, defensive, strictest;
  } rows[] = {
      {compliant, allow, allow, allow},
      {acceptable, allow, allow, block},
      {ambiguous, allow, allow_then_close, block},
      {severe, allow, block, block},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(action_for(DesyncMode::monitor, row.tier), row.monitor);
    EXPECT_EQ(action_for(DesyncMode::defensive, row.tier), row.defensive);
    EXPECT_EQ(action_for(DesyncMode::strictest, row.tier), row.strictest);
  }
}

TEST(DesyncMode, IsReadFromItsAttributeValue) {
  for (const auto mode : {DesyncMode::monitor, DesyncMode::defensive, DesyncMode::strictest}) {
    EXPECT_EQ(desync_mode_from(to_text(mode)), mode);
  }
  EXPECT_FALSE(desync_mode_from("Defensive").has_value());
  EXPECT_FALSE(desync_mode_from("").has_value());
}

TEST(Likeness, ComparesLettersOnly) {
  const struct {
    std::string_view name;
    Likeness wanted;
  } cases[] = {
      {"transfer-encoding", Likeness::identical},
      {"TRANSFER-ENCODING", Likeness::identical},
      {"transfer- encoding", Likeness::same_letters},
      {"transfer encoding", Likeness::same_letters},
      {"transfer \x01 encoding", Likeness::same_letters},
      {"transferencoding", Likeness::distant},
      {"--transfer-encoding--", Likeness::same_letters},
      {"transfer-encoding1", Likeness::distant},
      {"xtransfer-encoding", Likeness::distant},
      {"transfer-encodin", Likeness::distant},
      {"", Likeness::distant},
  };
  for (const auto& c : cases) EXPECT_EQ(likeness("transfer-encoding", c.name), c.wanted) << c.name;
}

}  // namespace
}  // namespace hoplab::http
