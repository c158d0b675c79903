// What `hoplab explain` and `hoplab reproduce` are asked: a text or a capture, and what is known.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/commands.h"
#include "diagnose/capture/story.h"
#include "diagnose/diagnosis.h"

namespace hoplab::cli {

/// The text of the arguments, of a file, or of standard input.
Result<std::string> asked_text(const AskedOptions& options);
/// Without the text.
Result<diagnose::Question> asked_question(const AskedOptions& options);
Result<scenario::Casebook> asked_casebook(const AskedOptions& options);

struct CapturedStory {
  std::size_t number = 0;  // of the connection in the file, from 1
  diagnose::TcpFlow flow;
  diagnose::Story story;
};

struct CapturedStories {
  std::vector<CapturedStory> all;
  bool cut_off = false;  // the file ends in the middle
};

/// Of options.capture.
Result<CapturedStories> captured_stories(const AskedOptions& options);

}  // namespace hoplab::cli
