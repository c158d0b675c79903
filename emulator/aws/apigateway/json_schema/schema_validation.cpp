#include "aws/apigateway/json_schema/schema_validation.h"

#include <algorithm>
#include <utility>

#include "aws/apigateway/json_schema/format.h"

namespace hoplab::aws::json_schema {

namespace {

/// How many schemas may be under way for a value and those around it: a stack has room for that.
constexpr int kMostUnderWay = 1000;

std::string list_of(Types types) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::size(kTypeNames); ++i) {
    if (types & (1 << i)) names.emplace_back(kTypeNames[i]);
  }
  return shown(names);
}

std::string text(std::uint64_t number) {
  return std::to_string(number);
}

}  // namespace

bool Validation::run(NodeId root, const Json& value) {
  const bool passed = passes(root, value) && !given_up_;
  if (given_up_) messages_.emplace_back("the body takes too much work to be validated");
  return passed;
}

bool Validation::fail(std::string message) {
  if (telling_ && messages_.size() < most_messages_) messages_.push_back(std::move(message));
  return false;
}

bool Validation::spent() {
  given_up_ = given_up_ || ++steps_ > most_steps_ || depth_ > kMostUnderWay;
  return given_up_;
}

bool Validation::passes(NodeId id, const Json& value) {
  if (spent()) return false;
  const Node& node = nodes_[id];
  ++depth_;
  const bool passed = keywords(node, value) && children(node, value);
  --depth_;
  return passed;
}

bool Validation::passes_quietly(NodeId id, const Json& value) {
  const bool telling = std::exchange(telling_, false);
  const bool passed = passes(id, value);
  telling_ = telling;
  return passed;
}

bool Validation::keywords(const Node& node, const Json& value) {
  bool passed = true;
  const auto holds = [&](bool held) { passed = passed && held; };
  if (value.is_array()) holds(array(node, value));
  if (value.is_object()) holds(object(node, value.get_ref<const Json::object_t&>()));
  holds(combined(node, value));
  if (value.is_object()) holds(dependencies(node, value));
  holds(enumeration(node, value));
  if (value.is_number()) holds(number(node, value));
  if (value.is_string()) holds(string(node, value.get_ref<const std::string&>()));
  holds(type(node, value));
  return passed;
}

bool Validation::type(const Node& node, const Json& value) {
  const Types type = type_of(value);
  if (!node.types || (*node.types & type) != 0) return true;
  return fail("instance type (" + std::string(name_of(type)) +
              ") does not match any allowed primitive type (allowed: " + list_of(*node.types) +
              ")");
}

bool Validation::enumeration(const Node& node, const Json& value) {
  if (!node.enumeration) return true;
  const bool found = std::ranges::any_of(
      *node.enumeration, [&](const Json& one) { return equal(one, value, steps_); });
  return found || fail("instance value (" + shown(value) +
                       ") not found in enum (possible values: " + shown(*node.enumeration) + ")");
}

bool Validation::number(const Node& node, const Json& value) {
  bool passed = true;
  const long double number = number_of(value);
  if (node.maximum) {
    const auto& [limit, exclusive] = *node.maximum;
    if (number > number_of(limit)) {
      passed =
          fail("numeric instance is greater than the required maximum (maximum: " + shown(limit) +
               ", found: " + shown(value) + ")");
    } else if (exclusive && number == number_of(limit)) {
      passed =
          fail("numeric instance is not strictly lower than the required maximum " + shown(limit));
    }
  }
  if (node.minimum) {
    const auto& [limit, exclusive] = *node.minimum;
    if (number < number_of(limit)) {
      passed =
          fail("numeric instance is lower than the required minimum (minimum: " + shown(limit) +
               ", found: " + shown(value) + ")");
    } else if (exclusive && number == number_of(limit)) {
      passed = fail("numeric instance is not strictly greater than the required minimum " +
                    shown(limit));
    }
  }
  if (node.multiple_of && !is_multiple(value, *node.multiple_of)) {
    passed = fail("remainder of division is not zero (" + shown(value) + " / " +
                  shown(*node.multiple_of) + ")");
  }
  return passed;
}

