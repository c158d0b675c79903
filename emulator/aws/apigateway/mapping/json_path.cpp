#include "aws/apigateway/mapping/json_path.h"

#include <algorithm>

#include "aws/apigateway/mapping/java_text.h"
#include "aws/apigateway/mapping/json_filter.h"
#include "aws/apigateway/mapping/json_path_parser.h"

namespace hoplab::aws::vtl {

namespace {

constexpr std::size_t kVisit = 24;  // bytes for each value that is looked at

/// Counted from the end when it is negative; nothing: there is no such item.
const Value* item_at(const List& list, std::int64_t index) noexcept {
  const auto size = static_cast<std::int64_t>(list.items.size());
  const std::int64_t at = index < 0 ? index + size : index;
  return at >= 0 && at < size ? &list.items[static_cast<std::size_t>(at)] : nullptr;
}

std::int64_t within(std::int64_t index, std::int64_t size) noexcept {
  return std::clamp(index < 0 ? index + size : index, std::int64_t{0}, size);
}

Value length_of(const Value& value) {
  if (const List* const list = as_list(value)) return static_cast<std::int64_t>(list->items.size());
  if (const Map* const map = as_map(value)) return static_cast<std::int64_t>(map->entries().size());
  if (const std::string* const text = as_text(value)) return java_length(*text);
  return {};
}

}  // namespace

JsonPath::JsonPath(JsonPath&&) noexcept = default;
JsonPath& JsonPath::operator=(JsonPath&&) noexcept = default;
JsonPath::~JsonPath() = default;

/// Applies steps, one after the other, to all that has been met.
class JsonPath::Walk {
 public:
  Walk(const Value& start, const Value& root, Heap& heap) : root_(root), heap_(heap), met_{start} {}

  void apply(const Step& step) {
    std::vector<Value> before;
    before.swap(met_);
    for (const Value& value : before) visit(step, value, 0);
  }
  [[nodiscard]] std::vector<Value>& met() noexcept { return met_; }

 private:
  void visit(const Step& step, const Value& value, std::size_t depth) {
    if (!heap_.charge(kVisit) || depth > kMaxJsonDepth) return;
    take(step, value);
    if (!step.deep) return;
    if (const List* const list = as_list(value)) {
      for (const Value& item : list->items) visit(step, item, depth + 1);
    } else if (const Map* const map = as_map(value)) {
      for (const auto& entry : map->entries()) visit(step, entry.second, depth + 1);
    }
  }

  void take(const Step& step, const Value& value) {
    switch (step.kind) {
      case Step::Kind::names: return names(step, value);
      case Step::Kind::indexes: return indexes(step, value);
      case Step::Kind::slice: return slice(step, value);
      case Step::Kind::wildcard: return children(value, nullptr);
      case Step::Kind::filter: return children(value, step.filter.get());
      case Step::Kind::length: return met_.push_back(length_of(value));
    }
  }

  void add(const Value& value) {
    if (heap_.charge(kVisit)) met_.push_back(value);
  }

  /// One name gives its value, several a map of those that are there.
  void names(const Step& step, const Value& value) {
    const Map* const map = as_map(value);
    if (map == nullptr) return;
    if (step.names.size() == 1) {
      if (const Value* const found = map->find(step.names[0])) add(*found);
      return;
    }
    Map* const some = heap_.map();
    for (const std::string& name : step.names) {
      const Value* const found = map->find(name);
      if (found != nullptr && heap_.charge(name.size())) some->put(name, *found);
    }
    add(some);
  }

  void indexes(const Step& step, const Value& value) {
    const List* const list = as_list(value);
    if (list == nullptr) return;
    for (const std::int64_t index : step.indexes) {
      if (const Value* const item = item_at(*list, index)) add(*item);
    }
  }

  void slice(const Step& step, const Value& value) {
    const List* const list = as_list(value);
    if (list == nullptr) return;
    const auto size = static_cast<std::int64_t>(list->items.size());
    const std::int64_t end = within(step.slice.end.value_or(size), size);
    for (std::int64_t i = within(step.slice.begin.value_or(0), size); i < end; ++i) {
      add(list->items[static_cast<std::size_t>(i)]);
    }
  }

  /// A filter asks the items of a list, and an object itself.
  void children(const Value& value, const JsonFilter* filter) {
    if (const List* const list = as_list(value)) {
      for (const Value& item : list->items) {
        if (filter == nullptr || passes(*filter, item, root_, heap_)) add(item);
      }
    } else if (const Map* const map = as_map(value)) {
      if (filter != nullptr) {
        if (passes(*filter, value, root_, heap_)) add(value);
        return;
      }
      for (const auto& entry : map->entries()) add(entry.second);
    }
  }

  const Value& root_;
  Heap& heap_;
  std::vector<Value> met_;
};

bool JsonPath::Step::definite() const noexcept {
  if (deep) return false;
  return kind == Kind::names || kind == Kind::length ||
         (kind == Kind::indexes && indexes.size() == 1);
}

bool JsonPath::definite() const noexcept {
  return std::ranges::all_of(steps_, &Step::definite);
}

Result<JsonPath> JsonPath::compile(std::string_view text) {
  const std::string_view path = trimmed(text);
  JsonPathParser parser(path);
  JsonPath made = parser.path(false);
  if (parser.wrong().empty()) return made;
  return Error{"\"" + std::string(path.substr(0, 200)) + "\" is no JSONPath: " + parser.wrong()};
}

std::optional<Value> JsonPath::find(const Value& root, Heap& heap) const {
  return find_from(root, root, heap);
}

std::optional<Value> JsonPath::find_from(const Value& start, const Value& root, Heap& heap) const {
  Walk walk(start, root, heap);
  bool single = true;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::length && !single) {
      return static_cast<std::int64_t>(walk.met().size());
    }
    walk.apply(step);
    single = single && step.definite();
  }
  std::vector<Value>& met = walk.met();
  if (single) return met.empty() ? std::nullopt : std::optional(met[0]);
  List* const list = heap.list(true);
  list->items = std::move(met);
  return list;
}

}  // namespace hoplab::aws::vtl
