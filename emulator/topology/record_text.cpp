#include "topology/record_text.h"

#include "base/joined.h"
#include "http/secrets.h"

namespace hoplab::topology {

namespace {

/// Who did it, and how it showed: "client RST", "alb RST", "FIN".
std::string end_kind_text(const EndRecord& record) {
  const std::string kind(to_text(record.how));
  if (record.how != EndKind::rst) return kind;
  if (record.by == Party::client) return "client " + kind;
  return record.hop.empty() ? kind : record.hop + " " + kind;
}

/// What an ended connection and one that goes on have in common.
template <class Record>
std::string way_text(const Record& record) {
  std::string line =
      "#" + std::to_string(record.id) + " " + record.client + " > " + joined(record.hops, " > ");
  if (!record.tls_version.empty()) line += "  " + record.tls_version;
  return line;
}

template <class Record>
std::string requests_text(const Record& record, int last_status) {
  std::string line;
  if (record.requests) {
    line +=
        "  " + std::to_string(record.requests) + (record.requests == 1 ? " request" : " requests");
    if (last_status) line += ", last " + std::to_string(last_status);
  }
  for (const FailedRequests& one : record.failures) line += "  [" + failure_text(one) + "]";
  return line;
}

}  // namespace

std::string failure_text(const FailedRequests& one) {
  std::string text = one.count > 1 ? std::to_string(one.count) + " x " : "";
  text += (one.status ? std::to_string(one.status) : "no answer") + " by " + one.hop;
  if (!one.target.empty()) text += " for " + one.target;
  text += ": " + std::string(explain(one.reason));
  if (!one.detail.empty()) text += " (" + one.detail + ")";
  return text;
}

std::string explanation(const EndRecord& record) {
  std::string text(explain(record.reason));
  if (!record.tls_failure.empty()) text += ": " + record.tls_failure;
  return text;
}

RecordText record_text(const EndRecord& record) {
  RecordText text;
  text.connection = way_text(record);
  if (!record.certificate_subject.empty()) {
    text.connection += "  [" + record.certificate_subject + "]";
  }
  text.connection += requests_text(record, record.last_status);
  if (!record.removed_fields.empty()) {
    text.connection += "  [removed: " + joined(record.removed_fields, ", ") + "]";
  }
  text.end = end_kind_text(record) + " at " + std::string(to_text(record.stage)) + ": " +
             explanation(record);
  if (record.verify_status.starts_with("Failed")) {
    text.end += " (" + record.verify_status +
                (record.verify_reason.empty() ? "" : ": " + record.verify_reason) + ")";
  }
  return text;
}

std::string request_text(const RequestRecord& request, bool secrets) {
  std::string text = "#" + std::to_string(request.connection) + " " + request.client + "  ";
  if (request.method.empty()) {
    text += "(what is no request)";
  } else {
    text += request.method + " " + (secrets ? request.path : http::masked_target(request.path));
  }
  text += "  ";
  if (request.failure) return text + failure_text(*request.failure);
  return text + std::to_string(request.status) + " by " + request.by;
}

RecordText record_text(const FlowStatus& flow) {
  RecordText text{way_text(flow) + requests_text(flow, 0),
                  "open, at " + std::string(to_text(flow.stage))};
  if (flow.cause) text.end += ": " + std::string(explain(flow.cause->reason));
  return text;
}

}  // namespace hoplab::topology
