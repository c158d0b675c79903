// Resolver: who answers the questions for names inside of a namespace, in a thread of this process,
// so that each answer is what is so at that time.
#pragma once

#include <memory>

#include "base/result.h"
#include "sandbox/name_server.h"
#include "sandbox/sandbox.h"

namespace hoplab::sandbox {

class Resolver {
 public:
  /// Listens inside at kNameServer. `lookup` is called in the resolver's thread.
  static Result<std::unique_ptr<Resolver>> open(Sandbox& inside, NameServer::Lookup lookup);
  ~Resolver();

 private:
  struct Impl;
  explicit Resolver(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hoplab::sandbox
