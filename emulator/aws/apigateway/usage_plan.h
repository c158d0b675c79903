// API keys and usage plans: who may call a stage, how fast and how often (apigateway-features.md 4,
// apigateway.md 12).
//
// Limits of a plan are those of each of its keys, counted over all stages of the plan; the limits
// of a method are for one stage. A request that is throttled counts for no quota. What has been
// taken is shared by the loops of all threads, and can be handed on to a later configuration.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/quota.h"
#include "aws/apigateway/throttle.h"
#include "base/clock.h"
#include "base/result.h"

namespace hoplab::aws {

struct ApiKey {
  std::string id;
  std::string value;
  bool enabled = true;
};

struct UsagePlan {
  struct ApiStage {
    std::string api_id, stage;
    std::vector<std::pair<std::string, ThrottleSettings>> throttle;  // by "/widgets/{id}/GET"
  };
  std::string id;
  std::optional<ThrottleSettings> throttle;
  std::optional<Quota> quota;
  std::vector<ApiStage> api_stages;
  std::vector<std::string> key_ids;
};

/// What a request asks for.
struct UsageRequest {
  bool api_key_required = false;
  std::string_view api_id, stage;
  std::string_view resource_path;  // the template, "/widgets/{id}"
  std::string_view http_method;
  std::optional<std::string_view> key;  // the value: of x-api-key, or the authorizer's
  Time now;                             // Clock::now(): for throttles
  Time calendar;                        // Clock::calendar(): for quotas
};

struct UsageAnswer {
  enum class Kind : std::uint8_t {
    not_needed,      // the method does not require a key: nothing counts
    invalid_key,     // INVALID_API_KEY
    throttled,       // THROTTLED
    quota_exceeded,  // QUOTA_EXCEEDED
    allowed,
  };
  Kind kind = Kind::not_needed;
  std::string_view key_id;   // $context.identity.apiKeyId; lives as long as the plans
  std::string_view plan_id;  // likewise; both are empty without a valid key
};

class UsagePlans {
 public:
  /// Nothing but methods that require no key.
  UsagePlans() = default;

  /// What `previous` has counted goes on for each key of a plan, as far as the limit in question is
  /// the same; it need not outlive the call. Errors name the plan or the key.
  static Result<UsagePlans> build(const std::vector<ApiKey>& keys,
                                  const std::vector<UsagePlan>& plans,
                                  const UsagePlans* previous = nullptr);

  /// In AWS's order: the method of the plan, then the plan. The stage's own limit and the account's
  /// come after that, and are the caller's.
  [[nodiscard]] UsageAnswer check(const UsageRequest& request) const;

 private:
  struct Method {
    std::string name;  // "/widgets/{id}/GET"
    std::shared_ptr<TokenBucket> bucket;
  };
  struct Stage {
    std::string api_id, name;
    std::vector<Method> methods;
  };
  /// One key's use of one plan.
  struct Use {
    std::string plan_id;
    std::shared_ptr<TokenBucket> bucket;  // null: there is no limit
    std::optional<Quota> quota;
    std::shared_ptr<QuotaCounter> used;  // of the quota
    std::vector<Stage> stages;
  };
  struct Key {
    std::string id;
    bool enabled = true;
    std::vector<Use> uses;
  };

  Result<void> add(const UsagePlan& plan, const std::string& key_value, const UsagePlans* previous);
  static Stage make_stage(const UsagePlan::ApiStage& stage, const Use* previous);
  [[nodiscard]] const Use* find_use(std::string_view key_value, std::string_view plan_id) const;
  static const Stage* find_stage(const Use& use, std::string_view api_id, std::string_view stage);
  static TokenBucket* bucket_of(const Stage& stage, const UsageRequest& request);

  std::map<std::string, Key, std::less<>> keys_;  // by value
};

}  // namespace hoplab::aws
