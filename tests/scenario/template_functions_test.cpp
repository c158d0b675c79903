// Functions, parameters and conditions of templates: what each gives, and what is said of mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/cloudformation/evaluator.h"
#include "scenario/cloudformation/template_file.h"

namespace hoplab::scenario::cloudformation {
namespace {

using ::testing::HasSubstr;

struct Evaluated {
  std::string value;    // JSON of the property V of the resource It; empty: it has none
  std::string reports;  // a line each
  std::vector<Output> outputs;
};

Stack stack_of(const std::string& name, const std::string& text, std::vector<Diagnostic>& to) {
  Stack stack;
  stack.name = name;
  stack.account = "111111111111";
  stack.region = "eu-west-1";
  stack.root = parse_template(text, name + ".json", to).value_or(Node());
  return stack;
}

Evaluated evaluate(std::vector<Stack> stacks, std::vector<Diagnostic>& diagnostics) {
  Evaluator evaluator(std::move(stacks), diagnostics);
  const resources::Resources all = evaluator.run();
  Evaluated made;
  for (const auto& one : all.all) {
    const Node* const value = one.name == "It" ? one.properties.find("V") : nullptr;
    if (value) made.value = to_json(*value);
  }
  made.outputs = evaluator.outputs();
  made.reports = to_text(diagnostics);
  return made;
}

constexpr std::string_view kRest = R"(
  "Parameters": {
    "Name": {"Type": "String", "Default": "web"},
    "Count": {"Type": "Number", "Default": 3},
    "Zones": {"Type": "CommaDelimitedList", "Default": "a, b ,c"},
    "Ids": {"Type": "List<AWS::EC2::Subnet::Id>", "Default": "subnet-1,subnet-2"},
    "Unset": {"Type": "String"},
    "Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"}
  },
  "Mappings": {"M": {"eu-west-1": {"Size": "large", "List": ["x", "y"]}}},
  "Conditions": {
    "Yes": {"Fn::Equals": [{"Ref": "Name"}, "web"]},
    "No": {"Fn::Not": [{"Condition": "Yes"}]},
    "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
    "Either": {"Fn::Or": [{"Condition": "No"}, {"Fn::Equals": ["3", {"Ref": "Count"}]}]},
    "A": {"Condition": "B"}, "B": {"Condition": "A"}
  },)";

Evaluated evaluate(std::string_view expression) {
  std::vector<Diagnostic> diagnostics;
  std::vector<Stack> stacks;
  stacks.push_back(stack_of("S",
                            "{" + std::string(kRest) + R"("Resources": {
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}},
    "Off": {"Type": "AWS::S3::Bucket", "Condition": "No"},
    "It": {"Type": "AWS::SNS::Topic", "DependsOn": ["Off", "Bucket"], "Properties": {"V": )" +
                                std::string(expression) + "}}}}",
                            diagnostics));
  return evaluate(std::move(stacks), diagnostics);
}

