// What `hoplab explain` makes of lines that people had: the casebook's own symptoms, lines of
// public threads with their sources (lines/*.json), and lines about something else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "diagnose/diagnosis.h"
#include "diagnose/many_lines.h"
#include "model/text_rule.h"

namespace hoplab::diagnose {
namespace {

using nlohmann::json;

const scenario::Casebook& book() {
  static const scenario::Casebook read =
      scenario::Casebook::read(HOPLAB_SOURCE_DIR "/scenarios/resets").value();
  return read;
}

const Diagnosis& diagnosis() {
  static const Diagnosis made(book());
  return made;
}

json lines_of(const std::string& file) {
  return json::parse(
      read_file(HOPLAB_SOURCE_DIR "/tests/diagnose/lines/" + file + ".json").value());
}

/// The option's words to what they mean.
void know(Question& question, const json& known) {
  if (known.contains("tls"))
    question.tls =
        known["tls"] == "1.2" ? scenario::TlsVersion::tls12 : scenario::TlsVersion::tls13;
  if (known.contains("after"))
    question.after_s =
        static_cast<double>(*model::parse_duration_s(known["after"].get<std::string>()));
  using Mode = model::MutualAuthenticationMode;
  if (known.contains("mutualTls")) {
    question.mutual_tls = known["mutualTls"] == "verify"        ? Mode::verify
                          : known["mutualTls"] == "passthrough" ? Mode::passthrough
                                                                : Mode::off;
  }
  if (known.contains("through"))
    question.through = known["through"].get<std::vector<std::string>>();
}

/// Names of the causes that are worth naming: a case's file without folder and ending, "code:501".
std::vector<std::string> names(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const Finding& one : findings) {
    if (one.likelihood < kLeastLikelihood) break;
    if (!one.known_case) {
      all.push_back("code:" + one.code->code);
      continue;
    }
    const std::string& file = one.known_case->file;
    const auto slash = file.rfind('/');
    all.push_back(file.substr(slash + 1, file.size() - slash - sizeof ".json"));
  }
  return all;
}

std::vector<std::string> explained(const std::string& line, const json& known = json::object()) {
  Question question;
  know(question, known);
  const auto groups = grouped(diagnosis(), question, line);
  for (const LineGroup& group : groups) {
    if (!group.causes.empty()) return names(group.causes);
  }
  if (!groups.empty()) return {};
  question.text = line;
  return names(diagnosis().of(question));
}

bool is_right(const std::string& name, const json& cases) {
  return std::ranges::any_of(
      cases, [&name](const json& one) { return name.starts_with(one.get<std::string>()); });
}

struct Score {
  double lines = 0, first = 0, of_three = 0;
  std::string wrong;
};

Score score_of(const std::string& file) {
  Score score;
  for (const json& one : lines_of(file)) {
    const auto got = explained(one["line"], one.value("known", json::object()));
    const auto three = std::min<std::size_t>(got.size(), 3);
    score.lines += 1;
    score.first += !got.empty() && is_right(got.front(), one["cases"]);
    if (std::any_of(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(three),
                    [&one](const std::string& name) { return is_right(name, one["cases"]); })) {
      score.of_three += 1;
    } else {
      score.wrong += one["line"].get<std::string>().substr(0, 120) + "\n";
    }
  }
  return score;
}

void expect_good(const std::string& file, double lines) {
  const Score score = score_of(file);
  EXPECT_GE(score.lines, lines);
  EXPECT_GE(score.first / score.lines, 0.85) << file;
  EXPECT_GE(score.of_three / score.lines, 0.97) << file << ", not among three:\n" << score.wrong;
  std::cout << file << ": " << score.lines << " lines, first " << score.first / score.lines
            << ", among three " << score.of_three / score.lines << "\n";
}

TEST(Lines, OfDocumentedFormats) {
  expect_good("documented", 24);
}

TEST(Lines, AsProgramsPrintThem) {
  expect_good("programs", 90);
}

TEST(Lines, OfClientsInPublicThreads) {
  expect_good("clients", 95);
}

TEST(Lines, OfLogsInPublicThreads) {
  expect_good("logs", 150);
}

TEST(Lines, OfEarlierIssues) {
  const Score score = score_of("symptoms");
  EXPECT_GE(score.lines, 46);
  EXPECT_EQ(score.of_three, score.lines) << "not among three:\n" << score.wrong;
}

TEST(Lines, AboutSomethingElseAreNotKnown) {
  const json noise = lines_of("noise");
  double known = 0;
  std::string which;
  for (const json& one : noise) {
    const auto got = explained(one["line"]);
    known += !got.empty();
    if (!got.empty()) which += got.front() + ": " + one["line"].get<std::string>() + "\n";
  }
  EXPECT_GE(noise.size(), 140u);
  EXPECT_LE(known / static_cast<double>(noise.size()), 0.05) << which;
}

TEST(Lines, ACaseIsFoundByEachOfItsOwn) {
  EXPECT_GE(book().cases().size(), 110u);
  for (const scenario::Scenario& one : book().cases()) {
    const scenario::Case& known = *one.reset_case;
    for (const std::string& line : known.symptoms) {
      Question question;
      question.text = line;
      if (known.tls.size() == 1) question.tls = known.tls.front();
      if (known.mutual_tls.size() == 1) question.mutual_tls = known.mutual_tls.front();
      if (known.after_s) question.after_s = static_cast<double>(*known.after_s);
      auto findings = diagnosis().of(question);
      findings.resize(std::min<std::size_t>(findings.size(), 3));
      EXPECT_TRUE(std::ranges::any_of(
          findings, [&one](const Finding& finding) { return finding.known_case == &one; }))
          << one.file << ": " << line << " " << testing::PrintToString(names(findings));
    }
  }
}

}  // namespace
}  // namespace hoplab::diagnose
