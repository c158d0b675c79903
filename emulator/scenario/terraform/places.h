// Which account and Region a resource is in, as far as its attributes say.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenario/terraform/instance.h"

namespace hoplab::scenario::terraform {

/// That which its own attributes say; empty: they say none.
std::string account_in(const Instance& instance);

class Places {
 public:
  /// `region`: where nothing says one.
  Places(const std::vector<Instance>& all, std::string region);

  /// 12 digits: of its ARNs or its owner; else what others of its provider or its VPC have; else
  /// made up, one for each provider.
  [[nodiscard]] std::string account_of(const Instance& instance) const;
  [[nodiscard]] std::string region_of(const Instance& instance) const;

 private:
  std::map<std::string, std::string> accounts_;  // by alias
  std::map<std::string, std::string> regions_;   // by alias
  std::map<std::string, std::string> vpcs_;      // accounts by VPC
  std::string region_;
};

}  // namespace hoplab::scenario::terraform
