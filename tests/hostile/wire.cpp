#include "wire.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace hoplab::hostile {

namespace {
constexpr int kPatience = -1;  // of the socket itself: SO_RCVTIMEO
}

Socket::Socket(const std::string& ip, std::uint16_t port, int patience_s) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{patience_s, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);  // connect() as well
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) close();
}

Socket::~Socket() {
  close();
}
Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

bool Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

Socket::Got Socket::receive(std::string& into) {
  std::array<char, 32 * 1024> buffer;
  const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (size > 0) into.append(buffer.data(), static_cast<std::size_t>(size));
  if (size >= 0) return size > 0 ? Got::bytes : Got::end;
  return errno == EAGAIN || errno == EINTR ? Got::nothing : Got::reset;
}

Socket::Got Socket::receive_for(std::string& into, int milliseconds) {
  pollfd waiting{fd_, POLLIN, 0};
  return ::poll(&waiting, 1, milliseconds) > 0 ? receive(into) : Got::nothing;
}

void Socket::half_close() {
  ::shutdown(fd_, SHUT_WR);
}

void Socket::reset() {
  const linger abortive{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive);
  close();
}

void Socket::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

TlsClient::TlsClient(SSL_CTX* context, Socket& socket, std::string_view alpn, Spoil spoil)
    : ssl_(SSL_new(context)), socket_(socket), spoil_(spoil) {
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  std::string list(1, static_cast<char>(alpn.size()));
  list += alpn;
  if (!alpn.empty()) {
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  SSL_set_connect_state(ssl_.get());
}

bool TlsClient::flush() {
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const int size = BIO_read(SSL_get_wbio(ssl_.get()), buffer.data(), buffer.size());
    if (size <= 0) return true;
    const auto count = static_cast<std::size_t>(size);
    if (spoil_.flip_at && *spoil_.flip_at >= sent_ && *spoil_.flip_at < sent_ + count) {
      buffer[*spoil_.flip_at - sent_] ^= static_cast<char>(1U << spoil_.flip_bit);
    }
    std::string_view out(buffer.data(), count);
    if (spoil_.cut_at) {
      out = out.substr(0, *spoil_.cut_at > sent_ ? *spoil_.cut_at - sent_ : 0);
    }
    sent_ += count;
    if (!socket_.send(out) || out.size() < count) return false;
  }
}

Socket::Got TlsClient::feed(int milliseconds) {
  std::string raw;
  const auto got =
      milliseconds == kPatience ? socket_.receive(raw) : socket_.receive_for(raw, milliseconds);
  if (!raw.empty()) BIO_write(SSL_get_rbio(ssl_.get()), raw.data(), static_cast<int>(raw.size()));
  return got;
}

bool TlsClient::handshake() {
  for (;;) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    const int error = SSL_get_error(ssl_.get(), done);
    if (!flush()) return false;
    if (done == 1) return true;
    if (error != SSL_ERROR_WANT_READ || feed(kPatience) != Socket::Got::bytes) return false;
  }
}

bool TlsClient::write(std::string_view text) {
  ERR_clear_error();
  if (!text.empty() && SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) <= 0) {
    return false;
  }
  return flush();
}

Socket::Got TlsClient::decrypt(std::string& into) {
  std::array<char, 16 * 1024> buffer;
  ERR_clear_error();
  const int size = SSL_read(ssl_.get(), buffer.data(), buffer.size());
  const int error = SSL_get_error(ssl_.get(), size);
  flush();
  if (size > 0) into.append(buffer.data(), static_cast<std::size_t>(size));
  if (size > 0) return Socket::Got::bytes;
  if (error == SSL_ERROR_WANT_READ) return Socket::Got::nothing;
  return error == SSL_ERROR_ZERO_RETURN ? Socket::Got::end : Socket::Got::reset;
}

Socket::Got TlsClient::read(std::string& into) {
  return read_for(into, kPatience);
}

Socket::Got TlsClient::read_for(std::string& into, int milliseconds) {
  for (;;) {
    const auto got = decrypt(into);
    if (got != Socket::Got::nothing) return got;
    const auto fed = feed(milliseconds);
    if (fed != Socket::Got::bytes) return fed;
  }
}

void TlsClient::close_notify() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  flush();
}

}  // namespace hoplab::hostile
