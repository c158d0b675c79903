// SharedDoor: one proxy for the clients of several labs that run in no network of their own.
//
// It looks at the name that a client asks for without reading it, and gives the connection to the
// lab that knows the name, whose own proxy door goes on: no hop is added, and what ends the
// connection there is what the client sees.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace hoplab::sandbox {

class SharedDoor {
 public:
  /// Takes the connection, whose client asks for `name`; empty: for none that can be read.
  using Give = std::function<void(const std::string& name, int descriptor)>;

  /// Listens on a free port of 127.0.0.1, in a thread of its own.
  static Result<std::unique_ptr<SharedDoor>> open(Give give);
  ~SharedDoor();

  /// "127.0.0.1:41873".
  [[nodiscard]] const std::string& address() const;

 private:
  struct Impl;
  explicit SharedDoor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hoplab::sandbox
