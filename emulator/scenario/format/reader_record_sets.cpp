// Record sets: names of a hosted zone, which clients come by.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {

const ObjectType& record_set_type() {
  static const ObjectType type =
      Define<model::RecordSet>(
          "RecordSet", "A name of a hosted zone that is an alias (AWS::Route53::RecordSet).")
          .value("AliasTarget", text(model::rules::kNotEmpty), &model::RecordSet::alias_target,
                 "the interface endpoint or load balancer of this scenario that it leads to, by "
                 "name")
          .required()
          .refuse({"TTL", "ResourceRecords"}, "it is an alias")
          .refuse("Name", "the key is the name")
          .type();
  return type;
}

}  // namespace hoplab::scenario
