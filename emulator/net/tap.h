// Tap: who listens on the wire at a hop. Nothing of a connection depends on it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/journal.h"
#include "net/connection.h"

namespace hoplab::net {

/// An end of a TCP connection: who opened it, or who took it.
enum class TcpEnd : std::uint8_t { client, server };

/// One connection, from its first packet on. What comes behind an end of that side is not told.
class TappedWire {
 public:
  virtual ~TappedWire() = default;
  virtual void data(TcpEnd from, std::string_view bytes) = 0;
  virtual void fin(TcpEnd from) = 0;
  /// `cause`: of a reset by us; null: it came.
  virtual void rst(TcpEnd from, const Cause* cause) = 0;
};

/// Of one hop, in one loop.
class Tap {
 public:
  virtual ~Tap() = default;
  /// A port of 0 stands for one that nobody has chosen.
  virtual std::unique_ptr<TappedWire> connected(const Address& client, const Address& server,
                                                std::shared_ptr<const Journal> journal) = 0;
};

}  // namespace hoplab::net
