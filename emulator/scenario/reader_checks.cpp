// checks: requests and what must come of them.
#include "scenario/reader_types.h"

namespace hoplab::scenario {
namespace {

namespace rules = model::rules;
using HeaderKind = HeaderExpectation::Kind;

const ObjectType& request_type() {
  static const ObjectType type =
      Define<CheckRequest>("Request", "A request.")
          .value("method", text(rules::kHttpMethod), &CheckRequest::method, "default GET")
          .value("path", text(rules::kRequestPath), &CheckRequest::path, "the path with its query")
          .required()
          .own("headers", headers_type(),
               "headers; Host is the entry's private DNS name unless it is given",
               [](CheckRequest& into, const Node& node, ReadContext&) {
                 assign_headers(into.headers, node);
               })
          .own("body", json(), "the body: a text as it is, other JSON in compact form",
               [](CheckRequest& into, const Node& node, ReadContext&) {
                 into.body = body_text(node);
               })
          .type();
  return type;
}

void set_header(HeaderExpectation& into, HeaderKind kind, const Node& node) {
  into.kind = kind;
  into.value = node.text;
}

/// The forms of an expectation that are objects with one member.
const ObjectType& header_type() {
  struct Form {
    std::string_view name;
    HeaderKind kind;
    std::string_view help;
  };
  static constexpr Form kForms[] = {
      {"like", HeaderKind::like, "a pattern: * stands for anything, ? for one character"},
      {"chainOf", HeaderKind::chain_of, "the URL-encoded chain of a certificate (passthrough)"},
      {"leafOf", HeaderKind::leaf_of, "the URL-encoded certificate alone (verify)"},
      {"serialOf", HeaderKind::serial_of, "a certificate's serial number"},
      {"subjectOf", HeaderKind::subject_of, "a certificate's subject"},
      {"issuerOf", HeaderKind::issuer_of, "a certificate's issuer"},
      {"validityOf", HeaderKind::validity_of, "a certificate's validity"},
  };
  static const ObjectType type = [] {
    Define<HeaderExpectation> define("HeaderExpectation", "What a header must be: one of these.");
    for (const Form& form : kForms) {
      define.own(form.name, text(rules::kNotEmpty), form.help,
                 [kind = form.kind](HeaderExpectation& into, const Node& node, ReadContext&) {
                   set_header(into, kind, node);
                 });
    }
    return define
        .after([](HeaderExpectation&, const Node& node, ReadContext& context) {
          if (node.items.size() != 1) {
            context.report(node, "an object of " + std::to_string(node.items.size()) + " members",
                           "it takes one");
          }
        })
        .type();
  }();
  return type;
}

Type header_expectations() {
  return map_of(either({text(), boolean(), object(header_type())}), rules::kHeaderName);
}

void read_headers(std::vector<HeaderExpectation>& into, const Node& node, ReadContext& context) {
  for (const Node& item : node.items) {
    HeaderExpectation& one = into.emplace_back();
    one.name = item.key;
    if (item.kind == Node::Kind::text) {
      set_header(one, HeaderKind::equals, item);
    } else if (item.kind == Node::Kind::boolean) {
      one.kind = item.boolean ? HeaderKind::present : HeaderKind::absent;
    } else {
      read_object(header_type(), item, &one, context);
    }
  }
}

constexpr std::string_view kHeadersHelp =
    "by name: a text it must equal, true (it is there), false (it is not), or an object such as "
    "{\"like\": \"*\"} or {\"chainOf\": \"my_client\"}";

const ObjectType& api_saw_type() {
  static const ObjectType type =
      Define<ApiSaw>("ApiSaw", "The request as the private API received it.")
          .value("method", text(rules::kHttpMethod), &ApiSaw::method, "its method")
          .value("path", text(rules::kRequestPath), &ApiSaw::path, "its path with the query")
          .own("headers", header_expectations(), kHeadersHelp,
               [](ApiSaw& into, const Node& node, ReadContext& context) {
                 read_headers(into.headers, node, context);
               })
          .type();
  return type;
}

const ObjectType& expectation_type() {
  using E = Expectation;
  static const ObjectType type = [] {
    std::vector<std::pair<std::string_view, EndKind>> ends;
    for (const EndKind end : {EndKind::rst, EndKind::fin, EndKind::silence}) {
      ends.emplace_back(end_word(end), end);
    }
    return Define<E>("Expectation", "What must come of the request; only what is given counts.")
        .value("status", integer(100, 599), &E::status, "the answer's status")
        .own("body", json(), "the answer's body, exactly: a text, or JSON in its compact form",
             [](E& into, const Node& node, ReadContext&) { into.body = body_text(node); })
        .value("bodyLike", text(), &E::body_like,
               "a pattern of the answer's body: * stands for anything, ? for one character")
        .own("headers", header_expectations(), kHeadersHelp,
             [](E& into, const Node& node, ReadContext& context) {
               read_headers(into.headers, node, context);
             })
        .word<EndKind>("end", std::move(ends), &E::end,
                       "how the connection ended for the client: reset, closed or silence; without "
                       "status, no answer came before")
        .word<Reason>("cause", causes(), &E::cause, "why the connection ended")
        .value("hop", text(rules::kNotEmpty), &E::hop, "who ended it, by name")
        .value("silence", boolean(), &E::silence,
               "in a step without a request: that nothing came, not even an end")
        .value("verifyStatus", choice(verify_statuses()), &E::verify_status,
               "the load balancer's verdict, as its connection log writes it")
        .value("apiRequests", integer(0, 1000), &E::api_requests,
               "how many requests reached private APIs")
        .nested("apiSaw", api_saw_type(), &E::api_saw, "the request as the API received it")
        .after([](E&, const Node& node, ReadContext& context) {
          if (node.items.empty()) context.report(node, "an empty object", "it expects something");
          if (node.find("body") != nullptr && node.find("bodyLike") != nullptr) {
            context.report(*node.find("bodyLike"), "body beside it", "one of the two is enough");
          }
        })
        .type();
  }();
  return type;
}

Type names() { return list_of(text(rules::kNotEmpty), 1, 100); }

const ObjectType& step_type() {
  static const ObjectType type =
      Define<CheckStep>("CheckStep", "What happens next; in the order of this list.")
          .value("arm", names(), &CheckStep::arm, "faults to arm, by name")
          .value("disarm", names(), &CheckStep::disarm, "faults to disarm, by name")
          .value("revoke", text(rules::kNotEmpty), &CheckStep::revoke,
                 "a certificate to revoke, by name")
          .own("advance", text(rules::kDuration),
               "how far a stepped clock goes on, such as 351s or 10m",
               [](CheckStep& into, const Node& node, ReadContext&) {
                 into.advance_s = model::parse_duration_s(node.text);
               })
          .nested("request", request_type(), &CheckStep::request,
                  "a request, on the last one's connection unless that has ended; over HTTP/2 on a new "
                  "one")
          .nested("expect", expectation_type(), &CheckStep::expect, "what must come of it")
          .type();
  return type;
}

}  // namespace

const ObjectType& check_object_type() {
  static const ObjectType type =
      Define<Check>("Check", "One request through the entry, and what must come of it.")
          .value("name", text(rules::kNotEmpty), &Check::name, "what is checked, in words")
          .required()
          .own("certificate", either({text(rules::kNotEmpty), null()}),
               "the client certificate, by name; null or left out: none is sent",
               [](Check& into, const Node& node, ReadContext&) {
                 if (node.kind == Node::Kind::text) into.certificate = node.text;
               })
          .word<TlsVersion>("tls", {{"1.2", TlsVersion::tls12}, {"1.3", TlsVersion::tls13}},
                            &Check::tls, "the one version offered; default: both")
          .word<HttpVersion>("http", {{"1.1", HttpVersion::http11}, {"2", HttpVersion::http2}},
                             &Check::http, "default 1.1")
          .nested("request", request_type(), &Check::request, "the request")
          .required()
          .nested("expect", expectation_type(), &Check::expect, "what must come of it")
          .required()
          .list("then", step_type(), &Check::then, "what happens next, one after the other")
          .type();
  return type;
}

}  // namespace hoplab::scenario
