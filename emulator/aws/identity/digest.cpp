#include "aws/identity/digest.h"

#include <openssl/evp.h>

#include <cstring>

#include "base/hex.h"

namespace hoplab::aws {

std::string sha256(std::string_view text) {
  std::string digest(32, '\0');
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
             EVP_sha256(), nullptr);
  return digest;
}

std::string uuid_of(std::string_view bytes) {
  constexpr std::size_t kBytes = 16;
  std::string uuid;
  for (std::size_t i = 0; i < kBytes; ++i) {
    auto byte = static_cast<unsigned char>(bytes[i]);
    if (i == 6) byte = static_cast<unsigned char>((byte & 0x0f) | 0x40);  // version 4
    if (i == 8) byte = static_cast<unsigned char>((byte & 0x3f) | 0x80);
    if (i == 4 || i == 6 || i == 8 || i == 10) uuid += '-';
    char digits[2];
    put_hex(digits, byte, 2);
    uuid.append(digits, sizeof digits);
  }
  return uuid;
}

std::string fresh_uuid(Rng& rng) {
  const std::uint64_t random[] = {rng.next(), rng.next()};
  char bytes[sizeof random];
  std::memcpy(bytes, random, sizeof random);
  return uuid_of({bytes, sizeof bytes});
}

}  // namespace hoplab::aws
