// Overlays: what a scenario extends, files merged over it, and single values by their paths.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "small_scenario.h"
#include "support/temporary_folder.h"

namespace hoplab::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kTimeout =
    "LoadBalancers.alb.LoadBalancerAttributes.idle_timeout.timeout_seconds";

class Overlays : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text) {
    const std::string path = folder_ / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  /// The mistakes, without this test's folder.
  std::string mistakes(const Source& source) {
    std::string text = to_text(read_scenario(source).diagnostics);
    const std::string folder = folder_.path() + "/";
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }
  Scenario good(const Source& source) {
    ReadOutcome outcome = read_scenario(source);
    EXPECT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
    return outcome.ok() ? std::move(*outcome.scenario) : Scenario{};
  }
  static int timeout_of(const Scenario& scenario) {
    return static_cast<int>(scenario.topology.load_balancers[0].attributes.idle_timeout_s);
  }

  testing::TemporaryFolder folder_;
  const std::string small_ = write("small.json", kSmall);
};

TEST_F(Overlays, AnOverlayIsOneAttributeMoreAndNotACopy) {
  const std::string mine =
      write("mine.json", R"({ "LoadBalancers": { "alb": { "LoadBalancerAttributes": {
                        "idle_timeout.timeout_seconds": 5 } } } })");
  const Scenario scenario = good({small_, {mine}, {}});
  EXPECT_EQ(timeout_of(scenario), 5);
  EXPECT_EQ(scenario.title, "small");
}

TEST_F(Overlays, ALaterOneGoesOverAnEarlierOneAndASettingOverBoth) {
  const std::string first = write("1.json", R"({ "title": "first", "story": "of the first" })");
  const std::string second = write("2.json", R"({ "title": "second" })");
  const Scenario both = good({small_, {first, second}, {}});
  EXPECT_EQ(both.title, "second");
  EXPECT_EQ(both.story, "of the first");
  EXPECT_EQ(good({small_, {first, second}, {{"title", "set"}}}).title, "set");
}

TEST_F(Overlays, NullTakesAMemberAwayAndAListIsReplacedAsAWhole) {
  const std::string first = write("first.json", R"({ "story": "gone", "checks": [
          { "name": "one", "request": { "path": "/" }, "expect": { "status": 200 } },
          { "name": "two", "request": { "path": "/" }, "expect": { "status": 200 } } ] })");
  EXPECT_EQ(good({small_, {first}, {}}).checks.size(), 2u);
  const std::string second = write("second.json", R"({ "story": null, "checks": [
          { "name": "three", "request": { "path": "/" }, "expect": { "status": 200 } } ] })");
  const Scenario scenario = good({small_, {first, second}, {}});
  EXPECT_EQ(scenario.story, "");
  ASSERT_EQ(scenario.checks.size(), 1u);
  EXPECT_EQ(scenario.checks[0].name, "three");
}

TEST_F(Overlays, AnObjectTakesThePlaceOfWhatIsNone) {
  const std::string mine = write("mine.json", R"({ "entry": { "alb": "x" } })");
  EXPECT_EQ(mistakes({small_, {mine}, {}}),
            "mine.json:1: /entry: found an object; it takes a text that is not empty or a list\n");
}

TEST_F(Overlays, ANullThatTakesNothingAwayIsAMistake) {
  const std::string mine = write("mine.json", R"({
    "TargetGroups": { "gruop": null },
    "services": { "more": { "standIn": { "body": null } } } })");
  EXPECT_EQ(mistakes({small_, {mine}, {}}),
            "mine.json:2: /TargetGroups/gruop: found null; it takes a member away, and there is "
            "none of that name; did you mean \"group\"?\n"
            "mine.json:3: /services/more/standIn/body: found null; it takes a member away, and "
            "there is none of that name\n");
}

TEST_F(Overlays, EachMistakeNamesTheFileThatHasIt) {
  const std::string base = write("base.json", small_with("\"Port\": 80,", "\"Port\": 99999,"));
  const std::string mine = write("mine.json", R"({
    "TargetGroups": {
      "group": { "Protocol": "HTPS" } } })");
  EXPECT_EQ(
      mistakes({base, {mine}, {{kTimeout, "0"}}}),
      "--set " + std::string(kTimeout) +
          "=0: /LoadBalancers/alb/LoadBalancerAttributes/idle_timeout.timeout_seconds: found 0; it "
          "takes a whole number, 1 to 4000\n"
          "base.json:7: /LoadBalancers/alb/Listeners/0/Port: found 99999; it takes a whole number, "
          "1 to 65535\n"
          "mine.json:3: /TargetGroups/group/Protocol: found \"HTPS\"; it takes TCP, TLS, HTTP or "
          "HTTPS; did you mean \"HTTPS\"?\n");
}

TEST_F(Overlays, AJudgementNamesTheFileThatHasItsPlace) {
  const std::string mine = write("mine.json", R"({
    "entry": "nlb" })");
  EXPECT_THAT(mistakes({small_, {mine}, {}}), HasSubstr("mine.json:2: /entry: found \"nlb\""));
}

TEST_F(Overlays, AScenarioExtendsAnotherOneByItsOwnFolder) {
  write("a/base.json", kSmall);
  write("a/middle.json", R"({ "extends": "base.json", "title": "middle", "story": "told" })");
  const std::string last = write("b/last.json", R"({ "extends": "../a/middle.json",
                                                     "title": "last" })");
  const ReadOutcome outcome = read_scenario({last});
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  EXPECT_EQ(outcome.scenario->title, "last");
  EXPECT_EQ(outcome.scenario->story, "told");
  EXPECT_EQ(outcome.scenario->file, last);
  EXPECT_EQ(outcome.files.size(), 3u);
}

