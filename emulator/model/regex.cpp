#include "model/regex.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <utility>

#include "model/regex_dialect.h"

namespace hoplab::model {

namespace {

re2::RE2::Options options(Regex::Letters letters) {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_case_sensitive(letters == Regex::Letters::exact);
  options.set_log_errors(false);
  return options;
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

std::string wrong_with(const re2::RE2& compiled) {
  constexpr std::size_t kLongest = 80;
  if (compiled.error_code() == re2::RE2::ErrorPatternTooLarge) {
    return "the regular expression is too large once it is compiled";
  }
  return "it is no regular expression: " + compiled.error().substr(0, kLongest);
}

}  // namespace

Regex::Regex(std::string_view pattern, Letters letters) {
  if (const auto missing = missing_feature(pattern)) {
    wrong_ = "AWS's regular expressions have no " + std::string(missing->name) + ": " +
             std::string(missing->piece);
    return;
  }
  auto compiled = std::make_unique<const re2::RE2>(piece(pattern), options(letters));
  if (compiled->ok()) {
    compiled_ = std::move(compiled);
  } else {
    wrong_ = wrong_with(*compiled);
  }
}

Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

std::size_t Regex::groups() const noexcept {
  return compiled_ ? static_cast<std::size_t>(compiled_->NumberOfCapturingGroups()) : 0;
}

bool Regex::found_in(std::string_view text) const noexcept {
  return compiled_ &&
         compiled_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

std::vector<std::string_view> Regex::find_in(std::string_view text) const {
  if (!compiled_) return {};
  std::vector<re2::StringPiece> found(groups() + 1);
  if (!compiled_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, found.data(),
                        static_cast<int>(found.size()))) {
    return {};
  }
  std::vector<std::string_view> out;
  out.reserve(found.size());
  for (const re2::StringPiece& one : found) out.emplace_back(one.data(), one.size());
  return out;
}

}  // namespace hoplab::model
