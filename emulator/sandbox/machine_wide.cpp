#include "sandbox/machine_wide.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <sstream>

#include "base/ascii.h"
#include "base/file.h"
#include "sandbox/system_error.h"
#include "sandbox/system_store.h"

namespace hoplab::sandbox {

namespace {

constexpr const char* kLock = "/run/hoplab-system.lock";
constexpr const char* kHosts = "/etc/hosts";
constexpr std::string_view kBegin = "# hoplab begin";
/// The same where the line end before it is ours, too.
constexpr std::string_view kBeginOfLine = "# hoplab begin of a line";
constexpr std::string_view kFile = "# hoplab file ";
constexpr std::string_view kEnd = "# hoplab end";

/// What stands from `begin` on becomes `text`. In place: in a container the file is a mount, whose
/// place no other can take. What does not fit leaves the file without it.
Result<void> write_hosts(std::size_t begin, const std::string& text) {
  const int fd = ::open(kHosts, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return system_error("cannot write /etc/hosts");
  const auto at = static_cast<off_t>(begin);
  const ssize_t written = ::pwrite(fd, text.data(), text.size(), at);
  const bool whole = written == static_cast<ssize_t>(text.size());
  if (!whole && written >= 0) errno = ENOSPC;
  Result<void> result;
  if (!whole) result = system_error("cannot write /etc/hosts");
  const auto size = static_cast<off_t>(whole ? text.size() : 0);
  if (::ftruncate(fd, at + size) != 0 && whole) result = system_error("cannot write /etc/hosts");
  ::close(fd);
  return result;
}

/// Nothing: there is no such file.
Result<std::string> hosts() {
  if (::access(kHosts, F_OK) != 0 && errno == ENOENT) return std::string();
  return read_file(kHosts);
}

/// What a certificate may be for as well, and always leads to 127.0.0.1 (RFC 6761 6.3).
bool is_machines_own(std::string_view name) {
  return iequals(name, "localhost") || lower_case(name).ends_with(".localhost");
}

/// Names that have a line already, and which.
Result<void> check_free(const topology::NameTable& names, const std::string& text) {
  std::set<std::string> wanted;
  for (const auto& [name, addresses] : names) wanted.insert(lower_case(std::string_view(name)));
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    for (words >> word; words >> word;) {
      if (!wanted.contains(lower_case(std::string_view(word)))) continue;
      return Error{"/etc/hosts, line " + std::to_string(number) + ", has '" + word +
                       "' already; take it out, since lines of others are left alone",
                   ErrorCode::conflict};
    }
  }
  return {};
}

std::string block(const topology::NameTable& names, const std::vector<std::string>& files,
                  bool after_line_end) {
  std::string text = after_line_end ? "" : "\n";
  text += after_line_end ? kBegin : kBeginOfLine;
  text +=
      ": of process " + std::to_string(::getpid()) +
      ", hoplab exec --system; should this be left behind, the next hoplab exec takes it away\n";
  for (const std::string& file : files) text += std::string(kFile) + file + "\n";
  for (const auto& [name, addresses] : names) {
    for (const std::string& address : addresses) text += address + " " + name + "\n";
  }
  return text + std::string(kEnd) + "\n";
}

}  // namespace

Result<std::unique_ptr<MachineWide>> MachineWide::claim() {
  if (::geteuid() != 0) {
    return Error{
        "--system needs root: it writes /etc/hosts and the system's certificates, and "
        "listens on ports such as 443",
        ErrorCode::unavailable};
  }
  const int lock = ::open(kLock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) return system_error(std::string("--system: cannot open ") + kLock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return Error{
        "--system: another hoplab exec --system is running, and this machine has one "
        "/etc/hosts; wait for its end, or name all scenarios in one command",
        ErrorCode::in_use};
  }
  take_away();
  return std::unique_ptr<MachineWide>(new MachineWide(lock));
}

void MachineWide::clean_up_after_others() {
  if (::geteuid() != 0) return;
  const auto text = hosts();
  if (!text || text.value().find(kBegin) == std::string::npos) return;
  [[maybe_unused]] const auto done = claim();
}

MachineWide::~MachineWide() {
  take_away();
  ::close(lock_);
}

Result<void> MachineWide::add(topology::NameTable names, const std::string& ca_bundle) {
  std::erase_if(names, [](const auto& one) {
    return is_machines_own(one.first) || one.first.starts_with('*');  // /etc/hosts has no wildcards
  });
  const auto before = hosts();
  if (!before) return before.failure();
  if (auto done = check_free(names, before.value()); !done) return done;
  auto pem = read_file(ca_bundle);
  if (!pem) return pem.failure();
  const auto files = has_system_store() ? store_files(pem.value())
                                        : std::vector<std::pair<std::string, std::string>>();
  std::vector<std::string> paths;
  for (const auto& [path, content] : files) paths.push_back(path);
  // The block first: it says what is to be taken away.
  const std::string& old = before.value();
  const bool after_line_end = old.empty() || old.ends_with('\n');
  if (auto done = write_hosts(old.size(), block(names, paths, after_line_end)); !done) return done;
  if (has_system_store()) return add_to_store(files);
  notes_.emplace_back(
      "there is no update-ca-certificates here (Debian, Alpine: the package ca-certificates), so "
      "the authorities are not in the system's store, and the command finds them by SSL_CERT_FILE "
      "and the like");
  return {};
}

void MachineWide::take_away() {
  const auto before = hosts();
  if (!before) return;
  const std::string& text = before.value();
  const auto begin = text.find(kBegin);
  if (begin == std::string::npos) return;
  // Up to its last line; what somebody has added behind it is theirs, also where that line is
  // missing.
  std::vector<std::string> files;
  std::size_t end = begin;
  for (bool inside = true; inside && end < text.size();) {
    const auto line_end = text.find('\n', end);
    const std::string line = text.substr(end, line_end - end);
    const bool last = line.starts_with(kEnd);
    const bool ours = last || end == begin || line.starts_with(kFile) || line.starts_with("127.");
    if (line.starts_with(kFile)) files.push_back(line.substr(kFile.size()));
    if (ours) end = line_end == std::string::npos ? text.size() : line_end + 1;
    inside = ours && !last;
  }
  if (!remove_from_store(files)) return;  // the next one tries
  const bool with_line_end = begin > 0 && text.substr(begin).starts_with(kBeginOfLine);
  [[maybe_unused]] const auto done =
      write_hosts(begin - (with_line_end ? 1 : 0), text.substr(end));  // else the next one tries
}

}  // namespace hoplab::sandbox
