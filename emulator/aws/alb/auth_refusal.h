// AuthRefusal: why an action that authenticates answers a request itself.
#pragma once

#include <string>

#include "base/cause.h"

namespace hoplab::aws {

struct AuthRefusal {
  int status = 401;
  Reason reason = Reason::authentication_denied;
  std::string detail;  // what the reason leaves open; may be empty
};

}  // namespace hoplab::aws
