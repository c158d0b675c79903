// The files under fixtures/.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/file.h"

namespace hoplab::testing {

/// All bytes of fixtures/`name`.
inline std::string fixture(const std::string& name) {
  auto text = read_file(HOPLAB_SOURCE_DIR "/fixtures/" + name);
  EXPECT_TRUE(text.ok()) << text.error();
  return text.ok() ? std::move(text).value() : std::string();
}

}  // namespace hoplab::testing
