#include "http/request_log.h"

#include <algorithm>

#include "http/message.h"

namespace hoplab::http {

ReceivedRequest received(const Request& request, Received by) {
  ReceivedRequest made;
  made.at = by.at;
  made.receiver = std::move(by.receiver);
  made.kind = std::move(by.kind);
  made.source_ip = std::move(by.source_ip);
  made.method = request.method;
  made.target = request.target;
  for (const Field& field : request.headers.fields()) {
    made.headers.emplace_back(field.name, field.value);
  }
  return made;
}

void RequestLog::keep(std::size_t count) {
  const std::lock_guard lock(mutex_);
  kept_ = count;
  make_room();
  on_.store(count > 0, std::memory_order_relaxed);
}

void RequestLog::make_room() {
  while (requests_.size() > kept_) {
    requests_.pop_front();
    ++dropped_;
  }
}

std::shared_ptr<ReceivedRequest> RequestLog::add(ReceivedRequest request) {
  auto shared = std::make_shared<ReceivedRequest>(std::move(request));
  shared->body_bytes = std::max<std::uint64_t>(shared->body_bytes, shared->body.size());
  if (shared->body.size() > kMostBody) shared->body.resize(kMostBody);
  const std::lock_guard lock(mutex_);
  shared->id = ++last_id_;
  requests_.push_back(shared);
  make_room();
  return shared;
}

void RequestLog::append(ReceivedRequest& request, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  request.body_bytes += bytes.size();
  request.body.append(bytes.substr(0, kMostBody - request.body.size()));
}

std::vector<ReceivedRequest> RequestLog::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<ReceivedRequest> all;
  all.reserve(requests_.size());
  for (const auto& one : requests_) all.push_back(*one);
  return all;
}

std::uint64_t RequestLog::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void RequestLog::forget() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
  dropped_ = 0;
}

}  // namespace hoplab::http
