// A YAML file's text as the tree that a JSON file's becomes, with its lines.
//
// A document is read by the core schema of YAML 1.2: true and false are the only words for
// booleans. Tags (!Sub) and merge keys (<<) are refused, and what aliases stand for is bounded. A
// template of CloudFormation's is read as there: by YAML 1.1, whose booleans are also yes, no, on
// and off and whose 0755 is octal, without aliases, and a tag is the short form of a function: !Sub
// x becomes
// {"Fn::Sub": "x"}.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/format/diagnostics.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario {

/// How many values all aliases of a document may stand for, and how many bytes of text.
inline constexpr std::size_t kMostAliasedValues = 100'000;
inline constexpr std::size_t kMostAliasedBytes = 6 << 20;

enum class YamlDialect : std::uint8_t { core, cloudformation };

/// One document. A key that stands twice is reported, and its first value kept. Without a tree
/// there is at least one diagnostic that says why.
std::optional<Node> parse_yaml(std::string_view text, const std::string& file,
                               std::vector<Diagnostic>& diagnostics,
                               YamlDialect dialect = YamlDialect::core);

}  // namespace hoplab::scenario
