#include "http/request_log.h"

#include <algorithm>

#include "http/message.h"

namespace hoplab::http {

namespace {

constexpr std::size_t kTextsBesideFields = 5;  // receiver, kind, source, method, target
constexpr std::size_t kShort = 256;            // bytes that are copied rather than compared
constexpr std::uint32_t kLong = ~std::uint32_t{0};

}  // namespace

void RequestLog::keep(std::size_t count) {
  const std::lock_guard lock(mutex_);
  kept_ = count;
  for (; places_.size() > kept_; ++dropped_) places_.pop_front();
  on_.store(count > 0, std::memory_order_relaxed);
}

std::uint64_t RequestLog::add(const Request& request, const Received& by, std::string_view body,
                              std::uint64_t body_bytes) {
  const std::lock_guard lock(mutex_);
  if (kept_ == 0) return 0;  // it was turned off meanwhile
  Place used;
  if (places_.size() == kept_) {
    used = std::move(places_.front());
    places_.pop_front();
    ++dropped_;
  }
  ++last_id_;
  Place& place = places_.emplace_back(std::move(used));
  place.at = by.at;
  const std::string_view beside[kTextsBesideFields] = {by.receiver, by.kind, by.source_ip,
                                                       request.method, request.target};
  const std::vector<Field>& fields = request.headers.fields();
  std::size_t size = 0;
  const auto count = [&size](std::string_view text) {
    if (text.size() <= kShort) size += text.size();
  };
  for (const std::string_view text : beside) count(text);
  for (const Field& field : fields) count(field.name), count(field.value);
  if (place.texts.size() < size) place.texts.resize(size);
  place.ends.resize(kTextsBesideFields + 2 * fields.size());
  char* to = place.texts.data();
  std::uint32_t* end = place.ends.data();
  std::size_t long_ones = 0;
  const auto put = [&](std::string_view text) {
    if (text.size() > kShort) {
      if (place.long_texts.size() == long_ones) place.long_texts.emplace_back();
      place.long_texts[long_ones++] = shared(text);
      *end++ = kLong;
      return;
    }
    to = std::copy(text.begin(), text.end(), to);
    *end++ = static_cast<std::uint32_t>(to - place.texts.data());
  };
  for (const std::string_view text : beside) put(text);
  for (const Field& field : fields) {
    put(field.name);
    put(field.value);
  }
  place.long_texts.resize(long_ones);
  place.body.assign(body.substr(0, kMostBody));
  place.body_bytes = std::max<std::uint64_t>(body_bytes, body.size());
  return last_id_;
}

const RequestLog::SharedText& RequestLog::shared(std::string_view text) {
  for (const SharedText& known : recent_) {
    if (known && *known == text) return known;
  }
  SharedText& place = recent_[oldest_recent_++ % recent_.size()];
  place = std::make_shared<const std::string>(text);
  return place;
}

void RequestLog::append(std::uint64_t id, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (id <= oldest() || id > last_id_) return;  // it had to make room
  Place& place = places_[id - oldest() - 1];
  place.body_bytes += bytes.size();
  place.body.append(bytes.substr(0, kMostBody - place.body.size()));
}

ReceivedRequest RequestLog::read(std::uint64_t id) const {
  const Place& place = places_[id - oldest() - 1];
  std::size_t number = 0, begin = 0;
  auto long_text = place.long_texts.begin();
  const auto next = [&] {
    const std::uint32_t end = place.ends[number++];
    if (end == kLong) return **long_text++;
    std::string text = place.texts.substr(begin, end - begin);
    begin = end;
    return text;
  };
  ReceivedRequest made;
  made.id = id;
  made.at = place.at;
  for (std::string* const text :
       {&made.receiver, &made.kind, &made.source_ip, &made.method, &made.target}) {
    *text = next();
  }
  made.headers.reserve((place.ends.size() - kTextsBesideFields) / 2);
  while (number < place.ends.size()) {
    std::string name = next();
    made.headers.emplace_back(std::move(name), next());
  }
  made.body = place.body;
  made.body_bytes = place.body_bytes;
  return made;
}

std::vector<ReceivedRequest> RequestLog::all() const {
  std::uint64_t missed = 0;
  return after(0, std::string::npos, missed);
}

std::vector<ReceivedRequest> RequestLog::after(std::uint64_t id, std::size_t most,
                                               std::uint64_t& missed) const {
  const std::lock_guard lock(mutex_);
  missed = id < oldest() ? oldest() - id : 0;
  std::vector<ReceivedRequest> some;
  for (std::uint64_t at = std::max(id, oldest()); at < last_id_ && some.size() < most; ++at) {
    some.push_back(read(at + 1));
  }
  return some;
}

std::uint64_t RequestLog::newest() const {
  const std::lock_guard lock(mutex_);
  return last_id_;
}

std::uint64_t RequestLog::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void RequestLog::forget() {
  const std::lock_guard lock(mutex_);
  places_.clear();
  recent_ = {};
  dropped_ = 0;
}

}  // namespace hoplab::http
