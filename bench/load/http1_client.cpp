// One HTTP/1.1 client over one TLS connection.
#include "load/http1_client.h"

namespace hoplab::bench {

std::string http1_request(const Options& options) {
  return "GET " + options.path + " HTTP/1.1\r\nHost: " + options.sni +
         "\r\nUser-Agent: hoplab-load\r\nAccept: */*\r\n\r\n";
}

Http1Client::Http1Client(Run& run, SSL_CTX* context, std::size_t slot, Next next,
                         const CertificateMint* mint)
    : run_(run),
      slot_(slot),
      next_(next),
      mint_(mint),
      request_(http1_request(run.options())),
      reader_(run.options().has_expect_body),
      connection_(run.loop(), context, *this) {}

void Http1Client::start() {
  if (!run_.going()) return;
  reader_.reset();
  waiting_ = true;
  CertificateMint::Client client;
  if (mint_ != nullptr && !(client = mint_->next()).certificate) return run_.failed("mint");
  since_ns_ = now_ns();
  connection_.open(run_.options().address, run_.options().sni, client.certificate.get(),
                   client.key.get());
}

void Http1Client::ask() {
  reader_.reset();
  waiting_ = true;
  connection_.send(request_);
}

void Http1Client::on_connected() {
  run_.note_tls(connection_.ssl());
  if (next_ == Next::kAskAgain) since_ns_ = now_ns();  // its latency is that of a request
  ask();
}

void Http1Client::on_bytes(std::string_view bytes) {
  run_.received(bytes.size());
  if (!waiting_) return run_.failed("bytes-without-request");
  const auto progress = reader_.feed(bytes);
  if (progress == ResponseReader::Progress::kDone) return answered();
  if (progress == ResponseReader::Progress::kBroken) {
    run_.failed("not-http");
    start();
  }
}

void Http1Client::answered() {
  waiting_ = false;
  const std::string wrong =
      wrong_answer(run_.options(), reader_.status(), reader_.body(), reader_.body_bytes());
  if (!wrong.empty()) {
    run_.failed(wrong);
    return start();
  }
  const std::int64_t now = now_ns();
  run_.completed(slot_, now - since_ns_);
  if (next_ == Next::kHold) {
    if (told_) told_();
    return;
  }
  if (next_ == Next::kReconnect) {
    connection_.close();
    return start();
  }
  if (!run_.going()) return;
  if (reader_.server_closes()) {
    run_.reconnected();
    return start();
  }
  since_ns_ = now;
  ask();
}

void Http1Client::on_ended(const Ending& ending) {
  waiting_ = false;
  run_.failed((ending.after_handshake ? "ended:" : "handshake:") + ending.detail);
  if (next_ != Next::kHold) start();
}

}  // namespace hoplab::bench
