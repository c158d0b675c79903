// Patch operations by the tables of what they change.
#include "awsapi/apigateway/patch.h"

#include <gtest/gtest.h>

namespace hoplab::awsapi::apigateway {
namespace {

constexpr Member kLimits[] = {integer("Burst"), number("Rate")};
constexpr Member kThing[] = {text("Id"),
                             text("Name"),
                             texts("Types"),
                             boolean("Enabled").wire("on", "on"),
                             structure("Limits", kLimits),
                             map("Words"),
                             several("Flags", Kind::map, Kind::boolean),
                             map("Others", kLimits)};

/// What becomes of `value`, or the error's code.
std::string patched(Json value, const char* op, const char* path, const char* to = "",
                    const char* from = "") {
  const Json operations =
      Json::array({{{"Op", op}, {"Path", path}, {"Value", to}, {"From", from}}});
  const auto refused = patch(value, kThing, "Id", operations);
  return refused ? refused->code : value.dump();
}

TEST(Patch, Scalars) {
  EXPECT_EQ(patched(Json::object(), "replace", "/name", "a"), R"({"Name":"a"})");
  EXPECT_EQ(patched({{"Name", "a"}}, "replace", "/name"), "{}");
  EXPECT_EQ(patched({{"Name", "a"}}, "remove", "/name"), "{}");
  EXPECT_EQ(patched(Json::object(), "replace", "/on", "true"), R"({"Enabled":true})");
  EXPECT_EQ(patched(Json::object(), "replace", "/on", "yes"), "BadRequestException");
  EXPECT_EQ(patched(Json::object(), "replace", "/limits/rate", "2.5"),
            R"({"Limits":{"Rate":2.5}})");
  EXPECT_EQ(patched({{"Limits", {{"Rate", 1}}}}, "remove", "/limits"), "{}");
}

TEST(Patch, PathsThatNothingHas) {
  for (const char* const path : {"", "/", "/id", "/other", "/name/x", "/limits", "/limits/x",
                                 "/words", "/types/a/b", "/others/a"}) {
    EXPECT_EQ(patched(Json::object(), "replace", path, "a"), "BadRequestException") << path;
  }
  EXPECT_EQ(patched(Json::object(), "move", "/name", "a", "/words"), "BadRequestException");
  EXPECT_EQ(patched(Json::object(), "copy", "/name", "", "/other"), "BadRequestException");
}

TEST(Patch, MapsByEscapedKeys) {
  EXPECT_EQ(patched(Json::object(), "add", "/words/application~1json", "{}"),
            R"({"Words":{"application/json":"{}"}})");
  EXPECT_EQ(patched(Json::object(), "add", "/words/a~0b", ""), R"({"Words":{"a~b":""}})");
  EXPECT_EQ(patched({{"Words", {{"a", "b"}}}}, "remove", "/words/a"), R"({"Words":{}})");
  EXPECT_EQ(patched(Json::object(), "add", "/flags/x", "true"), R"({"Flags":{"x":true}})");
  EXPECT_EQ(patched(Json::object(), "add", "/others/~1x/burst", "3"),
            R"({"Others":{"/x":{"Burst":3}}})");
}

TEST(Patch, ListsByItemsOrValues) {
  const Json two{{"Types", {"a", "b"}}};
  EXPECT_EQ(patched(two, "add", "/types/c"), R"({"Types":["a","b","c"]})");
  EXPECT_EQ(patched(two, "add", "/types", "c"), R"({"Types":["a","b","c"]})");
  EXPECT_EQ(patched(two, "remove", "/types/a"), R"({"Types":["b"]})");
  EXPECT_EQ(patched(two, "remove", "/types", "b"), R"({"Types":["a"]})");
  EXPECT_EQ(patched(two, "replace", "/types/b", "c"), R"({"Types":["a","c"]})");
  EXPECT_EQ(patched(two, "replace", "/types/0", "c"), R"({"Types":["c","b"]})");
  EXPECT_EQ(patched(two, "replace", "/types", "c"), R"({"Types":["c"]})");
  EXPECT_EQ(patched({{"Types", {"a"}}}, "remove", "/types/a"), "{}");
}

TEST(Patch, CopiesWhatIsOfTheSameKind) {
  const Json value{{"Limits", {{"Burst", 1}}}, {"Words", {{"a", "b"}}}, {"Name", "n"}};
  EXPECT_EQ(patched({{"Words", {{"a", "b"}}}}, "copy", "/flags", "", "/words"),
            R"({"Flags":{"a":"b"},"Words":{"a":"b"}})");
  EXPECT_EQ(patched(value, "copy", "/name", "", "/words"), "BadRequestException");
}

}  // namespace
}  // namespace hoplab::awsapi::apigateway
