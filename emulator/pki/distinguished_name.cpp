// RFC 2253 names: see distinguished_name.h.
#include "pki/distinguished_name.h"

#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "pki/hex.h"

namespace hoplab::pki {
namespace {

struct Attribute {
  std::string type;
  std::string value;
  bool is_der = false;  // the value was written as #hex
};

using RelativeName = std::vector<Attribute>;

class NameReader {
 public:
  explicit NameReader(std::string_view text) : text_(text) {}

  Result<std::vector<RelativeName>> read() {
    std::vector<RelativeName> parts;
    skip_spaces();
    if (at_end()) return parts;
    for (bool new_part = true;;) {
      Attribute attribute;
      if (const auto problem = read_attribute(attribute)) return Error{*problem};
      if (new_part) parts.emplace_back();
      parts.back().push_back(std::move(attribute));
      if (at_end()) return parts;
      const char separator = text_[at_++];
      if (separator != ',' && separator != ';' && separator != '+') {
        return Error{"expected ',' or '+' at character " + std::to_string(at_)};
      }
      new_part = separator != '+';
      skip_spaces();
    }
  }

 private:
  using Problem = std::optional<std::string>;

  bool at_end() const { return at_ >= text_.size(); }

  void skip_spaces() {
    while (!at_end() && text_[at_] == ' ') ++at_;
  }

  Problem read_attribute(Attribute& out) {
    const std::size_t equals = text_.find_first_of("=,;+\"\\", at_);
    if (equals == std::string_view::npos || text_[equals] != '=') {
      return "no '=' after \"" + std::string(text_.substr(at_)) + "\"; write parts as CN=value";
    }
    std::string_view type = text_.substr(at_, equals - at_);
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    if (type.empty()) return "no type before '=' at character " + std::to_string(at_ + 1);
    out.type = std::string(type);
    at_ = equals + 1;
    skip_spaces();
    if (!at_end() && text_[at_] == '#') return read_hex_value(out);
    if (!at_end() && text_[at_] == '"') return read_quoted_value(out);
    return read_plain_value(out);
  }

  Problem read_hex_value(Attribute& out) {
    const std::size_t end = std::min(text_.find_first_of(",;+ ", at_), text_.size());
    const auto bytes = bytes_from_hex(text_.substr(at_ + 1, end - at_ - 1));
    if (!bytes || bytes->empty()) return "the value of " + out.type + " after '#' is not hex";
    out.value = *bytes;
    out.is_der = true;
    at_ = end;
    skip_spaces();
    return std::nullopt;
  }

  Problem read_quoted_value(Attribute& out) {
    for (++at_; !at_end() && text_[at_] != '"';) {
      if (const auto problem = read_character(out)) return problem;
    }
    if (at_end()) return "the quoted value of " + out.type + " does not end";
    ++at_;
    skip_spaces();
    return std::nullopt;
  }

  Problem read_plain_value(Attribute& out) {
    std::size_t kept = 0;  // a trailing space counts only if it was escaped
    while (!at_end() && text_[at_] != ',' && text_[at_] != ';' && text_[at_] != '+') {
      const char first = text_[at_];
      if (first == '"' || first == '<' || first == '>') {
        return std::string("'") + first + "' in the value of " + out.type +
               " must be escaped with a backslash";
      }
      if (const auto problem = read_character(out)) return problem;
      if (first != ' ') kept = out.value.size();
    }
    out.value.resize(kept);
    return std::nullopt;
  }

