// What the command line of hoplab-load says, read once and checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "load/address.h"

namespace hoplab::bench {

struct Options {
  std::string mode;
  sockaddr_in address{};  // --connect
  bool has_address = false;
  std::string sni;          // also the Host header and the name that is verified
  std::string path = "/";   // --path
  std::string cert;         // PEM: leaf first, then intermediates
  std::string key;          // PEM
  std::string cacert;       // PEM: what the server is verified against
  std::string issuer_key;   // PEM: signs a new certificate for each connection
  std::string tls = "1.3";  // "1.2", "1.3" or "none"
  double duration_s = 1.0;  // of the measured window
  std::size_t count = 0;    // when not 0: end after so many instead of after duration_s
  std::size_t connections = 1;
  std::size_t streams = 16;         // h2 and grpc
  std::size_t message_bytes = 125;  // grpc and websocket
  std::string expect_body;          // exact
  bool has_expect_body = false;
  std::size_t expect_bytes = 0;  // body length, when not 0
  double timeout_s = 20.0;       // without any progress
  std::vector<int> server_pids;  // whose CPU time is sampled at both ends of the window

  // first-answer only
  std::string since;           // CLOCK_MONOTONIC in ns, or "stdin": a line read after the answer
  std::string port_file;       // JSON of `hoplab up --json`; replaces --connect and --sni
  sockaddr_in warm_address{};  // a server to warm up against, with the warm_* files below
  bool has_warm_address = false;
  std::string warm_cert, warm_key, warm_cacert, warm_sni;
};

// Reads argv. On a mistake writes it to stderr and ends the process with 2: there is nothing that
// a load generator could sensibly do with half its options.
Options parse_options(int argc, char** argv);

}  // namespace hoplab::bench
