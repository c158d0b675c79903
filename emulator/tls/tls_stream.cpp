#include "tls/tls_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cassert>

#include "base/deadline.h"
#include "tls/callbacks.h"
#include "tls/handshake_progress.h"
#include "tls/key_exchange_groups.h"

namespace hoplab::tls {

using net::IoResult;
using net::IoStatus;

/// The BIO between OpenSSL and the stream below: reads go straight down, writes are gathered.
struct StreamBio {
  static int write(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
    auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
    self.out_.append(data, size);
    *written = size;
    return 1;
  }

  static int read(BIO* bio, char* into, std::size_t size, std::size_t* count) {
    auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const IoResult result = self.lower_->try_read({into, size});
    self.lower_read_ = result.status;
    *count = result.size;
    if (result.ok()) return 1;
    if (result.would_block()) BIO_set_retry_read(bio);
    return 0;
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) {
      return static_cast<TlsStream*>(BIO_get_data(bio))->lower_read_ == IoStatus::closed;
    }
    return 0;
  }

  static BIO* make(TlsStream* self) {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hoplab stream");
      BIO_meth_set_write_ex(made, write);
      BIO_meth_set_read_ex(made, read);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, self);
    BIO_set_init(bio, 1);
    return bio;
  }
};

struct Callbacks {
  static TlsStream& stream_of(const SSL* ssl) {
    return *static_cast<TlsStream*>(SSL_get_app_data(ssl));
  }

  static void client_hello(SSL* ssl) {
    TlsStream& self = stream_of(ssl);
    if (self.observer_) self.observer_->reached(Stage::client_hello);
    const auto list = std::span(self.context_.certificates()).subspan(1);  // behind the default
    if (list.empty()) return;
    const auto now = epoch_seconds(self.loop().calendar());
    if (const auto* chosen = choose_certificate(ssl, list, now)) {
      SSL_set_SSL_CTX(ssl, chosen->context.get());
    }
  }

  static bool accept_certificate(X509_STORE_CTX* store_context) {
    const auto* ssl = static_cast<SSL*>(
        X509_STORE_CTX_get_ex_data(store_context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    TlsStream& self = stream_of(ssl);
    X509* leaf = X509_STORE_CTX_get0_cert(store_context);
    if (self.observer_) {
      self.observer_->reached(Stage::client_certificate);
      self.progress_->refused = !self.observer_->accept_client_certificate(
          leaf, X509_STORE_CTX_get0_untrusted(store_context), self.protocol());
      if (self.progress_->refused) {
        X509_STORE_CTX_set_error(store_context,
                                 verification_error(self.observer_->refusal_alert()));
        return false;
      }
    }
    expect_signature(self, leaf);
    return true;
  }

  /// By the key of `leaf`, in the message to come.
  static void expect_signature(TlsStream& self, const X509* leaf) {
    const auto version = self.protocol();
    pki::ClientSignatureCheck check;
    const EVP_PKEY* key = X509_get0_pubkey(leaf);
    const bool ec = key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC;
    // TLS 1.3 has a signature scheme for each curve instead (RFC 8446 section 4.2.3).
    if (ec && version == ProtocolVersion::tls12) check.shown_group = group_to_show(self.ssl_);
    check.wrong_passes = self.observer_ && self.observer_->goes_on_without_key(version);
    self.progress_->signature = check;
  }

  static void message(int is_sent, int, int type, const void* content, std::size_t size, SSL* ssl,
                      void*) {
    const std::span bytes(static_cast<const unsigned char*>(content), size);
    HandshakeProgress* progress = stream_of(ssl).progress_;
    if (is_sent == 0 && progress) note_message(*progress, ssl, type, bytes);
  }
};

int note_client_hello(SSL* ssl, int*, void*) {
  Callbacks::client_hello(ssl);
  return SSL_CLIENT_HELLO_SUCCESS;
}

int judge_client_certificate(X509_STORE_CTX* store_context, void*) {
  return Callbacks::accept_certificate(store_context) ? 1 : 0;
}

namespace {

/// Encrypted bytes gathered before the stream below is asked to take them: four full records.
constexpr std::size_t kGather = 64 * 1024;

/// The fatal alert that `error` says has come. OpenSSL's reasons for one begin at an offset; those
/// that all its libraries share are larger still.
std::optional<int> alert_of(unsigned long error) {
  constexpr int kAlerts = 256;
  const int alert = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;
  const bool is_alert = ERR_GET_LIB(error) == ERR_LIB_SSL && alert >= 0 && alert < kAlerts;
  return is_alert ? std::optional(alert) : std::nullopt;
}

/// The one in use, or the one that a handshake under way has agreed on.
const SSL_CIPHER* chosen_cipher(const SSL* ssl) {
  const SSL_CIPHER* current = SSL_get_current_cipher(ssl);
  return current ? current : SSL_get_pending_cipher(ssl);
}

}  // namespace

TlsStream::TlsStream(std::unique_ptr<net::Stream> lower, const Context& context,
                     HandshakeObserver* observer)
    : lower_(std::move(lower)), context_(context), ssl_(context.new_ssl()), observer_(observer) {
  assert(ssl_);
  SSL_set_app_data(ssl_, this);
  BIO* bio = StreamBio::make(this);
  SSL_set_bio(ssl_, bio, bio);
}

TlsStream::~TlsStream() {
  SSL_free(ssl_);
}

std::unique_ptr<TlsStream> TlsStream::server(std::unique_ptr<net::Stream> lower,
                                             const Context& context, HandshakeObserver* observer) {
  std::unique_ptr<TlsStream> stream(new TlsStream(std::move(lower), context, observer));
  SSL_set_accept_state(stream->ssl_);
  SSL_set_msg_callback(stream->ssl_, Callbacks::message);
  return stream;
}

std::unique_ptr<TlsStream> TlsStream::client(std::unique_ptr<net::Stream> lower,
                                             const Context& context, const std::string& sni) {
  std::unique_ptr<TlsStream> stream(new TlsStream(std::move(lower), context, nullptr));
  SSL_set_connect_state(stream->ssl_);
  if (!sni.empty()) {
    SSL_set_tlsext_host_name(stream->ssl_, sni.c_str());
    SSL_set1_host(stream->ssl_, sni.c_str());
  }
  return stream;
}

void TlsStream::verify_at(std::int64_t seconds) {
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl_), static_cast<time_t>(seconds));
}

Task<HandshakeResult> TlsStream::handshake(Duration timeout, bool alert) {
  WaitSlot slot(loop());
  Deadline deadline(loop(), slot);
  deadline.after(timeout);
  HandshakeResult result;
  HandshakeProgress progress;
  for (;;) {
    const int done = shake_hands(progress);
    const int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_, done);
    if (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ) {
      failed_ = true;
      result = classify_failure(progress);
      if (!alert && !refusal_is_told(result.failure)) {
        out_.clear();  // the alert that OpenSSL would send
        out_sent_ = 0;
      }
      try_flush();
      co_return result;
    }
    const bool flushed = try_flush();
    if (error == SSL_ERROR_NONE && flushed) break;
    if (!flushed) lower_->watch_write(&slot);
    if (error == SSL_ERROR_WANT_READ) lower_->watch_read(&slot);
    co_await slot;
    lower_->watch_write(nullptr);
    lower_->watch_read(nullptr);
    if (deadline.passed()) {
      result.failure = HandshakeFailure::timeout;
      co_return result;
    }
  }
  if (progress.signature.wrong) observer_->key_not_proven();
  observer_ = nullptr;
  SSL_set_msg_callback(ssl_, nullptr);
  // TLS 1.3 under mutual authentication: no ticket follows, and the client speaks next.
  if (SSL_is_server(ssl_)) lower_->acknowledge_now();
  co_return result;
}

int TlsStream::shake_hands(HandshakeProgress& progress) {
  ERR_clear_error();
  const pki::ClientSignatureScope scope(progress.signature);
  progress_ = &progress;
  const int done = SSL_do_handshake(ssl_);
  progress_ = nullptr;
  return done;
}

HandshakeResult TlsStream::classify_failure(const HandshakeProgress& progress) {
  // The first error is the one for people; what OpenSSL made of it comes last.
  const unsigned long error = ERR_peek_error();
  const unsigned long last = ERR_peek_last_error();
  const int reason = ERR_GET_LIB(last) == ERR_LIB_SSL ? ERR_GET_REASON(last) : 0;
  ERR_clear_error();
  HandshakeResult result{HandshakeFailure::negotiation, error, {}};
  if (progress.refused) {
    result.failure = HandshakeFailure::certificate_refused;
  } else if (lower_read_ == IoStatus::closed) {
    result.failure = HandshakeFailure::peer_closed;
  } else if (lower_read_ == IoStatus::failed) {
    result.failure = HandshakeFailure::peer_reset;
  } else if (reason == SSL_R_HTTP_REQUEST) {
    result.failure = HandshakeFailure::plain_http;
  } else if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    result.failure = HandshakeFailure::certificate_missing;
  } else if (peer_alert_ = alert_of(last); peer_alert_) {
    result.failure = HandshakeFailure::peer_alert;
  } else if (const auto about = certificate_failure(progress, ssl_, reason);
             about != HandshakeFailure::none) {
    result.failure = about;
  }
  if (result.failure == HandshakeFailure::negotiation) result.words = disagreement(error);
  return result;
}

std::string TlsStream::disagreement(unsigned long error) const {
  if (const SecurityPolicy* policy = context_.policy()) {
    std::string groups = no_common_group(ssl_, *policy);
    if (!groups.empty()) return groups;
  }
  const char* reason = ERR_reason_error_string(error);
  return reason ? reason : "";
}

bool TlsStream::refusal_is_told(HandshakeFailure failure) const {
  return is_about_certificate(failure) && observer_ &&
         observer_->refusal_alert() != RefusalAlert::none;
}

