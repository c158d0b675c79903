#include "topology/connect_door.h"

#include <charconv>
#include <optional>

#include "net/close.h"
#include "net/prefixed_stream.h"

namespace hoplab::topology {

namespace {

const Hop kDoor{"connect-door", "hoplab"};
constexpr std::size_t kLongestHead = 16 * 1024;
constexpr Duration kPatience = 60s;  // for the head
constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

struct Wanted {
  std::string name;
  std::uint16_t port = 0;
};

/// Of "CONNECT name:port HTTP/1.1".
std::optional<Wanted> wanted(std::string_view head) {
  constexpr std::string_view kMethod = "CONNECT ";
  if (!head.starts_with(kMethod)) return std::nullopt;
  head.remove_prefix(kMethod.size());
  const std::string_view authority = head.substr(0, head.find_first_of(" \r"));
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  Wanted found{std::string(authority.substr(0, colon)), 0};
  const std::string_view port = authority.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), found.port);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size()) return std::nullopt;
  return found;
}

std::string refusal(const char* status, const std::string& why) {
  return std::string("HTTP/1.1 ") + status +
         "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: " +
         std::to_string(why.size() + 1) + "\r\n\r\n" + why + "\n";
}

}  // namespace

Result<std::unique_ptr<ConnectDoor>> ConnectDoor::open(Loop& loop, std::atomic<std::uint64_t>& ids,
                                                       Find find) {
  std::unique_ptr<ConnectDoor> door(new ConnectDoor(loop, std::move(find)));
  net::TcpListener::Options options;
  options.ip = "127.0.0.1";
  auto listener = net::TcpListener::open(loop, options, ids);
  if (!listener) return listener.failure();
  door->listener_ = std::move(listener).value();
  door->listener_->start(*door);
  return door;
}

void ConnectDoor::stop() {
  listener_->stop();
  live_.reset_all(kDoor, Reason::emulator_stopped, loop_.now());
}

Task<bool> ConnectDoor::read_head(net::Stream& stream, std::string& head) {
  char bytes[4096];
  while (head.find("\r\n\r\n") == std::string::npos) {
    if (head.size() > kLongestHead) co_return false;
    const net::IoResult got = co_await net::read_within(stream, bytes, kPatience);
    if (!got.ok()) co_return false;
    head.append(bytes, got.size);
  }
  co_return true;
}

Task<void> ConnectDoor::run(net::Connection connection) {
  std::string head;
  bool complete = false;
  {
    const net::LiveConnections::Entry entry(live_, *connection.journal, *connection.stream);
    complete = co_await read_head(*connection.stream, head);
  }
  if (complete) co_await lead(connection, head);
  if (!connection.stream || connection.journal->cause) co_return;  // it is a tunnel, or was reset
  const net::LiveConnections::Entry entry(live_, *connection.journal, *connection.stream);
  co_await net::close_in_order(*connection.stream);
}

/// Gives the connection away when it becomes a tunnel; else it says why not.
Task<void> ConnectDoor::lead(net::Connection& connection, std::string& head) {
  net::Stream& stream = *connection.stream;
  Journal& journal = *connection.journal;
  const auto to = wanted(head);
  if (!to) {
    const std::string text = refusal("405 Method Not Allowed", "hoplab's proxy takes CONNECT only");
    co_await net::write_all(stream, text);
    co_return;
  }
  auto way = find_(to->name, to->port);
  if (!way) {
    const std::string text = refusal("502 Bad Gateway", "hoplab: " + way.error());
    co_await net::write_all(stream, text);
    co_return;
  }
  const net::Admission& admission = way.value().admission;
  if (admission.answer == net::Admission::Answer::refuse) {
    const std::string text = refusal("503 Service Unavailable", "hoplab: connection refused");
    co_await net::write_all(stream, text);
    co_return;
  }
  if (admission.keeps_out(connection.source.ip)) {  // its SYN would get no answer
    const net::LiveConnections::Entry entry(live_, journal, stream);
    co_await net::hold(stream, Duration::max() / 4);
    co_return;
  }
  co_await net::write_all(stream, kEstablished);
  if (journal.cause) co_return;
  const std::string rest = head.substr(head.find("\r\n\r\n") + 4);
  if (!rest.empty()) {
    connection.stream = std::make_unique<net::PrefixedStream>(std::move(connection.stream), rest);
  }
  journal.bytes_from_client = rest.size();
  journal.bytes_to_client = 0;
  connection.destination = way.value().destination;
  ++tunnels_;
  way.value().handler->serve(std::move(connection));
}

}  // namespace hoplab::topology
