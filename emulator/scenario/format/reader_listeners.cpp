// Listeners of load balancers, with mutual authentication.
#include "model/ssl_policies.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::ClientHeaderCopies;
using model::Listener;
using model::ListenerAttributes;
using model::MutualAuthentication;
using model::MutualAuthenticationMode;
using model::Refusal;
namespace rules = model::rules;

void finish_mutual_authentication(MutualAuthentication& into, const Node& node,
                                  ReadContext& context) {
  if (into.mode == MutualAuthenticationMode::verify) return;
  for (const std::string_view name :
       {"IgnoreClientCertificateExpiry", "AdvertiseTrustStoreCaNames",
        "refuseOutdatedRevocationLists", "rejectedSubjects", "refusal"}) {
    if (const Node* member = node.find(name)) {
      context.report(*member, found(*member), "it is valid only with Mode verify");
    }
  }
  if (into.mode == MutualAuthenticationMode::passthrough) return;
  for (const std::string_view name : {"encodeEqualsSign", "clientHeaderCopies"}) {
    if (const Node* member = node.find(name)) {
      context.report(*member, found(*member), "it is valid only with Mode verify or passthrough");
    }
  }
}

void finish_refusal(Refusal& into, const Node& node, ReadContext& context) {
  if (into.end != Refusal::End::alert) return;
  for (const std::string_view name : {"tls12", "tls13"}) {
    const Node* member = node.find(name);
    if (member && member->text != to_text(Stage::client_certificate)) {
      context.report(
          *member, found(*member),
          "an alert can be sent only at client-certificate, while the handshake goes on");
    }
  }
}

const ObjectType& refusal_type() {
  const std::vector<std::pair<std::string_view, Stage>> stages = {
      {to_text(Stage::client_certificate), Stage::client_certificate},
      {to_text(Stage::handshake_done), Stage::handshake_done},
      {to_text(Stage::request_headers), Stage::request_headers}};
  static const ObjectType type =
      Define<Refusal>("Refusal",
                      "How a client with a bad certificate is told. AWS was only ever "
                      "seen to reset, which is the default.")
          .word<Refusal::End>(
              "end",
              {{"reset", Refusal::End::reset},
               {"alert", Refusal::End::alert},
               {"fin", Refusal::End::fin}},
              &Refusal::end,
              "reset (RST); alert (a TLS alert, then FIN); fin (FIN without a word); "
              "default reset")
          .word<Stage>("tls12", stages, &Refusal::tls12,
                       "with TLS 1.2 and older, when: client-certificate (the default: as soon as "
                       "it is judged), handshake-done, or request-headers (when the client's first "
                       "bytes have come)")
          .word<Stage>("tls13", stages, &Refusal::tls13,
                       "the same with TLS 1.3, whose client goes on at once after its certificate; "
                       "held at request-headers, it always meets the end while it reads")
          .value("holdMilliseconds", integer(0, 3600000), &Refusal::hold_ms,
                 "how long the connection is then held open and silent before it ends; default 0")
          .after(finish_refusal)
          .type();
  return type;
}

const ObjectType& identity_filter_type() {
  using Field = IdentityFilter::Field;
  using MatchType = IdentityFilter::MatchType;
  std::vector<std::pair<std::string_view, Field>> fields;
  for (const Field field : {Field::subject_cn, Field::subject_ou, Field::san_dns, Field::san_uri}) {
    fields.emplace_back(to_text(field), field);
  }
  static const ObjectType type =
      Define<IdentityFilter>("ClientCertificateIdentityFilter",
                             "Which clients a network load balancer accepts.")
          .word<Field>("Field", std::move(fields), &IdentityFilter::field,
                       "of the client's certificate; where it has several values, one that matches "
                       "is enough")
          .required()
          .word<MatchType>("MatchType",
                           {{"exact", MatchType::exact}, {"prefix", MatchType::prefix}},
                           &IdentityFilter::match_type,
                           "exact, or prefix: it begins with Value. The case of letters counts in "
                           "a URI behind its host only")
          .required()
          .value("Value", text(rules::kIdentityFilterValue), &IdentityFilter::value,
                 "1 to 256 printable ASCII characters; of san-uri it begins with a letter, and has "
                 "letters, digits and + - . alone before its first colon")
          .required()
          .fixed("Action", choice({"accept"}), "accept, the only one")
          .written([](const IdentityFilter&, bool) { return node_of(std::string("accept")); })
          .required()
          .type();
  return type;
}

