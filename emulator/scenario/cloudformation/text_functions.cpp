// Functions that make texts and lists.
#include <algorithm>

#include "base/address_range.h"
#include "base/base64.h"
#include "scenario/cloudformation/evaluator.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {
namespace {

using resources::unknown_part;
using resources::unknown_text;

Node list_like(const Node& place) {
  Node list = object_like(place, place.key);
  list.kind = Node::Kind::list;
  return list;
}

/// A list that is not known: whatever is chosen of it is not known either.
bool is_unknown(const std::vector<Node>& list) {
  return list.size() == 1 && list.front().kind == Node::Kind::text &&
         !unknown_part(list.front().text).empty();
}

}  // namespace

std::string Evaluator::text_argument(StackState& stack, const Node& node) {
  const Value made = value(stack, node);
  if (!made) return {};
  switch (made->kind) {
    case Node::Kind::text:
    case Node::Kind::real: return made->text;
    case Node::Kind::integer: return std::to_string(made->integer);
    case Node::Kind::boolean: return made->boolean ? "true" : "false";
    default: mistake(node, found(*made), "it takes a text"); return {};
  }
}

std::optional<std::vector<Node>> Evaluator::list_argument(StackState& stack, const Node& node) {
  Value made = value(stack, node);
  if (made && made->kind == Node::Kind::list) return std::move(made->items);
  if (made && made->kind == Node::Kind::text && !unknown_part(made->text).empty()) {
    return std::vector<Node>{*made};
  }
  mistake(node, made ? found(*made) : "nothing", "it takes a list");
  return std::nullopt;
}

Value Evaluator::join(StackState& stack, const Node& call, const Node& argument) {
  if (argument.kind != Node::Kind::list || argument.items.size() != 2) {
    return mistake(argument, found(argument), "Fn::Join takes a delimiter and a list");
  }
  const std::string delimiter = text_argument(stack, argument.items[0]);
  const auto list = list_argument(stack, argument.items[1]);
  std::string text;
  bool first = true;
  for (const Node& one : list.value_or(std::vector<Node>{})) {
    text += (first ? "" : delimiter) + text_argument(stack, one);
    first = false;
    if (!spend(call, 0) || text.size() > kLargestTemplate) {
      return mistake(call, {}, "the text is longer than a template can be");
    }
  }
  return text_at(call, std::move(text));
}

Value Evaluator::sub(StackState& stack, const Node& call, const Node& argument) {
  const bool pair = argument.kind == Node::Kind::list && argument.items.size() == 2;
  const Node& given = pair ? argument.items[0] : argument;
  if (given.kind != Node::Kind::text) {
    return mistake(argument, found(argument), "Fn::Sub takes a text, or a text and a map");
  }
  const Node* const map = pair ? &argument.items[1] : nullptr;
  const std::string& from = given.text;
  std::string text;
  std::size_t done = 0;
  while (text.size() <= kLargestTemplate) {
    const auto start = from.find("${", done);
    const auto end = start == std::string::npos ? start : from.find('}', start);
    if (end == std::string::npos) return text_at(call, text + from.substr(done));
    text.append(from, done, start - done);
    std::string name = from.substr(start + 2, end - start - 2);
    done = end + 1;
    if (name.starts_with('!')) {  // ${!literal}
      text += "${" + name.substr(1) + "}";
      continue;
    }
    while (name.starts_with(' ')) name.erase(0, 1);
    while (name.ends_with(' ')) name.pop_back();
    const Node* const own = map ? map->find(name) : nullptr;
    const auto dot = name.find('.');
    const bool attribute_name = dot != std::string::npos && !name.starts_with("AWS::");
    const Value made = own ? value(stack, *own)
                       : attribute_name
                           ? attribute(stack, name.substr(0, dot), name.substr(dot + 1), call)
                           : named(stack, name, call);
    if (made) text += text_argument(stack, *made);
  }
  return mistake(call, {}, "the text is longer than a template can be");
}

Value Evaluator::select(StackState& stack, const Node& call, const Node& argument) {
  if (argument.kind != Node::Kind::list || argument.items.size() != 2) {
    return mistake(argument, found(argument), "Fn::Select takes an index and a list");
  }
  const std::string index = text_argument(stack, argument.items[0]);
  const auto list = list_argument(stack, argument.items[1]);
  if (!list) return text_at(call, unknown_text("what is wrong"));
  if (is_unknown(*list)) return list->front();
  const auto number = model::parse_number(index);
  if (!number || *number < 0 || static_cast<std::size_t>(*number) >= list->size()) {
    return mistake(call, "the index " + model::in_quotes(index),
                   "the list has " + std::to_string(list->size()) + " members");
  }
  return (*list)[static_cast<std::size_t>(*number)];
}

Value Evaluator::split(StackState& stack, const Node& call, const Node& argument) {
  if (argument.kind != Node::Kind::list || argument.items.size() != 2) {
    return mistake(argument, found(argument), "Fn::Split takes a delimiter and a text");
  }
  const std::string delimiter = text_argument(stack, argument.items[0]);
  const std::string text = text_argument(stack, argument.items[1]);
  Node list = list_like(call);
  if (delimiter.empty() || !unknown_part(text).empty()) {
    list.items.push_back(text_like(call, text));
    return list;
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(delimiter, begin), text.size());
    if (!spend(call, end - begin + sizeof(Node))) break;
    list.items.push_back(text_like(call, text.substr(begin, end - begin)));
    begin = end + delimiter.size();
  }
  return list;
}

