// Reads HTTP/1.1 responses (RFC 9112: status line, Content-Length or chunked).
#include "load/response_reader.h"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace hoplab::bench {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool whole_number(std::string_view text, int base, std::size_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

void ResponseReader::reset() {
  state_ = State::kHead;
  pending_.clear();
  status_ = 0;
  server_closes_ = chunked_ = false;
  left_ = body_bytes_ = 0;
  body_.clear();
}

ResponseReader::Progress ResponseReader::feed(std::string_view bytes) {
  while (!bytes.empty() && state_ != State::kDone && state_ != State::kBroken) {
    switch (state_) {
      case State::kHead: read_head(bytes); break;
      case State::kLength:
      case State::kChunkData: take_body(bytes); break;
      default: read_chunk_line(bytes); break;
    }
  }
  if (!bytes.empty()) state_ = State::kBroken;
  if (state_ == State::kBroken) return Progress::kBroken;
  return state_ == State::kDone ? Progress::kDone : Progress::kMore;
}

void ResponseReader::read_head(std::string_view& bytes) {
  const std::size_t before = pending_.size();
  pending_.append(bytes);
  const std::size_t end = pending_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  if (end == std::string::npos) {
    bytes = {};
    if (pending_.size() > 64 * 1024) state_ = State::kBroken;
    return;
  }
  bytes.remove_prefix(end + 4 - before);
  std::string_view head(pending_.data(), end);
  std::size_t status = 0;
  state_ = State::kBroken;  // until all of it has been understood
  if (!head.starts_with("HTTP/1.1 ") || !whole_number(head.substr(9, 3), 10, status)) return;
  status_ = static_cast<int>(status);
  bool has_length = status_ == 204 || status_ == 304;
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
    const std::size_t next = head.find("\r\n", at + 2);
    const std::string_view line = head.substr(at + 2, next - at - 2);
    if (!take_header(line)) return;
    has_length = has_length || same_name(line.substr(0, line.find(':')), "content-length");
    at = next;
  }
  pending_.clear();
  if (chunked_) {
    state_ = State::kChunkSize;
  } else if (has_length) {
    state_ = left_ == 0 ? State::kDone : State::kLength;
  }
}

bool ResponseReader::take_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same_name(name, "content-length")) return whole_number(value, 10, left_);
  if (same_name(name, "transfer-encoding")) return chunked_ = same_name(value, "chunked");
  if (same_name(name, "connection")) server_closes_ = same_name(value, "close");
  return true;
}

void ResponseReader::take_body(std::string_view& bytes) {
  const std::size_t size = std::min(left_, bytes.size());
  if (keep_body_) body_.append(bytes.substr(0, size));
  body_bytes_ += size;
  left_ -= size;
  bytes.remove_prefix(size);
  if (left_ == 0) state_ = state_ == State::kLength ? State::kDone : State::kChunkEnd;
}

bool ResponseReader::take_line(std::string_view& bytes, std::string& line) {
  const std::size_t end = bytes.find('\n');
  pending_.append(bytes.substr(0, end == std::string_view::npos ? bytes.size() : end + 1));
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  if (!pending_.ends_with("\r\n")) {
    if (end != std::string_view::npos) state_ = State::kBroken;
    return false;
  }
  line = pending_.substr(0, pending_.size() - 2);
  pending_.clear();
  return true;
}

void ResponseReader::read_chunk_line(std::string_view& bytes) {
  std::string line;
  if (!take_line(bytes, line)) return;
  if (state_ == State::kChunkEnd) {
    state_ = line.empty() ? State::kChunkSize : State::kBroken;
  } else if (state_ == State::kTrailers) {
    if (line.empty()) state_ = State::kDone;
  } else if (!whole_number(std::string_view(line).substr(0, line.find(';')), 16, left_)) {
    state_ = State::kBroken;
  } else {
    state_ = left_ == 0 ? State::kTrailers : State::kChunkData;
  }
}

}  // namespace hoplab::bench
