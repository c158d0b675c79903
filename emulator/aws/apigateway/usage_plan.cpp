#include "aws/apigateway/usage_plan.h"

#include <algorithm>

namespace hoplab::aws {

namespace {

constexpr std::size_t kShortestValue = 20, kLongestValue = 128;

/// Whether "/widgets/{id}/GET" is this method of this resource. The root's is "//GET" or "/GET".
bool names(std::string_view name, std::string_view path, std::string_view method) {
  if (!name.ends_with(method)) return false;
  name.remove_suffix(method.size());
  if (!name.ends_with('/')) return false;
  name.remove_suffix(1);
  return name == path || (name.empty() && path == "/");
}

}  // namespace

Result<UsagePlans> UsagePlans::build(const std::vector<ApiKey>& keys,
                                     const std::vector<UsagePlan>& plans,
                                     const UsagePlans* previous) {
  UsagePlans built;
  std::map<std::string_view, const ApiKey*> by_id;
  for (const ApiKey& key : keys) {
    if (key.value.size() < kShortestValue || key.value.size() > kLongestValue) {
      return Error{"API key " + key.id + ": its value must have 20 to 128 characters"};
    }
    if (!by_id.emplace(key.id, &key).second) return Error{"there are two API keys " + key.id};
    built.keys_.try_emplace(key.value, Key{key.id, key.enabled, {}});
  }
  for (const UsagePlan& plan : plans) {
    if (plan.quota) {
      if (const auto checked = check_quota(*plan.quota); !checked) {
        return Error{"usage plan " + plan.id + ": " + checked.error()};
      }
    }
    for (const std::string& id : plan.key_ids) {
      const auto key = by_id.find(id);
      if (key == by_id.end()) {
        return Error{"usage plan " + plan.id + ": there is no API key " + id};
      }
      if (auto added = built.add(plan, key->second->value, previous); !added) {
        return added.failure();
      }
    }
  }
  return built;
}

Result<void> UsagePlans::add(const UsagePlan& plan, const std::string& key_value,
                             const UsagePlans* previous) {
  Key& key = keys_.find(key_value)->second;
  const Use* const before = previous ? previous->find_use(key_value, plan.id) : nullptr;
  Use use;
  use.plan_id = plan.id;
  if (plan.throttle) use.bucket = kept_bucket(*plan.throttle, before ? before->bucket : nullptr);
  if (plan.quota) {
    const bool same = before && before->quota && before->quota->same_periods(*plan.quota);
    use.quota = plan.quota;
    use.used = same ? before->used : std::make_shared<QuotaCounter>();
  }
  for (const UsagePlan::ApiStage& stage : plan.api_stages) {
    for (const Use& other : key.uses) {
      if (find_stage(other, stage.api_id, stage.stage) == nullptr) continue;
      return Error{"API key " + key.id + " is in two usage plans of one stage: " + other.plan_id +
                   " and " + plan.id};
    }
    use.stages.push_back(make_stage(stage, before));
  }
  key.uses.push_back(std::move(use));
  return {};
}

UsagePlans::Stage UsagePlans::make_stage(const UsagePlan::ApiStage& stage, const Use* previous) {
  const Stage* const before = previous ? find_stage(*previous, stage.api_id, stage.stage) : nullptr;
  Stage made{stage.api_id, stage.stage, {}};
  for (const auto& [name, settings] : stage.throttle) {
    std::shared_ptr<TokenBucket> kept;
    if (before != nullptr) {
      const auto method = std::ranges::find(before->methods, name, &Method::name);
      if (method != before->methods.end()) kept = method->bucket;
    }
    made.methods.push_back({name, kept_bucket(settings, kept)});
  }
  return made;
}

const UsagePlans::Use* UsagePlans::find_use(std::string_view key_value,
                                            std::string_view plan_id) const {
  const auto key = keys_.find(key_value);
  if (key == keys_.end()) return nullptr;
  const auto use = std::ranges::find(key->second.uses, plan_id, &Use::plan_id);
  return use == key->second.uses.end() ? nullptr : &*use;
}

const UsagePlans::Stage* UsagePlans::find_stage(const Use& use, std::string_view api_id,
                                                std::string_view stage) {
  const auto found = std::ranges::find_if(
      use.stages, [&](const Stage& one) { return one.api_id == api_id && one.name == stage; });
  return found == use.stages.end() ? nullptr : &*found;
}

TokenBucket* UsagePlans::bucket_of(const Stage& stage, const UsageRequest& request) {
  for (const std::string_view method : {request.http_method, std::string_view("ANY")}) {
    for (const Method& one : stage.methods) {
      if (names(one.name, request.resource_path, method)) return one.bucket.get();
    }
  }
  return nullptr;
}

UsageAnswer UsagePlans::check(const UsageRequest& request) const {
  using Kind = UsageAnswer::Kind;
  if (!request.api_key_required) return {};
  const auto key = keys_.find(request.key.value_or(""));
  if (key == keys_.end() || !key->second.enabled) return {Kind::invalid_key, {}, {}};
  for (const Use& use : key->second.uses) {
    const Stage* const stage = find_stage(use, request.api_id, request.stage);
    if (stage == nullptr) continue;
    UsageAnswer answer{Kind::allowed, key->second.id, use.plan_id};
    TokenBucket* const method = bucket_of(*stage, request);
    if ((method != nullptr && !method->take(request.now)) ||
        (use.bucket && !use.bucket->take(request.now))) {
      answer.kind = Kind::throttled;
    } else if (use.quota && !use.used->take(*use.quota, request.calendar)) {
      answer.kind = Kind::quota_exceeded;
    }
    return answer;
  }
  return {Kind::invalid_key, {}, {}};
}

}  // namespace hoplab::aws