  // One character, or one escape: \, or \XX (RFC 2253 section 2.4).
  Problem read_character(Attribute& out) {
    if (text_[at_] != '\\') {
      out.value += text_[at_++];
      return std::nullopt;
    }
    const std::string_view rest = text_.substr(at_ + 1);
    if (!rest.empty() && std::string_view(",+\"\\<>;#= ").find(rest[0]) != std::string_view::npos) {
      out.value += rest[0];
      at_ += 2;
      return std::nullopt;
    }
    const auto byte = bytes_from_hex(rest.substr(0, 2));
    if (!byte || byte->size() != 1) {
      return "a backslash in the value of " + out.type +
             " needs a special character or two hex "
             "digits after it";
    }
    out.value += *byte;
    at_ += 3;
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

ObjectPtr attribute_type(const std::string& type) {
  if (type.find('\0') != std::string::npos) return nullptr;  // OpenSSL would stop reading there
  if (ObjectPtr exact{OBJ_txt2obj(type.c_str(), 0)}) return exact;
  std::string upper = type;  // attribute types are case-insensitive
  std::ranges::transform(upper, upper.begin(), [](char c) { return upper_case(c); });
  if (upper == "STREET") upper = "street";
  if (upper == "EMAILADDRESS") upper = "emailAddress";
  if (upper == "SERIALNUMBER") upper = "serialNumber";
  return ObjectPtr(OBJ_txt2obj(upper.c_str(), 0));
}

bool append_der(X509_NAME* name, const ASN1_OBJECT* type, const std::string& der, int set) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ASN1_TYPE, Free<ASN1_TYPE_free>> value(
      d2i_ASN1_TYPE(nullptr, &at, static_cast<long>(der.size())));
  if (value == nullptr || at != reinterpret_cast<const unsigned char*>(der.data()) + der.size()) {
    return false;
  }
  const int tag = ASN1_TYPE_get(value.get());
  constexpr std::array kStringTags{V_ASN1_UTF8STRING, V_ASN1_NUMERICSTRING, V_ASN1_PRINTABLESTRING,
                                   V_ASN1_T61STRING,  V_ASN1_IA5STRING,     V_ASN1_UNIVERSALSTRING,
                                   V_ASN1_BMPSTRING};
  if (std::ranges::find(kStringTags, tag) == kStringTags.end()) return false;
  const ASN1_STRING* string = value->value.asn1_string;
  unsigned char* utf8 = nullptr;  // bytes that are no text of that type could not be compared
  if (ASN1_STRING_to_UTF8(&utf8, string) < 0) return false;
  OPENSSL_free(utf8);
  return X509_NAME_add_entry_by_OBJ(name, type, tag, ASN1_STRING_get0_data(string),
                                    ASN1_STRING_length(string), -1, set) == 1;
}

std::optional<std::string> append(X509_NAME* name, const Attribute& attribute, int set) {
  const ObjectPtr type = attribute_type(attribute.type);
  if (type == nullptr) {
    return "unknown attribute type \"" + attribute.type +
           "\"; known are CN, OU, O, L, ST, C, DC, UID, street, emailAddress, serialNumber and "
           "dotted numbers";
  }
  if (attribute.is_der) {
    if (append_der(name, type.get(), attribute.value, set)) return std::nullopt;
    return "the value of " + attribute.type + " after '#' is not the DER of a string";
  }
  if (attribute.value.size() > 65535) return "the value of " + attribute.type + " is too long";
  if (X509_NAME_add_entry_by_OBJ(name, type.get(), MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(attribute.value.data()),
                                 static_cast<int>(attribute.value.size()), -1, set) == 1) {
    return std::nullopt;
  }
  return "\"" + attribute.value + "\" cannot be the value of " + attribute.type + ": " +
         openssl_reason();
}

}  // namespace

std::string name_text(const X509_NAME* name) {
  const ErrorQueueGuard guard;
  if (name == nullptr || X509_NAME_entry_count(name) == 0) return {};
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (out == nullptr || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

std::string subject_text(const X509* certificate) {
  return name_text(X509_get_subject_name(certificate));
}

std::string issuer_text(const X509* certificate) {
  return name_text(X509_get_issuer_name(certificate));
}

Result<NamePtr> parse_name(std::string_view text) {
  const ErrorQueueGuard guard;
  const auto refuse = [&](const std::string& why) {
    return Error{"distinguished name \"" + std::string(text) + "\": " + why};
  };
  if (text.starts_with('/')) return refuse("write it as CN=x,O=y (RFC 2253), not as /O=y/CN=x");
  auto parts = NameReader(text).read();
  if (!parts.ok()) return refuse(parts.error());
  NamePtr name(X509_NAME_new());
  // RFC 2253 section 2.1: the text starts with the last part of the encoded sequence.
  for (auto part = parts.value().rbegin(); part != parts.value().rend(); ++part) {
    int set = 0;
    for (auto attribute = part->rbegin(); attribute != part->rend(); ++attribute) {
      if (const auto problem = append(name.get(), *attribute, set)) return refuse(*problem);
      set = -1;  // further values join the part before
    }
  }
  return name;
}

}  // namespace hoplab::pki
