// hoplab explain --capture: from packets to causes, connection by connection.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/shell_quoted.h"
#include "cli/asked.h"
#include "cli/finding_text.h"
#include "cli/json_line.h"
#include "cli/terminal.h"

namespace hoplab::cli {

namespace {

using diagnose::Finding;
using nlohmann::ordered_json;

struct Told {
  const CapturedStory* captured;
  std::vector<const CapturedStory*> elsewhere;  // the same connection at further hops
  std::vector<const CapturedStory*> alike;      // other connections that ended like it
  std::vector<Finding> findings;
  std::size_t named;
};

/// A capture of hoplab's shows a connection at each hop, and says which one it is.
bool is_same_connection(const diagnose::TcpFlow& a, const diagnose::TcpFlow& b) {
  return a.comment.starts_with("connection ") && a.comment == b.comment &&
         a.interface != b.interface;
}

/// At one place in one way, such as each health check of a target.
bool is_alike(const CapturedStory& a, const CapturedStory& b) {
  return a.flow.interface == b.flow.interface && a.flow.server.address == b.flow.server.address &&
         a.story.facts == b.story.facts;
}

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " connection" : " connections");
}

std::string place_of(const diagnose::TcpFlow& flow) {
  return flow.client.address + " to " + flow.server.address +
         (flow.interface.empty() ? "" : " at " + flow.interface);
}

std::string text_of(const Told& one, const std::string& capture) {
  std::string text = "\nconnection " + std::to_string(one.captured->number) + ": " +
                     place_of(one.captured->flow) + "\n";
  for (const std::string& line : one.captured->story.seen) text += "   " + line + "\n";
  text += "   " + one.captured->story.end + "\n";
  for (const CapturedStory* other : one.elsewhere) {
    text += "   " + place_of(other->flow) + ": " + other->story.end + "\n";
  }
  if (!one.alike.empty())
    text += "   and " + std::to_string(one.alike.size()) + " more ended like it\n";
  if (one.named == 0) text += "   I do not know why\n";
  for (std::size_t i = 0; i < one.named; ++i) text += "\n" + finding_report(i + 1, one.findings[i]);
  if (one.named > 0) {
    text += "   as seen:    hoplab reproduce --capture " + shell_quoted(capture) +
            " --connection " + std::to_string(one.captured->number) + "\n";
  }
  return text;
}

ordered_json object_of_connection(const Told& one) {
  return {{"connection", one.captured->number},
          {"client", one.captured->flow.client.address},
          {"server", one.captured->flow.server.address},
          {"interface", one.captured->flow.interface},
          {"seen", one.captured->story.seen},
          {"end", one.captured->story.end},
          {"causes", finding_objects(one.findings, one.named)}};
}

}  // namespace

int explain_capture(const diagnose::Diagnosis& diagnosis, const diagnose::Question& known,
                    const ExplainOptions& options) {
  const auto stories = captured_stories(options);
  if (!stories) return fail(stories.error());
  std::vector<Told> told;
  bool any_cause = false;
  for (const CapturedStory& one : stories.value().all) {
    if (one.story.ordinary) continue;
    const auto is_here = [&one](const CapturedStory* earlier) {
      return is_same_connection(earlier->flow, one.flow);
    };
    const auto before = std::ranges::find_if(told, [&is_here](const Told& earlier) {
      return is_here(earlier.captured) || std::ranges::any_of(earlier.alike, is_here);
    });
    if (before != told.end()) {
      if (is_here(before->captured)) before->elsewhere.push_back(&one);
      continue;
    }
    const auto like = std::ranges::find_if(told, [&](const Told& earlier) {
      return !options.json && is_alike(*earlier.captured, one);
    });
    if (like != told.end()) {
      like->alike.push_back(&one);
      continue;
    }
    diagnose::Question question = known;
    question.facts = one.story.facts;
    auto findings = diagnosis.of(question);
    const std::size_t named = worth_naming(findings, options.most);
    any_cause = any_cause || named > 0;
    told.push_back({&one, {}, {}, std::move(findings), named});
  }
  std::size_t out_of_order = told.size();
  for (const Told& one : told) out_of_order += one.alike.size();
  auto json = ordered_json::array();
  std::string text = counted(stories.value().all.size()) + "; " + std::to_string(out_of_order) +
                     " did not end in order" +
                     (stories.value().cut_off ? "; the file is cut off" : "") + "\n";
  for (const Told& one : told) {
    json.push_back(object_of_connection(one));
    text += text_of(one, options.capture);
  }
  print(options.json ? json_line(json) : text);
  return any_cause ? 0 : 1;
}

}  // namespace hoplab::cli
