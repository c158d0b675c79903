#include "sandbox/message.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hoplab::sandbox {

namespace {

/// The longest packet: a socket filter of all instructions that the kernel takes.
constexpr std::size_t kLongest = 64 * 1024;

union Control {
  cmsghdr header;
  char room[CMSG_SPACE(sizeof(int))];
};

}  // namespace

Packer& Packer::number(std::uint32_t value) {
  bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  return *this;
}

Packer& Packer::text(std::string_view value) {
  number(static_cast<std::uint32_t>(value.size()));
  bytes_.append(value);
  return *this;
}

Packer& Packer::texts(const std::vector<std::string>& values) {
  number(static_cast<std::uint32_t>(values.size()));
  for (const std::string& value : values) text(value);
  return *this;
}

std::uint32_t Unpacker::number() {
  std::uint32_t value = 0;
  if (rest_.size() < sizeof value) return 0;
  std::memcpy(&value, rest_.data(), sizeof value);
  rest_.remove_prefix(sizeof value);
  return value;
}

std::string Unpacker::text() {
  const std::size_t size = number();
  std::string value(rest_.substr(0, size));
  rest_.remove_prefix(value.size());
  return value;
}

std::vector<std::string> Unpacker::texts() {
  std::vector<std::string> values(number());
  for (std::string& value : values) value = text();
  return values;
}

bool send_packet(int socket, std::string_view bytes, int descriptor) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Control control{};
  if (descriptor >= 0) {
    message.msg_control = control.room;
    message.msg_controllen = sizeof control.room;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

std::optional<Packet> receive_packet(int socket) {
  Packet packet;
  char bytes[kLongest];
  iovec part{bytes, sizeof bytes};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.room;
  message.msg_controllen = sizeof control.room;
  ssize_t got = -1;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return std::nullopt;
  packet.bytes.assign(bytes, static_cast<std::size_t>(got));
  packet.no_room_for_descriptor = (message.msg_flags & MSG_CTRUNC) != 0;
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_RIGHTS) {
      std::memcpy(&packet.descriptor, CMSG_DATA(at), sizeof packet.descriptor);
    }
  }
  return packet;
}

}  // namespace hoplab::sandbox
