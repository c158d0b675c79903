#include "awsapi/control_plane.h"

#include <algorithm>
#include <iterator>

#include "base/hash.h"
#include "base/hex.h"

namespace hoplab::awsapi {

ControlPlane::ControlPlane(Apply apply, TrafficView view)
    : apply_(std::move(apply)), view_(std::move(view)) {}

const Document* ControlPlane::find(std::string_view id, std::string_view type) const {
  const auto found = documents_.find(id);
  return found == documents_.end() || found->second->type != type ? nullptr : found->second.get();
}

std::vector<const Document*> ControlPlane::all(std::string_view type) const {
  std::vector<const Document*> found;
  for (const auto& [id, document] : documents_) {
    if (document->type == type) found.push_back(document.get());
  }
  std::ranges::sort(found, {}, &Document::order);
  return found;
}

std::vector<const Document*> ControlPlane::all(std::string_view type, const Caller& caller) const {
  std::vector<const Document*> found = all(type);
  std::erase_if(found, [&](const Document* one) {
    return one->account != caller.account || one->region != caller.region;
  });
  return found;
}

Refusal ControlPlane::change(Change change) {
  if (documents_.size() + change.put.size() > kMostDocuments) {
    return ApiError{"LimitExceeded", "hoplab keeps " + std::to_string(kMostDocuments) +
                                         " resources, and these would be too many"};
  }
  if (held_) {
    take(change);
    std::ranges::move(change.put, std::back_inserter(held_->put));
    std::ranges::move(change.remove, std::back_inserter(held_->remove));
    return std::nullopt;
  }
  const auto before = documents_;
  take(change);
  auto refused = apply_ ? apply_(*this, change) : Refusal();
  if (refused) documents_ = before;
  return refused;
}

void ControlPlane::take(const Change& change) {
  for (const std::string& id : change.remove) documents_.erase(id);
  for (const Document& one : change.put) keep(one);
}

void ControlPlane::keep(Document document) {
  const auto old = documents_.find(document.id);
  document.order = old == documents_.end() ? next_order_++ : old->second->order;
  std::string id = document.id;
  documents_[std::move(id)] = std::make_shared<const Document>(std::move(document));
}

Refusal ControlPlane::together(const std::function<Refusal()>& make) {
  const auto before = documents_;
  const auto names = names_;
  const auto numbers = numbers_;
  const ObjectStore objects = objects_;
  held_.emplace();
  auto refused = make();
  const Change all = std::move(*held_);
  held_.reset();
  const bool changed = !all.put.empty() || !all.remove.empty();
  if (!refused && changed && apply_) refused = apply_(*this, all);
  if (refused) {
    documents_ = before;
    objects_ = objects;
    names_ = names;
    numbers_ = numbers;
  }
  return refused;
}

Refusal ControlPlane::put(Document document) {
  Change one;
  one.put.push_back(std::move(document));
  return change(std::move(one));
}

Refusal ControlPlane::remove(std::string id) {
  Change one;
  one.remove.push_back(std::move(id));
  return change(std::move(one));
}

Document ControlPlane::made(std::string id, std::string_view type, const Caller& caller) const {
  Document document;
  document.id = std::move(id);
  document.type = type;
  document.account = caller.account;
  document.region = caller.region;
  return document;
}

std::string ControlPlane::new_id(std::string_view name, int digits) {
  const std::uint64_t times = names_[std::string(name)]++;
  std::string seed(name);
  if (times > 0) seed += "#" + std::to_string(times);
  Rng rng(fnv1a(seed));
  std::string id(static_cast<std::size_t>(digits), '0');
  char* at = id.data();
  for (int left = digits; left > 0; left -= 16) at = put_hex(at, rng.next(), std::min(left, 16));
  return id;
}

std::int64_t ControlPlane::next_number(const std::string& of) {
  return ++numbers_[of];
}

}  // namespace hoplab::awsapi
