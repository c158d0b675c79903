// What the admin API says of an emulator, as JSON. Pure functions of values, save that they ask the
// emulator for them. Times are ISO 8601 in UTC, durations are seconds.
#pragma once

#include <nlohmann/json.hpp>

#include "topology/emulator.h"

namespace hoplab::admin {

using Json = nlohmann::ordered_json;

Json status_json(const Emulator& emulator);
Json clock_json(const Emulator& emulator);
/// What a change did: { "created": [...], "updated": [...], "drained": [...] }.
Json applied_json(const Applied& applied);
Json faults_json(const std::vector<FaultStatus>& faults);
Json flows_json(const std::vector<FlowStatus>& flows);
/// One of them.
Json end_json(const EndRecord& end);
Json ends_json(const std::vector<EndRecord>& ends);
/// One of them. Values of secret fields and query members are masked unless `secrets`.
Json request_json(const ReceivedRequest& request, bool secrets);
Json requests_json(const std::vector<ReceivedRequest>& requests, std::uint64_t dropped,
                   bool secrets);
Json metrics_json(const Emulator& emulator);
Json target_health_json(const Emulator& emulator);
Json zonal_health_json(const Emulator& emulator);
Json trust_stores_json(const std::vector<TrustStoreDescription>& stores);

}  // namespace hoplab::admin
