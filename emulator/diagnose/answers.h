// Answers and measurements as people paste them: statuses, bodies of API Gateway, metrics, times.
#pragma once

#include <string_view>

#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

/// "HTTP/1.1 502 Bad Gateway", "status code 464", "502 Server Error", and whose it is, where the
/// line tells: "awselb/2.0" or x-amzn-ErrorType.
void read_status(std::string_view line, scenario::Facts& facts);

/// {"message":"Forbidden"}: what API Gateway and its execution log say.
void read_message(std::string_view line, scenario::Facts& facts);

/// Names of CloudWatch's metrics with a value that is not 0, or with none: "A B" of several, in
/// the order of the alphabet; "0" when all are 0.
void read_metrics(std::string_view line, scenario::Facts& facts);

/// What ELB says of a target's health: "Health checks failed with these codes: [403]".
void read_target_health(std::string_view line, scenario::Facts& facts);

/// "after 60001 milliseconds", "after 350 s", "(read timeout=5)": seconds.
void read_duration(std::string_view line, scenario::Facts& facts);

}  // namespace hoplab::diagnose
