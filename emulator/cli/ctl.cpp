// hoplab ctl: the admin API from the shell.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/ascii.h"
#include "base/percent.h"
#include "cli/admin_call.h"
#include "cli/commands.h"
#include "cli/ctl_verbs.h"
#include "cli/fault_line.h"
#include "cli/terminal.h"
#include "model/nearest.h"
#include "scenario/format/change_table.h"
#include "scenario/format/reader.h"
#include "scenario/format/writer.h"

namespace hoplab::cli {

namespace {

using Words = std::vector<std::string>;

using Json = nlohmann::json;

/// A word as the number that it is, or as the text that the API then refuses.
Json number(const std::string& word) {
  double value = 0;
  const char* const end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return word;
  if (value == static_cast<double>(static_cast<std::int64_t>(value)))
    return static_cast<std::int64_t>(value);
  return value;
}

AdminCall put(std::string path, const Json& body) {
  return {"PUT", std::move(path), body.dump()};
}

/// With the scenario's relative paths as the emulator finds them, which may run elsewhere.
std::string file_text(const std::string& path) {
  auto read = scenario::read_scenario({path});
  if (!read.ok()) throw std::runtime_error(scenario::to_text(read.diagnostics));
  return scenario::scenario_text(read.scenario->topology, read.scenario->clock);
}

/// A command's words ("arm", "NAME") and what it asks for.
struct Verb {
  Words words;  // those in capitals stand for anything
  std::function<AdminCall(const Words& given)> call;
  Words choices{};  // for the last word; none: any
};

/// "TargetGroup" as the help writes it: "TARGET-GROUP".
std::string placeholder(const scenario::ChangeRow& row, std::string_view member) {
  std::string word;
  for (const char c : member) {
    if (!word.empty() && upper_case(c) == c) word += '-';
    word += upper_case(c);
  }
  const bool object = row.type_of(member).kind == scenario::Type::Kind::object;
  return object ? word + "-AS-JSON" : word;
}

/// What the words behind the verb of a change ask for: they are its members.
AdminCall call_of(const scenario::ChangeRow& row, const Words& given) {
  const scenario::ByHand& by_hand = row.by_hand;
  AdminCall call{std::string(by_hand.method), {}, {}};
  auto word = given.begin() + 1;
  for (std::string_view rest = by_hand.path; !rest.empty();) {
    call.path += rest.substr(0, rest.find('{'));
    rest.remove_prefix(std::min(rest.find('{'), rest.size()));
    if (rest.empty()) break;
    call.path += percent_encoded(*word++);
    rest.remove_prefix(rest.find('}') + 1);
  }
  if (word == given.end()) return call;
  const auto kind = row.type_of(by_hand.members.back()).kind;
  Json value = *word;
  if (kind == scenario::Type::Kind::integer) value = number(*word);
  if (!by_hand.null.empty() && *word == by_hand.null) value = nullptr;
  call.body = by_hand.key.empty() ? *word : Json{{by_hand.key, value}}.dump();
  return call;
}

/// What its last member may be, where that is one of a few words.
Words choices_of(const scenario::ChangeRow& row) {
  const scenario::Type& type = row.type_of(row.by_hand.members.back());
  Words words(type.choices.begin(), type.choices.end());
  for (const scenario::Type& one : type.alternatives) {
    words.insert(words.end(), one.choices.begin(), one.choices.end());
  }
  if (!row.by_hand.null.empty()) words.emplace_back(row.by_hand.null);
  return words;
}

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all = [] {
    std::vector<Verb> made = {
        {{"status"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/status", ""};
         }},
        {{"topology"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/topology", ""};
         }},
        {{"apply", "SCENARIO-FILE"},
         [](const Words& given) {
           return AdminCall{"PUT", "/v1/topology", file_text(given[1])};
         }},
        {{"change", "CHANGE-AS-JSON"},
         [](const Words& given) {
           return AdminCall{"POST", "/v1/changes", given[1]};
         }},
        {{"clock"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/clock", ""};
         }},
        {{"clock", "step", "DURATION"},
         [](const Words& given) {
           return AdminCall{"POST", "/v1/clock/step", Json{{"by", given[2]}}.dump()};
         }},
        {{"clock", "scaled", "FACTOR"},
         [](const Words& given) {
           return put("/v1/clock", {{"mode", "scaled"}, {"scale", number(given[2])}});
         }},
        {{"clock", "at", "TIME"},
         [](const Words& given) {
           return put("/v1/clock", {{"now", given[2]}});
         }},
        {{"clock", "MODE"},
         [](const Words& given) {
           return put("/v1/clock", {{"mode", given[1]}});
         },
         {"real", "stepped"}},
        {{"faults"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/faults", ""};
         }},
        {{"flows"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/flows", ""};
         }},
        {{"ends"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/ends", ""};
         }},
        {{"ends", "after", "ID"},
         [](const Words& given) {
           return AdminCall{"GET", "/v1/ends?after=" + percent_encoded(given[2]), ""};
         }},
        {{"requests"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/requests", ""};
         }},
        {{"requests", "after", "ID"},
         [](const Words& given) {
           return AdminCall{"GET", "/v1/requests?after=" + percent_encoded(given[2]), ""};
         }},
        {{"requests", "keep", "COUNT"},
         [](const Words& given) {
           return put("/v1/requests", {{"keep", number(given[2])}});
         }},
        {{"metrics"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/metrics", ""};
         }},
        {{"health"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/target-health", ""};
         }},
        {{"zones"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/zonal-health", ""};
         }},
        {{"trust-stores"},
         [](const Words&) {
           return AdminCall{"GET", "/v1/trust-stores", ""};
         }},
        {{"restore"},
         [](const Words&) {
           return AdminCall{"POST", "/v1/restore", ""};
         }},
    };
    for (const scenario::ChangeRow& row : scenario::change_rows()) {
      if (row.by_hand.verb.empty()) continue;
      Words words{std::string(row.by_hand.verb)};
      for (const auto member : row.by_hand.members) words.push_back(placeholder(row, member));
      made.push_back({std::move(words), [&row](const Words& given) { return call_of(row, given); },
                      choices_of(row)});
    }
    return made;
  }();
  return all;
}

const Verb* find_verb(const Words& given) {
  for (const Verb& verb : verbs()) {
    bool fits = verb.words.size() == given.size();
    for (std::size_t i = 0; fits && i < given.size(); ++i) {
      fits = stands_for_anything(verb.words[i]) || verb.words[i] == given[i];
    }
    if (fits) return &verb;
  }
  return nullptr;
}

/// "endpoint ENDPOINT STATE (available, rejected ...)".
std::string form_of(const Verb& verb) {
  const std::string form = joined(verb.words, " ");
  return verb.choices.empty() ? form : form + " (" + joined(verb.choices, ", ") + ")";
}

/// What is wrong with words that are no command.
std::string no_such_verb(const Words& given) {
  Words forms;
  std::vector<std::string_view> first_words;
  for (const Verb& verb : verbs()) {
    first_words.push_back(verb.words[0]);
    if (!given.empty() && verb.words[0] == given[0]) forms.push_back("  " + form_of(verb));
  }
  const std::string what = "there is no command '" + joined(given, " ") + "'";
  if (!forms.empty()) return what + "; it is:\n" + joined(forms, "\n");
  const std::string near = given.empty() ? "" : model::nearest(given[0], first_words);
  return near.empty() ? what + "\n" + ctl_commands() : what + "; did you mean '" + near + "'?";
}

}  // namespace

bool stands_for_anything(const std::string& word) {
  return word[0] >= 'A' && word[0] <= 'Z';
}

std::vector<CtlVerb> ctl_verbs() {
  std::vector<CtlVerb> all;
  for (const Verb& verb : verbs()) all.push_back({verb.words, verb.choices});
  all.push_back({{"fault", "HOP", "ACTION"}, fault_actions()});
  return all;
}

std::string ctl_commands() {
  std::string text = "Commands:";
  for (const Verb& verb : verbs()) {
    text += "\n  " + form_of(verb);
  }
  return text + "\n  " + fault_line_help();
}

int ctl(const CtlOptions& options) {
  Words words = options.words;
  if (words.size() > 2 && words[0] == "change") {
    // A list: the command line's parser has taken its brackets and cut it at the commas.
    const Words parts(words.begin() + 1, words.end());
    words = {"change", "[" + joined(parts, ",") + "]"};
  }
  const bool about_fault = !words.empty() && words[0] == "fault";
  if (!about_fault && !(options.fault_members.empty() && options.fault_name.empty())) {
    return fail("its options but --admin belong to: fault HOP ACTION [VALUE]");
  }
  const Verb* verb = find_verb(words);
  if (!verb && !about_fault) {
    return fail(no_such_verb(words));
  }
  const auto admin = admin_address(options.admin);
  if (!admin) return fail(admin.error());
  AdminCall call;
  try {
    if (about_fault) {
      auto said = fault_line(words, options);
      if (!said) return fail(said.error());
      call = std::move(said).value();
    } else {
      call = verb->call(words);
    }
  } catch (const std::runtime_error& mistakes) {
    std::fputs(mistakes.what(), stderr);
    return 2;
  }
  constexpr Duration kPatience = 60s;
  const auto answer = ask_admin(admin.value(), call, kPatience);
  if (!answer) return fail(answer.error());
  if (answer.value().status >= 400) {
    std::fputs(answer.value().body.c_str(), stderr);
    return 1;
  }
  print(answer.value().body);
  return 0;
}

}  // namespace hoplab::cli
