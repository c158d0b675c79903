// PEM from outside: a file, or a text that came another way, and what a client would send of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pki/openssl_ptr.h"

namespace hoplab::offline {

struct PemText {
  std::string name;  // the file, or what else to call it in messages
  std::string text;
};

Result<PemText> read_pem(const std::string& path);
Result<std::vector<PemText>> read_pems(const std::vector<std::string>& paths);

/// A client's Certificate message, leaf first.
struct PresentedChain {
  pki::CertificateStackPtr certificates;  // those before the unreadable one
  std::size_t bytes = 0;                  // of all, as pki::kMostPresentedBytes counts them
  struct Unreadable {
    int index = 0;         // its place in the message
    std::size_t line = 0;  // in the text
  };
  /// The first block that is no certificate, if there is one.
  std::optional<Unreadable> unreadable;

  /// Null when the first block is unreadable.
  X509* leaf() const { return sk_X509_value(certificates.get(), 0); }
};

/// The CERTIFICATE blocks of `pem`; keys and all else in it are not looked at. An error where there
/// is none, or where one is not base64: no client could send that.
Result<PresentedChain> read_chain(const PemText& pem);

}  // namespace hoplab::offline
