#include "cli/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace hoplab::cli {

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void DescriptorWarning::look_at(const EndRecord& record) {
  const bool met = record.reason == Reason::out_of_descriptors ||
                   std::ranges::any_of(record.failures, [](const FailedRequests& one) {
                     return one.reason == Reason::out_of_descriptors;
                   });
  if (!met || said_.exchange(true)) return;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::string text =
      "hoplab: all of its " + std::to_string(limit.rlim_cur) +
      " descriptors are in use, so connections are refused (out-of-descriptors); "
      "raise the hard limit, ulimit -Hn\n";
  std::fputs(text.c_str(), stderr);
}

}  // namespace hoplab::cli
