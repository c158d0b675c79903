// JSONPath of mapping templates and parameter mappings.
#include "aws/apigateway/mapping/json_path.h"

#include <gtest/gtest.h>

#include <string>

#include "aws/apigateway/mapping/value_text.h"

namespace hoplab::aws::vtl {
namespace {

constexpr std::string_view kStore = R"({
  "store": {
    "book": [
      {"title": "A", "price": 8.95, "isbn": "1"},
      {"title": "B", "price": 12, "tags": ["x", "y"]},
      {"title": "C", "price": 9, "isbn": "3", "sold": true}
    ],
    "bike": {"colour": "red", "price": 20}
  },
  "limit": 10, "a b": 1, "it's": 2, "x-y": 3, "none": null, "name": "Köln"
})";

/// As JSON; "nothing" where nothing is.
std::string found(std::string_view path, std::string_view json = kStore) {
  Heap heap;
  const auto root = parse_json(json, heap);
  const auto compiled = JsonPath::compile(path);
  if (!root || !compiled) return "error: " + compiled.error();
  const auto value = compiled.value().find(*root, heap);
  return value ? json_text(*value, heap) : "nothing";
}

struct PathCase {
  const char* path;
  const char* found;
};

TEST(JsonPath, Finds) {
  for (const PathCase& one : {
           PathCase{"$.limit", "10"},
           {"limit", "10"},
           {"$['limit']", "10"},
           {"$[\"a b\"]", "1"},
           {"$['it\\'s']", "2"},
           {"$.x-y", "3"},
           {"$.none", "null"},
           {"$.nothing", "nothing"},
           {"$.limit.more", "nothing"},
           {"$.store.book.title", "nothing"},
           {"$.store.bike", R"({"colour":"red","price":20})"},
           {"$.store.book[0].title", R"("A")"},
           {"$.store.book[-1].title", R"("C")"},
           {"$.store.book[3]", "nothing"},
           {"$.store.book[0,2].title", R"(["A","C"])"},
           {"$.store.book[1:].title", R"(["B","C"])"},
           {"$.store.book[:1].title", R"(["A"])"},
           {"$.store.book[-2:-1].title", R"(["B"])"},
           {"$.store.book[ 0 : 9 ].title", R"(["A","B","C"])"},
           {"$.store.book[*].price", "[8.95,12,9]"},
           {"$.store.bike.*", R"(["red",20])"},
           {"$['store']['bike']['colour','price']", R"({"colour":"red","price":20})"},
           {"$..price", "[8.95,12,9,20]"},
           {"$..book[0].title", R"(["A"])"},
           {"$.store..colour", R"(["red"])"},
           {"$..nothing", "[]"},
           {"$.store.book.length()", "3"},
           {"$.store.book[*].size()", "3"},
           {"$.name.length()", "4"},
           {"$.store.book[?(@.isbn)].title", R"(["A","C"])"},
           {"$.store.book[?(!@.isbn)].title", R"(["B"])"},
           {"$.store.book[?(@.price < 10)].title", R"(["A","C"])"},
           {"$.store.book[?(@.price >= 9 && @.isbn)].title", R"(["C"])"},
           {"$.store.book[?(@.price > 11 || @.title == 'A')].title", R"(["A","B"])"},
           {"$.store.book[?((@.price > 11 || @.isbn == \"1\") && @.tags)].title", R"(["B"])"},
           {"$.store.book[?(@.price < $.limit)].title", R"(["A","C"])"},
           {"$.store.book[?(@.sold == true)].title", R"(["C"])"},
           {"$.store.book[?(@.title != 'A')].title", R"(["B","C"])"},
           {"$.store.book[?(@.title =~ /[ab]/i)].title", R"(["A","B"])"},
           {"$.store.book[?(@.tags[1] == 'y')].title", R"(["B"])"},
           {"$.store.book[?(@['title'] <= 'B')].title", R"(["A","B"])"},
           {"$.store.book[?(@.none == null)].title", "[]"},
           {"$..[?(@.colour)].price", "[20]"},
       }) {
    EXPECT_EQ(found(one.path), one.found) << one.path;
  }
  EXPECT_EQ(found("$[1]", "[1,2]"), "2");
  EXPECT_EQ(found("$", "5"), "5");
  EXPECT_EQ(found("", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(found("$[?(@ > 1)]", "[1,2,3]"), "[2,3]");
}

TEST(JsonPath, SaysWhatIsWrong) {
  for (const char* const path :
       {"$.", "$[", "$[]", "$['a'", "$['a", "$a", "$.a.b()", "$[1:x]", "$[?(@.a == )]", "$[?(1)]",
        "$[?(@.a =~ /(/)]", "$[?(@.a =~ /x)]", "$[?@.a]", "$[1,]", "$[99999999999999999999]"}) {
    EXPECT_TRUE(found(path).starts_with("error: \"")) << path << ": " << found(path);
  }
  const std::string deep = "$[?(" + std::string(5000, '!') + "@.a)]";
  EXPECT_TRUE(found(deep).ends_with("nested too deeply")) << found(deep);
}

TEST(JsonPath, StopsWhereItsHeapEnds) {
  std::string json = "1";
  for (int i = 0; i < 40; ++i) json = "[" + json + "," + std::to_string(i) + "]";
  Heap values;
  const auto root = parse_json(json, values);
  const auto path = JsonPath::compile("$..*..*..*..*");
  ASSERT_TRUE(root && path);
  Heap heap(100'000);
  EXPECT_TRUE(path.value().find(*root, heap).has_value());
  EXPECT_TRUE(heap.exhausted());
}

TEST(Json, IsBounded) {
  Heap heap;
  EXPECT_FALSE(parse_json(std::string(1'000'000, '['), heap));
  std::string deep = std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']');
  EXPECT_TRUE(parse_json(deep, heap));
  EXPECT_FALSE(parse_json("[" + deep + "]", heap));
  for (const char* const wrong : {"", "{", "[1,]", "{'a':1}", "\"\xff\"", "1e999", "nul"}) {
    EXPECT_FALSE(parse_json(wrong, heap)) << wrong;
  }
}

}  // namespace
}  // namespace hoplab::aws::vtl
