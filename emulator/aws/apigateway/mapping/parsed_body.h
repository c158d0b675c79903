// The JSON of a payload.
#pragma once

#include "aws/apigateway/mapping/value.h"

namespace hoplab::aws::vtl {

struct ParsedBody {
  Heap heap;
  Value root;
  bool malformed = false;
};

}  // namespace hoplab::aws::vtl
