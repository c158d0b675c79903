// What AWS would refuse, and what cannot work: rules between the values of a topology.
//
// Rules about one value alone (its form, its range) belong to whoever reads it and are not repeated
// here; the scenario reader's table has them. Values that are empty because they were missing are
// passed over for the same reason.
#pragma once

#include <vector>

#include "model/problem.h"
#include "model/topology.h"

namespace hoplab::model {

/// Every problem, in the order of the topology. Paths are JSON pointers in the words of the
/// scenario format: /LoadBalancers/alb/Listeners/0/Protocol.
std::vector<Problem> validate(const Topology& topology);
/// Of one fault in it, which it need not hold yet.
std::vector<Problem> validate(const Topology& topology, const Fault& fault);

}  // namespace hoplab::model
