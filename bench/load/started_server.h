// What `hoplab up --json` prints when it is ready, as far as a client needs it.
#pragma once

#include <netinet/in.h>

#include <string>

namespace hoplab::bench {

struct StartedServer {
  sockaddr_in address{};
  std::string dns_name;  // of the first endpoint: the client's way in
};

// Reads the address, port and dnsName of the first endpoint from `path`. False while the file is
// missing or its object is not complete; the file may be looked at as often as one likes.
bool read_started_server(const std::string& path, StartedServer& out);

}  // namespace hoplab::bench
