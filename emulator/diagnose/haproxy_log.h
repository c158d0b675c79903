// HAProxy's HTTP log, by its termination state: "0/0/0/-1/3 502 204 - - SH--".
#pragma once

#include <string_view>

#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

/// False: it is none. https://docs.haproxy.org/2.6/configuration.html#8.5
bool read_haproxy_log(std::string_view line, scenario::Facts& facts);

}  // namespace hoplab::diagnose
