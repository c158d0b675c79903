// A flat hash set with linear probing: see revocation_index.h.
#include "pki/revocation_index.h"

#include <bit>
#include <cassert>
#include <cstring>

namespace hoplab::pki {
namespace {

constexpr std::size_t kHeaderSize = 6;
constexpr std::size_t kMaxSerialSize = 0xFFFF;

std::string_view without_leading_zeros(std::string_view serial) {
  while (serial.starts_with('\0')) serial.remove_prefix(1);
  return serial;
}

// FNV-1a with a final mix, so that serials counted upwards do not crowd.
std::uint64_t hash_of(std::uint32_t authority, std::string_view serial) {
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ authority;
  for (const char c : serial) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  hash ^= hash >> 33;
  hash *= 0xFF51AFD7ED558CCDULL;
  return hash ^ (hash >> 33);
}

}  // namespace

void RevocationIndex::reserve(std::size_t entries, std::size_t bytes) {
  bytes_.reserve(bytes_.size() + bytes + entries * kHeaderSize);
  const std::size_t slots = std::bit_ceil((size_ + entries) * 2 + 2);
  if (slots > slots_.size()) grow(slots);
}

void RevocationIndex::add(std::uint32_t authority, std::string_view serial) {
  serial = without_leading_zeros(serial);
  if (serial.size() > kMaxSerialSize) return;  // no certificate that we accept is that large
  if ((size_ + 1) * 2 > slots_.size()) grow(std::bit_ceil((size_ + 2) * 4));
  const std::size_t slot = slot_of(authority, serial);
  if (slots_[slot] != 0) return;
  slots_[slot] = static_cast<std::uint32_t>(bytes_.size() + 1);
  const auto length = static_cast<std::uint16_t>(serial.size());
  char header[kHeaderSize];
  std::memcpy(header, &authority, 4);
  std::memcpy(header + 4, &length, 2);
  bytes_.insert(bytes_.end(), header, header + kHeaderSize);
  bytes_.insert(bytes_.end(), serial.begin(), serial.end());
  ++size_;
}

bool RevocationIndex::contains(std::uint32_t authority, std::string_view serial) const {
  return size_ != 0 && slots_[slot_of(authority, without_leading_zeros(serial))] != 0;
}

std::size_t RevocationIndex::slot_of(std::uint32_t authority, std::string_view serial) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(authority, serial) & mask;
  while (slots_[slot] != 0 && !entry_equals(slots_[slot] - 1, authority, serial)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

bool RevocationIndex::entry_equals(std::size_t offset, std::uint32_t authority,
                                   std::string_view serial) const {
  const char* entry = bytes_.data() + offset;
  std::uint32_t entry_authority = 0;
  std::uint16_t length = 0;
  std::memcpy(&entry_authority, entry, 4);
  std::memcpy(&length, entry + 4, 2);
  return entry_authority == authority && length == serial.size() &&
         std::memcmp(entry + kHeaderSize, serial.data(), serial.size()) == 0;
}

void RevocationIndex::grow(std::size_t slots) {
  assert(std::has_single_bit(slots));
  slots_.assign(slots, 0);
  for (std::size_t offset = 0; offset < bytes_.size();) {
    std::uint32_t authority = 0;
    std::uint16_t length = 0;
    std::memcpy(&authority, bytes_.data() + offset, 4);
    std::memcpy(&length, bytes_.data() + offset + 4, 2);
    const std::string_view serial(bytes_.data() + offset + kHeaderSize, length);
    slots_[slot_of(authority, serial)] = static_cast<std::uint32_t>(offset + 1);
    offset += kHeaderSize + length;
  }
}

}  // namespace hoplab::pki
