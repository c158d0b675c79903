// Parses with nlohmann's SAX interface over an iterator that counts what it has handed out: the DOM
// would lose lines, order and repeated keys. The only file of the reader that includes nlohmann.
#include "scenario/format/reader_document.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>

namespace hoplab::scenario {
namespace {

/// Where the parser stands; shared by the copies of the iterator.
struct Cursor {
  std::string_view text;
  std::size_t next = 0;     // the next character to hand out
  std::size_t counted = 0;  // lines are counted up to here
  int line = 1;

  /// The line of the character handed out last.
  int line_of_last() {
    const std::size_t last = next == 0 ? 0 : next - 1;
    for (; counted < last; ++counted) line += text[counted] == '\n' ? 1 : 0;
    return line;
  }
};

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  explicit CountingIterator(Cursor* cursor = nullptr) : cursor_(cursor) {}
  reference operator*() const { return cursor_->text[cursor_->next]; }
  CountingIterator& operator++() { return ++cursor_->next, *this; }
  CountingIterator operator++(int) { return ++cursor_->next, *this; }
  bool operator==(const CountingIterator& other) const { return at_end() == other.at_end(); }
  bool operator!=(const CountingIterator& other) const { return !(*this == other); }

 private:
  bool at_end() const { return cursor_ == nullptr || cursor_->next >= cursor_->text.size(); }
  Cursor* cursor_;
};

/// Receives nlohmann's events and builds the tree.
class Builder {
 public:
  Builder(Cursor& cursor, const std::string& file, std::vector<Diagnostic>& diagnostics)
      : cursor_(cursor),
        origin_(std::make_shared<const Origin>(
            Origin{file, std::filesystem::path(file).parent_path().string()})),
        diagnostics_(diagnostics) {}

  Node& root() { return root_; }

  bool null() { return add(Node::Kind::null) != nullptr; }
  bool boolean(bool value) {
    add(Node::Kind::boolean)->boolean = value;
    return true;
  }
  bool number_integer(std::int64_t value) {
    add(Node::Kind::integer)->integer = value;
    return true;
  }
  bool number_unsigned(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(INT64_MAX)) {
      return number_integer(static_cast<std::int64_t>(value));
    }
    add(Node::Kind::real)->text = std::to_string(value);
    return true;
  }
  bool number_float(double, const std::string& written) {
    add(Node::Kind::real)->text = written;
    return true;
  }
  bool string(std::string& value) {
    add(Node::Kind::text)->text = std::move(value);
    return true;
  }
  bool binary(std::vector<std::uint8_t>&) { return false; }  // JSON has none

  bool start_object(std::size_t) { return open(Node::Kind::object); }
  bool start_array(std::size_t) { return open(Node::Kind::list); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    key_ = std::move(name);
    key_line_ = cursor_.line_of_last();
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
    std::string text = error.what();
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..."
    const auto colon = text.find(": ");
    if (colon != std::string::npos) text.erase(0, colon + 2);
    fail(std::move(text));
    return false;
  }

 private:
  void fail(std::string why) {
    const int line = cursor_.line_of_last();
    const std::size_t last = cursor_.next == 0 ? 0 : cursor_.next - 1;
    const auto line_end = cursor_.text.substr(0, last).rfind('\n');
    const std::size_t column = line_end == std::string_view::npos ? last + 1 : last - line_end;
    diagnostics_.push_back(
        {origin_->name, line, static_cast<int>(column), {"", "", std::move(why), "", ""}});
  }

  Node* add(Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.origin = origin_;
    if (open_.empty()) {
      root_ = std::move(node);
      root_.line = cursor_.line_of_last();
      return &root_;
    }
    Node& parent = *open_.back();
    if (parent.kind == Node::Kind::list) {
      node.line = cursor_.line_of_last();
      node.pointer = model::at(parent.pointer, parent.items.size());
    } else {
      node.line = key_line_;
      node.pointer = model::at(parent.pointer, key_);
      node.key = std::move(key_);
      if (const Node* first = parent.find(node.key)) return repeated(*first, std::move(node));
    }
    parent.items.push_back(std::move(node));
    return &parent.items.back();
  }

