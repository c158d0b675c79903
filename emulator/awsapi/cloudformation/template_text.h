// Templates as requests bring them: in the request, or as an object in S3; and what CloudFormation
// finds wrong with one before it makes anything.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "awsapi/control_plane.h"
#include "awsapi/template_values.h"

namespace hoplab::awsapi::cloudformation {

using TemplateText = std::shared_ptr<const std::string>;

struct Template {
  TemplateText text;
  scenario::Node root;
};

/// The text of in["TemplateBody"] or of the object that in["TemplateURL"] names. Null: it says
/// neither. ValidationError.
ApiResult<TemplateText> template_text(const Call& call, const Json& in);

/// The object in our S3 at a URL of any of S3's forms; null: there is none.
TemplateText object_at(const Call& call, const std::string& url);

/// Template format error: what is wrong with its form or its references.
ApiResult<Template> read_template(TemplateText text);

/// What the template declares, as ValidateTemplate and GetTemplateSummary answer it.
std::vector<std::string> capabilities_of(const Template& of);
std::vector<std::string> types_of(const Template& of);
/// Parameters whose values nobody is told.
std::vector<std::string> secrets_of(const Template& of);
std::string description_of(const Template& of);

/// InsufficientCapabilitiesException: it makes IAM's resources, which nobody has agreed to.
Refusal check_capabilities(const Template& of, const std::vector<std::string>& agreed);

/// Values by the parameters' names: what in["Parameters"] says, what `before` had where it says
/// UsePreviousValue, the rest by default. ValidationError: one is missing, or unknown.
ApiResult<std::map<std::string, std::string>> parameters_of(
    const Template& of, const Json& in, const std::map<std::string, std::string>& before);

/// The values that the template is evaluated with: parameters of Systems Manager's stand for
/// theirs.
ApiResult<std::map<std::string, std::string>> resolved(const Call& call, const Template& of,
                                                       std::map<std::string, std::string> values);

}  // namespace hoplab::awsapi::cloudformation
