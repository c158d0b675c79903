#include "http/waiting.h"

namespace hoplab::http {

Task<Waited> wait_for(Loop& loop, Pending& pending, WaitSlot& slot, ClientWatch* client,
                      Duration most, const bool& cut) {
  Timer late(loop, [&slot] { slot.notify(); });
  late.after(most);
  pending.waiter = &slot;
  Waited waited = Waited::done;
  while (!pending.done) {
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
  pending.waiter = nullptr;
  co_return waited;
}

Task<Waited> wait_for(Loop& loop, Pending& pending, ClientWatch* client, Duration most) {
  WaitSlot slot(loop);
  const bool never = false;
  const Waited waited = co_await wait_for(loop, pending, slot, client, most, never);
  co_return waited;
}

}  // namespace hoplab::http
