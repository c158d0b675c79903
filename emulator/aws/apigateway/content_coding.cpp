#include "aws/apigateway/content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "http/h1/http1_chars.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kNames[] = {"identity", "gzip", "deflate"};
constexpr std::size_t kBlock = 16 * 1024;
constexpr int kWindowBits = 15;

/// zlib's word for a format: gzip's own frame, or that of zlib, which HTTP calls deflate (RFC 9110
/// 8.4.1.2).
int window_bits(ContentCoding coding) noexcept {
  constexpr int kGzip = 16;
  return coding == ContentCoding::gzip ? kWindowBits + kGzip : kWindowBits;
}

/// In thousandths, of "gzip;q=0.5"; 1000 where it says none (RFC 9110 12.4.2).
int weight(std::string_view parameters) noexcept {
  constexpr int kWhole = 1000;
  const auto at = parameters.find('=');
  if (at == std::string_view::npos) return kWhole;
  const std::string_view value = http::chars::trim(parameters.substr(at + 1));
  if (value.starts_with('1')) return kWhole;
  int thousandths = 0, unit = kWhole;
  for (const char c : value.substr(std::min<std::size_t>(value.size(), 2))) {
    if (c < '0' || c > '9') break;
    unit /= 10;
    thousandths += (c - '0') * unit;
  }
  return thousandths;
}

z_stream over(std::string_view bytes) noexcept {
  z_stream stream{};
  // zlib does not write there; its types are older than const.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(bytes.size());
  return stream;
}

}  // namespace

std::string_view to_text(ContentCoding coding) noexcept {
  return kNames[static_cast<std::size_t>(coding)];
}

std::optional<ContentCoding> parse_content_coding(std::string_view field) noexcept {
  field = http::chars::trim(field);
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (iequals(field, kNames[i])) return static_cast<ContentCoding>(i);
  }
  return std::nullopt;
}

ContentCoding preferred_coding(std::string_view accept_encoding) noexcept {
  ContentCoding best = ContentCoding::identity;
  int highest = 0;
  while (!accept_encoding.empty()) {
    const auto end = accept_encoding.find(',');
    const std::string_view one = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(end == std::string_view::npos ? accept_encoding.size() : end + 1);
    const auto semicolon = std::min(one.find(';'), one.size());
    const int priority = weight(one.substr(semicolon));
    if (http::chars::trim(one.substr(0, semicolon)).empty() || priority <= highest) continue;
    highest = priority;
    best = parse_content_coding(one.substr(0, semicolon)).value_or(ContentCoding::identity);
  }
  return best;
}

std::string compressed(ContentCoding coding, std::string_view bytes) {
  constexpr int kUsualMemory = 8;
  z_stream stream = over(bytes);
  std::string out;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits(coding), kUsualMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return out;
  }
  out.resize(deflateBound(&stream, static_cast<uLong>(bytes.size())));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);  // there is room for all of it
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Decompressed decompressed(ContentCoding coding, std::string_view bytes, std::size_t most) {
  using Verdict = Decompressed::Verdict;
  Decompressed result;
  if (coding == ContentCoding::identity) return {Verdict::done, std::string(bytes)};
  z_stream stream = over(bytes);
  if (inflateInit2(&stream, window_bits(coding)) != Z_OK) return result;
  std::array<char, kBlock> block;
  int status = Z_OK;
  while (status == Z_OK && result.bytes.size() <= most) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    status = inflate(&stream, Z_NO_FLUSH);
    result.bytes.append(block.data(), block.size() - stream.avail_out);
  }
  const bool all_read = stream.avail_in == 0;
  inflateEnd(&stream);
  if (result.bytes.size() > most) return {Verdict::too_large, {}};
  if (status != Z_STREAM_END || !all_read) return {Verdict::malformed, {}};
  result.verdict = Verdict::done;
  return result;
}

}  // namespace hoplab::aws
