#include "cli/memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace hoplab::cli {

namespace {

/// Code and constants are never written, so their pages hold nothing that the file does not.
int drop_unwritten(dl_phdr_info* object, std::size_t, void*) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const std::uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void set_up_allocator(unsigned threads) {
  if (threads == 1) ::mallopt(M_ARENA_MAX, 1);  // the main thread only waits
  // Without fast bins nothing has to be consolidated: OpenSSL's handshakes cost 4 % less.
  ::mallopt(M_MXFAST, 0);
  // A revocation list's text goes back to the system when it is freed. Left to itself the allocator
  // keeps blocks of the size of the largest that was ever freed.
  constexpr int kLarge = 1 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kLarge);
  // The end of the heap stays when it is free. At the 128 KiB that a fixed threshold leaves in
  // force, two connections with large bodies gave it back and took it again with every piece, which
  // cost three quarters of the time.
  ::mallopt(M_TRIM_THRESHOLD, kLarge);
}

void give_back_start() {
  ::malloc_trim(0);
  ::dl_iterate_phdr(drop_unwritten, nullptr);
}

}  // namespace hoplab::cli
