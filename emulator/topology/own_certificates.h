// Certificates that somebody brings as files, in place of minted ones.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/problem.h"
#include "model/topology.h"
#include "pki/mint.h"

namespace hoplab::topology {

struct OwnIdentity {
  pki::Identity identity;
  std::string content;  // of the files: the same content is the same identity
};

/// Reads the files; an error names the file.
Result<OwnIdentity> own_identity(const model::OwnFiles& files);

/// Gives each certificate and authority that has files the subject and the names that they say.
/// Returns what is wrong with the files, and with who is to issue what.
std::vector<model::Problem> read_own_certificates(model::Topology& topology);

}  // namespace hoplab::topology
