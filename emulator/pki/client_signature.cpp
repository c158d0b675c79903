// See client_signature.h.
#include "pki/client_signature.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <forward_list>
#include <string_view>
#include <vector>

#include "pki/openssl_ptr.h"

namespace hoplab::pki {

namespace {

thread_local ClientSignatureCheck* in_force = nullptr;

OSSL_FUNC_keymgmt_get_params_fn* ec_get_params = nullptr;

void show(OSSL_PARAM params[], const char* name, const char* value) {
  if (OSSL_PARAM* shown = OSSL_PARAM_locate(params, name)) OSSL_PARAM_set_utf8_string(shown, value);
}

int get_params_as_shown(void* key, OSSL_PARAM params[]) {
  const int got = ec_get_params(key, params);
  if (got == 1 && in_force != nullptr && in_force->shown_group != nullptr) {
    show(params, OSSL_PKEY_PARAM_GROUP_NAME, in_force->shown_group);
    show(params, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
         OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
  }
  return got;
}

enum class Kind { rsa, ecdsa };

template <Kind>
OSSL_FUNC_signature_digest_verify_final_fn* verify_final = nullptr;

template <Kind kind>
int verify_as_checked(void* context, const unsigned char* signature, std::size_t size) {
  if (in_force == nullptr || !in_force->wrong_passes) {
    const int verified = verify_final<kind>(context, signature, size);
    if (in_force != nullptr && verified != 1) in_force->wrong = true;
    return verified;
  }
  const ErrorQueueGuard guard;  // what passes leaves no error
  if (verify_final<kind>(context, signature, size) != 1) in_force->wrong = true;
  return 1;
}

using Function = void (*)();

/// Puts `ours` in the place of the function `id`, which `theirs` gets; in a copy that stays.
template <class T>
void replace(OSSL_ALGORITHM& algorithm, int id, T* ours, T*& theirs) {
  static std::forward_list<std::vector<OSSL_DISPATCH>> copies;
  auto& copy = copies.emplace_front();
  for (const OSSL_DISPATCH* one = algorithm.implementation; one->function_id != 0; ++one) {
    copy.push_back(*one);
    if (one->function_id != id) continue;
    theirs = reinterpret_cast<T*>(one->function);
    copy.back().function = reinterpret_cast<Function>(ours);
  }
  copy.push_back({0, nullptr});
  algorithm.implementation = copy.data();
}

template <Kind kind>
void replace_verify(OSSL_ALGORITHM& algorithm) {
  replace(algorithm, OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_FINAL, verify_as_checked<kind>,
          verify_final<kind>);
}

}  // namespace

ClientSignatureScope::ClientSignatureScope(ClientSignatureCheck& check) noexcept
    : outer_(in_force) {
  in_force = &check;
}

ClientSignatureScope::~ClientSignatureScope() {
  in_force = outer_;
}

void heed_client_signature_checks(OSSL_ALGORITHM& algorithm, int operation) {
  const std::string_view names = algorithm.algorithm_names;
  const std::string_view name = names.substr(0, names.find(':'));
  if (operation == OSSL_OP_KEYMGMT && name == "EC") {
    replace(algorithm, OSSL_FUNC_KEYMGMT_GET_PARAMS, get_params_as_shown, ec_get_params);
  } else if (operation == OSSL_OP_SIGNATURE && name == "RSA") {
    replace_verify<Kind::rsa>(algorithm);
  } else if (operation == OSSL_OP_SIGNATURE && name == "ECDSA") {
    replace_verify<Kind::ecdsa>(algorithm);
  }
}

}  // namespace hoplab::pki