TEST(TemplateFunctions, GiveWhatCloudFormationGives) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {R"({"Ref": "Name"})", R"("web")"},
      {R"({"Ref": "Count"})", R"("3")"},
      {R"({"Ref": "Zones"})", R"(["a","b","c"])"},
      {R"({"Ref": "Ids"})", R"(["subnet-1","subnet-2"])"},
      {R"({"Ref": "Bucket"})", R"("b")"},
      {R"({"Ref": "AWS::AccountId"})", R"("111111111111")"},
      {R"({"Ref": "AWS::Region"})", R"("eu-west-1")"},
      {R"({"Ref": "AWS::Partition"})", R"("aws")"},
      {R"({"Ref": "AWS::URLSuffix"})", R"("amazonaws.com")"},
      {R"({"Ref": "AWS::StackName"})", R"("S")"},
      {R"({"Ref": "AWS::NotificationARNs"})", "[]"},
      {R"({"Ref": "AWS::NoValue"})", ""},
      {R"([1, {"Ref": "AWS::NoValue"}, 2])", "[1,2]"},
      {R"({"Fn::GetAtt": ["Bucket", "Arn"]})", R"("arn:aws:s3:::b")"},
      {R"({"Fn::GetAtt": "Bucket.Arn"})", R"("arn:aws:s3:::b")"},
      {R"({"Fn::Join": ["-", ["a", {"Ref": "Name"}, 1, true]]})", R"("a-web-1-true")"},
      {R"({"Fn::Join": [",", {"Ref": "Zones"}]})", R"("a,b,c")"},
      {R"({"Fn::Sub": "${Name}-${Bucket.Arn}-${AWS::Region}-${!kept}"})",
       R"("web-arn:aws:s3:::b-eu-west-1-${kept}")"},
      {R"({"Fn::Sub": ["${x} ${Name}", {"x": {"Ref": "Count"}}]})", R"("3 web")"},
      {R"({"Fn::Sub": "$ {} ${"})", R"("$ {} ${")"},
      {R"({"Fn::Select": ["1", {"Ref": "Zones"}]})", R"("b")"},
      {R"({"Fn::Select": [0, {"Fn::Split": [":", {"Fn::GetAtt": "Bucket.Arn"}]}]})", R"("arn")"},
      {R"({"Fn::Split": ["|", "a||b|"]})", R"(["a","","b",""])"},
      {R"({"Fn::If": ["Yes", "a", "b"]})", R"("a")"},
      {R"({"Fn::If": ["No", "a", {"Ref": "AWS::NoValue"}]})", ""},
      {R"({"Fn::If": ["Both", 1, 2]})", "2"},
      {R"({"Fn::If": ["Either", 1, 2]})", "1"},
      {R"({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "Size"]})", R"("large")"},
      {R"({"Fn::FindInMap": ["M", "eu-west-1", "List"]})", R"(["x","y"])"},
      {R"({"Fn::FindInMap": ["M", "none", "Size", {"DefaultValue": "d"}]})", R"("d")"},
      {R"({"Fn::Cidr": ["10.0.0.0/16", 3, 8]})", R"(["10.0.0.0/24","10.0.1.0/24","10.0.2.0/24"])"},
      {R"({"Fn::Select": [1, {"Fn::Cidr": ["192.168.0.0/24", "4", "5"]}]})",
       R"("192.168.0.32/27")"},
      {R"({"Fn::GetAZs": ""})", R"(["eu-west-1a","eu-west-1b","eu-west-1c"])"},
      {R"({"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]})", R"("eu-west-1a")"},
      {R"({"Fn::Base64": {"Fn::Sub": "x${Name}"}})", R"("eHdlYg==")"},
      {R"({"Fn::Length": {"Ref": "Zones"}})", "3"},
      {R"({"Fn::ToJsonString": {"a": {"Ref": "Name"}, "b": [1]}})",
       R"("{\"a\":\"web\",\"b\":[1]}")"},
      // An object with Ref and another member is none of a function.
      {R"({"Ref": "x", "Fn::GetAtt": 1})", R"({"Ref":"x","Fn::GetAtt":1})"},
  };
  for (const auto& [expression, value] : table) {
    const Evaluated made = evaluate(expression);
    EXPECT_EQ(made.value, value) << expression;
    EXPECT_EQ(made.reports, "") << expression;
  }
}

TEST(TemplateFunctions, SayWhatIsWrong) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {R"({"Ref": "Nmae"})", "found \"Nmae\"; there is no such resource or parameter"},
      {R"({"Ref": 1})", "found 1; Ref takes a name"},
      {R"({"Ref": "AWS::Accountid"})", "there is no such pseudo parameter"},
      {R"({"Ref": "Off"})", "found \"Off\"; the resource's condition does not hold"},
      {R"({"Ref": "It"})", "the resources depend on one another in a circle: S.It -> S.It"},
      {R"({"Fn::GetAtt": "It"})", "Fn::GetAtt takes a resource and an attribute"},
      {R"({"Fn::Join": "x"})", "Fn::Join takes a delimiter and a list"},
      {R"({"Fn::Join": ["", "x"]})", "found \"x\"; it takes a list"},
      {R"({"Fn::Sub": ["x"]})", "Fn::Sub takes a text, or a text and a map"},
      {R"({"Fn::Select": [3, ["a"]]})", "found the index \"3\"; the list has 1 members"},
      {R"({"Fn::If": ["Maybe", 1, 2]})", "found \"Maybe\"; the template has no such condition"},
      {R"({"Fn::If": ["A", 1, 2]})", "the conditions depend on one another in a circle"},
      {R"({"Fn::If": ["Yes", 1]})", "Fn::If takes a condition"},
      {R"({"Fn::FindInMap": ["M", "x", "y"]})", "found \"M.x.y\"; the template's Mappings have no"},
      {R"({"Fn::Cidr": ["10.0.0.0/30", 5, 1]})", "Fn::Cidr takes an IPv4 block"},
      {R"({"Fn::Transform": {"Name": "AWS::Include"}})", "it is done by CloudFormation itself"},
      {R"({"Fn::Nonsense": 1})", "found \"Fn::Nonsense\"; there is no such function"},
  };
  for (const auto& [expression, report] : table) {
    EXPECT_THAT(evaluate(expression).reports, HasSubstr(report)) << expression;
    EXPECT_THAT(evaluate(expression).reports, HasSubstr("S.json:")) << expression;
  }
}

