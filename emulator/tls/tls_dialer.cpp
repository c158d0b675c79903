#include "tls/tls_dialer.h"

#include "tls/tls_stream.h"

namespace hoplab::tls {

Task<net::Dialer::Dialed> TlsDialer::dial(Duration timeout, const net::DialOptions& options) {
  Dialed dialed = co_await lower_->dial(timeout, options);
  if (!dialed.stream) co_return dialed;
  auto stream = TlsStream::client(std::move(dialed.stream), context_, server_name_);
  stream->verify_at(epoch_seconds(stream->loop().calendar()));
  const HandshakeResult result = co_await stream->handshake(timeout);
  if (result.failure == HandshakeFailure::none) {
    dialed.stream = std::move(stream);
  } else {
    dialed.failure = result.failure == HandshakeFailure::timeout ? Reason::tls_target_timeout
                                                                 : Reason::tls_target_failed;
  }
  co_return dialed;
}

}  // namespace hoplab::tls
