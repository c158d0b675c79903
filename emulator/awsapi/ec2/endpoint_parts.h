// What operations on endpoint services share with those on endpoints.
#pragma once

#include "awsapi/ec2/resources.h"

namespace hoplab::awsapi::ec2 {

/// The endpoint service of that name, whosever it is; null: none.
const Document* service_named(const Call& call, const std::string& name);

std::string service_name_of(const Document& service);

/// Whether an account may make endpoints of a service: its own, or an allowed principal's.
bool may_use(const Call& call, const Document& service, const std::string& account);

std::vector<const Document*> endpoints_of(const Call& call, const Document& service);

/// Names of an endpoint: the Region's first, then a zone's each.
Json dns_entries(const Call& call, const Document& endpoint);

}  // namespace hoplab::awsapi::ec2
