// What API Gateway gives to a template: $input, $util, $context, $stageVariables.
#pragma once

#include <span>
#include <string_view>

#include "aws/apigateway/mapping/ast.h"
#include "aws/apigateway/mapping/mapping_input.h"
#include "aws/apigateway/mapping/methods.h"

namespace hoplab::aws::vtl {

class HostObjects {
 public:
  HostObjects(const MappingInput& input, Runtime& runtime);

  Value call(Host host, std::string_view method, Arguments arguments);
  Value property(Host host, std::string_view name);
  /// The variable that the properties at the start of `segments` name, and how many of them that
  /// takes: the longest name that there is.
  std::pair<Value, std::size_t> context(std::span<const Segment> segments);

  [[nodiscard]] const Value& stage_variables() const noexcept { return stage_variables_; }
  [[nodiscard]] const Map& request_override() const noexcept { return *request_override_; }
  [[nodiscard]] const Map& response_override() const noexcept { return *response_override_; }

 private:
  Value input_method(std::string_view method, Arguments arguments);
  Value util_method(std::string_view method, Arguments arguments);
  Value at_path(std::string_view path, bool as_json);
  Value parameter(std::string_view name);
  Value parameters();
  Value look_up(std::string_view name);
  Map* map_of(const std::vector<NamedValue>& values);

  const MappingInput& input_;
  Runtime& runtime_;
  Map* request_override_;
  Map* response_override_;
  Value stage_variables_;
  Value parameters_;  // null: not asked for yet
};

}  // namespace hoplab::aws::vtl