TEST(TemplateFunctions, KeepWhatIsUnknownApart) {
  for (const std::string_view expression :
       {R"({"Ref": "Unset"})", R"({"Fn::Sub": "x${Unset}"})",
        R"({"Fn::GetAtt": "Bucket.Nonsense"})",
        R"({"Fn::Select": [4, {"Fn::Split": [":", {"Ref": "Unset"}]}]})", R"({"Ref": "Image"})",
        R"({"Fn::ImportValue": "nobody's"})"}) {
    const Evaluated made = evaluate(expression);
    EXPECT_EQ(made.reports, "") << expression;
    EXPECT_FALSE(resources::unknown_part(made.value).empty()) << expression << made.value;
  }
}

TEST(TemplateStacks, ReadOneAnothersOutputs) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {R"({"Fn::ImportValue": {"Fn::Sub": "${AWS::Region}-name"}})", R"("b")"},
      {R"({"Fn::GetStackOutput": {"StackName": "First", "OutputName": "Name"}})", R"("b")"},
      {R"({"Fn::GetStackOutput": ["First", "Name"]})", R"("b")"},
      {R"({"Ref": "Given"})", R"("b")"},
  };
  for (const auto& [expression, value] : table) {
    std::vector<Diagnostic> diagnostics;
    std::vector<Stack> stacks;
    stacks.push_back(stack_of("Second",
                              R"({"Parameters": {"Given": {"Type": "String"}}, "Resources": {
      "It": {"Type": "AWS::SNS::Topic", "Properties": {"V": )" +
                                  std::string(expression) + "}}}}",
                              diagnostics));
    stacks.back().parameters["Given"] = "@First.Name";
    stacks.push_back(stack_of("First", R"({
      "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}}},
      "Outputs": {"Name": {"Value": {"Ref": "Bucket"}, "Export": {"Name": "eu-west-1-name"}}}})",
                              diagnostics));
    const Evaluated made = evaluate(std::move(stacks), diagnostics);
    EXPECT_EQ(made.value, value) << expression;
    EXPECT_EQ(made.reports, "") << expression;
    ASSERT_EQ(made.outputs.size(), 1u);
    EXPECT_EQ(made.outputs[0].value, "b");
    EXPECT_EQ(made.outputs[0].export_name, "eu-west-1-name");
  }
}

TEST(TemplateParameters, AreHeldAgainstWhatTheyAllow) {
  const std::tuple<std::string_view, std::string, std::string_view> table[] = {
      {R"("AllowedValues": ["a", "b"])", "c", "takes a or b"},
      {R"("MinLength": 2)", "c", "takes a longer text"},
      {R"("MaxLength": "2")", "ccc", "takes a shorter text"},
      {R"("AllowedPattern": "[a-z]+")", "c1", "takes what fits [a-z]+"},
      {R"("AllowedPattern": "[a-z]+", "ConstraintDescription": "letters")", "1",
       "takes this: letters"},
      {R"("AllowedValues": ["a"], "NoEcho": true)", "secret",
       "json:1: /Parameters/P: the parameter"},
  };
  for (const auto& [constraint, value, report] : table) {
    std::vector<Diagnostic> diagnostics;
    std::vector<Stack> stacks;
    stacks.push_back(stack_of(
        "S",
        R"({"Parameters": {"P": {"Type": "String", )" + std::string(constraint) +
            R"(}}, "Resources": {"It": {"Type": "AWS::X::Y", "Properties": {"V": {"Ref": "P"}}}}})",
        diagnostics));
    stacks.back().parameters["P"] = value;
    EXPECT_THAT(evaluate(std::move(stacks), diagnostics).reports, HasSubstr(report)) << constraint;
  }
}

