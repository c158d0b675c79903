#include "sandbox/host_doors.h"

#include <atomic>
#include <list>
#include <thread>

#include "base/address_range.h"
#include "net/close.h"
#include "net/relay.h"
#include "net/tcp_listener.h"
#include "net/tcp_stream.h"

namespace hoplab::sandbox {

namespace {

/// Its ends are nobody's business: it is no hop of the topology.
class NoSink final : public JournalSink {
 public:
  void ended(const Journal&) override {}
};

}  // namespace

struct HostDoors::Impl {
  struct Door {
    std::unique_ptr<net::Relay> relay;
    std::unique_ptr<net::TcpListener> listener;
  };

  Result<void> open(net::SocketSource& inside, const std::string& host) {
    const auto address = net::parse_address(host);
    if (!address) return Error{"'" + host + "': " + address.error()};
    auto dialer = net::make_tcp_dialer(loop, address.value().ip, address.value().port);
    if (!dialer) return Error{"'" + host + "': " + dialer.error(), ErrorCode::unavailable};
    net::TcpListener::Options options;
    options.ip = address_inside(address.value().ip);
    options.port = address.value().port;
    options.sockets = &inside;
    Door& door = doors.emplace_back();
    auto listener = net::TcpListener::open(loop, options, ids);
    if (!listener) return Error{"'" + host + "': " + listener.error(), ErrorCode::unavailable};
    door.relay = std::make_unique<net::Relay>(loop, hop, std::move(dialer).value(), sink);
    door.listener = std::move(listener).value();
    door.listener->start(*door.relay);
    return {};
  }

  std::string address_inside(const std::string& host) {
    const auto ip = parse_ip(host);
    if (ip && ip->ipv4()) return host;
    if (host == "localhost") return "127.0.0.1";
    for (const auto& [name, address] : names) {
      if (name == host) return address;
    }
    // Away from 127.0.0.1, where the command's own servers are.
    const std::string address = "127.255.0." + std::to_string(names.size() + 1);
    names.emplace_back(host, address);
    return address;
  }

  void stop() {
    if (thread.joinable()) {
      loop.post([this] { loop.stop(); });
      thread.join();
    }
    std::size_t running = 0;
    for (Door& door : doors) {
      if (door.listener) door.listener->stop();
      if (door.relay) door.relay->stop();
    }
    do {
      if (!loop.poll()) loop.shut_down();
      running = 0;
      for (const Door& door : doors) running += door.relay ? door.relay->running() : 0;
    } while (running > 0);
    while (loop.poll()) {
    }
  }

  Loop loop;
  const Hop hop{"host", "host"};
  NoSink sink;
  std::atomic<std::uint64_t> ids{0};
  std::vector<std::pair<std::string, std::string>> names;
  std::list<Door> doors;
  std::thread thread;
};

HostDoors::HostDoors(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HostDoors::~HostDoors() {
  impl_->stop();
}

const std::vector<std::pair<std::string, std::string>>& HostDoors::names() const {
  return impl_->names;
}

Result<std::unique_ptr<HostDoors>> HostDoors::open(net::SocketSource& inside,
                                                   const std::vector<std::string>& hosts) {
  std::unique_ptr<HostDoors> made(new HostDoors(std::make_unique<Impl>()));
  for (const std::string& host : hosts) {
    if (auto done = made->impl_->open(inside, host); !done) return done.failure();
  }
  made->impl_->thread = std::thread([loop = &made->impl_->loop] { loop->run(); });
  return made;
}

}  // namespace hoplab::sandbox
