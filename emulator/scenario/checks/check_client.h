// The built-in client of scenario checks: one TLS connection, one request, and what came of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "scenario/checks/check.h"
#include "topology/emulator.h"

namespace hoplab::scenario {

/// What the client saw.
struct Observation {
  std::optional<int> status;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<EndKind> end;  // how the other side ended it; none: we did, after the answer or
                               // because of `trouble`, or it sent a TLS alert
  bool refused = false;        // an RST to the SYN: `end` is rst
  std::optional<net::Barrier> barrier;  // what keeps its like out, now that it has tried
  bool tls_alert = false;     // the other side's last word was a fatal TLS alert: trouble names it
  std::string trouble;        // in words, when there was no whole answer
  std::string local_address;  // "127.0.0.1:50312", by which the emulator knows the connection
  bool silence = false;       // of a step without a request: nothing has come, not even an end
};

/// What `way` means; nothing: there is none such.
std::optional<EndpointAddress> find_way_in(const Emulator& emulator, const WayIn& way);
/// The name that the client asks for there, as SNI and, unless the request says otherwise, as Host.
std::string server_name(const EndpointAddress& endpoint, const WayIn& way);
/// Whether it speaks TLS there.
bool speaks_tls(const EndpointAddress& endpoint, const WayIn& way);

/// Real time for connecting, for the handshake, and without a byte of the request or the answer,
/// where that is expected.
using Patience = std::function<Duration(const Expectation&)>;

/// Performs the request of `check` and then its steps against the emulator's way in, over the HTTP
/// version that the check names. `observed` is called after the request (0) and after each step
/// (its number from 1), before the next one.
void perform(const Check& check, Emulator& emulator, const Patience& patience,
             const std::function<void(std::size_t, const Observation&)>& observed);

}  // namespace hoplab::scenario
