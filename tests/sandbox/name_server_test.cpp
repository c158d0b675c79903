// The resolver inside of a network of its own, message by message.
#include "sandbox/name_server.h"

#include <gmock/gmock.h>

#include <random>

namespace hoplab::testing {

using ::testing::ElementsAre;

namespace {

sandbox::NameServer server() {
  return sandbox::NameServer([](const std::string& name) {
    return name == "api.example.com" ? std::vector<std::string>{"10.0.1.4", "10.0.2.4"}
                                     : std::vector<std::string>();
  });
}

std::string query(const std::string& name, char type, char flags = 1) {
  std::string text("\x12\x34", 2);
  text += flags;
  text += std::string("\0\0\1\0\0\0\0\0\0", 9);
  for (std::size_t at = 0; at < name.size();) {
    const auto end = std::min(name.find('.', at), name.size());
    text += static_cast<char>(end - at) + name.substr(at, end - at);
    at = end + 1;
  }
  return text + std::string("\0\0", 2) + type + std::string("\0\1", 2);
}

int code(const std::string& answer) {
  return answer[3] & 15;
}

std::vector<std::string> addresses(const std::string& answer) {
  std::vector<std::string> all;
  const int count = answer[7];
  for (int i = count; i > 0; --i) {
    const std::string raw = answer.substr(answer.size() - static_cast<std::size_t>(16 * i) + 12, 4);
    std::string text;
    for (const char c : raw) text += (text.empty() ? "" : ".") + std::to_string(c & 0xff);
    all.push_back(text);
  }
  return all;
}

}  // namespace

TEST(NameServer, GivesAllAddressesAndAnotherOneFirstEachTime) {
  auto names = server();
  const std::string first = names.answer(query("api.example.com", 1));
  EXPECT_EQ(first.substr(0, 2), "\x12\x34");
  EXPECT_EQ(code(first), 0);
  EXPECT_THAT(addresses(first), ElementsAre("10.0.1.4", "10.0.2.4"));
  EXPECT_THAT(addresses(names.answer(query("API.example.COM", 1))),
              ElementsAre("10.0.2.4", "10.0.1.4"));
}

TEST(NameServer, ANameThatIsNotThereDoesNotExist) {
  auto names = server();
  EXPECT_EQ(code(names.answer(query("example.com", 1))), 3);
}

TEST(NameServer, ANameHasNoAddressOfAnotherKind) {
  auto names = server();
  const std::string answer = names.answer(query("api.example.com", 28));
  EXPECT_EQ(code(answer), 0);
  EXPECT_EQ(answer[7], 0);
}

TEST(NameServer, WhatIsNoQueryGetsNoAnswer) {
  auto names = server();
  const std::string good = query("api.example.com", 1);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(names.answer(good.substr(0, size)), "") << size;
  }
  std::string answer = good;
  answer[2] = static_cast<char>(0x80);
  EXPECT_EQ(names.answer(answer), "");
  std::mt19937 chance(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int j = 0; j < 4; ++j) bytes[chance() % bytes.size()] = static_cast<char>(chance());
    static_cast<void>(names.answer(bytes));
  }
}

}  // namespace hoplab::testing
