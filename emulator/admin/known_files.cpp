#include "admin/known_files.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "pki/import.h"

namespace hoplab::admin {
namespace {

std::set<std::string> files_of(const model::Topology& topology) {
  std::set<std::string> files;
  const auto add = [&files](const model::OwnFiles& own) {
    for (const std::string& one : {own.certificate, own.private_key, own.pkcs12}) {
      if (!pki::is_pem_text(one)) files.insert(one);
    }
  };
  for (const auto& one : topology.pki.authorities) add(one.files);
  for (const auto& one : topology.pki.certificates) add(one.files);
  for (const auto& one : topology.services) files.insert(one.stand_in.body_file);
  for (const auto& api : topology.rest_apis) {
    for (const auto* method : api.all_methods()) files.insert(method->integration.body_file);
  }
  files.erase("");
  return files;
}

/// What a change puts into a topology, as a topology.
struct Alone {
  model::Topology operator()(const model::Put<model::CertificateAuthority>& put) const {
    model::Topology one;
    one.pki.authorities.push_back(put.value);
    return one;
  }
  model::Topology operator()(const model::Put<model::Certificate>& put) const {
    model::Topology one;
    one.pki.certificates.push_back(put.value);
    return one;
  }
  model::Topology operator()(const model::Put<model::Service>& put) const {
    model::Topology one;
    one.services.push_back(put.value);
    return one;
  }
  model::Topology operator()(const model::Put<model::RestApi>& put) const {
    model::Topology one;
    one.rest_apis.push_back(put.value);
    return one;
  }
  model::Topology operator()(const model::Put<model::Function>& put) const {
    model::Topology one;
    one.functions.push_back(put.value);
    return one;
  }
  model::Topology operator()(const model::PutMethod& put) const {
    model::Topology one;
    model::RestApi api;
    api.methods.push_back(put.method);
    one.rest_apis.push_back(std::move(api));
    return one;
  }
  template <class Other>
  model::Topology operator()(const Other&) const {
    return {};
  }
};

bool is_known_command(const model::Topology& running, const model::Function& function) {
  const auto runs_the_same = [&function](const model::Function& one) {
    return one.command == function.command && one.folder == function.folder &&
           one.environment == function.environment;
  };
  return function.command.empty() || std::ranges::any_of(running.functions, runs_the_same);
}

}  // namespace

Result<void> names_known_files(const model::Topology& running, const model::Topology& next) {
  for (const model::Function& function : next.functions) {
    if (is_known_command(running, function)) continue;
    return Error{"function '" + function.name +
                 "': through the admin API come only commands that what runs has already, with "
                 "their Folder and Environment; name it in the scenario, which hoplab up --watch "
                 "reads again when it is saved"};
  }
  const std::set<std::string> known = files_of(running);
  for (const std::string& file : files_of(next)) {
    if (known.contains(file)) continue;
    return Error{file +
                 ": through the admin API come only files that what runs has already; name it "
                 "in the scenario, which hoplab up --watch reads again when it is saved"};
  }
  return {};
}

Result<void> names_known_files(const model::Topology& running,
                               const std::vector<model::Change>& changes) {
  for (const model::Change& change : changes) {
    auto done = names_known_files(running, std::visit(Alone(), change));
    if (!done) return done;
  }
  return {};
}

}  // namespace hoplab::admin
