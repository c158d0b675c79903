// A scenario file's text as a tree that still knows its lines and the order of its keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/format/diagnostics.h"

namespace hoplab::scenario {

/// Who wrote a value: a scenario, an overlay, a --set.
struct Origin {
  std::string name;    // a file's path as it was given
  std::string folder;  // which paths in its values are relative to; empty: the working one
};

/// How deep lists and objects stand in one another at most: a scenario needs about ten, and the
/// tree's recursion stays small.
inline constexpr std::size_t kDeepestNesting = 64;

struct Node {
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, list, object };
  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  std::string text;         // a text's value; a real number as it was written
  std::vector<Node> items;  // of a list, or an object's members in the file's order

  std::string key;                       // the name within its object
  std::string pointer;                   // RFC 6901
  std::string written;                   // its pointer where it was written, if that is another
  int line = 1;                          // of its key, else of its value; 0: it has none
  std::shared_ptr<const Origin> origin;  // null: nobody wrote it

  /// The member of that name; nullptr when there is none or this is no object.
  [[nodiscard]] const Node* find(std::string_view name) const;
  [[nodiscard]] Node* find(std::string_view name);
};

// Nodes that stand where another one was written.
Node like(const Node& place, Node::Kind kind, std::string_view key);
Node object_like(const Node& place, std::string_view key);
Node text_like(const Node& place, std::string_view text, std::string_view key = {});
Node renamed(Node node, std::string_view key);

/// The node at a JSON pointer, or its nearest ancestor that is there.
const Node& nearest_place(const Node& root, std::string_view pointer);

/// Reads JSON with // and /* */ comments. A key that stands twice is reported, and its first value
/// kept. Without a tree there is exactly one more diagnostic: the syntax error, with its column.
std::optional<Node> parse_document(std::string_view text, const std::string& file,
                                   std::vector<Diagnostic>& diagnostics);

/// The value of a number, of an integer or a real node.
double real_value(const Node& node);

/// Compact JSON of a tree, members in the file's order.
std::string to_json(const Node& node);

/// A JSON string literal.
std::string json_literal(std::string_view text);

/// How a message names what was found: "\"HTPS\"", 70000, "an object".
std::string found(const Node& node);

}  // namespace hoplab::scenario
