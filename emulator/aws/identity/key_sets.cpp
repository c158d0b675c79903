#include "aws/identity/key_sets.h"

#include "base/loop.h"
#include "base/wait_slot.h"

namespace hoplab::aws {

namespace {

constexpr Duration kKeysTimeout = 5s;
constexpr Duration kKeysStay = 300s;
constexpr Duration kKeysYoung = 10s;  // then a key that is not among them is none

KeySets::Got failure_of(const WebAnswer& answer, const std::string& endpoint) {
  using Failure = WebAnswer::Failure;
  KeySets::Got got;
  if (answer.failure == Failure::timeout) got.reason = Reason::jwks_request_timeout;
  if (answer.failure == Failure::too_large) got.reason = Reason::jwks_response_size_exceeded;
  got.answered = answer.failure == Failure::none;
  got.detail = endpoint + ": " + answer.what_failed();
  return got;
}

}  // namespace

bool KeySets::still_good(const Known& known, std::string_view kid) const {
  if (!known.keys) return false;
  const Duration age = loop_.now() - known.asked_at;
  return age < (known.keys->find(kid) ? kKeysStay : kKeysYoung);
}

Task<KeySets::Got> KeySets::ask(const std::string& endpoint) {
  WebRequest request;
  request.url = endpoint;
  const WebAnswer answer = co_await web_.ask(request, kKeysTimeout, KeySet::kMostBytes);
  if (!answer.succeeded()) co_return failure_of(answer, endpoint);
  auto keys = KeySet::parse(answer.body);
  Got got;
  got.answered = true;
  if (keys) {
    got.keys = std::make_shared<const KeySet>(std::move(keys).value());
  } else {
    got.reason = Reason::jwks_response_invalid;
    got.detail = endpoint + ": " + keys.error();
  }
  co_return got;
}

Task<KeySets::Got> KeySets::get(std::string endpoint, std::string kid) {
  Known& known = known_[endpoint];
  if (still_good(known, kid)) {
    Got got;
    got.keys = known.keys;
    co_return got;
  }
  auto question = known.question;
  if (question) {
    WaitSlot slot(loop_);
    question->waiting.push_back(&slot);
    while (!question->answer) co_await slot;
    co_return *question->answer;
  }
  question = known.question = std::make_shared<Question>();
  Got got = co_await ask(endpoint);
  if (got.keys) {
    known.keys = got.keys;
    known.asked_at = loop_.now();
  }
  known.question = nullptr;
  question->answer = got;
  for (WaitSlot* const one : question->waiting) one->notify();
  co_return got;
}

}  // namespace hoplab::aws
