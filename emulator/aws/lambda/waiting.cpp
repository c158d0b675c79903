#include "aws/lambda/waiting.h"

namespace hoplab::aws::lambda {

Task<Waited> wait_for(Loop& loop, Invocation& invocation, WaitSlot& slot, http::ClientWatch* client,
                      Duration most, const bool& cut) {
  Timer late(loop, [&slot] { slot.notify(); });
  late.after(most);
  invocation.waiter = &slot;
  Waited waited = Waited::done;
  while (!invocation.done) {
    if (client && client->gone()) {
      waited = Waited::client_gone;
    } else if (cut) {
      waited = Waited::cut;
    } else if (!late.armed()) {
      waited = Waited::late;
    }
    if (waited != Waited::done) break;
    if (client) client->watch(&slot);
    co_await slot;
    if (client) client->watch(nullptr);
  }
  invocation.waiter = nullptr;
  co_return waited;
}

Task<Waited> wait_for(Loop& loop, Invocation& invocation, http::ClientWatch* client,
                      Duration most) {
  WaitSlot slot(loop);
  const bool never = false;
  const Waited waited = co_await wait_for(loop, invocation, slot, client, most, never);
  co_return waited;
}

}  // namespace hoplab::aws::lambda
