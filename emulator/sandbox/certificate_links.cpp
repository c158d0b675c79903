#include "sandbox/certificate_links.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

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

CertificateLinks::CertificateLinks(const std::map<std::string, CertificatePaths>& certificates) {
  for (const auto& [name, files] : certificates) {
    link(name + ".pem", files.cert);
    link(name + ".key", files.key);
  }
}

CertificateLinks::~CertificateLinks() {
  for (const auto& [path, target] : made_) remove_link(path, target);
}

void CertificateLinks::link(const std::string& name, const std::string& target) {
  std::error_code error;
  const fs::path path = fs::absolute(name, error);
  if (left_behind(path)) fs::remove(path, error);
  fs::create_symlink(target, path, error);
  if (error) {
    taken_.push_back(name);
  } else {
    made_.emplace_back(path.string(), target);
  }
}

}  // namespace hoplab::sandbox
