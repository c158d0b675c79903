// LiveConnections: the connections that a component runs, so that they can be ended from outside.
#pragma once

#include <list>

#include "base/task_group.h"
#include "net/connection.h"

namespace hoplab::net {

class LiveConnections {
 public:
  /// One running connection; on the list for as long as it lives.
  class Entry {
   public:
    Entry(LiveConnections& all, Journal& journal, Stream& stream)
        : all_(all), at_(all.list_.insert(all.list_.end(), {&journal, &stream})) {}
    ~Entry() { all_.list_.erase(at_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    LiveConnections& all_;
    std::list<std::pair<Journal*, Stream*>>::iterator at_;
  };

  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }

  /// Resets every one, with `reason` as its cause if it had none yet.
  void reset_all(const Hop& hop, Reason reason, Time at) {
    for (auto& [journal, stream] : list_) {
      journal->end(hop, reason, EndKind::rst, Toward::both, at);
      stream->reset(*journal->cause);
    }
  }

 private:
  std::list<std::pair<Journal*, Stream*>> list_;
};

}  // namespace hoplab::net
