// What only real sockets show: RST and FIN on the wire, the listener and the dialer.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/close.h"
#include "net/tcp_listener.h"
#include "net/tcp_stream.h"
#include "support/io.h"
#include "support/raw_client.h"

namespace hoplab::testing {

using net::IoStatus;

namespace {

struct Socket {
  Socket() : pair(make_tcp_pair()), client(RawClient::adopt(pair.connected)) {}
  [[nodiscard]] std::unique_ptr<net::Stream> stream(Loop& loop, Journal* journal = nullptr) const {
    return net::make_tcp_stream(loop, pair.accepted, journal);
  }
  [[nodiscard]] int client_state() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    ::getsockopt(pair.connected, IPPROTO_TCP, TCP_INFO, &info, &size);
    return info.tcpi_state;
  }
  TcpPair pair;
  RawClient client;
};

struct Keeper final : net::ConnectionHandler {
  void serve(net::Connection connection) override { kept.push_back(std::move(connection)); }
  std::vector<net::Connection> kept;
};

std::unique_ptr<net::TcpListener> listen(Loop& loop, std::atomic<std::uint64_t>& ids) {
  net::TcpListener::Options options;
  options.ip = "127.0.0.1";
  auto opened = net::TcpListener::open(loop, options, ids);
  EXPECT_TRUE(opened.ok()) << opened.error();
  return std::move(opened).value();
}

}  // namespace

TEST(TcpStreamTest, ResetIsAnRstOnTheWire) {
  TestLoop loop;
  Socket socket;
  auto stream = socket.stream(loop);
  stream->reset(kTestCause);
  EXPECT_EQ(socket.client.receive_to_end(), "");
  EXPECT_EQ(socket.client.end(), RawClient::End::rst);
}

TEST(TcpStreamTest, BytesBeforeAResetStillArrive) {
  TestLoop loop;
  Socket socket;
  auto stream = socket.stream(loop);
  stream->try_write("half an ans");
  stream->reset(kTestCause);
  EXPECT_EQ(socket.client.receive_to_end(), "half an ans");
  EXPECT_EQ(socket.client.end(), RawClient::End::rst);
}

TEST(TcpStreamTest, ResetAfterShutdownStillSendsAnRst) {
  TestLoop loop;
  Socket socket;
  auto stream = socket.stream(loop);
  stream->shutdown_write();
  EXPECT_EQ(socket.client.receive_to_end(), "");
  EXPECT_EQ(socket.client.end(), RawClient::End::fin);
  EXPECT_EQ(socket.client_state(), TCP_CLOSE_WAIT);
  stream->reset(kTestCause);
  // After a FIN the kernel tells a reader of nothing more; the state does.
  EXPECT_EQ(socket.client_state(), TCP_CLOSE);
  EXPECT_FALSE(socket.client.send("late"));
}

