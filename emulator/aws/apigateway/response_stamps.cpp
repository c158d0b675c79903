#include "aws/apigateway/response_stamps.h"

#include "base/hex.h"

namespace hoplab::aws {

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

std::string_view ResponseStamps::date(Time now, Arena& arena) {
  const auto second = epoch_seconds(now);
  if (second != dated_) {
    date_ = http_date(now);
    dated_ = second;
  }
  return arena.copy(date_);
}

std::string_view ResponseStamps::request_id(Arena& arena) {
  const std::uint64_t high = rng_.next();
  const std::uint64_t low = rng_.next();
  const auto room = arena.allocate(36);
  char* at = put_hex(room.data(), high >> 32, 8);
  *at++ = '-';
  at = put_hex(at, high >> 16, 4);
  *at++ = '-';
  at = put_hex(at, (high & 0x0fff) | 0x4000, 4);
  *at++ = '-';
  at = put_hex(at, ((low >> 48) & 0x3fff) | 0x8000, 4);
  *at++ = '-';
  put_hex(at, low, 12);
  return {room.data(), room.size()};
}

std::string_view ResponseStamps::extended_id(Arena& arena) {
  constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto room = arena.allocate(16);
  std::uint64_t bits = rng_.next();
  for (std::size_t i = 0; i < 15; ++i, bits >>= 6) {
    if (i == 10) bits = rng_.next();
    room[i] = kBase64[bits & 0x3f];
  }
  // 11 bytes are 88 bits: the last of the 15 digits has two padding bits, which are zero.
  room[14] = kBase64[bits & 0x3c];
  room[15] = '=';
  return {room.data(), room.size()};
}

std::string_view ResponseStamps::trace_id(std::string_view received, Time now, Arena& arena) {
  constexpr std::string_view kRoot = "Root=";
  for (auto rest = received; !rest.empty();) {
    const auto end = rest.find(';');
    const auto part = rest.substr(0, end);
    if (part.starts_with(kRoot) && part.size() > kRoot.size()) return arena.copy(part);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  const auto room = arena.allocate(kRoot.size() + 35);
  char* at = room.data();
  for (const char c : kRoot) *at++ = c;
  *at++ = '1';
  *at++ = '-';
  at = put_hex(at, static_cast<std::uint64_t>(epoch_seconds(now)), 8);
  *at++ = '-';
  at = put_hex(at, rng_.next(), 16);
  put_hex(at, rng_.next(), 8);
  return {room.data(), room.size()};
}

bool ResponseStamps::chance(double percent) {
  constexpr std::uint32_t kAll = 1'000'000;
  return rng_.below(kAll) < percent / 100 * kAll;
}

std::string request_time(Time at) {
  const std::time_t seconds = epoch_seconds(at);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text;
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%d/%b/%Y:%H:%M:%S +0000", &parts);
  return {text.data(), size};
}

}  // namespace hoplab::aws
