// libFuzzer target: a distinguished name as scenario files spell it.
//
// Checks, beside memory safety: a name that was read is printable, and its text as a certificate
// shows it is read again as the same name; a zero byte in it is not its end, and spaces around it
// do not matter; a refusal says why.
#include <string>

#include "check.h"
#include "pki/distinguished_name.h"

namespace {

using namespace hoplab;
using namespace hoplab::fuzz;
using namespace hoplab::pki;

/// As it is in a certificate: there, the values of one part are in an order of their own.
std::string text_in_certificate(const X509_NAME* name) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_NAME(name, &der);
  const OpensslBytes owned(der);
  check(size > 0);
  const unsigned char* at = der;
  const NamePtr decoded(d2i_X509_NAME(nullptr, &at, size));
  check(decoded != nullptr && at == der + size && X509_NAME_cmp(decoded.get(), name) == 0);
  return name_text(decoded.get());
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++found;
  return found;
}

/// OpenSSL writes 79 characters of a dotted type and leaves out the rest.
bool has_long_type(const X509_NAME* name) {
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    if (OBJ_obj2txt(nullptr, 0, X509_NAME_ENTRY_get_object(entry), 1) > 79) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto name = parse_name(text);
  check(ERR_peek_error() == 0);
  if (!name.ok()) {
    check(name.error().starts_with("distinguished name \"" + text + "\": "));
    return 0;
  }
  const std::string shown = text_in_certificate(name.value().get());
  check(is_printable(shown));
  if (has_long_type(name.value().get())) return 0;
  if (text.find('.') == std::string::npos) {  // the value of a dotted type is written as #hex
    check(count(shown, "\\00") >= count(text, std::string_view("\0", 1)));
  }
  if (text.find('#') != std::string::npos) return 0;  // it may hold what no text of that type may
  const auto again = parse_name(shown);
  check(again.ok() && text_in_certificate(again.value().get()) == shown);
  if (text.find('\\') != std::string::npos) return 0;
  const auto spaced = parse_name(' ' + text + ' ');
  check(spaced.ok() && text_in_certificate(spaced.value().get()) == shown);
  return 0;
}
