// Toxics: Toxiproxy's words for faults at a hop, and the faults that they are. A toxic is a fault
// of the topology whose name says the hop and the toxic: toxic.alb.latency_downstream.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "model/fault.h"

namespace hoplab::admin::toxiproxy {

using Json = nlohmann::ordered_json;

struct Toxic {
  std::string name, type;
  std::string stream = "downstream";  // to the client; "upstream": from it
  double toxicity = 1;                // 0 to 1: how many connections
  Json attributes = Json::object();
};

Json to_json(const Toxic& toxic);
bool is_toxic_type(const std::string& type);

/// The error says what cannot be, after "bad request body: ".
Result<model::Fault> fault_of(const std::string& proxy, const Toxic& toxic);
/// The name of that fault, of a toxic of that name.
std::string fault_name(const std::string& proxy, const std::string& toxic);
/// Of a fault that fault_of() has made.
Toxic toxic_of(const std::string& proxy, const model::Fault& fault);
bool is_toxic_of(const std::string& proxy, const model::Fault& fault);

/// What `enabled: false` of a proxy is.
model::Fault disabling(const std::string& proxy);
bool is_disabling(const model::Fault& fault);

}  // namespace hoplab::admin::toxiproxy
