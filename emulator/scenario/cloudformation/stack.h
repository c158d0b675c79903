// CloudFormation stacks as they are to be deployed: templates with their parameters and places.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenario/format/reader_document.h"
#include "scenario/resources/resource.h"

namespace hoplab::scenario::cloudformation {

/// What CloudFormation takes of a template at most, and resources and parameters in it.
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
inline constexpr std::size_t kLargestTemplate = 1 << 20;
inline constexpr std::size_t kMostResources = 500;

struct Stack {
  std::string name;
  std::string account;  // 12 digits
  std::string region;
  std::string id;       // its ARN; empty: one that is derived
  std::string alias;    // what ids and names are derived from; empty: its name
  Node root;            // of the template
  bool nested = false;  // then no parameter's value names another stack
  /// Texts by the parameters' names; "@Stack.Output" is the output of another stack.
  std::map<std::string, std::string> parameters;
  /// Files and folders of this machine by what the template calls them: "HASH.zip", or the key or
  /// path of a nested template.
  std::map<std::string, std::string> assets;
};

/// What is there already, beside the stacks that are evaluated; and who makes resources. Where
/// somebody does, an export that is not there is a mistake.
struct Deployed {
  std::vector<resources::Resource> resources;
  std::map<std::string, std::string> exports;  // values by their names
  std::map<std::string, std::string> outputs;  // likewise by "Stack.Output"
  /// Gives a resource with all its properties its physical id and attributes. False: it has those
  /// that are derived.
  std::function<bool(resources::Resource&)> make;
  /// The text of the template of a nested stack; nothing: it is not there.
  std::function<std::optional<std::string>(const std::string& url)> template_at;
};

struct Output {
  std::string stack;
  std::string name;
  std::string description;
  std::string value;        // a list as JSON
  std::string export_name;  // empty: it is not exported
};

}  // namespace hoplab::scenario::cloudformation
