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
  if (options.log_bucket.empty()) return {};
  auto archive = LogArchive::open({options.log_bucket, model::kDefaultAccount, region}, seed);
  if (!archive) return archive.failure();
  archive_ = std::move(archive).value();
  return {};
}

void LoadBalancerLogs::add(const aws::LogLine& line) {
  if (LineFile* const its = file(line.kind)) its->add(line.text);
  if (archive_) archive_->add(line);
}

}  // namespace hoplab::topology
