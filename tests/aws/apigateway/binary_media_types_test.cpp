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

/// What it becomes, or "no base64".
std::string told(Conversion conversion, std::string payload) {
  return convert(conversion, payload) ? payload : "no base64";
}

TEST(ContentHandling, OfRequests) {
  const struct {
    const BinaryMediaTypes& types;
    const char* content_type;
    H handling;
    const char* body;
    const char* payload;
  } rows[] = {
      {kNone, "image/png", H::passthrough, "abc", "abc"},
      {kNone, "image/png", H::passthrough, "\xff", "\xef\xbf\xbd"},
      {kNone, "image/png", H::convert_to_binary, "YWJj", "abc"},
      {kNone, "image/png", H::convert_to_binary, "a*c", "no base64"},
      {kNone, "image/png", H::convert_to_text, "abc", "abc"},
      {kNone, "image/png", H::convert_to_text, "a\xff", "a\xef\xbf\xbd"},
      {kImages, "text/plain", H::passthrough, "abc", "abc"},
      {kImages, "text/plain", H::convert_to_binary, "YWJj", "abc"},
      {kImages, "text/plain", H::convert_to_text, "abc", "abc"},
      {kImages, "image/png", H::passthrough, "\xff", "\xff"},
      {kImages, "image/png", H::convert_to_binary, "\xff", "\xff"},
      {kImages, "image/png", H::convert_to_text, "abc", "YWJj"},
  };
  for (const auto& row : rows) {
    const auto made = conversion_of_request(row.types, row.content_type, row.handling);
    EXPECT_EQ(told(made, row.body), row.payload) << row.content_type << " " << row.body;
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
      {kNone, "text/plain", "image/png", H::passthrough, "abc", "abc"},
      {kNone, "text/plain", "image/png", H::convert_to_binary, "YWJj", "abc"},
      {kNone, "text/plain", "image/png", H::convert_to_text, "abc", "abc"},
      {kImages, "text/plain", "text/plain", H::passthrough, "abc", "abc"},
      {kImages, "text/plain", "text/plain", H::convert_to_binary, "YWJj", "abc"},
      {kImages, "text/plain", "text/plain", H::convert_to_text, "abc", "abc"},
      {kImages, "image/png", "text/plain", H::passthrough, "YWJj", "abc"},
      {kImages, "image/png", "text/plain", H::passthrough, "?", "no base64"},
      {kImages, "image/png", "text/plain", H::convert_to_binary, "YWJj", "abc"},
      {kImages, "image/png", "text/plain", H::convert_to_text, "abc", "abc"},
      {kImages, "text/plain", "image/png", H::passthrough, "abc", "YWJj"},
      {kImages, "text/plain", "image/png", H::convert_to_binary, "\xff", "\xff"},
      {kImages, "text/plain", "image/png", H::convert_to_text, "abc", "YWJj"},
      {kImages, "image/png", "image/png", H::passthrough, "\xff", "\xff"},
      {kImages, "image/png", "image/png", H::convert_to_binary, "\xff", "\xff"},
      {kImages, "image/png", "image/png", H::convert_to_text, "abc", "YWJj"},
  };
  for (const auto& row : rows) {
    const auto made = conversion_of_response(row.types, row.accept, row.content_type, row.handling);
    EXPECT_EQ(told(made, row.body), row.payload)
        << row.accept << " " << row.content_type << " " << row.body;
  }
}

}  // namespace
}  // namespace hoplab::aws
