// libFuzzer target: a client's certificates as TLS hands them over, up to the verdict, the line of
// the connection log and the headers for targets. The input is a byte of choices, then certificates
// in DER, one after the other.
//
// Checks, beside memory safety: a verdict is the same from certificates decoded again, and from a
// cold and a warm cache; it holds as long as it says; it does not fall by options and lists that
// only allow more; what it accepts keeps the rules that need no path. Every text is printable, a
// log line keeps its fields, the URL-encoded PEM is the certificate, and OpenSSL's queue of errors
// stays empty.
#include <algorithm>
#include <string>
#include <vector>

#include "authority.h"
#include "aws/alb/connection_log.h"
#include "aws/alb/mtls_headers.h"
#include "der_mutator.h"
#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "pki/hex.h"
#include "pki/lean_library.h"
#include "pki/supported_algorithms.h"
#include "pki/verdict_cache.h"

namespace {

using namespace hoplab;
using namespace hoplab::fuzz;
using namespace hoplab::pki;

/// As OpenSSL reads the Certificate message in a handshake; null where the handshake ends there.
CertificateStackPtr decode(std::string_view der) {
  CertificateStackPtr chain(sk_X509_new_null());
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  while (at != end) {
    X509* raw = X509_new_ex(lean_library(), nullptr);
    const bool read = d2i_X509(&raw, &at, end - at) != nullptr;
    CertificatePtr certificate(raw);
    if (!read) {
      saw(ERR_peek_last_error());
      ERR_clear_error();
      return nullptr;
    }
    sk_X509_push(chain.get(), certificate.release());
  }
  return sk_X509_num(chain.get()) > 0 ? std::move(chain) : nullptr;
}

/// "a%2Bb" is "a+b".
std::string url_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = bytes_from_hex(text.substr(i + 1, 2));
    check(byte && byte->size() == 1);
    out += *byte;
    i += 2;
  }
  return out;
}

/// The first byte of the input.
struct Choices {
  explicit Choices(std::uint8_t byte)
      : options{.ignore_expiry = (byte & 1) != 0,
                .refuse_outdated_crl = (byte & 2) != 0,
                .fips = (byte & 4) != 0},
        encoding{.encode_equals = (byte & 8) != 0} {
    constexpr std::int64_t kTimes[] = {kNow, kBefore, kListOutdated, kAfter};
    now = kTimes[byte >> 4 & 3];
  }
  JudgeOptions options;
  PemUrlEncoding encoding;
  std::int64_t now;
};

std::vector<std::string> texts_of(const X509* certificate) {
  return {certificate_der(certificate), serial_text(certificate), validity_text(certificate),
          subject_text(certificate), issuer_text(certificate)};
}

/// The same chain, decoded from what the certificates are encoded as.
CertificateStackPtr decoded_again(const STACK_OF(X509) * chain) {
  std::string der;
  for (int i = 0; i < sk_X509_num(chain); ++i) der += certificate_der(sk_X509_value(chain, i));
  CertificateStackPtr again = decode(der);
  check(again != nullptr && sk_X509_num(again.get()) == sk_X509_num(chain));
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const auto texts = texts_of(sk_X509_value(chain, i));
    check(texts_of(sk_X509_value(again.get(), i)) == texts);
    check(std::all_of(texts.begin() + 1, texts.end(), is_printable));
  }
  return again;
}

/// The fields of a log line as those who read it split them: at spaces outside quotes.
std::size_t count_fields(std::string_view line) {
  std::size_t fields = 1;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && quoted)
      ++i;
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ' ' && !quoted)
      ++fields;
  }
  check(!quoted);
  return fields;
}

void check_log_line(const X509* leaf) {
  const std::string subject = subject_text(leaf);
  const std::string validity = validity_text(leaf);
  const std::string serial = serial_text(leaf);
  aws::ConnectionLogEntry entry;
  entry.leaf_subject = subject;
  entry.leaf_validity = validity;
  entry.leaf_serial_number = serial;
  const std::string line = aws::connection_log_line(entry, aws::LogFormat::plain);
  check(is_printable(line) && count_fields(line) == 15);
}

/// The certificates that a header's PEM holds.
void check_pem(const std::string& header, const STACK_OF(X509) * chain, int count) {
  check(is_printable(header));
  const auto blocks = pem_decode(url_decode(header), PemSurroundings::comments_only);
  check(blocks.ok() && blocks.value().size() == static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto& block = blocks.value()[static_cast<std::size_t>(i)];
    check(block.label == "CERTIFICATE" && block.der == certificate_der(sk_X509_value(chain, i)));
  }
}

void check_headers(const STACK_OF(X509) * chain, PemUrlEncoding encoding) {
  const auto& names = model::kAwsRequestHeaderNames;
  const auto verify = aws::verify_headers(sk_X509_value(chain, 0), names, encoding);
  check(verify.fields.size() == 5);
  for (const auto& field : verify.fields) check(is_printable(field.value));
  check_pem(verify.fields.back().value, chain, 1);
  const auto passthrough = aws::passthrough_headers(chain, names, encoding);
  check(passthrough.fields.size() == 1);
  check_pem(passthrough.fields.front().value, chain, sk_X509_num(chain));
}

void saw_extensions(X509* certificate) {
  const ErrorQueueGuard guard;
  saw(std::uint64_t{X509_get_extension_flags(certificate)} << 8);
}

