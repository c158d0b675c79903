#include "aws/nlb/logged_tls_stream.h"

#include "aws/tls/client_handshake.h"

namespace hoplab::aws {

LoggedTlsStream::LoggedTlsStream(std::unique_ptr<net::Stream> lower, const tls::Context& context,
                                 tls::HandshakeObserver& observer,
                                 std::shared_ptr<const TlsLogging> logging,
                                 const net::Connection& connection)
    : logging_(std::move(logging)),
      journal_(connection.journal),
      client_(journal_->client),
      destination_(connection.destination),
      tls_(tls::TlsStream::server(std::move(lower), context, &observer)) {}

LoggedTlsStream::~LoggedTlsStream() {
  if (!logging_->log.wants(LogKind::access)) return;
  const std::string destination = destination_.text();
  const std::string domain = tls_->server_name();
  const std::string alpn(tls_->alpn());
  TlsAccessLogEntry entry;
  entry.established_at = journal_->accepted_at + journal_->calendar_offset;
  entry.ended_at = logging_->loop.calendar();
  entry.load_balancer = logging_->load_balancer;
  entry.listener = logging_->listener;
  entry.client = client_;
  entry.destination = destination;
  entry.handshake_time = handshake_time_;
  entry.received_bytes = received_;
  entry.sent_bytes = sent_;
  entry.incoming_tls_alert = tls_->peer_alert();
  entry.certificate_arn = logging_->certificate_arn;
  if (handshake_time_) {
    entry.tls_cipher = journal_->tls_cipher;
    entry.tls_protocol = journal_->tls_version;
    entry.tls_key_exchange = journal_->tls_key_exchange;
  }
  entry.domain_name = domain;
  entry.alpn = alpn;
  const std::string line = tls_access_log_line(entry, logging_->log.format());
  logging_->log.add(
      {LogKind::access, entry.ended_at, logging_->load_balancer, destination_.ip, line});
}

void LoggedTlsStream::handshake_ended(bool well) {
  record_agreement(*journal_, *tls_);
  if (well) handshake_time_ = logging_->loop.now() - journal_->accepted_at;
}

net::IoResult LoggedTlsStream::try_read(std::span<char> into) {
  const auto result = tls_->try_read(into);
  if (result.ok()) received_ += result.size;
  return result;
}

net::IoResult LoggedTlsStream::try_write(std::string_view data) {
  const auto result = tls_->try_write(data);
  if (result.ok()) sent_ += result.size;
  return result;
}

}  // namespace hoplab::aws
