// Whom a request is for (aws-api.md 2).
#pragma once

#include <string>

#include "awsapi/api.h"

namespace hoplab::awsapi {

struct Route {
  const Service* service = nullptr;  // null: hoplab has no such service
  std::string name;                  // what it is called, for the refusal
};

Route route(const ApiRequest& request, const Credential& credential);

/// A form's parameters: a POST's body, or a GET's query.
std::string_view form_of(const ApiRequest& request);

}  // namespace hoplab::awsapi
