#include "tls/record_buffers.h"

#include <malloc.h>
#include <openssl/crypto.h>

#include <atomic>
#include <cstdlib>

#include "base/spare_memory.h"

namespace hoplab::tls {

namespace {

/// A record of TLS (RFC 8446 5.1: 16 KiB) and what OpenSSL adds for its header, its expansion and
/// alignment.
constexpr std::size_t kLeast = 16 * 1024 + 1, kMost = 17 * 1024;

/// On a list of its own, at most this many for each thread.
constexpr std::size_t kKept = 16;

struct Kept {
  std::size_t count = 0;
  void* buffers[kKept];
  inline static thread_local bool open = true;
  ~Kept() {
    open = false;
    while (count > 0) std::free(buffers[--count]);
  }
  static Kept& of_this_thread() {
    thread_local Kept kept;
    return kept;
  }
};

/// Whether there has been a buffer. Until then, while keys are made and files are read, release()
/// has no need to ask how large each piece is.
std::atomic<bool> any{false};

void* allocate(std::size_t size, const char*, int) {
  if (size < kLeast || size > kMost || !Kept::open) return std::malloc(size);
  any.store(true, std::memory_order_relaxed);
  Kept& kept = Kept::of_this_thread();
  return kept.count > 0 ? kept.buffers[--kept.count] : std::malloc(kMost);
}

void* reallocate(void* memory, std::size_t size, const char*, int) {
  return std::realloc(memory, size);
}

/// The allocator knows what is at least as large as a list's buffer, and not much larger.
void release(void* memory, const char*, int) {
  if (!memory || !any.load(std::memory_order_relaxed)) return std::free(memory);
  const std::size_t usable = malloc_usable_size(memory);
  if (usable >= kMost && usable < kMost + 64 && Kept::open) {
    Kept& kept = Kept::of_this_thread();
    if (kept.count < kKept) {
      kept.buffers[kept.count++] = memory;
      return;
    }
  }
  std::free(memory);
}

}  // namespace

void keep_record_buffers() {
  if (kKeepsSpareMemory) CRYPTO_set_mem_functions(allocate, reallocate, release);
}

}  // namespace hoplab::tls
