// What clients, servers and proxies print when a connection ends: a table of their words.
#pragma once

#include <span>
#include <string_view>

#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

/// Words of a program, and what they say.
struct ClientWords {
  std::string_view pattern;  // in small letters; * is any run of characters, also at both ends
  std::string_view facts;    // "end=reset stage=handshake"
  std::string_view source;   // where the program prints or documents it
};

/// In the order in which they count: what an earlier row says stays.
[[nodiscard]] std::span<const ClientWords> client_words() noexcept;

/// Everything that the table says of a line.
void read_client_words(std::string_view line, scenario::Facts& facts);

}  // namespace hoplab::diagnose
