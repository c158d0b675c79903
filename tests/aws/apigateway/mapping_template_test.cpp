// Mapping templates as APIs have them, and their limits.
#include "aws/apigateway/mapping/mapping_template.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "mapping_cases.h"

namespace hoplab::aws {
namespace {

using nlohmann::ordered_json;

const ordered_json& context() {
  static const ordered_json all = ordered_json::parse(R"({
    "accountId": "111111111111", "apiId": "a1b2c3d4e5", "httpMethod": "POST", "region": "eu-west-1",
    "requestId": "r-1", "requestTimeEpoch": 1714559999000, "resourcePath": "/orders/{id}",
    "stage": "prod",
    "identity": {"sourceIp": "10.0.0.7", "userAgent": "test"},
    "authorizer": {"principalId": "ann", "level": "3", "claims": {"sub": "s-1", "email": "a@b"}}
  })");
  return all;
}

std::optional<ordered_json> look_up(std::string_view name) {
  ordered_json::json_pointer at;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    at.push_back(std::string(name.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (!context().contains(at)) return std::nullopt;
  return context()[at];
}

MappingInput call(const MappingBody& body) {
  MappingInput input;
  input.body = &body;
  input.path = {{"id", "42"}};
  input.querystring = {{"q", "a b&c"}, {"tag", "x"}, {"tag", "y"}};
  input.header = {{"Content-Type", "application/json"},
                  {"X-Trace", "t-1"},
                  {"origin", "https://shop.example.com"}};
  input.stage_variables = {{"table", "Orders"}, {"machine", "arn:aws:states:x"}};
  input.context = look_up;
  return input;
}

void append(std::string& text, std::string_view kind, const MappingOverrides::Values& values) {
  for (const auto& [name, all] : values) {
    text += std::string(kind) + "." + name + ":";
    for (const std::string& one : all) text += " " + one;
    text += "\n";
  }
}

std::string overrides_of(const Rendered& rendered) {
  std::string text;
  const MappingOverrides& all = rendered.overrides;
  append(text, "request.header", all.request_header);
  append(text, "request.path", all.request_path);
  append(text, "request.querystring", all.request_querystring);
  append(text, "response.header", all.response_header);
  if (all.response_status) text += "status: " + std::to_string(*all.response_status) + "\n";
  if (!text.empty()) text.pop_back();
  return text;
}

Result<Rendered> render(std::string_view text, std::string body = "") {
  const auto made = MappingTemplate::compile(text);
  if (!made) return made.failure();
  const MappingBody payload(std::move(body));
  return made.value().render(call(payload));
}

std::string section(const MappingCase& one, const std::string& key) {
  const auto found = one.sections.find(key);
  return found != one.sections.end() ? found->second : "";
}

TEST(MappingTemplate, RendersWhatApisAskFor) {
  const auto cases = mapping_cases("mapping_cases.txt");
  ASSERT_GT(cases.size(), 45U);
  for (const MappingCase& one : cases) {
    SCOPED_TRACE(one.name);
    const auto rendered = render(one.text, section(one, "body"));
    EXPECT_EQ(rendered.ok(), !one.sections.contains("fails")) << rendered.error();
    if (rendered) {
      EXPECT_EQ(rendered.value().text, section(one, "renders"));
      EXPECT_EQ(overrides_of(rendered.value()), section(one, "overrides"));
    } else if (const std::string why = section(one, "fails"); !why.empty()) {
      EXPECT_EQ(rendered.error(), why);
    }
  }
}

/// How it ends, whatever it renders.
std::string failure(std::string_view text, std::string body = "") {
  return render(text, std::move(body)).error();
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(MappingTemplate, IsAtMost300KB) {
  EXPECT_TRUE(MappingTemplate::compile(std::string(300 * 1024, 'x')));
  const auto larger = MappingTemplate::compile(std::string(300 * 1024 + 1, 'x'));
  EXPECT_EQ(larger.failure().code, ErrorCode::limit);
}

TEST(MappingTemplate, LoopsEndAfterAThousandTimes) {
  const auto rendered = render("#foreach($i in [1..1500])#if($i == 1000)$foreach.hasNext#end.#end");
  ASSERT_TRUE(rendered) << rendered.error();
  EXPECT_EQ(rendered.value().text, std::string(999, '.') + "true.");
}

TEST(MappingTemplate, NestingIsBounded) {
  for (const std::string& deep :
       {repeated("#if(true)", 30'000), "#set($x = " + repeated("(", 100'000),
        "#set($x = " + repeated("[", 100'000), "#set($x = " + repeated("!", 100'000),
        "$x" + repeated(".a($x", 20'000), "#set($x = 1" + repeated(" + 1", 10'000) + ")",
        "$x" + repeated("[$x", 20'000)}) {
    const auto made = MappingTemplate::compile(deep);
    EXPECT_TRUE(made.error().ends_with("this is nested too deeply")) << made.error();
  }
  EXPECT_TRUE(MappingTemplate::compile(repeated("#if(true)", 40) + repeated("#end", 40)));
}

TEST(MappingTemplate, WhatItTakesIsBounded) {
  const std::string loops = "#foreach($a in [1..1000])#foreach($b in [1..1000])";
  const std::string much = "the template makes too much data";
  const std::string steps = "the template takes too many steps";
  const std::string text = "the template makes too long a text";
  const std::string calls = "the template calls too deeply";
  const struct {
    std::string text;
    std::string why;
  } cases[] = {
      {loops + "#set($x = $a + $b)#end#end", steps},
      {loops + repeated("x", 5000) + "#end#end", text},
      {"#set($s = 'x')#foreach($i in [1..1000])#set($s = $s + $s)#end", much},
      {"#set($l = ['x'])#foreach($i in [1..1000])$!l.addAll($l)#end", much},
      {"#set($l = [])#foreach($i in [1..100])#set($l = [$l, $l])#end$l", text},
      {"#set($l = [])#set($x = $l.add($l))#foreach($i in [1..9])$!l.equals([$l])#end", ""},
      {"#set($x = [1..2000000000])", much},
      {"#set($m = {})#set($x = $m.put('m', $m))$m", ""},
      {"#macro(m)#m()#end#m()", "#m calls macros more than 20 deep"},
      {"#set($t = '#evaluate($t)')#evaluate($t)", calls},
      {"#set($s = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')$s.matches('(a*)*b')", ""},
  };
  for (const auto& one : cases) {
    const std::string why = failure(one.text);
    EXPECT_EQ(why.substr(0, 5), one.why.empty() ? "" : "line ") << one.text;
    EXPECT_TRUE(why.ends_with(one.why)) << one.text << ": " << why;
  }
}

TEST(MappingTemplate, PayloadsAreBounded) {
  const std::string deep = repeated("[", 100'000) + repeated("]", 100'000);
  EXPECT_EQ(failure("$input.json('$')", deep), "line 1, column 8: the payload is not valid JSON");
  EXPECT_TRUE(
      failure("$input.json('$..*..*..*..*')", repeated("[1,", 150) + "1" + repeated("]", 150))
          .ends_with("the template makes too much data"));
}

TEST(MappingTemplate, IsRenderedAgain) {
  const auto made =
      MappingTemplate::compile("#set($n = $input.path('$').put('n', 1))$input.body$!n");
  ASSERT_TRUE(made);
  for (int i = 0; i < 2; ++i) {
    const MappingBody body("{}");
    const auto rendered = made.value().render(call(body));
    ASSERT_TRUE(rendered) << rendered.error();
    EXPECT_EQ(rendered.value().text, "{}");
  }
}

}  // namespace
}  // namespace hoplab::aws
