// Which payloads are binary, and the tables of contentHandling.
#include "aws/apigateway/binary_media_types.h"

#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using H = ContentHandling;

const BinaryMediaTypes kNone;
const BinaryMediaTypes kImages({"image/*", "application~1ZIP"});
const BinaryMediaTypes kAll({"*/*"});

TEST(BinaryMediaTypes, MatchTheFirstMediaTypeOfAField) {
  const struct {
    const BinaryMediaTypes& types;
    const char* field;
    bool binary;
  } rows[] = {
      {kNone, "image/png", false},
      {kImages, "image/png", true},
      {kImages, " IMAGE/PNG ; q=1", true},
      {kImages, "image/webp,text/html;q=0.8", true},
      {kImages, "text/html,image/webp", false},
      {kImages, "application/zip", true},
      {kImages, "application/zip+x", false},
      {kImages, "*/*", false},
      {kImages, "", false},
      {kAll, "text/plain", true},
      {kAll, "*/*", true},
      {kAll, "", true},
  };
  for (const auto& row : rows) EXPECT_EQ(row.types.match(row.field), row.binary) << row.field;
}

/// "binary:..." or "text:...", or "no base64".
std::string told(const std::optional<Payload>& payload) {
  if (!payload) return "no base64";
  return (payload->binary ? "binary:" : "text:") + payload->bytes;
}

TEST(ContentHandling, OfRequests) {
  const struct {
    const BinaryMediaTypes& types;
    const char* content_type;
    H handling;
    const char* body;
    const char* payload;
  } rows[] = {
      {kNone, "image/png", H::passthrough, "abc", "text:abc"},
      {kNone, "image/png", H::passthrough, "\xff", "text:\xef\xbf\xbd"},
      {kNone, "image/png", H::convert_to_binary, "YWJj", "binary:abc"},
      {kNone, "image/png", H::convert_to_binary, "a*c", "no base64"},
      {kNone, "image/png", H::convert_to_text, "abc", "text:abc"},
      {kImages, "text/plain", H::passthrough, "abc", "text:abc"},
      {kImages, "text/plain", H::convert_to_binary, "YWJj", "binary:abc"},
      {kImages, "text/plain", H::convert_to_text, "abc", "text:abc"},
      {kImages, "image/png", H::passthrough, "\xff", "binary:\xff"},
      {kImages, "image/png", H::convert_to_binary, "\xff", "binary:\xff"},
      {kImages, "image/png", H::convert_to_text, "abc", "text:YWJj"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(told(request_payload(row.types, row.content_type, row.handling, row.body)),
              row.payload)
        << row.content_type << " " << row.body;
  }
}

TEST(ContentHandling, OfResponses) {
  const struct {
    const BinaryMediaTypes& types;
    const char* accept;
    const char* content_type;
    H handling;
    const char* body;
    const char* payload;
  } rows[] = {
      {kNone, "text/plain", "image/png", H::passthrough, "abc", "text:abc"},
      {kNone, "text/plain", "image/png", H::convert_to_binary, "YWJj", "binary:abc"},
      {kNone, "text/plain", "image/png", H::convert_to_text, "abc", "text:abc"},
      {kImages, "text/plain", "text/plain", H::passthrough, "abc", "text:abc"},
      {kImages, "text/plain", "text/plain", H::convert_to_binary, "YWJj", "binary:abc"},
      {kImages, "text/plain", "text/plain", H::convert_to_text, "abc", "text:abc"},
      {kImages, "image/png", "text/plain", H::passthrough, "YWJj", "binary:abc"},
      {kImages, "image/png", "text/plain", H::passthrough, "?", "no base64"},
      {kImages, "image/png", "text/plain", H::convert_to_binary, "YWJj", "binary:abc"},
      {kImages, "image/png", "text/plain", H::convert_to_text, "abc", "text:abc"},
      {kImages, "text/plain", "image/png", H::passthrough, "abc", "text:YWJj"},
      {kImages, "text/plain", "image/png", H::convert_to_binary, "\xff", "binary:\xff"},
      {kImages, "text/plain", "image/png", H::convert_to_text, "abc", "text:YWJj"},
      {kImages, "image/png", "image/png", H::passthrough, "\xff", "binary:\xff"},
      {kImages, "image/png", "image/png", H::convert_to_binary, "\xff", "binary:\xff"},
      {kImages, "image/png", "image/png", H::convert_to_text, "abc", "text:YWJj"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(
        told(response_payload(row.types, row.accept, row.content_type, row.handling, row.body)),
        row.payload)
        << row.accept << " " << row.content_type << " " << row.body;
  }
}

}  // namespace
}  // namespace hoplab::aws
