#include "net/tcp_listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>

#include "net/full_backlog.h"
#include "net/syn_filter.h"
#include "net/tcp_stream.h"

namespace hoplab::net {

namespace {

Address to_address(const sockaddr_in& raw) {
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &raw.sin_addr, text, sizeof text);
  return {text, ntohs(raw.sin_port)};
}

/// Errors after which accepting again at once would spin; the connection stays in the backlog.
bool out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

constexpr Duration kResourcePause = 50ms;

/// Ends what no component of the topology does.
const Hop kThisProcess{"process", "hoplab"};

int spare_descriptor() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void set_reuse_port(int fd, bool on) {
  const int value = on ? 1 : 0;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &value, sizeof value);
}

/// Of this machine's clients, which are all on the loopback network.
bool lets_nobody_in(const Admission& admission) {
  if (admission.answer == Admission::Answer::drop) return true;
  static const AddressRange loopback = parse_range("127.0.0.0/8").value();
  const auto holds_clients = [](const AddressRange& range) {
    return loopback.contains(range.network) || range.contains(loopback.network);
  };
  return std::ranges::any_of(admission.rules, [&](const Admission::Rule& rule) {
    return rule.lets_in && std::ranges::none_of(rule.addresses, holds_clients);
  });
}

}  // namespace

struct TcpListener::Impl : std::enable_shared_from_this<Impl> {
  Impl(Loop& owner, int fd, std::atomic<std::uint64_t>& counter)
      : loop(owner),
        descriptor(owner.io(), fd),
        ids(counter),
        spare(spare_descriptor()),
        resume(owner, [this] { wait(); }) {}
  ~Impl() {
    if (spare >= 0) ::close(spare);
    for (const int fd : silent) ::close(fd);
  }

  Result<void> admit(const Admission& next) {
    if (next == admission || !descriptor.is_open()) return {};
    const bool refused = admission.answer == Admission::Answer::refuse;
    const bool refuses = next.answer == Admission::Answer::refuse;
    const bool done = refuses ? refused || stop_listening() : listen_as(next);
    if (!done)
      return Error{"cannot change who may connect to " + address.text() + ": " +
                   std::strerror(errno)};
    admission = next;
    if (handler) wait();
    return {};
  }

  /// Takes SYNs as `next` says; false and errno on failure.
  bool listen_as(const Admission& next) {
    if (next.answer == Admission::Answer::refuse) return true;
    const int fd = descriptor.native_handle();
    by_hand = !sockets->attach_filter(fd, next);
    if (by_hand && errno != EPERM && errno != EACCES) return false;
    full.release();
    if (!by_hand || !lets_nobody_in(next)) return ::listen(fd, SOMAXCONN) == 0;
    // Of several sockets on one address the kernel would choose another to fill: what comes is
    // taken by the kernel then, and meets silence all the same.
    return reuse_port ? ::listen(fd, SOMAXCONN) == 0 : full.fill(fd, raw_address);
  }

  /// Whether the kernel is to keep what comes: nobody accepts it.
  [[nodiscard]] bool holds() const {
    return admission.answer == Admission::Answer::refuse || (by_hand && lets_nobody_in(admission));
  }

  /// Another socket takes the address before this one is closed, so that nobody else gets it.
  bool stop_listening() {
    const int old = descriptor.native_handle();
    set_reuse_port(old, true);
    const int fd = sockets->bound(raw_address, true);
    set_reuse_port(old, reuse_port);
    if (fd < 0) return false;
    set_reuse_port(fd, reuse_port);
    dropped_before += dropped_packets(old);
    boost::system::error_code ignored;
    descriptor.close(ignored);
    descriptor.assign(fd, ignored);
    return true;
  }

