// JSON Schema draft 4: the public suite, and what the models of API Gateway need beside it.
#include "aws/apigateway/json_schema/json_schema.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

namespace hoplab::aws {
namespace {

using Json = nlohmann::json;

/// What is wrong with `json`, as $context.error.validationErrorString has it.
std::string verdict(const std::string& schema, const std::string& json,
                    const JsonSchema::Models& models = {}) {
  const auto compiled = JsonSchema::compile(schema, models);
  if (!compiled) return compiled.error();
  return validation_error_string(compiled.value().validate(json));
}

constexpr const char* kValid = "[]";

// ---- The public suite ------------------------------------------------------------------------

const std::filesystem::path kSuite = "/usr/share/json-schema-test-suite/tests/draft4";

/// Whether it needs the addresses of other documents, or of its own by `id`.
bool is_remote(const Json& schema) {
  const std::string text = schema.dump();
  return text.find("http://") != std::string::npos;
}

void run_group(const Json& group, const std::string& file) {
  const std::string where = file + ": " + group["description"].get<std::string>();
  const auto schema = JsonSchema::compile(group["schema"].dump());
  ASSERT_TRUE(schema) << where << ": " << schema.error();
  for (const Json& test : group["tests"]) {
    const auto messages = schema.value().validate(test["data"].dump());
    EXPECT_EQ(messages.empty(), test["valid"].get<bool>())
        << where << ": " << test["description"] << " " << validation_error_string(messages);
  }
}

TEST(JsonSchema, ThePublicSuiteOfDraft4) {
  if (!std::filesystem::exists(kSuite)) {
    GTEST_SKIP() << "the package json-schema-test-suite is not installed";
  }
  int groups = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSuite)) {
    if (entry.path().extension() != ".json" || entry.path().stem() == "refRemote") continue;
    std::ifstream file(entry.path());
    for (const Json& group : Json::parse(file)) {
      if (is_remote(group["schema"])) continue;
      run_group(group, entry.path().filename());
      ++groups;
    }
  }
  EXPECT_GT(groups, 50);
}

// ---- What fails, and in which words -----------------------------------------------------------

struct SchemaRow {
  const char* schema;
  const char* json;
  const char* verdict;
};

