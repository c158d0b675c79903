// Content codings of an API with a minimumCompressionSize: gzip, deflate and identity, of requests
// and of answers.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-enable-compression.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::aws {

enum class ContentCoding : std::uint8_t { identity, gzip, deflate };
[[nodiscard]] std::string_view to_text(ContentCoding coding) noexcept;

/// Of a Content-Encoding field; nothing: it is not supported.
[[nodiscard]] std::optional<ContentCoding> parse_content_coding(std::string_view field) noexcept;

/// What an answer is encoded with for a client that sent this Accept-Encoding: the coding that it
/// gives the highest priority, the first of equals. Where that is not supported, or `*`, none is.
[[nodiscard]] ContentCoding preferred_coding(std::string_view accept_encoding) noexcept;

/// `coding` is not identity.
[[nodiscard]] std::string compressed(ContentCoding coding, std::string_view bytes);

struct Decompressed {
  enum class Verdict : std::uint8_t { done, malformed, too_large } verdict = Verdict::malformed;
  std::string bytes;  // when done
};
/// At most `most` bytes, then it is too large.
[[nodiscard]] Decompressed decompressed(ContentCoding coding, std::string_view bytes,
                                        std::size_t most);

}  // namespace hoplab::aws
