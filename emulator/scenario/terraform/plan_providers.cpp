#include "scenario/terraform/plan_providers.h"

#include <set>

#include "scenario/resources/builder.h"
#include "scenario/terraform/made_up.h"
#include "scenario/terraform/mapping.h"
#include "scenario/terraform/places.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::text_of;

void add_account(const std::string& principal, std::set<std::string>& to) {
  Instance one;
  one.attributes = object_node();
  set_attribute(one, "arn", principal);
  const std::string account = account_in(one);
  if (!account.empty()) to.insert(account);
}

}  // namespace

void read_providers(const Node& root, std::vector<Instance>& instances) {
  const Node* const configuration = root.find("configuration");
  const Node* const all = configuration ? configuration->find("provider_config") : nullptr;
  if (!all) return;
  for (const Node& one : all->items) {
    const Node* const expressions = one.find("expressions");
    if (!expressions || text_of(one, "name") != "aws") continue;
    const Node* const region = attribute_at(*expressions, "region.constant_value");
    const Node* const account = attribute_at(*expressions, "allowed_account_ids.constant_value");
    const Node* const role = attribute_at(*expressions, "assume_role.role_arn.constant_value");
    Instance known;
    known.data = true;
    known.type = "provider";
    known.provider = text_of(one, "alias");
    known.attributes = object_like(one, "");
    if (account) set_attribute(known, "account_id", first_of(*account)->text);
    if (role) set_attribute(known, "arn", role->text);
    if (region) set_attribute(known, "availability_zone", region->text + "a");
    instances.push_back(std::move(known));
  }
}

void give_providers(const References& references, std::vector<Instance>& instances) {
  for (Instance& one : instances) {
    const Node* const block = references.block_of(one);
    if (!block) continue;
    const std::string key = text_of(*block, "provider_config_key");
    const auto dot = key.find('.', key.rfind(':') == std::string::npos ? 0 : key.rfind(':'));
    if (dot != std::string::npos) one.provider = key.substr(dot + 1);
  }
}

void find_account_of_consumer(Workspace& workspace) {
  std::set<std::string> providers, known, allowed;
  for (const Instance& one : workspace.instances) {
    providers.insert(one.provider);
    if (!account_in(one).empty()) known.insert(one.provider);
  }
  for (const Instance& one : workspace.instances) {
    if (one.type == "aws_vpc_endpoint_service") known.insert(one.provider);
  }
  std::erase_if(providers, [&](const std::string& one) { return known.contains(one); });
  for (const Instance& one : workspace.instances) {
    add_account(text_of(one.attributes, "principal_arn"), allowed);
    const Node* const all = attribute_at(one.attributes, "allowed_principals");
    if (!all) continue;
    for (const Node& principal : all->items) add_account(principal.text, allowed);
  }
  for (const Instance& one : workspace.instances) allowed.erase(account_in(one));
  if (providers.size() != 1 || allowed.size() != 1) return;
  Instance account;
  account.data = true;
  account.type = "provider";
  account.provider = *providers.begin();
  account.attributes = object_node();
  set_attribute(account, "account_id", *allowed.begin());
  workspace.notes.push_back(
      "the provider " + (account.provider.empty() ? "aws" : "aws." + account.provider) +
      " is taken to be of the account " + *allowed.begin() + ", whom an endpoint service allows");
  workspace.instances.push_back(std::move(account));
}

}  // namespace hoplab::scenario::terraform
