// pki: the authorities and certificates that are minted at each start, or come from files.
#include "pki/import.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::Certificate;
using model::CertificateAuthority;
namespace rules = model::rules;

constexpr std::string_view kSelf = "self";

Type key_algorithm() {
  return choice({"EC_prime256v1", "EC_secp384r1", "EC_secp521r1", "RSA_2048", "RSA_3072",
                 "RSA_4096", "RSA_1024", "Ed25519"});
}

std::optional<Node> duration(std::int64_t seconds, std::int64_t otherwise) {
  if (seconds == otherwise) return std::nullopt;
  return node_of(std::to_string(seconds) + "s");
}

/// notBefore, notAfter and validFor: durations from the start of the emulator.
template <class T>
Define<T>& with_validity(Define<T>& define) {
  const auto seconds = [](const Node& node) {
    return model::parse_duration_s(node.text).value_or(0);
  };
  define
      .own(
          "notBefore", text(rules::kDuration),
          "when validity begins, counted from the start: -60d is 60 days ago; default -1d",
          [seconds](T& into, const Node& node, ReadContext&) { into.not_before_s = seconds(node); })
      .written([](const T& from, bool) { return duration(from.not_before_s, T{}.not_before_s); });
  define
      .own("notAfter", text(rules::kDuration),
           "when validity ends, counted from the start: -1d was yesterday",
           [seconds](T& into, const Node& node, ReadContext&) { into.not_after_s = seconds(node); })
      .written([](const T& from, bool) { return duration(from.not_after_s, T{}.not_after_s); });
  define.own("validFor", text(rules::kDuration),
             "how long it is valid from the start on; the same as notAfter, better to read",
             [seconds](T& into, const Node& node, ReadContext& context) {
               into.not_after_s = seconds(node);
               if (into.not_after_s <= 0) {
                 context.report(node, found(node), "it takes a time ahead; notAfter can be past");
               } else if (into.not_before_s > 0) {
                 into.not_after_s += into.not_before_s;
               }
             });
  return define;
}

void check_files(model::OwnFiles& into, const Node& node, ReadContext& context) {
  if (into.certificate.empty() == into.pkcs12.empty()) {
    context.report(node, {}, "it needs one of certificate, a PEM file, and pkcs12");
  }
  const Node* const key = node.find("privateKey");
  if (key != nullptr && !into.pkcs12.empty()) {
    context.report(*key, found(*key), "a PKCS#12 file has the private key in it");
  }
}

const ObjectType& own_files_type() {
  using model::OwnFiles;
  const auto file = [](std::string OwnFiles::*member) {
    return [member](OwnFiles& into, const Node& node, ReadContext& context) {
      into.*member = pki::is_pem_text(node.text) ? node.text : context.file_of(node);
    };
  };
  const auto path = [](std::string OwnFiles::*member) {
    return [member](const OwnFiles& from, bool) -> std::optional<Node> {
      if ((from.*member).empty()) return std::nullopt;
      return node_of(from.*member);
    };
  };
  static const ObjectType type =
      Define<OwnFiles>("OwnFiles", "Files with somebody's own certificate and private key.")
          .own("certificate", text(rules::kNotEmpty),
               "PEM file: the certificate, then those above it; relative to the scenario's folder. "
               "Or the text of such a file",
               file(&OwnFiles::certificate))
          .written(path(&OwnFiles::certificate))
          .own("privateKey", text(rules::kNotEmpty),
               "PEM file, or its text; default: it is in the file of the certificate. An authority "
               "that issues nothing needs none",
               file(&OwnFiles::private_key))
          .written(path(&OwnFiles::private_key))
          .own("pkcs12", text(rules::kNotEmpty), "instead of both: a PKCS#12 file",
               file(&OwnFiles::pkcs12))
          .written(path(&OwnFiles::pkcs12))
          .value("password", text(), &OwnFiles::password,
                 "of a private key or PKCS#12 file that is encrypted")
          .after(check_files)
          .type();
  return type;
}

/// What is minted is described; what is brought says everything itself.
void check_origin(const Node& node, ReadContext& context,
                  std::initializer_list<std::string_view> needed) {
  if (node.find("files") == nullptr) {
    for (const std::string_view name : needed) {
      if (node.find(name) != nullptr) continue;
      context.report_unread(node, {},
                            "it needs " + std::string(name) + ", or files that are somebody's own");
    }
    return;
  }
  for (const std::string_view name : {"subject", "dnsNames", "uris", "keyAlgorithm",
                                      "extendedKeyUsage", "notBefore", "notAfter", "validFor"}) {
    const Node* const member = node.find(name);
    if (member == nullptr) continue;
    context.report(*member, found(*member), "the files say it; leave it out");
  }
}

