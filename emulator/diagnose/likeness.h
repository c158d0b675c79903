// How alike two texts are by their words, weighed by how much each tells.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hoplab::diagnose {

/// Runs of letters and of digits in small letters; a capital after a small letter begins another:
/// "curl: (35) remoteConnectionClosed" is curl, 35, remote, connection, closed.
[[nodiscard]] std::set<std::string> words_of(std::string_view text);

/// Weighs a word by how few of the texts have it.
class Likeness {
 public:
  explicit Likeness(const std::vector<std::set<std::string>>& texts);

  /// 0 to 1. A word that no text has weighs most, so that what is about something else is unlike
  /// all of them.
  [[nodiscard]] double operator()(const std::set<std::string>& a,
                                  const std::set<std::string>& b) const;

 private:
  [[nodiscard]] double weight(const std::string& word) const;

  double texts_ = 0;
  std::map<std::string, double> count_;
};

}  // namespace hoplab::diagnose
