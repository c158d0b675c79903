// What a mapping template or a parameter mapping sees of a call: the payload, the parameters of the
// method request, the headers of the integration's response, $context and $stageVariables.
//
// apigateway.md 8, AWS's guide: api-gateway-mapping-template-reference.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hoplab::aws {

namespace vtl {
struct ParsedBody;
}

struct NamedValue {
  std::string name;
  std::string value;
};

/// A payload, which is parsed as JSON when that is first asked for. For one call: templates may
/// change what they are given of it.
class MappingBody {
 public:
  explicit MappingBody(std::string text);
  MappingBody(MappingBody&&) noexcept;
  MappingBody& operator=(MappingBody&&) noexcept;
  ~MappingBody();

  /// As it came.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// As $input.body and method.request.body give it: "{}" for an empty one (observed by others).
  [[nodiscard]] std::string_view text_or_empty_object() const noexcept;
  /// It begins as an object or a list does and is no JSON; AWS answers 400 to such a request (by
  /// report, for parameter mappings). Text of any other kind is taken for a JSON string.
  [[nodiscard]] bool malformed() const;
  [[nodiscard]] const vtl::ParsedBody& parsed() const;

 private:
  std::string text_;
  mutable std::unique_ptr<const vtl::ParsedBody> parsed_;  // null: not yet asked for
};

/// The value of a $context variable by its dotted name ("identity.sourceIp"), or of a whole group
/// of them ("identity", an object); nothing: there is none. Not called once rendering has ended.
using MappingContext = std::function<std::optional<nlohmann::ordered_json>(std::string_view name)>;

struct MappingInput {
  /// What a reference to nothing renders as. API Gateway gives the empty text (by report), Velocity
  /// by itself the reference as it is written.
  enum class Missing : bool { empty, as_written };

  const MappingBody* body = nullptr;  // not null
  // Of the method request, decoded, in the order in which they came; of those with one name the
  // last is the value, and all of them are the multi-value.
  std::vector<NamedValue> path;
  std::vector<NamedValue> querystring;
  std::vector<NamedValue> header;
  std::vector<NamedValue> integration_header;  // of the integration's response
  std::vector<NamedValue> stage_variables;
  MappingContext context;  // may be empty
  Missing missing = Missing::empty;
};

/// The last of that name; header names without regard to case. Null: there is none.
const std::string* last_value(const std::vector<NamedValue>& values, std::string_view name);
const std::string* last_header(const std::vector<NamedValue>& headers, std::string_view name);

}  // namespace hoplab::aws
