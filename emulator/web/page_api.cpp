#include "web/page_api.h"

#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "aws/tls/client_certificate.h"
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
using admin::Call;
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

/// As each of `listeners` judges `chain` now.
Json verdicts_json(const Emulator& emulator, const std::vector<Verifying>& listeners,
                   const offline::PresentedChain& chain) {
  const std::int64_t now = epoch_seconds(*emulator.clock().start);
  Json all = Json::array();
  for (const Verifying& one : listeners) {
    const auto verification = offline::verify_chain(*one.store, chain, now, one.options);
    all.push_back({{"listener", one.name},
                   {"trustStore", one.trust_store},
                   {"accepted", verification.judgement.ok()},
                   {"code", offline::code_of(verification.judgement.status)},
                   {"text", offline::verification_text(verification)}});
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

AdminAnswer certificates(Emulator& emulator, const Call&) {
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

AdminAnswer verify(Emulator& emulator, const Call& call) {
  const Json json = admin::object_in(call.body);
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

/// Answers what is behind an end.
class Causes {
 public:
  explicit Causes(std::string folder) : folder_(std::move(folder)) {}

  AdminAnswer of(const Emulator& emulator, const std::string& name) {
    const auto id = model::parse_number(name);
    for (const EndRecord& end : emulator.ends()) {
      if (!id || end.id != static_cast<std::uint64_t>(*id)) continue;
      const auto findings = diagnosis().of(diagnose::question_about(end));
      constexpr std::size_t kMost = 3;
      Json causes = diagnose::finding_objects(findings, diagnose::worth_naming(findings, kMost));
      return json_answer({{"reason", to_text(end.reason)},
                          {"explanation", topology::explanation(end)},
                          {"causes", std::move(causes)}});
    }
    return refuse(404, "no connection '" + name + "' has ended, or it is remembered no longer");
  }

 private:
  /// Reads the casebook, once.
  const diagnose::Diagnosis& diagnosis() {
    const std::lock_guard lock(mutex_);
    if (!made_) {
      auto read = scenario::Casebook::read(folder_);
      if (read) book_ = std::move(read).value();
      made_.emplace(book_);
    }
    return *made_;
  }

  const std::string folder_;
  std::mutex mutex_;
  scenario::Casebook book_;
  std::optional<diagnose::Diagnosis> made_;
};

}  // namespace

std::vector<admin::Entry> page_api(const std::string& casebook) {
  std::vector<admin::Entry> all{
      {{"GET", "/v1/certificates"}, certificates},
      {{"POST", "/v1/verify"}, verify},
      {{"GET", "/v1/connections/{id}/causes"},
       [causes = std::make_shared<Causes>(casebook)](Emulator& emulator, const Call& call) {
         return causes->of(emulator, call.names.front());
       }},
  };
  for (const PageFile& file : page_files()) {
    for (const std::string_view method : {"GET", "HEAD"}) {
      all.push_back(
          {{method, file.path}, [&file](Emulator&, const Call&) {
             return AdminAnswer{200, std::string(file.content_type), std::string(file.text)};
           }});
    }
  }
  return all;
}

}  // namespace hoplab::web
