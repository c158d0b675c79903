// The commands of hoplab ctl, for those who complete them.
#pragma once

#include <string>
#include <vector>

namespace hoplab::cli {

struct CtlVerb {
  std::vector<std::string> words;    // "arm", "FAULT"
  std::vector<std::string> choices;  // for the last word; none: any
};

std::vector<CtlVerb> ctl_verbs();

/// Whether a word of a verb is in capitals.
bool stands_for_anything(const std::string& word);

}  // namespace hoplab::cli
