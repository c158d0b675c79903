#include "tls/key_exchange_groups.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/hex.h"
#include "base/joined.h"
#include "pki/lean_library.h"

namespace hoplab::tls {

namespace {

/// Changes the groups of `context`.
bool has_group(SSL_CTX* context, const std::string& group) {
  const bool has = SSL_CTX_set1_groups_list(context, group.c_str()) == 1;
  ERR_clear_error();
  return has;
}

std::vector<std::string> those_it_has(SSL_CTX* context, const SecurityPolicy& policy) {
  std::vector<std::string> some;
  for (const std::string_view name : key_exchange_groups(policy)) {
    std::string group(name);
    if (has_group(context, group)) some.push_back(std::move(group));
  }
  return some;
}

struct Hybrid {
  int number;  // IANA's
  std::string_view name;
};
// For an OpenSSL that does not know them.
constexpr std::array kHybrids{Hybrid{0x11eb, "SecP256r1MLKEM768"}, Hybrid{0x11ec, "X25519MLKEM768"},
                              Hybrid{0x11ed, "SecP384r1MLKEM1024"}};

std::string name_of(SSL* ssl, int group) {
  if (const char* known = SSL_group_to_name(ssl, group)) return known;
  constexpr int kNumber = 0xffff;  // without OpenSSL's mark of what it does not know
  const int number = group & kNumber;
  const auto* hybrid = std::ranges::find(kHybrids, number, &Hybrid::number);
  if (hybrid != kHybrids.end()) return std::string(hybrid->name);
  char digits[4];
  put_hex(digits, static_cast<unsigned>(number), sizeof digits);
  return "0x" + std::string(digits, sizeof digits);
}

std::vector<std::string> groups_of_client(SSL* ssl) {
  std::vector<int> groups(static_cast<std::size_t>(SSL_get1_groups(ssl, nullptr)));
  if (!groups.empty()) SSL_get1_groups(ssl, groups.data());
  std::vector<std::string> names;
  for (const int group : groups) names.push_back(name_of(ssl, group));
  return names;
}

}  // namespace

void offer_groups(SSL_CTX* context, const SecurityPolicy& policy) {
  SSL_CTX_set1_groups_list(context, joined(those_it_has(context, policy), ":").c_str());
}

std::vector<std::string> missing_groups(const SecurityPolicy& policy) {
  std::vector<std::string> missing;
  if (!policy.post_quantum && policy.rfc9151 == Rfc9151::no) return missing;  // all have them
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
      SSL_CTX_new_ex(pki::lean_library(), nullptr, TLS_server_method()), SSL_CTX_free);
  const auto there = those_it_has(context.get(), policy);
  for (const std::string_view name : key_exchange_groups(policy)) {
    if (std::ranges::find(there, name) == there.end()) missing.emplace_back(name);
  }
  return missing;
}

std::string no_common_group(SSL* ssl, const SecurityPolicy& policy) {
  const auto theirs = groups_of_client(ssl);
  constexpr int kHowMany = -1;
  if (theirs.empty() || SSL_get_shared_group(ssl, kHowMany) > 0) return {};
  std::vector<std::string> ours;
  std::vector<std::string> lacked;
  const auto missing = missing_groups(policy);
  for (const std::string_view name : key_exchange_groups(policy)) {
    const bool lacks = std::ranges::find(missing, name) != missing.end();
    if (!lacks) ours.emplace_back(name);
    if (lacks && std::ranges::find(theirs, name) != theirs.end()) lacked.emplace_back(name);
  }
  std::string said = "no key exchange group in common: the client has " + joined(theirs, ", ") +
                     "; offered are " + joined(ours, ", ");
  if (!lacked.empty()) {
    said += "; " + std::string(policy.name) + " has " + joined(lacked, ", ") + ", but " +
            openssl_in_use() + " does not; 3.5 does";
  }
  return said;
}

std::string openssl_in_use() {
  return std::string("OpenSSL ") + OpenSSL_version(OPENSSL_VERSION_STRING);
}

}  // namespace hoplab::tls
