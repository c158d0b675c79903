// RequestLog: what is kept of requests, in order, and what is said of those that had to make room.
#include "http/request_log.h"

#include <gmock/gmock.h>

#include "http/message.h"

namespace hoplab::testing {

using http::RequestLog;
using ::testing::ElementsAre;

namespace {

std::uint64_t add(RequestLog& log, const std::string& path, std::string_view body = {}) {
  http::Request request;
  request.method = "GET";
  request.target = path;
  request.headers.add("Host", "example.com");
  request.headers.add("X-Empty", "");
  return log.add(request, {"receiver", "service", Time{}, "10.0.0.1"}, body, body.size());
}

std::vector<std::string> paths(const std::vector<http::ReceivedRequest>& requests) {
  std::vector<std::string> all;
  for (const auto& one : requests) all.push_back(one.target);
  return all;
}

}  // namespace

TEST(RequestLog, KeepsTheNewestWhole) {
  RequestLog log;
  EXPECT_EQ(add(log, "/unseen"), 0u);
  log.keep(2);
  for (const char* path : {"/a", "/b", "/c"}) add(log, path, "body");
  EXPECT_THAT(paths(log.all()), ElementsAre("/b", "/c"));
  EXPECT_EQ(log.dropped(), 1u);
  const http::ReceivedRequest last = log.all().back();
  EXPECT_EQ(last.id, 3u);
  EXPECT_EQ(last.receiver + " " + last.kind + " " + last.source_ip + " " + last.method,
            "receiver service 10.0.0.1 GET");
  EXPECT_THAT(last.headers, ElementsAre(std::pair<std::string, std::string>("Host", "example.com"),
                                        std::pair<std::string, std::string>("X-Empty", "")));
  EXPECT_EQ(last.body, "body");
}

TEST(RequestLog, LongValuesAreKeptWholeWhetherTheyCameBeforeOrNot) {
  constexpr std::size_t kClients = 20;
  std::vector<std::string> certificates;
  for (std::size_t i = 0; i < kClients; ++i) {
    certificates.push_back("of " + std::to_string(i) + std::string(2'000, 'x'));
  }
  RequestLog log;
  log.keep(2 * kClients);
  for (std::size_t i = 0; i < 3 * kClients; ++i) {
    http::Request request;
    request.method = "GET";
    const std::string target = "/" + std::to_string(i);
    request.target = target;
    request.headers.add("X-Before", "short");
    if (i % 2 == 0) request.headers.add("X-Cert", certificates[i % kClients]);
    request.headers.add("X-Same", certificates[0]);
    request.headers.add("X-After", "short");
    log.add(request, {"receiver", "service", Time{}});
  }
  for (const auto& one : log.all()) {
    std::vector<std::pair<std::string, std::string>> headers;
    const std::size_t i = one.id - 1;
    headers.emplace_back("X-Before", "short");
    if (i % 2 == 0) headers.emplace_back("X-Cert", certificates[i % kClients]);
    headers.emplace_back("X-Same", certificates[0]);
    headers.emplace_back("X-After", "short");
    EXPECT_EQ(one.headers, headers) << one.id;
  }
}

TEST(RequestLog, ABodyGoesOnComingWhileThereIsRoomForIt) {
  RequestLog log;
  log.keep(1);
  const auto first = add(log, "/a");
  log.append(first, std::string(RequestLog::kMostBody - 1, 'x'));
  log.append(first, "yz");
  EXPECT_EQ(log.all().front().body.size(), RequestLog::kMostBody);
  EXPECT_EQ(log.all().front().body.back(), 'y');
  EXPECT_EQ(log.all().front().body_bytes, RequestLog::kMostBody + 1);
  add(log, "/b");
  log.append(first, "late");
  EXPECT_EQ(log.all().front().body, "") << "a place that is used again is empty";
}

TEST(RequestLog, AReaderLearnsWhatItMissed) {
  RequestLog log;
  log.keep(3);
  for (int i = 1; i <= 5; ++i) add(log, "/" + std::to_string(i));
  std::uint64_t missed = 0;
  EXPECT_THAT(paths(log.after(1, 2, missed)), ElementsAre("/3", "/4"));
  EXPECT_EQ(missed, 1u);
  EXPECT_THAT(paths(log.after(4, 10, missed)), ElementsAre("/5"));
  EXPECT_EQ(missed, 0u);
  EXPECT_THAT(log.after(5, 10, missed), ElementsAre());
  log.forget();
  EXPECT_EQ(log.newest(), 5u);
  EXPECT_THAT(log.after(4, 10, missed), ElementsAre());
  EXPECT_EQ(missed, 1u);
  add(log, "/6");
  EXPECT_THAT(paths(log.after(5, 10, missed)), ElementsAre("/6"));
  EXPECT_EQ(missed, 0u);
}

TEST(RequestLog, FewerAreKeptAtOnceAndNoneWhenItIsOff) {
  RequestLog log;
  log.keep(4);
  for (int i = 1; i <= 4; ++i) add(log, "/" + std::to_string(i));
  log.keep(2);
  EXPECT_THAT(paths(log.all()), ElementsAre("/3", "/4"));
  log.keep(0);
  EXPECT_FALSE(log.on());
  EXPECT_THAT(paths(log.all()), ElementsAre());
  EXPECT_EQ(log.dropped(), 4u);
}

}  // namespace hoplab::testing
