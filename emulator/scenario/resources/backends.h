// Who answers for what is not emulated: functions, instances, addresses, hosts of uris.
#pragma once

#include <string>

#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {

/// The scenario's service for `wanted` ("10.0.0.10", an instance's id), made at first: with the
/// address or the answer that an override has for it, else a stand-in that echoes. `resource`: what
/// it stands for, whose other names an override may use; may be null.
std::string service_for(Builder& builder, const std::string& wanted, const Resource* resource);

/// Whether it is a stand-in's, which speaks HTTP without TLS.
bool is_stand_in(const Builder& builder, const std::string& wanted, const Resource* resource);

/// The scenario's service at "127.0.0.1:8080".
std::string service_at(Builder& builder, const std::string& address);

/// A host that answers nobody.
std::string silent_host(Builder& builder, const std::string& wanted);

/// Whether an override has it.
bool has_service(const Builder& builder, const std::string& wanted, const Resource* resource);

/// The scenario's function of that name, added at first; empty: nobody is bound to it.
std::string function_for(Builder& builder, const std::string& name);

/// The answer of the stand-in in the place of the function: that of an override, or the echo.
Node answer_of_function(Builder& builder, const std::string& name);

/// The function of that name, or of that ARN; null: it is not among the resources.
const Resource* find_function(const Builder& builder, const std::string& name_or_arn);

}  // namespace hoplab::scenario::resources
