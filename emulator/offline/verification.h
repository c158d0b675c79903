// One judged client certificate, and how it is told to people and programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "offline/pem_text.h"
#include "pki/verdict.h"

namespace hoplab::offline {

struct Verification {
  pki::Judgement judgement;
  std::string leaf_subject;  // RFC 2253; empty when the leaf is unreadable
  std::int64_t at = 0;       // judged at, seconds since the Unix epoch
};

/// As a verify-mode listener judges the client that sends `chain` at `at`.
Verification verify_chain(const pki::TrustStore& store, const PresentedChain& chain,
                          std::int64_t at, const pki::JudgeOptions& options);

/// "Success" or "ClientCertExpired".
std::string_view code_of(pki::VerifyStatus status);

/// "ACCEPT" or "REJECT ClientCertExpired" on the first line, then which certificate, which rule and
/// why, or until when it holds.
std::string verification_text(const Verification& verification);

/// One line. `id` is JSON that is put first as "id"; empty: none.
std::string verification_json(const Verification& verification, const std::string& id = {});

}  // namespace hoplab::offline
