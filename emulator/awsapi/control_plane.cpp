#include "awsapi/control_plane.h"

#include <algorithm>

#include "base/hash.h"
#include "base/hex.h"

namespace hoplab::awsapi {

namespace {

/// A hook's error has a code and a sentence, which may begin with AWS's name for it.
ApiError refused(const Error& error) {
  const bool exists = error.code == ErrorCode::conflict || error.code == ErrorCode::in_use;
  return {exists ? "InvalidConfigurationRequest" : "ValidationError", error.message};
}

}  // namespace

ControlPlane::ControlPlane(Apply apply, Health health)
    : apply_(std::move(apply)), health_(std::move(health)) {}

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
  const auto before = documents_;
  for (const std::string& id : change.remove) documents_.erase(id);
  for (Document& one : change.put) {
    const auto old = documents_.find(one.id);
    one.order = old == documents_.end() ? next_order_++ : old->second->order;
    documents_[one.id] = std::make_shared<const Document>(one);
  }
  const Result<void> applied = apply_ ? apply_(*this, change) : Result<void>();
  if (applied) return std::nullopt;
  documents_ = before;
  return refused(applied.failure());
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
