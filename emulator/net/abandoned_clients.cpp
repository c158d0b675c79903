#include "net/abandoned_clients.h"

#include <array>

#include "base/next_turn.h"

namespace hoplab::net {

void AbandonedClients::keep(std::unique_ptr<Stream> client, std::shared_ptr<Journal> journal,
                            Reason reason, Answer answer) {
  if (answer == Answer::silence) {
    journal->end(hop_, reason, EndKind::silence, Toward::both, loop_.now());
  }
  tasks_.spawn(answer_next(std::move(client), std::move(journal), reason, answer));
}

Task<void> AbandonedClients::answer_next(std::unique_ptr<Stream> client,
                                         std::shared_ptr<Journal> journal, Reason reason,
                                         Answer answer) {
  const LiveConnections::Entry entry(live_, *journal, *client);
  const NextTurn next_turn{loop_};
  WaitSlot slot(loop_);
  std::array<char, 4096> packet;
  IoResult got = client->try_read(packet);
  while (got.would_block() || (got.ok() && answer == Answer::silence)) {
    if (got.would_block()) {
      client->watch_read(&slot);
      co_await slot;
      client->watch_read(nullptr);
    } else {
      co_await next_turn;
    }
    got = client->try_read(packet);
  }
  if (answer == Answer::reset && got.status == IoStatus::failed) {
    journal->end(hop_, Reason::client_reset, EndKind::rst, Toward::target, loop_.now());
  } else if (answer == Answer::reset) {
    journal->end(hop_, reason, EndKind::rst, Toward::client, loop_.now());
    client->reset(*journal->cause);
  }
  report(*journal, sink_, loop_.now());
}

}  // namespace hoplab::net
