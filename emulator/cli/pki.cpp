// hoplab pki: certificates like those that scenarios mint, as files.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/shell_quoted.h"
#include "cli/commands.h"
#include "cli/json_line.h"
#include "cli/terminal.h"
#include "model/text_rule.h"
#include "offline/sample_pki.h"
#include "offline/verification.h"
#include "topology/trust_stores.h"

namespace hoplab::cli {

namespace {

struct Written {
  std::string out;
  std::string ca_bundle;
  struct Authority {
    std::string name, cert, key, crl;
  };
  std::vector<Authority> authorities;
  struct Certificate {
    std::string name;
    topology::CertificateFiles files;
    pki::VerifyStatus status;
  };
  std::vector<Certificate> certificates;
};

Result<void> check_server_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (model::rules::kDnsName.matches(name)) continue;
    return Error{"--server-name '" + name + "': it takes " +
                 std::string(model::rules::kDnsName.says)};
  }
  return {};
}

Result<void> check_nothing_is_lost(const model::Topology& sample, const std::string& folder) {
  std::vector<std::string> names{"ca-bundle.pem"};
  for (const auto& one : sample.pki.authorities) {
    if (one.name == offline::kUntrustedCa) continue;
    for (const char* end : {".pem", ".key", ".crl.pem"}) names.push_back(one.name + end);
  }
  for (const auto& one : sample.pki.certificates) {
    for (const char* end : {".pem", ".key", ".p12"}) names.push_back(one.name + end);
  }
  for (const std::string& name : names) {
    const auto path = std::filesystem::path(folder) / name;
    std::error_code error;
    if (std::filesystem::symlink_status(path, error).type() !=
        std::filesystem::file_type::not_found) {
      return Error{path.string() + " exists; --force overwrites"};
    }
  }
  return {};
}

Result<Written::Authority> write_authority(const topology::Materials& materials,
                                           const std::string& name, const model::Pki& pki,
                                           std::int64_t now, const std::string& folder) {
  const auto crl = materials.crl_of(name, pki, now);
  if (!crl) return Error{crl.error()};
  const pki::Identity& identity = materials.authority(name);
  const std::string stem = folder + "/" + name;
  const Written::Authority files{name, stem + ".pem", stem + ".key", stem + ".crl.pem"};
  if (auto done = topology::write_file(files.key, identity.key_pem()); !done) {
    return Error{done.error()};
  }
  if (auto done = topology::write_file(files.cert, identity.cert_pem()); !done) {
    return Error{done.error()};
  }
  if (auto done = topology::write_file(files.crl, crl.value()); !done) return Error{done.error()};
  return files;
}

/// What a verify-mode listener with the bundle and the lists says to it now.
Result<pki::VerifyStatus> judged(const pki::TrustStore& store, const std::string& name,
                                 const pki::Identity& identity, std::int64_t now) {
  const auto chain = offline::read_chain({name, identity.chain_pem()});
  if (!chain) return Error{chain.error()};
  return verify_chain(store, chain.value(), now, {}).judgement.status;
}

Result<Written> write(const model::Topology& sample, const topology::Materials& materials,
                      std::int64_t now, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Error{"cannot make the folder " + folder + ": " + error.message()};
  Written written;
  written.out = std::filesystem::absolute(folder).lexically_normal().string();
  if (written.out.size() > 1 && written.out.ends_with('/')) written.out.pop_back();
  written.ca_bundle = written.out + "/ca-bundle.pem";
  const auto stores = topology::TrustStores::build(sample, materials, now);
  if (!stores) return Error{stores.error()};
  const std::string& bundle = stores.value().bundle(offline::kTrustStore);
  if (auto done = topology::write_file(written.ca_bundle, bundle); !done) {
    return Error{done.error()};
  }
  for (const auto& one : sample.pki.authorities) {
    if (one.name == offline::kUntrustedCa) continue;  // in a bundle by mistake, it would be trusted
    auto files = write_authority(materials, one.name, sample.pki, now, written.out);
    if (!files) return Error{files.error()};
    written.authorities.push_back(std::move(files).value());
  }
  for (const auto& one : sample.pki.certificates) {
    auto files =
        topology::write_certificate(materials.certificate(one.name), one.name, written.out);
    if (!files) return Error{files.error()};
    const auto status = judged(*stores.value().find(offline::kTrustStore), one.name,
                               materials.certificate(one.name), now);
    if (!status) return Error{status.error()};
    written.certificates.push_back({one.name, std::move(files).value(), status.value()});
  }
  return written;
}

std::string report(const Written& written) {
  std::string text = "in " + written.out + ":\n";
  for (const auto& one : written.authorities) {
    text += "  " + one.name + ".pem, " + one.name + ".key, " + one.name + ".crl.pem\n";
  }
  text += "  ca-bundle.pem  a trust store's bundle\n";
  for (const auto& one : written.certificates) {
    std::string name = one.name + ".pem, .key, .p12";
    name.resize(std::max<std::size_t>(name.size(), 32), ' ');
    text += "  " + name + std::string(offline::code_of(one.status)) + "\n";
  }
  text += "password of the .p12 files: " + std::string(topology::kPkcs12Password) + "\n\n" +
          "hoplab verify --anchors " + shell_quoted(written.ca_bundle) + " --crls";
  for (const auto& one : written.authorities) text += " " + shell_quoted(one.crl);
  return text + " --chain " + shell_quoted(written.out + "/my_client.pem") + "\n";
}

std::string json_of(const Written& written) {
  nlohmann::ordered_json json;
  json["authorities"] = nlohmann::ordered_json::object();
  for (const auto& one : written.authorities) {
    json["authorities"][one.name] = {{"cert", one.cert}, {"key", one.key}, {"crl", one.crl}};
  }
  json["certificates"] = nlohmann::ordered_json::object();
  for (const auto& one : written.certificates) {
    json["certificates"][one.name] = {{"cert", one.files.cert},
                                      {"key", one.files.key},
                                      {"p12", one.files.p12},
                                      {"verifyStatus", pki::to_log_text(one.status)}};
  }
  json["p12Password"] = topology::kPkcs12Password;
  json["caBundle"] = written.ca_bundle;
  json["out"] = written.out;
  return json_line(json);
}

}  // namespace

int pki(const offline::PkiOptions& options) {
  if (auto good = check_server_names(options.server_names); !good) return fail(good.error());
  const model::Topology sample = offline::sample_pki(options);
  if (!options.force) {
    if (auto free = check_nothing_is_lost(sample, options.out); !free) return fail(free.error());
  }
  const Time now = Clock().now();
  const auto materials = topology::Materials::mint(sample, now);
  if (!materials) return fail(materials.error());
  const auto written = write(sample, materials.value(), epoch_seconds(now), options.out);
  if (!written) return fail(written.error());
  print(options.json ? json_of(written.value()) : report(written.value()));
  return 0;
}

}  // namespace hoplab::cli
