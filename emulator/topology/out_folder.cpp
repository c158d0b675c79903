#include "topology/out_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "topology/materials.h"

namespace hoplab::topology {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecord = "/.hoplab";

std::string record_of(std::string_view content, const std::string& name) {
  char hash[20];
  std::snprintf(hash, sizeof hash, "%016llx ",
                static_cast<unsigned long long>(stirred_hash(content)));
  return hash + name;
}

Error cannot(const std::string& what) {
  return Error{"cannot " + what + ": " + std::strerror(errno), ErrorCode::unavailable};
}

}  // namespace

Result<OutFolder> OutFolder::make() {
  auto made = TemporaryFolder::make();
  if (!made) return made.failure();
  OutFolder folder;
  folder.temporary_.emplace(std::move(made).value());
  folder.path_ = folder.temporary_->path();
  return folder;
}

Result<OutFolder> OutFolder::open(const std::string& path, bool force) {
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (error) {
    return Error{"cannot make the folder " + path + ": " + error.message(), ErrorCode::unavailable};
  }
  OutFolder folder;
  folder.path_ = fs::absolute(path).lexically_normal().string();
  while (folder.path_.size() > 1 && folder.path_.ends_with('/')) folder.path_.pop_back();
  folder.force_ = force;
  folder.made_ = made;
  if (auto done = folder.read_record(folder.path_ + kRecord); !done) return done.failure();
  return folder;
}

Result<void> OutFolder::read_record(const std::string& file) {
  record_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (record_ < 0) return cannot("write " + file);
  if (::flock(record_, LOCK_EX | LOCK_NB) != 0) {
    return Error{"another hoplab uses the folder " + path_ + "; choose another one",
                 ErrorCode::unavailable};
  }
  auto text = read_file(file);
  if (!text) return text.failure();
  new_record_ = text.value().empty();
  std::istringstream lines(text.value());
  for (std::string line; std::getline(lines, line);) recorded_.insert(line);
  constexpr std::size_t kMany = 1000;
  return recorded_.size() > kMany ? shorten_record() : Result<void>();
}

Result<void> OutFolder::shorten_record() {
  std::string left;
  for (auto line = recorded_.begin(); line != recorded_.end();) {
    const auto space = line->find(' ');
    const std::string name = space == std::string::npos ? "" : line->substr(space + 1);
    const auto content = read_file(path_ + "/" + name);
    const bool there = content.ok() && record_of(content.value(), name) == *line;
    if (there) left += *line + "\n";
    line = there ? std::next(line) : recorded_.erase(line);
  }
  return write_record(left, true);
}

Result<void> OutFolder::write_record(const std::string& lines, bool anew) {
  if (anew && ::ftruncate(record_, 0) != 0) return cannot("write " + path_ + kRecord);
  const ssize_t written = ::write(record_, lines.data(), lines.size());
  if (written == static_cast<ssize_t>(lines.size())) return {};
  return cannot("write " + path_ + kRecord);
}

OutFolder::OutFolder(OutFolder&& other) noexcept {
  *this = std::move(other);
}

OutFolder& OutFolder::operator=(OutFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(temporary_, other.temporary_);
  std::swap(record_, other.record_);
  std::swap(recorded_, other.recorded_);
  std::swap(written_, other.written_);
  std::swap(made_, other.made_);
  std::swap(new_record_, other.new_record_);
  std::swap(force_, other.force_);
  return *this;
}

OutFolder::~OutFolder() {
  if (record_ >= 0) ::close(record_);
}

Result<void> OutFolder::write(const std::string& name, std::string_view content, Readers readers) {
  const std::string path = path_ + "/" + name;
  if (const auto folder = name.rfind('/'); folder != std::string::npos) {
    std::error_code ignored;  // or the file says so
    fs::create_directories(path_ + "/" + name.substr(0, folder), ignored);
  }
  if (record_ < 0) return write_file(path, content, readers);
  std::error_code error;
  const bool there = fs::symlink_status(path, error).type() != fs::file_type::not_found;
  if (there && !force_) {
    const auto before = read_file(path);
    if (!before || !recorded_.contains(record_of(before.value(), name))) {
      return Error{path +
                       " is not of hoplab, and stays as it is: choose another folder, or --force "
                       "to write over it",
                   ErrorCode::conflict};
    }
  }
  // On record first: what was written before stays on record, too, so who is ended between the two
  // finds its own file again.
  const auto [line, fresh] = recorded_.insert(record_of(content, name));
  if (fresh) {
    if (auto done = write_record(*line + "\n", false); !done) return done;
  }
  auto done = write_file(path, content);
  if (done) written_.push_back(path);
  return done;
}

void OutFolder::take_away() {
  for (const std::string& path : written_) ::unlink(path.c_str());
  written_.clear();
  if (new_record_) ::unlink((path_ + kRecord).c_str());
  if (made_) ::rmdir(path_.c_str());
}

}  // namespace hoplab::topology
