// Resources as a scenario's document: what the reader then completes, judges and reports in its own
// words, at the places where the resources were written.
//
// What has an effect on traffic becomes a section's member under a name; the rest is counted. What
// no resource holds has a default: a trust store's authority and the listeners' certificates are
// minted, and functions, instances and addresses are answered for by stand-ins.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenario/format/diagnostics.h"
#include "scenario/resources/resource.h"

namespace hoplab::scenario::resources {

/// What takes the place of a default. A resource is named by its logical id, by "Stack.LogicalId",
/// by its path or by its physical id.
struct Overrides {
  std::map<std::string, std::string> objects;  // S3 objects, "bucket/key": a file's path
  struct CertificateFiles {
    std::string certificate, private_key;  // PEM files, or their texts
  };
  std::map<std::string, CertificateFiles> certificates;  // by resource, ARN or domain name
  /// Who answers for a function, an instance, an address, or a host of a uri: a text, "host:port",
  /// or an object, the answer of a stand-in. Of a function also what a scenario's Functions have.
  std::map<std::string, Node> services;
  std::vector<std::string> entry;  // the ways in, by resource; empty: found
  /// A target's address that nothing has is a host that does not answer, and no mistake.
  bool hosts_may_be_gone = false;
};

/// What is to be said of a projection, beside mistakes.
struct Report {
  std::vector<std::string> notes;                  // a sentence each: what was assumed
  std::vector<std::pair<std::string, int>> inert;  // types without effect here, and how many
  std::vector<std::pair<std::string, std::string>> names;  // of a resource and in the scenario

  /// "34 resources without effect here: IAM::Role 12, ..."; empty: there are none.
  [[nodiscard]] std::string inert_line() const;
};

struct Projection {
  Node scenario;  // an object; texts have no parameters: "${" stands as "$${"
  Report report;
};

/// Mistakes are added to `diagnostics`; the document holds what is right.
Projection project(const Resources& resources, const Overrides& overrides,
                   std::vector<Diagnostic>& diagnostics);

}  // namespace hoplab::scenario::resources