const ObjectType& mutual_authentication_type() {
  using M = MutualAuthentication;
  static const ObjectType type =
      Define<M>("MutualAuthentication", "Mutual TLS on an HTTPS or TLS listener.")
          .word<MutualAuthenticationMode>("Mode",
                                          {{"off", MutualAuthenticationMode::off},
                                           {"passthrough", MutualAuthenticationMode::passthrough},
                                           {"verify", MutualAuthenticationMode::verify}},
                                          &M::mode,
                                          "off; passthrough, of an HTTPS listener only, hands the "
                                          "client's chain to the target and checks nothing; verify "
                                          "checks it against a trust store")
          .required()
          .value("TrustStore", text(rules::kNotEmpty), &M::trust_store,
                 "a trust store of this scenario; needed by verify, and by nothing else")
          .value("IgnoreClientCertificateExpiry", boolean(), &M::ignore_client_certificate_expiry,
                 "verify only: accept certificates outside their validity; default false")
          .word<bool>("AdvertiseTrustStoreCaNames", {{"on", true}, {"off", false}},
                      &M::advertise_trust_store_ca_names,
                      "verify only: whether clients are told the authorities' names; default off")
          .list("ClientCertificateIdentityFilters", identity_filter_type, &M::identity_filters,
                "verify, of a TLS listener: a client whose certificate none of them accepts is "
                "refused; an empty list, the default, accepts every client")
          .value("refuseOutdatedRevocationLists", boolean(), &M::refuse_outdated_revocation_lists,
                 "verify only: whether a client is refused (ClientCertCrlProcessingError) when no "
                 "list of its issuer is current; default false: such a list is used as it is")
          .value("rejectedSubjects", list_of(text(rules::kNotEmpty), 1, 100), &M::rejected_subjects,
                 "verify, of an HTTPS listener: subjects of client certificates (RFC 2253, as the "
                 "connection log has them) that are refused as ClientCertRejected; default none")
          .value(
              "encodeEqualsSign", boolean(), &M::encode_equals_sign,
              "whether = is %3D in the certificate's header, as in one of AWS's examples; default "
              "false: literal, as AWS was seen to do it")
          .word<ClientHeaderCopies>(
              "clientHeaderCopies",
              {{"replace", ClientHeaderCopies::replace},
               {"append", ClientHeaderCopies::append},
               {"pass", ClientHeaderCopies::pass}},
              &M::client_header_copies,
              "what becomes of fields that a client sends under the names of the certificate's "
              "headers: replace, the default, drops them; append leaves them before the load "
              "balancer's; pass leaves them in place of the load balancer's")
          .nested("refusal", refusal_type, &M::refusal,
                  "verify only: how and when a client with a bad certificate is told")
          .refuse("TrustStoreArn", "name a trust store of the scenario as TrustStore")
          .refuse("TrustStoreAssociationStatus", "trust stores are always active")
          .after(finish_mutual_authentication)
          .type();
  return type;
}

using Attributes = Define<ListenerAttributes>;

/// The attribute's key and the header that it sets (alb.md 5.2).
constexpr std::pair<std::string_view, std::string_view> kResponseHeaders[] = {
    {"routing.http.response.strict_transport_security.header_value", "Strict-Transport-Security"},
    {"routing.http.response.access_control_allow_origin.header_value",
     "Access-Control-Allow-Origin"},
    {"routing.http.response.access_control_allow_methods.header_value",
     "Access-Control-Allow-Methods"},
    {"routing.http.response.access_control_allow_headers.header_value",
     "Access-Control-Allow-Headers"},
    {"routing.http.response.access_control_allow_credentials.header_value",
     "Access-Control-Allow-Credentials"},
    {"routing.http.response.access_control_expose_headers.header_value",
     "Access-Control-Expose-Headers"},
    {"routing.http.response.access_control_max_age.header_value", "Access-Control-Max-Age"},
    {"routing.http.response.content_security_policy.header_value", "Content-Security-Policy"},
    {"routing.http.response.x_content_type_options.header_value", "X-Content-Type-Options"},
    {"routing.http.response.x_frame_options.header_value", "X-Frame-Options"},
};

/// An empty text leaves AWS's name, as there.
void add_header_name(Attributes& define, std::string_view key,
                     std::string model::RequestHeaderNames::*name) {
  define
      .own(key, text(rules::kOtherHeaderName),
           "HTTPS: another name for this header of the load balancer's; empty: AWS's own",
           [name](ListenerAttributes& into, const Node& node, ReadContext&) {
             into.request_header_names.*name =
                 node.text.empty() ? model::kAwsRequestHeaderNames.*name : node.text;
           })
      .written([name](const ListenerAttributes& from, bool) -> std::optional<Node> {
        const std::string& own = from.request_header_names.*name;
        if (own == model::kAwsRequestHeaderNames.*name) return std::nullopt;
        return node_of(own);
      });
}

/// An empty text does nothing, as there.
void add_response_header(Attributes& define, std::string_view key, std::string_view name) {
  define
      .own(key, text(rules::kOtherHeaderValue),
           "application: the value of this header in every response, in place of the target's; "
           "empty: does nothing",
           [name](ListenerAttributes& into, const Node& node, ReadContext&) {
             std::erase_if(into.response_headers,
                           [&](const auto& one) { return one.first == name; });
             if (!node.text.empty()) into.response_headers.emplace_back(name, node.text);
           })
      .written([name](const ListenerAttributes& from, bool) -> std::optional<Node> {
        for (const auto& [field, value] : from.response_headers) {
          if (field == name) return node_of(value);
        }
        return std::nullopt;
      });
}

}  // namespace

