#include "aws/apigateway/router.h"

#include "model/text_rule.h"

namespace hoplab::aws {

namespace {

/// Takes the first segment off `rest`; empty when there is none. Repeated slashes count as one.
std::string_view take_segment(std::string_view& rest) noexcept {
  const auto begin = rest.find_first_not_of('/');
  if (begin == std::string_view::npos) return rest = {}, std::string_view();
  rest.remove_prefix(begin);
  const auto segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

bool is_variable(std::string_view segment) noexcept {
  return segment.starts_with('{');
}
bool is_greedy(std::string_view segment) noexcept {
  return segment.ends_with("+}");
}

std::string quoted(const Route& route) {
  return "method " + std::string(route.http_method) + " of resource \"" + std::string(route.path) +
         "\"";
}

}  // namespace

std::int32_t Router::method_index(std::string_view method) noexcept {
  static constexpr std::array<std::string_view, kMethods> kNames = {
      "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"};
  for (std::size_t i = 0; i < kMethods; ++i) {
    if (kNames[i] == method) return static_cast<std::int32_t>(i);
  }
  return kNone;
}

Result<Router> Router::compile(std::span<const Route> routes) {
  Router router;
  for (const Route& route : routes) router.is_any_.push_back(route.http_method == "ANY");
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (auto added = router.add(routes[i], i); !added) return Error{added.error()};
  }
  return router;
}

Result<void> Router::add(const Route& route, std::size_t index) {
  const model::TextRule& rule = model::rules::kResourcePath;
  if (!rule.matches(route.path))
    return Error{quoted(route) + ": it takes " + std::string(rule.says)};
  std::int32_t node = 0;
  std::string_view rest = route.path;
  for (auto segment = take_segment(rest); !segment.empty(); segment = take_segment(rest)) {
    const auto next = child(node, segment, route.path);
    if (!next) return Error{quoted(route) + ": " + next.error()};
    node = next.value();
  }
  return add_method(nodes_[static_cast<std::size_t>(node)], route, index);
}

Result<std::int32_t> Router::child(std::int32_t parent, std::string_view segment,
                                   std::string_view path) {
  const auto next = static_cast<std::int32_t>(nodes_.size());
  Node& node = nodes_[static_cast<std::size_t>(parent)];
  if (!is_variable(segment)) {
    const auto [at, added] = node.statics.emplace(segment, next);
    if (!added) return at->second;
  } else {
    if (node.variable != kNone) {
      if (node.variable_text == segment) return node.variable;
      return Error{"A sibling (" + node.variable_text +
                   ") of this resource already has a variable path part -- only one is allowed (" +
                   std::string(path) + ")"};
    }
    node.variable = next;
    node.variable_text = segment;
  }
  nodes_.emplace_back().greedy = is_variable(segment) && is_greedy(segment);
  return next;
}

Result<void> Router::add_method(Node& node, const Route& route, std::size_t index) {
  const auto number = static_cast<std::int32_t>(index);
  const auto is_any = [&](std::int32_t at) { return is_any_[static_cast<std::size_t>(at)]; };
  if (route.http_method == "ANY") {
    for (auto& slot : node.methods) {
      if (slot != kNone && is_any(slot)) return Error{quoted(route) + " is declared twice"};
      if (slot == kNone) slot = number;
    }
    return {};
  }
  const auto method = method_index(route.http_method);
  if (method == kNone) {
    return Error{quoted(route) +
                 ": the method must be ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST or PUT"};
  }
  auto& slot = node.methods[static_cast<std::size_t>(method)];
  if (slot != kNone && !is_any(slot)) return Error{quoted(route) + " is declared twice"};
  slot = number;
  return {};
}

std::int32_t Router::walk(std::int32_t at, std::int32_t method,
                          std::string_view rest) const noexcept {
  const Node& node = nodes_[static_cast<std::size_t>(at)];
  const auto own = node.methods[static_cast<std::size_t>(method)];
  const auto segment = take_segment(rest);
  if (segment.empty() || node.greedy) return own;
  if (const auto next = node.statics.find(segment); next != node.statics.end()) {
    if (const auto found = walk(next->second, method, rest); found != kNone) return found;
  }
  return node.variable == kNone ? kNone : walk(node.variable, method, rest);
}

std::optional<std::size_t> Router::match(std::string_view method,
                                         std::string_view path) const noexcept {
  const auto number = method_index(method);
  if (number == kNone) return std::nullopt;
  const auto found = walk(0, number, path);
  if (found == kNone) return std::nullopt;
  return static_cast<std::size_t>(found);
}

}  // namespace hoplab::aws
