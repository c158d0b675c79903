#include "sandbox/lab.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/ascii.h"
#include "base/file.h"
#include "base/joined.h"
#include "sandbox/environment.h"
#include "sandbox/variables.h"
#include "topology/web_site_plan.h"

namespace hoplab::sandbox {

namespace {

constexpr std::string_view kPrefix = "HOPLAB_";

/// Whether that is where the public keys of a Region's load balancers are: all labs of a process
/// have the same.
bool is_of_public_keys(const Lab& lab, const std::string& name) {
  return name == topology::public_keys_host(lab.emulator->topology()->region);
}

/// Whether clients come to `lab` by this name, and not only by another.
bool calls_by(const Lab& lab, const std::string& name) {
  return std::ranges::any_of(lab.emulator->endpoints(), [&](const EndpointAddress& one) {
    return iequals(one.client_name, name);
  });
}

}  // namespace

std::vector<std::string> parts_of(const std::vector<std::string>& files) {
  std::vector<std::string> parts;
  std::map<std::string, int> seen;  // as variables have it
  for (const std::string& file : files) {
    const std::string part = std::filesystem::path(file).stem().string();
    const int number = ++seen[variable_part(part)];
    parts.push_back(number == 1 ? part : part + "-" + std::to_string(number));
  }
  return parts;
}

Result<JointNames> joint_names(const std::vector<Lab>& labs) {
  JointNames joint;
  std::map<std::string, const Lab*> owners;
  for (const Lab& lab : labs) {
    std::vector<std::string> twice;
    const Lab* other = nullptr;
    for (const auto& [name, addresses] : topology::name_table(lab.emulator->endpoints())) {
      const auto [owner, fresh] = owners.emplace(lower_case(std::string_view(name)), &lab);
      if (fresh) {
        joint.names.emplace_back(name, lab.emulator->resolve(name));
        continue;
      }
      if (is_of_public_keys(lab, name)) continue;
      other = owner->second;
      if (calls_by(lab, name) || calls_by(*other, name)) {
        return Error{"'" + name + "' is a name of " + other->file + " and of " + lab.file +
                         ", and clients would find one of them only; give it another there",
                     ErrorCode::conflict};
      }
      twice.push_back(name);
    }
    if (twice.empty()) continue;
    joint.notes.push_back(joined(twice, ", ") + ": AWS would not give two load balancers or " +
                          "endpoints one name; here they lead to those of " + other->file +
                          " and not to those of " + lab.file);
  }
  return joint;
}

std::vector<std::pair<std::string, std::string>> joint_variables(const std::vector<Lab>& labs) {
  auto all = variables_of(*labs.front().emulator, labs.front().admin);
  if (labs.size() == 1) return all;
  std::vector<std::string> parts;
  for (const Lab& lab : labs) {
    parts.push_back(variable_part(lab.part));
    for (const auto& [name, value] : variables_of(*lab.emulator, lab.admin)) {
      all.emplace_back(std::string(kPrefix) + parts.back() + "_" + name.substr(kPrefix.size()),
                       value);
    }
  }
  all.emplace_back("HOPLAB_SCENARIOS", joined(parts, " "));
  return all;
}

Result<std::string> joint_ca_bundle(const std::vector<Lab>& labs) {
  if (labs.size() == 1) return labs.front().emulator->ca_bundle();
  std::string all;
  for (const Lab& lab : labs) {
    auto own = read_file(lab.emulator->ca_bundle());
    if (!own) return own.failure();
    all += own.value();
  }
  constexpr const char* kName = "ca-bundle-of-all.pem";
  Emulator& first = *labs.front().emulator;
  if (auto done = first.write_out(kName, all); !done) return done.failure();
  return first.out() + "/" + kName;
}

}  // namespace hoplab::sandbox
