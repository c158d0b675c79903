// Traffic: what has been made through the API is what runs.
//
// The control plane's documents are resources in CloudFormation's vocabulary; projected, they are a
// scenario, over which the one that hoplab was started with is merged. Each operation that changes
// a document applies the whole before it answers, so that a handshake or a request that begins
// after the answer sees it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "awsapi/control_plane.h"
#include "base/result.h"
#include "scenario/resources/project.h"
#include "scenario/scenario.h"
#include "topology/emulator.h"

namespace hoplab::awsapi {

class Traffic {
 public:
  /// `emulator` outlives it, has started, and runs `scenario`.
  Traffic(Emulator& emulator, const scenario::Scenario& scenario)
      : emulator_(emulator), base_(scenario.tree) {}

  /// All of it or nothing. The refusal is a sentence for whoever called the operation, about the
  /// first document that cannot be, where one is to blame.
  Refusal apply(const ControlPlane& plane);

 private:
  /// The documents with what they are read with.
  struct Gathered {
    scenario::resources::Resources resources;
    scenario::resources::Overrides overrides;
  };
  Result<Gathered> gather(const ControlPlane& plane);
  Result<void> add_certificate(const Document& document, Gathered& to);
  Result<std::string> file_with(std::string_view content);

  Emulator& emulator_;
  std::shared_ptr<const scenario::Node> base_;
  std::set<std::string> written_;  // files, by their names
};

}  // namespace hoplab::awsapi