ProtocolVersion TlsStream::protocol() const {
  return static_cast<ProtocolVersion>(SSL_version(ssl_) - TLS1_VERSION);
}

std::string TlsStream::version() const {
  return SSL_get_version(ssl_);
}

std::string TlsStream::cipher() const {
  const SSL_CIPHER* chosen = chosen_cipher(ssl_);
  return chosen ? SSL_CIPHER_get_name(chosen) : "";
}

std::string TlsStream::key_exchange() const {
  const SSL_CIPHER* chosen = chosen_cipher(ssl_);
  if (!chosen) return {};
  if (SSL_CIPHER_get_kx_nid(chosen) == NID_kx_rsa) return "RSA";
  if (!SSL_get_session(ssl_)) return {};  // a hello that failed before the key exchange
  const int group = static_cast<int>(SSL_get_negotiated_group(ssl_));
  const char* name = group ? SSL_group_to_name(ssl_, group) : nullptr;
  return name ? name : "";
}

std::string_view TlsStream::alpn() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsStream::server_name() const {
  const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  return name ? name : "";
}

std::size_t TlsStream::certificate_index() const {
  const SSL_CTX* const used = SSL_get_SSL_CTX(ssl_);
  const auto& all = context_.certificates();
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].context.get() == used) return i;
  }
  return 0;
}

bool TlsStream::certificate_has_server_name() const {
  const std::string name = server_name();
  X509* const certificate = SSL_get_certificate(ssl_);
  return !name.empty() && certificate &&
         X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
}

bool TlsStream::session_reused() const {
  return SSL_session_reused(ssl_) == 1;
}

IoResult TlsStream::try_read(std::span<char> into) {
  if (failed_) return {IoStatus::failed, 0};
  // The thread's error queue is empty here: whoever makes OpenSSL fail clears it.
  std::size_t count = 0;
  const int done = SSL_read_ex(ssl_, into.data(), into.size(), &count);
  if (!out_.empty()) try_flush();  // an answer to a key update
  if (done != 1) return read_failure(done);
  // Nothing decrypted or half-read is left: only the stream below can bring more.
  read_blocked_ = SSL_has_pending(ssl_) == 0;
  return {IoStatus::ok, count};
}

IoResult TlsStream::read_failure(int ssl_result) {
  read_blocked_ = false;
  switch (SSL_get_error(ssl_, ssl_result)) {
    case SSL_ERROR_WANT_READ: read_blocked_ = true; return {IoStatus::would_block, 0};
    case SSL_ERROR_ZERO_RETURN: return {IoStatus::closed, 0};
    default: {
      if (const auto alert = alert_of(ERR_peek_error())) peer_alert_ = alert;
      ERR_clear_error();
      if (lower_read_ == IoStatus::closed) return {IoStatus::closed, 0};
      failed_ = true;
      return {IoStatus::failed, 0};
    }
  }
}

IoResult TlsStream::try_write(std::string_view data) {
  if (failed_ || write_shut_) return {IoStatus::failed, 0};
  if (!try_flush()) return {failed_ ? IoStatus::failed : IoStatus::would_block, 0};
  std::size_t taken = 0;
  while (taken < data.size() && out_.size() < kGather) {
    std::size_t count = 0;
    if (SSL_write_ex(ssl_, data.data() + taken, data.size() - taken, &count) != 1) {
      ERR_clear_error();
      failed_ = true;
      return {IoStatus::failed, 0};
    }
    taken += count;
  }
  try_flush();
  if (failed_) return {IoStatus::failed, 0};
  return {IoStatus::ok, taken};
}

bool TlsStream::try_flush() {
  while (out_sent_ < out_.size()) {
    const IoResult result = lower_->try_write(std::string_view(out_).substr(out_sent_));
    if (result.would_block()) return false;
    if (result.ended()) {
      failed_ = true;
      break;
    }
    out_sent_ += result.size;
  }
  if (!out_.empty()) out_ = std::string();  // an idle connection holds no buffer
  out_sent_ = 0;
  if (fin_waits_) {
    fin_waits_ = false;
    lower_->shutdown_write();
  }
  return true;
}

void TlsStream::shutdown_write() {
  if (write_shut_) return;
  write_shut_ = true;
  if (!failed_ && SSL_is_init_finished(ssl_)) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    if (!try_flush()) {
      fin_waits_ = true;  // the FIN follows the rest, from a later try_flush() or try_read()
      return;
    }
  }
  lower_->shutdown_write();
}

void TlsStream::reset(const Cause& cause) {
  failed_ = true;
  lower_->reset(cause);
}

void TlsStream::watch_read(WaitSlot* slot) {
  // Input that OpenSSL holds already would never make the stream below readable.
  if (slot && (failed_ || !read_blocked_)) {
    lower_->watch_read(nullptr);
    slot->notify();
  } else {
    lower_->watch_read(slot);
  }
}

void TlsStream::watch_write(WaitSlot* slot) {
  if (slot && (failed_ || out_.empty())) {
    slot->notify();
  } else {
    lower_->watch_write(slot);
  }
}

}  // namespace hoplab::tls
