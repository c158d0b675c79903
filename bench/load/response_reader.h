// Reads HTTP/1.1 responses, just as strictly as a load generator must to notice a wrong one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hoplab::bench {

class ResponseReader {
 public:
  enum class Progress { kMore, kDone, kBroken };

  // `keep_body`: whether body() is kept (for small bodies) or only counted.
  explicit ResponseReader(bool keep_body) : keep_body_(keep_body) {}

  void reset();
  // Takes bytes of one response. Bytes behind its end make it kBroken: nothing is pipelined here.
  Progress feed(std::string_view bytes);

  int status() const { return status_; }
  bool server_closes() const { return server_closes_; }
  const std::string& body() const { return body_; }
  std::size_t body_bytes() const { return body_bytes_; }

 private:
  enum class State { kHead, kLength, kChunkSize, kChunkData, kChunkEnd, kTrailers, kDone, kBroken };
  void read_head(std::string_view& bytes);
  bool take_header(std::string_view line);
  void take_body(std::string_view& bytes);
  bool take_line(std::string_view& bytes, std::string& line);
  void read_chunk_line(std::string_view& bytes);

  bool keep_body_;
  State state_ = State::kHead;
  std::string pending_;  // an unfinished head or line
  int status_ = 0;
  bool server_closes_ = false;
  bool chunked_ = false;
  std::size_t left_ = 0;  // of the body or the chunk
  std::size_t body_bytes_ = 0;
  std::string body_;
};

}  // namespace hoplab::bench