Value Evaluator::base64(StackState& stack, const Node& call, const Node& argument) {
  return text_at(call, to_base64(text_argument(stack, argument)));
}

Value Evaluator::length(StackState& stack, const Node& call, const Node& argument) {
  const auto list = list_argument(stack, argument);
  if (list && is_unknown(*list)) return list->front();
  Node number = object_like(call, call.key);
  number.kind = Node::Kind::integer;
  number.integer = list ? static_cast<std::int64_t>(list->size()) : 0;
  return number;
}

Value Evaluator::to_json_string(StackState& stack, const Node& call, const Node& argument) {
  const Value made = value(stack, argument);
  return text_at(call, made ? to_json(*made) : "null");
}

Value Evaluator::find_in_map(StackState& stack, const Node& call, const Node& argument) {
  const auto& given = argument.items;
  if (argument.kind != Node::Kind::list || given.size() < 3) {
    return mistake(argument, found(argument), "Fn::FindInMap takes a map and two keys");
  }
  std::string keys[3];
  for (std::size_t i = 0; i < 3; ++i) keys[i] = text_argument(stack, given[i]);
  const Node* at = stack.stack->root.find("Mappings");
  for (const std::string& key : keys) at = at ? at->find(key) : nullptr;
  if (at) {
    spend(call, to_json(*at).size());
    return value(stack, *at);
  }
  const Node* const otherwise = given.size() > 3 ? given[3].find("DefaultValue") : nullptr;
  if (otherwise) return value(stack, *otherwise);
  for (const std::string& key : keys) {
    if (!unknown_part(key).empty()) return text_at(call, key);
  }
  return mistake(call, model::in_quotes(keys[0] + "." + keys[1] + "." + keys[2]),
                 "the template's Mappings have no such value");
}

/// Fn::Cidr: [block, count, host bits].
Value Evaluator::cidr(StackState& stack, const Node& call, const Node& argument) {
  constexpr int kIpv4Bits = 32, kUsualBits = 8, kMost = 256;
  const auto& given = argument.items;
  if (argument.kind != Node::Kind::list || given.size() < 2) {
    return mistake(argument, found(argument), "Fn::Cidr takes a block, a count and host bits");
  }
  const std::string block = text_argument(stack, given[0]);
  Node list = list_like(call);
  if (!unknown_part(block).empty()) {
    list.items.push_back(text_like(call, block));
    return list;
  }
  const auto range = parse_range(block);
  const auto count = model::parse_number(text_argument(stack, given[1]));
  const auto bits = given.size() > 2 ? model::parse_number(text_argument(stack, given[2]))
                                     : std::optional(kUsualBits);
  const int prefix = range ? range.value().prefix_bits - (128 - kIpv4Bits) : -1;
  const bool good = range && range.value().network.ipv4() && count && bits && *count >= 1 &&
                    *count <= kMost && *bits >= 1 && *bits <= kIpv4Bits - prefix;
  const std::uint64_t size = good ? std::uint64_t{1} << *bits : 0;
  if (!good ||
      size * static_cast<std::uint64_t>(*count) > (std::uint64_t{1} << (kIpv4Bits - prefix))) {
    return mistake(
        argument, model::in_quotes(block),
        "Fn::Cidr takes an IPv4 block, a count of 1 to 256, and host bits, for which the "
        "block has room");
  }
  std::uint64_t address = range.value().network.ipv4_value();
  for (int i = 0; i < *count; ++i, address += size) {
    list.items.push_back(text_like(call, ipv4_text(static_cast<std::uint32_t>(address)) + "/" +
                                             std::to_string(kIpv4Bits - *bits)));
  }
  return list;
}

/// The first three of the Region, as most have.
Value Evaluator::get_azs(StackState& stack, const Node& call, const Node& argument) {
  std::string region = text_argument(stack, argument);
  if (region.empty()) region = stack.stack->region;
  Node list = list_like(call);
  for (const char letter : {'a', 'b', 'c'}) {
    list.items.push_back(text_like(call, region + letter));
  }
  return list;
}

Value Evaluator::refuse(StackState&, const Node&, const Node& argument) {
  return mistake(argument, argument.key,
                 "it is done by CloudFormation itself; give the template that came of it: aws "
                 "cloudformation get-template --template-stage Processed");
}

const std::vector<Evaluator::NamedFunction>& Evaluator::functions() {
  using E = Evaluator;
  static const std::vector<NamedFunction> all = {
      {"Ref", &E::ref},
      {"Fn::GetAtt", &E::get_att},
      {"Fn::Join", &E::join},
      {"Fn::Sub", &E::sub},
      {"Fn::Select", &E::select},
      {"Fn::Split", &E::split},
      {"Fn::ImportValue", &E::import_value},
      {"Fn::GetStackOutput", &E::get_stack_output},
      {"Fn::If", &E::choose},
      {"Fn::Equals", &E::as_value},
      {"Fn::And", &E::as_value},
      {"Fn::Or", &E::as_value},
      {"Fn::Not", &E::as_value},
      {"Fn::FindInMap", &E::find_in_map},
      {"Fn::Cidr", &E::cidr},
      {"Fn::GetAZs", &E::get_azs},
      {"Fn::Base64", &E::base64},
      {"Fn::Length", &E::length},
      {"Fn::ToJsonString", &E::to_json_string},
      {"Fn::Transform", &E::refuse},
  };
  return all;
}

}  // namespace hoplab::scenario::cloudformation
