// Addresses as the command lines have them.
#pragma once

#include <netinet/in.h>

#include <string>

namespace hoplab::bench {

// "IP:PORT" to an address; false when it is not one.
bool parse_address(const std::string& text, sockaddr_in& out);

}  // namespace hoplab::bench
