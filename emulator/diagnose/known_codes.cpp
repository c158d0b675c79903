#include "diagnose/known_codes.h"

#include <algorithm>
#include <map>
#include <vector>

#include "aws/alb/error_reason.h"
#include "aws/apigateway/error_response.h"
#include "base/ascii.h"
#include "base/cause.h"
#include "pki/verdict.h"

namespace hoplab::diagnose {

namespace {

using pki::VerifyStatus;
using scenario::Fact;
using scenario::Facts;

/// Of AWS's page "Connection logs for your Application Load Balancer", error reason codes.
std::string_view sentence(VerifyStatus status) {
  switch (status) {
    case VerifyStatus::success: return "the client certificate was accepted";
    case VerifyStatus::client_cert_max_chain_depth_exceeded:
      return "the client's chain has more certificates than the load balancer takes (4)";
    case VerifyStatus::client_cert_max_size_exceeded:
      return "the client's certificate or its chain is larger than the load balancer takes";
    case VerifyStatus::client_cert_crl_hit: return "a revocation list names the certificate";
    case VerifyStatus::client_cert_crl_processing_error:
      return "a revocation list of the trust store cannot be used: it is out of date, of another "
             "issuer, or not signed by it";
    case VerifyStatus::client_cert_untrusted:
      return "no chain leads from the certificate to an authority of the trust store";
    case VerifyStatus::client_cert_not_yet_valid: return "the certificate's notBefore is to come";
    case VerifyStatus::client_cert_expired: return "the certificate's notAfter is over";
    case VerifyStatus::client_cert_type_unsupported:
      return "the certificate is of a kind that is not supported: its version, or its key";
    case VerifyStatus::client_cert_invalid:
      return "the certificate cannot be read, or a signature on its chain is wrong";
    case VerifyStatus::client_cert_purpose_invalid:
      return "the certificate's extended key usage does not have clientAuth";
    case VerifyStatus::client_cert_rejected:
      return "the certificate is good and was rejected by a rule of its own: a network load "
             "balancer's identity filters, for one";
    case VerifyStatus::client_cert_incompatible:
      return "the certificate's key does not go with the listener's security policy";
    case VerifyStatus::unmapped_connection_error:
      return "the handshake failed and no code fits: no client certificate was shown, no TLS "
             "version or cipher was in common, or the client went away";
  }
  return "";
}

/// Of AWS's page "Troubleshoot your Application Load Balancers" (alb.md 3).
std::string_view sentence_of_alb_status(int status) {
  switch (status) {
    case 400:
      return "the request is malformed or over a limit (16 KB a line or a field, 64 KB in all), or "
             "the desync mitigation refuses it";
    case 401: return "authentication or a JWT's validation refused the request";
    case 403: return "AWS WAF blocked the request";
    case 405: return "the method is TRACE, which is not forwarded";
    case 408: return "the client sent no data of its request for the idle timeout";
    case 413: return "the body is over 1 MB for a Lambda function, or the header is too large";
    case 414: return "the URL or its query is too long";
    case 460: return "the client went away before the answer, and before the idle timeout";
    case 463: return "X-Forwarded-For has more than 30 addresses";
    case 464: return "the request's protocol does not fit the target group's protocol version";
    case 500:
      return "a transform failed, or an identity provider, its keys or AWS WAF could not be asked";
    case 501: return "Transfer-Encoding is something other than chunked or identity";
    case 502:
      return "the target refused, reset or closed the connection, or its answer is malformed";
    case 503: return "the target group has no registered target that can be used";
    case 504: return "the target did not accept the connection or did not answer in time";
    case 505:
      return "the version of HTTP is one that is not expected, or a preface of HTTP/2 came "
             "on a connection of HTTP/1";
    case 507: return "the redirect's URL is longer than 8 KB";
    case 561: return "the identity provider returned an error when it was asked for a login";
    case 562: return "the JWKS endpoint answered an error, or what it answered is no set of keys";
    default: return "";
  }
}

struct Code {
  Fact fact;
  CodeMeaning meaning;
};

/// Codes that say no more than that something of the kind happened.
bool stands_for_several(Fact fact) {
  return fact == Fact::classification_reason || fact == Fact::target_health;
}

std::string_view who(Reason reason) {
  switch (party_of(reason)) {
    case Party::client: return "the client";
    case Party::hop: return "the hop that records it";
    case Party::target: return "the target";
  }
  return "";
}

/// "lambda-unhandled": a reason as hoplab writes it, told from ordinary words by its hyphen.
void add_reasons(std::map<std::string, Code, std::less<>>& codes) {
  for (int i = 0; i <= static_cast<int>(Reason::emulator_stopped); ++i) {
    const auto reason = static_cast<Reason>(i);
    const std::string name(to_text(reason)), sentence_of(explain(reason));
    if (const std::string word = aws::error_reason(reason); !word.empty())
      codes[lower_case(word)] = {Fact::error_reason, {word, std::string(who(reason)), sentence_of}};
    if (name.find('-') != std::string::npos)
      codes[name] = {Fact::reason, {name, std::string(who(reason)), sentence_of}};
    const auto colon = sentence_of.find(": ");
    if (name.starts_with("transform-") && colon != std::string::npos)
      codes[lower_case(sentence_of.substr(0, colon))] = {
          Fact::transform_status,
          {sentence_of.substr(0, colon), "alb", sentence_of.substr(colon + 2)}};
  }
}

void add_verdicts(std::map<std::string, Code, std::less<>>& codes) {
  for (int i = 1; i <= static_cast<int>(VerifyStatus::unmapped_connection_error); ++i) {
    const auto status = static_cast<VerifyStatus>(i);
    const std::string text(pki::to_log_text(status));
    const CodeMeaning meaning{text, "alb", std::string(sentence(status))};
    codes[lower_case(text.substr(text.find(':') + 1))] = {Fact::verdict, meaning};
  }
}

void add_words(std::map<std::string, Code, std::less<>>& codes, Fact fact, std::string_view hop,
               std::initializer_list<std::pair<std::string_view, std::string_view>> words) {
  for (const auto& [word, sentence_of] : words)
    codes[lower_case(word)] = {
        fact,
        {std::string(word), std::string(hop), std::string(sentence_of), !stands_for_several(fact)}};
}

/// Reasons of an ALB's classification (alb.md 2.3), target health (alb.md 6.4, alb-features.md 9)
/// and the types of API Gateway's errors (apigateway.md 5.3, 7, 9).
const std::map<std::string, Code, std::less<>>& codes() {
  static const std::map<std::string, Code, std::less<>> all = [] {
    std::map<std::string, Code, std::less<>> made;
    add_verdicts(made);
    add_reasons(made);
    const std::string_view ambiguous = "the request can be read in two ways (desync mitigation)";
    const std::string_view severe = "the request is dangerous to pass on (desync mitigation)";
    const std::string_view loose = "the request is not quite compliant (desync mitigation)";
    add_words(made, Fact::classification_reason, "alb",
              {{"GetHeadZeroContentLength", loose},
               {"NonCompliantHeader", loose},
               {"NonCompliantVersion", loose},
               {"SpaceInUri", loose},
               {"AmbiguousUri", ambiguous},
               {"BothTeClPresent", ambiguous},
               {"DuplicateContentLength", ambiguous},
               {"EmptyHeader", ambiguous},
               {"SuspiciousHeader", ambiguous},
               {"UndefinedContentLengthSemantics", ambiguous},
               {"UndefinedTransferEncodingSemantics", ambiguous},
               {"BadContentLength", severe},
               {"BadHeader", severe},
               {"BadMethod", severe},
               {"BadTransferEncoding", severe},
               {"BadUri", severe},
               {"BadVersion", severe},
               {"MultipleContentLength", severe},
               {"MultipleTransferEncodingChunked", severe},
               {"SuspiciousTeClPresent", severe}});
    add_words(
        made, Fact::target_health, "the load balancer's health check",
        {{"Target.ResponseCodeMismatch",
          "the health check got a status that the matcher does "
          "not take"},
         {"Target.ResponseStringMismatch", "the health check's body has no such text"},
         {"Target.Timeout", "the health check got no answer in time"},
         {"Target.TimedOut", "the health check got no connection or no answer in time"},
         {"Target.ConnectionReset", "the health check's connection was reset or closed"},
         {"Target.TargetError", "the health check got a status of 500 to 599"},
         {"Target.FailedHealthChecks",
          "the health check could not connect, or got an answer "
          "that is none"},
         {"Target.NotRegistered", "the target is not registered"},
         {"Target.NotInUse",
          "no listener uses the target group, or the target is in a zone "
          "that the load balancer does not have"},
         {"Target.DeregistrationInProgress", "the target is being deregistered"},
         {"Target.IpUnusable", "the address belongs to a load balancer or cannot be a target"},
         {"Target.InvalidState", "the instance is stopped or terminated"},
         {"Target.HealthCheckDisabled", "health checks are off"},
         {"Elb.InternalError", "the health check failed inside the load balancer"}});
    return made;
  }();
  return all;
}

bool is_code_character(char c) noexcept {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

/// The types of API Gateway's errors, and what each is about.
constexpr std::pair<std::string_view, std::string_view> kErrorTypes[] = {
    {"ForbiddenException", "no API and stage fit the request's host, or the API key is missing"},
    {"MissingAuthenticationTokenException", "no method fits the path, or its signature is missing"},
    {"IncompleteSignatureException", "the Authorization field is no complete signature"},
    {"InvalidSignatureException", "the signature is another than the request's"},
    {"SignatureDoesNotMatchException", "the signature is another than the request's"},
    {"ExpiredTokenException", "the session token has expired"},
    {"UnrecognizedClientException", "the access key is not known"},
    {"AccessDeniedException", "a policy does not allow the call"},
    {"UnauthorizedException", "the authorizer said no, or its token is missing"},
    {"AuthorizerConfigurationException", "the authorizer's answer is none"},
    {"AuthorizerFailureException", "the authorizer could not be asked"},
    {"BadRequestException", "the request's validation refused it, or its content coding"},
    {"TooManyRequestsException", "a throttle's bucket was empty"},
    {"LimitExceededException", "a usage plan's quota is used up"},
    {"InternalServerErrorException", "the integration failed, timed out or answered what is none"},
    {"RequestEntityTooLargeException", "the body is too large for the integration"},
    {"NotFoundException", "there is no such resource"},
};

/// Those that hardly another of AWS's APIs has: without x-amzn-ErrorType before them, the others
/// may be anybody's.
constexpr std::string_view kOwnErrorTypes[] = {
    "MissingAuthenticationTokenException", "IncompleteSignatureException",
    "InvalidSignatureException", "AuthorizerConfigurationException", "AuthorizerFailureException"};

}  // namespace

void read_codes(std::string_view line, Facts& facts) {
  for (std::size_t at = 0; at < line.size();) {
    if (!is_code_character(line[at])) {
      ++at;
      continue;
    }
    const auto end = std::find_if_not(line.begin() + static_cast<std::ptrdiff_t>(at), line.end(),
                                      is_code_character);
    std::string_view word(line.begin() + static_cast<std::ptrdiff_t>(at), end);
    at += word.size();
    while (word.ends_with('.')) word.remove_suffix(1);
    const auto found = codes().find(lower_case(word));
    if (found != codes().end()) facts.learn(found->second.fact, found->second.meaning.code);
    if (std::ranges::find(kOwnErrorTypes, word) == std::end(kOwnErrorTypes)) continue;
    facts.learn(Fact::error_type, word);
    facts.learn(Fact::by, "api");
  }
}

std::string_view reason_in(std::string_view comment) noexcept {
  std::string_view first;
  auto first_at = std::string_view::npos;
  for (int i = 0; i <= static_cast<int>(Reason::emulator_stopped); ++i) {
    const std::string_view name = to_text(static_cast<Reason>(i));
    const auto at = comment.find(", " + std::string(name) + ": ");
    if (at >= first_at) continue;
    first_at = at;
    first = name;
  }
  return first;
}

bool is_ordinary(Reason reason) noexcept {
  return reason == Reason::client_closed || reason == Reason::connection_close ||
         reason == Reason::answered || reason == Reason::emulator_stopped;
}

bool is_ordinary(std::string_view reason) noexcept {
  for (int i = 0; i <= static_cast<int>(Reason::emulator_stopped); ++i) {
    if (to_text(static_cast<Reason>(i)) == reason) return is_ordinary(static_cast<Reason>(i));
  }
  return false;
}

std::optional<CodeMeaning> meaning_of(const Facts& facts) {
  for (const Fact fact : {Fact::verdict, Fact::error_reason, Fact::transform_status,
                          Fact::classification_reason, Fact::reason, Fact::target_health}) {
    const std::string key = lower_case(facts[fact]);
    const auto found = codes().find(key.starts_with("failed:") ? key.substr(7) : key);
    if (found != codes().end()) return found->second.meaning;
  }
  for (const auto& [type, meaning] : kErrorTypes) {
    if (facts[Fact::error_type] == type)
      return CodeMeaning{std::string(type), "private API Gateway", std::string(meaning), false};
  }
  const bool not_alb = !facts[Fact::by].empty() && facts[Fact::by] != "alb";
  const std::string_view status = sentence_of_alb_status(std::atoi(facts[Fact::status].c_str()));
  if (not_alb || status.empty()) return std::nullopt;
  return CodeMeaning{facts[Fact::status], "alb", std::string(status), false};
}

}  // namespace hoplab::diagnose
