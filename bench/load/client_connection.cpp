// One non-blocking client connection.
#include "load/client_connection.h"

#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace hoplab::bench {
namespace {

bool wants_io(const SSL* ssl, int result) {
  const int error = SSL_get_error(ssl, result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

Ending ending_of_errno(int error) {
  if (error == ECONNRESET || error == EPIPE) return {Ending::Kind::kRst, false, "rst"};
  return {Ending::Kind::kOther, false, std::string("errno:") + std::strerror(error)};
}

}  // namespace

ClientConnection::ClientConnection(EventLoop& loop, SSL_CTX* context, Owner& owner)
    : loop_(loop), context_(context), owner_(owner) {}

ClientConnection::~ClientConnection() {
  close();
}

void ClientConnection::open(const sockaddr_in& address, const std::string& sni, X509* certificate,
                            EVP_PKEY* key) {
  close();
  if (context_ != nullptr) {
    ssl_.reset(SSL_new(context_));
    SSL_set_tlsext_host_name(ssl_.get(), sni.c_str());
    SSL_set1_host(ssl_.get(), sni.c_str());
  }
  if (certificate != nullptr && (SSL_use_certificate(ssl_.get(), certificate) != 1 ||
                                 SSL_use_PrivateKey(ssl_.get(), key) != 1)) {
    return end({Ending::Kind::kTlsError, false, "tls:" + openssl_error()});
  }
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  state_ = State::kConnecting;
  if (fd_ < 0) return end(ending_of_errno(errno));
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (ssl_) {
    SSL_set_fd(ssl_.get(), fd_);
    SSL_set_connect_state(ssl_.get());
  }
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (connect(fd_, generic, sizeof address) != 0 && errno != EINPROGRESS) {
    Ending ending = ending_of_errno(errno);
    ending.kind = Ending::Kind::kConnectFailed;
    return end(ending);
  }
  loop_.watch(fd_, *this);
}

void ClientConnection::close() {
  ++generation_;
  unsent_.clear();
  if (ssl_ && state_ == State::kOpen) SSL_shutdown(ssl_.get());
  ERR_clear_error();
  state_ = State::kClosed;
  ssl_.reset();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void ClientConnection::end(const Ending& ending) {
  // No close_notify after an error: OpenSSL forbids it, and there is nobody to read it.
  state_ = State::kClosed;
  close();
  owner_.on_ended(ending);
}

void ClientConnection::on_event(std::uint32_t epoll_events) {
  if (state_ == State::kConnecting && !finish_connect(epoll_events)) return;
  if (state_ == State::kHandshake && !advance_handshake()) return;
  if (state_ != State::kOpen) return;
  if (!unsent_.empty()) flush();
  read_all();
}

bool ClientConnection::finish_connect(std::uint32_t epoll_events) {
  if ((epoll_events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return false;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    Ending ending = ending_of_errno(error);
    ending.kind = Ending::Kind::kConnectFailed;
    ending.detail = std::string("connect:") + std::strerror(error);
    end(ending);
    return false;
  }
  state_ = State::kHandshake;
  return true;
}

bool ClientConnection::advance_handshake() {
  ERR_clear_error();
  errno = 0;
  const int result = ssl_ ? SSL_do_handshake(ssl_.get()) : 1;
  if (result == 1) {
    state_ = State::kOpen;
    const std::uint64_t mine = generation_;
    owner_.on_connected();
    return mine == generation_;
  }
  if (!must_wait(result)) end(ending_of(result));
  return false;
}

void ClientConnection::send(std::string_view bytes) {
  unsent_.append(bytes);
  flush();
}

void ClientConnection::flush() {
  while (!unsent_.empty()) {
    const int written = write(unsent_);
    // A write that fails is not the verdict: what the peer said before (an alert, an answer) is
    // still to be read, and reading then reports the end.
    if (written <= 0) return;
    unsent_.erase(0, static_cast<std::size_t>(written));
  }
}

int ClientConnection::write(std::string_view bytes) {
  if (!ssl_) return static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  ERR_clear_error();
  return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
}

int ClientConnection::read(std::span<char> into) {
  errno = 0;
  if (!ssl_) return static_cast<int>(::recv(fd_, into.data(), into.size(), 0));
  ERR_clear_error();
  return SSL_read(ssl_.get(), into.data(), static_cast<int>(into.size()));
}

// Whether a call that gave `result` would do better later.
bool ClientConnection::must_wait(int result) const {
  return ssl_ ? wants_io(ssl_.get(), result) : result < 0 && errno == EAGAIN;
}

void ClientConnection::read_all() {
  static std::array<char, 64 * 1024> buffer;
  const std::uint64_t mine = generation_;
  for (;;) {
    const int got = read(buffer);
    if (got > 0) {
      owner_.on_bytes({buffer.data(), static_cast<std::size_t>(got)});
      if (mine != generation_) return;
      continue;
    }
    if (must_wait(got)) break;
    return end(ending_of(got));
  }
  owner_.on_turn_done();
}

Ending ClientConnection::ending_of(int result) const {
  const int system_error = errno;
  Ending ending;
  const int error = ssl_ ? SSL_get_error(ssl_.get(), result) : SSL_ERROR_SYSCALL;
  if (error == SSL_ERROR_ZERO_RETURN) {
    ending = {Ending::Kind::kCloseNotify, false, "close-notify"};
  } else if (error == SSL_ERROR_SYSCALL) {
    ending = system_error == 0 ? Ending{Ending::Kind::kFin, false, "fin"}
                               : ending_of_errno(system_error);
  } else {
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
      ending = {Ending::Kind::kFin, false, "fin"};
    } else if (reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
      ending = {Ending::Kind::kAlert, false,
                "alert:" + std::to_string(reason - SSL_AD_REASON_OFFSET)};
    } else {
      ending = {Ending::Kind::kTlsError, false, "tls:" + openssl_error()};
    }
  }
  ending.after_handshake = state_ == State::kOpen;
  return ending;
}

}  // namespace hoplab::bench
