#include "aws/alb/trace_id.h"

#include <algorithm>
#include <array>

#include "base/hex.h"

namespace hoplab::aws {

namespace {

using Id = std::array<char, 35>;  // 1-<8 hex epoch>-<24 hex>

Id new_id(Time now, Rng& rng) {
  Id id;
  char* at = id.data();
  *at++ = '1';
  *at++ = '-';
  at = put_hex(at, static_cast<std::uint64_t>(epoch_seconds(now)), 8);
  *at++ = '-';
  at = put_hex(at, rng.next(), 16);
  put_hex(at, rng.next(), 8);
  return id;
}

/// Where the field "Self=" begins; npos when there is none. "MySelf=" is another field.
std::size_t find_self(std::string_view value) {
  constexpr std::string_view kSelf = "Self=";
  for (auto at = value.find(kSelf); at != std::string_view::npos; at = value.find(kSelf, at + 1)) {
    const auto before = at == 0 ? std::string_view::npos : value.find_last_not_of(" \t", at - 1);
    if (before == std::string_view::npos || value[before] == ';') return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view trace_id_for_target(std::string_view received, Time now, Rng& rng, Arena& arena) {
  const Id id = new_id(now, rng);
  const std::string_view text(id.data(), id.size());
  if (received.empty()) return arena.join("Root=", text);
  const auto self = find_self(received);
  if (self == std::string_view::npos) return arena.join("Self=", text, ";", received);
  const auto end = std::min(received.find(';', self), received.size());
  return arena.join(received.substr(0, self), "Self=", text, received.substr(end));
}

}  // namespace hoplab::aws
