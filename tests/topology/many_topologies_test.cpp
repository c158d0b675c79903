// Many emulators one after the other in one process, as a suite with one for each test makes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <vector>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {

namespace {

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

void start_ask_and_stop(const std::string& scenario, const std::string& path) {
  RunningEmulator lab(scenario, {});
  HttpsClient client(lab.emulator);
  ASSERT_THAT(client.get(path), ::testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  lab.emulator.stop();
  EXPECT_EQ(lab.emulator.counters().live_flows, 0u);
}

TEST(ManyTopologies, AHundredLeaveNoDescriptorBehind) {
  start_ask_and_stop("private-api-mtls", "/widgets");  // what libraries open once
  const std::size_t before = open_descriptors();
  std::vector<double> milliseconds;
  for (int i = 0; i < 100; ++i) {
    const auto began = std::chrono::steady_clock::now();
    if (i % 4 == 3) {
      start_ask_and_stop("own-service", "/");
    } else {
      start_ask_and_stop("private-api-mtls", "/widgets");
    }
    ASSERT_EQ(open_descriptors(), before) << "after topology " << i;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    milliseconds.push_back(took.count());
  }
  std::ranges::sort(milliseconds);
  std::cout << "median of 100 topologies, started, asked once and stopped: " << milliseconds[50]
            << " ms\n";
}

TEST(ManyTopologies, TenAtOnceDoNotDisturbOneAnother) {
  const std::size_t before = open_descriptors();
  {
    std::vector<std::unique_ptr<RunningEmulator>> labs;
    for (int i = 0; i < 10; ++i) {
      labs.push_back(std::make_unique<RunningEmulator>("private-api-mtls", EmulatorOptions()));
    }
    for (const auto& lab : labs) {
      HttpsClient client(lab->emulator);
      EXPECT_THAT(client.get("/widgets"), ::testing::StartsWith("HTTP/1.1 200 OK\r\n"));
    }
    for (const auto& lab : labs) EXPECT_EQ(lab->emulator.counters().requests, 1u);
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace

}  // namespace hoplab::testing
