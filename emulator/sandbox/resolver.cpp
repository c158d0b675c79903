#include "sandbox/resolver.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "sandbox/system_error.h"

namespace hoplab::sandbox {

struct Resolver::Impl {
  explicit Impl(NameServer::Lookup lookup) : names(std::move(lookup)) {}
  ~Impl() {
    if (thread.joinable()) {
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto ignored = ::write(stop, &one, sizeof one);
      thread.join();
    }
    if (questions >= 0) ::close(questions);
    if (stop >= 0) ::close(stop);
  }

  void run() {
    pollfd sources[] = {{stop, POLLIN, 0}, {questions, POLLIN, 0}};
    while (true) {
      if (::poll(sources, 2, -1) < 0) continue;
      if (sources[0].revents != 0) return;
      answer_one();
    }
  }

  void answer_one() {
    char query[512];  // the most that RFC 1035 allows without EDNS
    sockaddr_in client{};
    socklen_t size = sizeof client;
    const ssize_t got = ::recvfrom(questions, query, sizeof query, MSG_DONTWAIT,
                                   reinterpret_cast<sockaddr*>(&client), &size);
    if (got <= 0) return;
    const std::string answer = names.answer({query, static_cast<std::size_t>(got)});
    if (answer.empty()) return;
    ::sendto(questions, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&client),
             size);
  }

  NameServer names;
  int questions = -1, stop = -1;
  std::thread thread;
};

Resolver::Resolver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::open(Sandbox& inside, NameServer::Lookup lookup) {
  auto impl = std::make_unique<Impl>(std::move(lookup));
  impl->questions = inside.name_server_socket();
  impl->stop = ::eventfd(0, EFD_CLOEXEC);
  if (impl->questions < 0 || impl->stop < 0) return system_error("cannot listen for DNS");
  impl->thread = std::thread([resolver = impl.get()] { resolver->run(); });
  return std::unique_ptr<Resolver>(new Resolver(std::move(impl)));
}

}  // namespace hoplab::sandbox
