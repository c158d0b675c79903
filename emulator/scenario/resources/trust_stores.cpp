// Trust stores: their bundles and lists are objects in S3. Without such a file here, an authority
// is minted in its place, with clients that a trust store accepts and refuses.
#include <array>
#include <filesystem>

#include "base/file.h"
#include "scenario/format/reader_types.h"
#include "scenario/resources/coerce.h"
#include "scenario/resources/pki.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kRevocation = "AWS::ElasticLoadBalancingV2::TrustStoreRevocation";
constexpr std::string_view kPemStart = "-----BEGIN ";

/// The file that stands for the object; empty: there is none. `what` it has to hold.
std::string file_of_object(Builder& builder, const Resource& resource, const std::string& bucket,
                           const std::string& key) {
  const std::string name = bucket + "/" + key;
  std::string file;
  if (const auto there = builder.resources.objects.find(name);
      there != builder.resources.objects.end()) {
    file = there->second;
  }
  for (const auto& [object, path] : builder.overrides.objects) {
    if (object == name || object == key) file = path;
    const Resource* const made = builder.find("AWS::S3::Bucket", bucket);
    if (made && object == made->name + "/" + key) file = path;
  }
  if (file.empty()) return {};
  const auto text = read_file(file);
  if (text && text.value().find(kPemStart) != std::string::npos) return file;
  builder.note(file + ", which stands for " + name + " of " + describe(resource) +
               ", holds no PEM; an authority is minted in its place");
  return {};
}

struct Client {
  std::string_view name, members;
};
/// What a listener that verifies makes of each is in its name.
constexpr std::array<Client, 6> kClients = {
    {{"my_client", ""},
     {"expired", R"(,"notBefore":"-60d","notAfter":"-1d")"},
     {"not_yet_valid", R"(,"notBefore":"+1d")"},
     {"revoked", R"(,"revoked":true)"},
     {"wrong_purpose", R"(,"extendedKeyUsage":["serverAuth"])"},
     {"untrusted", ""}}};

void mint_clients(Builder& builder, const std::string& authority) {
  for (const Client& client : kClients) {
    const bool untrusted = client.name == "untrusted";
    const std::string issuer = untrusted ? mint_authority(builder, "another-ca", false) : authority;
    std::string name(client.name);
    if (untrusted && has_certificate(builder, name)) continue;
    if (has_certificate(builder, name)) name += "-" + authority;
    add_certificate(builder, name,
                    R"({"subject":"CN=)" + std::string(client.name) + R"(,O=Example","issuer":)" +
                        json_literal(issuer) + std::string(client.members) + "}");
  }
}

/// The authority for that object, minted at first.
std::string authority_for(Builder& builder, const Resource& resource, const std::string& bucket,
                          const std::string& key) {
  std::string stem = std::filesystem::path(key).stem().string();
  if (stem.empty() || !unknown_part(stem).empty()) stem = resource.name;
  return mint_authority(builder, stem, true, bucket + "/" + key);
}

Node part_of(const Node& place, std::string_view member, const std::string& value) {
  Node part = object_like(place, "");
  part.items.push_back(text_like(place, value, member));
  return part;
}

/// A file's path, or a text, of the object; nothing: neither is there.
std::optional<Node> given_part(Builder& builder, const Resource& resource, const Node& place,
                               const std::string& bucket, const std::string& key) {
  const std::string file = file_of_object(builder, resource, bucket, key);
  if (!file.empty()) return part_of(place, "file", file);
  const auto text = builder.resources.contents.find(bucket + "/" + key);
  if (text == builder.resources.contents.end()) return std::nullopt;
  return part_of(place, "pem", text->second);
}

void add_revocations(Builder& builder, const Resource& store, const std::string& authority,
                     Node& lists) {
  for (const Resource* one : builder.of(kRevocation, "TrustStoreArn", store.physical_id)) {
    builder.has_effect(*one);
    const Node* const contents = one->properties.find("RevocationContents");
    if (!contents) continue;
    for (const Node& content : contents->items) {
      auto part = given_part(builder, *one, content, text_of(content, "S3Bucket"),
                             text_of(content, "S3Key"));
      if (part) {
        lists.items.push_back(std::move(*part));
      } else if (!authority.empty()) {
        lists.items.push_back(text_like(content, authority));
      } else {
        builder.mistake(content, {},
                        "there is no file for " + text_of(content, "S3Bucket") + "/" +
                            text_of(content, "S3Key") +
                            ", the revocation list of a bundle that has one");
      }
    }
  }
}

void add_trust_store(Builder& builder, const Resource& store) {
  const Node& properties = store.properties;
  const std::string bucket = text_of(properties, "CaCertificatesBundleS3Bucket");
  const std::string key = text_of(properties, "CaCertificatesBundleS3Key");
  const Node* const place = properties.find("CaCertificatesBundleS3Key");
  Node node = builder.members(store, {"CaCertificatesBundleS3Bucket", "CaCertificatesBundleS3Key"},
                              {"CaCertificatesBundleS3ObjectVersion"});
  Node bundle = object_like(place ? *place : properties, "CaCertificatesBundle");
  bundle.kind = Node::Kind::list;
  Node lists = object_like(properties, "Revocations");
  lists.kind = Node::Kind::list;
  auto part = given_part(builder, store, bundle, bucket, key);
  std::string authority;
  if (!part) {
    authority = authority_for(builder, store, bucket, key);
    bundle.items.push_back(text_like(bundle, authority));
    mint_clients(builder, authority);
  } else {
    bundle.items.push_back(std::move(*part));
  }
  add_revocations(builder, store, authority, lists);
  node.items.push_back(std::move(bundle));
  if (!lists.items.empty()) node.items.push_back(std::move(lists));
  coerce(trust_store_type(), node);
  builder.add("TrustStores", store, std::move(node));
}

}  // namespace

void project_trust_stores(Builder& builder) {
  for (const Resource* one : builder.of(kTrustStore)) add_trust_store(builder, *one);
}

}  // namespace hoplab::scenario::resources
