// The authorities that all programs of this machine trust, as Debian keeps them (man 8
// update-ca-certificates).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hoplab::sandbox {

/// Whether this machine has such a store.
bool has_system_store();
/// A file for each certificate in a PEM text, as names that do not exist yet.
std::vector<std::pair<std::string, std::string>> store_files(const std::string& pem);
/// Makes the files part of the store.
Result<void> add_to_store(const std::vector<std::pair<std::string, std::string>>& files);
/// Removes those of `files` that are hoplab's, and their traces. False: the store may still have
/// them.
bool remove_from_store(const std::vector<std::string>& files);

}  // namespace hoplab::sandbox
