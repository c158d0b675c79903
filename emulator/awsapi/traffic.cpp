#include "awsapi/traffic.h"

#include <vector>

#include "awsapi/apigateway/running.h"
#include "awsapi/object_store.h"
#include "awsapi/select.h"
#include "scenario/format/reader.h"
#include "scenario/format/reader_table.h"
#include "scenario/overlay/merge.h"
#include "scenario/resources/builder.h"

namespace hoplab::awsapi {

namespace {

using scenario::Node;
using scenario::resources::Resource;

constexpr const char* kFile = "the AWS API";
constexpr std::string_view kCertificate = "AWS::CertificateManager::Certificate";

/// What no traffic depends on: stacks and their change sets.
bool is_record(const Document& document) {
  return document.type.starts_with("hoplab::") &&
         document.type != scenario::resources::kDeployedRestApi;
}

void set_origin(Node& node, const std::shared_ptr<const scenario::Origin>& origin) {
  node.origin = origin;
  for (Node& item : node.items) set_origin(item, origin);
}

/// The document's id is where mistakes are said to be.
Node node_of(const Json& json, const std::string& id) {
  std::vector<scenario::Diagnostic> none;
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  Node node = scenario::parse_document(text, kFile, none).value_or(Node());
  set_origin(node, std::make_shared<const scenario::Origin>(scenario::Origin{id, ""}));
  return node;
}

/// As people call it: the name of load balancers and their kin, else its name in a template, else
/// the tag Name, else the id.
std::string name_of(const Document& document) {
  const auto name = document.properties.find("Name");
  if (name != document.properties.end() && name->is_string()) return *name;
  if (!document.logical_id.empty()) return document.logical_id;
  const auto tag = document.tags.find("Name");
  return tag != document.tags.end() ? tag->second : document.id;
}

Resource resource_of(const Document& document) {
  Resource made;
  made.type = document.type;
  made.name = name_of(document);
  made.account = document.account;
  made.region = document.region;
  made.physical_id = document.physical_id.empty() ? document.id : document.physical_id;
  made.attributes = node_of(document.attributes, document.id);
  made.properties = node_of(document.properties, document.id);
  return made;
}

/// Where an endpoint's network interfaces are.
Json interfaces_of(const ControlPlane& plane, const Document& endpoint) {
  Json all = Json::array();
  for (const std::string& id : texts_of(endpoint.attributes, "NetworkInterfaceIds")) {
    const Document* const one = plane.find(id, "AWS::EC2::NetworkInterface");
    if (!one) continue;
    all.push_back({{"NetworkInterfaceId", id},
                   {"SubnetId", text_of(one->properties, "SubnetId")},
                   {"PrivateIpAddress", text_of(one->properties, "PrivateIpAddress")}});
  }
  return all;
}

/// The private DNS name that a service has, once its domain is verified.
Json private_dns_name(const Document& service) {
  return {{"ServiceId", service.id}, {"PrivateDnsName", service.attributes["PrivateDnsName"]}};
}

/// What an object of S3 is called where its content is `hash`: later objects of its key are others.
void name_object(Json& in, const std::string& bucket, const std::string& key,
                 const std::string& hash) {
  in[bucket] = "content";
  in[key] = hash;
}

/// Points the properties to what was read when the document was made.
void point_to_content(Document& document, const std::string& hash) {
  if (document.properties.contains("CaCertificatesBundleS3Key")) {
    name_object(document.properties, "CaCertificatesBundleS3Bucket", "CaCertificatesBundleS3Key",
                hash);
  }
  const auto lists = document.properties.find("RevocationContents");
  if (lists == document.properties.end()) return;
  for (Json& one : *lists) name_object(one, "S3Bucket", "S3Key", hash);
}

/// A scenario that has no way in leaves them to what is made.
Node without_empty_entry(Node scenario) {
  const Node* const entry = scenario.find("entry");
  if (entry && entry->items.empty() && entry->text.empty()) {
    scenario::take_away(scenario, "entry");
  }
  return scenario;
}

ApiError refused(const Error& error) {
  const bool exists = error.code == ErrorCode::conflict || error.code == ErrorCode::in_use;
  return {exists ? "InvalidConfigurationRequest" : "ValidationError", error.message};
}

ApiError refused(const ControlPlane& plane, const std::vector<scenario::Diagnostic>& mistakes) {
  ApiError made{"ValidationError", ""};
  for (const scenario::Diagnostic& one : mistakes) {
    made.message += (made.message.empty() ? "" : "; ") + model::to_text(one.problem);
    if (made.about.empty() && plane.documents().contains(one.file)) made.about = one.file;
  }
  return made;
}

}  // namespace

Result<std::string> Traffic::file_with(std::string_view content) {
  const std::string name = "aws-" + md5_hex(content) + ".pem";
  if (written_.insert(name).second) {
    if (auto done = emulator_.write_out(name, content); !done) return done.failure();
  }
  return emulator_.out() + "/" + name;
}

Result<void> Traffic::add_certificate(const Document& document, Gathered& to) {
  const auto text = [&](const char* member) { return document.attributes.value(member, ""); };
  if (document.type != kCertificate || text("PrivateKey").empty()) return {};
  const auto certificate = file_with(text("Certificate") + "\n" + text("CertificateChain"));
  if (!certificate) return certificate.failure();
  const auto key = file_with(text("PrivateKey"));
  if (!key) return key.failure();
  to.overrides.certificates[document.id] = {certificate.value(), key.value()};
  return {};
}

Result<Traffic::Gathered> Traffic::gather(const ControlPlane& plane) {
  Gathered made;
  made.overrides.hosts_may_be_gone = true;
  for (const DocumentPtr& one : apigateway::running_documents(plane)) {
    if (is_record(*one)) continue;
    Document document = *one;
    if (document.content) {
      const std::string hash = md5_hex(*document.content);
      const auto file = file_with(*document.content);
      if (!file) return file.failure();
      point_to_content(document, hash);
      made.resources.objects["content/" + hash] = file.value();
    }
    if (auto done = add_certificate(document, made); !done) return done.failure();
    if (document.type == scenario::resources::kVpcEndpoint) {
      document.attributes["NetworkInterfaces"] = interfaces_of(plane, document);
    }
    made.resources.all.push_back(resource_of(document));
    if (text_of(document.attributes, "PrivateDnsState") == "verified") {
      Document name = document;
      name.type = scenario::resources::kPrivateDnsName;
      name.properties = private_dns_name(document);
      made.resources.all.push_back(resource_of(name));
    }
  }
  return made;
}

Refusal Traffic::apply(const ControlPlane& plane) {
  auto gathered = gather(plane);
  if (!gathered) return refused(gathered.failure());
  std::vector<scenario::Diagnostic> mistakes;
  auto projection = scenario::resources::project(gathered.value().resources,
                                                 gathered.value().overrides, mistakes);
  Node root = std::move(projection.scenario);
  if (base_) scenario::merge_over(root, without_empty_entry(*base_), mistakes);
  if (!root.find("entry")) scenario::add_member(root, "entry", scenario::list_node({}));
  if (!mistakes.empty()) return refused(plane, mistakes);
  auto read = scenario::read_scenario_tree(std::move(root), kFile);
  if (!read.ok()) return refused(plane, read.diagnostics);
  auto applied = emulator_.apply(std::move(read.scenario->topology));
  if (!applied) return refused(applied.failure());
  return std::nullopt;
}

}  // namespace hoplab::awsapi
