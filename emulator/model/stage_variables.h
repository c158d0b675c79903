// ${stageVariables.x} in what an API asks: each stage, and its canary, has whom it means of its own
// (apigateway-features.md 8).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rest_api.h"

namespace hoplab::model {

/// What a stage serves, or its canary. References are to the API it is of.
struct Served {
  const RestApiStage& stage;
  const ApiDefinition& definition;
  Texts variables;
};

/// Of all stages, each with its canary behind it; without those whose deployment there is not.
[[nodiscard]] std::vector<Served> served_by(const RestApi& api);

/// The names of the variables in `text`, in order.
[[nodiscard]] std::vector<std::string> stage_variables_in(std::string_view text);
/// `text` with their values. Nothing: `variables` lacks one of them.
[[nodiscard]] std::optional<std::string> in_stage(std::string_view text, const Texts& variables);
/// The first variable of `text` that is not among `variables`; empty: there is none.
[[nodiscard]] std::string lacking(std::string_view text, const Texts& variables);

/// Whether somebody else may be asked in each stage.
[[nodiscard]] bool depends_on_stage(const Integration& integration);
/// The integration as a stage with those variables has it: whom it asks is said without variables,
/// and `services` has become `service`, which is empty where none stands behind the host. Nothing:
/// a variable is not there.
[[nodiscard]] std::optional<Integration> in_stage(const Integration& integration,
                                                  const Texts& variables);
[[nodiscard]] std::optional<Authorizer> in_stage(const Authorizer& authorizer,
                                                 const Texts& variables);
/// The first variable that its texts have and `variables` does not; empty: there is none.
[[nodiscard]] std::string lacking(const Integration& integration, const Texts& variables);

/// The function that a variable's value names: by its name or ARN, with a version or an alias
/// behind it or not.
[[nodiscard]] std::string function_named(std::string_view text);

/// Whom of `services`, by hosts, an http or https URL leads to; empty: nobody. A host with a port
/// goes before the host alone.
[[nodiscard]] std::string service_behind(const Texts& services, std::string_view uri);

}  // namespace hoplab::model
