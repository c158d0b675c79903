#include "sandbox/certificate_links.h"

#include <unistd.h>

#include <filesystem>
#include <map>
#include <system_error>

#include "base/joined.h"

namespace hoplab::sandbox {

namespace {

namespace fs = std::filesystem;

/// What a run left behind that could not clean up: a link into a folder of ours that is gone.
bool left_behind(const fs::path& path) {
  std::error_code ignored;
  return fs::is_symlink(path, ignored) && !fs::exists(path, ignored) &&
         fs::read_symlink(path, ignored).string().find("/hoplab-") != std::string::npos;
}

}  // namespace

void remove_link(const std::string& path, const std::string& target) {
  std::error_code ignored;
  if (fs::read_symlink(path, ignored) == target) fs::remove(path, ignored);
}

CertificateLinks::CertificateLinks(const std::vector<Lab>& labs) {
  std::map<std::string, const Lab*> owners;  // of names
  for (const Lab& lab : labs) {
    std::vector<std::string> taken, twice, not_made;
    std::error_code error;
    for (const auto& [name, files] : lab.emulator->certificates()) {
      const auto [owner, fresh] = owners.emplace(name, &lab);
      for (const auto& [ending, target] : {std::pair(".pem", files.cert), {".key", files.key}}) {
        if (!fresh) {
          twice.push_back(name + ending);
          continue;
        }
        const std::error_code failed = link(name + ending, target);
        if (failed == std::errc::file_exists) taken.push_back(name + ending);
        if (failed && failed != std::errc::file_exists) {
          not_made.push_back(name + ending);
          error = failed;
        }
      }
    }
    const std::string where = "the scenario's own are in " + lab.emulator->out();
    if (!taken.empty()) {
      notes_.push_back(joined(taken, ", ") +
                       ": they were in this folder already and are left as they are; " + where);
    }
    if (!not_made.empty()) {
      notes_.push_back(joined(not_made, ", ") + ": cannot be made in this folder (" +
                       error.message() + "); " + where + ", which is $HOPLAB_OUT");
    }
    if (!twice.empty()) {
      notes_.push_back(joined(twice, ", ") + ": not those of " + lab.file +
                       ", since another scenario has the names; " + where);
    }
  }
}

CertificateLinks::~CertificateLinks() {
  for (const auto& [path, target] : made_) remove_link(path, target);
}

std::error_code CertificateLinks::link(const std::string& name, const std::string& target) {
  std::error_code error;
  const fs::path path = fs::absolute(name, error);
  if (left_behind(path)) fs::remove(path, error);
  fs::create_symlink(target, path, error);
  if (!error) made_.emplace_back(path.string(), target);
  return error;
}

}  // namespace hoplab::sandbox
