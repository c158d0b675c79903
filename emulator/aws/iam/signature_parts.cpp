#include "aws/iam/signature_parts.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "aws/stub/query.h"
#include "base/ascii.h"
#include "base/percent.h"

namespace hoplab::aws {

namespace {

constexpr SigningAlgorithm kAlgorithms[] = {SigningAlgorithm::hmac, SigningAlgorithm::ecdsa};

std::optional<SigningAlgorithm> algorithm_of(std::string_view name) noexcept {
  for (const SigningAlgorithm algorithm : kAlgorithms) {
    if (to_text(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

/// Splits the Credential; false: it has another number of elements.
bool split_credential(std::string_view credential, SignatureParts& parts) noexcept {
  const bool has_region = parts.algorithm == SigningAlgorithm::hmac;
  const std::size_t slashes = has_region ? 4 : 3;
  if (std::cmp_not_equal(std::ranges::count(credential, '/'), slashes)) return false;
  const auto next = [&credential] {
    const auto element = credential.substr(0, credential.find('/'));
    credential.remove_prefix(std::min(element.size() + 1, credential.size()));
    return element;
  };
  parts.access_key_id = next();
  parts.scope = credential;
  parts.date = next();
  if (has_region) parts.region = next();
  parts.service = next();
  parts.terminator = next();
  return true;
}

/// What both ways of sending have in common.
ParsedSignature finish(SignatureParts parts, std::string_view credential) {
  if (!split_credential(credential, parts)) {
    const bool has_region = parts.algorithm == SigningAlgorithm::hmac;
    std::string message("Credential must have exactly ");
    message.append(has_region ? "5" : "4").append(" slash-delimited elements, e.g. keyid/date/");
    message.append(has_region ? "region/" : "").append("service/term, got '");
    return incomplete_signature(message.append(credential).append("'"));
  }
  const auto time = parse_basic_time(parts.timestamp);
  if (!time) {
    return incomplete_signature("Date must be in ISO-8601 'basic format'. Got '" +
                                std::string(parts.timestamp) +
                                "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  parts.time = *time;
  return parts;
}

ParsedSignature of_authorization(const SignedRequest& request, std::string_view authorization,
                                 SigningAlgorithm algorithm) {
  const auto* date = find_field(request.headers, "x-amz-date");
  if (date == nullptr) date = find_field(request.headers, "date");
  const auto found = read_authorization(authorization);
  if (auto lacking = lacking_authorization(authorization, found, date != nullptr)) {
    return std::move(*lacking);
  }
  SignatureParts parts;
  parts.algorithm = algorithm;
  parts.signed_headers = *found.signed_headers;
  parts.signature = *found.signature;
  parts.timestamp = *date;
  if (const auto* token = find_field(request.headers, "x-amz-security-token")) {
    parts.security_token = *token;
  }
  if (const auto* set = find_field(request.headers, "x-amz-region-set")) parts.region_set = *set;
  return finish(parts, *found.credential);
}

/// The parameters of a signature in the query; of repeated ones the first counts.
struct QueryParameters {
  std::optional<std::string_view> algorithm, credential, signature, signed_headers, date, expires,
      region_set, security_token;
};

QueryParameters read_query(std::string_view query, Arena& arena) {
  QueryParameters found;
  const std::pair<std::string_view, std::optional<std::string_view>*> known[] = {
      {"X-Amz-Algorithm", &found.algorithm},
      {"X-Amz-Credential", &found.credential},
      {"X-Amz-Signature", &found.signature},
      {"X-Amz-SignedHeaders", &found.signed_headers},
      {"X-Amz-Date", &found.date},
      {"X-Amz-Expires", &found.expires},
      {"X-Amz-Region-Set", &found.region_set},
      {"X-Amz-Security-Token", &found.security_token},
  };
  each_query_parameter(query, [&](std::string_view name, std::string_view value) {
    if (!name.starts_with("X-Amz-")) return;
    for (const auto& [known_name, into] : known) {
      if (known_name != name || *into) continue;
      *into = is_unreserved(value) ? value : arena.copy(form_decoded(value));
    }
  });
  return found;
}

ParsedSignature of_query(const QueryParameters& found) {
  std::string lacks;
  const auto require = [&](const std::optional<std::string_view>& parameter, const char* name) {
    if (parameter) return;
    lacks.append("AWS query-string parameters must include '").append(name).append("'. ");
  };
  require(found.algorithm, "X-Amz-Algorithm");
  require(found.credential, "X-Amz-Credential");
  require(found.signature, "X-Amz-Signature");
  require(found.signed_headers, "X-Amz-SignedHeaders");
  require(found.date, "X-Amz-Date");
  if (!lacks.empty()) {
    return incomplete_signature(lacks + "Re-examine the query-string parameters.");
  }
  const auto algorithm = algorithm_of(*found.algorithm);
  if (!algorithm) {
    return incomplete_signature("Unsupported AWS 'algorithm': '" + std::string(*found.algorithm) +
                                "'.");
  }
  SignatureParts parts;
  parts.algorithm = *algorithm;
  parts.in_query = true;
  parts.signed_headers = *found.signed_headers;
  parts.signature = *found.signature;
  parts.timestamp = *found.date;
  parts.security_token = found.security_token;
  parts.expires = found.expires;
  parts.region_set = found.region_set.value_or("");
  return finish(parts, *found.credential);
}

/// Exactly these digits as a number; -1: one of them is none.
int number_at(std::string_view text, std::size_t at, std::size_t count) noexcept {
  int number = 0;
  for (const char c : text.substr(at, count)) {
    if (!is_digit(c)) return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::string_view to_text(SigningAlgorithm algorithm) noexcept {
  return algorithm == SigningAlgorithm::hmac ? "AWS4-HMAC-SHA256" : "AWS4-ECDSA-P256-SHA256";
}

const std::string_view* find_field(std::span<const http::Field> headers,
                                   std::string_view name) noexcept {
  const auto found = std::ranges::find_if(
      headers, [&](const http::Field& field) { return iequals(field.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

std::optional<Time> parse_basic_time(std::string_view text) noexcept {
  constexpr std::string_view kForm = "20150830T123600Z";
  if (text.size() != kForm.size() || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const int year = number_at(text, 0, 4), month = number_at(text, 4, 2);
  const int day = number_at(text, 6, 2), hour = number_at(text, 9, 2);
  const int minute = number_at(text, 11, 2), second = number_at(text, 13, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || hour > 23 ||
      minute > 59 || second > 59) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::string basic_time(Time at) {
  std::string text = iso8601_seconds(epoch_seconds(at));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

ParsedSignature parse_signature(const SignedRequest& request, Arena& arena) {
  if (const auto* authorization = find_field(request.headers, "authorization")) {
    // A signature in the field is the one that counts; what else is in it is of no concern to IAM.
    const auto algorithm = algorithm_of(authorization->substr(0, authorization->find(' ')));
    if (algorithm) return of_authorization(request, *authorization, *algorithm);
  }
  const QueryParameters found = read_query(request.query, arena);
  if (!found.algorithm && !found.credential && !found.signature) return std::monostate();
  return of_query(found);
}

}  // namespace hoplab::aws
