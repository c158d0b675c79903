// TrustStores: bundles of authorities and revocation lists, minted ones or files.
#include <filesystem>

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::TrustStore;
namespace rules = model::rules;

const ObjectType& file_type() {
  static const ObjectType type =
      Define<std::string>("PemFile", "A PEM file.")
          .own("file", text(rules::kNotEmpty), "its path, relative to the scenario's folder",
               [](std::string& into, const Node& node, ReadContext& context) {
                 namespace fs = std::filesystem;
                 const fs::path path = fs::path(context.file()).parent_path() / node.text;
                 std::error_code error;
                 if (!fs::is_regular_file(path, error)) {
                   context.report(node, found(node),
                                  "there is no such file (looked for " + path.string() + ")");
                 }
                 into = path.string();
               })
          .required()
          .type();
  return type;
}

using Names = std::vector<std::string>;

/// A list of authorities' names and { "file": ... } objects, which go to two places.
Define<TrustStore>& names_and_files(Define<TrustStore>& define, std::string_view name,
                                    Names TrustStore::*names, Names TrustStore::*files,
                                    std::int64_t least, std::int64_t most, std::string_view help) {
  return define.own(name,
                    list_of(either({text(rules::kNotEmpty), object(file_type())}), least, most),
                    help, [names, files](TrustStore& into, const Node& node, ReadContext& context) {
                      for (const Node& item : node.items) {
                        if (item.kind == Node::Kind::text) {
                          (into.*names).push_back(item.text);
                        } else {
                          read_object(file_type(), item, &(into.*files).emplace_back(), context);
                        }
                      }
                    });
}

}  // namespace

const ObjectType& trust_store_type() {
  static const ObjectType type = [] {
    Define<TrustStore> define("TrustStore",
                              "A trust store (AWS::ElasticLoadBalancingV2::TrustStore).");
    names_and_files(define, "CaCertificatesBundle", &TrustStore::ca_certificates,
                    &TrustStore::ca_files, 1, 25,
                    "the authorities that are trusted: names, or PEM files")
        .required();
    names_and_files(define, "Revocations", &TrustStore::revocations, &TrustStore::revocation_files,
                    0, 30, "revocation lists: of authorities by name, or PEM files; default none");
    return define
        .refuse({"CaCertificatesBundleS3Bucket", "CaCertificatesBundleS3Key",
                 "CaCertificatesBundleS3ObjectVersion"},
                "there is no S3; name authorities or files in CaCertificatesBundle")
        .refuse("Name", "the key is the name")
        .refuse("Tags", kNoTags)
        .type();
  }();
  return type;
}

}  // namespace hoplab::scenario
