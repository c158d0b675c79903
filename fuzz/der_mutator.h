// Mutations that keep DER and PEM readable: bytes changed anywhere else would hardly ever be read
// beyond the first length or the first signature.
#pragma once

#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "authority.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace hoplab::fuzz {

using Random = std::minstd_rand;

/// libFuzzer's own mutations; the text grows by `room` at most.
inline std::string mutate_bytes(std::string text, std::size_t room) {
  const std::size_t size = text.size();
  text.resize(size + std::max<std::size_t>(room, 1));
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
  return text;
}

struct Element {
  std::size_t at = 0;
  std::size_t header = 0;  // the tag's byte and the length's
  std::size_t size = 0;    // with the header
};

/// The first element of `der`; nothing if there is none that is whole.
inline std::optional<Element> first_element(std::string_view der) {
  if (der.size() < 2) return std::nullopt;
  const auto byte = [der](std::size_t i) {
    return std::size_t{static_cast<unsigned char>(der[i])};
  };
  const std::size_t more = byte(1) < 0x80 ? 0 : byte(1) - 0x80;
  if (more > 3 || der.size() < 2 + more) return std::nullopt;
  std::size_t length = more == 0 ? byte(1) : 0;
  for (std::size_t i = 0; i < more; ++i) length = length << 8 | byte(2 + i);
  if (length > der.size() - 2 - more) return std::nullopt;
  return Element{0, 2 + more, 2 + more + length};
}

/// The elements that `der` is made of; none if it is not made of elements.
inline std::vector<Element> elements_of(std::string_view der) {
  std::vector<Element> elements;
  for (std::size_t at = 0; at < der.size(); at += elements.back().size) {
    auto element = first_element(der.substr(at));
    if (!element) return {};
    element->at = at;
    elements.push_back(*element);
  }
  return elements;
}

inline std::string with_length(char tag, const std::string& content) {
  std::string length;
  for (std::size_t rest = content.size(); rest != 0; rest >>= 8) {
    length.insert(length.begin(), static_cast<char>(rest & 0xFF));
  }
  if (content.size() < 0x80) {
    length.assign(1, static_cast<char>(content.size()));
  } else {
    length.insert(length.begin(), static_cast<char>(0x80 | length.size()));
  }
  return tag + length + content;
}

/// One element somewhere in `der` is changed, left out or repeated, and the lengths around it fit
/// again. What a string wraps (an extension's value) counts as inside it.
inline std::string mutate_der(const std::string& der, std::size_t room, Random& random) {
  const std::vector<Element> elements = elements_of(der);
  if (elements.empty()) return mutate_bytes(der, room);
  const Element one = elements[random() % elements.size()];
  const std::string before = der.substr(0, one.at);
  const std::string whole = der.substr(one.at, one.size);
  const std::string after = der.substr(one.at + one.size);
  switch (random() % 32) {
    case 0: return before + after;
    case 1: return whole.size() <= room ? before + whole + whole + after : der;
    case 2: return before + mutate_bytes(whole, room) + after;
    default:
      return before + with_length(whole[0], mutate_der(whole.substr(one.header), room, random)) +
             after;
  }
}

template <class T, T* decode(T**, const unsigned char**, long),
          int encode(const T*, unsigned char**), int sign(T*, EVP_PKEY*, const EVP_MD*),
          void release(T*)>
std::string signed_again(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<T, pki::Free<release>> object(
      decode(nullptr, &at, static_cast<long>(der.size())));
  unsigned char* encoded = nullptr;
  const int size = object != nullptr && sign(object.get(), authority_key(), EVP_sha256()) > 0
                       ? encode(object.get(), &encoded)
                       : 0;
  const pki::OpensslBytes owned(encoded);
  ERR_clear_error();
  return size <= 0 ? der
                   : std::string(reinterpret_cast<char*>(encoded), static_cast<std::size_t>(size));
}

/// Signed by the authority's key, so that what was changed in it is read beyond the signature; as
/// it is if it cannot be decoded.
inline std::string certificate_signed_again(const std::string& der) {
  return signed_again<X509, d2i_X509, i2d_X509, X509_sign, X509_free>(der);
}
inline std::string list_signed_again(const std::string& der) {
  return signed_again<X509_CRL, d2i_X509_CRL, i2d_X509_CRL, X509_CRL_sign, X509_CRL_free>(der);
}

/// mutate_der() on one of the text's blocks, mostly signed again by `sign_again`; or the text
/// itself is changed.
template <class SignAgain>
std::string mutate_pem(const std::string& text, std::size_t room, Random& random,
                       SignAgain sign_again) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  std::vector<std::size_t> begins;
  for (std::size_t at = text.find(kBegin); at != std::string::npos;
       at = text.find(kBegin, at + 1)) {
    begins.push_back(at);
  }
  if (begins.empty() || random() % 8 == 0) return mutate_bytes(text, room);
  const std::size_t begin = begins[random() % begins.size()];
  const std::size_t end = std::min(text.find("\n-----END ", begin), text.size() - 1);
  const std::size_t after = std::min(text.find('\n', end + 1), text.size() - 1) + 1;
  const std::string whole = text.substr(begin, after - begin);
  const auto blocks = pki::pem_decode(whole, pki::PemSurroundings::anything);
  if (!blocks.ok() || blocks.value().size() != 1) return mutate_bytes(text, room);
  const auto with = [&](const std::string& middle) {
    return text.substr(0, begin) + middle + text.substr(after);
  };
  switch (random() % 16) {
    case 0: return with("");
    case 1: return whole.size() <= room ? with(whole + whole) : text;
    default: break;
  }
  const pki::PemBlock& block = blocks.value().front();
  std::string der = mutate_der(block.der, room / 2, random);
  if (random() % 4 != 0) der = sign_again(der);
  return with(pki::pem_encode(block.label, der));
}

/// Puts what a mutation made where libFuzzer wants it; what became too large is cut off.
inline std::size_t put(const std::string& text, std::uint8_t* data, std::size_t max_size) {
  const std::size_t size = std::min(text.size(), max_size);
  std::memcpy(data, text.data(), size);
  return size;
}

/// LLVMFuzzerCustomMutator of a target that reads PEM.
template <class SignAgain>
std::size_t mutate_pem_input(std::uint8_t* data, std::size_t size, std::size_t max_size,
                             unsigned int seed, SignAgain sign_again) {
  Random random(seed);
  const std::string text(reinterpret_cast<char*>(data), size);
  return put(mutate_pem(text, max_size - size, random, sign_again), data, max_size);
}

}  // namespace hoplab::fuzz
