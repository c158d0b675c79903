#include "cli/asked.h"

#include <unistd.h>

#include <iostream>
#include <iterator>

#include "base/file.h"
#include "base/joined.h"
#include "cli/own_scenarios.h"
#include "diagnose/capture/capture_file.h"
#include "model/text_rule.h"

namespace hoplab::cli {

using diagnose::Question;

Result<std::string> asked_text(const AskedOptions& options) {
  if (!options.file.empty() && !options.text.empty())
    return Error{"give a text or --file, not both"};
  if (!options.file.empty()) return read_file(options.file);
  if (!options.text.empty() && options.text != std::vector<std::string>{"-"})
    return joined(options.text, " ");
  if (options.text.empty() && isatty(STDIN_FILENO))
    return Error{"say what was printed: hoplab explain 'LINE', --file FILE, or a pipe"};
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

Result<Question> asked_question(const AskedOptions& options) {
  Question question;
  if (options.tls == "1.2") question.tls = scenario::TlsVersion::tls12;
  if (options.tls == "1.3") question.tls = scenario::TlsVersion::tls13;
  using Mode = model::MutualAuthenticationMode;
  if (options.mutual_tls == "off") question.mutual_tls = Mode::off;
  if (options.mutual_tls == "passthrough") question.mutual_tls = Mode::passthrough;
  if (options.mutual_tls == "verify") question.mutual_tls = Mode::verify;
  question.through = options.through;
  if (!options.after.empty()) {
    auto seconds = model::parse_duration_s(options.after);
    if (!seconds) seconds = model::parse_number(options.after);
    if (!seconds) return Error{"--after '" + options.after + "' is no duration such as 350s"};
    question.after_s = static_cast<double>(*seconds);
  }
  return question;
}

Result<scenario::Casebook> asked_casebook(const AskedOptions& options) {
  return scenario::Casebook::read(options.casebook.empty() ? own_casebook() : options.casebook);
}

Result<CapturedStories> captured_stories(const AskedOptions& options) {
  const auto bytes = read_file(options.capture);
  if (!bytes) return Error{bytes.error()};
  const auto file = diagnose::read_capture(bytes.value());
  if (!file) return Error{options.capture + ": " + file.error()};
  CapturedStories stories;
  stories.cut_off = file.value().cut_off;
  std::string key_log;
  if (!options.key_log.empty()) {
    auto read = read_file(options.key_log);
    if (!read) return Error{read.error()};
    key_log = std::move(read).value() + "\n";
  }
  const diagnose::TlsSecrets secrets(key_log + file.value().tls_secrets);
  for (diagnose::TcpFlow& flow : diagnose::tcp_flows(file.value())) {
    diagnose::Story story = diagnose::story_of(flow, secrets);
    stories.all.push_back({stories.all.size() + 1, std::move(flow), std::move(story)});
  }
  return stories;
}

}  // namespace hoplab::cli
