// The values of a mapping template, as the Java objects that Velocity works with: null, Boolean,
// Integer or Long, Double, String, List, Map, and the engine's own.
//
// Lists and maps are shared as Java shares them: a copy of a Value is another name of the same
// list. A Heap owns them, for one rendering or for one parsed body, so that a list that holds
// itself is no leak. Making and reading values is charged to the heap; what is beyond its limit is
// left out, and whoever made it has to look at exhausted().
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "aws/apigateway/mapping/limits.h"

namespace hoplab::aws::vtl {

struct Block;
struct List;
class Map;
struct Loop;

using Text = std::shared_ptr<const std::string>;

/// The objects that API Gateway gives to a template and that are no map.
enum class Host : std::uint8_t { input, util, context };

/// What `$x.class` is.
struct JavaClass {
  std::string_view name;  // static text
  bool operator==(const JavaClass&) const = default;
};

using Value = std::variant<std::monostate, bool, std::int64_t, double, Text, List*, Map*,
                           const Loop*, const Block*, Host, JavaClass>;

inline bool is_null(const Value& value) noexcept {
  return std::holds_alternative<std::monostate>(value);
}

/// The text; null: it is no String.
const std::string* as_text(const Value& value) noexcept;
List* as_list(const Value& value) noexcept;
Map* as_map(const Value& value) noexcept;

struct List {
  std::vector<Value> items;
  bool from_json = false;  // prints as JSON, as json-smart's arrays do
};

/// Keeps the order in which keys came.
class Map {
 public:
  enum class Kind : std::uint8_t {
    plain,
    entry,      // of a map's entrySet(): prints as key=value
    overrides,  // each key may be put once
  };
  using Entry = std::pair<std::string, Value>;

  explicit Map(Kind kind = Kind::plain) : kind_(kind) {}

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] const Value* find(std::string_view key) const;
  /// The value that was there before.
  std::optional<Value> put(std::string_view key, Value value);
  std::optional<Value> erase(std::string_view key);
  void clear();

 private:
  [[nodiscard]] std::size_t position(std::string_view key) const;

  Kind kind_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> index_;  // empty while there are few
};

/// `$foreach`.
struct Loop {
  std::size_t index = 0;
  bool has_next = false;
  Value parent;
};

class Heap {
 public:
  explicit Heap(std::size_t limit = kMaxMade) : left_(limit) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  List* list(bool from_json = false);
  Map* map(Map::Kind kind = Map::Kind::plain);
  Loop* loop();
  Value text(std::string text);

  /// Takes `size` bytes of what is left; false: there is no more.
  bool charge(std::size_t size) noexcept;
  [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }

 private:
  std::size_t left_;
  bool exhausted_ = false;
  std::deque<List> lists_;
  std::deque<Map> maps_;
  std::deque<Loop> loops_;
};

/// As Object.equals: lists and maps by what is in them; numbers only within their class.
bool equal(const Value& a, const Value& b, Heap& heap, std::size_t depth = 0);

}  // namespace hoplab::aws::vtl
