// The subcommands. Each returns the process's exit code: 0 good, 1 a check failed or a certificate
// was rejected, 2 could not run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "offline/sample_pki.h"
#include "offline/verify_inputs.h"
#include "scenario/format/reader.h"

namespace hoplab::cli {

struct SharedOptions {
  std::vector<std::string> overlays;  // files, over the scenario
  scenario::Settings settings;        // --set name=value
  scenario::Settings parameters;      // of templates
  unsigned threads = 1;
  bool show_secrets = false;  // values of Authorization, Cookie and the like are not masked
  [[nodiscard]] scenario::Source source(const std::string& file) const {
    return {file, overlays, settings, {}, parameters};
  }
};

/// Of one emulator that goes on until somebody ends it.
struct RunOptions : SharedOptions {
  [[nodiscard]] scenario::Source read_from() const {
    scenario::Source one = source(scenario);
    one.more_templates = more_templates;
    return one;
  }
  bool requests = false;  // a line for each
  std::string scenario;
  std::vector<std::string> more_templates;  // beside `scenario`, which is one then
  std::string out;
  bool force = false;  // what is not of hoplab in `out` is written over
  std::string pki;     // folder that keeps keys and certificates; empty: none
  std::string connection_log, access_log, health_check_log, log_bucket;
  std::string log_format = "plain";  // of these: plain or json
  std::string api_logs;              // folder for the logs of APIs; empty: none
  std::string capture;               // file of packets, pcapng; empty: none
  double api_rate_limit = 10'000;    // of all APIs of an account; negative: none
  std::string events;  // file, or number of a descriptor, for ended connections; empty: none
  std::uint16_t admin_port = 0;   // 0: any free one
  std::size_t kept_requests = 0;  // for GET /v1/requests
};

struct UpOptions : RunOptions {
  bool json = false;
  bool watch = false;                     // a save of the scenario is applied
  bool with_parent = false;               // it ends when the process ends that started it
  std::optional<std::uint16_t> aws_port;  // of the AWS API, 0: any free one; nothing: there is none
  bool empty = false;                     // no scenario: all is made through the AWS API
};
int up(const UpOptions& options);

struct ExportOptions : SharedOptions {
  std::vector<std::string> files;  // one scenario, or templates
};
int export_scenario(const ExportOptions& options);

struct NewOptions {
  std::string kind;  // empty: what there is
  std::string file;  // empty: that of its kind, in the working folder
  bool force = false;
};
int new_scenario(const NewOptions& options);
/// The kinds that it knows.
std::vector<std::string> scenario_kinds();

struct ExecOptions : RunOptions {
  std::vector<std::string> scenarios;      // in the place of RunOptions' one
  std::vector<std::string> command;        // empty: the user's shell
  std::string client_ip;                   // empty: one of the way in's subnet
  std::vector<std::string> allowed_hosts;  // HOST:PORT
  bool no_namespaces = false;
  bool system = false;  // for all of the machine: real ports, /etc/hosts, the system's store
};
/// Its exit code is the command's, or 125 to 127: exec.cpp.
int exec(const ExecOptions& options);

/// What explain and reproduce are asked.
struct AskedOptions {
  std::vector<std::string> text;  // what was printed; words are joined; "-": standard input
  std::string file;               // or a file that has it
  std::string capture;            // or a file of packets
  std::string key_log;            // of its TLS, an SSLKEYLOGFILE; empty: none beside the file's own
  std::string casebook;           // folder; empty: the one that came with the command
  std::string tls, after, mutual_tls;  // what is known beside it; empty: nothing
  std::vector<std::string> through;    // likewise
};

struct ExplainOptions : AskedOptions {
  unsigned most = 3;  // causes to show
  bool json = false;
};
int explain(const ExplainOptions& options);

struct ReproduceOptions : AskedOptions {
  unsigned connection = 0;  // of the capture, from 1; 0: the first that did not end in order
  unsigned cause = 1;       // which of the causes, from 1
  std::string out;          // the file to write; empty: the case's name in the working folder
  bool force = false;       // write over a file that exists
};
int reproduce(const ReproduceOptions& options);

struct TimelineOptions {
  std::string admin;                // address and port; empty: $HOPLAB_ADMIN
  std::string connection = "last";  // its number; "last": that which ended last
  std::string svg;                  // file; empty: text on standard output
};
int timeline(const TimelineOptions& options);

struct CtlOptions {
  std::string admin;               // address and port; empty: $HOPLAB_ADMIN
  std::vector<std::string> words;  // the command
  // Of fault HOP ACTION [VALUE]:
  std::string fault_name;                            // empty: made of hop and action
  std::map<std::string, std::string> fault_members;  // as a scenario calls them
};
int ctl(const CtlOptions& options);
/// What ctl() takes, for help.
std::string ctl_commands();

/// One of several machines that share the scenarios.
struct Shard {
  std::size_t number = 1, of = 1;
};

struct TestOptions : SharedOptions {
  std::vector<std::string> scenarios;  // files and folders
  std::string junit;
  std::string captures;    // folder for a file of packets for each check; empty: none
  std::string pictures;    // likewise for a picture of each connection
  bool timelines = false;  // of the connections of failed checks
  Shard shard;
  unsigned jobs = 0;  // how many scenarios run at once; 0: as suits the machine
  bool json = false;
};
int test(const TestOptions& options);

int verify(const offline::VerifyOptions& options);

int pki(const offline::PkiOptions& options);

struct CertOptions {
  std::string file;
  bool json = false;
};
int cert(const CertOptions& options);

}  // namespace hoplab::cli
