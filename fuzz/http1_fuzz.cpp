// libFuzzer target: the HTTP/1.1 codec.
//
// Checks, beside memory safety: how the bytes are split changes nothing; views stay inside the
// input; what is passed on can be written as a head again and is read back the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "check.h"
#include "http/h1/chunked.h"
#include "http/h1/http1_chars.h"
#include "http/h1/http1_parser.h"

namespace {

using namespace hoplab::http;
using hoplab::fuzz::check;

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::size_t find_in_steps(std::string_view data, std::size_t step) {
  std::size_t searched = 0;
  while (searched < data.size()) {
    const std::size_t size = std::min(data.size(), searched + step);
    const std::size_t end = find_head_end(data.substr(0, size), searched);
    if (end != std::string_view::npos) return end;
    searched = size;
  }
  return std::string_view::npos;
}

void check_written_again(const RequestHead& head) {
  std::string text = std::string(head.method) + ' ' + std::string(head.target) + " HTTP/1.1\r\n";
  for (const Field& field : head.fields) {
    text.append(field.name).append(":").append(field.value).append("\r\n");
  }
  text += "\r\n";
  // FieldList that begin with white space or hold no token are lines of their own here as well.
  check(find_head_end(text, 0) == text.size());
  RequestHead again;
  HeadLimits limits;
  limits.field_line += 1;     // the colon that a line without one gets
  limits.request_line += 16;  // a version in place of none, or of less
  limits.head = text.size();
  const ParseError error = parse_request_head(text, again, limits);
  if (error == ParseError::missing_host) return;  // an older version needs none
  if (head.version_major == 0 || head.version_minor == 0) return;
  check(error == ParseError::none);
  check(again.framing == head.framing && again.content_length == head.content_length);
  check(again.fields.size() == head.fields.size());
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    check(again.fields[i].name == head.fields[i].name);
    check(again.fields[i].value == head.fields[i].value);
  }
}

void fuzz_request(std::string_view head) {
  RequestHead out;
  const ParseError error = parse_request_head(head, out);
  check(tier_of(out.desync.reason) == out.desync.tier);
  check(inside(out.method, head) && inside(out.target, head) && inside(out.upgrade, head));
  check(inside(out.authority, head));
  for (const Field& field : out.fields) {
    check(inside(field.name, head) && inside(field.value, head));
    check(!hoplab::http::chars::any(field.name, chars::kFatal) &&
          !hoplab::http::chars::any(field.value, chars::kFatal));
    check(!chars::trim(field.name).empty());
  }
  if (error == ParseError::none) check_written_again(out);
}

std::string decode(std::string_view input, std::size_t step, ChunkedDecoder& decoder) {
  std::string body;
  while (!input.empty()) {
    std::string_view part = input.substr(0, step);
    input.remove_prefix(part.size());
    while (!part.empty()) {
      std::size_t consumed = 0;
      const auto piece = decoder.feed(part, consumed);
      check(consumed <= part.size() && inside(piece.data, part));
      body += piece.data;
      part.remove_prefix(consumed);
      if (piece.status == ChunkedDecoder::Status::done ||
          piece.status == ChunkedDecoder::Status::failed) {
        return body;
      }
    }
  }
  return body;
}

FieldList trailers_of(const ChunkedDecoder& decoder) {
  hoplab::http::Headers headers;
  decoder.add_trailers_to(headers);
  return headers.fields();
}

void fuzz_chunked(std::string_view input, std::size_t step) {
  ChunkedDecoder whole;
  ChunkedDecoder bytes;
  ChunkedDecoder steps;
  const std::string body = decode(input, input.size(), whole);
  check(decode(input, 1, bytes) == body);
  check(decode(input, step, steps) == body);
  check(whole.error() == bytes.error() && whole.error() == steps.error());
  check(whole.done() == bytes.done() && whole.done() == steps.done());
  if (!whole.done()) return;
  const FieldList trailers = trailers_of(whole);
  check(trailers.size() == trailers_of(bytes).size());
  for (const Field& field : trailers) {
    check(!field.name.empty() && chars::all(field.name, chars::kToken));
    check(chars::all(field.value, chars::kText));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte says which part is fuzzed and how the input is split. The rest is copied so that
  // reading past its end is seen.
  const std::size_t step = 1 + data[0] / 4;
  const std::string copy(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view input = copy;
  switch (data[0] % 4) {
    case 0:
      if (!input.empty()) fuzz_chunked(input, step);
      break;
    case 1: {
      ResponseHead out;
      (void)parse_response_head(input, step % 2 == 0, out);
      break;
    }
    case 2: fuzz_request(input); break;
    default: {
      const std::size_t end = find_head_end(input, 0);
      check(find_in_steps(input, step) == end && find_in_steps(input, 1) == end);
      (void)check_partial_head(input);
      if (end == std::string_view::npos) break;
      fuzz_request(input.substr(0, end));
    }
  }
  return 0;
}
