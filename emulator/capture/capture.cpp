#include "capture/capture.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/rng.h"
#include "base/wait_slot.h"
#include "capture/pcapng.h"
#include "capture/tcp_packets.h"

namespace hoplab::capture {

namespace {

std::string cause_text(const Cause& cause) {
  return (cause.hop ? cause.hop->name + ": " : "") + std::string(to_text(cause.how)) + " at " +
         std::string(to_text(cause.stage)) + ", " + std::string(to_text(cause.reason)) + ": " +
         std::string(explain(cause.reason));
}

std::string failure_text(const RequestFailure& one) {
  std::string text = one.status ? std::to_string(one.status) : "no answer";
  if (one.hop) text += " by " + one.hop->name;
  if (!one.target.empty()) text += " for " + one.target;
  text += ", " + std::string(to_text(one.reason)) + ": " + std::string(explain(one.reason));
  if (!one.detail.empty()) text += " (" + one.detail + ")";
  return text + "; ";
}

/// What its requests met first: as a rule the connection ended in order after that.
std::string record_text(const Journal& journal) {
  std::string text;
  for (const RequestFailure& one : journal.failures) text += failure_text(one);
  text += cause_text(*journal.cause);
  if (!journal.verify_status.empty()) text += "; " + journal.verify_status;
  if (!journal.verify_reason.empty()) text += " (" + journal.verify_reason + ")";
  return text;
}

std::int64_t epoch_ns(Time at) {
  return std::chrono::nanoseconds(at.time_since_epoch()).count();
}

/// One of Linux's.
std::uint16_t ephemeral_port(std::uint32_t number) {
  constexpr std::uint16_t kFirst = 32768, kCount = 28232;
  return static_cast<std::uint16_t>(kFirst + number % kCount);
}

std::string first_comment(const Journal& journal) {
  switch (journal.kind) {
    case JournalKind::client: return "connection " + std::to_string(journal.id);
    case JournalKind::target: return "a load balancer's own connection";
    case JournalKind::health_check: return std::string(kHealthCheckComment);
  }
  return {};
}

}  // namespace

// ---- The file -----------------------------------------------------------------------------------

Result<std::shared_ptr<Capture>> Capture::open(const std::string& file) {
  std::shared_ptr<Capture> made(new Capture);
  if (auto done = made->begin(file); !done) return done.failure();
  return made;
}

Result<void> Capture::go_on_in(const std::string& file, Time now) {
  if (!file.empty()) return begin(file, now);
  const std::lock_guard lock(mutex_);
  end(now);
  return {};
}

void Capture::end(Time now) {
  for (std::uint32_t i = 0; i < interfaces_.size(); ++i) put(interface_end(i, epoch_ns(now)));
  file_.reset();
}

Result<void> Capture::begin(const std::string& file, std::optional<Time> now) {
  std::unique_ptr<std::FILE, Closer> next(std::fopen(file.c_str(), "wbe"));
  if (!next) {
    return Error{"cannot write the capture '" + file + "': " + std::strerror(errno),
                 ErrorCode::unavailable};
  }
  const std::lock_guard lock(mutex_);
  if (now) end(*now);
  file_ = std::move(next);
  put(section_header());
  for (const Hop* hop : interfaces_) put(interface_description(hop->name, hop->kind));
  std::fflush(file_.get());
  return {};
}

void Capture::put(const std::string& block) {
  if (file_) std::fwrite(block.data(), 1, block.size(), file_.get());
}

void Capture::secret(std::string_view line) {
  const std::lock_guard lock(mutex_);
  put(decryption_secrets(std::string(line) + "\n"));
}

std::uint32_t Capture::interface_of(const Hop& hop) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    if (interfaces_[i] == &hop) return static_cast<std::uint32_t>(i);
  }
  interfaces_.push_back(&hop);
  put(interface_description(hop.name, hop.kind));
  return static_cast<std::uint32_t>(interfaces_.size() - 1);
}

void Capture::write(const std::vector<PendingPacket>& packets) {
  const std::lock_guard lock(mutex_);
  for (const PendingPacket& one : packets) {
    const bool ended = one.ends && one.ends->cause;
    put(enhanced_packet(one.interface, one.at_ns, one.bytes,
                        ended ? record_text(*one.ends) : one.comment));
  }
  if (file_) std::fflush(file_.get());
}

