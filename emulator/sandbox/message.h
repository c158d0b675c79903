// What hoplab and the keeper of a namespace say to each other: a packet of numbers and texts, and
// perhaps a descriptor, over a pair of Unix sockets that keep packets apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hoplab::sandbox {

/// Numbers and texts, one after the other; the reader knows what comes.
class Packer {
 public:
  Packer& number(std::uint32_t value);
  Packer& text(std::string_view value);
  Packer& texts(const std::vector<std::string>& values);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// What is missing reads as 0 or empty: both ends are of the same program.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}
  std::uint32_t number();
  std::string text();
  std::vector<std::string> texts();

 private:
  std::string_view rest_;
};

struct Packet {
  std::string bytes;
  int descriptor = -1;                  // the receiver's to close
  bool no_room_for_descriptor = false;  // there was one, and this process may open no more
};

/// False and errno on failure; a peer that is gone is no signal.
bool send_packet(int socket, std::string_view bytes, int descriptor = -1);
/// Nothing when the peer is gone.
std::optional<Packet> receive_packet(int socket);

}  // namespace hoplab::sandbox
