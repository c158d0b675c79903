// The stream contract on TLS, over each kind of stream below.
#include "support/stream_contract.inc"

#include "net/memory_pipe.h"
#include "net/tcp_stream.h"
#include "support/raw_client.h"
#include "tls_lab.h"

namespace hoplab::testing {

namespace {

ConnectedStreams shaken(TestLoop& loop, std::unique_ptr<net::Stream> left,
                        std::unique_ptr<net::Stream> right, tls::ProtocolVersion version) {
  tls::ClientSettings client;
  client.oldest = client.newest = version;
  const auto& lab = TlsLab::shared();
  TlsPair pair = connect(loop, std::move(left), std::move(right), lab.server(), lab.client(client));
  EXPECT_EQ(pair.server_result.failure, tls::HandshakeFailure::none);
  EXPECT_EQ(pair.client_result.failure, tls::HandshakeFailure::none);
  // A client that closes with the server's session ticket unread sends an RST, as real ones do.
  loop.settle();
  EXPECT_EQ(read_status(*pair.client), net::IoStatus::would_block);
  return {nullptr, std::move(pair.server), std::move(pair.client)};
}

ConnectedStreams on_pipe(TestLoop& loop, tls::ProtocolVersion version) {
  auto [left, right] = net::make_memory_pipe(loop);
  return shaken(loop, std::move(left), std::move(right), version);
}

ConnectedStreams tls12(TestLoop& loop) {
  return on_pipe(loop, tls::ProtocolVersion::tls12);
}
ConnectedStreams tls13(TestLoop& loop) {
  return on_pipe(loop, tls::ProtocolVersion::tls13);
}
ConnectedStreams tls13_on_tcp(TestLoop& loop) {
  const TcpPair pair = make_tcp_pair();
  return shaken(loop, net::make_tcp_stream(loop, pair.accepted),
                net::make_tcp_stream(loop, pair.connected), tls::ProtocolVersion::tls13);
}
ConnectedStreams client_side(TestLoop& loop) {
  ConnectedStreams made = tls13(loop);
  std::swap(made.left, made.right);
  return made;
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Tls, StreamContract,
                         ::testing::Values(StreamKind{"Tls12OnPipe", tls12},
                                           StreamKind{"Tls13OnPipe", tls13},
                                           StreamKind{"Tls13OnTcp", tls13_on_tcp},
                                           StreamKind{"Tls13ClientOnPipe", client_side}),
                         kind_name);

}  // namespace hoplab::testing
