// JUnit XML: the dialect that Jenkins, GitLab and GitHub's reporters read.

#include <cstdio>

#include "scenario/checks/runner.h"

namespace hoplab::scenario {

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      // XML 1.0 has no other control characters, not even escaped.
      default: out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

std::string seconds(std::chrono::microseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", static_cast<double>(time.count()) / 1e6);
  return text;
}

std::string suite_xml(const ScenarioResult& result) {
  std::size_t failed = 0;
  std::chrono::microseconds total{0};
  std::string cases;
  for (const CheckResult& check : result.checks) {
    total += check.real_time;
    cases += "    <testcase classname=\"" + escaped(result.file) + "\" name=\"" +
             escaped(check.name) + "\" time=\"" + seconds(check.real_time) + "\"";
    if (check.passed()) {
      cases += "/>\n";
      continue;
    }
    ++failed;
    cases += ">\n      <failure message=\"" + escaped(check.failures.front()) + "\">";
    for (const auto& failure : check.failures) cases += escaped(failure) + "\n";
    for (const auto& connection : check.connections) cases += escaped(connection) + "\n";
    for (const auto& one : check.timelines) cases += escaped(one) + "\n";
    if (!check.capture.empty()) cases += "captured in " + escaped(check.capture) + "\n";
    cases += "</failure>\n    </testcase>\n";
  }
  const bool broken = !result.error.empty();
  if (broken) {
    cases += "    <testcase classname=\"" + escaped(result.file) + "\" name=\"start\">\n      " +
             "<error message=\"the scenario could not run\">" + escaped(result.error) +
             "</error>\n    </testcase>\n";
  }
  return "  <testsuite name=\"" + escaped(result.title.empty() ? result.file : result.title) +
         "\" tests=\"" + std::to_string(result.checks.size() + broken) + "\" failures=\"" +
         std::to_string(failed) + "\" errors=\"" + std::to_string(static_cast<int>(broken)) +
         "\" time=\"" + seconds(total) + "\">\n" + cases + "  </testsuite>\n";
}

}  // namespace

std::string junit_xml(const std::vector<ScenarioResult>& results) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& result : results) xml += suite_xml(result);
  return xml + "</testsuites>\n";
}

}  // namespace hoplab::scenario
