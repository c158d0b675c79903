#include "web/page_api.h"

#include <mutex>
#include <nlohmann/json.hpp>

#include "aws/tls/client_certificate.h"
#include "base/file.h"
#include "diagnose/findings.h"
#include "diagnose/recorded_end.h"
#include "model/text_rule.h"
#include "offline/verification.h"
#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "scenario/casebook/casebook.h"
#include "topology/record_text.h"
#include "web/client_commands.h"
#include "web/page_files.h"

namespace hoplab::web {

using admin::AdminAnswer;
using admin::json_answer;
using admin::refuse;
using Json = nlohmann::ordered_json;

namespace {

/// A listener in verify mode.
struct Verifying {
  std::string name;  // "alb:443"
  std::string trust_store;
  std::shared_ptr<const pki::TrustStore> store;
  pki::JudgeOptions options;
};

std::vector<Verifying> verifying_listeners(const Emulator& emulator) {
  std::vector<Verifying> all;
  const auto topology = emulator.topology();
  for (const auto& balancer : topology->load_balancers) {
    for (const auto& listener : balancer.listeners) {
      const auto& mutual = listener.mutual_authentication;
      if (mutual.mode != model::MutualAuthenticationMode::verify) continue;
      auto store = emulator.trust_store(mutual.trust_store);
      if (!store) continue;
      all.push_back({balancer.name + ":" + std::to_string(listener.port), mutual.trust_store,
                     std::move(store), aws::judge_options(listener)});
    }
  }
  return all;
}

Json verdict_json(const offline::Verification& verification) {
  return {{"accepted", verification.judgement.ok()},
          {"code", offline::code_of(verification.judgement.status)},
          {"text", offline::verification_text(verification)}};
}

/// As each of `listeners` judges `chain` now.
Json verdicts_json(const Emulator& emulator, const std::vector<Verifying>& listeners,
                   const offline::PresentedChain& chain) {
  Json all = Json::array();
  for (const Verifying& one : listeners) {
    Json verdict = verdict_json(offline::verify_chain(
        *one.store, chain, epoch_seconds(*emulator.clock().start), one.options));
    verdict["listener"] = one.name;
    verdict["trustStore"] = one.trust_store;
    all.push_back(std::move(verdict));
  }
  return all;
}

Json commands_json(const Emulator& emulator, const CertificatePaths& files) {
  const ClientCommands commands = client_commands(emulator, files);
  return {{"curl", commands.curl},
          {"python", commands.python},
          {"node", commands.node},
          {"java", commands.java}};
}

AdminAnswer certificates(const Emulator& emulator) {
  const auto listeners = verifying_listeners(emulator);
  Json all = Json::array();
  all.push_back({{"name", ""},
                 {"verdicts", verdicts_json(emulator, listeners, offline::PresentedChain())},
                 {"commands", commands_json(emulator, {})}});
  for (const auto& [name, files] : emulator.certificates()) {
    const auto pem = offline::read_pem(files.cert);
    if (!pem) return refuse(500, pem.error());
    const auto chain = offline::read_chain(pem.value());
    if (!chain) return refuse(500, chain.error());
    Json one{{"name", name},
             {"files", {{"cert", files.cert}, {"key", files.key}, {"p12", files.p12}}},
             {"verdicts", verdicts_json(emulator, listeners, chain.value())},
             {"commands", commands_json(emulator, files)}};
    if (const X509* const leaf = chain.value().leaf()) {
      const auto time = [](const ASN1_TIME* at) {
        return pki::iso_time(pki::to_seconds(at).value_or(0));
      };
      one["subject"] = pki::subject_text(leaf);
      one["issuer"] = pki::issuer_text(leaf);
      one["serialNumber"] = pki::serial_text(leaf);
      one["notBefore"] = time(X509_get0_notBefore(leaf));
      one["notAfter"] = time(X509_get0_notAfter(leaf));
    }
    all.push_back(std::move(one));
  }
  return json_answer(all);
}

AdminAnswer verify(const Emulator& emulator, const std::string& body) {
  const Json json = admin::object_in(body);
  if (json.is_discarded() || json.size() != 2 || !json.contains("listener") ||
      !json["listener"].is_string() || !json.contains("chain") || !json["chain"].is_string()) {
    return refuse(400, R"(the body is { "listener": "alb:443", "chain": "-----BEGIN CERTIFICATE)"
                       R"(-----..." })");
  }
  const auto name = json["listener"].get<std::string>();
  const auto chain = offline::read_chain({"the chain", json["chain"].get<std::string>()});
  if (!chain) return refuse(400, chain.error());
  const auto listeners = verifying_listeners(emulator);
  std::string known;
  for (const Verifying& one : listeners) {
    if (one.name == name) return json_answer(verdicts_json(emulator, {one}, chain.value()).front());
    known += (known.empty() ? "" : ", ") + one.name;
  }
  return refuse(404, "no listener '" + name + "' judges certificates; " +
                         (known.empty() ? "none does" : "there is " + known));
}

