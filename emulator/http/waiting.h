// Waiting for something that goes on by itself, on behalf of a client who may go away meanwhile.
#pragma once

#include <cstdint>

#include "base/loop.h"
#include "base/task.h"
#include "base/wait_slot.h"
#include "http/message.h"

namespace hoplab::http {

/// What somebody may wait for. It goes on when nobody does any more.
struct Pending {
  bool done = false;
  WaitSlot* waiter = nullptr;  // of whoever waits for the end; null: nobody does

  void finish() {
    done = true;
    if (waiter) waiter->notify();
  }
};

/// What becomes of the wait.
enum class Waited : std::uint8_t { done, late, client_gone, cut };

/// Until it is done, or `most` emulated time has passed, or the client is gone, whom null leaves
/// out of it, or somebody has set `cut` and notified `slot`.
Task<Waited> wait_for(Loop& loop, Pending& pending, WaitSlot& slot, ClientWatch* client,
                      Duration most, const bool& cut);
Task<Waited> wait_for(Loop& loop, Pending& pending, ClientWatch* client, Duration most);

}  // namespace hoplab::http
