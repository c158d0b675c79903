// Inputs that end before HTTP: nothing, ClientHellos and handshakes gone wrong, noise, plain HTTP.

#include "inputs.h"

namespace hoplab::hostile {

namespace {

/// A ClientHello as OpenSSL sends it, recorded through a memory BIO; what is random in it comes
/// from `rng`, so that inputs repeat.
std::string record_client_hello(int max_version, std::string_view alpn) {
  const SslContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context.get(), max_version);
  const std::unique_ptr<SSL, FreeSsl> ssl(SSL_new(context.get()));
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_tlsext_host_name(ssl.get(), "api.example.com");
  SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(alpn.data()),
                      static_cast<unsigned>(alpn.size()));
  SSL_set_connect_state(ssl.get());
  SSL_do_handshake(ssl.get());
  std::string hello(4096, '\0');
  const int size = BIO_read(SSL_get_wbio(ssl.get()), hello.data(), static_cast<int>(hello.size()));
  hello.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return hello;
}

void overwrite(std::string& text, std::size_t at, std::size_t size, Rng& rng) {
  if (at + size <= text.size()) text.replace(at, size, random_text(rng, size));
}

std::string client_hello(Rng& rng) {
  static const std::string kRecorded[] = {
      record_client_hello(TLS1_2_VERSION, "\x08http/1.1"),
      record_client_hello(TLS1_2_VERSION, "\x02h2\x08http/1.1"),
      record_client_hello(TLS1_3_VERSION, "\x02h2"),
  };
  std::string hello = kRecorded[pick(rng, 3)];
  constexpr std::size_t random_at = 5 + 4 + 2;  // record header, handshake header, version
  overwrite(hello, random_at, 32, rng);
  if (hello.size() > 44 && hello[43] == 32) overwrite(hello, 44, 32, rng);  // the session id
  const auto share = hello.find(std::string("\x00\x1d\x00\x20", 4));        // X25519's key share
  if (share != std::string::npos) overwrite(hello, share + 4, 32, rng);
  return hello;
}

/// One message in several records, at will with wrong lengths or versions.
std::string in_records(const std::string& message, Rng& rng) {
  std::string out;
  for (const std::string& piece : in_pieces(message, rng, 6)) {
    std::size_t size = piece.size();
    if (one_in(rng, 8)) size = rng.below(1U << 16);
    out += static_cast<char>(one_in(rng, 10) ? rng.below(256) : 22);
    out += '\x03';
    out += static_cast<char>(rng.below(5));
    out += static_cast<char>(size >> 8);
    out += static_cast<char>(size & 0xff);
    out += piece;
    if (one_in(rng, 6)) out += std::string("\x16\x03\x01\x00\x00", 5);  // an empty record
  }
  return out;
}

}  // namespace

void say_nothing(Input& input, Rng&) {
  input.layer = Layer::tcp;
}

void mutate_client_hello(Input& input, Rng& rng) {
  std::string hello = client_hello(rng);
  switch (rng.below(5)) {
    case 0: hello.resize(pick(rng, hello.size())); break;
    case 1: hello[pick(rng, hello.size())] ^= static_cast<char>(1U << rng.below(8)); break;
    case 2: mutate(hello, rng); break;
    case 3: hello = in_records(hello.substr(5), rng); break;
    case 4:
      hello += random_text(rng, 1 + rng.below(600));
      break;  // noise in place of a second flight
  }
  input.pieces = in_pieces(hello, rng, 5);
}

void spoil_handshake(Input& input, Rng& rng) {
  input.layer = one_in(rng, 2) ? Layer::tls : Layer::tls_h2;
  // Up to about the end of a handshake with a client certificate, and a little more.
  const std::size_t at = rng.below(2600);
  if (one_in(rng, 2)) {
    input.spoil.flip_at = at;
    input.spoil.flip_bit = rng.below(8);
  } else {
    input.spoil.cut_at = at;
  }
  input.pieces = {"GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n"};
}

void plain_http(Input& input, Rng& rng) {
  std::string text = one_in(rng, 4) ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                                    : "GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n";
  if (one_in(rng, 2)) mutate(text, rng);
  if (one_in(rng, 6)) text += random_text(rng, rng.below(40'000));
  input.pieces = in_pieces(text, rng, 4);
}

void random_bytes(Input& input, Rng& rng) {
  input.pieces =
      in_pieces(random_text(rng, 1 + rng.below(one_in(rng, 10) ? 100'000 : 600)), rng, 4);
}

}  // namespace hoplab::hostile
