#include "aws/alb/transform.h"

#include <algorithm>
#include <cassert>

#include "http/authority.h"
#include "http/h1/http1_chars.h"

namespace hoplab::aws {

namespace {

/// AWS names no number; a request line and a header field may have as much (alb.md 0).
constexpr std::size_t kBuffer = 16 * 1024;

/// A port is not the transform's to change, nor to add.
bool is_host(std::string_view text) {
  const bool literal = text.starts_with('[') && text.ends_with(']');
  return !text.empty() && http::chars::all(text, http::chars::kHost) &&
         (literal || text.find_first_of(":[]") == std::string_view::npos);
}

bool is_path_and_query(std::string_view text) {
  return text.starts_with('/') && http::chars::all(text, http::chars::kUri) &&
         text.find('#') == std::string_view::npos;
}

/// What one transform gives; no text: it leaves the request alone.
struct Step {
  std::optional<TransformStatus> status;
  std::string_view text;
};

Step step(const std::optional<Rewrite>& rewrite, std::string_view text, Arena& arena,
          bool (*good)(std::string_view), TransformStatus bad) {
  const auto result = rewrite && !text.empty() ? rewrite->apply(text, arena) : std::nullopt;
  if (!result) return {};
  if (result->status != TransformStatus::success) return {result->status, {}};
  if (!good(result->text)) return {bad, {}};
  return {TransformStatus::success, result->text};
}

bool failed(const Step& step) {
  return step.status && *step.status != TransformStatus::success;
}

/// The host of several fields is the first, and what a transform made of it is in all their place.
void set_host(http::Request& request, std::string_view host, std::string_view port) {
  request.authority = port.empty() ? host : request.arena.join(host, ":", port);
  request.headers.remove("Host");
}

}  // namespace

std::string_view to_text(TransformStatus status) noexcept {
  switch (status) {
    case TransformStatus::success: return "TransformSuccess";
    case TransformStatus::invalid_host: return "TransformInvalidHost";
    case TransformStatus::invalid_path: return "TransformInvalidPath";
    case TransformStatus::buffer_too_small: return "TransformBufferTooSmall";
    case TransformStatus::replace_error: return "TransformReplaceError";
  }
  return "";
}

Reason reason_of(TransformStatus failure) noexcept {
  switch (failure) {
    case TransformStatus::invalid_host: return Reason::transform_invalid_host;
    case TransformStatus::buffer_too_small: return Reason::transform_buffer_too_small;
    case TransformStatus::replace_error: return Reason::transform_replace_error;
    case TransformStatus::invalid_path:
    case TransformStatus::success: break;
  }
  assert(failure == TransformStatus::invalid_path);
  return Reason::transform_invalid_path;
}

Rewrite::Rewrite(const model::Transform& transform)
    : regex_(transform.regex, transform.type == model::Transform::Type::host_header_rewrite
                                  ? model::Regex::Letters::any_case
                                  : model::Regex::Letters::exact) {
  take_apart(transform.replace);
}

/// $1, $12 and ${1} name groups, $0 the whole, $$ is one dollar; AWS shows $1 and $2 only. Any
/// other dollar stands for itself.
void Rewrite::take_apart(std::string_view replace) {
  pieces_.emplace_back();
  for (std::size_t i = 0; i < replace.size(); ++i) {
    const std::string_view behind = replace.substr(i + 1);
    const bool braced = behind.starts_with('{');
    const auto number = behind.substr(braced ? 1 : 0);
    const auto digits = std::min(number.find_first_not_of("0123456789"), number.size());
    const bool closed = !braced || number.substr(digits).starts_with('}');
    if (replace[i] != '$' || digits == 0 || digits > 4 || !closed) {
      pieces_.back().text += replace[i];
      if (replace[i] == '$' && behind.starts_with('$')) ++i;
      continue;
    }
    Piece& piece = pieces_.back();
    piece.has_group = true;
    for (const char c : number.substr(0, digits)) {
      piece.group = piece.group * 10 + static_cast<std::size_t>(c - '0');
    }
    last_group_ = std::max(last_group_, piece.group);
    i += digits + (braced ? 2 : 0);
    pieces_.emplace_back();
  }
}

std::optional<Rewrite::Result> Rewrite::apply(std::string_view text, Arena& arena) const {
  const auto found = regex_.find_in(text);
  if (found.empty()) return std::nullopt;
  if (last_group_ >= found.size()) return Result{TransformStatus::replace_error, {}};
  const auto group_of = [&found](const Piece& piece) {
    return piece.has_group ? found[piece.group] : std::string_view();
  };
  const auto before = text.substr(0, static_cast<std::size_t>(found[0].data() - text.data()));
  const auto after = text.substr(before.size() + found[0].size());
  std::size_t size = before.size() + after.size();
  for (const Piece& piece : pieces_) size += piece.text.size() + group_of(piece).size();
  if (size > kBuffer) return Result{TransformStatus::buffer_too_small, {}};
  const auto room = arena.allocate(size);
  char* at = room.data();
  const auto append = [&at](std::string_view part) { at = std::ranges::copy(part, at).out; };
  append(before);
  for (const Piece& piece : pieces_) {
    append(piece.text);
    append(group_of(piece));
  }
  append(after);
  return Result{TransformStatus::success, {room.data(), size}};
}

Transforms::Transforms(const std::vector<model::Transform>& transforms) {
  for (const model::Transform& one : transforms) {
    (one.type == model::Transform::Type::url_rewrite ? url_ : host_).emplace(one);
  }
}

std::optional<TransformStatus> Transforms::apply(http::Request& request,
                                                 http::Response& response) const {
  const http::Authority authority = http::split_authority(request.authority);
  const Step host =
      step(host_, authority.host, request.arena, is_host, TransformStatus::invalid_host);
  // Which failure counts when both fail is not documented: the first.
  Step url;
  if (!failed(host)) {
    url =
        step(url_, request.target, request.arena, is_path_and_query, TransformStatus::invalid_path);
  }
  if (!host.status && !url.status) return std::nullopt;
  const auto status = failed(host) ? host.status : failed(url) ? url.status : std::nullopt;
  http::Transformed done{request.target,
                         request.authority,
                         {},
                         {},
                         to_text(status.value_or(TransformStatus::success))};
  if (!status) {
    if (url.text != request.target) done.target = url.text;
    if (host.text != authority.host) done.host = host.text;
    if (!done.target.empty()) request.target = done.target;
    if (!done.host.empty()) set_host(request, host.text, authority.port);
  }
  response.transformed = std::make_unique<http::Transformed>(done);
  return status;
}

}  // namespace hoplab::aws
