#include "http/h1/crossing.h"

#include <algorithm>
#include <cstring>

#include "base/block.h"
#include "http/field_names.h"
#include "http/h1/http1_chars.h"
#include "http/h1/http1_lines.h"
#include "http/h1/http1_writer.h"

namespace hoplab::http {

namespace {

/// Of an answer: what its client gets by one read. More comes piece by piece, as bodies do.
constexpr std::size_t kMostOfAnswer = kBlockSize;

/// Of one connection or of framing, or looks like it, or is for the codec's own eyes.
bool concerns_codec(std::string_view name) noexcept {
  if (belongs_to_connection(name) || chars::is_word(name, "expect")) return true;
  return DesyncAnalysis::concerns(name) &&
         (likeness("transfer-encoding", name) != Likeness::distant ||
          likeness("content-length", name) != Likeness::distant);
}

/// Texts that are copied one behind the other, and looked at there all at once.
class Copies {
 public:
  /// `size`: of all of them.
  Copies(Arena& arena, std::size_t size)
      : begin_(arena.allocate(size + kLook).data()), end_(begin_) {
    std::memset(begin_ + size, 0, kLook);
  }

  std::string_view add(std::string_view text) noexcept {
    char* const at = end_;
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    end_ += text.size();
    return {at, text.size()};
  }
  /// Neither controls nor DEL in any of them.
  [[nodiscard]] bool visible() const noexcept { return lines::skip_visible(begin_, end_) == end_; }
  /// Of one of them. Looks at so many bytes at a time, past its end as well.
  [[nodiscard]] static bool is_token(std::string_view text) noexcept {
    const std::size_t looks = (text.size() + kLook - 1) / kLook;
    const char* const end = text.data() + text.size();
    return !text.empty() && lines::skip_token(text.data(), text.data() + looks * kLook) >= end;
  }

 private:
  static constexpr std::size_t kLook = 16;
  char* begin_;
  char* end_;
};

std::size_t text_size(const Headers& headers) noexcept {
  std::size_t size = 0;
  for (const auto& [name, value] : headers.fields()) size += name.size() + value.size();
  return size;
}

void copy_fields(const Headers& from, Copies& copies, Headers& to) {
  to.fields().clear();
  to.fields().reserve(from.fields().size());
  for (const auto& [name, value] : from.fields()) to.add(copies.add(name), copies.add(value));
}

/// Where their values are visible.
bool are_plain(const Headers& headers, std::size_t limit) noexcept {
  constexpr std::size_t kBetween = 2;
  return std::ranges::all_of(headers.fields(), [limit](const Field& field) {
    const auto [name, value] = field;
    return Copies::is_token(name) && !concerns_codec(name) && !value.starts_with(' ') &&
           !value.ends_with(' ') && name.size() + kBetween + value.size() < limit;
  });
}

bool is_plain(const Request& request, const HeadLimits& limits) noexcept {
  constexpr std::size_t kAroundTarget = std::string_view("  HTTP/1.1").size();
  const std::size_t line = request.method.size() + request.target.size() + kAroundTarget;
  const std::string_view* const host = request.headers.find("Host");
  return Copies::is_token(request.method) && request.target.starts_with('/') &&
         request.target.find(' ') == std::string_view::npos && line < limits.request_line && host &&
         chars::all(*host, chars::kHost) && are_plain(request.headers, limits.field_line);
}

}  // namespace

std::size_t copy_plain(const Request& request, const HeadLimits& limits, Request& to) {
  if (request.body || request.says_empty) return 0;
  const std::size_t size = head_size(request, {});
  if (size > limits.head) return 0;
  Copies copies(to.arena,
                request.method.size() + request.target.size() + text_size(request.headers));
  to.method = copies.add(request.method);
  to.target = copies.add(request.target);
  copy_fields(request.headers, copies, to.headers);
  if (copies.visible() && is_plain(to, limits)) {
    to.authority = to.headers.get("Host");
    return size;
  }
  to.method = to.target = {};
  to.headers.fields().clear();
  return 0;
}

std::size_t copy_plain(const Response& answer, Response& to) {
  if (answer.body || answer.status > 999 || forbids_body(answer.status)) return 0;
  const std::size_t length = answer.text.size();
  const std::size_t size =
      head_size(answer, {.framing = WireFraming::content_length, .content_length = length});
  if (size + length > kMostOfAnswer) return 0;
  Copies copies(to.arena, answer.reason.size() + text_size(answer.headers));
  const auto reason = copies.add(answer.reason);
  copy_fields(answer.headers, copies, to.headers);
  if (!copies.visible() || !are_plain(to.headers, kMostOfAnswer)) {
    to.headers.fields().clear();
    return 0;
  }
  to.status = answer.status;
  to.reason = reason.empty() ? reason_phrase(answer.status) : reason;
  to.content_length = length;
  to.text = to.arena.copy(answer.text);
  return size;
}

}  // namespace hoplab::http