  void wait() {
    if (holds() || std::exchange(waiting, true)) return;
    descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            self->waiting = false;
                            if (error || !self->handler || self->holds()) return;
                            if (self->accept_all()) {
                              self->wait();
                            } else {
                              self->resume.after(kResourcePause);
                            }
                          });
  }

  /// False when the process is out of descriptors or memory.
  bool accept_all() {
    constexpr int kAtATurn = 64;  // then let the accepted ones run
    for (int i = 0; i < kAtATurn; ++i) {
      sockaddr_in peer{};
      const int fd = accept_one(peer);
      if (fd < 0 && (errno == EMFILE || errno == ENFILE) && turn_away()) continue;
      if (fd < 0) return !out_of_resources(errno);
      if (by_hand_turned_away(fd, peer)) continue;
      serve(fd, peer);
    }
    return true;
  }

  void serve(int fd, const sockaddr_in& peer) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    handler->serve(make_connection(fd, to_address(peer)));
  }

  /// Where no filter did: the one that filled the queue is closed, and who is not let in is left
  /// alone with an open connection, which is as silent as a dropped SYN.
  bool by_hand_turned_away(int fd, const sockaddr_in& peer) {
    if (full.is_ours(peer)) {
      ::close(fd);
      return true;
    }
    if (!by_hand || !admission.keeps_out(to_address(peer).ip)) return false;
    constexpr std::size_t kMostSilent = 256;
    if (silent.size() >= kMostSilent) {
      ::close(silent.front());
      silent.pop_front();
    }
    silent.push_back(fd);
    return true;
  }

  int accept_one(sockaddr_in& peer) {
    socklen_t size = sizeof peer;
    return ::accept4(descriptor.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                     SOCK_NONBLOCK | SOCK_CLOEXEC);
  }

  /// Resets the first that waits, with the descriptor that was kept back. False: there is none.
  bool turn_away() {
    if (spare < 0) return false;
    ::close(std::exchange(spare, -1));
    sockaddr_in peer{};
    const int fd = accept_one(peer);
    const int error = errno;
    if (fd >= 0) {
      const Connection connection = make_connection(fd, to_address(peer));
      Journal& journal = *connection.journal;
      journal.pass(kThisProcess);
      journal.end(kThisProcess, Reason::out_of_descriptors, EndKind::rst, Toward::client,
                  loop.now());
      connection.stream->reset(*journal.cause);
      if (sink) report(journal, *sink, loop.now());
    }
    spare = spare_descriptor();
    errno = error;
    return fd >= 0;
  }

  /// Forgets those that are over whenever they may be half of what is remembered.
  void remember(const std::shared_ptr<Journal>& journal) {
    constexpr std::size_t kFew = 64;
    if (journals.size() >= clean_at) {
      std::erase_if(journals, [](const auto& one) { return one.expired(); });
      clean_at = std::max(kFew, 2 * journals.size());
    }
    journals.push_back(journal);
  }

  Connection make_connection(int fd, Address peer) {
    accepted.fetch_add(1, std::memory_order_relaxed);
    Connection connection;
    connection.journal = std::make_shared<Journal>();
    remember(connection.journal);
    connection.journal->id = ++ids;
    connection.journal->loop = &loop;
    connection.journal->accepted_at = loop.now();
    connection.journal->calendar_offset = loop.clock().offset();
    connection.journal->client = peer.text();
    connection.stream = make_tcp_stream(loop, fd, connection.journal.get());
    connection.source = std::move(peer);
    connection.destination = address;
    return connection;
  }

  Loop& loop;
  boost::asio::posix::stream_descriptor descriptor;
  std::atomic<std::uint64_t>& ids;
  std::atomic<std::uint64_t> accepted{0};
  int spare;  // kept back for turn_away(); -1: lost
  JournalSink* sink = nullptr;
  Timer resume;
  Address address;
  sockaddr_in raw_address{};
  SocketSource* sockets = nullptr;
  bool reuse_port = false;
  Admission admission;
  bool by_hand = false;  // the kernel lets us attach no filter
  bool waiting = false;  // for the descriptor to be readable
  FullBacklog full;
  std::deque<int> silent;            // by hand: clients that are not let in
  std::uint64_t dropped_before = 0;  // by sockets that have been replaced
  ConnectionHandler* handler = nullptr;
  std::vector<std::weak_ptr<const Journal>> journals;
  std::size_t clean_at = 0;
};

TcpListener::TcpListener(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
TcpListener::~TcpListener() {
  stop();
}

Result<std::unique_ptr<TcpListener>> TcpListener::open(Loop& loop, const Options& options,
                                                       std::atomic<std::uint64_t>& ids) {
  const auto fail = [&](int fd, const char* what) {
    Error error{std::string(what) + " " + options.ip + ":" + std::to_string(options.port) + ": " +
                std::strerror(errno)};
    if (fd >= 0) ::close(fd);
    return error;
  };
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  if (::inet_pton(AF_INET, options.ip.c_str(), &address.sin_addr) != 1) {
    return Error{"not an IPv4 address: " + options.ip};
  }
  SocketSource& sockets = options.sockets ? *options.sockets : host_sockets();
  const int fd = sockets.bound(address, options.reuse_port);
  if (fd < 0) return fail(fd, "cannot bind");
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  auto impl = std::make_shared<Impl>(loop, fd, ids);
  impl->sockets = &sockets;
  impl->raw_address = address;
  impl->address = to_address(address);
  impl->reuse_port = options.reuse_port;
  impl->sink = options.sink;
  if (!impl->listen_as(options.admission)) return fail(-1, "cannot listen on");
  impl->admission = options.admission;
  return std::unique_ptr<TcpListener>(new TcpListener(std::move(impl)));
}

void TcpListener::start(ConnectionHandler& handler) {
  impl_->handler = &handler;
  impl_->wait();
}

void TcpListener::hand_to(ConnectionHandler* handler) {
  impl_->handler = handler;
}

void TcpListener::adopt(int descriptor) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  const bool known =
      ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && impl_->handler;
  if (known) {
    impl_->serve(descriptor, peer);
  } else {
    ::close(descriptor);  // its client is gone, or we are
  }
}

void TcpListener::stop() {
  impl_->handler = nullptr;
  impl_->resume.cancel();
  boost::system::error_code ignored;
  impl_->descriptor.close(ignored);
}

Result<void> TcpListener::admit(const Admission& admission) {
  return impl_->admit(admission);
}

std::uint64_t TcpListener::dropped() const noexcept {
  return impl_->dropped_before + dropped_packets(impl_->descriptor.native_handle());
}

std::vector<std::shared_ptr<const Journal>> TcpListener::live() const {
  std::vector<std::shared_ptr<const Journal>> all;
  for (const auto& one : impl_->journals) {
    auto journal = one.lock();
    if (journal && journal->ended_at == Time{}) all.push_back(std::move(journal));
  }
  return all;
}

std::uint64_t TcpListener::accepted() const noexcept {
  return impl_->accepted.load(std::memory_order_relaxed);
}

const Address& TcpListener::address() const noexcept {
  return impl_->address;
}

}  // namespace hoplab::net
