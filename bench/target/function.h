// What the bench's function does with an event, and what it says to the Runtime API.
#pragma once

#include <string>
#include <string_view>

namespace hoplab::bench {

// Of the answer that the client gets.
inline constexpr std::string_view kFunctionBody = R"({"id":"1","value":"4.99"})";
inline constexpr std::string_view kAskForNext =
    "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: runtime\r\n\r\n";

// The bytes of a whole message, head and body by its Content-Length, at the beginning of `bytes`; 0
// while it is not whole.
std::size_t whole_message(std::string_view bytes);
// The request that returns the function's answer to the event in `delivery`, a whole answer to
// kAskForNext.
std::string answer_to(std::string_view delivery);

}  // namespace hoplab::bench
