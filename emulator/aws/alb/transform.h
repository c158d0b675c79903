// The transforms of a listener rule: what they make of a request before its target gets it.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cause.h"
#include "http/message.h"
#include "model/regex.h"
#include "model/topology.h"

namespace hoplab::aws {

enum class TransformStatus : std::uint8_t {
  success,
  invalid_host,
  invalid_path,
  buffer_too_small,
  replace_error,
};
/// As the access log's request_transform_status has it: "TransformSuccess".
std::string_view to_text(TransformStatus status) noexcept;
/// Of a failure.
Reason reason_of(TransformStatus failure) noexcept;

/// One transform, prepared: its expression compiled, its replacement taken apart.
class Rewrite {
 public:
  /// A host is compared without regard to case, as conditions do.
  explicit Rewrite(const model::Transform& transform);

  struct Result {
    TransformStatus status = TransformStatus::success;
    std::string_view text;  // of a success; lives in the arena
  };
  /// `text` with the first place where the expression is found replaced; nothing: it is not found.
  [[nodiscard]] std::optional<Result> apply(std::string_view text, Arena& arena) const;

 private:
  struct Piece {
    std::string text;       // as it stands, and behind it:
    std::size_t group = 0;  // the text of that group
    bool has_group = false;
  };

  void take_apart(std::string_view replace);

  model::Regex regex_;
  std::vector<Piece> pieces_;
  std::size_t last_group_ = 0;  // the highest that a piece names
};

/// Those of one rule.
class Transforms {
 public:
  explicit Transforms(const std::vector<model::Transform>& transforms);

  /// Changes the host and then the path and query of `request`, and notes it in `response`. Returns
  /// why one of them failed; the request is then as it was.
  std::optional<TransformStatus> apply(http::Request& request, http::Response& response) const;

 private:
  std::optional<Rewrite> host_, url_;
};

}  // namespace hoplab::aws
