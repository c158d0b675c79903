// NAME.pem and NAME.key of the client certificates, as links in the working folder, for as long as
// a command runs: the command lines of AWS's pages name them like that.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "topology/emulator.h"

namespace hoplab::sandbox {

/// Takes the link away unless it leads elsewhere by now.
void remove_link(const std::string& path, const std::string& target);

class CertificateLinks {
 public:
  CertificateLinks() = default;
  /// Makes those whose names are free in the working folder; a link that leads nowhere is free.
  explicit CertificateLinks(const std::map<std::string, CertificatePaths>& certificates);
  CertificateLinks(const CertificateLinks&) = delete;
  CertificateLinks& operator=(const CertificateLinks&) = delete;
  /// Takes away what it made and what is still the same.
  ~CertificateLinks();

  /// What it made: paths of links, and where they lead.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& made() const {
    return made_;
  }
  /// Names that were taken.
  [[nodiscard]] const std::vector<std::string>& taken() const { return taken_; }

 private:
  void link(const std::string& name, const std::string& target);

  std::vector<std::pair<std::string, std::string>> made_;
  std::vector<std::string> taken_;
};

}  // namespace hoplab::sandbox
