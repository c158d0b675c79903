// hoplab explain --capture: from packets to causes, connection by connection.
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/finding_text.h"
#include "cli/terminal.h"
#include "diagnose/capture/capture_file.h"
#include "diagnose/capture/story.h"

namespace hoplab::cli {

namespace {

using diagnose::Finding;
using diagnose::Story;
using diagnose::TcpFlow;
using nlohmann::ordered_json;

struct Told {
  std::size_t number;  // of the connection in the file, from 1
  const TcpFlow* flow;
  Story story;
  std::vector<Finding> findings;
  std::size_t named;
};

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " connection" : " connections");
}

std::string text_of(const Told& one) {
  std::string text = "\nconnection " + std::to_string(one.number) + ": " +
                     one.flow->client.address + " to " + one.flow->server.address + "\n";
  for (const std::string& line : one.story.seen) text += "   " + line + "\n";
  text += "   " + one.story.end + "\n";
  if (one.named == 0) text += "   I do not know why\n";
  for (std::size_t i = 0; i < one.named; ++i) text += "\n" + finding_report(i + 1, one.findings[i]);
  return text;
}

ordered_json object_of_connection(const Told& one) {
  auto causes = ordered_json::array();
  for (std::size_t i = 0; i < one.named; ++i) causes.push_back(finding_object(one.findings[i]));
  return {{"connection", one.number},
          {"client", one.flow->client.address},
          {"server", one.flow->server.address},
          {"seen", one.story.seen},
          {"end", one.story.end},
          {"causes", std::move(causes)}};
}

}  // namespace

int explain_capture(const diagnose::Diagnosis& diagnosis, const diagnose::Question& known,
                    const ExplainOptions& options) {
  const auto bytes = read_file(options.capture);
  if (!bytes) return fail(bytes.error());
  const auto file = diagnose::read_capture(bytes.value());
  if (!file) return fail(options.capture + ": " + file.error());
  const std::vector<TcpFlow> flows = diagnose::tcp_flows(file.value());
  std::vector<Told> told;
  bool any_cause = false;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    Story story = diagnose::story_of(flows[i]);
    if (story.ordinary) continue;
    diagnose::Question question = known;
    question.facts = story.facts;
    auto findings = diagnosis.of(question);
    const std::size_t named = worth_naming(findings, options.most);
    any_cause = any_cause || named > 0;
    told.push_back({i + 1, &flows[i], std::move(story), std::move(findings), named});
  }
  auto json = ordered_json::array();
  std::string text = counted(flows.size()) + "; " + std::to_string(told.size()) +
                     " did not end in order" +
                     (file.value().cut_off ? "; the file is cut off" : "") + "\n";
  for (const Told& one : told) {
    json.push_back(object_of_connection(one));
    text += text_of(one);
  }
  print(options.json ? json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n"
                     : text);
  return any_cause ? 0 : 1;
}

}  // namespace hoplab::cli