TEST_F(Overlays, WhatCannotBeExtendedIsSaid) {
  const std::string circle = write("circle.json", R"({ "extends": "other.json" })");
  write("other.json", R"({ "extends": "./circle.json" })");
  EXPECT_EQ(
      mistakes({circle}),
      "other.json:1: /extends: found \"./circle.json\"; the scenarios extend one another in a "
      "circle\n");
  const std::string lost = write("lost.json", R"({ "extends": "nowhere.json" })");
  EXPECT_EQ(mistakes({lost}),
            "lost.json:1: /extends: found \"nowhere.json\"; there is no such file (looked for "
            "nowhere.json)\n");
  EXPECT_EQ(mistakes({small_, {circle}, {}}),
            "circle.json:1: /extends: found \"other.json\"; this file is merged over the scenario; "
            "the scenario itself can extend another one\n");
  EXPECT_EQ(to_text(read_scenario_text(R"({ "extends": "x.json" })", "").diagnostics),
            ":1: /extends: found \"x.json\"; only a file can extend another file\n");
  EXPECT_EQ(mistakes({small_, {folder_ / "no.json"}, {}}), "no.json: the file cannot be read\n");
}

TEST_F(Overlays, FilesAreLookedForInTheFolderOfWhoNamesThem) {
  write("base/ca.pem", "");
  const std::string base =
      write("base/base.json", small_with("\"entry\"", R"("TrustStores": { "store": {
           "CaCertificatesBundle": [{ "file": "ca.pem" }] } }, "entry")"));
  const std::string child = write("child.json", R"({ "extends": "base/base.json" })");
  EXPECT_EQ(good({child}).topology.trust_stores[0].ca_files, std::vector{folder_ / "base/ca.pem"});
  const std::string mine = write("mine/mine.json", R"({ "TrustStores": { "store": {
      "CaCertificatesBundle": [{ "file": "ca.pem" }] } } })");
  EXPECT_EQ(mistakes({child, {mine}, {}}),
            "mine/mine.json:2: /TrustStores/store/CaCertificatesBundle/0/file: found \"ca.pem\"; "
            "there is no such file (looked for mine/ca.pem)\n");
}

TEST_F(Overlays, AValueIsSetByItsPath) {
  EXPECT_EQ(timeout_of(good({small_, {}, {{kTimeout, "7"}}})), 7);
  EXPECT_EQ(timeout_of(good({small_,
                             {},
                             {{"/LoadBalancers/alb/LoadBalancerAttributes/"
                               "idle_timeout.timeout_seconds",
                               "8"}}})),
            8);
  const Scenario port = good({small_, {}, {{"LoadBalancers.alb.Listeners.0.Port", "8080"}}});
  EXPECT_EQ(port.topology.load_balancers[0].listeners[0].port, 8080);
}

TEST_F(Overlays, ATextIsTakenAsItIsWrittenAndJsonWhereItFits) {
  EXPECT_EQ(good({small_, {}, {{"title", "5"}}}).title, "5");
  EXPECT_EQ(good({small_, {}, {{"title", "\"x\""}}}).title, "\"x\"");
  EXPECT_EQ(good({small_, {}, {{"services.mine.standIn", R"({ "body": "set" })"}}})
                .topology.services[0]
                .stand_in.body,
            "set");
  const Scenario two = good({small_,
                             {},
                             {{"services.other", R"({ "standIn": { "body": "b" } })"},
                              {"TargetGroups.group.Targets.-", "other"}}});
  EXPECT_EQ(two.topology.target_groups[0].targets.size(), 2u);
}

TEST_F(Overlays, NullByItsPathTakesAway) {
  EXPECT_THAT(mistakes({small_, {}, {{"TargetGroups.group.Port", "null"}}}),
              HasSubstr("small.json:13: /TargetGroups/group: "));
  EXPECT_EQ(mistakes({small_, {}, {{"TargetGroups.group.Prot", "null"}}}),
            "--set TargetGroups.group.Prot=null: /TargetGroups/group/Prot: found null; it takes a "
            "member away, and there is none of that name; did you mean \"Port\"?\n");
}

TEST_F(Overlays, APathThatLeadsNowhereIsSaid) {
  EXPECT_EQ(mistakes({small_, {}, {{"LoadBalancers.alb.Listeners.1.Port", "1"}}}),
            "--set LoadBalancers.alb.Listeners.1.Port=1: /LoadBalancers/alb/Listeners: \"1\" is no "
            "place in this list of 1; - is the one behind the last\n");
  EXPECT_EQ(mistakes({small_, {}, {{"title.x", "1"}}}),
            "--set title.x=1: /title: the path goes on here, and this is no object\n");
  EXPECT_THAT(mistakes({small_, {}, {{"LoadBalancer.alb.Scheme", "x"}}}),
              HasSubstr("found the key \"LoadBalancer\"; there is no such property; did you mean "
                        "\"LoadBalancers\"?"));
}

TEST_F(Overlays, AParameterGoesBeforeAPathAndCountsInAnOverlay) {
  const std::string base = write("base.json", small_with("\"title\": \"small\"",
                                                         R"("title": "${title}", "parameters": {
                                        "title": { "default": "d" } })"));
  EXPECT_EQ(good({base, {}, {{"title", "as a parameter"}}}).title, "as a parameter");
  const std::string mine = write("mine.json", R"({ "story": "of ${title}" })");
  EXPECT_EQ(good({base, {mine}, {{"title", "mine"}}}).story, "of mine");
}

}  // namespace
}  // namespace hoplab::scenario
