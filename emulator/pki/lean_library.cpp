#include "pki/lean_library.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string_view>
#include <vector>

#include "pki/client_signature.h"
#include "pki/remembered_ec_keys.h"

namespace hoplab::pki {

namespace {

constexpr std::string_view kName = "lean";  // of the provider

/// What is kept of an operation; the other operations are kept whole. The first of an algorithm's
/// names counts ("RSA:rsaEncryption:1.2.840.113549.1.1.1").
struct Kept {
  int operation;
  std::initializer_list<std::string_view> names;
  std::string_view property;  // must be among the algorithm's properties
};

const Kept kKept[] = {
    {OSSL_OP_DECODER, {"EC", "RSA", "RSA-PSS"}, "input=der,structure=SubjectPublicKeyInfo"},
    {OSSL_OP_KEYMGMT,
     {"EC", "RSA", "RSA-PSS", "X25519", "HMAC", "X25519MLKEM768", "SecP256r1MLKEM768",
      "SecP384r1MLKEM1024"},
     ""},
    // OpenSSL copies the list of all that was ever fetched, of any operation, for each decoding; so
    // what neither a security policy nor a certificate that an ALB takes can ask for is not here.
    {OSSL_OP_CIPHER,
     {"AES-128-GCM", "AES-256-GCM", "AES-128-CBC", "AES-256-CBC", "AES-128-CBC-HMAC-SHA1",
      "AES-256-CBC-HMAC-SHA1", "AES-128-CBC-HMAC-SHA256", "AES-256-CBC-HMAC-SHA256", "AES-256-CTR",
      "AES-256-ECB", "ChaCha20-Poly1305"},
     ""},
    {OSSL_OP_DIGEST,
     {"SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512", "MD5", "MD5-SHA1"},
     ""},
    {OSSL_OP_MAC, {"HMAC"}, ""},
    {OSSL_OP_KDF, {"HKDF", "TLS13-KDF", "TLS1-PRF"}, ""},
    {OSSL_OP_RAND, {"CTR-DRBG", "SEED-SRC"}, ""},
    {OSSL_OP_KEYEXCH, {"ECDH", "X25519"}, ""},
    {OSSL_OP_SIGNATURE, {"RSA", "ECDSA", "HMAC"}, ""},
};

std::string_view first_name(const OSSL_ALGORITHM& algorithm) {
  const std::string_view names =
      algorithm.algorithm_names == nullptr ? "" : algorithm.algorithm_names;
  return names.substr(0, names.find(':'));
}

/// What the provider offers. The algorithms are those of OpenSSL's default provider and go on
/// running in the context that it was loaded in.
struct Offer {
  OSSL_PROVIDER* whole = OSSL_PROVIDER_load(nullptr, "default");
  std::map<int, std::vector<OSSL_ALGORITHM>> lists;

  Offer() {
    if (whole == nullptr) return;
    for (const Kept& kept : kKept) {
      auto& list = lists[kept.operation] = those_of(kept);
      for (OSSL_ALGORITHM& algorithm : list)
        heed_client_signature_checks(algorithm, kept.operation);
      list.push_back({});  // the end, as OpenSSL wants it
    }
  }

  void decode_ec_keys_with(const OSSL_DISPATCH* functions) {
    for (OSSL_ALGORITHM& decoder : lists[OSSL_OP_DECODER]) {
      if (first_name(decoder) == "EC") decoder.implementation = functions;
    }
  }

  std::vector<OSSL_ALGORITHM> those_of(const Kept& kept) const {
    std::vector<OSSL_ALGORITHM> some;
    int not_cached = 0;
    const OSSL_ALGORITHM* all = OSSL_PROVIDER_query_operation(whole, kept.operation, &not_cached);
    for (; all != nullptr && all->algorithm_names != nullptr; ++all) {
      const std::string_view properties = all->property_definition;
      if (std::ranges::find(kept.names, first_name(*all)) != kept.names.end() &&
          properties.find(kept.property) != std::string_view::npos) {
        some.push_back(*all);
      }
    }
    return some;
  }
};

Offer& offer() {
  static Offer made;
  return made;
}

const OSSL_ALGORITHM* query(void*, int operation, int* not_cached) {
  *not_cached = 0;
  const auto list = offer().lists.find(operation);
  if (list != offer().lists.end()) return list->second.data();
  return OSSL_PROVIDER_query_operation(offer().whole, operation, not_cached);
}

int capabilities(void*, const char* capability, OSSL_CALLBACK* callback, void* argument) {
  return OSSL_PROVIDER_get_capabilities(offer().whole, capability, callback, argument);
}

void end(void*) {}

int begin(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH* core, const OSSL_DISPATCH** functions,
          void** context) {
  offer().decode_ec_keys_with(remembered_ec_keys(core));

  static const OSSL_DISPATCH table[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(query)},
      {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, reinterpret_cast<void (*)()>(capabilities)},
      {OSSL_FUNC_PROVIDER_TEARDOWN, reinterpret_cast<void (*)()>(end)},
      {0, nullptr}};
  *functions = table;
  *context = OSSL_PROVIDER_get0_provider_ctx(offer().whole);
  return 1;
}

OSSL_LIB_CTX* make_library() {
  if (offer().whole == nullptr) return nullptr;
  OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
  if (library != nullptr && OSSL_PROVIDER_add_builtin(library, kName.data(), begin) == 1 &&
      OSSL_PROVIDER_load(library, kName.data()) != nullptr) {
    return library;
  }
  OSSL_LIB_CTX_free(library);
  return nullptr;
}

}  // namespace

OSSL_LIB_CTX* lean_library() {
  static OSSL_LIB_CTX* const library = make_library();
  return library;
}

OSSL_LIB_CTX* library_of(const EVP_PKEY* key) {
  const OSSL_PROVIDER* const provider = EVP_PKEY_get0_provider(key);
  const bool lean = provider != nullptr && OSSL_PROVIDER_get0_name(provider) == kName;
  return lean ? lean_library() : nullptr;
}

}  // namespace hoplab::pki
