#include "http/h2/http2_response.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "http/field_names.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

nghttp2_nv borrowed(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {  // nghttp2 reads them only
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

/// Those that HTTP/2 may have (RFC 9113 8.2.2). `names` holds the names that had to be written
/// anew.
void append_fields(std::vector<nghttp2_nv>& list, const Headers& headers, Arena& names) {
  for (const Field& field : headers.fields()) {
    if (belongs_to_connection(field.name)) continue;
    list.push_back(borrowed(lower_case(field.name, names), field.value));
  }
}

std::string_view decimal(std::uint64_t number, Arena& arena) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return arena.copy({digits, end});
}

ssize_t read_text(Http2Stream& stream, std::span<std::uint8_t> into, std::uint32_t& flags) {
  const auto rest = stream.response.text.substr(stream.text_sent);
  const std::size_t count = std::min(into.size(), rest.size());
  std::memcpy(into.data(), rest.data(), count);
  stream.text_sent += count;
  if (count == rest.size()) flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(count);
}

/// The fields behind a body: then they end the stream, not the last DATA frame.
void submit_trailers(nghttp2_session* session, Http2Stream& stream, std::uint32_t& flags) {
  const Headers* trailers = stream.response.body->trailers();
  if (!trailers) return;
  std::vector<nghttp2_nv> fields;
  append_fields(fields, *trailers, stream.response.arena);
  if (nghttp2_submit_trailer(session, stream.id, fields.data(), fields.size()) == 0) {
    flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
  }
}

ssize_t read_source(nghttp2_session* session, Http2Stream& stream, std::span<std::uint8_t> into,
                    std::uint32_t& flags) {
  BodySource& source = *stream.response.body;
  const IoResult result = source.try_read({reinterpret_cast<char*>(into.data()), into.size()});
  switch (result.status) {
    case IoStatus::ok:
      // Known to be the last piece: say so now and save an empty DATA frame.
      if (source.remaining() == std::uint64_t{0}) flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(result.size);
    case IoStatus::closed:
      flags |= NGHTTP2_DATA_FLAG_EOF;
      submit_trailers(session, stream, flags);
      return 0;
    case IoStatus::would_block:
      stream.deferred = true;
      source.watch(&stream.slot);
      return NGHTTP2_ERR_DEFERRED;
    case IoStatus::failed: stream.truncated = true; break;
  }
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // RST_STREAM INTERNAL_ERROR: cut short, and seen
}

ssize_t read_body(nghttp2_session* session, std::int32_t, std::uint8_t* into, std::size_t size,
                  std::uint32_t* flags, nghttp2_data_source* source, void*) {
  auto& stream = *static_cast<Http2Stream*>(source->ptr);
  const std::span<std::uint8_t> room(into, size);
  return stream.response.body ? read_source(session, stream, room, *flags)
                              : read_text(stream, room, *flags);
}

}  // namespace

bool submit_http2_response(nghttp2_session* session, Http2Stream& stream) {
  Response& response = stream.response;
  if (response.status < 200 || response.status > 999) return false;
  thread_local std::vector<nghttp2_nv> fields;  // nghttp2 copies the list itself
  fields.clear();
  const auto end = stream.status_text.data() + stream.status_text.size();
  std::to_chars(stream.status_text.data(), end, response.status);
  fields.push_back(borrowed(":status", {stream.status_text.data(), stream.status_text.size()}));
  append_fields(fields, response.headers, response.arena);
  const bool bodiless =
      forbids_body(response.status) || response.head_only || stream.request.method == "HEAD";
  const auto known = response.body ? response.body->remaining()
                                   : std::optional<std::uint64_t>(response.text.size());
  auto length = known;
  if (bodiless) {  // the length of what GET would have answered, when it is known and means
                   // something
    length = response.content_length;
    if (!length && known && *known > 0) length = known;
    if (response.status == 204) length.reset();
  }
  if (length) fields.push_back(borrowed("content-length", decimal(*length, response.arena)));
  const bool empty = bodiless || known == std::uint64_t{0};
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;
  provider.read_callback = read_body;
  return nghttp2_submit_response(session, stream.id, fields.data(), fields.size(),
                                 empty ? nullptr : &provider) == 0;
}

void submit_http2_interim(nghttp2_session* session, Http2Stream& stream, int status,
                          const Headers& headers) {
  std::vector<nghttp2_nv> fields;
  const std::string code = std::to_string(status);
  Arena names;
  fields.push_back(borrowed(":status", code));
  append_fields(fields, headers, names);
  for (nghttp2_nv& field : fields) field.flags = NGHTTP2_NV_FLAG_NONE;
  nghttp2_submit_headers(session, NGHTTP2_FLAG_NONE, stream.id, nullptr, fields.data(),
                         fields.size(), nullptr);
}

}  // namespace hoplab::http
