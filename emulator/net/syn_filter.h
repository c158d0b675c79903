// SynFilter: makes a listening socket drop the SYNs that an Admission does not let in. The kernel
// runs it (a classic BPF program; no privilege is needed), so the client sees true silence.
#pragma once

#include <cstdint>
#include <vector>

#include "net/admission.h"

struct sock_filter;

namespace hoplab::net {

/// The program for `admission`, which does not refuse; empty: everything passes.
std::vector<sock_filter> syn_filter(const Admission& admission);

/// In force when it returns true, for connections that come from now on.
bool attach_syn_filter(int listening_fd, const Admission& admission);

/// The same with the program itself; an empty one takes away what is there.
bool attach_program(int listening_fd, std::vector<sock_filter>& program);

/// Whether this process may attach one: some kernels keep filters from ordinary users.
bool filters_are_allowed();

/// Packets that the socket has dropped so far; a client that gets no answer sends its SYN again.
std::uint64_t dropped_packets(int listening_fd);

}  // namespace hoplab::net
