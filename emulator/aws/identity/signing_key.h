// A key that signs tokens, and its id.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

namespace hoplab::aws {

struct SigningKey {
  std::string kid;  // a UUID
  std::shared_ptr<EVP_PKEY> key;
};

}  // namespace hoplab::aws