  /// A second value under one key is reported and read into a place that is thrown away.
  Node* repeated(const Node& first, Node node) {
    diagnostics_.push_back({origin_->name,
                            node.line,
                            0,
                            {node.pointer, "it a second time",
                             "it stands already on line " + std::to_string(first.line), "", ""}});
    thrown_away_.push_back(std::make_unique<Node>(std::move(node)));
    return thrown_away_.back().get();
  }

  bool open(Node::Kind kind) {
    if (open_.size() == kDeepestNesting) {
      fail("nested deeper than " + std::to_string(kDeepestNesting) + " levels");
      return false;
    }
    open_.push_back(add(kind));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Cursor& cursor_;
  const std::shared_ptr<const Origin> origin_;
  std::vector<Diagnostic>& diagnostics_;
  Node root_;
  std::vector<Node*> open_;  // stable: a parent's list does not grow while a child of it is open
  std::vector<std::unique_ptr<Node>> thrown_away_;
  std::string key_;
  int key_line_ = 1;
};

const Node* find_member(const Node& node, std::string_view name) {
  if (node.kind != Node::Kind::object) return nullptr;
  const auto is = [name](const Node& member) { return member.key == name; };
  const auto it = std::find_if(node.items.begin(), node.items.end(), is);
  return it == node.items.end() ? nullptr : &*it;
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  return find_member(*this, name);
}

Node* Node::find(std::string_view name) {
  return const_cast<Node*>(find_member(*this, name));
}

const Node& nearest_place(const Node& root, std::string_view pointer) {
  if (pointer.size() <= root.pointer.size()) return root;
  for (const Node& item : root.items) {
    const bool on_the_way =
        pointer.starts_with(item.pointer) &&
        (pointer.size() == item.pointer.size() || pointer[item.pointer.size()] == '/');
    if (on_the_way) return nearest_place(item, pointer);
  }
  return root;
}

std::optional<Node> parse_document(std::string_view text, const std::string& file,
                                   std::vector<Diagnostic>& diagnostics) {
  Cursor cursor;
  cursor.text = text;
  Builder builder(cursor, file, diagnostics);
  const bool good = nlohmann::json::sax_parse(CountingIterator(&cursor), CountingIterator(),
                                              &builder, nlohmann::json::input_format_t::json,
                                              /*strict=*/true, /*ignore_comments=*/true);
  if (!good) return std::nullopt;
  return std::move(builder.root());
}

double real_value(const Node& node) {
  return node.kind == Node::Kind::integer ? static_cast<double>(node.integer)
                                          : std::strtod(node.text.c_str(), nullptr);
}

std::string json_literal(std::string_view text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string to_json(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return "null";
    case Node::Kind::boolean: return node.boolean ? "true" : "false";
    case Node::Kind::integer: return std::to_string(node.integer);
    case Node::Kind::real: return node.text;
    case Node::Kind::text: return json_literal(node.text);
    case Node::Kind::list:
    case Node::Kind::object: break;
  }
  const bool object = node.kind == Node::Kind::object;
  std::string json = object ? "{" : "[";
  for (const Node& item : node.items) {
    if (json.size() > 1) json += ',';
    if (object) json += json_literal(item.key) + ':';
    json += to_json(item);
  }
  return json + (object ? '}' : ']');
}

Node like(const Node& place, Node::Kind kind, std::string_view key) {
  Node node;
  node.kind = kind;
  node.key = key;
  node.pointer = place.pointer;
  node.line = place.line;
  node.origin = place.origin;
  return node;
}

Node object_like(const Node& place, std::string_view key) {
  return like(place, Node::Kind::object, key);
}

Node text_like(const Node& place, std::string_view text, std::string_view key) {
  Node node = like(place, Node::Kind::text, key);
  node.text = text;
  return node;
}

Node renamed(Node node, std::string_view key) {
  node.key = key;
  return node;
}

std::string found(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return "null";
    case Node::Kind::boolean: return node.boolean ? "true" : "false";
    case Node::Kind::integer: return std::to_string(node.integer);
    case Node::Kind::real: return node.text;
    case Node::Kind::text: return model::in_quotes(node.text);
    case Node::Kind::list: return "a list";
    case Node::Kind::object: return "an object";
  }
  return "";
}

}  // namespace hoplab::scenario
