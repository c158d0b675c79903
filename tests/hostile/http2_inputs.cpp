// HTTP/2 frames in every wrong way, to be said inside good TLS after ALPN h2.

#include <algorithm>

#include "inputs.h"

namespace hoplab::hostile {

namespace {

constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum Type : std::uint8_t {
  data,
  headers,
  priority,
  rst_stream,
  settings,
  push_promise,
  ping,
  goaway,
  window_update,
  continuation
};

std::string frame(std::uint32_t type, std::uint32_t flags, std::uint32_t stream,
                  const std::string& payload) {
  std::string out;
  for (const int shift : {16, 8, 0}) out += static_cast<char>(payload.size() >> shift);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(stream >> shift);
  return out + payload;
}

/// A literal field without indexing (RFC 7541 6.2.2).
std::string field(const std::string& name, const std::string& value) {
  const auto text = [](const std::string& string) {
    const std::size_t size = std::min<std::size_t>(string.size(), 126);
    return static_cast<char>(size) + string.substr(0, size);
  };
  return std::string(1, '\0') + text(name) + text(value);
}

std::string request_block(Rng& rng) {
  static constexpr const char* kOdd[][2] = {
      {"connection", "close"},
      {"Upper", "case"},
      {":path", "/again"},
      {":unknown", "x"},
      {"transfer-encoding", "chunked"},
      {"content-length", "5"},
      {"content-length", "-1"},
      {"te", "gzip"},
      {"host", "other"},
      {"x\r\ny", "z"},
      {"x", "a\r\nb: c"},
      {"", "empty"},
      {"cookie", "a=b"},
      {"expect", "100-continue"},
      {"upgrade", "h2c"},
      {":protocol", "websocket"},
  };
  static constexpr const char* kMethods[] = {"GET", "POST", "HEAD", "CONNECT", "TRACE", "", "G T"};
  std::string block;
  if (!one_in(rng, 12)) block += field(":method", one_in(rng, 3) ? kMethods[pick(rng, 7)] : "GET");
  if (!one_in(rng, 20)) block += field(":scheme", one_in(rng, 10) ? "ftp" : "https");
  if (!one_in(rng, 12)) block += field(":path", one_in(rng, 8) ? "no-slash" : "/widgets");
  if (!one_in(rng, 12)) block += field(":authority", "api.example.com");
  while (one_in(rng, 3)) {
    const auto& odd = kOdd[pick(rng, std::size(kOdd))];
    block += field(odd[0], odd[1]);
  }
  if (one_in(rng, 8)) block += random_text(rng, 1 + rng.below(20));  // not HPACK
  if (one_in(rng, 20))
    block += std::string("\x3f\xff\xff\xff\xff\xff\x0f", 7);  // a huge table size
  return block;
}

std::string some_payload(std::uint32_t type, Rng& rng) {
  switch (type) {
    case settings: {
      std::string entries;
      for (std::uint32_t i = 0, count = rng.below(4); i < count; ++i) {
        entries += '\0';
        entries += static_cast<char>(rng.below(9));
        entries += one_in(rng, 2) ? std::string(4, '\xff') : std::string("\0\0\x10\x01", 4);
      }
      return entries;
    }
    case headers:
    case push_promise:
    case continuation: return request_block(rng);
    case ping: return one_in(rng, 5) ? "short" : "12345678";
    case window_update:
      return one_in(rng, 3) ? std::string("\x7f\xff\xff\xff", 4) : std::string(4, '\0');
    case rst_stream: return std::string("\0\0\0\x08", 4);
    case goaway: return std::string("\0\0\0\0\0\0\0\0", 8) + "bye";
    case priority: return std::string("\0\0\0\x01\x10", 5);
    default: return random_text(rng, rng.below(one_in(rng, 10) ? 20'000 : 200));
  }
}

std::string any_frame(Rng& rng, std::uint32_t& next_stream) {
  const std::uint32_t type = one_in(rng, 20) ? rng.below(256) : rng.below(10);
  std::uint32_t stream = 0;
  if (type == headers) {
    stream = next_stream;
    if (!one_in(rng, 10)) next_stream += 2;
  } else if (type == data || type == rst_stream || type == continuation || one_in(rng, 8)) {
    stream = rng.below(next_stream + 2);
  }
  const std::uint32_t flags = one_in(rng, 4)    ? rng.below(256)
                              : type == headers ? (one_in(rng, 3) ? 4U : 5U)
                                                : rng.below(2);
  std::string payload = some_payload(type, rng);
  if (one_in(rng, 12)) mutate(payload, rng);
  std::string out = frame(type, flags, stream, payload);
  if (one_in(rng, 25)) out[pick(rng, 3)] = static_cast<char>(rng.below(256));  // a wrong length
  return out;
}

/// The same frame many times: what floods are made of.
std::string flood(Rng& rng, std::uint32_t& next_stream) {
  std::string out;
  const std::uint32_t kind = rng.below(6);
  for (std::uint32_t i = 0, count = rng.below(1500); i < count; ++i) {
    switch (kind) {
      case 0: out += frame(ping, 0, 0, "12345678"); break;
      case 1: out += frame(settings, 0, 0, ""); break;
      case 2:  // rapid reset
        out += frame(headers, 5, next_stream,
                     field(":method", "GET") + field(":scheme", "https") +
                         field(":path", "/widgets") + field(":authority", "api.example.com"));
        out += frame(rst_stream, 0, next_stream, std::string("\0\0\0\x08", 4));
        next_stream += 2;
        break;
      case 3: out += frame(continuation, 0, next_stream, "\0"); break;
      case 4: out += frame(data, 0, 1, ""); break;
      case 5: out += frame(priority, 0, i * 2 + 1, std::string("\0\0\0\0\x10", 5)); break;
    }
  }
  return out;
}

}  // namespace

void bad_http2(Input& input, Rng& rng) {
  input.layer = Layer::tls_h2;
  std::string text = one_in(rng, 15) ? "" : kPreface;
  if (!one_in(rng, 10)) text += frame(settings, 0, 0, "");
  std::uint32_t next_stream = 1;
  for (std::uint32_t i = 0, count = 1 + rng.below(20); i < count; ++i) {
    text += any_frame(rng, next_stream);
  }
  if (one_in(rng, 12)) text += flood(rng, next_stream);
  if (one_in(rng, 5)) mutate(text, rng);
  input.pieces = in_pieces(text, rng, one_in(rng, 4) ? 10 : 2);
}

}  // namespace hoplab::hostile
