// WebSocketFrames: what comes back for the frames of a client, however their bytes are cut.
#include "aws/stub/web_socket_echo.h"

#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using namespace std::string_literals;

const std::string kMask = "\x01\x02\x03\x04";
const std::string kProtocolError = "\x88\x02\x03\xea"s;

/// A client's frame of a short payload.
std::string frame(char first, std::string payload) {
  std::string bytes{first, static_cast<char>(0x80 | payload.size())};
  bytes += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    bytes += static_cast<char>(payload[i] ^ kMask[i % kMask.size()]);
  }
  return bytes;
}

/// All that comes back, and whether the WebSocket goes on; the bytes come one by one.
std::pair<std::string, bool> echoed(const std::string& bytes) {
  WebSocketFrames frames;
  std::string out;
  for (const char byte : bytes) {
    if (!frames.take({&byte, 1}, out)) return {out, false};
  }
  return {out, true};
}

TEST(WebSocketFrames, ComeBackWithoutTheirMask) {
  const std::string bytes = frame('\x81', "hello") + frame('\x82', "") + frame('\x02', "a part") +
                            frame('\x80', ", the rest");
  const std::string wanted = "\x81\x05hello\x82"s + '\0' + "\x02\x06" + "a part\x80\x0a, the rest";
  EXPECT_EQ(echoed(bytes), std::pair(wanted, true));
  WebSocketFrames frames;
  std::string out;
  EXPECT_TRUE(frames.take(bytes, out));
  EXPECT_EQ(out, wanted) << "at once";
}

TEST(WebSocketFrames, APingIsAnsweredAPongIsNotAndACloseIsTheLast) {
  EXPECT_EQ(echoed(frame('\x89', "are you") + frame('\x8a', "yes") + frame('\x88', "\x0f\xa1") +
                   frame('\x81', "late")),
            std::pair("\x8a\x07" + "are you\x88\x02\x0f\xa1"s, false));
}

TEST(WebSocketFrames, WhatIsNoFrameOfAClientEndsIt) {
  const std::string unmasked = "\x81\x05hello", reserved = frame('\xc1', "x"),
                    unknown = frame('\x83', "x");
  const std::string long_ping = "\x89\xfe"s + '\0' + '\x7e' + kMask;
  for (const std::string& bytes : {unmasked, reserved, unknown, long_ping}) {
    EXPECT_EQ(echoed(bytes), std::pair(kProtocolError, false));
  }
}

}  // namespace
}  // namespace hoplab::aws
