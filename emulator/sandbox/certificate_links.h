// NAME.pem and NAME.key of the client certificates, as links in the working folder, for as long as
// a command runs: the command lines of AWS's pages name them like that.
#pragma once

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "sandbox/lab.h"

namespace hoplab::sandbox {

/// Takes the link away unless it leads elsewhere by now.
void remove_link(const std::string& path, const std::string& target);

class CertificateLinks {
 public:
  CertificateLinks() = default;
  /// Makes those whose names are free in the working folder; a link that leads nowhere is free. Of
  /// two labs' certificates of one name the first lab's has it.
  explicit CertificateLinks(const std::vector<Lab>& labs);
  CertificateLinks(const CertificateLinks&) = delete;
  CertificateLinks& operator=(const CertificateLinks&) = delete;
  /// Takes away what it made and what is still the same.
  ~CertificateLinks();

  /// What it made: paths of links, and where they lead.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& made() const {
    return made_;
  }
  /// About names that were taken, a sentence each.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  /// file_exists: the name is taken.
  std::error_code link(const std::string& name, const std::string& target);

  std::vector<std::pair<std::string, std::string>> made_;
  std::vector<std::string> notes_;
};

}  // namespace hoplab::sandbox
