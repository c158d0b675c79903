#include "awsapi/form_codec.h"

#include <gtest/gtest.h>

namespace hoplab::awsapi {
namespace {

constexpr Member kTag[] = {text("Key").needed(), text("Value")};
constexpr Member kShape[] = {text("Name"),       integer("Size"),
                             boolean("On"),      texts("Arns").wire("Arn", "arnSet"),
                             list("Tags", kTag), structure("Tag", kTag),
                             map("Parameters")};

constexpr Service kQuery{"x", Protocol::query, "1", "urn:x", "", "", {}};
constexpr Service kEc2{"x", Protocol::ec2, "1", "urn:x", "", "", {}};

/// The members as JSON, or what is wrong.
std::string bound(const Service& service, std::string_view form, FormLimits limits = {}) {
  const auto tree = read_form(service, form, limits);
  if (!tree) return tree.error().message;
  const auto in = bind_form(service, *tree, kShape);
  return in ? in->dump() : in.error().code + ": " + in.error().message;
}

struct Case {
  const char* form;
  const char* query;
  const char* ec2;
};

constexpr Case kFormCases[] = {
    {"Action=A&Version=1&Name=a+b%26", R"({"Name":"a b&"})", R"({"Name":"a b&"})"},
    {"Name=&Size=", "{}", "{}"},
    {"Size=-7&On=true", R"({"On":true,"Size":-7})", R"({"On":true,"Size":-7})"},
    {"Tag.Key=k", R"({"Tag":{"Key":"k"}})", R"({"Tag":{"Key":"k"}})"},
    {"Arn=", R"({"Arns":[]})", R"({"Arns":[]})"},
    {"Size=many", "ValidationError: the parameter Size is not a whole number: many",
     "InvalidParameterValue: the parameter Size is not a whole number: many"},
    {"On=yes", "ValidationError: the parameter On is not a boolean: yes",
     "InvalidParameterValue: the parameter On is not a boolean: yes"},
    {"Tag.Colour=red", "ValidationError: hoplab does not emulate the parameter Tag.Colour",
     "InvalidParameterValue: hoplab does not emulate the parameter Tag.Colour"},
    {"Name=a&Name=b", "the parameter Name is given more than once",
     "the parameter Name is given more than once"},
    {"Name=a&Name.x=b", "the parameter Name.x is given more than once",
     "the parameter Name.x is given more than once"},
    {"Arn.member.x=b", "ValidationError: the parameter Arn is not a list, whose items are numbered",
     "InvalidParameterValue: the parameter Arn is not a list, whose items are numbered"},
};

TEST(FormCodec, MembersByTheirWireNames) {
  for (const Case& one : kFormCases) {
    EXPECT_EQ(bound(kQuery, one.form), one.query) << one.form;
    EXPECT_EQ(bound(kEc2, one.form), one.ec2) << one.form;
  }
}

TEST(FormCodec, ItemsAreInTheOrderOfTheirNumbers) {
  EXPECT_EQ(bound(kQuery, "Arn.member.10=j&Arn.member.1=a&Arn.member.2=b"),
            R"({"Arns":["a","b","j"]})");
  EXPECT_EQ(bound(kEc2, "Arn.2=b&Arn.1=a"), R"({"Arns":["a","b"]})");
  EXPECT_EQ(bound(kQuery, "Tags.member.2.Key=b&Tags.member.1.Key=a&Tags.member.1.Value="),
            R"({"Tags":[{"Key":"a"},{"Key":"b"}]})");
}

TEST(FormCodec, MapsHaveEntries) {
  EXPECT_EQ(bound(kQuery, "Parameters.entry.1.key=a&Parameters.entry.1.value=b"),
            R"({"Parameters":{"a":"b"}})");
  EXPECT_EQ(bound(kQuery, "Parameters.entry.1.value=b"),
            "ValidationError: the parameter Parameters.1 is no entry of a map: it has no key");
}

TEST(FormCodec, LimitsHold) {
  FormLimits limits;
  limits.parameters = 2;
  limits.depth = 3;
  EXPECT_EQ(bound(kQuery, "Name=a&Size=1&On=true", limits), "the request has too many parameters");
  EXPECT_EQ(bound(kQuery, "a.b.c.d=1", limits), "the request has too many parameters");
}

}  // namespace
}  // namespace hoplab::awsapi
