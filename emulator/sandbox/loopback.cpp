// By rtnetlink (man 7 rtnetlink).
#include "sandbox/loopback.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "sandbox/system_error.h"

namespace hoplab::sandbox {

namespace {

constexpr int kLoopback = 1;  // the index of a namespace's first interface
constexpr unsigned char kWholeAddress = 32;

/// A request with its attributes.
class Request {
 public:
  template <class Body>
  Request(std::uint16_t type, std::uint16_t flags, const Body& body) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    header.nlmsg_seq = 1;
    add(header);
    add(body);
  }

  template <class Value>
  Request& with(std::uint16_t type, const Value& value) {
    rtattr attribute{};
    attribute.rta_type = type;
    attribute.rta_len = static_cast<std::uint16_t>(RTA_LENGTH(sizeof value));
    add(attribute);
    add(value);
    return *this;
  }

  /// What the kernel answers: 0, or an errno.
  int ask() {
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (socket < 0) return errno;
    const auto size = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &size, sizeof size);
    int error = 0;
    char answer[1024];
    if (::send(socket, bytes_.data(), bytes_.size(), 0) < 0 ||
        ::recv(socket, answer, sizeof answer, 0) < 0) {
      error = errno;
    } else {
      nlmsgerr said{};
      std::memcpy(&said, answer + NLMSG_HDRLEN, sizeof said);
      error = -said.error;
    }
    ::close(socket);
    return error;
  }

 private:
  template <class Value>
  void add(const Value& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    bytes_.resize(NLMSG_ALIGN(bytes_.size()));
  }

  std::string bytes_;
};

Result<void> done(int error, const char* what) {
  if (error == 0) return {};
  errno = error;
  return system_error(what);
}

}  // namespace

Result<void> bring_loopback_up() {
  ifinfomsg interface {};
  interface.ifi_index = kLoopback;
  interface.ifi_flags = IFF_UP;
  interface.ifi_change = IFF_UP;
  return done(Request(RTM_NEWLINK, 0, interface).ask(), "cannot bring up the loopback interface");
}

Result<void> add_address(std::uint32_t address) {
  ifaddrmsg body{};
  body.ifa_family = AF_INET;
  body.ifa_prefixlen = kWholeAddress;
  body.ifa_index = kLoopback;
  Request request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, body);
  const std::uint32_t value = htonl(address);
  const int error = request.with(IFA_LOCAL, value).with(IFA_ADDRESS, value).ask();
  return done(error == EEXIST ? 0 : error, "cannot add an address");
}

Result<void> add_address(std::uint32_t address, std::uint32_t client) {
  if (auto added = add_address(address); !added) return added;
  // The kernel's own route to the address, with another source in it.
  rtmsg body{};
  body.rtm_family = AF_INET;
  body.rtm_dst_len = kWholeAddress;
  body.rtm_table = RT_TABLE_LOCAL;
  body.rtm_protocol = RTPROT_KERNEL;
  body.rtm_scope = RT_SCOPE_HOST;
  body.rtm_type = RTN_LOCAL;
  Request request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, body);
  request.with(RTA_DST, htonl(address)).with(RTA_PREFSRC, htonl(client)).with(RTA_OIF, kLoopback);
  return done(request.ask(), "cannot say where connections come from");
}

}  // namespace hoplab::sandbox
