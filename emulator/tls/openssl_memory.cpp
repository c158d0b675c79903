#include "tls/openssl_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <utility>

#include "base/spare_memory.h"

namespace hoplab::tls {

namespace {

/// A record of TLS (RFC 8446 5.1: 16 KiB) and what OpenSSL adds for its header, its expansion and
/// alignment.
constexpr std::size_t kLeastRecord = 16 * 1024 + 1, kMostRecord = 17 * 1024;

/// Small pieces are kept by size, the k-th list has those of at least k * kStep + kOver bytes: what
/// glibc's are, from the first list on.
constexpr std::size_t kStep = 16, kOver = 8, kLists = 65;

constexpr std::size_t kMostKept = 512 * 1024;

struct Piece {
  Piece* next;
};

class Kept {
 public:
  ~Kept() {
    open = false;
    const auto free_all = [](Piece* first) {
      while (first) std::free(std::exchange(first, first->next));
    };
    std::ranges::for_each(small_, free_all);
    free_all(records_);
  }

  /// Null: none is kept.
  void* take(std::size_t size) noexcept {
    if (size < kLists * kStep - kOver) {
      const std::size_t list = std::max<std::size_t>((size + kOver - 1) / kStep, 1);
      return take_from(small_[list], list * kStep + kOver);
    }
    return is_record(size) ? take_from(records_, kMostRecord) : nullptr;
  }
  /// False: it is not worth keeping.
  bool keep(void* memory) noexcept {
    const std::size_t usable = malloc_usable_size(memory);
    if (usable < kStep + kOver) return false;  // another allocator's
    if (usable < kLists * kStep + kOver) {
      const std::size_t list = (usable - kOver) / kStep;
      return put_into(small_[list], memory, list * kStep + kOver);
    }
    constexpr std::size_t kSlack = 64;  // not much larger than what was asked for
    return usable >= kMostRecord && usable < kMostRecord + kSlack &&
           put_into(records_, memory, kMostRecord);
  }

  static constexpr bool is_record(std::size_t size) noexcept {
    return size >= kLeastRecord && size <= kMostRecord;
  }
  /// Of this thread; null once it ends.
  static Kept* of_this_thread() noexcept {
    thread_local Kept kept;
    return open ? &kept : nullptr;
  }

 private:
  void* take_from(Piece*& first, std::size_t size) noexcept {
    if (!first) return nullptr;
    bytes_ -= size;
    return std::exchange(first, first->next);
  }
  bool put_into(Piece*& first, void* memory, std::size_t size) noexcept {
    if (bytes_ + size > kMostKept) return false;
    bytes_ += size;
    first = new (memory) Piece{first};
    return true;
  }

  inline static thread_local bool open = true;
  std::array<Piece*, kLists> small_{};
  Piece* records_ = nullptr;
  std::size_t bytes_ = 0;
};

void* allocate(std::size_t size, const char*, int) {
  Kept* const kept = Kept::of_this_thread();
  void* const memory = kept ? kept->take(size) : nullptr;
  return memory ? memory : std::malloc(Kept::is_record(size) ? kMostRecord : size);
}

void* reallocate(void* memory, std::size_t size, const char*, int) {
  return std::realloc(memory, size);
}

void release(void* memory, const char*, int) {
  if (!memory) return;
  Kept* const kept = Kept::of_this_thread();
  if (!kept || !kept->keep(memory)) std::free(memory);
}

}  // namespace

void keep_openssl_memory() {
  if (kKeepsSpareMemory) CRYPTO_set_mem_functions(allocate, reallocate, release);
}

}  // namespace hoplab::tls
