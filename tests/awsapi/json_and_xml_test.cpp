#include <gtest/gtest.h>

#include "awsapi/json_codec.h"
#include "awsapi/scalar.h"
#include "awsapi/xml_reader.h"
#include "awsapi/xml_writer.h"

namespace hoplab::awsapi {
namespace {

constexpr Member kWireTag[] = {text("Key").needed(), text("Value")};
constexpr Member kWireShape[] = {text("Name"),
                                 choice("Type", "one|two"),
                                 integer("Size").range(1, 9),
                                 boolean("On"),
                                 timestamp("At"),
                                 blob("Bytes"),
                                 list("Tags", kWireTag),
                                 texts("Arns").wire("Arn", "arnSet"),
                                 map("Numbers")};
constexpr Operation kWireOperations[] = {{"Get", kWireShape, kWireShape, nullptr},
                                         {"Drop", kWireShape, {}, nullptr}};
constexpr Service kWireJson{"x", Protocol::json, "", "", "X", "1.1", kWireOperations};
constexpr Service kWireQuery{"x", Protocol::query, "1", "urn:x", "", "", kWireOperations};
constexpr Service kWireEc2{"x", Protocol::ec2, "1", "urn:x", "", "", kWireOperations};

std::string bound_json(std::string_view body) {
  const auto object = read_json(kWireJson, body, JsonLimits());
  if (!object) return object.error().code;
  const auto in = bind_json(kWireJson, *object, kWireShape);
  if (!in) return in.error().code + ": " + in.error().message;
  const auto refused = check(kWireJson, *in, kWireShape);
  return refused ? refused->code + ": " + refused->message : in->dump();
}

TEST(JsonCodec, MembersByTheirWireNames) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"", "{}"},
      {R"({"Name":"a","Size":3,"On":false,"Type":null})", R"({"Name":"a","On":false,"Size":3})"},
      {R"({"Bytes":"YWI="})", R"({"Bytes":"ab"})"},
      {R"({"Arn":["a"],"Numbers":{"k":"v"}})", R"({"Arns":["a"],"Numbers":{"k":"v"}})"},
      {R"({"Name":1})", "ValidationException: the member Name is not a text"},
      {R"({"Bytes":"?"})", "ValidationException: the member Bytes is not a text in base64"},
      {R"({"Tags":{}})", "ValidationException: the member Tags is not a list"},
      {R"({"Tags":[{"Colour":"red"}]})",
       "ValidationException: hoplab does not emulate the member Tags.1.Colour"},
      {R"({"Tags":[{"Value":"v"}]})",
       "ValidationException: 1 validation error detected: Value at 'Tags.1.Key' failed to satisfy "
       "constraint: Member must not be null"},
      {R"({"Type":"three"})",
       "ValidationException: 1 validation error detected: Value 'three' at 'Type' failed to "
       "satisfy constraint: Member must satisfy enum value set: [one, two]"},
      {R"({"Size":10})",
       "ValidationException: 1 validation error detected: Value '10' at 'Size' failed to satisfy "
       "constraint: Member must have value less than or equal to 9"},
      {"[]", "SerializationException"},
      {"{", "SerializationException"},
  };
  for (const auto& [body, expected] : kCases) EXPECT_EQ(bound_json(body), expected) << body;
}

TEST(JsonCodec, DeepDocumentsAreRefused) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(bound_json("{\"Name\":" + deep), "SerializationException");
}

TEST(JsonCodec, AnswersHaveWhatTheTableKnows) {
  const Json value{{"Name", "\xff"}, {"Arns", {"a"}}, {"Bytes", "ab"}, {"Secret", "s"}};
  EXPECT_EQ(json_text(json_members(kWireJson, value, kWireShape)),
            "{\"Bytes\":\"YWI=\",\"Name\":\"\xEF\xBF\xBD\",\"arnSet\":[\"a\"]}");
}