TEST(JsonSchema, EachKeywordFailsInTheWordsOfJavasValidator) {
  const SchemaRow rows[] = {
      {R"({"required":["b","a","c"]})", R"({"a":1})",
       R"([object has missing required properties (["b","c"])])"},
      {R"({"type":"integer"})", R"("x")",
       R"([instance type (string) does not match any allowed primitive type )"
       R"((allowed: ["integer"])])"},
      {R"({"type":["null","number"]})", "true",
       R"([instance type (boolean) does not match any allowed primitive type )"
       R"((allowed: ["integer","null","number"])])"},
      {R"({"type":"integer"})", "1.0",
       R"([instance type (number) does not match any allowed primitive type )"
       R"((allowed: ["integer"])])"},
      {R"({"enum":["a",2]})", R"("b")",
       R"([instance value ("b") not found in enum (possible values: ["a",2])])"},
      {R"({"minimum":1.5})", "1",
       "[numeric instance is lower than the required minimum (minimum: 1.5, found: 1)]"},
      {R"({"maximum":25})", "26",
       "[numeric instance is greater than the required maximum (maximum: 25, found: 26)]"},
      {R"({"minimum":1,"exclusiveMinimum":true})", "1.0",
       "[numeric instance is not strictly greater than the required minimum 1]"},
      {R"({"maximum":1,"exclusiveMaximum":true})", "1",
       "[numeric instance is not strictly lower than the required maximum 1]"},
      {R"({"multipleOf":2})", "7", "[remainder of division is not zero (7 / 2)]"},
      {R"({"minLength":3})", R"("ab")",
       R"([string "ab" is too short (length: 2, required minimum: 3)])"},
      {R"({"maxLength":1})", R"("ab")",
       R"([string "ab" is too long (length: 2, maximum allowed: 1)])"},
      {R"({"pattern":"^a"})", R"("b")", R"([ECMA 262 regex "^a" does not match input string "b"])"},
      {R"({"minItems":2})", "[1]",
       "[array is too short: must have at least 2 elements but instance has 1 elements]"},
      {R"({"maxItems":0})", "[1]",
       "[array is too long: must have at most 0 elements but instance has 1 elements]"},
      {R"({"items":[{}],"additionalItems":false})", "[1,2]",
       "[schema only allows 1 elements in array but instance has 2 elements]"},
      {R"({"uniqueItems":true})", R"([{"a":1},2,{"a":1.0}])",
       "[array must not contain duplicate elements]"},
      {R"({"properties":{"a":{}},"additionalProperties":false})", R"({"c":1,"a":1,"b":1})",
       R"([object instance has properties which are not allowed by the schema: ["b","c"]])"},
      {R"({"minProperties":1})", "{}",
       "[object has too few properties (found 0 but schema requires at least 1)]"},
      {R"({"maxProperties":0})", R"({"a":1})",
       "[object has too many properties (found 1 but schema requires at most 0)]"},
      {R"({"dependencies":{"a":["c","b"]}})", R"({"a":1,"c":1})",
       R"([property "a" of object has missing property dependencies )"
       R"((schema requires ["b","c"]; missing: ["b"])])"},
      {R"({"dependencies":{"a":{"minProperties":2}}})", R"({"a":1})",
       "[object has too few properties (found 1 but schema requires at least 2)]"},
      {R"({"allOf":[{},{"type":"null"}]})", "1",
       "[instance failed to match all required schemas (matched only 1 out of 2)]"},
      {R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "1",
       "[instance failed to match at least one required schema among 2]"},
      {R"({"oneOf":[{},{"type":"integer"},{"type":"null"}]})", "1",
       "[instance failed to match exactly one schema (matched 2 out of 3)]"},
      {R"({"not":{}})", "1", "[instance matched a schema which it should not have]"},
      {R"({"format":"ipv4"})", R"("10.0.0")", R"([string "10.0.0" is not a valid IPv4 address])"},
      {R"({"format":"ipv6"})", R"("::1")", kValid},
      {R"({"format":"email"})", R"("a.b")", R"([string "a.b" is not a valid email address])"},
      {R"({"format":"date-time"})", R"("2026-12-01")",
       R"([string "2026-12-01" is invalid against requested date format(s) )"
       R"([yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]])"},
      {R"({"format":"date-time"})", R"("2026-12-01T10:00:00Z")", kValid},
      {R"({"format":"of-my-own"})", R"("x")", kValid},
      {"{}", "", "[Unknown error parsing request body]"},
      {"{}", "{} {}", "[Unknown error parsing request body]"},
  };
  for (const SchemaRow& row : rows)
    EXPECT_EQ(verdict(row.schema, row.json), row.verdict) << row.schema;
}

TEST(JsonSchema, WhatIsInsideIsLookedAtOnceTheOutsideHasPassed) {
  const char* const schema = R"({"required":["a"],"properties":{
      "a":{"type":"string"},"b":{"type":"object","required":["c"]}}})";
  EXPECT_EQ(verdict(schema, R"({"b":{}})"), R"([object has missing required properties (["a"])])");
  EXPECT_EQ(verdict(schema, R"({"a":1,"b":{}})"),
            R"([instance type (integer) does not match any allowed primitive type )"
            R"((allowed: ["string"]), object has missing required properties (["c"])])");
}

TEST(JsonSchema, NumbersAreComparedByTheirValue) {
  const SchemaRow rows[] = {
      {R"({"multipleOf":0.0001})", "0.0075", kValid},
      {R"({"maximum":18446744073709551615})", "18446744073709551615", kValid},
      {R"({"minimum":0})", "18446744073709551615", kValid},
      {R"({"enum":[1.0]})", "1", kValid},
      {R"({"multipleOf":2})", "-4", kValid},
      {R"({"multipleOf":3})", "-9223372036854775808",
       "[remainder of division is not zero (-9223372036854775808 / 3)]"},
      {R"({"uniqueItems":true})", "[9007199254740993,9007199254740992]", kValid},
      {R"({"uniqueItems":true})", "[0,-0.0]", "[array must not contain duplicate elements]"},
      {R"({"type":"integer"})", "98765432109876543210", kValid},
  };
  for (const SchemaRow& row : rows)
    EXPECT_EQ(verdict(row.schema, row.json), row.verdict) << row.json;
}

