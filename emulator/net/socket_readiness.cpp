#include "net/socket_readiness.h"

#include <boost/asio/io_context.hpp>
// Which Asio's details need before them.
#include <boost/asio/detail/reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>
#include <utility>

namespace hoplab::net {

namespace detail = boost::asio::detail;

void SocketReadiness::Known::wake_reader() {
  if (reader) std::exchange(reader, nullptr)->notify();
}

void SocketReadiness::Known::wake_writer() {
  if (writer) std::exchange(writer, nullptr)->notify();
}

struct SocketReadiness::Registration : Known {
  /// An operation that is never done: the reactor performs it at each edge and keeps it.
  struct Edge : detail::reactor_op {
    Edge(Registration& its_owner, void (*its_effect)(Registration&))
        : reactor_op({}, &Edge::at_edge, &Edge::let_go), owner(its_owner), effect(its_effect) {}

    static status at_edge(reactor_op* base) {
      auto& self = *static_cast<Edge*>(base);
      if (self.owner.reporting) self.effect(self.owner);
      return not_done;
    }

    static void let_go(void*, detail::operation* base, const boost::system::error_code&,
                       std::size_t) {
      static_cast<Edge*>(base)->owner.release();
    }

    Registration& owner;
    void (*effect)(Registration&);
  };

  Registration(detail::reactor& its_reactor, int its_descriptor)
      : reactor(its_reactor), descriptor(its_descriptor) {
    reactor.register_descriptor(descriptor, data);
    start(detail::reactor::read_op, on_readable);
    start(detail::reactor::except_op, on_hang_up);
    reporting = true;
  }

  /// The reactor tries an operation when it is started; `reporting` is for what comes after.
  void start(int kind, Edge& edge) {
    ++held;
    reactor.start_op(kind, descriptor, data, &edge, false, true);
  }

  void start_writing() {
    if (writing) return;
    writing = true;
    reporting = false;
    start(detail::reactor::write_op, on_writable);
    reporting = true;
  }

  /// By its owner, and by the reactor for each operation.
  void release() {
    if (--held == 0) delete this;
  }

  detail::reactor& reactor;
  int descriptor;
  detail::reactor::per_descriptor_data data{};
  int held = 1;
  bool reporting = false;
  bool writing = false;
  Edge on_readable{*this, [](Registration& known) {
                     known.readable = true;
                     known.wake_reader();
                   }};
  Edge on_writable{*this, [](Registration& known) {
                     known.writable = true;
                     known.wake_writer();
                   }};
  Edge on_hang_up{*this, [](Registration& known) { known.hung_up = true; }};
};

SocketReadiness::SocketReadiness(Loop& loop, int descriptor, bool connecting)
    : loop_(loop),
      registration_(
          new Registration(boost::asio::use_service<detail::reactor>(loop.io()), descriptor)),
      known_(registration_) {
  known_->writable = !connecting;
}

void SocketReadiness::watch_read(WaitSlot* slot) {
  known_->reader = slot;
  if (slot && known_->readable) known_->wake_reader();
}

void SocketReadiness::watch_write(WaitSlot* slot) {
  known_->writer = slot;
  if (!slot) return;
  if (known_->writable) {
    known_->wake_writer();
  } else {
    registration_->start_writing();
  }
}

void SocketReadiness::forget() {
  if (!registration_) return;
  Registration& registration = *std::exchange(registration_, nullptr);
  known_ = nullptr;
  registration.reporting = false;
  constexpr bool kClosing = true;  // closing the descriptor takes it out of the kernel's set
  registration.reactor.deregister_descriptor(registration.descriptor, registration.data, kClosing);
  registration.reactor.cleanup_descriptor_data(registration.data);
  registration.release();
}

}  // namespace hoplab::net
