// LogArchive: load balancers' logs as AWS delivers them to an S3 bucket, in a folder that stands
// for it: gzip files, one for each log, node and five minutes. What cannot be written (a full disk)
// is lost, which is said once on standard error; no part of a file is left.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "aws/logs/load_balancer_log.h"
#include "base/result.h"
#include "base/rng.h"
#include "topology/emulator.h"

struct gzFile_s;

namespace hoplab::topology {

class LogArchive final {
 public:
  struct Place {
    std::string bucket;   // the folder; made when it is not there
    std::string account;  // 12 digits
    std::string region;
    std::size_t remembered = 0;  // how many files delivered() has, the newest
    bool keeps_all = true;       // else those that are not remembered are deleted
  };
  /// AWS's interval: a file's name tells the end of its five minutes.
  static constexpr Duration kInterval = std::chrono::minutes(5);

  /// The error names what cannot be written. `seed` is of the names' random parts.
  static Result<std::unique_ptr<LogArchive>> open(Place place, std::uint64_t seed);
  /// Delivers what is open.
  ~LogArchive();

  void add(const aws::LogLine& line);
  /// Gives the files of intervals that are over at `now` their names; until then they are hidden.
  void deliver(Time now);
  /// The files that are there, in the order of their delivery.
  [[nodiscard]] std::vector<DeliveredLog> delivered();

 private:
  struct OpenFile {
    gzFile_s* file = nullptr;  // null: none
    std::string part, path;    // written as, and delivered as
    Time end;
    bool whole = true;  // nothing of it was lost
  };
  using Node = std::tuple<aws::LogKind, std::string, std::string>;  // load balancer, address

  LogArchive(Place place, std::uint64_t seed) : place_(std::move(place)), rng_(seed) {}
  OpenFile begin(const aws::LogLine& line);
  void deliver_before(Time now);
  void deliver(const Node& node, OpenFile& file);
  void lost(OpenFile& file);

  std::mutex mutex_;
  Place place_;
  Rng rng_;
  std::map<Node, OpenFile> open_;
  std::deque<DeliveredLog> delivered_;
  std::uint64_t deliveries_ = 0;
  bool trouble_said_ = false;
};

}  // namespace hoplab::topology
