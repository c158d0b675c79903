// AWS's own logs, told by the form of their lines: which fields stand where.
#pragma once

#include <string_view>

#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

/// What a line of one of these logs says; nothing is learnt from other lines.
/// - ALB access, connection and health check logs (alb.md 2, alb-features.md 9)
/// - an NLB's TLS access log (nlb-privatelink.md 1.8)
/// - VPC flow logs, https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
/// - API Gateway's execution log, and access logs in the common log format (apigateway.md 10)
/// A line may lack its first fields, as pasted ones do. False: it is none of them.
bool read_aws_log(std::string_view line, scenario::Facts& facts);

/// Fields by name, wherever they stand: of a JSON line, of a query's result, in prose.
void read_named_fields(std::string_view line, scenario::Facts& facts);

}  // namespace hoplab::diagnose
