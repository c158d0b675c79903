// A text that may be large (a bundle, a revocation list): copies share it, and it never changes.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace hoplab::model {

class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text)  // NOLINT: a text is one
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}

  [[nodiscard]] bool empty() const noexcept { return text_ == nullptr; }
  [[nodiscard]] const std::string& text() const noexcept {
    static const std::string kNone;
    return text_ ? *text_ : kNone;
  }
  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.text_ == b.text_ || a.text() == b.text();
  }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace hoplab::model
