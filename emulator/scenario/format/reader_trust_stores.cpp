// TrustStores: bundles of authorities and revocation lists, minted ones or files.
#include <algorithm>

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::TrustStore;
namespace rules = model::rules;

/// A PEM file, or PEM text.
struct Pem {
  std::string file;
  std::string text;
  std::string authority;           // of a list: whose it is
  std::int64_t revocation_id = 0;  // likewise
};

void check_pem(Pem& into, const Node& node, ReadContext& context) {
  if (into.file.empty() == into.text.empty()) {
    context.report(node, {}, "it needs file, the path of a PEM file, or pem, its text");
  }
}

void check_list_source(Pem& into, const Node& node, ReadContext& context) {
  const int given = !into.file.empty() + !into.text.empty() + !into.authority.empty();
  if (given != 1) context.report(node, {}, "it needs one of file, pem and authority");
}

Define<Pem> define_pem(std::string_view name, std::string_view help) {
  Define<Pem> define(name, help);
  define
      .own("file", text(rules::kNotEmpty), "its path, relative to the scenario's folder",
           [](Pem& into, const Node& node, ReadContext& context) {
             into.file = context.file_of(node);
           })
      .written([](const Pem& from, bool) -> std::optional<Node> {
        if (from.file.empty()) return std::nullopt;
        return node_of(from.file);
      })
      .value("pem", text(rules::kNotEmpty), &Pem::text, "instead of file: the text itself")
      .after(check_pem);
  return define;
}

const ObjectType& bundle_part_type() {
  static const ObjectType type = define_pem("PemFile", "Certificates in PEM.").type();
  return type;
}

const ObjectType& list_type() {
  static const ObjectType type =
      define_pem("RevocationList", "A revocation list in PEM, or a minted one by its authority.")
          .value("authority", text(rules::kNotEmpty), &Pem::authority,
                 "instead of both: the authority whose list it is")
          .value("revocationId", integer(1, INT64_MAX), &Pem::revocation_id,
                 "its id; default: the next")
          .after(check_list_source)
          .type();
  return type;
}

void read_bundle(TrustStore& into, const Node& node, ReadContext& context) {
  std::string pem;
  for (const Node& item : node.items) {
    if (item.kind == Node::Kind::text) {
      into.ca_certificates.push_back(item.text);
      continue;
    }
    Pem part;
    read_object(bundle_part_type(), item, &part, context);
    if (!part.file.empty()) into.ca_files.push_back(part.file);
    pem += part.text;
  }
  if (!pem.empty()) into.ca_pem = pem;
}

std::optional<Node> write_bundle(const TrustStore& from, bool) {
  std::vector<Node> items;
  for (const auto& name : from.ca_certificates) items.push_back(node_of(name));
  for (const auto& file : from.ca_files) {
    const Pem part{file, {}, {}, 0};
    items.push_back(write_object(bundle_part_type(), &part));
  }
  if (!from.ca_pem.empty()) {
    const Pem part{{}, from.ca_pem.text(), {}, 0};
    items.push_back(write_object(bundle_part_type(), &part));
  }
  return list_node(std::move(items));
}

void read_revocations(TrustStore& into, const Node& node, ReadContext& context) {
  for (const Node& item : node.items) {
    model::RevocationList& list = into.revocations.emplace_back();
    if (item.kind == Node::Kind::text) {
      list.authority = item.text;
      continue;
    }
    Pem read;
    read_object(list_type(), item, &read, context);
    list.revocation_id = read.revocation_id;
    list.authority = read.authority;
    list.file = read.file;
    list.pem = read.text;
  }
}

/// Ids that complete() would give again are left out.
std::optional<Node> write_revocations(const TrustStore& from, bool) {
  if (from.revocations.empty()) return std::nullopt;
  std::vector<Node> items;
  std::int64_t next = 1;
  for (const model::RevocationList& list : from.revocations) {
    const bool plain = list.revocation_id == next || list.revocation_id == 0;
    next = std::max(next, list.revocation_id + 1);
    if (plain && !list.authority.empty()) {
      items.push_back(node_of(list.authority));
      continue;
    }
    const Pem pem{list.file, list.pem.text(), list.authority, plain ? 0 : list.revocation_id};
    items.push_back(write_object(list_type(), &pem));
  }
  return list_node(std::move(items));
}

std::int64_t usual_next_id(const TrustStore& store) {
  std::int64_t next = 1;
  for (const auto& list : store.revocations) next = std::max(next, list.revocation_id + 1);
  return next;
}

}  // namespace

const ObjectType& trust_store_type() {
  static const ObjectType type =
      Define<TrustStore>("TrustStore", "A trust store (AWS::ElasticLoadBalancingV2::TrustStore).")
          .own("CaCertificatesBundle",
               list_of(either({text(rules::kNotEmpty), object(bundle_part_type)}), 1, 25),
               "the authorities that are trusted: names, or PEM files", read_bundle)
          .written(write_bundle)
          .required()
          .own("Revocations", list_of(either({text(rules::kNotEmpty), object(list_type)}), 0, 30),
               "revocation lists: of authorities by name, or PEM files; default none",
               read_revocations)
          .written(write_revocations)
          .value("nextRevocationId", integer(1, INT64_MAX), &TrustStore::next_revocation_id,
                 "the id of the next list that is added; default: above those that are there")
          .when(
              [](const TrustStore& from) { return from.next_revocation_id != usual_next_id(from); })
          .refuse({"CaCertificatesBundleS3Bucket", "CaCertificatesBundleS3Key",
                   "CaCertificatesBundleS3ObjectVersion"},
                  "there is no S3; name authorities or files in CaCertificatesBundle")
          .refuse("Name", "the key is the name")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

}  // namespace hoplab::scenario
