#include "net/syn_filter.h"

#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace hoplab::net {

namespace {

constexpr std::uint32_t kPass = ~std::uint32_t{0};
constexpr std::uint32_t kDrop = 0;
/// Where the IP header's source address is, from the network header on.
constexpr std::uint32_t kSource = static_cast<std::uint32_t>(SKF_NET_OFF) + 12;

sock_filter load_source() {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kSource);
}
sock_filter give(std::uint32_t verdict) {
  return BPF_STMT(BPF_RET | BPF_K, verdict);
}
sock_filter jump(std::uint32_t over) {
  return BPF_JUMP(BPF_JMP | BPF_JA, over, 0, 0);
}

/// Four instructions for each range: the next `then` are skipped unless the source is in it.
void unless_in(const AddressRange& range, std::vector<sock_filter>& program) {
  program.push_back(load_source());
  program.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, range.ipv4_mask()));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, range.network.ipv4_value(), 0, 1));
}

}  // namespace

std::vector<sock_filter> syn_filter(const Admission& admission) {
  std::vector<sock_filter> program;
  if (admission.answer == Admission::Answer::drop) return {give(kDrop)};
  if (admission.rules.empty()) return program;
  constexpr std::size_t kPerRange = 4;
  for (const auto& [lets_in, set, barrier] : admission.rules) {
    for (std::size_t i = 0; i < set.size(); ++i) {
      unless_in(set[i], program);
      // Found: on behind the drop at the end of this set.
      const auto over = static_cast<std::uint32_t>((set.size() - 1 - i) * kPerRange + 1);
      program.push_back(lets_in ? jump(over) : give(kDrop));
    }
    if (lets_in) program.push_back(give(kDrop));
  }
  program.push_back(give(kPass));
  return program;
}

bool attach_syn_filter(int listening_fd, const Admission& admission) {
  std::vector<sock_filter> program = syn_filter(admission);
  return attach_program(listening_fd, program);
}

bool attach_program(int listening_fd, std::vector<sock_filter>& program) {
  if (program.empty()) {
    const int unused = 0;
    ::setsockopt(listening_fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
    return true;  // or there was none
  }
  const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
  return ::setsockopt(listening_fd, SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof whole) == 0;
}

bool filters_are_allowed() {
  static const bool allowed = [] {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::vector<sock_filter> program{give(kPass)};
    const bool attached = fd >= 0 && attach_program(fd, program);
    if (fd >= 0) ::close(fd);
    return attached;
  }();
  return allowed;
}

std::uint64_t dropped_packets(int listening_fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof info;
  if (::getsockopt(listening_fd, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) return 0;
  return info[SK_MEMINFO_DROPS];
}

}  // namespace hoplab::net
