// HTTP/1.1 without TLS in a captured connection: its last request and answer.
#pragma once

#include <string>

#include "diagnose/capture/tcp_flow.h"
#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

struct PlainHttp {
  std::string request, answer;  // first lines; empty: it is no HTTP
  bool complete = false;        // the answer came to its end
  scenario::Facts recognised;   // of the answer, when it is an error
};

PlainHttp plain_http(const TcpFlow& flow);

}  // namespace hoplab::diagnose
