#include "net/admission.h"

#include <algorithm>

namespace hoplab::net {

bool Admission::lets_in(const std::string& ip) const {
  return answer == Answer::accept && !contains(denied, ip) &&
         std::ranges::all_of(allowed, [&](const AddressSet& set) { return contains(set, ip); });
}

void Admission::narrow(const Admission& next) {
  answer = std::max(answer, next.answer);
  allowed.insert(allowed.end(), next.allowed.begin(), next.allowed.end());
  denied.insert(denied.end(), next.denied.begin(), next.denied.end());
}

}  // namespace hoplab::net
