// A mapping template of a method: Velocity's language over the payload, the parameters, $context
// and $stageVariables.
//
// apigateway.md 8 and 11; AWS's guide: models-mappings, api-gateway-mapping-template-reference,
// apigateway-override-request-response-parameters. The language is that of Velocity 1.7 without
// #include and #parse. Limits: mapping/limits.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/mapping/mapping_input.h"
#include "base/result.h"

namespace hoplab::aws {

namespace vtl {
struct Ast;
}

/// What a template has put into $context.requestOverride and $context.responseOverride, in order;
/// a list there has several values.
struct MappingOverrides {
  using Values = std::vector<std::pair<std::string, std::vector<std::string>>>;
  Values request_header;
  Values request_path;
  Values request_querystring;
  Values response_header;
  std::optional<int> response_status;
};

struct Rendered {
  std::string text;
  MappingOverrides overrides;
};

/// Immutable: may be shared between threads.
class MappingTemplate {
 public:
  /// Errors begin with "line 2, column 7: ".
  static Result<MappingTemplate> compile(std::string_view text);

  /// Errors, which API Gateway answers with 500, begin with the place in the template.
  [[nodiscard]] Result<Rendered> render(const MappingInput& input) const;

 private:
  explicit MappingTemplate(std::shared_ptr<const vtl::Ast> ast) : ast_(std::move(ast)) {}

  std::shared_ptr<const vtl::Ast> ast_;
};

}  // namespace hoplab::aws