bool Validation::string(const Node& node, const std::string& value) {
  bool passed = true;
  steps_ += steps_of(value);
  const std::size_t length = code_points(value);
  if (node.max_length && length > *node.max_length) {
    passed = fail("string \"" + shortened(value) + "\" is too long (length: " + text(length) +
                  ", maximum allowed: " + text(*node.max_length) + ")");
  }
  if (node.min_length && length < *node.min_length) {
    passed = fail("string \"" + shortened(value) + "\" is too short (length: " + text(length) +
                  ", required minimum: " + text(*node.min_length) + ")");
  }
  if (node.pattern && !node.pattern->found_in(value)) {
    passed = fail("ECMA 262 regex \"" + node.pattern->text() + "\" does not match input string \"" +
                  shortened(value) + "\"");
  }
  if (auto problem = format_problem(node.format, value)) passed = fail(*std::move(problem));
  return passed;
}

std::size_t Validation::passing(const std::vector<NodeId>& schemas, const Json& value) {
  return static_cast<std::size_t>(
      std::ranges::count_if(schemas, [&](NodeId id) { return passes_quietly(id, value); }));
}

bool Validation::combined(const Node& node, const Json& value) {
  bool passed = true;
  if (!node.all_of.empty()) {
    const std::size_t matched = passing(node.all_of, value), all = node.all_of.size();
    if (matched != all) {
      passed = fail("instance failed to match all required schemas (matched only " + text(matched) +
                    " out of " + text(all) + ")");
    }
  }
  if (!node.any_of.empty() &&
      std::ranges::none_of(node.any_of, [&](NodeId id) { return passes_quietly(id, value); })) {
    passed = fail("instance failed to match at least one required schema among " +
                  text(node.any_of.size()));
  }
  if (node.none_of && passes_quietly(*node.none_of, value)) {
    passed = fail("instance matched a schema which it should not have");
  }
  if (!node.one_of.empty()) {
    const std::size_t matched = passing(node.one_of, value);
    if (matched != 1) {
      passed = fail("instance failed to match exactly one schema (matched " + text(matched) +
                    " out of " + text(node.one_of.size()) + ")");
    }
  }
  return passed;
}

bool Validation::array(const Node& node, const Json& value) {
  bool passed = true;
  const std::size_t size = value.size();
  if (node.has_items_list && !node.additional_items.allowed && size > node.items.size()) {
    passed = fail("schema only allows " + text(node.items.size()) +
                  " elements in array but instance has " + text(size) + " elements");
  }
  if (node.max_items && size > *node.max_items) {
    passed = fail("array is too long: must have at most " + text(*node.max_items) +
                  " elements but instance has " + text(size) + " elements");
  }
  if (node.min_items && size < *node.min_items) {
    passed = fail("array is too short: must have at least " + text(*node.min_items) +
                  " elements but instance has " + text(size) + " elements");
  }
  if (node.unique_items && !unique(value)) {
    passed = fail("array must not contain duplicate elements");
  }
  return passed;
}

bool Validation::unique(const Json& array) {
  std::vector<std::pair<std::uint64_t, const Json*>> elements;
  elements.reserve(array.size());
  for (const Json& element : array) {
    elements.emplace_back(hash_of(element, steps_), &element);
    if (spent()) return false;
  }
  std::ranges::sort(elements, {}, &std::pair<std::uint64_t, const Json*>::first);
  // Equal elements have equal hashes; few others have.
  for (auto one = elements.begin(); one != elements.end(); ++one) {
    for (auto other = one + 1; other != elements.end() && other->first == one->first; ++other) {
      if (equal(*one->second, *other->second, steps_)) return false;
      if (spent()) return false;
    }
  }
  return true;
}

}  // namespace hoplab::aws::json_schema
