// Task<T>: a lazily started coroutine that somebody awaits, and WaitSlot: where it waits.
//
// A connection's life reads top to bottom in one coroutine. The rules that keep this simple:
//  - one loop runs a coroutine from start to end; nothing here is thread-safe, nothing locks;
//  - a coroutine always runs to its end: at shutdown its streams fail and it unwinds by itself,
//    so no frame is ever destroyed while it waits;
//  - a wake-up carries no value: whoever is woken looks again (spurious wake-ups are allowed).
//
// A child that finishes without waiting costs a call: awaiting it resumes it in place and does not
// suspend the parent, so a loop over ready I/O never grows the stack (no reliance on tail calls,
// which g++ 12 gives only when optimising).
#pragma once

#include <cassert>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/spare_memory.h"

namespace hoplab {

template <class T>
class Task;

namespace detail {

/// Frames of up to 1 KiB: up to 64 of each size for each thread.
using SpareFrames = SpareMemory<struct PromiseBase, 64, 16, 64>;

struct PromiseBase {
  static void* operator new(std::size_t size) { return SpareFrames::take(size); }
  static void operator delete(void* frame, std::size_t size) { SpareFrames::give(frame, size); }

  std::coroutine_handle<> parent;  // set while somebody awaits us and we have waited
  bool starting = false;           // the parent is still in our first resume()

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) noexcept {
      PromiseBase& promise = self.promise();
      if (!promise.starting && promise.parent) promise.parent.resume();
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> parent) {
    auto& promise = handle_.promise();
    promise.parent = parent;
    promise.starting = true;
    handle_.resume();
    promise.starting = false;
    return !handle_.done();
  }
  T await_resume() {
    assert(handle_.done());
    if constexpr (!std::is_void_v<T>) return std::move(*handle_.promise().value);
  }

 private:
  Handle handle_;
};

namespace detail {
template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}
}  // namespace detail

}  // namespace hoplab
