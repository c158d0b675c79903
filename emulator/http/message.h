// HTTP messages as values: fields, requests, responses, and bodies that are pulled.
//
// All text of a message is a view into the message's own arena (or into static text), so a proxy
// can pass fields on without copying them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/journal.h"
#include "base/spare_memory.h"
#include "net/close.h"
#include "net/stream.h"

namespace hoplab::http {

/// One header field; both views live in the message's arena or are static text.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// Ordinary heads' come from lists that each thread keeps.
using FieldList = std::vector<Field, SpareAllocator<Field, SpareMemory<Field, 256, 4, 64>>>;

/// Header fields in wire order, duplicates kept, looked up without regard to case (RFC 9110 5.1).
class Headers {
 public:
  void add(std::string_view name, std::string_view value) { fields_.push_back({name, value}); }
  /// Replaces the first field of that name and removes the others; adds it when there is none.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  /// The first value of that name; nullptr when there is none.
  [[nodiscard]] const std::string_view* find(std::string_view name) const noexcept;
  [[nodiscard]] std::string_view get(std::string_view name) const noexcept;
  [[nodiscard]] FieldList& fields() noexcept { return fields_; }
  [[nodiscard]] const FieldList& fields() const noexcept { return fields_; }

 private:
  FieldList fields_;
};

/// A body that is pulled. try_read never blocks: `would_block` means watch() and look again.
/// End of body is `closed`; a body cut short is `failed`.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual net::IoResult try_read(std::span<char> into) = 0;
  /// One-shot: wakes `slot` when try_read may do better; nullptr forgets.
  virtual void watch(WaitSlot* slot) = 0;
  /// Bytes still to come when known beforehand (Content-Length).
  [[nodiscard]] virtual std::optional<std::uint64_t> remaining() const = 0;
  /// Once try_read has said `closed`: the trailer fields (RFC 9110 6.5), which live as long as the
  /// body; null when there are none.
  [[nodiscard]] virtual const Headers* trailers() const { return nullptr; }
};

/// An answer's body. It owns what is left of its exchange: dropping it ends that.
class ResponseBody : public BodySource {
 public:
  /// A target may answer before it has read the whole request. Moves on what can be moved of the
  /// request's body, without waiting; true when nothing is left to move, or nobody takes it.
  virtual bool push_request() { return true; }
  /// One-shot: wakes `slot` when push_request may do better; nullptr forgets.
  virtual void watch_request(WaitSlot*) {}
  /// Once try_read has said `failed`: why.
  [[nodiscard]] virtual Reason failure() const { return Reason::response_truncated; }
  /// Likewise: what that leaves open, for records; may be empty.
  [[nodiscard]] virtual std::string detail() const { return {}; }
  /// Likewise: whether the connection ends in order then, and not by a reset.
  [[nodiscard]] virtual bool ends_in_order() const { return false; }
  /// The target's address, for records; empty when it is of no target.
  [[nodiscard]] virtual std::string target() const { return {}; }
};

enum class Version : std::uint8_t { http10, http11, http2 };

/// Lets whoever answers a request notice that the client is gone meanwhile.
class ClientWatch {
 public:
  virtual ~ClientWatch() = default;
  [[nodiscard]] virtual bool gone() = 0;
  virtual void watch(WaitSlot* slot) = 0;
};

/// Takes interim answers (1xx, RFC 9110 15.2) on their way to the client.
class InterimSink {
 public:
  virtual ~InterimSink() = default;
  /// Before the answer itself. Views are used up during the call.
  virtual void interim(int status, std::string_view reason, const Headers& headers) = 0;
};

struct Request {
  Arena arena;
  std::string_view method;
  std::string_view target;     // origin form: path and query, as received
  std::string_view authority;  // Host or :authority, as received
  Version version = Version::http11;
  Headers headers;  // without pseudo headers; Host stays where the client put it (HTTP/1)
  BodySource* body = nullptr;  // null: no body. Owned by the connection that received the request.
  /// What `body` is, where somebody has put another in the place of the connection's, to which it
  /// refers; null: nobody has.
  std::unique_ptr<BodySource> in_place;
  bool says_empty = false;   // it has no body and says so (Content-Length: 0)
  std::string_view upgrade;  // value of an HTTP/1.1 client's Upgrade, as received; empty: none
  /// Which of the body's trailer fields a target may see; null: all but those of the connection.
  bool (*passes_trailer)(std::string_view name) = nullptr;
  Time received_at;                                        // by Clock::now(); a server's
  std::string_view classification, classification_reason;  // DesyncTier's texts; empty: compliant
  bool close_after = false;       // desync mitigation: no connection may be used again after this
  ClientWatch* client = nullptr;  // null: nobody to watch
};

/// Takes a client's connection over once the head of an answer of 101 has left (RFC 9110 7.8).
class Upgrade {
 public:
  virtual ~Upgrade() = default;
  /// `client` gives first what was read beyond the request. Returns when the connection is over,
  /// and how; the caller ends it that way.
  virtual Task<net::ServeEnd> run(net::Stream& client) = 0;
};

/// What whoever answers remembers of a request until it is over.
struct ResponseNotes {
  virtual ~ResponseNotes() = default;
};

/// What a load balancer changed of a request before it passed it on, and what it was: for records,
/// such as an access log's. Texts live in the request's arena or are static.
struct Transformed {
  std::string_view received_target, received_authority;
  std::string_view target, host;  // of the request that was passed on; empty: not changed
  std::string_view status;        // "TransformSuccess", or why there was no such request
};

struct Response {
  Arena arena;
  const Request* request = nullptr;  // of a server's: what it answers, for error pages; or unknown
  int status = 0;  // a handler leaves it at 0 when the request's body broke off: the server answers
  std::string_view reason;  // empty: the standard phrase
  Headers
      headers;  // without framing: Content-Length, Transfer-Encoding, Connection are the server's
  std::string_view text;  // the whole body, when `body` is null; lives in the arena or is static
  /// What texts refer to that are neither in the arena nor static; null: nothing else.
  std::shared_ptr<const void> owner;
  std::unique_ptr<ResponseBody> body;
  /// Of a server's, for records: who answered in the target's place, and why; null: nobody did.
  std::unique_ptr<RequestFailure> failure;
  std::string target;  // likewise the target that answered, where requests are told
  std::unique_ptr<ResponseNotes> notes;      // likewise whoever answered; null: nothing
  std::unique_ptr<Transformed> transformed;  // likewise; null: the request was passed on as it came
  std::unique_ptr<Upgrade>
      upgrade;                     // of an answer of 101, whose `headers` are then all of its head
  InterimSink* interim = nullptr;  // the server's; null: the client takes none
  /// Of a client's: takes the head's fields as they came, those of framing and of the connection
  /// included; null: nobody looks at them.
  FieldList* as_received = nullptr;
  bool head_only = false;  // answer to HEAD: fields describe a body that is not sent
  std::optional<std::uint64_t> content_length;  // of a head_only answer
  bool close = false;  // ask the server to end the connection after this answer
};

/// The standard phrase of a status code (RFC 9110 15); empty when there is none.
std::string_view reason_phrase(int status) noexcept;
/// 1xx, 204 and 304 never have a body (RFC 9110 6.4.1).
constexpr bool forbids_body(int status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace hoplab::http
