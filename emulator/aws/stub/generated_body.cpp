#include "aws/stub/generated_body.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace hoplab::aws {

namespace {
constexpr std::string_view kPattern =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n";
constexpr std::size_t kBlockSize = 16 * 1024;
static_assert(kBlockSize % kPattern.size() == 0);

const std::array<char, kBlockSize>& block() {
  static const auto filled = [] {
    std::array<char, kBlockSize> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = kPattern[i % kPattern.size()];
    return bytes;
  }();
  return filled;
}
}  // namespace

char GeneratedBody::byte_at(std::uint64_t position) noexcept {
  return kPattern[position % kPattern.size()];
}

net::IoResult GeneratedBody::try_read(std::span<char> into) {
  if (given_ == size_) return {net::IoStatus::closed, 0};
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - given_));
  for (std::size_t done = 0; done < wanted;) {
    const auto offset = static_cast<std::size_t>((given_ + done) % kBlockSize);
    const auto piece = std::min(wanted - done, kBlockSize - offset);
    std::memcpy(into.data() + done, block().data() + offset, piece);
    done += piece;
  }
  given_ += wanted;
  return {net::IoStatus::ok, wanted};
}

}  // namespace hoplab::aws
