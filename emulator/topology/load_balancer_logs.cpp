#include "topology/load_balancer_logs.h"

namespace hoplab::topology {

Result<void> LoadBalancerLogs::open(const EmulatorOptions& options, const std::string& region,
                                    std::uint64_t seed) {
  if (options.json_logs) format_ = aws::LogFormat::json;
  const std::pair<aws::LogKind, const std::string*> wanted[] = {
      {aws::LogKind::connection, &options.connection_log},
      {aws::LogKind::access, &options.access_log},
      {aws::LogKind::health_check, &options.health_check_log}};
  for (const auto& [kind, path] : wanted) {
    if (path->empty()) continue;
    auto file = LineFile::open(*path);
    if (!file) return file.failure();
    files_[static_cast<std::size_t>(kind)] = std::move(file).value();
  }
  LogArchive::Place place{options.log_bucket, model::kDefaultAccount, region,
                          options.remembered_log_files};
  if (place.bucket.empty() && place.remembered == 0) return {};
  if (place.bucket.empty()) {
    auto folder = TemporaryFolder::make();
    if (!folder) return folder.failure();
    bucket_ = std::move(folder).value();
    place.bucket = bucket_->path();
    place.keeps_all = false;
  }
  auto archive = LogArchive::open(std::move(place), seed);
  if (!archive) return archive.failure();
  archive_ = std::move(archive).value();
  return {};
}

void LoadBalancerLogs::add(const aws::LogLine& line) {
  if (LineFile* const its = file(line.kind)) its->add(line.text);
  if (archive_) archive_->add(line);
}

}  // namespace hoplab::topology
