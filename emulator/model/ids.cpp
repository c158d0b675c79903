#include "model/ids.h"

#include <algorithm>
#include <cstdint>

#include "base/hash.h"
#include "base/rng.h"
#include "model/topology.h"

namespace hoplab::model {
namespace {

std::uint64_t hash(std::string_view kind, std::string_view name) {
  constexpr std::string_view kBetween("\0", 1);
  return fnv1a(name, fnv1a(kBetween, fnv1a(kind)));
}

std::string draw(std::uint64_t seed, std::string_view alphabet, std::size_t count) {
  Rng rng(seed);
  const auto letters = static_cast<std::uint32_t>(alphabet.size());
  std::string text;
  while (text.size() < count) text += alphabet[rng.below(letters)];
  return text;
}

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kCapitalsAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kLettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";

}  // namespace

std::string derived_vpc_endpoint_id(std::string_view name) {
  return "vpce-" + draw(hash("vpc-endpoint", name), kHex, 17);
}

std::string derived_vpc_id(std::string_view account) {
  return "vpc-" + draw(hash("vpc", account), kHex, 17);
}

std::string derived_load_balancer_id(std::string_view name) {
  return draw(hash("load-balancer", name), kHex, 16);
}

std::string derived_rest_api_id(std::string_view name) {
  return draw(hash("rest-api", name), kLettersAndDigits, 10);
}

std::string derived_id_within_api(std::string_view api_id, std::string_view name) {
  return draw(hash(api_id, name), kLettersAndDigits, 6);
}

std::string derived_api_key_id(std::string_view name) {
  return draw(hash("api-key", name), kLettersAndDigits, 10);
}

std::string derived_api_key_value(std::string_view name) {
  constexpr std::size_t kAsAwsMakesThem = 40;
  return draw(hash("api-key-value", name), kLettersAndDigits, kAsAwsMakesThem);
}

std::string derived_usage_plan_id(std::string_view name) {
  return draw(hash("usage-plan", name), kLettersAndDigits, 6);
}

std::string derived_access_key_id(std::string_view name, bool temporary) {
  return (temporary ? "ASIA" : "AKIA") + draw(hash("access-key", name), kCapitalsAndDigits, 16);
}

std::string derived_secret_access_key(std::string_view name) {
  static const std::string kAlphabet =
      std::string(kLettersAndDigits) + "ABCDEFGHIJKLMNOPQRSTUVWXYZ+/";
  return draw(hash("secret-access-key", name), kAlphabet, 40);
}

std::string derived_user_id(std::string_view principal_arn) {
  constexpr std::string_view kAssumedRole = ":assumed-role/";
  constexpr std::string_view kFederatedUser = ":federated-user/";
  std::string_view account = principal_arn;
  for (int colons = 0; colons < 4; ++colons) {
    account.remove_prefix(std::min(account.find(':'), account.size() - 1) + 1);
    if (account.empty()) return {};
  }
  account = account.substr(0, account.find(':'));
  if (principal_arn.ends_with(":root")) return std::string(account);
  const auto session = principal_arn.substr(principal_arn.rfind('/') + 1);
  if (principal_arn.find(kFederatedUser) != std::string_view::npos) {
    return std::string(account) + ":" + std::string(session);
  }
  if (principal_arn.find(kAssumedRole) == std::string_view::npos) {
    return "AIDA" + draw(hash("user", principal_arn), kCapitalsAndDigits, 17);
  }
  const auto role = principal_arn.substr(0, principal_arn.rfind('/'));
  return "AROA" + draw(hash("role", role), kCapitalsAndDigits, 17) + ":" + std::string(session);
}

std::string application_load_balancer_arn(std::string_view region, std::string_view name) {
  return "arn:aws:elasticloadbalancing:" + std::string(region) + ":" + kDefaultAccount +
         ":loadbalancer/app/" + std::string(name) + "/" + derived_load_balancer_id(name);
}

std::string target_group_arn(std::string_view region, std::string_view name) {
  return "arn:aws:elasticloadbalancing:" + std::string(region) + ":" + kDefaultAccount +
         ":targetgroup/" + std::string(name) + "/" + draw(hash("target-group", name), kHex, 16);
}

std::string certificate_arn(std::string_view region, std::string_view name) {
  return "arn:aws:acm:" + std::string(region) + ":" + kDefaultAccount + ":certificate/" +
         std::string(name);
}

std::string listener_key(std::string_view load_balancer, std::uint16_t port) {
  return std::string(load_balancer) + ":" + std::to_string(port);
}

}  // namespace hoplab::model
