// While a client's signature is checked, keys are shown as OpenSSL wants them, and only then.
#include "pki/client_signature.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>

#include "pki_lab.h"
#include "support/openssl_certificate.h"

namespace hoplab::pki {
namespace {

using namespace hoplab::testing;
using lab::read_by_a_listener;

struct Shown {
  std::string group;
  int form;
  bool operator==(const Shown&) const = default;
};

Shown shown(X509* certificate) {
  std::array<char, 64> name{};
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  EXPECT_EQ(EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr), 1);
  return {name.data(), EVP_PKEY_get_ec_point_conv_form(key)};
}

TEST(ClientSignature, AKeyIsShownOfTheGroupInForceWithAWholePoint) {
  const auto issuer = lab::root();
  const auto key = ec_key("P-521", true);
  const auto leaf = read_by_a_listener(certificate_of(key.get(), issuer).get());
  const Shown real{"secp521r1", POINT_CONVERSION_COMPRESSED};
  EXPECT_EQ(shown(leaf.get()), real);
  ClientSignatureCheck check{.shown_group = "X25519"};
  {
    const ClientSignatureScope scope(check);
    EXPECT_EQ(shown(leaf.get()), (Shown{"X25519", POINT_CONVERSION_UNCOMPRESSED}));
    ClientSignatureCheck as_it_is;
    const ClientSignatureScope inner(as_it_is);
    EXPECT_EQ(shown(leaf.get()), real);
  }
  EXPECT_EQ(shown(leaf.get()), real);
}

TEST(ClientSignature, AWrongOneIsNotedAndPassesOnlyWhereItMay) {
  const auto issuer = lab::root(), other = lab::root();
  for (const auto& key : {ec_key("P-256"), rsa_key(2048)}) {
    const auto leaf = read_by_a_listener(certificate_of(key.get(), issuer).get());
    ClientSignatureCheck strict, lenient{.wrong_passes = true};
    {
      const ClientSignatureScope scope(strict);
      EXPECT_EQ(X509_verify(leaf.get(), X509_get0_pubkey(read_by_a_listener(issuer.x509()).get())),
                1);
      EXPECT_FALSE(strict.wrong);
      EXPECT_NE(X509_verify(leaf.get(), X509_get0_pubkey(read_by_a_listener(other.x509()).get())),
                1);
      EXPECT_TRUE(strict.wrong);
    }
    ERR_clear_error();
    const ClientSignatureScope scope(lenient);
    EXPECT_EQ(X509_verify(leaf.get(), X509_get0_pubkey(read_by_a_listener(other.x509()).get())), 1);
    EXPECT_TRUE(lenient.wrong);
    EXPECT_EQ(ERR_peek_error(), 0U);
  }
}

}  // namespace
}  // namespace hoplab::pki
