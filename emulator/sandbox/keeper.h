// The process that is inside of a Sandbox, or the one beside it where there are no namespaces.
#pragma once

#include <cstdint>

namespace hoplab::sandbox {

/// What it is asked; the packet goes on with the operands. It answers with an errno, a text that
/// says what failed, and perhaps a descriptor.
enum class Question : std::uint32_t {
  set_up,           // -> the namespace is as it should be
  client_ip,        // address
  bound,            // address, port, whether to reuse it, client (0: any) -> descriptor
  attach_filter,    // instructions, descriptor
  name_server,      // -> descriptor: for datagrams, where resolv.conf says that one is
  run,              // a descriptor of a file with a CommandSpec
  send_signal,      // number
  clean_up_later,   // folders, then links and where each leads: when the other end is closed
  take_away_later,  // a descriptor, MachineWide's lock: likewise
};

/// Answers until the other end of `questions` is closed, and then ends everything that runs inside;
/// the end of the command goes to `events`.
[[noreturn]] void keep_sandbox(bool isolated, int questions, int events);

}  // namespace hoplab::sandbox
