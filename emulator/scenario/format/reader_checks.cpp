// checks: requests and what must come of them.
#include <algorithm>

#include "scenario/format/change_table.h"
#include "scenario/format/reader_types.h"

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
          .own("headers", headers_type(), "headers; Host is the way in's name unless it is given",
               [](CheckRequest& into, const Node& node, ReadContext&) {
                 assign_headers(into.headers, node);
               })
          .own("body", json(), "the body: a text as it is, other JSON in compact form",
               [](CheckRequest& into, const Node& node, ReadContext&) {
                 into.body = body_text(node);
               })
          .value("signedWith", text(rules::kNotEmpty), &CheckRequest::signed_with,
                 "one of AccessKeys, by name: the request is signed with it, as an SDK of AWS does")
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
  return map_of(either({text(), boolean(), object(header_type)}), rules::kHeaderName);
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
        .word<Reason>("failure", causes(), &E::failure,
                      "why a load balancer or the API answered by itself, or cut the answer short")
        .value("silence", boolean(), &E::silence,
               "in a step without a request: that nothing came, not even an end")
        .value(
            "verifyStatus", choice(verify_statuses()), &E::verify_status,
            "the load balancer's verdict, as an application load balancer's connection log has it")
        .value("apiRequests", integer(0, 1000), &E::api_requests,
               "how many requests reached private APIs")
        .nested("apiSaw", api_saw_type, &E::api_saw, "the request as the API received it")
        .own("metrics",
             map_of(map_of(integer(0, 1'000'000'000), rules::kNotEmpty), rules::kNotEmpty),
             "by how much CloudWatch's metrics rose, by resource and name: "
             "{ \"nlb\": { \"TCP_ELB_Reset_Count\": 1 } }",
             [](E& into, const Node& node, ReadContext&) {
               for (const Node& resource : node.items) {
                 for (const Node& metric : resource.items) {
                   into.metrics.push_back(
                       {resource.key, metric.key, static_cast<std::uint64_t>(metric.integer)});
                 }
               }
             })
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

/// The members that say how a client connects.
template <class T>
void add_way_in(Define<T>& define) {
  const auto in = [](auto member) {
    return [member](T & check) -> auto& {
      return check.way_in.*member;
    };
  };
  define
      .value("from", text(rules::kNotEmpty), in(&WayIn::from),
             "the client's address, such as 127.0.0.2, or with a port 127.0.0.2:40000")
      .value("through", text(rules::kNotEmpty), in(&WayIn::through),
             "the endpoint or load balancer to connect to; default: the entry")
      .value("port", integer(1, 65535), in(&WayIn::port),
             "the port on AWS: a listener's, or one without; default: the first")
      .value("zone", text(rules::kAvailabilityZone), in(&WayIn::zone),
             "the zone whose network interface to connect to; default: the first")
      .template word<bool>("scheme", {{"https", true}, {"http", false}}, in(&WayIn::tls),
                           "whether the client speaks TLS; default: as the listener there does")
      .value(
          "serverName", text(rules::kDnsName), in(&WayIn::server_name),
          "the name that the client asks for: SNI, and Host unless the request has one; default: "
          "the name of the certificate that it meets there, or the endpoint's DNS name");
}

constexpr std::string_view kChanges = "changes";

/// Where a step's member stands in the order in which its changes are made.
std::size_t rank(const CheckStep::Made& made) {
  const auto& rows = change_rows();
  const auto row = std::ranges::find_if(
      rows, [&](const ChangeRow& one) { return one.by_hand.step == made.member; });
  return static_cast<std::size_t>(row - rows.begin());  // behind all others: any change
}

void add_changes(Define<CheckStep>& define) {
  for (const ChangeRow& row : change_rows()) {
    if (row.by_hand.step.empty()) continue;
    define.own(row.by_hand.step, step_type(row), row.by_hand.help,
               [&row](CheckStep& into, const Node& node, ReadContext& context) {
                 for (auto& change : read_step(row, node, context)) {
                   into.changes.push_back({row.by_hand.step, std::move(change)});
                 }
               });
  }
  define
      .own(kChanges, list_of(change_type(), 1, 100), "any changes, as POST /v1/changes takes them",
           [](CheckStep& into, const Node& node, ReadContext& context) {
             for (const Node& item : node.items) {
               if (auto change = read_change(item, context)) {
                 into.changes.push_back({kChanges, std::move(*change)});
               }
             }
           })
      .after([](CheckStep& into, const Node&, ReadContext&) {
        std::ranges::stable_sort(into.changes, {}, rank);
      });
}

const ObjectType& step_object_type() {
  static const ObjectType type = [] {
    Define<CheckStep> define("CheckStep", "What happens next; in the order of this list.");
    add_changes(define);
    define
        .own("advance", text(rules::kDuration),
             "how far a stepped clock goes on, such as 351s or 10m",
             [](CheckStep& into, const Node& node, ReadContext&) {
               into.advance_s = model::parse_duration_s(node.text);
             })
        .nested(
            "request", request_type, &CheckStep::request,
            "a request, on the last one's connection unless that has ended or the step says how "
            "to connect; over HTTP/2 on a new one");
    add_way_in(define);
    return define.nested("expect", expectation_type, &CheckStep::expect, "what must come of it")
        .type();
  }();
  return type;
}

}  // namespace

const ObjectType& check_object_type() {
  static const ObjectType type = [] {
    Define<Check> define("Check", "One request through the entry, and what must come of it.");
    define.value("name", text(rules::kNotEmpty), &Check::name, "what is checked, in words")
        .required()
        .own("certificate", either({text(rules::kNotEmpty), null()}),
             "the client certificate, by name; null or left out: none is sent",
             [](Check& into, const Node& node, ReadContext&) {
               if (node.kind == Node::Kind::text) into.certificate = node.text;
             })
        .word<TlsVersion>("tls", {{"1.2", TlsVersion::tls12}, {"1.3", TlsVersion::tls13}},
                          &Check::tls, "the one version offered; default: both")
        .word<HttpVersion>("http", {{"1.1", HttpVersion::http11}, {"2", HttpVersion::http2}},
                           &Check::http, "default 1.1");
    add_way_in(define);
    return define.nested("request", request_type, &Check::request, "the request")
        .required()
        .nested("expect", expectation_type, &Check::expect, "what must come of it")
        .required()
        .list("then", step_object_type, &Check::then, "what happens next, one after the other")
        .type();
  }();
  return type;
}

}  // namespace hoplab::scenario