TEST(TcpStreamTest, ClosingInOrderReadsWhatIsLeftAndSendsNoRst) {
  TestLoop loop;
  Socket socket;
  auto stream = socket.stream(loop);
  EXPECT_TRUE(socket.client.send(pattern(20'000)));
  TaskGroup group;
  group.spawn(net::close_in_order(*stream));
  loop.settle();
  EXPECT_EQ(socket.client.receive_to_end(), "");
  EXPECT_EQ(socket.client.end(), RawClient::End::fin);
  socket.client.shutdown_write();
  loop.run_until([&] { return group.running() == 0; });
  stream.reset();
}

TEST(TcpStreamTest, ClosingInOrderDoesNotWaitForEver) {
  TestLoop loop;
  Socket socket;
  auto stream = socket.stream(loop);
  TaskGroup group;
  group.spawn(net::close_in_order(*stream));
  loop.settle();
  EXPECT_EQ(group.running(), 1u);
  loop.advance(net::kLingerTime);
  EXPECT_EQ(group.running(), 0u);
}

// How its kernel took our FIN is all that tells a client that closed from one that ended in order.
bool client_reset_at_the_end(TestLoop& loop, const Socket& socket, std::string_view last_word) {
  net::Connection connection;
  connection.journal = std::make_unique<Journal>();
  connection.stream = socket.stream(loop);
  if (!last_word.empty()) write_now(loop, *connection.stream, last_word);
  loop.run(net::finish_connection(connection, kTestHop, {Reason::client_closed, EndKind::fin}));
  return connection.journal->client_reset;
}

TEST(TcpStreamTest, AClientThatReadsToTheEndHasNotReset) {
  TestLoop loop;
  Socket socket;
  socket.client.shutdown_write();
  EXPECT_FALSE(client_reset_at_the_end(loop, socket, ""));
  EXPECT_EQ(socket.client.receive_to_end(), "");
}

TEST(TcpStreamTest, AClientThatClosedAnswersTheLastBytesWithAReset) {
  TestLoop loop;
  Socket socket;
  socket.client.close();
  EXPECT_TRUE(client_reset_at_the_end(loop, socket, "close_notify"));
}

TEST(TcpStreamTest, CountsBytesInTheJournal) {
  TestLoop loop;
  Socket socket;
  Journal journal;
  auto stream = socket.stream(loop, &journal);
  EXPECT_TRUE(write_now(loop, *stream, "four"));
  EXPECT_TRUE(socket.client.send("seven77"));
  std::string got;
  loop.run(read_exactly(*stream, 7, got));
  EXPECT_EQ(journal.bytes_to_client, 4u);
  EXPECT_EQ(journal.bytes_from_client, 7u);
}

TEST(TcpListenerTest, AcceptsWithAJournalForEachConnection) {
  TestLoop loop;
  Keeper keeper;
  std::atomic<std::uint64_t> ids{0};
  auto listener = listen(loop, ids);
  listener->start(keeper);
  RawClient first(listener->address().port), second(listener->address().port);
  loop.run_until([&] { return keeper.kept.size() == 2; });
  EXPECT_EQ(keeper.kept[0].journal->id, 1u);
  EXPECT_EQ(keeper.kept[1].journal->id, 2u);
  EXPECT_EQ(keeper.kept[0].journal->accepted_at, kStart);
  EXPECT_EQ(keeper.kept[0].journal->client, "127.0.0.1:" + std::to_string(first.local_port()));
  EXPECT_EQ(keeper.kept[0].destination.port, listener->address().port);
}

TEST(TcpListenerTest, StoppedRefusesConnections) {
  TestLoop loop;
  Keeper keeper;
  std::atomic<std::uint64_t> ids{0};
  auto listener = listen(loop, ids);
  listener->start(keeper);
  const auto port = listener->address().port;
  listener->stop();
  loop.settle();
  EXPECT_FALSE(RawClient(port).connected());
}

TEST(TcpListenerTest, SaysWhichAddressItCannotBind) {
  TestLoop loop;
  std::atomic<std::uint64_t> ids{0};
  auto listener = listen(loop, ids);
  net::TcpListener::Options taken;
  taken.ip = "127.0.0.1";
  taken.port = listener->address().port;
  const auto second = net::TcpListener::open(loop, taken, ids);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().find(listener->address().text()), std::string::npos) << second.error();
  taken.ip = "localhost";
  EXPECT_FALSE(net::TcpListener::open(loop, taken, ids).ok());
}

TEST(TcpDialerTest, ConnectsToAListener) {
  TestLoop loop;
  Keeper keeper;
  std::atomic<std::uint64_t> ids{0};
  auto listener = listen(loop, ids);
  listener->start(keeper);
  auto dialer = net::make_tcp_dialer(loop, "127.0.0.1", listener->address().port);
  ASSERT_TRUE(dialer.ok());
  std::unique_ptr<net::Stream> stream;
  loop.run([](net::Dialer& by, std::unique_ptr<net::Stream>& into) -> Task<void> {
    auto dialed = co_await by.dial(1s);
    into = std::move(dialed.stream);
  }(*dialer.value(), stream));
  ASSERT_TRUE(stream);
  EXPECT_TRUE(write_now(loop, *stream, "hello"));
  loop.run_until([&] { return !keeper.kept.empty(); });
  std::string got;
  loop.run(read_exactly(*keeper.kept[0].stream, 5, got));
  EXPECT_EQ(got, "hello");
}

TEST(TcpDialerTest, SaysThatNobodyListens) {
  TestLoop loop;
  auto dialer = net::make_tcp_dialer(loop, "127.0.0.1", closed_port());
  ASSERT_TRUE(dialer.ok());
  bool connected = true;
  Reason failure = Reason::answered;
  loop.run([](net::Dialer& by, bool& yes, Reason& why) -> Task<void> {
    auto dialed = co_await by.dial(1s);
    yes = dialed.stream != nullptr;
    why = dialed.failure;
  }(*dialer.value(), connected, failure));
  EXPECT_FALSE(connected);
  EXPECT_EQ(failure, Reason::target_unreachable);
}

TEST(TcpDialerTest, GivesUpOnASilentHostByTheEmulatedClock) {
  // listen(0) with its one place taken: the next SYN is not answered.
  const SilentPort silent;
  TestLoop loop;
  auto dialer = net::make_tcp_dialer(loop, "127.0.0.1", silent.port());
  ASSERT_TRUE(dialer.ok());
  Reason failure = Reason::answered;
  TaskGroup group;
  group.spawn([](net::Dialer& by, Reason& why) -> Task<void> {
    auto dialed = co_await by.dial(10s);
    if (!dialed.stream) why = dialed.failure;
  }(*dialer.value(), failure));
  loop.advance(9s);
  EXPECT_EQ(group.running(), 1u);
  loop.advance(1s);
  EXPECT_EQ(group.running(), 0u);
  EXPECT_EQ(failure, Reason::target_connect_timeout);
}

TEST(TcpDialerTest, AnUnknownHostIsSaid) {
  TestLoop loop;
  const auto dialer = net::make_tcp_dialer(loop, "not a host", 1);
  ASSERT_FALSE(dialer.ok());
  EXPECT_NE(dialer.error().find("not a host"), std::string::npos);
}

}  // namespace hoplab::testing
