#include "awsapi/cloudformation/zip_archive.h"

#include <gtest/gtest.h>

namespace hoplab::awsapi::cloudformation {
namespace {

std::string little(std::uint64_t value, int bytes) {
  std::string made;
  for (int i = 0; i < bytes; ++i) made += i < 8 ? static_cast<char>(value >> (8 * i)) : '\0';
  return made;
}

/// One stored file "a/b" with `content`, of which the directory says that it has `size` bytes.
std::string stored(const std::string& content, std::uint64_t size, int method = 0) {
  const std::string name = "a/b";
  const std::string sizes = little(content.size(), 4) + little(size, 4);
  const std::string local = little(0x04034b50, 4) + little(20, 2) + little(0, 2) +
                            little(static_cast<std::uint64_t>(method), 2) + little(0, 8) + sizes +
                            little(name.size(), 2) + little(0, 2) + name + content;
  const std::string central = little(0x02014b50, 4) + little(20, 2) + little(20, 2) + little(0, 2) +
                              little(static_cast<std::uint64_t>(method), 2) + little(0, 8) + sizes +
                              little(name.size(), 2) + little(0, 2) + little(0, 10) + little(0, 4) +
                              name;
  return local + central + little(0x06054b50, 4) + little(0, 4) + little(1, 2) + little(1, 2) +
         little(central.size(), 4) + little(local.size(), 4) + little(0, 2);
}

TEST(ZipArchive, FilesByTheirPaths) {
  const auto files = read_zip(stored("content", 7));
  ASSERT_TRUE(files) << files.error();
  EXPECT_EQ(files.value().at("a/b"), "content");
  // "content" deflated, as zlib does it without a header.
  const std::string bytes("\x4b\xce\xcf\x2b\x49\xcd\x2b\x01\x00", 9);
  const auto whole = read_zip(stored(bytes, 7, 8));
  ASSERT_TRUE(whole) << whole.error();
  EXPECT_EQ(whole.value().at("a/b"), "content");
}

TEST(ZipArchive, WhatCannotBeReadIsNamed) {
  EXPECT_EQ(read_zip("no archive").error(), "it is no zip archive");
  EXPECT_EQ(read_zip(stored("content", 7, 9)).error(), "its file a/b cannot be unpacked");
  EXPECT_EQ(read_zip(stored("content", 4'000'000'000)).error(), "its file a/b cannot be read");
  std::string cut = stored("content", 7);
  cut.erase(10, 5);
  EXPECT_FALSE(read_zip(cut));
}

}  // namespace
}  // namespace hoplab::awsapi::cloudformation
