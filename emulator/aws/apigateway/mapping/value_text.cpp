#include "aws/apigateway/mapping/value_text.h"

#include <nlohmann/json.hpp>

#include "aws/apigateway/mapping/java_number.h"
#include "aws/stub/json_text.h"

namespace hoplab::aws::vtl {

namespace {

constexpr std::size_t kWritten = 16;  // bytes for each value that is written

/// Writes one value; stops where the heap is exhausted or the value is nested too deeply.
class Writer {
 public:
  Writer(std::string& out, Heap& heap) : out_(out), heap_(heap) {}

  void java(const Value& value, std::size_t depth);
  void json(const Value& value, std::size_t depth);

 private:
  bool enter(std::size_t depth) { return depth <= kMaxJsonDepth && heap_.charge(kWritten); }
  void append(std::string_view text) {
    if (heap_.charge(text.size())) out_ += text;
  }
  bool scalar(const Value& value);
  void java_list(const List& list, std::size_t depth);
  void java_map(const Map& map, std::size_t depth);
  void json_string(std::string_view text);

  std::string& out_;
  Heap& heap_;
};

/// What is the same in both; false: it is not.
bool Writer::scalar(const Value& value) {
  if (is_null(value)) return append("null"), true;
  if (const bool* const boolean = std::get_if<bool>(&value)) {
    return append(*boolean ? "true" : "false"), true;
  }
  if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
    return append(std::to_string(*integer)), true;
  }
  if (const double* const number = std::get_if<double>(&value)) {
    return append(java_double(*number)), true;
  }
  return false;
}

void Writer::java(const Value& value, std::size_t depth) {
  if (!enter(depth) || scalar(value)) return;
  if (const std::string* const text = as_text(value)) {
    append(*text);
  } else if (const List* const list = as_list(value)) {
    list->from_json ? json(value, depth) : java_list(*list, depth);
  } else if (const Map* const map = as_map(value)) {
    java_map(*map, depth);
  } else if (const JavaClass* const named = std::get_if<JavaClass>(&value)) {
    append("class ");
    append(named->name);
  }
}

void Writer::java_list(const List& list, std::size_t depth) {
  append("[");
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (i > 0) append(", ");
    java(list.items[i], depth + 1);
  }
  append("]");
}

void Writer::java_map(const Map& map, std::size_t depth) {
  if (map.kind() == Map::Kind::entry) {
    java(map.entries()[0].second, depth + 1);
    append("=");
    java(map.entries()[1].second, depth + 1);
    return;
  }
  append("{");
  for (std::size_t i = 0; i < map.entries().size(); ++i) {
    const auto& [key, value] = map.entries()[i];
    if (i > 0) append(", ");
    append(key);
    append("=");
    java(value, depth + 1);
  }
  append("}");
}

void Writer::json_string(std::string_view text) {
  if (heap_.charge(text.size() + 2)) append_json_string(out_, text);
}

void Writer::json(const Value& value, std::size_t depth) {
  if (!enter(depth) || scalar(value)) return;
  if (const std::string* const text = as_text(value)) {
    json_string(*text);
  } else if (const List* const list = as_list(value)) {
    append("[");
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) append(",");
      json(list->items[i], depth + 1);
    }
    append("]");
  } else if (const Map* const map = as_map(value)) {
    append("{");
    for (std::size_t i = 0; i < map->entries().size(); ++i) {
      if (i > 0) append(",");
      json_string(map->entries()[i].first);
      append(":");
      json(map->entries()[i].second, depth + 1);
    }
    append("}");
  } else {
    append("null");
  }
}

/// Builds values while the parser reads. Objects and lists that are open are on a stack of its own,
/// so that the depth of a document is bounded here.
class JsonReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonReader(Heap& heap) : heap_(heap) {}

  bool null() override { return add({}); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(std::int64_t{value}); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > INT64_MAX) return add(static_cast<double>(value));
    return add(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(heap_.text(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(heap_.map()); }
  bool start_array(std::size_t) override { return open(heap_.list(true)); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    keys_.back() = std::move(value);
    return heap_.charge(keys_.back().size());
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  [[nodiscard]] const Value& root() const noexcept { return root_; }

 private:
  bool add(Value value) {
    if (heap_.exhausted() || ++values_ > kMaxJsonValues) return false;
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (List* const list = as_list(open_.back())) {
      list->items.push_back(std::move(value));
    } else {
      as_map(open_.back())->put(keys_.back(), std::move(value));
    }
    return heap_.charge(sizeof(Value));
  }
  bool open(const Value& value) {
    if (open_.size() >= kMaxJsonDepth || !add(value)) return false;
    open_.push_back(value);
    keys_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  Heap& heap_;
  Value root_;
  std::vector<Value> open_;
  std::vector<std::string> keys_;
  std::size_t values_ = 0;
};

}  // namespace

std::string java_text(const Value& value, Heap& heap) {
  std::string out;
  Writer(out, heap).java(value, 0);
  return out;
}

std::string json_text(const Value& value, Heap& heap) {
  std::string out;
  Writer(out, heap).json(value, 0);
  return out;
}

std::optional<Value> parse_json(std::string_view text, Heap& heap) {
  JsonReader reader(heap);
  if (!nlohmann::json::sax_parse(text, &reader)) return std::nullopt;
  return reader.root();
}

Value value_of(const nlohmann::ordered_json& json, Heap& heap, std::size_t depth) {
  if (depth > kMaxJsonDepth) return {};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_number()) return json.get<std::int64_t>();
  if (json.is_string()) return heap.text(json.get<std::string>());
  if (json.is_array()) {
    List* const list = heap.list(true);
    for (const auto& item : json) list->items.push_back(value_of(item, heap, depth + 1));
    return list;
  }
  if (!json.is_object()) return {};
  Map* const map = heap.map();
  for (const auto& [key, item] : json.items()) map->put(key, value_of(item, heap, depth + 1));
  return map;
}

}  // namespace hoplab::aws::vtl