void Capture::failed_attempt(const FailedAttempt& attempt, Time until) {
  static const Hop kClient{"what never came to a hop", "client"};
  const std::uint32_t interface = interface_of(kClient);
  std::vector<PendingPacket> all;
  const auto add = [&](Time at, std::string bytes) {
    all.push_back({epoch_ns(at), interface, std::move(bytes), {}, nullptr});
  };
  const std::uint32_t number = failed_attempts_++;
  TcpPackets packets({attempt.client_ip, ephemeral_port(number)}, attempt.server, number);
  const std::string syn = packets.syn();
  Duration wait = 1s;  // RFC 6298; it doubles
  for (Time at = until - attempt.tried; at <= until; at += wait, wait *= 2) add(at, syn);
  if (attempt.refused) add(until, packets.rst(net::TcpEnd::server).front());
  if (attempt.barrier) all.front().comment = net::to_text(*attempt.barrier);
  write(all);
}

// ---- The taps of a loop -------------------------------------------------------------------------

class LoopCapture::Wire final : public net::TappedWire {
 public:
  Wire(LoopCapture& capture, std::uint32_t interface, TcpPackets packets,
       std::shared_ptr<const Journal> journal)
      : capture_(capture),
        interface_(interface),
        packets_(std::move(packets)),
        journal_(std::move(journal)) {
    add(packets_.handshake(), nullptr, first_comment(*journal_));
  }

  void data(net::TcpEnd from, std::string_view bytes) override {
    add(packets_.data(from, bytes), nullptr);
  }
  void fin(net::TcpEnd from) override { add(packets_.fin(from), journal_); }
  void rst(net::TcpEnd from, const Cause* cause) override {
    add(packets_.rst(from), journal_, cause ? cause_text(*cause) : "");
  }

 private:
  /// `comment` and `ends` belong to the first one.
  void add(std::vector<std::string> packets, std::shared_ptr<const Journal> ends,
           std::string comment = {}) {
    const std::int64_t at_ns = epoch_ns(capture_.loop_.calendar());
    for (std::string& bytes : packets) {
      capture_.add({at_ns, interface_, std::move(bytes), std::move(comment), std::move(ends)});
      comment.clear();
      ends = nullptr;
    }
  }

  LoopCapture& capture_;
  const std::uint32_t interface_;
  TcpPackets packets_;
  const std::shared_ptr<const Journal> journal_;
};

class LoopCapture::HopTap final : public net::Tap {
 public:
  HopTap(LoopCapture& capture, std::uint32_t interface)
      : capture_(capture), interface_(interface) {}

  std::unique_ptr<net::TappedWire> connected(const net::Address& client, const net::Address& server,
                                             std::shared_ptr<const Journal> journal) override {
    net::Address from = client;
    if (from.port == 0) from.port = capture_.next_port();
    return std::make_unique<Wire>(
        capture_, interface_, TcpPackets(from, server, ++capture_.next_seed_), std::move(journal));
  }

 private:
  LoopCapture& capture_;
  const std::uint32_t interface_;
};

LoopCapture::LoopCapture(Loop& loop, std::shared_ptr<Capture> file, std::uint64_t seed)
    : loop_(loop),
      file_(std::move(file)),
      next_seed_(seed),
      ports_(static_cast<std::uint32_t>(Rng(seed).next())) {}

LoopCapture::~LoopCapture() {
  write();
}

net::Tap& LoopCapture::tap(const Hop& hop) {
  auto& tap = taps_[&hop];
  if (!tap) tap = std::make_unique<HopTap>(*this, file_->interface_of(hop));
  return *tap;
}

std::uint16_t LoopCapture::next_port() {
  return ephemeral_port(ports_++);
}

void LoopCapture::add(PendingPacket packet) {
  const bool first = pending_.empty();
  pending_.push_back(std::move(packet));
  if (!first) return;
  if (loop_.shutting_down()) return write();
  tasks_.spawn(write_in_turn());
}

/// Behind whatever this turn of the loop has begun with what was read. Not by Loop::post(), which
/// would make a turn of its own.
Task<void> LoopCapture::write_in_turn() {
  WaitSlot slot(loop_);
  slot.notify();
  co_await slot;
  write();
}

void LoopCapture::write() {
  if (pending_.empty()) return;
  file_->write(pending_);
  pending_.clear();
}

}  // namespace hoplab::capture
