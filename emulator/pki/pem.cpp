// PEM: see pem.h.
#include "pki/pem.h"

#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "pki/lean_library.h"
#include "pki/supported_algorithms.h"

namespace hoplab::pki {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kBytesPerLine = 48;  // 64 columns

std::optional<std::string_view> boundary_label(std::string_view line, std::string_view opening) {
  if (!line.starts_with(opening) || !line.ends_with(kDashes)) return std::nullopt;
  if (line.size() < opening.size() + kDashes.size()) return std::nullopt;
  return line.substr(opening.size(), line.size() - opening.size() - kDashes.size());
}

constexpr std::array<signed char, 256> kBase64Value = [] {
  std::array<signed char, 256> table{};
  table.fill(-1);
  signed char value = 0;
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+/")) {
    table[static_cast<unsigned char>(c)] = value++;
  }
  return table;
}();

/// Base64 (RFC 4648 section 4) that comes in pieces of any length.
class Base64Decoder {
 public:
  void reserve(std::size_t text_bytes) { out_.reserve(text_bytes / 4 * 3); }

  void add(std::string_view text) {
    for (const char c : text) {
      const int value = kBase64Value[static_cast<unsigned char>(c)];
      if (c == '=' && value < 0) {
        ++padding_;
        continue;
      }
      good_ = good_ && value >= 0 && padding_ == 0;
      bits_ = bits_ << 6 | (static_cast<unsigned>(value) & 0x3F);
      if (++digits_ % 4 == 0) {
        const char three[] = {static_cast<char>(bits_ >> 16), static_cast<char>(bits_ >> 8),
                              static_cast<char>(bits_)};
        out_.append(three, 3);
      }
    }
  }

  /// What it all says; nothing when it is no Base64, or empty.
  std::optional<std::string> finish() && {
    const std::size_t left = digits_ % 4;
    if (!good_ || digits_ == 0 || (left + padding_) % 4 != 0 || padding_ > 2) return std::nullopt;
    if (left >= 2) out_ += static_cast<char>(bits_ >> (6 * left - 8));
    if (left == 3) out_ += static_cast<char>(bits_ >> 2);
    return std::move(out_);
  }

 private:
  std::string out_;
  unsigned bits_ = 0;
  std::size_t digits_ = 0, padding_ = 0;
  bool good_ = true;
};

class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return true;
  }

  std::size_t number() const { return number_; }
  /// Bytes before the next `mark`, or all that are left.
  std::size_t up_to(std::string_view mark) const {
    return std::min(rest_.find(mark), rest_.size());
  }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

Error line_error(std::size_t line, const std::string& what) {
  return Error{"line " + std::to_string(line) + ": " + what};
}

// AWS, mutual-authentication: "Comments ... start with a # character and can't contain a -".
std::optional<Error> check_comment(std::string_view line, std::size_t number) {
  if (line.empty()) return line_error(number, "a blank line; AWS allows none in a bundle");
  if (!line.starts_with('#')) {
    return line_error(number,
                      "text outside a PEM block that is not a # comment (the output of "
                      "\"openssl x509 -text\" is not accepted)");
  }
  if (line.find('-') != std::string_view::npos) {
    return line_error(number, "a comment that contains '-'");
  }
  return std::nullopt;
}

Result<PemBlock> read_block(LineReader& lines, std::string_view label) {
  PemBlock block;
  block.label = std::string(label);
  block.line = lines.number();
  Base64Decoder base64;
  base64.reserve(lines.up_to(kEnd));
  for (std::string_view line; lines.next(line);) {
    if (const auto end = boundary_label(line, kEnd)) {
      if (*end != label) {
        return line_error(lines.number(), "the block that begins as " + block.label + " ends as " +
                                              std::string(*end));
      }
      auto der = std::move(base64).finish();
      if (!der) return line_error(block.line, "the block's content is not base64");
      block.der = std::move(*der);
      return block;
    }
    if (line.empty()) return line_error(lines.number(), "a blank line inside a PEM block");
    base64.add(line);
  }
  return line_error(block.line, "the block has no END line");
}

CertificatePtr read_certificate(std::string_view der) {
  CertificatePtr certificate = certificate_in(lean_library(), der);
  const bool knows_all = certificate == nullptr || (!unsupported_key(certificate.get()) &&
                                                    !unsupported_signature(certificate.get()));
  return knows_all ? std::move(certificate) : certificate_in(nullptr, der);
}

}  // namespace

std::string pem_encode(std::string_view label, std::string_view der) {
  const std::size_t lines = (der.size() + kBytesPerLine - 1) / kBytesPerLine;
  std::string out;
  out.reserve(2 * label.size() + 34 + der.size() / 3 * 4 + 4 + lines);
  out.append(kBegin).append(label).append(kDashes).append(1, '\n');
  unsigned char line[kBytesPerLine / 3 * 4 + 1];
  for (std::size_t at = 0; at < der.size(); at += kBytesPerLine) {
    const std::size_t count = std::min(kBytesPerLine, der.size() - at);
    const int written = EVP_EncodeBlock(
        line, reinterpret_cast<const unsigned char*>(der.data()) + at, static_cast<int>(count));
    out.append(reinterpret_cast<const char*>(line), static_cast<std::size_t>(written));
    out += '\n';
  }
  return out.append(kEnd).append(label).append(kDashes).append(1, '\n');
}

Result<std::vector<PemBlock>> pem_decode(std::string_view text, PemSurroundings surroundings) {
  std::vector<PemBlock> blocks;
  LineReader lines(text);
  for (std::string_view line; lines.next(line);) {
    if (const auto label = boundary_label(line, kBegin)) {
      auto block = read_block(lines, *label);
      if (!block.ok()) return Error{block.error()};
      blocks.push_back(std::move(block).value());
    } else if (surroundings == PemSurroundings::comments_only) {
      if (const auto problem = check_comment(line, lines.number())) return *problem;
    }
  }
  return blocks;
}

CertificatePtr certificate_in(OSSL_LIB_CTX* library, std::string_view der) {
  X509* certificate = X509_new_ex(library, nullptr);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  const bool read = d2i_X509(&certificate, &at, static_cast<long>(der.size())) && at == end;
  CertificatePtr owned(certificate);
  return read ? std::move(owned) : nullptr;
}

CertificatePtr certificate_from_der(std::string_view der) {
  const ErrorQueueGuard guard;
  return read_certificate(der);
}

CertificatePtr next_certificate(BIO* pem) {
  unsigned char* der = nullptr;
  long size = 0;
  if (PEM_bytes_read_bio(&der, &size, nullptr, PEM_STRING_X509, pem, nullptr, nullptr) != 1) {
    return nullptr;
  }
  const OpensslBytes owned(der);
  return read_certificate({reinterpret_cast<char*>(der), static_cast<std::size_t>(size)});
}

std::string certificate_der(const X509* certificate) {
  const ErrorQueueGuard guard;
  const int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* at = reinterpret_cast<unsigned char*>(der.data());
  return i2d_X509(certificate, &at) == size ? der : std::string();
}

}  // namespace hoplab::pki
