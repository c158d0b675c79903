#include "sandbox/system_store.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "pki/pem.h"
#include "sandbox/environment.h"
#include "topology/materials.h"

namespace hoplab::sandbox {

namespace {

namespace fs = std::filesystem;

constexpr const char* kAdded = "/usr/local/share/ca-certificates";
constexpr const char* kStore = "/etc/ssl/certs";
constexpr std::string_view kFilePrefix = "hoplab-";

/// Also where only root's PATH would have it.
std::string program(const std::string& name) {
  const std::string found = in_path(name);
  if (!found.empty()) return found;
  const std::string usual = "/usr/sbin/" + name;
  return ::access(usual.c_str(), X_OK) == 0 ? usual : std::string();
}

/// Its wait status; what it prints is not for whoever runs a command beside a lab.
int run(std::vector<std::string> arguments) {
  std::vector<char*> pointers;
  for (std::string& one : arguments) pointers.push_back(one.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  // In a process group of its own: Ctrl-C is for the command.
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t child = -1;
  int status = -1;
  if (::posix_spawn(&child, pointers.front(), &actions, &attributes, pointers.data(), environ) ==
      0) {
    ::waitpid(child, &status, 0);
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return status;
}

/// Without its hooks: the one of Java's store goes through the machine's package manager, and the
/// command is told of a store of its own instead.
int update() {
  return run({program("update-ca-certificates"), "--hooksdir", "/dev/null"});
}

bool is_ours(const fs::path& file) {
  return file.parent_path() == kAdded && file.extension() == ".crt" &&
         file.filename().string().starts_with(kFilePrefix);
}

}  // namespace

bool has_system_store() {
  return !program("update-ca-certificates").empty();
}

std::vector<std::pair<std::string, std::string>> store_files(const std::string& pem) {
  std::vector<std::pair<std::string, std::string>> files;
  const auto blocks = pki::pem_decode(pem, pki::PemSurroundings::anything);
  if (!blocks) return files;
  int number = 0;
  for (const pki::PemBlock& block : blocks.value()) {
    std::string path;
    do {
      path =
          std::string(kAdded) + "/" + std::string(kFilePrefix) + std::to_string(++number) + ".crt";
    } while (fs::exists(path));
    files.emplace_back(path, pki::pem_encode("CERTIFICATE", block.der));
  }
  return files;
}

Result<void> add_to_store(const std::vector<std::pair<std::string, std::string>>& files) {
  std::error_code ignored;
  fs::create_directories(kAdded, ignored);
  for (const auto& [path, pem] : files) {
    if (auto done = topology::write_file(path, pem, Readers::everybody); !done) return done;
  }
  if (update() == 0) return {};
  return Error{"update-ca-certificates failed; run it by hand to see why", ErrorCode::unavailable};
}

bool remove_from_store(const std::vector<std::string>& files) {
  bool ours = false;
  std::error_code ignored;
  for (const std::string& file : files) {
    const fs::path path = file;
    if (!is_ours(path)) continue;
    ours = true;
    fs::remove(path, ignored);
    fs::remove(fs::path(kStore) / path.stem().concat(".pem"), ignored);
  }
  // Also when they were gone: who took them away may have been ended before this.
  if (!ours || !has_system_store()) return true;
  if (update() != 0) return false;
  // It leaves links by hash of what is gone.
  const std::string openssl = program("openssl");
  if (!openssl.empty()) run({openssl, "rehash", kStore});
  return true;
}

}  // namespace hoplab::sandbox
