// The process's memory: how `hoplab up` stays small beside whatever else runs on a laptop.
#pragma once

namespace hoplab::cli {

/// Before anything else: how the C library's allocator is to behave.
void set_up_allocator(unsigned threads);

/// When the start is over and its first clients have their answers: gives back what only the start
/// needed, free heap and pages of code and constants. What is wanted again is mapped again, from
/// the page cache.
void give_back_start();

}  // namespace hoplab::cli
