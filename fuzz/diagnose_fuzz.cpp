// libFuzzer target: what people paste, and their captures.
//
// The first byte says which. Checks, beside memory safety: a line is read the same twice; a
// capture's connections have no more bytes kept than the file has; each of them has a story.
#include <string>
#include <string_view>

#include "check.h"
#include "diagnose/capture/capture_file.h"
#include "diagnose/capture/story.h"
#include "diagnose/known_codes.h"
#include "diagnose/likeness.h"
#include "diagnose/recognise.h"

namespace {

using namespace hoplab::diagnose;
using namespace hoplab::fuzz;

void fuzz_text(std::string_view text) {
  const auto facts = recognise(text);
  check(facts == recognise(text));
  if (const auto meaning = meaning_of(facts)) check(!meaning->cause.empty());
  check(words_of(text).size() <= text.size());
}

void fuzz_capture(std::string_view bytes) {
  const auto file = read_capture(std::string(bytes));
  if (!file) return;
  const TlsSecrets secrets(file.value().tls_secrets);
  for (const TcpFlow& flow : tcp_flows(file.value())) {
    std::size_t kept = 0;
    for (const Side* side : {&flow.client, &flow.server}) {
      for (const Chunk& chunk : side->sent) kept += chunk.bytes.size();
    }
    check(kept <= bytes.size());
    const Story story = story_of(flow, secrets);
    check(!story.seen.empty() && !story.end.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (data[0] == 'c') {
    fuzz_capture(input.substr(1));
  } else {
    fuzz_text(input.substr(1));
  }
  return 0;
}
