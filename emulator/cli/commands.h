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
  std::string connection_log, access_log, log_bucket;
  std::uint16_t admin_port = 0;  // 0: any free one
  bool json = false;
};
int up(const UpOptions& options);

struct ExplainOptions {
  std::vector<std::string> text;  // what a client printed; words are joined
  std::string casebook;           // folder; empty: the one that came with the command
  std::string tls, after, mutual_tls;  // what is known beside it; empty: nothing
  unsigned most = 3;              // cases to show
  bool json = false;
};
int explain(const ExplainOptions& options);

struct CtlOptions {
  std::string admin;               // address and port; empty: $HOPLAB_ADMIN
  std::vector<std::string> words;  // the command
};
int ctl(const CtlOptions& options);
/// What ctl() takes, for help.
std::string ctl_commands();

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
