// Texts with $context and $stageVariables in them, and the formats of access logs.
#include "aws/apigateway/context_text.h"

#include <gtest/gtest.h>

#include "aws/apigateway/access_log_format.h"

namespace hoplab::aws {
namespace {

/// Says the name back in <>; what begins with "context.no" is not set.
std::optional<std::string> say_back(std::string_view name) {
  if (name.starts_with("context.no")) return std::nullopt;
  return "<" + std::string(name) + ">";
}

std::string rendered(std::string_view text) {
  return ContextText(text).render(say_back, "-");
}

TEST(ContextText, WhereAVariableBeginsAndEnds) {
  const struct {
    const char* text;
    const char* rendered;
  } rows[] = {
      {"", ""},
      {"plain $ text $$", "plain $ text $$"},
      {"$context.requestId", "<context.requestId>"},
      {"a$context.a.b,$context.c", "a<context.a.b>,<context.c>"},
      {"$context.a.", "<context.a>."},
      {"$context.a-$context.b", "<context.a>-<context.b>"},
      {"$context.a.x-y_z", "<context.a.x-y_z>"},
      {"$context.a..b", "<context.a>..b"},
      {"${context.a}b", "<context.a>b"},
      {"${context.a", "${context.a"},
      {"${context.a b}", "${context.a b}"},
      {"$stageVariables.url/${stageVariables.x}", "<stageVariables.url>/<stageVariables.x>"},
      {"$context", "$context"},
      {"$context.", "$context."},
      {"$input.body", "$input.body"},
      {"$$context.a", "$<context.a>"},
      {"[$context.none]", "[-]"},
  };
  for (const auto& row : rows) EXPECT_EQ(rendered(row.text), row.rendered) << row.text;
}

TEST(ContextText, ValuesInJsonAreEscapedUnlessTheyAreJson) {
  const ContextText text(R"({"a":"$context.a","m":$context.error.messageString})");
  const auto lookup = [](std::string_view name) -> std::optional<std::string> {
    return name == "context.a" ? "say \"x\"\n" : "\"Forbidden\"";
  };
  EXPECT_EQ(text.render(lookup, "", ContextText::Escape::json),
            R"({"a":"say \"x\"\u000a","m":"Forbidden"})");
  EXPECT_EQ(text.render(lookup, ""), "{\"a\":\"say \"x\"\n\",\"m\":\"Forbidden\"}");
}

TEST(AccessLogFormat, TheConsolesCommonLogFormat) {
  const auto format = AccessLogFormat::compile(
      "$context.identity.sourceIp $context.identity.caller $context.identity.user "
      "[$context.requestTime]\"$context.httpMethod $context.resourcePath $context.protocol\" "
      "$context.status $context.responseLength $context.requestId $context.extendedRequestId\n");
  ASSERT_TRUE(format) << format.error();
  const auto lookup = [](std::string_view name) -> std::optional<std::string> {
    if (name == "context.status") return "403";
    if (name == "context.requestId") return "id";
    return std::nullopt;
  };
  EXPECT_EQ(format.value().line(lookup), "- - - [-]\"- - -\" 403 - id -");
}

TEST(AccessLogFormat, WhatAFormatMustHave) {
  const std::string id = "$context.requestId ";
  const std::pair<std::string, const char*> wrong[] = {
      {"$context.status",
       "Access Log format must include either $context.requestId or $context.extendedRequestId : "
       "'$context.status'"},
      {id + "\na",
       "Access Log format must be single line, new line character is allowed only at end of the "
       "format: '$context.requestId \na'"},
      {id + "$context.identity.sourceIP",
       "there is no variable $context.identity.sourceIP; did you mean $context.identity.sourceIp?"},
      {id + "$context.nothingLikeIt", "there is no variable $context.nothingLikeIt"},
      {id + "$stageVariables.a",
       "an access log format takes $context variables, and not $stageVariables.a"},
      {id + std::string(3 * 1024, 'x'),
       "an access log format has 3 KB at most, and this one 3091 bytes"},
  };
  for (const auto& [format, error] : wrong) {
    EXPECT_EQ(AccessLogFormat::compile(format).error(), error) << format;
  }
  for (const char* good :
       {"$context.extendedRequestId", "$context.requestId\r\n",
        "$context.requestId $context.authorizer.claims.sub $context.authorizer.my_key",
        "$context.requestId $context.responseOverride.header.X-A ${context.waf.error}"}) {
    const auto format = AccessLogFormat::compile(good);
    EXPECT_TRUE(format) << format.error();
  }
}

}  // namespace
}  // namespace hoplab::aws
