// What a captured connection tells: how it ended, who did it, at which stage, after how long.
#pragma once

#include <string>
#include <vector>

#include "diagnose/capture/tcp_flow.h"
#include "diagnose/capture/tls_decryption.h"
#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

struct Story {
  scenario::Facts facts;          // in the words of the casebook's signs
  std::vector<std::string> seen;  // for people: "+0.012 s the client's ClientHello for a.example"
  std::string end;                // a sentence: who ended it, how, at which stage
  bool ordinary = false;          // it ended in order, or not at all
};

/// `secrets`: of TLS connections; what they open is read, too.
Story story_of(const TcpFlow& flow, const TlsSecrets& secrets = {});

}  // namespace hoplab::diagnose
