#include "admin/admin_json.h"

#include "http/secrets.h"
#include "model/text_rule.h"
#include "topology/record_text.h"

namespace hoplab::admin {

namespace {

Json fault_json(const FaultStatus& status) {
  const model::Fault& fault = status.fault;
  Json json{{"name", fault.name},
            {"hop", fault.hop},
            {"action", to_text(fault.action)},
            {"stage", to_text(fault.stage)},
            {"direction", to_text(fault.direction)}};
  if (fault.after_bytes) json["afterBytes"] = *fault.after_bytes;
  const auto add_time = [&json](const char* name, const std::optional<Duration>& time) {
    if (time) json[name] = model::short_time_text(time->count());
  };
  add_time("delay", fault.delay);
  add_time("jitter", fault.jitter);
  if (fault.bytes_per_second) json["bytesPerSecond"] = *fault.bytes_per_second;
  if (fault.size) json["size"] = *fault.size;
  if (fault.variation) json["variation"] = *fault.variation;
  if (fault.status) json["status"] = *fault.status;
  if (fault.cut) json["cut"] = to_text(*fault.cut);
  if (fault.missing_bytes) json["missingBytes"] = *fault.missing_bytes;
  if (fault.every) json["connections"]["every"] = *fault.every;
  if (fault.percent) json["connections"]["percent"] = *fault.percent;
  if (!fault.from.empty()) json["connections"]["from"] = fault.from;
  if (fault.limit) json["limit"] = *fault.limit;
  json["armed"] = fault.armed;
  json["hits"] = status.hits;
  return json;
}

/// Texts that there are.
void add(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

Json failures_json(const std::vector<FailedRequests>& failures) {
  Json json = Json::array();
  for (const FailedRequests& one : failures) {
    Json failure{{"status", one.status},
                 {"hop", one.hop},
                 {"reason", to_text(one.reason)},
                 {"explanation", explain(one.reason)}};
    add(failure, "target", one.target);
    add(failure, "detail", one.detail);
    failure["count"] = one.count;
    json.push_back(std::move(failure));
  }
  return json;
}

Json stages_json(const std::vector<StageTime>& stages) {
  Json json = Json::array();
  for (const StageTime& one : stages) {
    json.push_back({{"stage", to_text(one.stage)}, {"at", iso8601_microseconds(one.at)}});
  }
  return json;
}

}  // namespace

Json status_json(const Emulator& emulator) {
  Json endpoints = Json::array();
  for (const auto& one : emulator.endpoints()) {
    endpoints.push_back({{"name", one.name},
                         {"dnsName", one.dns_name},
                         {"address", one.address},
                         {"port", one.port},
                         {"kind", one.kind},
                         {"state", emulator.endpoint_state(one)},
                         {"listenerPort", one.listener_port},
                         {"zone", one.zone}});
    add(endpoints.back(), "zonalDnsName", one.zonal_dns_name);
  }
  return {{"url", emulator.url()},
          {"region", emulator.topology()->region},
          {"endpoints", std::move(endpoints)},
          {"notes", emulator.notes()}};
}

Json clock_json(const Emulator& emulator) {
  const ClockSettings settings = emulator.clock();
  Json json{{"mode", to_text(settings.mode)}, {"now", iso8601_microseconds(*settings.start)}};
  if (settings.mode == Clock::Mode::scaled) json["scale"] = settings.scale;
  return json;
}

Json applied_json(const Applied& applied) {
  Json json{{"created", Json::array()}, {"updated", Json::array()}, {"drained", Json::array()}};
  for (const auto& step : applied.steps) {
    using Act = topology::PlanStep::Act;
    const char* const member = step.act == Act::create   ? "created"
                               : step.act == Act::update ? "updated"
                                                         : "drained";
    json[member].push_back({{"kind", step.kind}, {"name", step.name}});
  }
  return json;
}

Json faults_json(const std::vector<FaultStatus>& faults) {
  Json json = Json::array();
  for (const FaultStatus& one : faults) json.push_back(fault_json(one));
  return json;
}

Json flows_json(const std::vector<FlowStatus>& flows) {
  Json json = Json::array();
  for (const FlowStatus& flow : flows) {
    Json one{{"id", flow.id},
             {"acceptedAt", iso8601_microseconds(flow.accepted_at)},
             {"client", flow.client},
             {"hops", flow.hops},
             {"stage", to_text(flow.stage)}};
    one["stages"] = stages_json(flow.stages);
    add(one, "tlsProtocol", flow.tls_version);
    add(one, "leafClientCertSubject", flow.certificate_subject);
    add(one, "tlsVerifyStatus", flow.verify_status);
    one["requests"] = flow.requests;
    if (!flow.failures.empty()) one["failures"] = failures_json(flow.failures);
    one["bytesFromClient"] = flow.bytes_from_client;
    one["bytesToClient"] = flow.bytes_to_client;
    if (flow.cause) {
      one["end"] = {{"hop", flow.cause->hop ? flow.cause->hop->name : ""},
                    {"reason", to_text(flow.cause->reason)},
                    {"how", to_text(flow.cause->how)}};
    }
    json.push_back(std::move(one));
  }
  return json;
}

Json end_json(const EndRecord& end) {
  Json json{{"id", end.id},
            {"acceptedAt", iso8601_microseconds(end.accepted_at)},
            {"endedAt", iso8601_microseconds(end.ended_at)},
            {"client", end.client},
            {"hops", end.hops}};
  add(json, "connTraceId", end.conn_trace_id);
  add(json, "tlsProtocol", end.tls_version);
  add(json, "tlsCipher", end.tls_cipher);
  add(json, "tlsKeyExchange", end.tls_key_exchange);
  if (end.handshake_time) {
    json["tlsHandshakeLatency"] = std::chrono::duration<double>(*end.handshake_time).count();
  }
  add(json, "leafClientCertSubject", end.certificate_subject);
  add(json, "leafClientCertValidity", end.certificate_validity);
  add(json, "leafClientCertSerialNumber", end.certificate_serial);
  add(json, "tlsVerifyStatus", end.verify_status);
  add(json, "verifyReason", end.verify_reason);
  json["stages"] = stages_json(end.stages);
  json["requests"] = end.requests;
  if (end.last_status) json["lastStatus"] = end.last_status;
  if (!end.failures.empty()) json["failures"] = failures_json(end.failures);
  if (!end.removed_fields.empty()) json["removedFields"] = end.removed_fields;
  json["bytesFromClient"] = end.bytes_from_client;
  json["bytesToClient"] = end.bytes_to_client;
  json["end"] = {{"hop", end.hop},
                 {"by", to_text(end.by)},
                 {"reason", to_text(end.reason)},
                 {"explanation", topology::explanation(end)},
                 {"how", to_text(end.how)},
                 {"toward", to_text(end.toward)},
                 {"stage", to_text(end.stage)}};
  return json;
}

Json ends_json(const std::vector<EndRecord>& ends) {
  Json json = Json::array();
  for (const EndRecord& one : ends) json.push_back(end_json(one));
  return json;
}

/// A body that is no text has its bytes above 127 replaced.
Json request_json(const ReceivedRequest& one, bool secrets) {
  Json headers = Json::array();
  for (const auto& [name, value] : one.headers) {
    const bool shown = secrets || !http::is_secret(name);
    headers.push_back({{"name", name}, {"value", shown ? value : std::string(http::kMasked)}});
  }
  Json entry{{"id", one.id},
             {"receivedAt", iso8601_microseconds(one.at)},
             {"receiver", one.receiver},
             {"kind", one.kind},
             {"method", one.method},
             {"path", secrets ? one.target : http::masked_target(one.target)}};
  add(entry, "sourceIp", one.source_ip);
  entry["headers"] = std::move(headers);
  entry["body"] = one.body;
  entry["bodyBytes"] = one.body_bytes;
  if (!one.output.empty()) entry["output"] = one.output;
  return entry;
}

Json requests_json(const std::vector<ReceivedRequest>& requests, std::uint64_t dropped,
                   bool secrets) {
  Json list = Json::array();
  for (const ReceivedRequest& one : requests) list.push_back(request_json(one, secrets));
  return {{"requests", std::move(list)}, {"count", requests.size()}, {"dropped", dropped}};
}

Json metrics_json(const Emulator& emulator) {
  const Counters counters = emulator.counters();
  Json json{{"flows", counters.flows},
            {"liveFlows", counters.live_flows},
            {"requests", counters.requests},
            {"apiRequests", counters.api_requests},
            {"ends", Json::object()}};
  for (const auto& [reason, count] : counters.ends) {
    json["ends"][std::string(to_text(reason))] = count;
  }
  for (const MetricValue& one : emulator.metrics()) {
    if (!one.method.empty()) {
      json["cloudWatchByMethod"][one.name_space][one.resource][one.method][one.metric] = one.value;
    } else if (one.availability_zone.empty()) {
      json["cloudWatch"][one.name_space][one.resource][one.metric] = one.value;
    } else {
      json["cloudWatchByAvailabilityZone"][one.name_space][one.resource][one.availability_zone]
          [one.metric] = one.value;
    }
  }
  return json;
}

Json target_health_json(const Emulator& emulator) {
  Json json = Json::array();
  for (const TargetStatus& one : emulator.target_health()) {
    Json entry{{"targetGroup", one.target_group}, {"target", one.target}, {"state", one.state}};
    add(entry, "reason", one.reason);
    add(entry, "description", one.description);
    entry["failOpen"] = one.fail_open;
    json.push_back(std::move(entry));
  }
  return json;
}

Json zonal_health_json(const Emulator& emulator) {
  Json json = Json::array();
  for (const ZoneStatus& one : emulator.zonal_health()) {
    Json groups = Json::array();
    for (const GroupInZone& group : one.target_groups) {
      groups.push_back({{"targetGroup", group.target_group},
                        {"targets", group.targets},
                        {"healthyTargets", group.healthy},
                        {"dnsHealthy", group.dns_healthy},
                        {"routingHealthy", group.routing_healthy}});
    }
    json.push_back({{"loadBalancer", one.load_balancer},
                    {"availabilityZone", one.availability_zone},
                    {"address", one.address},
                    {"healthy", one.healthy},
                    {"inDns", one.in_dns},
                    {"targetGroups", std::move(groups)}});
  }
  return json;
}

Json trust_stores_json(const std::vector<TrustStoreDescription>& stores) {
  Json json = Json::array();
  for (const auto& store : stores) {
    Json revocations = Json::array();
    for (const auto& one : store.revocations) {
      revocations.push_back({{"revocationId", one.revocation_id},
                             {"numberOfRevokedEntries", one.entries},
                             {"issuer", one.issuer}});
    }
    json.push_back({{"name", store.name},
                    {"numberOfCaCertificates", store.ca_certificates},
                    {"totalRevokedEntries", store.total_revoked_entries},
                    {"revocations", std::move(revocations)}});
  }
  return json;
}

}  // namespace hoplab::admin