bool same(const Judgement& a, const Judgement& b) {
  return a.status == b.status && a.certificate_index == b.certificate_index &&
         a.certificate_subject == b.certificate_subject && a.reason == b.reason &&
         a.holds.from == b.holds.from && a.holds.until == b.holds.until;
}

struct Asked {
  const TrustStore* store;
  STACK_OF(X509) * chain;
  std::int64_t now;
  JudgeOptions options;

  X509* leaf() const { return sk_X509_value(chain, 0); }
  Judgement verdict() const { return judge(*store, leaf(), chain, now, options); }
  Judgement verdict(VerdictCache& cache) const {
    return cache.judge(*store, leaf(), chain, now, options);
  }
};

void check_refusal(const Asked& asked, const Judgement& said) {
  check(!said.reason.empty() && is_printable(said.reason));
  check(said.status != VerifyStatus::client_cert_rejected);
  check(said.status != VerifyStatus::client_cert_incompatible || asked.options.fips);
  check(said.certificate_index >= -1);
}

void check_success(const Asked& asked, const Judgement& said) {
  check(said.reason.empty() && said.certificate_index == -1);
  check(said.holds.from <= asked.now && asked.now < said.holds.until);
  check(sk_X509_num(asked.chain) <= 4 && X509_get_version(asked.leaf()) == 2);
  check(i2d_X509(asked.leaf(), nullptr) <= 16 * 1024);
  check(!unsupported_key(asked.leaf()) && !unsupported_signature(asked.leaf()));
}

/// What must be accepted as well.
std::vector<Asked> no_stricter(const Asked& asked, const Judgement& said,
                               const TrustStore& without_list) {
  std::vector<Asked> all(4, asked);
  all[0].options = {.ignore_expiry = true};
  all[1].store = &without_list;
  all[2].now = std::max(said.holds.from, kBefore);
  all[3].now = std::min(said.holds.until - 1, kAfter);
  return all;
}

/// What a cache that knows `asked` may confuse with it.
std::vector<Asked> alike(const Asked& asked, const Judgement& said, STACK_OF(X509) * only_leaves) {
  std::vector<Asked> all(5, asked);
  all[0].now = std::max(said.holds.from - 1, kBefore);
  all[1].now = std::min(said.holds.until, kAfter);
  all[2].chain = only_leaves;
  // As many subjects, the first time not the leaf's.
  all[3].options.rejected_subjects = {subject_text(asked.leaf()) + "?"};
  all[4].options.rejected_subjects = {subject_text(asked.leaf())};
  check(all[4].verdict().status == VerifyStatus::client_cert_rejected);
  return all;
}

/// A cache that knows an accepted chain says of other questions what judge() says.
void check_others(VerdictCache& cache, const Asked& asked, const Judgement& said,
                  const TrustStore& without_list) {
  const CertificateStackPtr only_leaves(sk_X509_new_null());
  for (int i = 0; i < sk_X509_num(asked.chain); ++i) {
    X509_up_ref(asked.leaf());
    sk_X509_push(only_leaves.get(), asked.leaf());
  }
  for (const Asked& other : no_stricter(asked, said, without_list)) {
    check(other.verdict().ok() && same(other.verdict(cache), other.verdict()));
  }
  for (const Asked& other : alike(asked, said, only_leaves.get())) {
    check(same(other.verdict(cache), other.verdict()));
  }
}

void check_verdict(const Asked& asked, STACK_OF(X509) * again, const TrustStore& without_list) {
  const Judgement said = asked.verdict();
  saw(static_cast<std::uint64_t>(said.status) * 16 +
      static_cast<std::uint64_t>(said.certificate_index));
  Asked decoded = asked;
  decoded.chain = again;
  check(same(decoded.verdict(), said));
  VerdictCache cache(4);
  check(same(asked.verdict(cache), said) && same(decoded.verdict(cache), said));
  check(cache.hits() == (said.ok() ? 1 : 0));
  if (!said.ok()) return check_refusal(asked, said);
  check_success(asked, said);
  check_others(cache, asked, said, without_list);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto store = authority_store(true);
  static const auto without_list = authority_store(false);
  if (size == 0) return 0;
  const Choices choices(data[0]);
  const std::string_view der(reinterpret_cast<const char*>(data) + 1, size - 1);
  const CertificateStackPtr chain = decode(der);
  if (chain == nullptr) return 0;
  const CertificateStackPtr again = decoded_again(chain.get());
  X509* leaf = sk_X509_value(chain.get(), 0);
  saw_extensions(leaf);
  check_log_line(leaf);
  check_headers(chain.get(), choices.encoding);
  check_verdict({store.get(), chain.get(), choices.now, choices.options}, again.get(),
                *without_list);
  check(ERR_peek_error() == 0);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  Random random(seed);
  if (size < 2) return LLVMFuzzerMutate(data, size, max_size);
  if (random() % 16 == 0) {
    data[0] ^= static_cast<std::uint8_t>(1U << random() % 6);
    return size;
  }
  const std::string before(reinterpret_cast<char*>(data), size);
  const std::string after = mutate_der(before.substr(1), max_size - size, random);
  const bool sign = random() % 4 != 0;
  std::string out(1, before[0]);
  for (const Element& element : elements_of(after)) {
    const std::string der = after.substr(element.at, element.size);
    const bool changed = before.find(der) == std::string::npos;
    out += changed && sign ? certificate_signed_again(der) : der;
  }
  return put(out.size() > 1 ? out : before[0] + after, data, max_size);
}
