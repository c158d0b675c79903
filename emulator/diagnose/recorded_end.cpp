#include "diagnose/recorded_end.h"

#include "diagnose/known_codes.h"
#include "topology/record_text.h"

namespace hoplab::diagnose {

using scenario::Fact;

Question question_about(const EndRecord& record) {
  Question question;
  if (is_ordinary(record.reason) && record.failures.empty()) return question;
  scenario::Facts& facts = question.facts;
  // The line has the verdict and, of requests that failed, statuses and reasons.
  const topology::RecordText text = topology::record_text(record);
  if (!is_ordinary(record.reason)) {
    facts.learn(Fact::reason, to_text(record.reason));
    read_codes(text.end, facts);
    if (!record.verify_status.empty()) {
      facts.learn(Fact::certificate, record.certificate_subject.empty() ? "-" : "some");
    }
    if (record.tls_version.starts_with("TLSv")) {
      facts.learn(Fact::tls, record.tls_version.substr(std::string_view("TLSv").size()));
    }
    if (record.how == EndKind::rst) facts.learn(Fact::end, "reset");
    if (record.how == EndKind::fin) facts.learn(Fact::end, "closed");
  }
  for (const FailedRequests& one : record.failures) {
    facts.learn(Fact::reason, to_text(one.reason));
    if (one.status) facts.learn(Fact::status, std::to_string(one.status));
  }
  return question;
}

}  // namespace hoplab::diagnose
