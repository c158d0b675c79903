#include "net/admission.h"

#include <algorithm>

namespace hoplab::net {

void Admission::narrow(const Admission& next) {
  answer = std::max(answer, next.answer);
  allowed.insert(allowed.end(), next.allowed.begin(), next.allowed.end());
  denied.insert(denied.end(), next.denied.begin(), next.denied.end());
}

}  // namespace hoplab::net