TEST(XmlWriter, EachProtocolHasItsForm) {
  const Json value{{"Name", "<&>"},         {"On", true},   {"At", 86'400}, {"Arns", {"a"}},
                   {"Tags", Json::array()}, {"Secret", "s"}};
  EXPECT_EQ(query_answer(kWireQuery, kWireOperations[0], value, "id"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GetResponse xmlns=\"urn:x\"><GetResult>"
            "<Name>&lt;&amp;&gt;</Name><On>true</On><At>1970-01-02T00:00:00Z</At><Tags/>"
            "<arnSet><member>a</member></arnSet></GetResult><ResponseMetadata><RequestId>id"
            "</RequestId></ResponseMetadata></GetResponse>\n");
  EXPECT_EQ(ec2_answer(kWireEc2, kWireOperations[0], {{"Name", "n"}, {"Arns", {"a"}}}, "id"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GetResponse xmlns=\"urn:x\"><requestId>id"
            "</requestId><name>n</name><arnSet><item>a</item></arnSet></GetResponse>\n");
}

TEST(XmlWriter, OperationsWithoutOutputAnswerAllTheSame) {
  EXPECT_NE(
      query_answer(kWireQuery, kWireOperations[1], Json::object(), "id").find("<DropResult/>"),
      std::string::npos);
  EXPECT_NE(
      ec2_answer(kWireEc2, kWireOperations[1], Json::object(), "id").find("<return>true</return>"),
      std::string::npos);
}

TEST(XmlWriter, WhatXmlCannotHoldIsReplaced) {
  constexpr std::string_view kReplaced = "\xEF\xBF\xBD";
  EXPECT_EQ(xml_escaped(std::string_view("a\0b", 3)), "a" + std::string(kReplaced) + "b");
  for (const char* const bad :
       {"\xff", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    EXPECT_EQ(xml_escaped(bad).substr(0, 3), kReplaced) << bad;
  }
  EXPECT_EQ(xml_escaped("\xE2\x82\xAC \xF0\x9F\x98\x80"), "\xE2\x82\xAC \xF0\x9F\x98\x80");
}

std::string outline(const XmlElement& element) {
  std::string text = element.name + "=" + element.text;
  for (const XmlElement& child : element.children) text += "(" + outline(child) + ")";
  return text;
}

TEST(XmlReader, Documents) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"<a/>", "a="},
      {"\xEF\xBB\xBF<?xml version='1.0'?><!-- c -->\n<x:a y='>' xmlns=\"u\"><b>1</b><b/></x:a > ",
       "a=(b=1)(b=)"},
      {"<a>&lt;&#65;&#x20AC;<![CDATA[<b>&]]></a>", "a=<A\xE2\x82\xAC<b>&"},
      {"", "the XML has no root element"},
      {"<a>", "the XML ends within an element"},
      {"<a></b>", "the XML has an end tag that fits no start tag"},
      {"<a/><b/>", "the XML goes on behind its root element"},
      {"<a b/>", "the XML has an attribute without a value"},
      {"<a>&x;</a>", "the XML has an entity that is not predefined"},
      {"<a>&#0;</a>", "the XML has a character reference that cannot be"},
      {"<a>&#xD800;</a>", "the XML has a character reference that cannot be"},
      {"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "the XML has a tag that cannot be read"},
  };
  for (const auto& [document, expected] : kCases) {
    const auto read = read_xml(document, XmlLimits());
    EXPECT_EQ(read ? outline(read.value()) : read.error(), expected) << document;
  }
}

TEST(XmlReader, LimitsHold) {
  std::string deep, many = "<a>";
  for (int i = 0; i < 40; ++i) deep += "<a>";
  for (int i = 0; i < 20'001; ++i) many += "<b/>";
  EXPECT_EQ(read_xml(deep, XmlLimits()).error(), "the XML is too deep");
  EXPECT_EQ(read_xml(many + "</a>", XmlLimits()).error(), "the XML has too many elements");
}

}  // namespace
}  // namespace hoplab::awsapi
