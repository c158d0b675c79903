// WebSocketEcho: what a stand-in that echoes says in a WebSocket (RFC 6455): each message comes
// back as it was sent, a ping is answered, a close is returned and ends it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace hoplab::aws {

/// Turns the frames of a client into those of the echo, as their bytes come.
class WebSocketFrames {
 public:
  /// Adds the answer to `out`. False: the WebSocket is over after it.
  bool take(std::string_view bytes, std::string& out);

 private:
  bool take_header(std::string& out);
  void take_payload(std::string_view& bytes, std::string& out);

  std::string header_;  // as far as it has come
  bool in_payload_ = false;
  bool silent_ = false;  // the frame is not answered
  bool closes_ = false;
  std::uint64_t left_ = 0;  // of the payload
  unsigned char mask_[4] = {};
  unsigned at_ = 0;  // in the mask
};

class WebSocketEcho final : public http::Upgrade {
 public:
  Task<net::ServeEnd> run(net::Stream& client) override;
};

/// Fills the answer when `request` opens a WebSocket; false: it does not.
bool echo_web_socket(const http::Request& request, http::Response& response);

}  // namespace hoplab::aws
