// WidgetClient: the client under test in these tests, a connection of TLS for one request after
// the other. It connects to the way in, and says its name in SNI and in Host.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>

#include "hoplab/fixture.h"

/// What came of a request: an answer, or an error of the connection, such as ECONNRESET.
struct Answer {
  int status = 0;
  std::string body;
  int error = 0;
};

class WidgetClient {
 public:
  /// `files` may be empty: no certificate is shown.
  WidgetClient(const hoplab::EndpointAddress& way_in, const std::string& ca_bundle,
               const hoplab::CertificatePaths& files)
      : name_(way_in.client_name), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_load_verify_file(context_.get(), ca_bundle.c_str());
    if (!files.cert.empty()) {
      SSL_CTX_use_certificate_chain_file(context_.get(), files.cert.c_str());
      SSL_CTX_use_PrivateKey_file(context_.get(), files.key.c_str(), SSL_FILETYPE_PEM);
    }
    connect(way_in);
  }
  ~WidgetClient() {
    if (!error_) SSL_shutdown(tls_.get());
    ::close(socket_);
  }
  WidgetClient(const WidgetClient&) = delete;
  WidgetClient& operator=(const WidgetClient&) = delete;

  Answer get(const std::string& target) {
    if (!error_) send("GET " + target + " HTTP/1.1\r\nHost: " + name_ + "\r\n\r\n");
    std::string head;
    while (!error_ && !head.ends_with("\r\n\r\n")) receive(head, 1);
    Answer answer;
    answer.error = error_;
    if (error_) return answer;
    answer.status = std::stoi(head.substr(sizeof "HTTP/1.1"));
    std::ranges::transform(head, head.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::string_view field = "\r\ncontent-length: ";
    if (const auto at = head.find(field); at != std::string::npos) {
      const auto size = std::stoul(head.substr(at + field.size()));
      while (!error_ && answer.body.size() < size) receive(answer.body, size - answer.body.size());
    }
    answer.error = error_;
    return answer;
  }

 private:
  void connect(const hoplab::EndpointAddress& way_in) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(way_in.port);
    inet_pton(AF_INET, way_in.address.c_str(), &address.sin_addr);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      error_ = errno;
      return;
    }
    tls_.reset(SSL_new(context_.get()));
    SSL_set_tlsext_host_name(tls_.get(), name_.c_str());
    SSL_set1_host(tls_.get(), name_.c_str());
    SSL_set_fd(tls_.get(), socket_);
    check(SSL_connect(tls_.get()));
  }
  void send(const std::string& text) {
    check(SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())));
  }
  void receive(std::string& text, std::size_t most) {
    char bytes[4096];
    const int size = SSL_read(tls_.get(), bytes, static_cast<int>(std::min(most, sizeof bytes)));
    if (check(size)) text.append(bytes, static_cast<std::size_t>(size));
  }
  /// Notes why a call of OpenSSL has failed; EPROTO: TLS itself, or an end without an answer.
  bool check(int result) {
    if (result > 0) return true;
    const int met = errno;
    const bool system = SSL_get_error(tls_.get(), result) == SSL_ERROR_SYSCALL && met;
    error_ = system ? met : EPROTO;
    return false;
  }

  std::string name_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
  int socket_ = -1;
  int error_ = 0;
};
