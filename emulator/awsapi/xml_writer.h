// Answers in XML: the Query protocol's, EC2's, and documents of REST services. aws-api.md 3.
#pragma once

#include <string>
#include <string_view>

#include "awsapi/service.h"

namespace hoplab::awsapi {

/// For text and attributes: markup is escaped; what XML 1.0 cannot hold, and what is not UTF-8,
/// becomes U+FFFD.
std::string xml_escaped(std::string_view text);

/// The members of `value` that the table knows and that are in the body, in its order.
std::string xml_members(const Service& service, const Json& value, Members members);

/// A document whose root has the service's namespace; `content` is XML.
std::string xml_document(const Service& service, std::string_view root, const std::string& content);

/// The whole answer of an operation.
std::string query_answer(const Service& service, const Operation& operation, const Json& value,
                         const std::string& request_id);
std::string ec2_answer(const Service& service, const Operation& operation, const Json& value,
                       const std::string& request_id);

}  // namespace hoplab::awsapi
