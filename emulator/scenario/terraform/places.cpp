#include "scenario/terraform/places.h"

#include <algorithm>

#include "model/text_rule.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::text_of;

/// "arn:aws:SERVICE:REGION:ACCOUNT:REST", part by part.
std::string part_of_arn(const std::string& arn, int number) {
  if (!arn.starts_with("arn:")) return {};
  std::size_t begin = 0;
  for (int i = 0; i < number; ++i) {
    begin = arn.find(':', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  return arn.substr(begin, arn.find(':', begin) - begin);
}

constexpr std::string_view kArns[] = {"arn",          "execution_arn",   "load_balancer_arn",
                                      "listener_arn", "trust_store_arn", "target_group_arn"};

std::string own_region(const Instance& instance) {
  for (const std::string_view name : kArns) {
    const std::string region = part_of_arn(text_of(instance.attributes, name), 3);
    if (model::rules::kRegion.matches(region)) return region;
  }
  std::string zone = text_of(instance.attributes, "availability_zone");
  if (!model::rules::kAvailabilityZone.matches(zone)) return {};
  zone.pop_back();
  return zone;
}

}  // namespace

std::string account_in(const Instance& instance) {
  for (const std::string_view name : {"owner_id", "account_id"}) {
    const std::string owner = text_of(instance.attributes, name);
    if (model::rules::kAccount.matches(owner)) return owner;
  }
  for (const std::string_view name : kArns) {
    const std::string account = part_of_arn(text_of(instance.attributes, name), 4);
    if (model::rules::kAccount.matches(account)) return account;
  }
  return {};
}

Places::Places(const std::vector<Instance>& all, std::string region) : region_(std::move(region)) {
  for (const Instance& one : all) {
    const std::string account = account_in(one), where = own_region(one);
    if (!account.empty()) {
      accounts_.try_emplace(one.provider, account);
      const std::string vpc = text_of(one.attributes, "vpc_id");
      if (!vpc.empty()) vpcs_.try_emplace(vpc, account);
    }
    if (!where.empty()) regions_.try_emplace(one.provider, where);
  }
  for (const Instance& one : all) {
    const auto count = std::min<std::size_t>(accounts_.size() + 1, 9);
    accounts_.try_emplace(one.provider, 12, static_cast<char>('0' + count));
  }
}

std::string Places::account_of(const Instance& instance) const {
  if (std::string account = account_in(instance); !account.empty()) return account;
  const auto vpc = vpcs_.find(text_of(instance.attributes, "vpc_id"));
  return vpc != vpcs_.end() ? vpc->second : accounts_.at(instance.provider);
}

std::string Places::region_of(const Instance& instance) const {
  if (std::string region = own_region(instance); !region.empty()) return region;
  const auto same = regions_.find(instance.provider);
  return same != regions_.end() ? same->second : region_;
}

}  // namespace hoplab::scenario::terraform
