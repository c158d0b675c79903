#include "aws/nlb/flow_table.h"

#include "aws/nlb/flow_stream.h"

namespace hoplab::aws {

bool FlowTable::out_of_ports(const net::Address& destination) const noexcept {
  const auto found = translated_.find(destination);
  return found != translated_.end() && found->second >= limits_.source_ports;
}

FlowStream* FlowTable::find(const net::Address& destination, const net::Address& client) const {
  const auto found = preserved_.find({destination, client});
  return found == preserved_.end() ? nullptr : found->second;
}

template <class Work>
void FlowTable::for_each_to(const Target& target, Work work) {
  for (FlowStream* flow = first_; flow;) {
    FlowStream* const next = flow->next_;  // it may leave the table
    if (flow->parts_.target.get() == &target) work(*flow);
    flow = next;
  }
}

void FlowTable::forget(const Target& target, Reason reason,
                       const std::function<bool(const std::string& zone)>& meant) {
  for_each_to(target, [&](FlowStream& flow) {
    if (meant(flow.parts_.zone)) flow.forget(reason);
  });
}

void FlowTable::reset(const Target& target, Reason reason) {
  for_each_to(target, [reason](FlowStream& flow) { flow.end(reason); });
}

void FlowTable::forget_all(Reason reason) {
  while (first_) first_->forget(reason);  // it leaves the table
}

void FlowTable::set_limits(Limits limits) {
  limits_ = limits;
  full_or_free_();
}

void FlowTable::add(FlowStream& flow) {
  flow.next_ = first_;
  if (first_) first_->previous_ = &flow;
  first_ = &flow;
  const bool was_full = full();
  ++size_;
  count(flow, 1);
  if (const auto& client = flow.parts_.preserved) {
    preserved_[{flow.parts_.destination, *client}] = &flow;
  }
  if (full() != was_full) full_or_free_();
}

void FlowTable::remove(FlowStream& flow) {
  (flow.previous_ ? flow.previous_->next_ : first_) = flow.next_;
  if (flow.next_) flow.next_->previous_ = flow.previous_;
  const bool was_full = full();
  --size_;
  count(flow, -1);
  if (const auto& client = flow.parts_.preserved) {
    const auto found = preserved_.find({flow.parts_.destination, *client});
    if (found != preserved_.end() && found->second == &flow) preserved_.erase(found);
  }
  if (full() != was_full) full_or_free_();
}

void FlowTable::count(const FlowStream& flow, std::ptrdiff_t by) {
  if (!flow.parts_.translated) return;
  const net::Address& destination = flow.parts_.destination;
  const bool was_out = out_of_ports(destination);
  const auto counted = translated_.try_emplace(destination).first;
  counted->second += static_cast<std::size_t>(by);
  if (counted->second == 0) translated_.erase(counted);
  if (out_of_ports(destination) != was_out) full_or_free_();
}

}  // namespace hoplab::aws
