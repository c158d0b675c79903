#include "sandbox/trust.h"

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "pki/der.h"
#include "pki/java_trust_store.h"
#include "pki/pem.h"
#include "sandbox/environment.h"

namespace hoplab::sandbox {

namespace {

/// Where distributions keep all authorities in one file: Debian, Fedora, openSUSE, Alpine.
constexpr const char* kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};
/// Where OpenSSL looks for one by the hash of its name.
constexpr const char* kFolder = "/etc/ssl/certs";
constexpr const char* kBundleInFolder = "ca-certificates.crt";
constexpr const char* kOurFolder = "certs";  // what takes the place of that one

/// The authorities of the Java that the command would find; empty: there is none.
std::string java_authorities() {
  std::string home;
  if (const char* const told = std::getenv("JAVA_HOME")) home = told;
  if (home.empty()) {
    const std::string java = real_path(in_path("java"));
    const auto bin = java.rfind("/bin/");
    if (bin == std::string::npos) return {};
    home = java.substr(0, bin);
  }
  for (const char* const place : {"/lib/security/cacerts", "/jre/lib/security/cacerts"}) {
    const std::string found = real_path(home + place);
    if (!found.empty()) return found;
  }
  return {};
}

std::string machines_bundle() {
  for (const char* const path : kBundles) {
    if (auto text = read_file(path)) return std::move(text).value();
  }
  return {};
}

std::vector<std::string> certificates_of(const std::string& pem) {
  std::vector<std::string> all;
  auto blocks = pki::pem_decode(pem, pki::PemSurroundings::anything);
  if (!blocks) return all;
  for (auto& block : blocks.value()) all.push_back(std::move(block.der));
  return all;
}

/// The name by which OpenSSL finds it: the hash of the subject, and a number among those of one.
std::string hash_name(const std::string& certificate) {
  const std::string hash = pki::subject_hash(certificate);
  if (hash.empty()) return {};
  for (int number = 0;; ++number) {
    const std::string name = hash + "." + std::to_string(number);
    if (!std::filesystem::exists(std::string(kFolder) + "/" + name)) return name;
  }
}

Result<void> write_by_hash(const std::vector<std::string>& certificates, Emulator& emulator) {
  for (const std::string& certificate : certificates) {
    const std::string name = hash_name(certificate);
    if (name.empty()) continue;
    auto done = emulator.write_out(std::string(kOurFolder) + "/" + name,
                                   pki::pem_encode("CERTIFICATE", certificate), Readers::everybody);
    if (!done) return done;
  }
  return {};
}
}  // namespace

Result<Trust> write_trust(const std::string& ca_bundle, Emulator& emulator,
                          bool others_can_be_reached) {
  auto own = read_file(ca_bundle);
  if (!own) return own.failure();
  const std::string all = machines_bundle() + own.value();
  Trust trust;
  trust.own_bundle = ca_bundle;
  const std::string file = std::string(kOurFolder) + "/" + kBundleInFolder;
  trust.folder = emulator.out() + "/" + kOurFolder;
  trust.bundle = emulator.out() + "/" + file;
  if (auto done = emulator.write_out(file, all, Readers::everybody); !done) return done.failure();
  const auto its_own = certificates_of(own.value());
  if (auto done = write_by_hash(its_own, emulator); !done) return done.failure();
  if (!java_authorities().empty()) {
    constexpr const char* kJavaStore = "trusted.p12";
    trust.java_store = emulator.out() + "/" + kJavaStore;
    const std::string store =
        pki::java_trust_store(others_can_be_reached ? certificates_of(all) : its_own);
    if (auto done = emulator.write_out(kJavaStore, store, Readers::everybody); !done)
      return done.failure();
  }
  if (!in_path("php").empty()) {
    // PHP heeds no variable that names authorities, but one that names folders with settings.
    trust.php_settings = emulator.out() + "/php";
    const std::string settings =
        "curl.cainfo = \"" + trust.bundle + "\"\nopenssl.cafile = \"" + trust.bundle + "\"\n";
    if (auto done = emulator.write_out("php/hoplab.ini", settings, Readers::everybody); !done)
      return done.failure();
  }
  return trust;
}

void put_over_machines(const Trust& trust, CommandSpec& command) {
  command.folders.emplace_back(trust.folder, kFolder);
  for (const char* const path : kBundles) {
    if (!std::string_view(path).starts_with(kFolder)) {
      command.files.emplace_back(trust.bundle, path);
    }
  }
  if (!trust.java_store.empty()) command.files.emplace_back(trust.java_store, java_authorities());
}

void add_variables(const Trust& trust, CommandSpec& command) {
  for (const char* const name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE",
                                 "GIT_SSL_CAINFO", "AWS_CA_BUNDLE"}) {
    set_variable(command.environment, name, trust.bundle);
  }
  // Node adds these to its own.
  set_variable(command.environment, "NODE_EXTRA_CA_CERTS", trust.own_bundle);
  if (!trust.php_settings.empty()) {
    // An empty part of the list stands for the folder that PHP was built with.
    const char* const others = std::getenv("PHP_INI_SCAN_DIR");
    set_variable(command.environment, "PHP_INI_SCAN_DIR",
                 (others ? others : "") + (":" + trust.php_settings));
  }
}

}  // namespace hoplab::sandbox
