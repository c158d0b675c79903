// See remembered_ec_keys.h.

// OpenSSL has no other function yet that gives what its own EC key management loads.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "pki/remembered_ec_keys.h"

#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/ec.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "pki/openssl_ptr.h"

namespace hoplab::pki {

namespace {

using EcKeyPtr = std::unique_ptr<EC_KEY, Free<EC_KEY_free>>;

OSSL_FUNC_BIO_read_ex_fn* read_from_core = nullptr;  // set before the first decoding

/// All that is left; empty when it is longer than any key of an ordinary curve.
std::string_view rest_of(OSSL_CORE_BIO* in, std::array<char, 1024>& buffer) {
  std::size_t size = 0;
  std::size_t got = 0;
  while (size < buffer.size() &&
         read_from_core(in, buffer.data() + size, buffer.size() - size, &got) == 1 && got > 0) {
    size += got;
  }
  return size < buffer.size() ? std::string_view(buffer.data(), size) : std::string_view();
}

/// Null unless `der` is one whole key of a curve for ECDSA.
EcKeyPtr decoded(std::string_view der) {
  const ErrorQueueGuard guard;
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  EcKeyPtr key(d2i_EC_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  const bool whole = reinterpret_cast<const char*>(at) == der.data() + der.size();
  if (key == nullptr || !whole) return nullptr;
  return EC_GROUP_get_curve_name(EC_KEY_get0_group(key.get())) == NID_sm2 ? nullptr
                                                                          : std::move(key);
}

class Remembered {
 public:
  EcKeyPtr key_of(std::string_view der) {
    if (EcKeyPtr known = find(der)) return known;
    EcKeyPtr key = decoded(der);
    if (key != nullptr) remember(der, key);
    return key;
  }

 private:
  static constexpr std::size_t kMost = 1024;

  static EcKeyPtr shared(const EcKeyPtr& key) {
    EC_KEY_up_ref(key.get());
    return EcKeyPtr(key.get());
  }

  EcKeyPtr find(std::string_view der) {
    const std::lock_guard lock(mutex_);
    const auto known = keys_.find(der);
    return known == keys_.end() ? nullptr : shared(known->second);
  }

  void remember(std::string_view der, const EcKeyPtr& key) {
    const std::lock_guard lock(mutex_);
    if (keys_.size() == kMost) keys_.clear();
    keys_.emplace(der, shared(key));
  }

  std::mutex mutex_;
  std::map<std::string, EcKeyPtr, std::less<>> keys_;  // by their encoding
};

void* new_decoder(void* provider) {
  return provider;
}

void free_decoder(void*) {}

int takes(void*, int selection) {
  return (selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 &&
         (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) == 0;
}

/// What is no such key is not an error: OpenSSL goes on with the next decoder.
int decode(void*, OSSL_CORE_BIO* in, int, OSSL_CALLBACK* found, void* argument,
           OSSL_PASSPHRASE_CALLBACK*, void*) {
  static Remembered remembered;
  std::array<char, 1024> buffer;
  EcKeyPtr key = remembered.key_of(rest_of(in, buffer));
  if (key == nullptr) return 1;
  int type = OSSL_OBJECT_PKEY;
  char name[] = "EC";
  // The key management takes the key over by setting the pointer to null.
  EC_KEY* handed_over = key.release();
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type),
      OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA_TYPE, name, 0),
      OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_REFERENCE, &handed_over,
                                        sizeof handed_over),
      OSSL_PARAM_construct_end()};
  const int taken = found(parameters, argument);
  EC_KEY_free(handed_over);
  return taken;
}

}  // namespace

const OSSL_DISPATCH* remembered_ec_keys(const OSSL_DISPATCH* core) {
  for (; core->function_id != 0; ++core) {
    if (core->function_id == OSSL_FUNC_BIO_READ_EX) read_from_core = OSSL_FUNC_BIO_read_ex(core);
  }
  static const OSSL_DISPATCH table[] = {
      {OSSL_FUNC_DECODER_NEWCTX, reinterpret_cast<void (*)()>(new_decoder)},
      {OSSL_FUNC_DECODER_FREECTX, reinterpret_cast<void (*)()>(free_decoder)},
      {OSSL_FUNC_DECODER_DOES_SELECTION, reinterpret_cast<void (*)()>(takes)},
      {OSSL_FUNC_DECODER_DECODE, reinterpret_cast<void (*)()>(decode)},
      {0, nullptr}};
  return table;
}

}  // namespace hoplab::pki
