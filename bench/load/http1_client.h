// One HTTP/1.1 client over one TLS connection: asks, checks the answer, and asks again.
#pragma once

#include <functional>

#include "load/certificate_mint.h"
#include "load/client_connection.h"
#include "load/response_reader.h"
#include "load/run.h"

namespace hoplab::bench {

class Http1Client final : public ClientConnection::Owner {
 public:
  enum class Next { kReconnect, kAskAgain, kHold };  // after a good answer

  // Without a mint the context's own certificate is presented.
  Http1Client(Run& run, SSL_CTX* context, std::size_t slot, Next next,
              const CertificateMint* mint = nullptr);

  void start();
  bool is_open() const { return connection_.is_open(); }
  void on_held(std::function<void()> told) { told_ = std::move(told); }  // kHold: answered, held

  void on_connected() override;
  void on_bytes(std::string_view bytes) override;
  void on_ended(const Ending& ending) override;

 private:
  void ask();
  void answered();

  Run& run_;
  std::size_t slot_;
  Next next_;
  const CertificateMint* mint_;
  std::string request_;
  ResponseReader reader_;
  bool waiting_ = false;
  std::int64_t since_ns_ = 0;
  std::function<void()> told_;
  ClientConnection connection_;
};

// The request that every HTTP/1.1 mode sends.
std::string http1_request(const Options& options);

}  // namespace hoplab::bench
