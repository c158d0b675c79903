#include "sandbox/shared_door.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <thread>
#include <vector>

#include "net/connection.h"
#include "net/socket_source.h"
#include "sandbox/system_error.h"

namespace hoplab::sandbox {

namespace {

/// Clients that have not said yet where they want to go; whoever takes them is patient, and closes
/// them after a while.
constexpr std::size_t kMostWaiting = 64;
constexpr std::size_t kLongestLine = 4096;

/// The host of "CONNECT host:port HTTP/1.1"; empty: it is another line.
std::string host_of(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return {};
  std::string_view authority = line.substr(space + 1);
  authority = authority.substr(0, authority.find(' '));
  return std::string(authority.substr(0, authority.rfind(':')));
}

void wake_at(int fd, int bytes) {
  ::setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}

}  // namespace

struct SharedDoor::Impl {
  ~Impl() {
    if (thread.joinable()) {
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto ignored = ::write(stop, &one, sizeof one);
      thread.join();
    }
    for (const int fd : waiting) ::close(fd);
    if (listener >= 0) ::close(listener);
    if (stop >= 0) ::close(stop);
  }

  void run() {
    for (;;) {
      std::vector<pollfd> sources{{stop, POLLIN, 0}, {listener, POLLIN, 0}};
      for (const int fd : waiting) sources.push_back({fd, POLLIN | POLLRDHUP, 0});
      if (::poll(sources.data(), sources.size(), -1) < 0) continue;
      if (sources[0].revents != 0) return;
      for (std::size_t i = 2; i < sources.size(); ++i) {
        if (sources[i].revents != 0) look_at(sources[i].fd, sources[i].revents);
      }
      if (sources[1].revents != 0) accept_one();
    }
  }

  void accept_one() {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (waiting.size() == kMostWaiting) hand_over(waiting.front(), {});
    waiting.push_back(fd);
  }

  void look_at(int fd, short events) {
    char bytes[kLongestLine];
    const ssize_t got = ::recv(fd, bytes, sizeof bytes, MSG_PEEK);
    const std::string_view head(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
    const auto end = head.find("\r\n");
    if (end != std::string_view::npos) return hand_over(fd, host_of(head.substr(0, end)));
    const bool over = got == 0 || (got < 0 && errno != EAGAIN) || head.size() == kLongestLine ||
                      (events & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
    if (over) return hand_over(fd, {});
    wake_at(fd, static_cast<int>(head.size()) + 1);
  }

  void hand_over(int fd, const std::string& name) {
    std::erase(waiting, fd);
    wake_at(fd, 1);
    give(name, fd);
  }

  Give give;
  int listener = -1, stop = -1;
  std::string address;
  std::vector<int> waiting;
  std::thread thread;
};

SharedDoor::SharedDoor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SharedDoor::~SharedDoor() = default;

const std::string& SharedDoor::address() const {
  return impl_->address;
}

Result<std::unique_ptr<SharedDoor>> SharedDoor::open(Give give) {
  auto impl = std::make_unique<Impl>();
  impl->give = std::move(give);
  sockaddr_in raw{};
  raw.sin_family = AF_INET;
  raw.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  impl->listener = net::host_sockets().bound(raw, false);
  impl->stop = ::eventfd(0, EFD_CLOEXEC);
  socklen_t size = sizeof raw;
  const bool listens = impl->listener >= 0 && impl->stop >= 0 &&
                       ::listen(impl->listener, SOMAXCONN) == 0 &&
                       ::getsockname(impl->listener, reinterpret_cast<sockaddr*>(&raw), &size) == 0;
  if (!listens) return system_error("the proxy for clients");
  impl->address = net::Address{"127.0.0.1", ntohs(raw.sin_port)}.text();
  impl->thread = std::thread([door = impl.get()] { door->run(); });
  return std::unique_ptr<SharedDoor>(new SharedDoor(std::move(impl)));
}

}  // namespace hoplab::sandbox
