// IdentityProviders: programs of this machine, or played for a few clients and users.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

namespace rules = model::rules;
using model::IdentityProvider;

constexpr std::int64_t kLongestToken = 315'360'000;  // ten years, in seconds

/// A member that is a JSON object, which the model has as text.
template <class T>
void add_claims(Define<T>& define, std::string_view name, std::string T::*place,
                std::string_view help) {
  define
      .own(name, json(), help,
           [place](T& into, const Node& node, ReadContext& context) {
             if (node.kind != Node::Kind::object) {
               return context.report(node, found(node), "claims are an object: values by name");
             }
             into.*place = to_json(node);
           })
      .written([place](const T& from, bool) -> std::optional<Node> {
        if ((from.*place).empty()) return std::nullopt;
        return node_of_json(from.*place);
      });
}

const ObjectType& provider_client_type() {
  using Client = IdentityProvider::Client;
  static const ObjectType type = [] {
    Define<Client> client("IdentityProviderClient", "Who may send people here to sign in.");
    client.value("ClientId", text(rules::kNotEmpty), &Client::client_id, "its id")
        .required()
        .value("ClientSecret", text(), &Client::client_secret,
               "its secret; empty, the default: it has none, as an app in a browser")
        .value("CallbackUrls", list_of(text(rules::kNotEmpty), 0, 100), &Client::callback_urls,
               "where people may be sent back to (redirect_uri), character by character; default "
               "anywhere")
        .value("LogoutUrls", list_of(text(rules::kNotEmpty), 0, 100), &Client::logout_urls,
               "likewise when they have signed out; default anywhere");
    add_claims(client, "AccessTokenClaims", &Client::access_token_claims,
               "more claims of its access tokens, or others in the place of the provider's");
    return client.type();
  }();
  return type;
}

const ObjectType& provider_user_type() {
  using User = IdentityProvider::User;
  static const ObjectType type = [] {
    Define<User> user("IdentityProviderUser", "Who can sign in.");
    user.value("Subject", text(rules::kNotEmpty), &User::subject, "the claim sub").required();
    add_claims(user, "Claims", &User::claims,
               "what userinfo and ID tokens say of the user beside sub");
    return user.type();
  }();
  return type;
}

void finish_provider(IdentityProvider& into, const Node& node, ReadContext& context) {
  if (into.address.empty()) {
    const Node* const protocol = node.find("Protocol");
    if (protocol) context.report(*protocol, {}, "it goes with Address");
    return;
  }
  for (const std::string_view of_played :
       {"AuthorizationPath", "TokenPath", "UserInfoPath", "LogoutPath", "AccessTokenSeconds",
        "IdTokenSeconds", "RefreshTokenSeconds", "SigningKeys"}) {
    const Node* const member = node.find(of_played);
    if (member) context.report(*member, {}, "it is for the program at Address to say");
  }
}

}  // namespace

const ObjectType& identity_provider_type() {
  static const ObjectType type =
      Define<IdentityProvider>("IdentityProvider",
                               "An OpenID provider: a program of this machine at Address, or, "
                               "without one, played for its Clients.")
          .value("Issuer", text(rules::kNotEmpty), &IdentityProvider::issuer,
                 "an https URL, which tokens name as iss; default https:// and its name, when that "
                 "is a domain name")
          .value("DomainNames", list_of(text(rules::kDnsName), 0, 20),
                 &IdentityProvider::domain_names, "the hosts of its URLs; default the issuer's")
          .value("localPort", integer(0, 65535), &IdentityProvider::local_port,
                 "port on this machine; 0, the default, is any free one")
          .value("Address", text(rules::kUpstream), &IdentityProvider::address,
                 "host:port of the program that is the provider")
          .own("Protocol", choice({"HTTPS", "HTTP"}),
               "what is spoken at Address; default HTTPS, with a certificate for the URL's host by "
               "an authority of pki",
               [](IdentityProvider& into, const Node& node, ReadContext&) {
                 into.encrypted = node.text == "HTTPS";
               })
          .written([](const IdentityProvider& from, bool) -> std::optional<Node> {
            if (from.encrypted) return std::nullopt;
            return node_of(std::string("HTTP"));
          })
          .list("Clients", provider_client_type, &IdentityProvider::clients,
                "who may send people here to sign in, and get tokens")
          .list("Users", provider_user_type, &IdentityProvider::users,
                "who can sign in: one does so at once, several get a page to choose from")
          .value("AuthorizationPath", text(rules::kHealthCheckPath),
                 &IdentityProvider::authorization_path, "default /oauth2/authorize, as Cognito's")
          .value("TokenPath", text(rules::kHealthCheckPath), &IdentityProvider::token_path,
                 "default /oauth2/token")
          .value("UserInfoPath", text(rules::kHealthCheckPath), &IdentityProvider::user_info_path,
                 "default /oauth2/userInfo")
          .value("LogoutPath", text(rules::kHealthCheckPath), &IdentityProvider::logout_path,
                 "default /logout")
          .value("AccessTokenSeconds", integer(1, kLongestToken), &IdentityProvider::access_token_s,
                 "how long one counts; default 3600")
          .value("IdTokenSeconds", integer(1, kLongestToken), &IdentityProvider::id_token_s,
                 "likewise; default 3600")
          .value("RefreshTokenSeconds", integer(0, kLongestToken),
                 &IdentityProvider::refresh_token_s,
                 "likewise; 0: there are none; default 2592000, 30 days")
          .value("SigningKeys", list_of(text(rules::kName), 1, 10), &IdentityProvider::signing_keys,
                 "its RSA keys by name: the first one signs, all are published; default [\"1\"]")
          .after(finish_provider)
          .type();
  return type;
}

}  // namespace hoplab::scenario
