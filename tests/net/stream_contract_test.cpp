// The stream contract on the streams of this floor.
#include "support/stream_contract.inc"

#include "net/hop_stream.h"
#include "net/memory_pipe.h"
#include "net/tapped_stream.h"
#include "net/tcp_stream.h"
#include "support/raw_client.h"

namespace hoplab::testing {

namespace {

ConnectedStreams tcp(TestLoop& loop) {
  const TcpPair pair = make_tcp_pair();
  return {nullptr, net::make_tcp_stream(loop, pair.accepted),
          net::make_tcp_stream(loop, pair.connected)};
}

ConnectedStreams pipe(TestLoop& loop) {
  auto [left, right] = net::make_memory_pipe(loop);
  return {nullptr, std::move(left), std::move(right)};
}

struct HopOwner {
  explicit HopOwner(Loop& loop) : gate(loop) {}
  net::FaultGate gate;
  std::shared_ptr<Journal> journal = std::make_shared<Journal>();
};

/// Three hops on the left end, as endpoint, NLB and one more would be.
ConnectedStreams hops(TestLoop& loop, ConnectedStreams inner) {
  auto owner = std::make_shared<HopOwner>(loop);
  for (int i = 0; i < 3; ++i) {
    inner.left = std::make_unique<net::HopStream>(std::move(inner.left), kTestHop, owner->gate,
                                                  owner->journal);
  }
  inner.owner = owner;
  return inner;
}

/// The same with a fault armed that never fires: the guarded paths keep the contract too.
ConnectedStreams armed_hops(TestLoop& loop) {
  ConnectedStreams made = hops(loop, pipe(loop));
  net::Fault fault;
  fault.stage = Stage::idle;
  std::static_pointer_cast<HopOwner>(made.owner)->gate.arm(fault);
  return made;
}

/// Both ends are listened to.
ConnectedStreams tapped(TestLoop& loop) {
  struct Nobody final : net::TappedWire {
    void data(net::TcpEnd, std::string_view) override {}
    void fin(net::TcpEnd) override {}
    void rst(net::TcpEnd, const Cause*) override {}
  };
  ConnectedStreams made = tcp(loop);
  made.left = std::make_unique<net::TappedStream>(std::move(made.left), std::make_unique<Nobody>(),
                                                  net::TcpEnd::client);
  made.right = std::make_unique<net::TappedStream>(std::move(made.right),
                                                   std::make_unique<Nobody>(), net::TcpEnd::server);
  return made;
}

ConnectedStreams hops_on_tcp(TestLoop& loop) {
  return hops(loop, tcp(loop));
}
ConnectedStreams hops_on_pipe(TestLoop& loop) {
  return hops(loop, pipe(loop));
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Net, StreamContract,
                         ::testing::Values(StreamKind{"Tcp", tcp}, StreamKind{"Pipe", pipe},
                                           StreamKind{"HopsOnTcp", hops_on_tcp},
                                           StreamKind{"HopsOnPipe", hops_on_pipe},
                                           StreamKind{"ArmedHopsOnPipe", armed_hops},
                                           StreamKind{"Tapped", tapped}),
                         kind_name);

}  // namespace hoplab::testing
