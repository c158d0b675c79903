// The chunked coding: every split gives the same body, and everything odd is refused.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "http/h1/chunked.h"

namespace hoplab::http {
namespace {

using namespace std::string_literals;
using Status = ChunkedDecoder::Status;

struct Decoded {
  std::string body;
  std::size_t consumed = 0;
  Status status = Status::need_more;
  ChunkError error = ChunkError::none;

  friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// Decodes `input`, handed over in parts that end at `cuts`.
Decoded decode(std::string_view input, const std::vector<std::size_t>& cuts = {}) {
  ChunkedDecoder decoder;
  Decoded result;
  std::size_t from = 0;
  for (std::size_t part = 0; part <= cuts.size(); ++part) {
    const std::size_t to = part < cuts.size() ? cuts[part] : input.size();
    std::string_view rest = input.substr(from, to - from);
    from = to;
    do {
      std::size_t consumed = 0;
      const auto piece = decoder.feed(rest, consumed);
      result.status = piece.status;
      result.consumed += consumed;
      result.body += piece.data;
      rest.remove_prefix(consumed);
      EXPECT_EQ(piece.status == Status::data, !piece.data.empty());
    } while (result.status == Status::data);
    if (result.status != Status::need_more) break;
  }
  result.error = decoder.error();
  return result;
}

std::vector<std::size_t> every_byte(std::string_view input) {
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < input.size(); ++i) cuts.push_back(i);
  return cuts;
}

struct ChunkCase {
  std::string input;
  std::string body;
  Status status;
  ChunkError error;
};

const std::vector<ChunkCase>& cases() {
  constexpr auto kNone = ChunkError::none;
  static const std::vector<ChunkCase> all = {
      {"0\r\n\r\n", "", Status::done, kNone},
      {"5\r\nhello\r\n0\r\n\r\n", "hello", Status::done, kNone},
      {"5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n", "hello world", Status::done, kNone},
      {"A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n", "01234567890123456789a", Status::done,
       kNone},
      {"0000000000000000000003\r\nabc\r\n0\r\n\r\n", "abc", Status::done, kNone},
      {"3;x=y\r\nabc\r\n0;last\r\n\r\n", "abc", Status::done, kNone},
      {"3 \t;x=\"q q\"\r\nabc\r\n0\r\n\r\n", "abc", Status::done, kNone},
      {"1\r\na\r\n0\r\nA: b\r\nC:\r\n\r\n", "a", Status::done, kNone},
      {"2\r\n\r\n\r\n0\r\n\r\n", "\r\n", Status::done, kNone},
      {"5\r\nhel", "hel", Status::need_more, kNone},
      {"5\r\nhello\r\n0\r\n", "hello", Status::need_more, kNone},
      {"\r\n", "", Status::failed, ChunkError::bad_size},
      {"g\r\n", "", Status::failed, ChunkError::bad_size},
      {"0x5\r\nhello", "", Status::failed, ChunkError::bad_size},
      {"+5\r\nhello", "", Status::failed, ChunkError::bad_size},
      {"-1\r\n", "", Status::failed, ChunkError::bad_size},
      {" 5\r\nhello", "", Status::failed, ChunkError::bad_size},
      {"5 \r\nhello", "", Status::failed, ChunkError::bad_size},
      {"5 5\r\nhello", "", Status::failed, ChunkError::bad_size},
      {"5\nhello\r\n", "", Status::failed, ChunkError::bad_size},
      {"5\rhello\r\n", "", Status::failed, ChunkError::bad_size},
      {";x\r\n", "", Status::failed, ChunkError::bad_size},
      {"5;x\nhello", "", Status::failed, ChunkError::bad_extension},
      {"5;x\0\r\nhello"s, "", Status::failed, ChunkError::bad_extension},
      {"10000000000000000\r\n", "", Status::failed, ChunkError::size_overflow},
      {"fffffffffffffffff\r\n", "", Status::failed, ChunkError::size_overflow},
      {"5\r\nhelloX", "hello", Status::failed, ChunkError::bad_chunk_end},
      {"5\r\nhello\n0\r\n", "hello", Status::failed, ChunkError::bad_chunk_end},
      {"5\r\nhello\r0\r\n", "hello", Status::failed, ChunkError::bad_chunk_end},
      {"0\r\n\n", "", Status::failed, ChunkError::bad_trailer},
      {"0\r\n\rX", "", Status::failed, ChunkError::bad_trailer},
      {"0\r\n: b\r\n\r\n", "", Status::failed, ChunkError::bad_trailer},
      {"0\r\nA b\r\n\r\n", "", Status::failed, ChunkError::bad_trailer},
      {"0\r\nA: b\n\r\n", "", Status::failed, ChunkError::bad_trailer},
      {"0\r\nA: b\r\n c\r\n\r\n", "", Status::failed, ChunkError::bad_trailer},
  };
  return all;
}

TEST(ChunkedDecoder, DecodesOrRefuses) {
  for (const auto& c : cases()) {
    const Decoded result = decode(c.input);
    EXPECT_EQ(result.body, c.body) << c.input;
    EXPECT_EQ(result.status, c.status) << c.input;
    EXPECT_EQ(to_text(result.error), to_text(c.error)) << c.input;
  }
}

TEST(ChunkedDecoder, EverySplitGivesTheSame) {
  for (const auto& c : cases()) {
    const Decoded whole = decode(c.input);
    EXPECT_EQ(decode(c.input, every_byte(c.input)), whole) << c.input;
    for (std::size_t first = 0; first <= c.input.size(); ++first) {
      for (std::size_t second = first; second <= c.input.size(); ++second) {
        EXPECT_EQ(decode(c.input, {first, second}), whole) << c.input;
      }
    }
  }
}

TEST(ChunkedDecoder, LeavesWhatFollowsTheBody) {
  const std::string body = "3\r\nabc\r\n0\r\nT: x\r\n\r\n";
  const Decoded result = decode(body + "GET / HTTP/1.1\r\n");
  EXPECT_EQ(result.status, Status::done);
  EXPECT_EQ(result.consumed, body.size());
}

TEST(ChunkedDecoder, StaysDoneAndStaysFailed) {
  std::size_t consumed = 0;
  ChunkedDecoder done;
  EXPECT_EQ(done.feed("0\r\n\r\n", consumed).status, Status::done);
  EXPECT_TRUE(done.done());
  EXPECT_EQ(done.feed("5\r\n", consumed).status, Status::done);
  EXPECT_EQ(consumed, 0u);
  ChunkedDecoder failed;
  EXPECT_EQ(failed.feed("x", consumed).status, Status::failed);
  EXPECT_EQ(failed.feed("0\r\n\r\n", consumed).status, Status::failed);
  EXPECT_EQ(consumed, 0u);
}

TEST(ChunkedDecoder, PiecesAreViewsIntoTheInput) {
  const std::string input = "5\r\nhello\r\n";
  ChunkedDecoder decoder;
  std::size_t consumed = 0;
  const auto piece = decoder.feed(input, consumed);
  EXPECT_EQ(piece.data.data(), input.data() + 3);
  EXPECT_EQ(consumed, 8u);
}

TEST(ChunkedDecoder, AcceptsTheLargestSize) {
  const Decoded result = decode("ffffffffffffffff\r\nab");
  EXPECT_EQ(result.status, Status::need_more);
  EXPECT_EQ(result.body, "ab");
}

TEST(ChunkedLimits, SizeLineOnBothSides) {
  const auto with_line_of = [](std::size_t size) {
    return decode("1;" + std::string(size - 2, 'x') + "\r\na\r\n0\r\n\r\n");
  };
  EXPECT_EQ(with_line_of(4096).status, Status::done);
  EXPECT_EQ(with_line_of(4097).error, ChunkError::line_too_long);
  EXPECT_EQ(decode(std::string(5000, '0')).error, ChunkError::line_too_long);
}

TEST(Chunked, TrailerFieldsAreKept) {
  ChunkedDecoder decoder;
  std::size_t consumed = 0;
  const std::string_view input = "0\r\nA: b\r\nX-Empty:\r\nC:  d:e \t\r\n\r\nGET";
  EXPECT_EQ(decoder.feed(input, consumed).status, ChunkedDecoder::Status::done);
  EXPECT_EQ(input.substr(consumed), "GET");
  Headers trailers;
  decoder.add_trailers_to(trailers);
  ASSERT_EQ(trailers.fields().size(), 3u);
  EXPECT_EQ(trailers.get("a"), "b");
  EXPECT_EQ(trailers.get("x-empty"), "");
  EXPECT_EQ(trailers.get("C"), "d:e");
}

TEST(ChunkedLimits, TrailersOnBothSides) {
  const auto with_trailers_of = [](std::size_t size) {
    return decode("0\r\nT: " + std::string(size - 7, 'x') + "\r\n\r\n");
  };
  EXPECT_EQ(with_trailers_of(64 * 1024).status, Status::done);
  EXPECT_EQ(with_trailers_of(64 * 1024 + 1).error, ChunkError::trailers_too_long);
}

TEST(ChunkHeader, IsHexAndCrlf) {
  ChunkHeaderBuffer buffer;
  EXPECT_EQ(chunk_header(1, buffer), "1\r\n");
  EXPECT_EQ(chunk_header(26, buffer), "1a\r\n");
  EXPECT_EQ(chunk_header(0x4000, buffer), "4000\r\n");
  EXPECT_EQ(chunk_header(UINT64_MAX, buffer), "ffffffffffffffff\r\n");
}

TEST(ChunkHeader, IsUnderstoodByTheDecoder) {
  ChunkHeaderBuffer buffer;
  std::string encoded;
  std::string body;
  for (std::size_t size = 1; size < 300; size += 37) {
    const std::string part(size, static_cast<char>('a' + size % 26));
    body += part;
    encoded.append(chunk_header(size, buffer)).append(part).append(kChunkEnd);
  }
  encoded += kLastChunk;
  const Decoded result = decode(encoded);
  EXPECT_EQ(result.body, body);
  EXPECT_EQ(result.status, Status::done);
}

}  // namespace
}  // namespace hoplab::http
