// What `hoplab up` prints.
#pragma once

#include <string>
#include <vector>

#include "scenario/scenario.h"
#include "topology/emulator.h"

namespace hoplab::cli {

/// The table of what listens where, target health, and the curl lines.
/// `admin` is the admin API's address. Secrets are masked unless `secrets`.
std::string opening_report(const scenario::Scenario& scenario, const Emulator& emulator,
                           const std::string& admin, bool secrets);
/// The object of `--json`, one line.
/// `aws_endpoint_url`: of the AWS API; empty: there is none.
std::string opening_json(const Emulator& emulator, const std::string& admin,
                         const std::string& aws_endpoint_url);
/// One ended connection: who came, how far it got, which hop ended it, how and why.
std::string end_line(const EndRecord& record);
/// One request that is over: what was asked, the status, who made it and why.
std::string request_line(const RequestRecord& request, bool secrets);
/// Flows, requests, ends by cause.
std::string closing_summary(const Counters& counters);

/// What is to be said of templates, on standard error.
void print_notes(const std::vector<std::string>& notes);

/// The files `env`, `hosts` and `scenario.json` in the out folder.
Result<void> write_side_files(const scenario::Scenario& scenario, Emulator& emulator,
                              const std::string& admin, const std::string& aws_endpoint_url = {});

}  // namespace hoplab::cli
