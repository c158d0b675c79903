// A 64-bit FNV-1a hash of kind and name, stretched by splitmix64.
#include "model/ids.h"

#include <cstdint>

namespace hoplab::model {
namespace {

std::uint64_t hash(std::string_view kind, std::string_view name) {
  std::uint64_t value = 0xcbf29ce484222325;
  const auto mix = [&value](char c) {
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  };
  for (const char c : kind) mix(c);
  mix('\0');
  for (const char c : name) mix(c);
  return value;
}

std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string draw(std::uint64_t state, std::string_view alphabet, std::size_t count) {
  std::string text;
  while (text.size() < count) text += alphabet[(next(state) >> 32) % alphabet.size()];
  return text;
}

constexpr std::string_view kHex = "0123456789abcdef";

}  // namespace

std::string derived_vpc_endpoint_id(std::string_view name) {
  return "vpce-" + draw(hash("vpc-endpoint", name), kHex, 17);
}

std::string derived_vpc_id(std::string_view account) {
  return "vpc-" + draw(hash("vpc", account), kHex, 17);
}

std::string derived_load_balancer_id(std::string_view name) {
  return draw(hash("load-balancer", name), kHex, 16);
}

std::string derived_rest_api_id(std::string_view name) {
  return draw(hash("rest-api", name), "abcdefghijklmnopqrstuvwxyz0123456789", 10);
}

}  // namespace hoplab::model
