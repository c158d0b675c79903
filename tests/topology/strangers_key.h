// A client that shows a good certificate and does not hold its key.
#pragma once

#include <fstream>
#include <string>

#include "base/file.h"
#include "support/openssl_certificate.h"
#include "support/temporary_folder.h"
#include "support/test_pki.h"
#include "topology/emulator.h"

namespace hoplab::testing {

/// The certificate of `files`, whose key is of that algorithm (ACM's name), with another key, in
/// `folder`, that only seems to be its own.
inline CertificatePaths with_a_strangers_key(CertificatePaths files, const char* algorithm,
                                             const TemporaryFolder& folder) {
  const std::string pem = read_file(files.key).value();
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  const pki::KeyPtr own(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  const auto other = TestPki::must(pki::generate_key(*pki::key_algorithm_from_text(algorithm)));
  files.key = folder / "stranger.key";
  std::ofstream(files.key) << pem_of(key_that_only_seems(own.get(), other.get()).get());
  return files;
}

}  // namespace hoplab::testing
