// The files under fixtures/.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace hoplab::testing {

/// All bytes of fixtures/`name`.
inline std::string fixture(const std::string& name) {
  std::ifstream file(HOPLAB_SOURCE_DIR "/fixtures/" + name, std::ios::binary);
  EXPECT_TRUE(file) << "no fixture " << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace hoplab::testing
