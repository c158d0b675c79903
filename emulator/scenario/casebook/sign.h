// What somebody met, as facts, and what a case looks like in such facts: the common language of
// those who read logs, captures and clients' words, and of the casebook.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hoplab::scenario {

/// The names and their meanings are in kFactTexts.
enum class Fact : std::uint8_t {
  log,
  client,
  end,
  stage,
  ended_by,
  by,
  status,
  target_status,
  target,
  request_time,
  target_time,
  lasted,
  after,
  error_reason,
  reason,
  verdict,
  certificate,
  actions,
  classification,
  classification_reason,
  transform_status,
  target_health,
  health_status,
  alert,
  http2_error,
  last_stream,
  tls,
  http,
  method,
  listener,
  received,
  flow,
  metric,
  message,
  error_type,
};
inline constexpr std::size_t kFacts = static_cast<std::size_t>(Fact::error_type) + 1;

struct FactText {
  std::string_view name, help;
};
/// By Fact.
extern const std::array<FactText, kFacts> kFactTexts;

[[nodiscard]] std::optional<Fact> parse_fact(std::string_view name) noexcept;

/// What is known: at most one value for each fact, empty where nothing is.
class Facts {
 public:
  [[nodiscard]] const std::string& operator[](Fact fact) const noexcept {
    return values_[static_cast<std::size_t>(fact)];
  }
  /// What is known already stays.
  void learn(Fact fact, std::string_view value);
  void learn(const Facts& others);
  [[nodiscard]] bool empty() const noexcept;
  bool operator==(const Facts&) const = default;
  auto operator<=>(const Facts&) const = default;

 private:
  std::array<std::string, kFacts> values_;
};

/// One look of a case: it fits when each of the facts is known and as it says.
struct Sign {
  /// 0 to 1: how likely the case is when this is all that is known.
  double likelihood = 1;
  /// A pattern is a value, with * for any run of characters; a range of numbers, "9..12" or
  /// "64000.."; or several of them with | between. One that ends with | fits, too, when nothing is
  /// known of the fact.
  std::vector<std::pair<Fact, std::string>> facts;

  [[nodiscard]] bool fits(const Facts& known) const noexcept;
  bool operator==(const Sign&) const = default;
};

/// Whether a value is what a pattern says.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view value) noexcept;

}  // namespace hoplab::scenario
