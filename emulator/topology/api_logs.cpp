#include "topology/api_logs.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "aws/stub/json_text.h"

namespace hoplab::topology {

namespace fs = std::filesystem;

namespace {

std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

/// As CloudWatch has an event: the time in milliseconds.
std::string event(const aws::ApiLogLine& line) {
  using std::chrono::milliseconds;
  const auto at = std::chrono::floor<milliseconds>(line.at).time_since_epoch().count();
  std::string json = R"({"timestamp":)" + std::to_string(at) + R"(,"message":)";
  aws::append_json_string(json, line.text);
  return json + "}";
}

}  // namespace

Result<void> ApiLogs::open(const EmulatorOptions& options) {
  json_ = options.json_logs;
  most_ = options.kept_api_lines;
  if (options.api_logs.empty()) return {};
  std::error_code error;
  fs::create_directories(options.api_logs, error);
  if (error) return Error{"cannot make the folder " + options.api_logs + ": " + error.message()};
  folder_ = options.api_logs;
  return {};
}

LineFile* ApiLogs::file_of(const aws::ApiLogLine& line) {
  std::string name = std::string(line.api).append("-").append(line.stage);
  name += line.kind == aws::ApiLogKind::access ? "-access.log" : "-execution.log";
  const std::lock_guard lock(mutex_);
  const auto [it, fresh] = files_.try_emplace(std::move(name));
  if (!fresh) return it->second.get();
  auto opened = LineFile::open(fs::path(folder_) / it->first);
  if (opened) {
    it->second = std::move(opened).value();
  } else {
    std::fprintf(stderr, "hoplab: %s; lines are lost\n", opened.error().c_str());
  }
  return it->second.get();
}

void ApiLogs::keep(const aws::ApiLogLine& line) {
  const std::lock_guard lock(mutex_);
  kept_.push_back({++count_, line.at, std::string(line.api), std::string(line.stage),
                   line.kind == aws::ApiLogKind::execution, std::string(line.text)});
  if (kept_.size() > most_) kept_.pop_front();
}

std::vector<ApiLine> ApiLogs::lines() const {
  const std::lock_guard lock(mutex_);
  return {kept_.begin(), kept_.end()};
}

void ApiLogs::add(const aws::ApiLogLine& line) {
  if (most_ > 0) keep(line);
  if (folder_.empty()) return;
  LineFile* const file = file_of(line);
  if (file == nullptr) return;
  if (line.kind == aws::ApiLogKind::access) return file->add(on_one_line(line.text));
  file->add(json_ ? event(line) : iso8601_microseconds(line.at) + " " + on_one_line(line.text));
}

}  // namespace hoplab::topology
