// The subcommands. Each returns the process's exit code: 0 good, 1 a check failed or a certificate
// was rejected, 2 could not run.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace hoplab::cli {

struct SharedOptions {
  std::map<std::string, std::string> settings;  // --set name=value
  unsigned threads = 1;
};

struct UpOptions : SharedOptions {
  std::string scenario;
  std::string out;
  std::string connection_log, log_bucket;
  bool json = false;
};
int up(const UpOptions& options);

struct TestOptions : SharedOptions {
  std::vector<std::string> scenarios;
  std::string junit;
};
int test(const TestOptions& options);

struct VerifyOptions {
  std::vector<std::string> anchors;  // PEM files; together they are the trust store's bundle
  std::vector<std::string> crls;     // PEM files, one list each
  std::string chain;                 // PEM file, leaf first
  std::string scenario;              // instead of anchors and crls, with a listener
  std::map<std::string, std::string> settings;
  std::string listener;     // load balancer's name, ":port" if need be
  std::string certificate;  // instead of chain: one of the scenario's
  std::string time;         // empty: now
  bool ignore_expiry = false;
  bool refuse_outdated_crl = false;
  bool json = false;
  bool batch = false;
};
int verify(const VerifyOptions& options);

struct PkiOptions {
  std::string out;
  std::vector<std::string> server_names{"api.example.com"};
  std::string subject_suffix = "O=Example";  // after "CN=...,"; may be empty
  std::string key_algorithm = "EC_prime256v1";  // ACM's names
  std::string ca_key_algorithm = "EC_prime256v1";
  bool intermediate = false;
  bool force = false;
  bool json = false;
};
int pki(const PkiOptions& options);

struct CertOptions {
  std::string file;
  bool json = false;
};
int cert(const CertOptions& options);

}  // namespace hoplab::cli
