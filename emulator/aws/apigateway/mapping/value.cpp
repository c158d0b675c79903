#include "aws/apigateway/mapping/value.h"

#include <algorithm>

namespace hoplab::aws::vtl {

namespace {

constexpr std::size_t kFew = 16;         // entries that are looked through one by one
constexpr std::size_t kObjectSize = 64;  // about what an empty list or map takes

bool equal_lists(const List& a, const List& b, Heap& heap, std::size_t depth) {
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!equal(a.items[i], b.items[i], heap, depth)) return false;
  }
  return true;
}

bool equal_maps(const Map& a, const Map& b, Heap& heap, std::size_t depth) {
  if (a.entries().size() != b.entries().size()) return false;
  for (const auto& [key, value] : a.entries()) {
    const Value* const other = b.find(key);
    if (other == nullptr || !equal(value, *other, heap, depth)) return false;
  }
  return true;
}

}  // namespace

const std::string* as_text(const Value& value) noexcept {
  const Text* const text = std::get_if<Text>(&value);
  return text != nullptr ? text->get() : nullptr;
}

List* as_list(const Value& value) noexcept {
  List* const* const list = std::get_if<List*>(&value);
  return list != nullptr ? *list : nullptr;
}

Map* as_map(const Value& value) noexcept {
  Map* const* const map = std::get_if<Map*>(&value);
  return map != nullptr ? *map : nullptr;
}

std::size_t Map::position(std::string_view key) const {
  if (!index_.empty()) {
    const auto found = index_.find(std::string(key));
    return found == index_.end() ? entries_.size() : found->second;
  }
  const auto found = std::ranges::find(entries_, key, &Entry::first);
  return static_cast<std::size_t>(found - entries_.begin());
}

const Value* Map::find(std::string_view key) const {
  const std::size_t at = position(key);
  return at < entries_.size() ? &entries_[at].second : nullptr;
}

std::optional<Value> Map::put(std::string_view key, Value value) {
  const std::size_t at = position(key);
  if (at < entries_.size()) return std::exchange(entries_[at].second, std::move(value));
  entries_.emplace_back(std::string(key), std::move(value));
  if (!index_.empty()) {
    index_.emplace(key, at);
  } else if (entries_.size() > kFew) {
    for (std::size_t i = 0; i < entries_.size(); ++i) index_.emplace(entries_[i].first, i);
  }
  return std::nullopt;
}

std::optional<Value> Map::erase(std::string_view key) {
  const std::size_t at = position(key);
  if (at == entries_.size()) return std::nullopt;
  Value value = std::move(entries_[at].second);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
  if (!index_.empty()) {
    index_.clear();
    for (std::size_t i = 0; i < entries_.size(); ++i) index_.emplace(entries_[i].first, i);
  }
  return value;
}

void Map::clear() {
  entries_.clear();
  index_.clear();
}

List* Heap::list(bool from_json) {
  charge(kObjectSize);
  lists_.emplace_back().from_json = from_json;
  return &lists_.back();
}

Map* Heap::map(Map::Kind kind) {
  charge(2 * kObjectSize);
  return &maps_.emplace_back(kind);
}

Loop* Heap::loop() {
  charge(kObjectSize);
  return &loops_.emplace_back();
}

Value Heap::text(std::string text) {
  if (!charge(kObjectSize / 2 + text.size())) return {};
  return std::make_shared<const std::string>(std::move(text));
}

bool Heap::charge(std::size_t size) noexcept {
  exhausted_ = exhausted_ || size > left_;
  left_ -= exhausted_ ? 0 : size;
  return !exhausted_;
}

bool equal(const Value& a, const Value& b, Heap& heap, std::size_t depth) {
  if (!heap.charge(1) || depth > kMaxJsonDepth) return false;
  if (a.index() != b.index()) return false;
  if (const std::string* const text = as_text(a)) {
    return heap.charge(text->size()) && *text == *as_text(b);
  }
  if (const List* const list = as_list(a)) {
    return list == as_list(b) || equal_lists(*list, *as_list(b), heap, depth + 1);
  }
  if (const Map* const map = as_map(a)) {
    return map == as_map(b) || equal_maps(*map, *as_map(b), heap, depth + 1);
  }
  return a == b;
}

}  // namespace hoplab::aws::vtl
