#include "diagnose/recognise.h"

#include <algorithm>
#include <string>

#include "diagnose/answers.h"
#include "diagnose/aws_logs.h"
#include "diagnose/client_words.h"
#include "diagnose/haproxy_log.h"
#include "diagnose/known_codes.h"
#include "diagnose/tls_alerts.h"

namespace hoplab::diagnose {

namespace {

using scenario::Fact;
using scenario::Facts;

void recognise_line(std::string_view line, Facts& facts) {
  if (read_aws_log(line, facts) || read_haproxy_log(line, facts)) return;
  read_named_fields(line, facts);
  read_codes(line, facts);
  read_message(line, facts);
  if (const auto alert = alert_in(line); !alert.empty()) {
    facts.learn(Fact::end, "alert");
    facts.learn(Fact::alert, alert);
    facts.learn(Fact::stage, "handshake");
  }
  read_client_words(line, facts);
  read_status(line, facts);
  read_metrics(line, facts);
  read_duration(line, facts);
}

}  // namespace

Facts recognise(std::string_view text) {
  Facts facts;
  if (text.find('\n') != std::string_view::npos) {  // a line that was wrapped when it was pasted
    std::string joined(text);
    std::ranges::replace(joined, '\n', ' ');
    if (!is_log_line(text.substr(0, text.find('\n')))) read_aws_log(joined, facts);
  }
  read_target_health(text, facts);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    recognise_line(text.substr(0, end), facts);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return facts;
}

bool is_log_line(std::string_view line) {
  Facts facts;
  return read_aws_log(line, facts) || read_haproxy_log(line, facts);
}

}  // namespace hoplab::diagnose
