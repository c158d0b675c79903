// HTTP/1.1 that no client should send, to be said inside good TLS.

#include "inputs.h"

namespace hoplab::hostile {

namespace {

const char* const kRequests[] = {
    "GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n",
    "GET /widgets HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n",
    "HEAD /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n",
    "POST /widgets HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 5\r\n\r\nhello",
    "POST /widgets HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n0\r\n\r\n",
    "POST /widgets HTTP/1.1\r\nHost: api.example.com\r\nExpect: 100-continue\r\n"
    "Content-Length: 5\r\n\r\nhello",
    "GET /widgets HTTP/1.0\r\n\r\n",
    "GET https://api.example.com/widgets HTTP/1.1\r\nHost: other.example.com\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: api.example.com\r\n\r\n",
    "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com\r\n\r\n",
    "TRACE / HTTP/1.1\r\nHost: api.example.com\r\n\r\n",
    "GET /widgets HTTP/1.1\r\nHost: api.example.com\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
};

const char* const kBadLines[] = {
    "GET\r\n",
    "GET /\r\n",
    "GET / HTTP/9.9\r\n",
    "GET  /  HTTP/1.1\r\n",
    "GET / http/1.1\r\n",
    "/ HTTP/1.1\r\n",
    "GET /\x01\x02 HTTP/1.1\r\n",
    "G\xc3\x89T / HTTP/1.1\r\n",
    "GET / HTTP/1.1\n",
    "GET /a b HTTP/1.1\r\n",
    "\r\n\r\n\r\n",
    "GET http:// HTTP/1.1\r\n",
    "GET ?x HTTP/1.1\r\n",
    "GET /%00%zz HTTP/1.1\r\n",
    "GET / HTTP/1.1\r\r\n",
    "PRI * HTTP/2.0\r\n",
    "GET * HTTP/1.1\r\n",
};

const char* const kBadFields[] = {
    "Content-Length: -1\r\n",
    "Content-Length: 5, 6\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
    "Content-Length: 99999999999999999999999\r\n",
    "Content-Length: 0x10\r\n",
    "Content-Length:\r\n",
    "Content-Length: 18446744073709551615\r\n",
    "Content-Length: 9223372036854775807\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "Transfer-Encoding: chunked, chunked\r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding:\tchunked\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    " folded: yes\r\n",
    "no colon\r\n",
    ": no name\r\n",
    "Na me: x\r\n",
    "Name\x01: x\r\n",
    "X: a\rb\r\n",
    "X: a\nb\r\n",
    "Host: second\r\n",
    "Host:\r\n",
    "Host: a:b:c\r\n",
    "Host: [::1\r\n",
    "Connection: Host, Content-Length, close\r\n",
    "Connection: keep-alive, close\r\n",
    "Expect: 100-continue\r\n",
    "Expect: something\r\n",
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings\r\n",
    "X-Amzn-Trace-Id: Self=;Root=;;;Self=\r\n",
    "X-Forwarded-For: ,,,,,,,,\r\n",
    "Range: bytes=0-\r\n",
};

const char* const kBadChunks[] = {
    "5\r\nhelloX\r\n0\r\n\r\n",
    "-5\r\nhello\r\n",
    "FFFFFFFFFFFFFFFFF\r\nhello",
    "5;ext=\"\r\nhello\r\n",
    "ffffffffffffffff\r\nhello",
    "5\nhello\n0\n\n",
    "\r\n",
    "0\r\nTrailer: x\r\n\r\n",
    "0\r\nbad\r\n\r\n",
    "5\r\nhel",
    "0\r\n",
    "00000000000000000000005\r\nhello\r\n0\r\n\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n",
    "5 \r\nhello\r\n0\r\n\r\n",
    "7fffffffffffffff\r\nhello",
};

template <std::size_t Size>
std::string any(const char* const (&texts)[Size], Rng& rng) {
  return texts[pick(rng, Size)];
}

std::string headers_too_large(Rng& rng) {
  std::string text = "GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n";
  switch (rng.below(4)) {
    case 0:
      return "GET /" + std::string(15'000 + rng.below(3000), 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
    case 1: text += "X: " + std::string(15'000 + rng.below(60'000), 'a') + "\r\n"; break;
    case 2: text += std::string(1000 + rng.below(70'000), 'n') + ": x\r\n"; break;
    default:
      for (std::uint32_t i = 0, count = rng.below(20'000); i < count; ++i) text += "a:b\r\n";
  }
  return text + (one_in(rng, 4) ? "" : "\r\n");
}

std::string pipeline(Rng& rng) {
  std::string text;
  for (std::uint32_t i = 0, count = 2 + rng.below(one_in(rng, 10) ? 200 : 12); i < count; ++i) {
    text += any(kRequests, rng);
  }
  return text;
}

std::string bad_message(Rng& rng) {
  switch (rng.below(6)) {
    case 0: return any(kBadLines, rng) + "Host: api.example.com\r\n\r\n";
    case 1: {
      std::string fields = any(kBadFields, rng);
      if (one_in(rng, 3)) fields += any(kBadFields, rng);
      return "POST /widgets HTTP/1.1\r\nHost: api.example.com\r\n" + fields + "\r\n" +
             (one_in(rng, 2) ? any(kBadChunks, rng) : std::string("hello"));
    }
    case 2:
      return "POST /widgets HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: "
             "chunked\r\n\r\n" +
             (one_in(rng, 2) ? std::string("3\r\nabc\r\n") : std::string()) + any(kBadChunks, rng);
    case 3: return headers_too_large(rng);
    case 4: return pipeline(rng);
    default: return any(kRequests, rng);
  }
}

}  // namespace

void bad_http(Input& input, Rng& rng) {
  input.layer = Layer::tls;
  std::string text = bad_message(rng);
  if (one_in(rng, 4)) text = any(kRequests, rng) + text;  // after a good one
  if (one_in(rng, 2)) mutate(text, rng);
  if (one_in(rng, 8)) text.insert(pick(rng, text.size() + 1), 1, '\0');
  if (one_in(rng, 6)) text += any(kRequests, rng);
  input.pieces = in_pieces(text, rng, one_in(rng, 4) ? 12 : 2);
}

}  // namespace hoplab::hostile
