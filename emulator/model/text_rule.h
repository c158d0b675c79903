// The forms that names and other short texts must have, each with the words that explain it.
//
// A rule is written twice on purpose: as a pattern for the published JSON Schema and as a function,
// because std::regex would cost more at start-up than the rest of reading. A test holds them equal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::model {

struct TextRule {
  std::string_view pattern;  // ECMA-262, anchored
  std::string_view says;     // "12 digits": what is allowed, after "it takes"
  bool (*matches)(std::string_view text) noexcept;
};

namespace rules {
extern const TextRule kAnyText;
extern const TextRule kNotEmpty;
extern const TextRule kName;              // ours: what AWS has ids for
extern const TextRule kLoadBalancerName;  // also of a target group (elbv2 API)
extern const TextRule kTrustStoreName;
extern const TextRule kAccount;
extern const TextRule kRegion;
extern const TextRule kAvailabilityZone;
extern const TextRule kTargetZone;  // a zone, or all
extern const TextRule kVpcEndpointId;
extern const TextRule kVpcId;
extern const TextRule kAccessKeyId;
extern const TextRule kRestApiId;
extern const TextRule kStageName;
extern const TextRule kDeploymentId;
extern const TextRule kFunctionName;
extern const TextRule kVariableName;  // of a function's environment
extern const TextRule kDomainName;
extern const TextRule kDnsName;
extern const TextRule kHostPort;
extern const TextRule kUpstream;  // ours: of a proxy
extern const TextRule kCidr;
extern const TextRule kLoopbackIp;
extern const TextRule kIpPort;
extern const TextRule kDuration;
extern const TextRule kShortTime;  // ours
extern const TextRule kSubject;
extern const TextRule kUri;
extern const TextRule kIdentityFilterValue;
extern const TextRule kUriFilterValue;  // of a filter whose Field is san-uri
extern const TextRule kPrincipal;
extern const TextRule kHealthCheckPath;
extern const TextRule kHealthCheckPort;
extern const TextRule kRequestPath;
extern const TextRule kResourcePath;
extern const TextRule kBasePath;
extern const TextRule kHttpMethod;
extern const TextRule kApiMethod;
extern const TextRule kHeaderName;
extern const TextRule kHeaderValue;
extern const TextRule kOtherHeaderName;   // listener attribute *.header_name
extern const TextRule kOtherHeaderValue;  // listener attribute *.header_value
extern const TextRule kMatcher;
extern const TextRule kGrpcMatcher;
extern const TextRule kCookieName;
extern const TextRule kHttpsUrl;
extern const TextRule kClaimValue;
extern const TextRule kUserPoolArn;
extern const TextRule kSeconds;
extern const TextRule kFixedStatus;
extern const TextRule kFixedBody;
}  // namespace rules

/// Seconds of "-60d", "10y", "+1d", "350s", "5m", "2h", "3w"; a year has 365 days. Nothing when
/// the text is no duration or above 1,000 years.
std::optional<std::int64_t> parse_duration_s(std::string_view text) noexcept;

/// Microseconds of "200ms", "10us", "1s", "5m" or "1h"; nothing: it is none of them.
std::optional<std::int64_t> parse_short_time_us(std::string_view text) noexcept;
/// The same in its largest unit.
std::string short_time_text(std::int64_t microseconds);

/// A decimal number of at most nine digits.
std::optional<int> parse_number(std::string_view text) noexcept;

}  // namespace hoplab::model