/// Of "/v1/connections/12/causes"; nothing when it is another path.
std::optional<std::string_view> connection_of(std::string_view path) {
  constexpr std::string_view kBefore = "/v1/connections/", kBehind = "/causes";
  if (!path.starts_with(kBefore) || !path.ends_with(kBehind)) return std::nullopt;
  path.remove_prefix(kBefore.size());
  path.remove_suffix(kBehind.size());
  return path;
}

}  // namespace

struct PageApi::Causes {
  explicit Causes(std::string its_folder) : folder(std::move(its_folder)) {}

  /// Reads the casebook, once.
  const diagnose::Diagnosis& diagnosis() {
    const std::lock_guard lock(mutex);
    if (!made) {
      auto read = scenario::Casebook::read(folder);
      if (read) book = std::move(read).value();
      made.emplace(book);
    }
    return *made;
  }

  AdminAnswer of(const Emulator& emulator, std::string_view name) {
    const auto id = model::parse_number(std::string(name));
    for (const EndRecord& end : emulator.ends()) {
      if (!id || end.id != static_cast<std::uint64_t>(*id)) continue;
      const auto findings = diagnosis().of(diagnose::question_about(end));
      constexpr std::size_t kMost = 3;
      Json causes = diagnose::finding_objects(findings, diagnose::worth_naming(findings, kMost));
      return json_answer({{"reason", to_text(end.reason)},
                          {"explanation", topology::explanation(end)},
                          {"causes", std::move(causes)}});
    }
    return refuse(
        404, "no connection '" + std::string(name) + "' has ended, or it is remembered no longer");
  }

  const std::string folder;
  std::mutex mutex;
  scenario::Casebook book;
  std::optional<diagnose::Diagnosis> made;
};

PageApi::PageApi(Emulator& emulator, std::string casebook)
    : emulator_(emulator), causes_(std::make_unique<Causes>(std::move(casebook))) {}

PageApi::~PageApi() = default;

std::vector<admin::Route> PageApi::routes() {
  return {
      {"GET", "/v1/certificates"}, {"POST", "/v1/verify"}, {"GET", "/v1/connections/{id}/causes"}};
}

std::optional<AdminAnswer> PageApi::handle(std::string_view method, std::string_view path,
                                           const std::string& body) {
  const bool get = method == "GET", head = method == "HEAD";
  if (get || head) {
    for (const PageFile& file : page_files()) {
      if (file.path == path) {
        return AdminAnswer{200, std::string(file.content_type), std::string(file.text)};
      }
    }
  }
  if (get && path == "/v1/certificates") return certificates(emulator_);
  if (path == "/v1/verify") {
    return method == "POST" ? verify(emulator_, body) : refuse(405, "it takes POST");
  }
  if (const auto connection = connection_of(path)) {
    return get ? causes_->of(emulator_, *connection) : refuse(405, "it takes GET");
  }
  return std::nullopt;
}

}  // namespace hoplab::web
