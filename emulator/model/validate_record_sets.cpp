// What Route 53 would refuse of record sets.
#include "model/validate_parts.h"

namespace hoplab::model {

void validate_record_sets(const Topology& topology, Findings& findings) {
  for (const RecordSet& record : topology.record_sets) {
    const std::string& target = record.alias_target;
    if (Topology::find(topology.vpc_endpoints, target) ||
        Topology::find(topology.load_balancers, target)) {
      continue;
    }
    findings.add(at(at("/RecordSets", record.name), "AliasTarget"), in_quotes(target),
                 "there is no endpoint and no load balancer of that name");
  }
}

}  // namespace hoplab::model
