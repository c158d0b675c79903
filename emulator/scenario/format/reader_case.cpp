// case: the symptom that a scenario reproduces.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

namespace rules = model::rules;
using model::MutualAuthenticationMode;

/// A list of words, each for a value of an enumeration.
template <class E>
void words(Define<Case>& define, std::string_view name,
           std::vector<std::pair<std::string_view, E>> values, std::vector<E> Case::*place,
           std::string_view help) {
  std::vector<std::string_view> choices;
  for (const auto& [word, value] : values) choices.push_back(word);
  define.own(name, list_of(choice(std::move(choices)), 1, 3), help,
             [values = std::move(values), place](Case& into, const Node& node, ReadContext&) {
               for (const Node& item : node.items) {
                 for (const auto& [word, value] : values) {
                   if (word == item.text) (into.*place).push_back(value);
                 }
               }
             });
}

Type texts() {
  return list_of(text(rules::kNotEmpty), 1, 50);
}

/// A fact's pattern among a sign's.
void fact(Define<Sign>& define, Fact which) {
  const FactText& text_of = kFactTexts[static_cast<std::size_t>(which)];
  define.own(text_of.name, text(rules::kNotEmpty), text_of.help,
             [which](Sign& into, const Node& node, ReadContext&) {
               into.facts.emplace_back(which, node.text);
             });
  define.written([which](const Sign& from, bool) -> std::optional<Node> {
    for (const auto& [one, pattern] : from.facts) {
      if (one == which) return node_of(pattern);
    }
    return std::nullopt;
  });
}

const ObjectType& sign_type() {
  static const ObjectType type = [] {
    Define<Sign> define("Sign",
                        "What a case looks like in facts. A value may have * for any run of "
                        "characters, be a range of numbers (\"9..12\"), or several with | between; "
                        "one that ends with | fits, too, when nothing is known of the fact.");
    define.value("likelihood", number(0, 1), &Sign::likelihood,
                 "how likely the case is when these facts are all that is known; default 1");
    for (std::size_t i = 0; i < kFacts; ++i) fact(define, static_cast<Fact>(i));
    return define.type();
  }();
  return type;
}

}  // namespace

const ObjectType& case_type() {
  static const ObjectType type = [] {
    Define<Case> define("Case", "A symptom that people meet, and what is behind it.");
    define
        .value("symptoms", texts(), &Case::symptoms,
               "lines as clients, logs and monitors print them")
        .required()
        .list("signs", sign_type, &Case::signs,
              "how to know it by what was measured: each is enough by itself")
        .value("cause", text(rules::kNotEmpty), &Case::cause, "what happens, in a sentence or two")
        .required()
        .value("hop", text(rules::kNotEmpty), &Case::hop, "where on the path, in words")
        .required()
        .value("tellApart", text(rules::kNotEmpty), &Case::tell_apart,
               "how to tell it from cases that look alike")
        .value("metrics", texts(), &Case::metrics, "AWS's metrics and logs to look at")
        .required()
        .value("fix", text(rules::kNotEmpty), &Case::fix, "what helps on AWS")
        .required()
        .value("facts", texts(), &Case::facts, "where it is from: AWS pages, public issues")
        .own("after", text(rules::kDuration), "after how long it comes, such as 350s",
             [](Case& into, const Node& node, ReadContext&) {
               into.after_s = model::parse_duration_s(node.text);
             });
    words<TlsVersion>(define, "tls", {{"1.2", TlsVersion::tls12}, {"1.3", TlsVersion::tls13}},
                      &Case::tls, "the versions with which it looks like that; default any");
    words<MutualAuthenticationMode>(define, "mutualTls",
                                    {{"off", MutualAuthenticationMode::off},
                                     {"passthrough", MutualAuthenticationMode::passthrough},
                                     {"verify", MutualAuthenticationMode::verify}},
                                    &Case::mutual_tls,
                                    "the modes with which it happens; default any");
    return define.type();
  }();
  return type;
}

}  // namespace hoplab::scenario
