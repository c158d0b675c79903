#include "pki/alternative_names.h"

namespace hoplab::pki {

std::vector<std::string> alternative_names(const X509* certificate, int type) {
  using NamesPtr = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;
  const NamesPtr all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> names;
  for (int i = 0; all != nullptr && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* const one = sk_GENERAL_NAME_value(all.get(), i);
    if (one->type != type) continue;
    names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one->d.ia5)),
                       static_cast<std::size_t>(ASN1_STRING_length(one->d.ia5)));
  }
  return names;
}

}  // namespace hoplab::pki
