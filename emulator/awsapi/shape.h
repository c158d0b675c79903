// Shapes: what requests and answers of an operation are made of, as constant tables of names, one
// line a structure. All codecs read and write by them, and nothing else knows a wire name.
//
// A member's name is the SDKs'. Where a protocol writes another, wire() says so; EC2 writes names
// in lower camel case in answers, which its codec does by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace hoplab::awsapi {

enum class Kind : std::uint8_t {
  text,
  integer,
  number,
  boolean,
  timestamp,  // in values: seconds since the epoch
  blob,       // in values: the bytes
  structure,
  list,
  map,  // of text to `item`
  any,  // JSON as it comes
};

/// Where REST protocols carry a member.
enum class Where : std::uint8_t { body, path, query, header, payload };

struct Member;

/// A view of a constant table.
struct Members {
  const Member* first = nullptr;
  std::size_t count = 0;
  constexpr Members() = default;
  template <std::size_t N>
  constexpr Members(const Member (&table)[N]) : first(table), count(N) {}  // NOLINT: by intent
  [[nodiscard]] constexpr const Member* begin() const noexcept { return first; }
  [[nodiscard]] constexpr const Member* end() const noexcept;
};

struct Member {
  std::string_view name;
  Kind kind = Kind::text;
  Kind item = Kind::text;  // of a list or a map
  Members members;         // of a structure, or of structures in a list or a map
  std::string_view in, out;
  std::string_view item_name;  // of a list in XML; empty: the protocol's own
  std::string_view choices;    // of a text: those that are allowed, with '|' between them
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  Where where = Where::body;
  bool required = false;

  [[nodiscard]] constexpr Member needed() const {
    Member copy = *this;
    copy.required = true;
    return copy;
  }
  [[nodiscard]] constexpr Member range(std::int64_t low, std::int64_t high) const {
    Member copy = *this;
    copy.least = low;
    copy.most = high;
    return copy;
  }
  [[nodiscard]] constexpr Member wire(std::string_view in_requests,
                                      std::string_view in_answers) const {
    Member copy = *this;
    copy.in = in_requests;
    copy.out = in_answers;
    return copy;
  }
  [[nodiscard]] constexpr Member items(std::string_view element) const {
    Member copy = *this;
    copy.item_name = element;
    return copy;
  }
  [[nodiscard]] constexpr Member in_path(std::string_view as) const {
    return wire(as, as).at(Where::path);
  }
  [[nodiscard]] constexpr Member in_query(std::string_view as) const {
    return wire(as, as).at(Where::query);
  }
  [[nodiscard]] constexpr Member in_header(std::string_view as) const {
    return wire(as, as).at(Where::header);
  }
  [[nodiscard]] constexpr Member at(Where place) const {
    Member copy = *this;
    copy.where = place;
    return copy;
  }
};

constexpr const Member* Members::end() const noexcept {
  return first + count;
}

constexpr Member scalar(std::string_view name, Kind kind) {
  Member made;
  made.name = name;
  made.kind = kind;
  return made;
}
constexpr Member text(std::string_view name) {
  return scalar(name, Kind::text);
}
constexpr Member choice(std::string_view name, std::string_view choices) {
  Member made = scalar(name, Kind::text);
  made.choices = choices;
  return made;
}
constexpr Member integer(std::string_view name) {
  return scalar(name, Kind::integer);
}
constexpr Member number(std::string_view name) {
  return scalar(name, Kind::number);
}
constexpr Member boolean(std::string_view name) {
  return scalar(name, Kind::boolean);
}
constexpr Member timestamp(std::string_view name) {
  return scalar(name, Kind::timestamp);
}
constexpr Member blob(std::string_view name) {
  return scalar(name, Kind::blob);
}
constexpr Member any(std::string_view name) {
  return scalar(name, Kind::any);
}
constexpr Member structure(std::string_view name, Members members) {
  Member made = scalar(name, Kind::structure);
  made.members = members;
  return made;
}
constexpr Member several(std::string_view name, Kind kind, Kind item, Members members = {}) {
  Member made = scalar(name, kind);
  made.item = item;
  made.members = members;
  return made;
}
constexpr Member list(std::string_view name, Members members) {
  return several(name, Kind::list, Kind::structure, members);
}
constexpr Member texts(std::string_view name) {
  return several(name, Kind::list, Kind::text);
}
constexpr Member integers(std::string_view name) {
  return several(name, Kind::list, Kind::integer);
}
constexpr Member map(std::string_view name) {
  return several(name, Kind::map, Kind::text);
}
constexpr Member map(std::string_view name, Members members) {
  return several(name, Kind::map, Kind::structure, members);
}

/// What an item of the list or map `member` is.
constexpr Member item_of(const Member& member) {
  Member made;
  made.name = member.name;
  made.kind = member.item;
  made.members = member.members;
  return made;
}

}  // namespace hoplab::awsapi
