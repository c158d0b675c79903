#include "https_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "support/raw_client.h"

namespace hoplab::testing {

namespace {
constexpr int kWatchdog = 60;  // seconds

void bind_to(int fd, const std::string& ip, std::uint16_t port) {
  const sockaddr_in source = to_raw(ip, port);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source);
}
}  // namespace

sockaddr_in to_raw(const std::string& ip, std::uint16_t port) {
  sockaddr_in raw{};
  raw.sin_family = AF_INET;
  raw.sin_port = htons(port);
  ::inet_pton(AF_INET, ip.c_str(), &raw.sin_addr);
  return raw;
}

HttpsClient::HttpsClient(const EndpointAddress& door, const std::string& source_ip,
                         std::uint16_t source_port)
    : host_(door.client_name) {
  const sockaddr_in address = to_raw(door.address, door.port);
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a connection that may have been reset
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{kWatchdog, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (!source_ip.empty()) bind_to(fd_, source_ip, source_port);
  connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

HttpsClient HttpsClient::from(const EndpointAddress& door, const std::string& source_ip,
                              std::uint16_t source_port) {
  return HttpsClient(door, source_ip, source_port);
}

bool HttpsClient::answers(const EndpointAddress& door, const std::string& source_ip) {
  const sockaddr_in address = to_raw(door.address, door.port);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  bind_to(fd, source_ip, 0);
  ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  pollfd wait{fd, POLLOUT, 0};
  // The kernel answers on loopback at once, or not at all.
  constexpr int kPatienceMs = 250;
  int error = 0;
  socklen_t size = sizeof error;
  const bool answered = ::poll(&wait, 1, kPatienceMs) == 1 &&
                        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
  ::close(fd);
  return answered;
}

std::uint16_t HttpsClient::local_port() const {
  sockaddr_in raw{};
  socklen_t size = sizeof raw;
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&raw), &size);
  return ntohs(raw.sin_port);
}

HttpsClient::HttpsClient(const Emulator& emulator, const EndpointAddress& door,
                         const std::string& certificate)
    : HttpsClient(door) {
  if (!connected_ || certificate.empty()) return;
  const bool shown = certificate != "none";
  connect_tls(emulator, shown ? emulator.certificates().at(certificate) : CertificatePaths(),
              TLS1_3_VERSION);
}

HttpsClient::HttpsClient(const Emulator& emulator, const EndpointAddress& door,
                         const CertificatePaths& files, int newest_version)
    : HttpsClient(door) {
  if (connected_) connect_tls(emulator, files, newest_version);
}

std::string HttpsClient::alpn_of(const Emulator& emulator, const EndpointAddress& door) {
  HttpsClient client(door);
  client.connect_tls(emulator, CertificatePaths(), TLS1_3_VERSION, true);
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(client.ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

void HttpsClient::connect_tls(const Emulator& emulator, const CertificatePaths& files,
                              int newest_version, bool offer_alpn) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context_.get(), newest_version);
  SSL_CTX_set_security_level(context_.get(), 0);  // weak keys too: the server is to judge them
  SSL_CTX_load_verify_locations(context_.get(), emulator.ca_bundle().c_str(), nullptr);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  if (!files.cert.empty()) {
    SSL_CTX_use_certificate_chain_file(context_.get(), files.cert.c_str());
    SSL_CTX_use_PrivateKey_file(context_.get(), files.key.c_str(), SSL_FILETYPE_PEM);
  }
  ssl_.reset(SSL_new(context_.get()));
  constexpr unsigned char kBoth[] = "\x02h2\x08http/1.1";
  if (offer_alpn) SSL_set_alpn_protos(ssl_.get(), kBoth, sizeof kBoth - 1);
  SSL_set_fd(ssl_.get(), fd_);
  SSL_set_tlsext_host_name(ssl_.get(), host_.c_str());
  ERR_clear_error();
  errno = 0;
  connected_ = SSL_connect(ssl_.get()) == 1;
  if (connected_) return;
  end_ = errno == ECONNRESET ? End::rst : End::fin;
  note_alert();
}

void HttpsClient::note_alert() {
  const int alert = ERR_GET_REASON(ERR_peek_last_error()) - SSL_AD_REASON_OFFSET;
  if (alert >= 0 && alert < 256) alert_ = alert;
}

