// Which method of an API a request reaches: its resources compiled into a tree.
//
// apigateway.md 7: a static segment goes before {param} and {proxy+}; when that branch lacks the
// method or a deeper segment, the variable sibling is tried; a trailing slash counts for nothing; a
// greedy variable needs at least one segment; a specific method goes before ANY.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hoplab::aws {

/// A declared method: "GET" ... or "ANY", and a resource path such as "/widgets/{id}".
struct Route {
  std::string_view http_method;
  std::string_view path;
};

class Router {
 public:
  /// Errors name the route and the rule of API Gateway that it breaks.
  static Result<Router> compile(std::span<const Route> routes);

  /// The index of the route that a request reaches. `path` is as received, without the query, stage
  /// or base path; it is not percent-decoded. Allocates nothing.
  [[nodiscard]] std::optional<std::size_t> match(std::string_view method,
                                                 std::string_view path) const noexcept;

 private:
  static constexpr std::size_t kMethods = 7;  // what ANY covers
  static constexpr std::int32_t kNone = -1;

  struct Node {
    std::map<std::string, std::int32_t, std::less<>> statics;
    std::int32_t variable = kNone;
    std::string variable_text;  // "{id}" or "{proxy+}"
    bool greedy = false;        // this node is a {proxy+}
    std::array<std::int32_t, kMethods> methods;
    Node() { methods.fill(kNone); }
  };

  static std::int32_t method_index(std::string_view method) noexcept;
  Result<void> add(const Route& route, std::size_t index);
  Result<void> add_method(Node& node, const Route& route, std::size_t index);
  Result<std::int32_t> child(std::int32_t parent, std::string_view segment, std::string_view path);
  [[nodiscard]] std::int32_t walk(std::int32_t node, std::int32_t method,
                                  std::string_view rest) const noexcept;

  std::vector<Node> nodes_{1};
  std::vector<bool> is_any_;  // per route: declared with ANY
};

}  // namespace hoplab::aws
