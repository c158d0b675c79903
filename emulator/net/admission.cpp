#include "net/admission.h"

#include <utility>

namespace hoplab::net {

std::string to_text(const Barrier& barrier) {
  return (barrier.hop ? barrier.hop->name + ", " : "") + std::string(to_text(barrier.reason)) +
         ": " + std::string(explain(barrier.reason));
}

Admission& Admission::only(AddressSet addresses, Barrier otherwise) {
  rules.push_back({true, std::move(addresses), otherwise});
  return *this;
}

Admission& Admission::except(AddressSet addresses, Barrier otherwise) {
  rules.push_back({false, std::move(addresses), otherwise});
  return *this;
}

std::optional<Barrier> Admission::keeps_out(const std::string& ip) const {
  if (answer != Answer::accept) return barrier;
  for (const Rule& rule : rules) {
    if (contains(rule.addresses, ip) != rule.lets_in) return rule.barrier;
  }
  return std::nullopt;
}

void Admission::narrow(const Admission& next) {
  if (next.answer > answer) {
    answer = next.answer;
    barrier = next.barrier;
  }
  rules.insert(rules.end(), next.rules.begin(), next.rules.end());
}

}  // namespace hoplab::net
