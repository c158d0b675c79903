#include "awsapi/cloudformation/zip_archive.h"

#include <zlib.h>

#include <cstdint>
#include <limits>
#include <optional>

namespace hoplab::awsapi::cloudformation {

namespace {

constexpr std::size_t kMostFiles = 10'000;
constexpr std::size_t kMostBytes = std::size_t{256} * 1024 * 1024;  // of all files
constexpr std::uint32_t kEnd = 0x06054b50, kCentral = 0x02014b50, kLocal = 0x04034b50;
constexpr std::size_t kEndSize = 22, kCentralSize = 46, kLocalSize = 30, kCommentSizeAt = 32;

/// A little-endian number of `size` bytes; 0 behind the end.
std::uint32_t number(std::string_view in, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8U |
            (at + i < in.size() ? static_cast<unsigned char>(in[at + i]) : std::uint32_t{0});
  }
  return value;
}

std::optional<std::size_t> end_record(std::string_view archive) {
  constexpr std::size_t kLongestComment = 65'535;
  for (std::size_t back = kEndSize; back <= kEndSize + kLongestComment; ++back) {
    if (back > archive.size()) break;
    if (number(archive, archive.size() - back, 4) == kEnd) return archive.size() - back;
  }
  return std::nullopt;
}

std::optional<std::string> inflated(std::string_view packed, std::size_t size) {
  std::string made(size, '\0');
  z_stream stream{};
  constexpr int kRaw = -15;
  if (inflateInit2(&stream, kRaw) != Z_OK) return std::nullopt;
  std::string in(packed);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());  // NOLINT: zlib's own type for bytes
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(made.data());  // NOLINT
  stream.avail_out = static_cast<uInt>(size);
  const int end = inflate(&stream, Z_FINISH);
  const bool whole = end == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  if (!whole) return std::nullopt;
  return made;
}

}  // namespace

Result<std::map<std::string, std::string>> read_zip(std::string_view archive) {
  const auto end = end_record(archive);
  if (!end) return Error{"it is no zip archive"};
  const std::size_t count = number(archive, *end + 10, 2);
  std::size_t at = number(archive, *end + 16, 4);
  std::map<std::string, std::string> files;
  std::size_t all = 0;
  if (count > kMostFiles) return Error{"it has too many files"};
  for (std::size_t i = 0; i < count; ++i) {
    if (number(archive, at, 4) != kCentral) return Error{"its directory cannot be read"};
    const std::uint32_t flags = number(archive, at + 8, 2), method = number(archive, at + 10, 2);
    const std::size_t packed = number(archive, at + 20, 4), size = number(archive, at + 24, 4);
    const std::size_t name_size = number(archive, at + 28, 2);
    const std::size_t local = number(archive, at + 42, 4);
    const std::string name(archive.substr(std::min(at + kCentralSize, archive.size()), name_size));
    at += kCentralSize + name_size + number(archive, at + 30, 2) +
          number(archive, at + kCommentSizeAt, 2);
    if (name.ends_with('/')) continue;
    const std::size_t data =
        local + kLocalSize + number(archive, local + 26, 2) + number(archive, local + 28, 2);
    all += size;
    const bool fits = data <= archive.size() && packed <= archive.size() - data;
    if ((flags & 1U) != 0 || number(archive, local, 4) != kLocal || !fits || all > kMostBytes) {
      return Error{"its file " + name + " cannot be read"};
    }
    const std::string_view bytes = archive.substr(data, packed);
    auto content = method == 0   ? std::optional(std::string(bytes))
                   : method == 8 ? inflated(bytes, size)
                                 : std::nullopt;
    if (!content) return Error{"its file " + name + " cannot be unpacked"};
    files[name] = std::move(*content);
  }
  return files;
}

}  // namespace hoplab::awsapi::cloudformation
