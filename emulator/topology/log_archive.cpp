#include "topology/log_archive.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace hoplab::topology {

namespace fs = std::filesystem;

namespace {

/// The end of the interval that `at` is in.
Time interval_end(Time at) {
  constexpr std::int64_t kSeconds =
      std::chrono::floor<std::chrono::seconds>(LogArchive::kInterval).count();
  const std::int64_t begun = epoch_seconds(at) / kSeconds * kSeconds;
  return Time(std::chrono::seconds(begun + kSeconds));
}

std::string_view word(aws::LogKind kind) {
  switch (kind) {
    case aws::LogKind::connection: return "connection";
    case aws::LogKind::health_check: return "health_check";
    case aws::LogKind::access: break;
  }
  return "access";
}

std::string begin_of_name(aws::LogKind kind) {
  switch (kind) {
    case aws::LogKind::connection: return "conn_log_";
    case aws::LogKind::health_check: return "health_check_log_";
    case aws::LogKind::access: break;
  }
  return {};
}

/// "20231004T1705Z" of "2023-10-04T17:05:15.514108Z".
std::string compact_minute(Time at) {
  const std::string iso = iso8601_microseconds(at);
  return iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 5) + iso.substr(14, 2) + "Z";
}

}  // namespace

Result<std::unique_ptr<LogArchive>> LogArchive::open(Place place, std::uint64_t seed) {
  std::error_code error;
  fs::create_directories(place.bucket, error);
  if (error) return Error{"cannot make the folder " + place.bucket + ": " + error.message()};
  return std::unique_ptr<LogArchive>(new LogArchive(std::move(place), seed));
}

LogArchive::~LogArchive() {
  deliver_before(Time::max());
}

void LogArchive::add(const aws::LogLine& line) {
  const std::lock_guard lock(mutex_);
  deliver_before(line.at);
  OpenFile& file = open_[Node(line.kind, line.load_balancer, line.node_ip)];
  if (!file.file) file = begin(line);
  if (!file.file) return lost(file);
  const auto size = static_cast<unsigned>(line.text.size());
  const bool written = gzwrite(file.file, line.text.data(), size) == static_cast<int>(size) &&
                       gzputc(file.file, '\n') == '\n';
  if (!written) lost(file);
}

void LogArchive::deliver(Time now) {
  const std::lock_guard lock(mutex_);
  deliver_before(now);
}

LogArchive::OpenFile LogArchive::begin(const aws::LogLine& line) {
  OpenFile file;
  file.end = interval_end(line.at);
  const std::string day = iso8601_microseconds(file.end).substr(0, 10);
  std::string id(line.load_balancer);
  std::ranges::replace(id, '/', '.');
  char random[9];
  std::snprintf(random, sizeof random, "%08x", rng_.below(0xffffffffU));
  const fs::path folder = fs::path(place_.bucket) / "AWSLogs" / place_.account /
                          "elasticloadbalancing" / place_.region / day.substr(0, 4) /
                          day.substr(5, 2) / day.substr(8, 2);
  const std::string name = begin_of_name(line.kind) + place_.account + "_elasticloadbalancing_" +
                           place_.region + "_" + id + "_" + compact_minute(file.end) + "_" +
                           std::string(line.node_ip) + "_" + random + ".log.gz";
  std::error_code ignored;  // then gzopen() fails
  fs::create_directories(folder, ignored);
  file.path = (folder / name).string();
  file.part = (folder / ("." + name + ".part")).string();
  file.file = gzopen(file.part.c_str(), "wbe");
  return file;
}

void LogArchive::deliver_before(Time now) {
  for (auto& [node, file] : open_) {
    if (file.file && now >= file.end) deliver(node, file);
  }
}

std::vector<DeliveredLog> LogArchive::delivered() {
  const std::lock_guard lock(mutex_);
  return {delivered_.begin(), delivered_.end()};
}

void LogArchive::deliver(const Node& node, OpenFile& file) {
  if (gzclose(std::exchange(file.file, nullptr)) != Z_OK) lost(file);
  if (file.whole && std::rename(file.part.c_str(), file.path.c_str()) != 0) lost(file);
  if (!file.whole) std::remove(file.part.c_str());
  if (!file.whole || place_.remembered == 0) return;
  DeliveredLog log;
  log.number = ++deliveries_;
  log.kind = word(std::get<aws::LogKind>(node));
  log.load_balancer = std::get<1>(node);
  log.file = file.path;
  log.key = fs::path(file.path).lexically_relative(place_.bucket).string();
  delivered_.push_back(std::move(log));
  if (delivered_.size() <= place_.remembered) return;
  if (!place_.keeps_all) std::remove(delivered_.front().file.c_str());
  delivered_.pop_front();
}

void LogArchive::lost(OpenFile& file) {
  file.whole = false;
  if (std::exchange(trouble_said_, true)) return;
  std::fprintf(stderr, "hoplab: cannot write %s: %s; lines are lost\n", file.path.c_str(),
               std::strerror(errno));
}

}  // namespace hoplab::topology