const ObjectType& listener_attributes_type() {
  using Names = model::RequestHeaderNames;
  static const ObjectType type = [] {
    Attributes define("ListenerAttributes", "Attributes by their keys.");
    add_header_name(define, "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
                    &Names::clientcert_serial_number);
    add_header_name(define, "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
                    &Names::clientcert_issuer);
    add_header_name(define, "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
                    &Names::clientcert_subject);
    add_header_name(define, "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
                    &Names::clientcert_validity);
    add_header_name(define, "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name",
                    &Names::clientcert_leaf);
    add_header_name(define, "routing.http.request.x_amzn_mtls_clientcert.header_name",
                    &Names::clientcert);
    add_header_name(define, "routing.http.request.x_amzn_tls_version.header_name",
                    &Names::tls_version);
    add_header_name(define, "routing.http.request.x_amzn_tls_cipher_suite.header_name",
                    &Names::tls_cipher_suite);
    for (const auto& [key, name] : kResponseHeaders) add_response_header(define, key, name);
    return define
        .value("routing.http.response.server.enabled", boolean(),
               &ListenerAttributes::server_header,
               "application: whether the load balancer's own answers say Server: awselb/2.0; "
               "default true")
        .value("tcp.idle_timeout.seconds", integer(60, 6000),
               &ListenerAttributes::tcp_idle_timeout_s,
               "network: seconds without data after which a flow is forgotten; default 350")
        .type();
  }();
  return type;
}

namespace {

void finish_listener(Listener& into, const Node& node, ReadContext& context) {
  const auto refuse = [&](std::string_view name, const std::string& why) {
    if (const Node* member = node.find(name)) context.report(*member, {}, std::string(name) + why);
  };
  const bool plain = into.protocol == "HTTP" || into.protocol == "TCP";
  const bool tls = into.protocol == "TLS";
  if (!plain && !tls && into.protocol != "HTTPS") return;  // said already
  for (const std::string_view name : {"Certificates", "SslPolicy"}) {
    if (plain) refuse(name, " goes with Protocol HTTPS or TLS only");
  }
  if (!tls) refuse("AlpnPolicy", " goes with Protocol TLS only");
}

Type ssl_policy() {
  const auto names = model::ssl_policy_names();
  return choice(std::vector<std::string_view>(names.begin(), names.end()),
                {{"ELBSecurityPolicy-2015-05",
                  "ELBSecurityPolicy-2016-08 has the same versions and ciphers"}});
}

}  // namespace

const ObjectType& listener_type() {
  static const ObjectType type =
      Define<Listener>("Listener", "A port of a load balancer and what happens there.")
          .value("Protocol", judged_by_model(choice({"TCP", "TLS", "HTTP", "HTTPS"})),
                 &Listener::protocol, "network: TCP or TLS; application: HTTP or HTTPS")
          .required()
          .value("Port", integer(1, 65535), &Listener::port, "the port clients connect to")
          .required()
          .value("localPort", integer(0, 65535), &Listener::local_port,
                 "the port on this machine when the load balancer is the entry; 0, the default, "
                 "takes a free one")
          .value("Certificates", list_of(text(rules::kNotEmpty), 1, 26), &Listener::certificates,
                 "HTTPS, TLS: certificates of the PKI: the default, then the list that SNI chooses "
                 "from; "
                 "the default stands there once more where the console made the listener")
          .value(
              "SslPolicy", ssl_policy(), &Listener::ssl_policy,
              "HTTPS, TLS: the security policy; default ELBSecurityPolicy-2016-08, as in the API")
          .value("AlpnPolicy",
                 choice({"None", "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred"}),
                 &Listener::alpn_policy,
                 "TLS: the protocols that clients may agree on; default None")
          .nested("MutualAuthentication", mutual_authentication_type,
                  &Listener::mutual_authentication, "HTTPS, TLS: mutual TLS; default off")
          .when([](const Listener& from) {
            return from.mutual_authentication.mode != MutualAuthenticationMode::off;
          })
          .own("DefaultActions", actions_type(),
               "what happens when no rule matches: what authenticates, then what answers",
               [](Listener& into, const Node& node, ReadContext& context) {
                 read_actions(into.default_action, node, context);
               })
          .written([](const Listener& from, bool) { return write_actions(from.default_action); })
          .required()
          .list("Rules", rule_type, &Listener::rules,
                "application: rules (AWS::ElasticLoadBalancingV2::ListenerRule)", 0, 100)
          .nested("ListenerAttributes", listener_attributes_type, &Listener::attributes,
                  "attributes by their keys")
          .refuse("Transforms", "AWS has no transforms for default actions either")
          .refuse("LoadBalancerArn", "a listener stands in its load balancer")
          .refuse("Tags", kNoTags)
          .after(finish_listener)
          .type();
  return type;
}

}  // namespace hoplab::scenario
