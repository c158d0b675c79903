// One listener of an Application Load Balancer: ends TCP and TLS, judges the client's certificate,
// speaks HTTP/1.1 or HTTP/2, and forwards each request by its rules.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>

#include "aws/alb/alb_counters.h"
#include "aws/alb/client_certificate.h"
#include "aws/alb/connection_log.h"
#include "aws/alb/elb_response.h"
#include "aws/alb/jwt_validation.h"
#include "aws/alb/rule_router.h"
#include "aws/alb/sticky_cookies.h"
#include "aws/alb/user_session.h"
#include "aws/identity/signing_key.h"
#include "aws/identity/web_client.h"
#include "aws/logs/load_balancer_log.h"
#include "aws/target_group/target_group.h"
#include "base/rng.h"
#include "net/fault_gate.h"
#include "net/live_connections.h"
#include "tls/context.h"

namespace hoplab::aws {

/// What a listener stands in, for as long as it is there.
struct AlbListenerParts {
  Loop& loop;
  const Hop& hop;
  net::FaultGate& gate;
  JournalSink& sink;
  LoadBalancerLog& log;
  std::uint64_t seed = 0;  // of the trace ids
};

/// What it is set to; replaced as a whole.
struct AlbSettings {
  std::shared_ptr<const model::LoadBalancer> load_balancer;
  std::shared_ptr<const model::Listener> listener;
  std::string dns_name;                                // Host for HTTP/1.0 requests without one
  std::optional<tls::Context> tls;                     // HTTPS listeners
  std::shared_ptr<const pki::TrustStore> trust_store;  // verify mode
  std::map<std::string, std::shared_ptr<TargetGroup>> target_groups;  // that its actions name
  std::map<std::string, std::string> zones;                           // of its nodes, by address
  std::string region;                                                 // for ARNs in logs
  WebDialers web;                                                     // to identity providers
  /// By which targets know the claims of users; null: no action authenticates users.
  std::shared_ptr<const SigningKey> user_claims_key;
};

class AlbListener final : public net::ConnectionHandler {
 public:
  AlbListener(AlbListenerParts parts, AlbSettings settings);

  void serve(net::Connection connection) override;

  /// Rules, and attributes that are about messages, count from each connection's next request; what
  /// is about connections from the next connection, TLS and trust stores so from the next
  /// handshake.
  void update(AlbSettings settings);
  /// It is deleted: its connections are reset. It is over when running() is zero.
  void drain();
  /// Resets every connection.
  void stop();
  /// Connections that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }
  /// Of clients, whatever became of them; any thread may ask.
  [[nodiscard]] std::uint64_t requests() const noexcept {
    return requests_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] AlbCounters counters() const;

 private:
  friend class AlbExchange;

  /// What the settings make, for the loop. A connection and a request keep what they began with.
  struct Active {
    Active(AlbSettings its_settings, const Clock& clock);

    const AlbSettings settings;
    const RuleRouter router;
    const ElbErrorPages error_pages;
    const StickyCookies cookies;
    const SessionCookies sessions;
    const std::vector<const model::UserAuthentication*> logins;  // of all its actions
    const std::string load_balancer_arn;
    std::shared_ptr<AlbCertificatePolicy> certificates;
    /// The names of the load balancer's own fields, when attributes rename some; null: AWS's.
    [[nodiscard]] std::shared_ptr<const model::RequestHeaderNames> renamed() const;
    [[nodiscard]] const model::Refusal& refusal() const {
      return settings.listener->mutual_authentication.refusal;
    }
  };
  using Current = std::shared_ptr<const Active>;

  Task<void> run(net::Connection connection);
  Task<void> run_tls(net::Connection& connection, const Active& active);
  Task<void> run_http(net::Connection& connection, const Active& active,
                      AlbClientCertificate* certificate, const tls::TlsStream* tls);
  Task<void> refuse_handshake(net::Connection& connection, const Active& active,
                              tls::TlsStream& tls, const tls::HandshakeResult& result);
  Task<void> answer_plain_http(net::Connection& connection, const Active& active);
  void log_connection(const net::Connection& connection, const Active& active);

  AlbListenerParts parts_;
  WebClient web_;
  KeySets key_sets_;
  Current active_;
  std::atomic<std::uint64_t> requests_{0};
  AlbCounters counters_;
  AlbCounters of_health_checks_;  // a network load balancer's; told to nobody
  /// Each connection to a target carries it, so its use count says how many there are.
  const std::shared_ptr<const void> target_connection_ = std::make_shared<char>();
  Rng rng_;
  const std::string log_id_;  // the load balancer, as its logs name it
  net::LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws
