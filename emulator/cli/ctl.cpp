// hoplab ctl: the admin API from the shell.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/ascii.h"
#include "base/percent.h"
#include "base/task_group.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "http/body_reading.h"
#include "http/h1/http1_client.h"
#include "http/text_body.h"
#include "net/tcp_stream.h"
#include "scenario/format/change_table.h"
#include "scenario/format/reader.h"
#include "scenario/format/writer.h"

namespace hoplab::cli {

namespace {

struct Call {
  std::string method, path, body;
};

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

Call put(std::string path, const Json& body) {
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
  std::function<Call(const Words& given)> call;
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
Call call_of(const scenario::ChangeRow& row, const Words& given) {
  const scenario::ByHand& by_hand = row.by_hand;
  Call call{std::string(by_hand.method), {}, {}};
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

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all = [] {
    std::vector<Verb> made = {
        {{"status"},
         [](const Words&) {
           return Call{"GET", "/v1/status", ""};
         }},
        {{"topology"},
         [](const Words&) {
           return Call{"GET", "/v1/topology", ""};
         }},
        {{"apply", "SCENARIO-FILE"},
         [](const Words& given) {
           return Call{"PUT", "/v1/topology", file_text(given[1])};
         }},
        {{"change", "CHANGE-AS-JSON"},
         [](const Words& given) {
           return Call{"POST", "/v1/changes", given[1]};
         }},
        {{"clock"},
         [](const Words&) {
           return Call{"GET", "/v1/clock", ""};
         }},
        {{"clock", "step", "DURATION"},
         [](const Words& given) {
           return Call{"POST", "/v1/clock/step", Json{{"by", given[2]}}.dump()};
         }},
        {{"clock", "scaled", "FACTOR"},
         [](const Words& given) {
           return put("/v1/clock", {{"mode", "scaled"}, {"scale", number(given[2])}});
         }},
        {{"clock", "MODE"},
         [](const Words& given) {
           return put("/v1/clock", {{"mode", given[1]}});
         }},
        {{"faults"},
         [](const Words&) {
           return Call{"GET", "/v1/faults", ""};
         }},
        {{"flows"},
         [](const Words&) {
           return Call{"GET", "/v1/flows", ""};
         }},
        {{"ends"},
         [](const Words&) {
           return Call{"GET", "/v1/ends", ""};
         }},
        {{"ends", "after", "ID"},
         [](const Words& given) {
           return Call{"GET", "/v1/ends?after=" + percent_encoded(given[2]), ""};
         }},
        {{"requests"},
         [](const Words&) {
           return Call{"GET", "/v1/requests", ""};
         }},
        {{"requests", "after", "ID"},
         [](const Words& given) {
           return Call{"GET", "/v1/requests?after=" + percent_encoded(given[2]), ""};
         }},
        {{"requests", "keep", "COUNT"},
         [](const Words& given) {
           return put("/v1/requests", {{"keep", number(given[2])}});
         }},
        {{"metrics"},
         [](const Words&) {
           return Call{"GET", "/v1/metrics", ""};
         }},
        {{"health"},
         [](const Words&) {
           return Call{"GET", "/v1/target-health", ""};
         }},
        {{"trust-stores"},
         [](const Words&) {
           return Call{"GET", "/v1/trust-stores", ""};
         }},
        {{"restore"},
         [](const Words&) {
           return Call{"POST", "/v1/restore", ""};
         }},
    };
    for (const scenario::ChangeRow& row : scenario::change_rows()) {
      if (row.by_hand.verb.empty()) continue;
      Words words{std::string(row.by_hand.verb)};
      for (const auto member : row.by_hand.members) words.push_back(placeholder(row, member));
      made.push_back(
          {std::move(words), [&row](const Words& given) { return call_of(row, given); }});
    }
    return made;
  }();
  return all;
}

bool stands_for_anything(const std::string& word) {
  return word[0] >= 'A' && word[0] <= 'Z';
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

struct Answer {
  int status = 0;
  std::string body, trouble;
};

Task<void> ask(Loop& loop, const net::Address& admin, const Call& call, Answer& answer) {
  constexpr Duration kPatience = 60s;
  auto dialer = net::make_tcp_dialer(loop, admin.ip, admin.port);
  if (!dialer) {
    answer.trouble = dialer.error();
    co_return;
  }
  auto dialed = co_await dialer.value()->dial(kPatience);
  if (!dialed.stream) {
    answer.trouble = "nobody answers at " + admin.text() + "; is hoplab up?";
    co_return;
  }
  http::Http1Client client(std::move(dialed.stream), kPatience);
  http::Request request;
  http::Response response;
  request.method = call.method;
  request.target = call.path;
  request.headers.add("Host", "127.0.0.1");
  http::TextBody body(call.body);
  if (!call.body.empty()) request.body = &body;
  if (co_await client.exchange(request, response) != http::ExchangeFailure::none) {
    answer.trouble = "no answer from " + admin.text();
    co_return;
  }
  answer.status = response.status;
  answer.body = response.text;
  if (http::BodySource* rest = client.body()) {
    co_await http::read_body(loop, *rest, answer.body, std::string::npos - 1);
  }
}

Result<net::Address> admin_address(const std::string& given) {
  const char* const set = std::getenv("HOPLAB_ADMIN");
  std::string text = !given.empty() ? given : set ? set : "";
  // As --json gives it.
  if (text.starts_with("http://")) text.erase(0, std::string_view("http://").size());
  if (text.ends_with('/')) text.pop_back();
  if (text.empty()) {
    return Error{
        "where is it? --admin ADDRESS:PORT, or HOPLAB_ADMIN from the env file of hoplab up"};
  }
  return net::parse_address(text);
}

}  // namespace

std::string ctl_commands() {
  std::string text = "Commands:";
  for (const Verb& verb : verbs()) {
    text += "\n  " + joined(verb.words, " ");
  }
  return text;
}

int ctl(const CtlOptions& options) {
  Words words = options.words;
  if (words.size() > 2 && words[0] == "change") {
    // A list: the command line's parser has taken its brackets and cut it at the commas.
    const Words parts(words.begin() + 1, words.end());
    words = {"change", "[" + joined(parts, ",") + "]"};
  }
  const Verb* verb = find_verb(words);
  if (!verb) {
    return fail("there is no command '" + joined(words, " ") + "'\n" + ctl_commands());
  }
  const auto admin = admin_address(options.admin);
  if (!admin) return fail(admin.error());
  Loop loop;
  Answer answer;
  Call call;
  try {
    call = verb->call(words);
  } catch (const std::runtime_error& mistakes) {
    std::fputs(mistakes.what(), stderr);
    return 2;
  }
  TaskGroup tasks;
  tasks.spawn(ask(loop, admin.value(), call, answer));
  loop.run_until([&tasks] { return tasks.running() == 0; });
  if (!answer.trouble.empty()) return fail(answer.trouble);
  if (answer.status >= 400) {
    std::fputs(answer.body.c_str(), stderr);
    return 1;
  }
  print(answer.body);
  return 0;
}

}  // namespace hoplab::cli
