// What Terraform keeps of a resource: its attributes, in the provider's words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/format/reader_document.h"

namespace hoplab::scenario::terraform {

/// One instance of a resource, or of a data source: with count or for_each there are several.
struct Instance {
  std::string address;   // "module.edge.aws_lb.this[0]"
  std::string module;    // "module.edge", "module.edge[\"a\"]"; empty: the root
  std::string type;      // "aws_lb"; of an older name of it, the newer one
  std::string name;      // "this"
  std::string index;     // "0", "a"; empty: it has none
  std::string provider;  // an alias, "consumer"; empty: the provider's usual configuration
  bool data = false;
  Node attributes;  // an object; its place is where the file has it

  /// Without its index, as configuration has it.
  [[nodiscard]] std::string block() const {
    return (module.empty() ? "" : module + ".") + (data ? "data." : "") + type + "." + name;
  }
};

struct OutputValue {
  std::string name;
  Node value;
  bool sensitive = false;
};

/// A file's content: what a workspace has, or would have once its plan is applied.
struct Workspace {
  std::vector<Instance> instances;
  std::vector<OutputValue> outputs;
  std::vector<std::string> notes;  // a sentence each: what a plan does not say
};

}  // namespace hoplab::scenario::terraform
