// ControlPlane: what has been made through the API, as documents in CloudFormation's vocabulary
// with literal ids and ARNs. What a template's reader produces is the same, so that one function
// makes a topology of either.
//
// All of it belongs to one thread, the server's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "awsapi/metric_history.h"
#include "awsapi/object_store.h"
#include "awsapi/service.h"
#include "base/result.h"

namespace hoplab::awsapi {

struct Document {
  std::string id;    // the ARN, or what AWS identifies it by ("vpc-0123456789abcdef0")
  std::string type;  // "AWS::ElasticLoadBalancingV2::Listener"
  /// Of a stack's resource: the stack's id and its name in the template; empty: it is nobody's.
  std::string stack, logical_id;
  std::string physical_id;  // what Ref gives, where that is not `id`; else empty
  std::string account, region;
  Json properties = Json::object();  // as a template would have them
  Json attributes = Json::object();  // what Fn::GetAtt and Describe operations add
  std::map<std::string, std::string> tags;
  /// What was read from S3 when it was made: a trust store's bundle, a revocation list.
  std::shared_ptr<const std::string> content;
  /// Of an API's deployment: the API's documents as they were.
  std::vector<std::shared_ptr<const Document>> deployed;
  std::uint64_t order = 0;  // later ones have higher numbers
};

using DocumentPtr = std::shared_ptr<const Document>;

/// What an operation does to the documents, all of it or nothing.
struct Change {
  std::vector<Document> put;        // new ones, and those that take another's place by their id
  std::vector<std::string> remove;  // ids
};

/// A target's, in the words of DescribeTargetHealth.
struct TargetHealth {
  std::string state;  // "healthy"
  std::string reason, description;
};

/// A line of a log of an API's stage.
struct LogLine {
  std::uint64_t number = 0;  // from 1
  std::int64_t at_ms = 0;    // since the epoch
  std::string api_id, stage;
  bool execution = false;  // else access
  std::string text;
};

/// A file of a load balancer's log that is to be in S3.
struct LogFile {
  std::uint64_t number = 0;   // from 1
  std::string attribute;      // which tells where to: "access_logs.s3"
  std::string load_balancer;  // "app/NAME/ID"
  std::string key;            // without the attribute's prefix
  std::string content;
};

class ControlPlane;

/// What the traffic shows, for who asks. Each may be empty: then there is nothing.
struct TrafficView {
  /// Of a target that a group has. Nothing: traffic does not know it yet.
  std::function<std::optional<TargetHealth>(
      const ControlPlane& plane, const std::string& target_group, const std::string& id, int port)>
      health;
  std::function<std::vector<MetricReading>(const ControlPlane& plane)> metrics;
  std::function<std::vector<LogLine>()> log_lines;
  /// Those with higher numbers than `after`.
  std::function<std::vector<LogFile>(std::uint64_t after)> log_files;
};

class ControlPlane {
 public:
  /// Brings a change to the traffic, before the operation answers. Documents are as they would be
  /// already; a refusal takes the change back, and is answered.
  using Apply = std::function<Refusal(const ControlPlane& plane, const Change& change)>;

  static constexpr std::size_t kMostObjectBytes = std::size_t{512} * 1024 * 1024;
  static constexpr std::size_t kMostDocuments = 10'000;

  explicit ControlPlane(Apply apply = {}, TrafficView view = {});

  /// Null: there is none of that id and type.
  [[nodiscard]] const Document* find(std::string_view id, std::string_view type) const;
  /// Of one type in the caller's account and Region, in the order in which they were made.
  [[nodiscard]] std::vector<const Document*> all(std::string_view type, const Caller& caller) const;
  /// Of one type, whosever they are.
  [[nodiscard]] std::vector<const Document*> all(std::string_view type) const;
  [[nodiscard]] const std::map<std::string, DocumentPtr, std::less<>>& documents() const noexcept {
    return documents_;
  }

  Refusal change(Change change);
  Refusal put(Document document);
  Refusal remove(std::string id);

  /// All changes that `make` makes as one: traffic has them when it is done. A refusal, its own or
  /// the traffic's, takes them all back, and what it did to objects.
  Refusal together(const std::function<Refusal()>& make);

  /// Puts a document there that no traffic depends on: a stack, a change set.
  void keep(Document document);
  /// Such a document goes.
  void forget(const std::string& id) { documents_.erase(id); }

  /// A document of the caller's that is not there yet.
  [[nodiscard]] Document made(std::string id, std::string_view type, const Caller& caller) const;

  [[nodiscard]] std::optional<TargetHealth> health(const std::string& target_group,
                                                   const std::string& id, int port) const {
    return view_.health ? view_.health(*this, target_group, id, port) : std::nullopt;
  }

  /// Takes over what is counted now; `now` is in seconds since the epoch.
  void read_metrics(std::int64_t now) {
    if (view_.metrics) metrics_.record(now, view_.metrics(*this));
  }
  [[nodiscard]] const MetricHistory& metrics() const noexcept { return metrics_; }
  [[nodiscard]] std::vector<LogLine> log_lines() const {
    return view_.log_lines ? view_.log_lines() : std::vector<LogLine>();
  }

  /// Those that have come since the last call.
  [[nodiscard]] std::vector<LogFile> new_log_files() {
    auto files = view_.log_files ? view_.log_files(last_log_file_) : std::vector<LogFile>();
    if (!files.empty()) last_log_file_ = files.back().number;
    return files;
  }

  [[nodiscard]] ObjectStore& objects() noexcept { return objects_; }

  /// `digits` hexadecimal digits that nobody else gets: of `name` the first time the same at every
  /// start.
  std::string new_id(std::string_view name, int digits);
  /// Counts from 1.
  std::int64_t next_number(const std::string& of);

  /// Answers that were given for a token of idempotency, by operation, account and token.
  [[nodiscard]] std::map<std::string, Json>& answered() noexcept { return answered_; }

 private:
  void take(const Change& change);

  std::map<std::string, DocumentPtr, std::less<>> documents_;
  ObjectStore objects_{kMostObjectBytes};
  Apply apply_;
  TrafficView view_;
  MetricHistory metrics_;
  std::map<std::string, std::uint64_t> names_;
  std::map<std::string, std::int64_t> numbers_;
  std::map<std::string, Json> answered_;
  std::uint64_t next_order_ = 1;
  std::uint64_t last_log_file_ = 0;
  std::optional<Change> held_;  // while several changes are made together
};

}  // namespace hoplab::awsapi
