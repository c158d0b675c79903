// MemoryPipe: two connected streams inside one process and one loop, with TCP's endings.
//
// The leg from the ALB to the API Gateway runs over one: it can be reset, closed, watched and
// counted like a TCP connection. A writer that is ahead of its reader by kPipeCapacity bytes waits.
#pragma once

#include <memory>
#include <utility>

#include "net/stream.h"

namespace hoplab::net {

inline constexpr std::size_t kPipeCapacity = 128 * 1024;

using StreamPair = std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>;
StreamPair make_memory_pipe(Loop& loop);

}  // namespace hoplab::net
