// From the fields of a HEADERS frame to a Request: pseudo fields, limits, cookies.
#pragma once

#include "http/message.h"
#include "http/server.h"

namespace hoplab::http {

/// One decoded field; `static_*`: the text lives as long as the program (HPACK's static table).
struct Http2Field {
  std::string_view name, value;
  bool static_name = false, static_value = false;
};

class Http2RequestHead {
 public:
  /// Takes one field into `request`. Beyond a limit nothing more is kept.
  void add(Request& request, const Http2Field& field, const ServerLimits& limits);

  /// After the last field: joins the cookies, settles target and authority. 0, or the status that
  /// the ALB refuses with (alb.md 3, rows 400 and 414).
  [[nodiscard]] int finish(Request& request, const ServerLimits& limits);

  [[nodiscard]] std::optional<std::uint64_t> content_length() const { return content_length_; }

 private:
  bool add_known(Request& request, std::string_view name, std::string_view value);
  void join_cookies(Request& request) const;
  void refuse(int status) noexcept { refused_ = status; }

  int refused_ = 0;
  std::size_t size_ = 0;  // as HTTP/1.1 would write it
  std::size_t cookies_ = 0;
  std::optional<std::uint64_t> content_length_;
};

}  // namespace hoplab::http
