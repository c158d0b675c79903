// What may come next on a command line, for shells.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace hoplab::cli {

/// hoplab completion SHELL: its script, which asks `hoplab complete` for everything.
int completion_script(const std::string& shell);

/// hoplab complete WORDS: prints what the last of the words may become, a line for each: the word,
/// a tab, and its help. For the scripts there are also
///   :files      files may stand here
///   :folders    folders may
///   :command N  from word N on (hoplab is word 0) another command's line stands here
int complete(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace hoplab::cli