TEST(JsonSchema, LengthsAndPatternsCountCodePoints) {
  EXPECT_EQ(verdict(R"({"maxLength":2,"pattern":"^..$"})", "\"\xc3\xbc\xf0\x9f\x92\xa9\""), kValid);
  EXPECT_EQ(verdict(R"({"pattern":"^\\u00fc$"})", "\"\xc3\xbc\""), kValid);
}

// ---- References --------------------------------------------------------------------------------

constexpr const char* kPet =
    R"({"$ref":"https://apigateway.amazonaws.com/restapis/a1/models/Pet"})";

std::optional<std::string> pet_shop(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> kModels = {
      {"Pet", R"({"type":"object","required":["name"],"properties":{
                  "parent":{"$ref":"#"},"owner":{"$ref":"#/definitions/Owner"}}})"},
      {"Owner", R"({"definitions":{"Id":{"type":"integer"}},"properties":{
                  "pet":{"$ref":"https://apigateway.amazonaws.com/restapis/a1/models/Pet"}}})"},
      {"Broken", "{"},
      {"Wrong", R"({"properties":{"a/b":{"type":"text"}}})"}};
  const auto found = kModels.find(name);
  return found == kModels.end() ? std::nullopt : std::optional(found->second);
}

TEST(JsonSchema, ModelsReferToOneAnother) {
  const std::string lacks = R"([object has missing required properties (["name"])])";
  const std::string name = R"("name":"n")";
  EXPECT_EQ(verdict(kPet, "{}", pet_shop), lacks);
  EXPECT_EQ(verdict(kPet, "{" + name + "}", pet_shop), kValid);
  EXPECT_EQ(verdict(kPet, "{" + name + R"(,"parent":{}})", pet_shop), lacks);
  EXPECT_EQ(verdict(kPet, "{" + name + R"(,"owner":{"pet":{}}})", pet_shop), lacks);
  const std::string id = R"({"$ref":
      "https://apigateway.amazonaws.com/restapis/a1/models/Owner#/definitions/Id"})";
  EXPECT_EQ(verdict(id, "1", pet_shop), kValid);
  EXPECT_NE(verdict(id, "null", pet_shop), kValid);
  EXPECT_EQ(verdict(R"({"$ref":"#/components/schemas/Pet"})", "{}", pet_shop), lacks);
}

TEST(JsonSchema, ErrorsNameThePlaceAndWhatIsWrongThere) {
  const SchemaRow rows[] = {
      {"[", "", "#: it is not JSON, or too deep"},
      {"[]", "", "#: a schema must be an object"},
      {R"({"properties":{"a~b/c":{"type":"text"}}})", "",
       R"(#/properties/a~0b~1c/type: "text" is no type)"},
      {R"({"required":[]})", "", "#/required: must be a list of names, which is not empty"},
      {R"({"required":["a","a"]})", "", "#/required: names a property twice"},
      {R"({"properties":{"a":{"required":true}}})", "",
       "#/properties/a/required: must be a list of names, which is not empty"},
      {R"({"items":[{},{"minimum":"1"}]})", "", "#/items/1/minimum: must be a number"},
      {R"({"minimum":1,"exclusiveMinimum":1})", "", "#/exclusiveMinimum: must be true or false"},
      {R"({"exclusiveMaximum":true})", "", "#/exclusiveMaximum: has no limit beside it"},
      {R"({"multipleOf":0})", "", "#/multipleOf: must be a number above 0"},
      {R"({"maxLength":-1})", "", "#/maxLength: must be a whole number, 0 or more"},
      {R"({"enum":[]})", "", "#/enum: must be a list of values, which is not empty"},
      {R"({"anyOf":{}})", "", "#/anyOf: must be a list of schemas, which is not empty"},
      {R"({"not":true})", "", "#/not: a schema must be an object"},
      {R"({"dependencies":{"a":"b"}})", "", "#/dependencies/a: a schema must be an object"},
      {R"-({"pattern":"(?=a)"})-", "",
       "#/pattern: it is no regular expression that can be evaluated: "
       "invalid perl operator: (?="},
      {R"({"$ref":"#/definitions/A/b"})", "", "#: $ref: there is nothing at #/definitions/A/b"},
      {R"({"$ref":"#/definitions/Cat"})", "", "#: $ref: there is no model Cat"},
      {R"({"$ref":"#/definitions/Broken"})", "", "#: $ref: the schema of Broken is not JSON"},
      {R"({"$ref":"#/definitions/Wrong"})", "",
       R"(Wrong#/properties/a~1b/type: "text" is no type)"},
      {R"({"$ref":"https://example.com/"})", "",
       "#: $ref: https://example.com/ is no model's address"},
      {R"({"$ref":1})", "", "#: $ref must be a string"},
      {R"({"$ref":"#"})", "", "#: $ref refers to itself"},
      {R"({"allOf":[{"$ref":"#"}]})", "",
       "#: a circle of schemas asks about the same value again and again"},
      {R"({"dependencies":{"a":{"not":{"$ref":"#"}}}})", "",
       "#: a circle of schemas asks about the same value again and again"},
  };
  for (const SchemaRow& row : rows) {
    EXPECT_EQ(verdict(row.schema, row.json, pet_shop), row.verdict) << row.schema;
  }
}

// ---- Limits ------------------------------------------------------------------------------------

std::string nested(int depth, const std::string& open, const std::string& close) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += open;
  for (int i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(JsonSchema, DepthIsLimited) {
  const std::string tree = R"({"type":"array","items":{"$ref":"#"}})";
  EXPECT_EQ(verdict(tree, nested(400, "[", "]")), kValid);
  EXPECT_EQ(verdict(tree, nested(100'000, "[", "]")), "[Unknown error parsing request body]");
  EXPECT_EQ(verdict(nested(100'000, R"({"not":)", "}"), "1"), "#: it is not JSON, or too deep");
  std::string steep = R"({"$ref":"#"})";
  for (int i = 0; i < 20; ++i) steep = R"({"allOf":[)" + steep + "]}";
  steep = R"({"items":)" + steep + "}";
  EXPECT_EQ(verdict(steep, nested(40, "[", "]")), kValid);
  EXPECT_NE(verdict(steep, nested(400, "[", "]")).find("too much work"), std::string::npos);
}

TEST(JsonSchema, WorkIsLimited) {
  std::string doubling = R"({"definitions":{"s0":{})";
  for (int i = 1; i < 60; ++i) {
    const std::string ref = R"({"$ref":"#/definitions/s)" + std::to_string(i - 1) + "\"}";
    doubling += ",\"s" + std::to_string(i) + R"(":{"allOf":[)" + ref + "," + ref + "]}";
  }
  doubling += R"(},"allOf":[{"$ref":"#/definitions/s59"}]})";
  EXPECT_NE(verdict(doubling, "1").find("the body takes too much work to be validated"),
            std::string::npos);
}

TEST(JsonSchema, ElementsThatAreComparedAgainAtEachDepthAreWork) {
  std::string elements = "0";
  for (int i = 1; i < 20'000; ++i) elements += "," + std::to_string(i);
  const std::string schema = R"({"uniqueItems":true,"items":{"$ref":"#"}})";
  const auto inside = [&](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + elements +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_EQ(verdict(schema, inside(3)), kValid);
  EXPECT_NE(verdict(schema, inside(400)).find("too much work"), std::string::npos);
}

TEST(JsonSchema, MessagesAreLimited) {
  const auto schema = JsonSchema::compile(R"({"items":{"enum":[1]}})");
  ASSERT_TRUE(schema) << schema.error();
  std::string json = "[\"" + std::string(100'000, 'x') + "\"";
  for (int i = 0; i < 1000; ++i) json += ",0";
  const auto messages = schema.value().validate(json + "]");
  EXPECT_EQ(messages.size(), JsonSchema::kMostMessages);
  EXPECT_LT(messages.front().size(), 1100U);
}

}  // namespace
}  // namespace hoplab::aws
