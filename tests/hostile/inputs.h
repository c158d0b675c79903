// What one hostile client does: an Input is a value made from a seed and its number, so that the
// same seed gives the same inputs, and one of them can be repeated alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "wire.h"

namespace hoplab::hostile {

enum class Layer : std::uint8_t {
  tcp,     // the bytes go to the socket as they are
  tls,     // a good TLS client, no ALPN or http/1.1
  tls_h2,  // likewise with ALPN h2
};

enum class Finish : std::uint8_t {
  close,   // FIN, or what the kernel makes of a close
  reset,   // linger 0
  linger,  // stays connected; whatever it has left to say drips while others go on
};

struct Input {
  std::string kind;
  std::size_t door = 0;  // which listening port, modulo their number
  bool at_aws = false;   // no: at the AWS API's
  Layer layer = Layer::tcp;
  std::size_t certificate = 0;  // which client certificate, modulo their number; 0 is a good one
  Spoil spoil;                  // of the bytes below TLS
  std::vector<std::string> pieces;  // sent one by one
  bool half_close = false;          // after the last piece
  int read_ms = 0;                  // waits this long for an answer before it finishes
  Finish finish = Finish::close;
};

Input make_input(std::uint64_t seed, std::uint64_t number);

/// A few lines, binary data in hex.
std::string describe(const Input& input);

// What make_input() chooses from.
void say_nothing(Input& input, Rng& rng);
void mutate_client_hello(Input& input, Rng& rng);
void spoil_handshake(Input& input, Rng& rng);
void plain_http(Input& input, Rng& rng);
void random_bytes(Input& input, Rng& rng);
void bad_http(Input& input, Rng& rng);
void bad_http2(Input& input, Rng& rng);
void call_aws(Input& input, Rng& rng);

// Chance in small coins.
inline std::size_t pick(Rng& rng, std::size_t count) {
  return rng.below(static_cast<std::uint32_t>(count));
}
inline bool one_in(Rng& rng, std::uint32_t count) {
  return rng.below(count) == 0;
}
/// Flips bits, cuts, repeats, inserts and removes, once or a few times.
void mutate(std::string& text, Rng& rng);
std::string random_text(Rng& rng, std::size_t size);
/// Cuts `text` at random places into up to `most` pieces.
std::vector<std::string> in_pieces(const std::string& text, Rng& rng, std::size_t most);

}  // namespace hoplab::hostile
