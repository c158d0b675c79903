// AccessKeys: who IAM knows, and what requests are signed with. Ours.
#include "scenario/format/reader_policy.h"

namespace hoplab::scenario {
namespace {

using model::AccessKey;
namespace rules = model::rules;

void read_policies(AccessKey& into, const Node& node, ReadContext& context) {
  for (const Node& item : node.items) {
    read_policy(into.policies.emplace_back(), item, context, "an identity-based policy",
                kLongestIdentityPolicy);
  }
}

std::optional<Node> write_policies(const AccessKey& from, bool) {
  if (from.policies.empty()) return std::nullopt;
  std::vector<Node> items;
  for (const std::string& policy : from.policies) items.push_back(node_of_json(policy));
  return list_node(std::move(items));
}

}  // namespace

const ObjectType& access_key_type() {
  static const ObjectType type =
      Define<AccessKey>("AccessKey", "Somebody whom IAM knows, and the key of his requests.")
          .value("AccessKeyId", text(rules::kAccessKeyId), &AccessKey::access_key_id,
                 "default derived from its name: AKIA..., with a session token ASIA...")
          .value("SecretAccessKey", text(rules::kNotEmpty), &AccessKey::secret_access_key,
                 "default derived from its name; clients find it in their environment")
          .value("SessionToken", text(rules::kNotEmpty), &AccessKey::session_token,
                 "of temporary credentials: their requests have it as X-Amz-Security-Token")
          .own("Expiration", text(rules::kDuration),
               "of temporary credentials: when they expire, counted from the start; -1h was an "
               "hour ago; default never",
               [](AccessKey& into, const Node& node, ReadContext&) {
                 into.expiration_s = model::parse_duration_s(node.text);
               })
          .written([](const AccessKey& from, bool) -> std::optional<Node> {
            if (!from.expiration_s) return std::nullopt;
            return node_of(std::to_string(*from.expiration_s) + "s");
          })
          .value(
              "PrincipalArn", text(rules::kNotEmpty), &AccessKey::principal_arn,
              "whose it is: arn:aws:iam::<account>:user/<name>, the default with the key's name, "
              "arn:aws:sts::<account>:assumed-role/<role>/<session>, or an account's root")
          .value("UserId", text(rules::kNotEmpty), &AccessKey::user_id,
                 "aws:userid, AIDA... or AROA...:<session>; default derived from PrincipalArn")
          .value("PrincipalOrgId", text(rules::kNotEmpty), &AccessKey::principal_org_id,
                 "the organization of the account, o-...")
          .own("Policies", list_of(json(), 0, 30),
               "identity-based policies; none: only a policy of the API, in the same account, lets "
               "him in",
               read_policies)
          .written(write_policies)
          .refuse("Status", "an access key that is inactive is one that IAM does not know")
          .type();
  return type;
}

}  // namespace hoplab::scenario
