// Waiting for an invocation, by whoever has asked for it.
#pragma once

#include <cstdint>

#include "aws/lambda/invocation.h"
#include "base/loop.h"
#include "base/task.h"
#include "http/message.h"

namespace hoplab::aws::lambda {

/// What becomes of the wait.
enum class Waited : std::uint8_t { done, late, client_gone, cut };

/// Until it is done, or `most` emulated time has passed, or the client is gone, whom null leaves
/// out of it, or somebody has set `cut` and notified `slot`. The invocation goes on when nobody
/// waits for it any more, as it does on AWS.
Task<Waited> wait_for(Loop& loop, Invocation& invocation, WaitSlot& slot, http::ClientWatch* client,
                      Duration most, const bool& cut);
Task<Waited> wait_for(Loop& loop, Invocation& invocation, http::ClientWatch* client, Duration most);

}  // namespace hoplab::aws::lambda