template <class T>
void check_validity(T&, const Node& node, ReadContext& context) {
  const Node* until = node.find("validFor");
  if (until == nullptr || node.find("notAfter") == nullptr) return;
  context.report(*until, "notAfter beside it", "one of the two says when validity ends");
}

}  // namespace

const ObjectType& authority_type() {
  static const ObjectType type = [] {
    Define<CertificateAuthority> define("CertificateAuthority",
                                        "A certificate authority (on AWS: Private CA).");
    define
        .value("subject", text(rules::kSubject), &CertificateAuthority::subject,
               "its distinguished name, RFC 2253")
        .when([](const CertificateAuthority& from) { return from.files.empty(); })
        .nested("files", own_files_type, &CertificateAuthority::files,
                "instead of all that describes it: somebody's own authority")
        .value("keyAlgorithm", key_algorithm(), &CertificateAuthority::key_algorithm,
               "ACM's name of the key type; default EC_prime256v1")
        .value("issuer", text(), &CertificateAuthority::issuer,
               "another authority, which makes this one an intermediate; without it, a root")
        .value("crl", boolean(), &CertificateAuthority::crl,
               "whether it issues a revocation list even when nothing is revoked; default false");
    with_validity(define);
    return define
        .after([](CertificateAuthority& into, const Node& node, ReadContext& context) {
          check_validity(into, node, context);
          check_origin(node, context, {"subject"});
        })
        .type();
  }();
  return type;
}

namespace {

void finish_certificate(Certificate& into, const Node& node, ReadContext& context) {
  check_validity(into, node, context);
  check_origin(node, context, {"subject", "issuer"});
  if (into.issuer == kSelf) into.issuer.clear();
  if (!into.client && node.find("extendedKeyUsage") == nullptr) {
    into.extended_key_usage = {"serverAuth"};
  }
}

}  // namespace

const ObjectType& certificate_type() {
  static const ObjectType type = [] {
    Define<Certificate> define("Certificate", "A certificate with its private key.");
    define
        .value("subject", text(rules::kSubject), &Certificate::subject,
               "its distinguished name, RFC 2253")
        .when([](const Certificate& from) { return from.files.empty(); })
        .nested("files", own_files_type, &Certificate::files,
                "instead of all that describes it: somebody's own certificate and private key")
        .value("issuer", text(rules::kNotEmpty), &Certificate::issuer,
               "the authority that signs it, or self; beside files: the one that signed it, also "
               "with files, which a certificate that is revoked needs")
        .written([](const Certificate& from, bool) -> std::optional<Node> {
          if (from.issuer.empty() && !from.files.empty()) return std::nullopt;
          return node_of(from.issuer.empty() ? std::string(kSelf) : from.issuer);
        })
        .word<bool>("for", {{"client", true}, {"listener", false}}, &Certificate::client,
                    "client (the default) or listener: a load balancer's own certificate")
        .value("dnsNames", list_of(text(rules::kDnsName)), &Certificate::dns_names,
               "subject alternative names")
        .when([](const Certificate& from) { return from.files.empty(); })
        .value("uris", list_of(text(rules::kUri)), &Certificate::uris,
               "subject alternative names as well: URIs such as spiffe://example.com/orders")
        .when([](const Certificate& from) { return from.files.empty(); })
        .value("keyAlgorithm", key_algorithm(), &Certificate::key_algorithm,
               "ACM's name of the key type; default EC_prime256v1")
        .own("extendedKeyUsage", list_of(choice({"clientAuth", "serverAuth"})),
             "what it may be used for; an empty list leaves the extension out; default clientAuth, "
             "or serverAuth for a listener",
             [](Certificate& into, const Node& node, ReadContext&) {
               assign(into.extended_key_usage, node);
             })
        .written([](const Certificate& from, bool) -> std::optional<Node> {
          const std::vector<std::string> usual{from.client ? "clientAuth" : "serverAuth"};
          if (from.extended_key_usage == usual || !from.files.empty()) return std::nullopt;
          return node_of(from.extended_key_usage);
        })
        .value("revoked", boolean(), &Certificate::revoked,
               "whether its issuer's revocation list names it; default false");
    with_validity(define);
    return define.after(finish_certificate).type();
  }();
  return type;
}

const ObjectType& pki_type() {
  static const ObjectType type =
      Define<model::Pki>("Pki", "What is minted, fresh at each start, or comes from files.")
          .map("authorities", authority_type, rules::kName, &model::Pki::authorities,
               &CertificateAuthority::name, "certificate authorities by name")
          .map("certificates", certificate_type, rules::kName, &model::Pki::certificates,
               &Certificate::name, "certificates by name; the name is also the file's")
          .type();
  return type;
}

}  // namespace hoplab::scenario