TEST(TemplateYaml, HasTheShortFormsAndTheWordsOfYaml11) {
  std::vector<Diagnostic> diagnostics;
  const auto root = parse_template(R"(
AWSTemplateFormatVersion: 2010-09-09
Resources:
  A:
    Type: AWS::X::Y
    Properties:
      on: yes
      off: "yes"
      mode: 0755
      account: 012345678901
      port: 443
      text: !Sub ${A}-x
      list: !Join ["", [a, !Ref B]]
      nested: !Base64
        Fn::Sub: x
      attribute: !GetAtt A.B.C
      chosen: !If [C, !Ref A, !Ref "AWS::NoValue"]
      condition: !Condition C
)",
                                   "t.yaml", diagnostics);
  ASSERT_TRUE(root) << to_text(diagnostics);
  EXPECT_EQ(to_json(*root->find("Resources")->find("A")->find("Properties")),
            R"({"on":true,"off":"yes","mode":493,"account":"012345678901","port":443,)"
            R"("text":{"Fn::Sub":"${A}-x"},"list":{"Fn::Join":["",["a",{"Ref":"B"}]]},)"
            R"("nested":{"Fn::Base64":{"Fn::Sub":"x"}},"attribute":{"Fn::GetAtt":"A.B.C"},)"
            R"("chosen":{"Fn::If":["C",{"Ref":"A"},{"Ref":"AWS::NoValue"}]},)"
            R"("condition":{"Condition":"C"}})");
  EXPECT_EQ(root->find("AWSTemplateFormatVersion")->text, "2010-09-09");
}

TEST(TemplateFiles, ThatCannotBeReadSaySo) {
  const std::pair<std::string, std::string_view> table[] = {
      {"{\"title\": \"x\"}", "a template of CloudFormation's has Resources"},
      {"Resources: &a {}\nOutputs: *a\n", "an alias; CloudFormation has none"},
      {"Resources:\n  <<: {}\n", "a merge key (<<); CloudFormation has none"},
      {R"({"Transform": ["AWS::Serverless-2016-10-31"],
           "Resources": {"F": {"Type": "AWS::Serverless::Function"}}})",
       "makes another template"},
      {R"({"Transform": "Mine", "Resources": {}})", "makes another template"},
      {"{\"Resources\": {\"a\": " + std::string(2 << 20, ' ') + "{}}}",
       "CloudFormation takes at most"},
      {"{\"Resources\": " + std::string(100, '[') + std::string(100, ']') + "}",
       "nested deeper than"},
  };
  for (const auto& [text, report] : table) {
    std::vector<Diagnostic> diagnostics;
    EXPECT_FALSE(parse_template(text, "t", diagnostics)) << report;
    EXPECT_THAT(to_text(diagnostics), HasSubstr(report));
  }
}

TEST(TemplateFunctions, LeadToOneAnotherOnlySoFar) {
  constexpr int kResources = 200, kFunctions = 25;
  std::string resources;
  for (int i = 0; i < kResources; ++i) {
    std::string value = "{\"Ref\": \"R" + std::to_string(i + 1) + "\"}";
    if (i + 1 == kResources) value = "1";
    for (int k = 0; k < kFunctions; ++k) value = "{\"Fn::Split\": [\",\", " + value + "]}";
    resources += (i > 0 ? ", \"R" : "\"R") + std::to_string(i) +
                 R"(": {"Type": "AWS::X::Y", "Properties": {"V": )" + value + "}}";
  }
  std::vector<Diagnostic> diagnostics;
  std::vector<Stack> stacks;
  stacks.push_back(stack_of("S", "{\"Resources\": {" + resources + "}}", diagnostics));
  EXPECT_THAT(evaluate(std::move(stacks), diagnostics).reports,
              HasSubstr("it stands at the end of too many references"));
}

TEST(TemplateFunctions, AreBoundedHoweverTheyGrow) {
  // Each name is twice the one before.
  std::string resources;
  for (int i = 0; i < 60; ++i) {
    const std::string before = "{\"Ref\": \"R" + std::to_string(i - 1) + "\"}";
    resources +=
        (i > 0 ? ", " : "") + ("\"R" + std::to_string(i)) +
        R"(": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": )" +
        (i == 0 ? "\"xxxxxxxx\"" : R"({"Fn::Join": ["", [)" + before + "," + before + "]]}") + "}}";
  }
  std::vector<Diagnostic> diagnostics;
  std::vector<Stack> stacks;
  stacks.push_back(stack_of("S", "{\"Resources\": {" + resources + "}}", diagnostics));
  EXPECT_THAT(evaluate(std::move(stacks), diagnostics).reports,
              HasSubstr("the text is longer than a template can be"));
}

}  // namespace
}  // namespace hoplab::scenario::cloudformation
