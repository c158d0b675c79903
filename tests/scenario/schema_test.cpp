// The published schema is the reader's table, and says about files what the reader says.
#include "scenario/format/schema.h"
#include "base/file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

#include "schema_validator.h"

namespace hoplab::scenario {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kSource = HOPLAB_SOURCE_DIR;

/// Discarded when the file is no JSON.
Json parse(const fs::path& path) {
  return Json::parse(read_file(path.string()).value(), nullptr, /*allow_exceptions=*/false,
                     /*ignore_comments=*/true);
}

std::vector<fs::path> json_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  return files;
}

TEST(Schema, PublishedFileIsTheOneFromTheTable) {
  EXPECT_EQ(read_file((kSource / "docs/scenario.schema.json").string()).value(), scenario_schema())
      << "write it again: hoplab schema > docs/scenario.schema.json";
}

TEST(Schema, AcceptsEveryScenario) {
  const Json schema = Json::parse(scenario_schema());
  for (const char* folder : {"scenarios", "bench/scenarios"}) {
    for (const fs::path& file : json_files(kSource / folder)) {
      EXPECT_EQ(violates(schema, parse(file)), "") << file;
    }
  }
}

TEST(Schema, RefusesTheMalformedOnesButThoseThatNeedTheWholeScenario) {
  const std::set<std::string> need_the_reader{"names-that-lead-nowhere",
                                              "verify-without-trust-store",
                                              "passthrough-with-trust-store",
                                              "three-verify-listeners",
                                              "https-without-certificates",
                                              "http-with-tls-properties",
                                              "mode-off-with-options",
                                              "renamed-headers",
                                              "alb-group-port",
                                              "alb-group-rules",
                                              "wrong-load-balancer-type",
                                              "policy-without-statement",
                                              "policy-refers-to-no-endpoint",
                                              "parameter-without-value",
                                              "unknown-parameter",
                                              "redirect-to-itself",
                                              "circle-of-authorities",
                                              "no-revocation-list",
                                              "private-dns-without-name",
                                              "private-dns-not-verified",
                                              "unsupported-zone",
                                              "same-name-twice",
                                              "trust-store-file",
                                              "stage-of-the-api",
                                              "signed-checks",
                                              "streams",
                                              "execute-api-behind-nlb",
                                              "repeated-key",
                                              "expressions-of-authorizers",
                                              "unknown-authorizer",
                                              "what-an-api-says",
                                              "access-policies",
                                              "not-emulated",
                                              "openapi",
                                              "templates",
                                              "usage-plans-of-aws",
                                              "what-the-api-refuses"};
  const Json schema = Json::parse(scenario_schema());
  std::set<std::string> accepted;
  for (const fs::path& file : json_files(kSource / "tests/scenario/malformed")) {
    const Json value = parse(file);
    if (value.is_discarded()) continue;  // no JSON: every editor says so
    if (violates(schema, value).empty()) accepted.insert(file.stem().string().substr(3));
  }
  EXPECT_EQ(accepted, need_the_reader);
}

TEST(Schema, EveryPropertyIsDescribed) {
  const Json schema = Json::parse(scenario_schema());
  std::vector<Json> objects{schema};
  for (const Json& one : schema["$defs"]) objects.push_back(one);
  for (const Json& one : objects) {
    if (!one.contains("properties")) continue;
    for (const auto& [name, property] : one["properties"].items()) {
      EXPECT_FALSE(property.value("description", "").empty()) << name;
    }
  }
}

}  // namespace
}  // namespace hoplab::scenario
