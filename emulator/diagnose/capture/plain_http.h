// HTTP/1.1 in a captured connection, without TLS or opened: its last request and answer.
#pragma once

#include <string>
#include <vector>

#include "diagnose/capture/tcp_flow.h"
#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

struct PlainHttp {
  std::string request, answer;  // first lines; empty: it is no HTTP
  std::string status;           // of that answer, "200"
  bool complete = false;        // the answer came to its end
  scenario::Facts recognised;   // of the last answer with an error, or that sends one to log in
};

PlainHttp plain_http(const std::vector<Chunk>& client, const std::vector<Chunk>& server);

}  // namespace hoplab::diagnose
