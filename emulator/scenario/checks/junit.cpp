// JUnit XML: the dialect that Jenkins, GitLab and GitHub's reporters read.

#include <cstdio>

#include "base/xml_escaped.h"
#include "scenario/checks/runner.h"

namespace hoplab::scenario {

namespace {

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
    cases += "    <testcase classname=\"" + xml_escaped(result.file) + "\" name=\"" +
             xml_escaped(check.name) + "\" time=\"" + seconds(check.real_time) + "\"";
    if (check.passed()) {
      cases += "/>\n";
      continue;
    }
    ++failed;
    cases += ">\n      <failure message=\"" + xml_escaped(check.failures.front()) + "\">";
    for (const auto& failure : check.failures) cases += xml_escaped(failure) + "\n";
    for (const auto& connection : check.connections) cases += xml_escaped(connection) + "\n";
    for (const auto& one : check.timelines) cases += xml_escaped(one) + "\n";
    if (!check.capture.empty()) cases += "captured in " + xml_escaped(check.capture) + "\n";
    cases += "</failure>\n    </testcase>\n";
  }
  const bool broken = !result.error.empty();
  if (broken) {
    cases += "    <testcase classname=\"" + xml_escaped(result.file) +
             "\" name=\"start\">\n      " + "<error message=\"the scenario could not run\">" +
             xml_escaped(result.error) + "</error>\n    </testcase>\n";
  }
  return "  <testsuite name=\"" + xml_escaped(result.title.empty() ? result.file : result.title) +
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
