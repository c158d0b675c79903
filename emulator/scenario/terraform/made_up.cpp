#include "scenario/terraform/made_up.h"

#include <algorithm>

#include "base/address_range.h"
#include "base/ascii.h"
#include "scenario/cloudformation/identity.h"
#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::text_of;

struct Pattern {
  std::string_view type, attribute, pattern;
};
/// {account}, {region}, {hex:17}: so many digits, and attributes of the same resource, of which
/// those that are made up stand before.
constexpr Pattern kPatterns[] = {
    {"aws_lb", "arn",
     "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex:16}"},
    {"aws_lb", "id", "{arn}"},
    {"aws_lb_target_group", "arn",
     "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex:16}"},
    {"aws_lb_target_group", "id", "{arn}"},
    {"aws_lb_trust_store", "arn",
     "arn:aws:elasticloadbalancing:{region}:{account}:truststore/{name}/{hex:16}"},
    {"aws_lb_trust_store", "id", "{arn}"},
    {"aws_lb_listener", "arn",
     "arn:aws:elasticloadbalancing:{region}:{account}:listener/app/{hex:16}"},
    {"aws_lb_listener", "id", "{arn}"},
    {"aws_vpc", "id", "vpc-{hex:17}"},
    {"aws_subnet", "id", "subnet-{hex:17}"},
    {"aws_security_group", "id", "sg-{hex:17}"},
    {"aws_vpc_endpoint", "id", "vpce-{hex:17}"},
    {"aws_vpc_endpoint_service", "id", "vpce-svc-{hex:17}"},
    {"aws_vpc_endpoint_service", "service_name", "com.amazonaws.vpce.{region}.{id}"},
    {"aws_acm_certificate", "arn", "arn:aws:acm:{region}:{account}:certificate/{hex:32}"},
    {"aws_acm_certificate", "id", "{arn}"},
    {"aws_api_gateway_rest_api", "id", "{hex:10}"},
    {"aws_api_gateway_rest_api", "root_resource_id", "{id}root"},
    {"aws_api_gateway_rest_api", "execution_arn", "arn:aws:execute-api:{region}:{account}:{id}"},
    {"aws_api_gateway_domain_name", "domain_name_id", "{hex:10}"},
    {"aws_api_gateway_domain_name", "arn",
     "arn:aws:apigateway:{region}:{account}:/domainnames/{domain_name}+{domain_name_id}"},
    {"aws_lambda_function", "arn", "arn:aws:lambda:{region}:{account}:function:{function_name}"},
    {"aws_lambda_function", "invoke_arn",
     "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"},
    {"aws_s3_bucket", "bucket", "{address}"},
    {"aws_s3_bucket", "id", "{bucket}"},
    {"aws_s3_object", "id", "{key}"},
    {"aws_autoscaling_group", "name", "{address}"},
    {"aws_autoscaling_group", "id", "{name}"},
    {"aws_instance", "id", "i-{hex:17}"},
};

std::string filled(std::string_view pattern, const Instance& instance, const std::string& account,
                   const std::string& region) {
  std::string text;
  while (!pattern.empty()) {
    const auto begin = std::min(pattern.find('{'), pattern.size());
    text += pattern.substr(0, begin);
    pattern.remove_prefix(begin);
    if (pattern.empty()) break;
    const auto end = pattern.find('}');
    const std::string_view word = pattern.substr(1, end - 1);
    pattern.remove_prefix(end + 1);
    if (word == "account") {
      text += account;
    } else if (word == "region") {
      text += region;
    } else if (word == "address") {
      text += lower_case(instance.address);
    } else if (word.starts_with("hex:")) {
      const auto digits = static_cast<std::size_t>(std::stoi(std::string(word.substr(4))));
      text += cloudformation::derived_hex("terraform " + instance.address, digits);
    } else {
      text += text_of(instance.attributes, word);
    }
  }
  return text;
}

/// Names that AWS takes for load balancers and the like, where none is planned.
std::string usual_name(const Instance& instance) {
  std::string name = text_of(instance.attributes, "name_prefix") + instance.name;
  std::ranges::replace(name, '_', '-');
  return name.substr(0, 32);
}

}  // namespace

void set_attribute(Instance& instance, std::string_view name, const std::string& text) {
  if (attribute_at(instance.attributes, name)) return;
  std::erase_if(instance.attributes.items, [&](const Node& one) { return one.key == name; });
  instance.attributes.items.push_back(text_like(instance.attributes, text, name));
}

void make_up(Instance& instance, const std::string& account, const std::string& region) {
  if (instance.type.starts_with("aws_lb")) set_attribute(instance, "name", usual_name(instance));
  for (const Pattern& one : kPatterns) {
    if (one.type != instance.type) continue;
    set_attribute(instance, one.attribute, filled(one.pattern, instance, account, region));
  }
  for (const std::string_view name : {"id", "arn"}) {
    set_attribute(instance, name, instance.type + "-" + instance.address);
  }
}

std::string address_within(const std::string& cidr, const std::string& of) {
  const auto range = parse_range(cidr);
  if (!range || !range.value().network.ipv4()) return {};
  constexpr std::uint32_t kFirst = 10, kSpan = 6;
  const auto digits = cloudformation::derived_hex(of, 4);
  const auto host = kFirst + static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16)) % kSpan;
  return ipv4_text(range.value().network.ipv4_value() + host);
}

}  // namespace hoplab::scenario::terraform