std::vector<std::string> HttpsClient::advertised_ca_names() const {
  std::vector<std::string> names;
  const STACK_OF(X509_NAME)* all = SSL_get_client_CA_list(ssl_.get());
  for (int i = 0; i < sk_X509_NAME_num(all); ++i) {
    BIO* bio = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(bio, sk_X509_NAME_value(all, i), 0, XN_FLAG_RFC2253);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    names.emplace_back(data, static_cast<std::size_t>(size));
    BIO_free(bio);
  }
  return names;
}

HttpsClient::HttpsClient(HttpsClient&& other) noexcept
    : host_(std::move(other.host_)),
      fd_(std::exchange(other.fd_, -1)),
      context_(std::move(other.context_)),
      ssl_(std::move(other.ssl_)),
      buffer_(std::move(other.buffer_)),
      connected_(other.connected_),
      end_(other.end_),
      alert_(other.alert_) {}

HttpsClient::~HttpsClient() {
  close();
}

void HttpsClient::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool HttpsClient::send(std::string_view text) {
  errno = 0;
  const bool sent = ssl_ ? SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) > 0
                         : ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) ==
                               static_cast<ssize_t>(text.size());
  // A reset is told once: to a read or, as here, to a write.
  if (!sent && (errno == ECONNRESET || errno == EPIPE)) end_ = End::rst;
  return sent;
}

bool HttpsClient::send_now(std::string_view text) {
  if (!ssl_) return send_while_taken(fd_, text);
  constexpr int kPatience_ms = 300;
  pollfd waiting{fd_, POLLOUT, 0};
  if (::poll(&waiting, 1, kPatience_ms) != 1) return false;
  const int flags = ::fcntl(fd_, F_GETFL);
  ::fcntl(fd_, F_SETFL, flags | O_NONBLOCK);
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool sent = SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) > 0;
  ::fcntl(fd_, F_SETFL, flags);
  return sent;
}

void HttpsClient::shutdown_write() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(fd_, SHUT_WR);
}

std::string HttpsClient::receive_until(std::string_view text) {
  std::size_t at = buffer_.find(text);
  while (at == std::string::npos) {
    if (!receive_some()) return std::exchange(buffer_, "");
    at = buffer_.find(text);
  }
  std::string all = buffer_.substr(0, at + text.size());
  buffer_.erase(0, all.size());
  return all;
}

bool HttpsClient::receive_some() {
  if (end_ == End::rst) return false;
  std::array<char, 16 * 1024> bytes;
  ERR_clear_error();
  errno = 0;
  const auto size = ssl_ ? static_cast<ssize_t>(SSL_read(ssl_.get(), bytes.data(), bytes.size()))
                         : ::recv(fd_, bytes.data(), bytes.size(), 0);
  if (size > 0) {
    buffer_.append(bytes.data(), static_cast<std::size_t>(size));
    return true;
  }
  if (ssl_) note_alert();
  const bool timed_out = errno == EAGAIN || errno == EWOULDBLOCK;
  end_ = errno == ECONNRESET ? End::rst : timed_out ? End::nothing : End::fin;
  return false;
}

std::string HttpsClient::receive_to_end() {
  while (receive_some()) {
  }
  return std::exchange(buffer_, "");
}

std::string HttpsClient::receive_answer() {
  auto head_end = buffer_.find("\r\n\r\n");
  while (head_end == std::string::npos) {
    if (!receive_some()) return "";
    head_end = buffer_.find("\r\n\r\n");
  }
  std::size_t size = head_end + 4;
  const auto length = buffer_.find("Content-Length: ");
  if (length < head_end) {
    size += static_cast<std::size_t>(std::atoi(buffer_.c_str() + length + 16));
  }
  while (buffer_.size() < size) {
    if (!receive_some()) return "";
  }
  std::string answer = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

std::string HttpsClient::get(const std::string& path) {
  if (!send("GET " + path + " HTTP/1.1\r\nHost: " + host_ + "\r\n\r\n")) return "";
  return receive_answer();
}

bool HttpsClient::peer_has_spoken() const {
  char byte = 0;
  return ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

}  // namespace hoplab::testing
