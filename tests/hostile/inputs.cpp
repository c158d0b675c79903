#include "inputs.h"

#include <algorithm>

namespace hoplab::hostile {

namespace {

using Maker = void (*)(Input&, Rng&);
struct Kind {
  const char* name;
  Maker make;
  std::uint32_t weight;
};
constexpr Kind kKinds[] = {
    {"says nothing", say_nothing, 6},           {"ClientHello, mutated", mutate_client_hello, 22},
    {"handshake, spoilt", spoil_handshake, 14}, {"plain HTTP", plain_http, 8},
    {"random bytes", random_bytes, 6},          {"bad HTTP/1.1 over TLS", bad_http, 26},
    {"bad HTTP/2 over TLS", bad_http2, 18},     {"AWS API", call_aws, 14},
};

const Kind& choose_kind(Rng& rng) {
  std::uint32_t total = 0;
  for (const Kind& kind : kKinds) total += kind.weight;
  std::uint32_t ticket = rng.below(total);
  for (const Kind& kind : kKinds) {
    if (ticket < kind.weight) return kind;
    ticket -= kind.weight;
  }
  return kKinds[0];
}

void mutate_once(std::string& text, Rng& rng) {
  if (text.empty()) text = "\n";
  const std::size_t at = pick(rng, text.size());
  const std::size_t size = 1 + pick(rng, std::min<std::size_t>(text.size() - at, 32));
  switch (rng.below(7)) {
    case 0: text[at] ^= static_cast<char>(1U << rng.below(8)); break;
    case 1: text[at] = static_cast<char>(rng.below(256)); break;
    case 2: text.resize(at); break;
    case 3: text.erase(at, size); break;
    case 4: text.insert(at, text.substr(at, size)); break;
    case 5: text.insert(at, random_text(rng, size)); break;
    case 6: text.insert(at, 1, "\0\r\n :,\xff\x7f"[rng.below(8)]); break;
  }
}

}  // namespace

Input make_input(std::uint64_t seed, std::uint64_t number) {
  Rng rng(seed ^ (number * 0xd1342543de82ef95ULL));
  Input input;
  const Kind& kind = choose_kind(rng);
  input.kind = kind.name;
  input.door = rng.below(1U << 16);
  input.certificate = one_in(rng, 6) ? rng.below(1U << 16) : 0;
  const std::uint32_t end = rng.below(16);
  input.finish = end < 7 ? Finish::close : end < 12 ? Finish::reset : Finish::linger;
  input.half_close = one_in(rng, 5);
  if (one_in(rng, 3)) input.read_ms = 1 + static_cast<int>(rng.below(20));
  kind.make(input, rng);
  return input;
}

void mutate(std::string& text, Rng& rng) {
  const std::size_t times = one_in(rng, 3) ? 1 + pick(rng, 12) : 1;
  for (std::size_t i = 0; i < times; ++i) mutate_once(text, rng);
}

std::string random_text(Rng& rng, std::size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(rng.below(256));
  return text;
}

std::vector<std::string> in_pieces(const std::string& text, Rng& rng, std::size_t most) {
  std::vector<std::size_t> cuts{0, text.size()};
  const std::size_t count = pick(rng, most);
  for (std::size_t i = 0; i < count; ++i) cuts.push_back(pick(rng, text.size() + 1));
  std::ranges::sort(cuts);
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i] < cuts[i + 1]) pieces.push_back(text.substr(cuts[i], cuts[i + 1] - cuts[i]));
  }
  return pieces;
}

std::string describe(const Input& input) {
  static constexpr const char* kLayers[] = {"TCP", "TLS", "TLS, ALPN h2"};
  static constexpr const char* kFinishes[] = {"closes", "resets", "lingers"};
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = input.kind + "; " + kLayers[static_cast<int>(input.layer)] + "; door " +
                     (input.at_aws ? "of the AWS API" : std::to_string(input.door)) +
                     ", certificate " + std::to_string(input.certificate);
  if (input.spoil.flip_at) {
    text += "; flips bit " + std::to_string(input.spoil.flip_bit) + " of byte " +
            std::to_string(*input.spoil.flip_at);
  }
  if (input.spoil.cut_at) text += "; stops at byte " + std::to_string(*input.spoil.cut_at);
  for (const std::string& piece : input.pieces) {
    text += "\n  " + std::to_string(piece.size()) + " bytes: ";
    for (const char c : piece.substr(0, 4096)) {
      text += kDigits[static_cast<unsigned char>(c) >> 4];
      text += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  if (input.half_close) text += "\n  ends its direction";
  return text + "\n  reads for " + std::to_string(input.read_ms) + " ms, then " +
         kFinishes[static_cast<int>(input.finish)];
}

}  // namespace hoplab::hostile
