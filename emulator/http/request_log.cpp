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

/// Copies short texts into a place: those that lie close together, as the fields of a head do, at
/// once, with the few bytes between them.
class RequestLog::TextKeeper {
 public:
  TextKeeper(RequestLog& log, Place& place, std::size_t count) : log_(log), place_(place) {
    place.bytes.clear();
    place.texts.resize(count);
    next_ = place.texts.data();
  }

  [[gnu::always_inline]] void keep(std::string_view text) {
    constexpr std::uintptr_t kClose = 4;  // ": ", and the end of a line
    // What lies before the run's end is far away, too: the difference is unsigned.
    const auto gap =
        reinterpret_cast<std::uintptr_t>(text.data()) - reinterpret_cast<std::uintptr_t>(end_);
    if (gap > kClose || text.size() > kShort) return keep_elsewhere(text);
    *next_++ = {offset_ + static_cast<std::uint32_t>(text.data() - begin_),
                static_cast<std::uint32_t>(text.size())};
    end_ = text.data() + text.size();
  }

  /// After the last one.
  void end() {
    copy_run();
    place_.long_texts.resize(long_ones_);
  }

 private:
  /// Not behind the ones before.
  [[gnu::noinline]] void keep_elsewhere(std::string_view text) {
    copy_run();
    const auto size = static_cast<std::uint32_t>(text.size());
    if (size <= kShort) {
      begin_ = text.data();
      end_ = begin_ + size;
      *next_++ = {offset_, size};
      return;
    }
    begin_ = end_ = nullptr;
    if (place_.long_texts.size() == long_ones_) place_.long_texts.emplace_back();
    place_.long_texts[long_ones_++] = log_.shared(text);
    *next_++ = {kLong, size};
  }

  void copy_run() {
    if (end_ != begin_) place_.bytes.append(begin_, end_);
    offset_ = static_cast<std::uint32_t>(place_.bytes.size());
  }

  RequestLog& log_;
  Place& place_;
  Text* next_ = nullptr;
  std::size_t long_ones_ = 0;
  const char* begin_ = nullptr;  // of the texts that are to be copied together
  const char* end_ = nullptr;
  std::uint32_t offset_ = 0;  // where they go
};

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
  const FieldList& fields = request.headers.fields();
  TextKeeper texts(*this, place, kTextsBesideFields + 2 * fields.size());
  for (const std::string_view text :
       {by.receiver, by.kind, by.source_ip, request.method, request.target}) {
    texts.keep(text);
  }
  for (const Field& field : fields) {
    texts.keep(field.name);
    texts.keep(field.value);
  }
  texts.end();
  place.body.assign(body.substr(0, kMostBody));
  place.body_bytes = std::max<std::uint64_t>(body_bytes, body.size());
  place.output.clear();
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

void RequestLog::put_output(std::uint64_t id, std::string_view output) {
  const std::lock_guard lock(mutex_);
  if (id > oldest() && id <= last_id_) places_[id - oldest() - 1].output = output;
}

ReceivedRequest RequestLog::read(std::uint64_t id) const {
  const Place& place = places_[id - oldest() - 1];
  auto text = place.texts.begin();
  auto long_text = place.long_texts.begin();
  const auto next = [&] {
    const auto [at, size] = *text++;
    return at == kLong ? **long_text++ : place.bytes.substr(at, size);
  };
  ReceivedRequest made;
  made.id = id;
  made.at = place.at;
  for (std::string* const beside :
       {&made.receiver, &made.kind, &made.source_ip, &made.method, &made.target}) {
    *beside = next();
  }
  made.headers.reserve((place.texts.size() - kTextsBesideFields) / 2);
  while (text != place.texts.end()) {
    std::string name = next();
    made.headers.emplace_back(std::move(name), next());
  }
  made.body = place.body;
  made.body_bytes = place.body_bytes;
  made.output = place.output;
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
