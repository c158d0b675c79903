// What a client would run to call the entry with a certificate: one command for each of the
// usual languages, complete, to be pasted into a shell.
#pragma once

#include <string>

#include "topology/emulator.h"

namespace hoplab::web {

struct ClientCommands {
  std::string curl, python, node, java;
};

/// `files`: of the certificate; empty paths: without one. To the first way in, with its own name,
/// which need not be known to any resolver.
ClientCommands client_commands(const Emulator& emulator, const CertificatePaths& files);

/// The beginning of curl's line: to `door`, whatever resolvers know of `host`.
std::string curl_to(const EndpointAddress& door, const std::string& host, bool tls);
/// Its options of TLS. `files`: as above.
std::string curl_tls(const Emulator& emulator, const CertificatePaths& files);

}  // namespace hoplab::web
