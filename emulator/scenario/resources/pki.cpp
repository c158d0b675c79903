#include "scenario/resources/pki.h"

#include <algorithm>

#include "base/ascii.h"
#include "model/text_rule.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kPublicAuthority = "acm";

Node& pki_section(Builder& builder, std::string_view name) {
  Node& pki = builder.section("pki");
  if (Node* const there = pki.find(name)) return *there;
  add_member(pki, name, object_node());
  return pki.items.back();
}

void add_name(std::vector<std::string>& names, const std::string& name) {
  const bool fit = model::rules::kDnsName.matches(name);
  if (fit && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// Under which clients come, as far as the resources say.
std::vector<std::string> names_of_clients(const Builder& builder) {
  std::vector<std::string> names;
  for (const Resource* one : builder.of(kPrivateDnsName)) {
    add_name(names, text_of(one->properties, "PrivateDnsName"));
  }
  for (const std::string_view type :
       {"AWS::ApiGateway::DomainName", "AWS::ApiGateway::DomainNameV2"}) {
    for (const Resource* one : builder.of(type)) {
      add_name(names, text_of(one->properties, "DomainName"));
    }
  }
  for (const Resource* one : builder.of("AWS::Route53::RecordSet")) {
    std::string name = text_of(one->properties, "Name");
    if (name.ends_with('.')) name.pop_back();
    if (text_of(one->properties, "Type") == "A") add_name(names, name);
  }
  return names;
}

std::vector<std::string> names_in(const Resource& certificate) {
  std::vector<std::string> names;
  add_name(names, text_of(certificate.properties, "DomainName"));
  if (const Node* const more = certificate.properties.find("SubjectAlternativeNames")) {
    for (const Node& one : more->items) add_name(names, one.text);
  }
  return names;
}

std::string list_of_names(const std::vector<std::string>& names) {
  std::string json;
  for (const std::string& one : names) json += (json.empty() ? "" : ",") + json_literal(one);
  return "[" + json + "]";
}

const Overrides::CertificateFiles* files_for(const Builder& builder, const Resource* certificate,
                                             const std::string& arn,
                                             const std::vector<std::string>& names) {
  const auto& all = builder.overrides.certificates;
  if (certificate) {
    if (const auto* files = builder.override_of(all, *certificate)) return files;
  }
  for (const auto& [name, files] : all) {
    if (name == arn || std::ranges::find(names, name) != names.end()) return &files;
  }
  return nullptr;
}

}  // namespace

std::string mint_authority(Builder& builder, const std::string& wanted, bool crl,
                           const std::string& what) {
  auto [name, fresh] = builder.authorities.try_emplace(wanted + " " + what);
  if (!fresh) return name->second;
  Node& all = pki_section(builder, "authorities");
  name->second = builder.unique_name(wanted);
  add_member(all, name->second,
             node_of_json(R"({"subject":"CN=)" + name->second + R"(,O=Example","validFor":"10y")" +
                          (crl ? R"(,"crl":true})" : "}")));
  return name->second;
}

bool has_certificate(Builder& builder, const std::string& name) {
  return pki_section(builder, "certificates").find(name) != nullptr;
}

void add_certificate(Builder& builder, const std::string& name, const std::string& json) {
  add_member(pki_section(builder, "certificates"), name, node_of_json(json));
}

std::string certificate_for(Builder& builder, const Node& arn) {
  auto [name, fresh] = builder.certificates.try_emplace(arn.text);
  if (!fresh) return name->second;
  const Resource* const certificate = builder.find(kCertificate, arn.text);
  std::vector<std::string> names = certificate ? names_in(*certificate) : names_of_clients(builder);
  const auto* const files = files_for(builder, certificate, arn.text, names);
  if (certificate) builder.has_effect(*certificate);
  name->second = certificate ? builder.name_of(*certificate) : builder.unique_name("server");
  if (files) {
    add_certificate(builder, name->second,
                    R"({"for":"listener","files":{"certificate":)" +
                        json_literal(files->certificate) + R"(,"privateKey":)" +
                        json_literal(files->private_key) + "}}");
    return name->second;
  }
  if (names.empty()) {
    names.push_back(lower_case(name->second) + ".example.com");
  }
  if (!certificate) {
    builder.note("a certificate for " + names.front() + " is minted in the place of " + arn.text);
  }
  add_certificate(builder, name->second,
                  R"({"for":"listener","subject":)" +
                      json_literal("CN=" + names.front() + ",O=Example") + R"(,"issuer":)" +
                      json_literal(mint_authority(builder, std::string(kPublicAuthority), false)) +
                      R"(,"dnsNames":)" + list_of_names(names) + "}");
  return name->second;
}

}  // namespace hoplab::scenario::resources
