#include "pki/lean_library.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace hoplab::pki {

namespace {

// The first name of each algorithm, as the default provider lists them ("RSA:rsaEncryption:1.2...").
constexpr std::array<std::string_view, 3> kDecodedKeys{"EC", "RSA", "RSA-PSS"};
constexpr std::array<std::string_view, 7> kKeyTypes{"EC",   "RSA",  "RSA-PSS", "X25519",
                                                    "HMAC", "HKDF", "TLS1-PRF"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, const OSSL_ALGORITHM& algorithm) {
  const std::string_view all = algorithm.algorithm_names;
  return std::ranges::find(names, all.substr(0, all.find(':'))) != names.end();
}

bool decodes_public_keys(const OSSL_ALGORITHM& algorithm) {
  const std::string_view properties = algorithm.property_definition;
  return is_one_of(kDecodedKeys, algorithm) &&
         properties.find("input=der,structure=SubjectPublicKeyInfo") != std::string_view::npos;
}

bool is_key_type(const OSSL_ALGORITHM& algorithm) { return is_one_of(kKeyTypes, algorithm); }

/// What the provider offers: OpenSSL's default provider, with two of its lists shortened. The
/// algorithms go on running in the context that the default provider was loaded in.
struct Offer {
  OSSL_PROVIDER* whole = OSSL_PROVIDER_load(nullptr, "default");
  std::vector<OSSL_ALGORITHM> decoders = those_of(OSSL_OP_DECODER, decodes_public_keys);
  std::vector<OSSL_ALGORITHM> key_types = those_of(OSSL_OP_KEYMGMT, is_key_type);

  std::vector<OSSL_ALGORITHM> those_of(int operation, bool (*wanted)(const OSSL_ALGORITHM&)) const {
    std::vector<OSSL_ALGORITHM> some;
    int not_cached = 0;
    const OSSL_ALGORITHM* all =
        whole == nullptr ? nullptr : OSSL_PROVIDER_query_operation(whole, operation, &not_cached);
    for (; all != nullptr && all->algorithm_names != nullptr; ++all) {
      if (wanted(*all)) some.push_back(*all);
    }
    some.push_back({});  // the end, as OpenSSL wants it
    return some;
  }
};

const Offer& offer() {
  static const Offer made;
  return made;
}

const OSSL_ALGORITHM* query(void*, int operation, int* not_cached) {
  *not_cached = 0;
  if (operation == OSSL_OP_DECODER) return offer().decoders.data();
  if (operation == OSSL_OP_KEYMGMT) return offer().key_types.data();
  return OSSL_PROVIDER_query_operation(offer().whole, operation, not_cached);
}

int capabilities(void*, const char* capability, OSSL_CALLBACK* callback, void* argument) {
  return OSSL_PROVIDER_get_capabilities(offer().whole, capability, callback, argument);
}

void end(void*) {}

int begin(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** functions,
          void** context) {
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
  if (library != nullptr && OSSL_PROVIDER_add_builtin(library, "lean", begin) == 1 &&
      OSSL_PROVIDER_load(library, "lean") != nullptr) {
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

}  // namespace hoplab::pki
