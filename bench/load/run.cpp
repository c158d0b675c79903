// One measured run and its report.
#include "load/run.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "load/cpu_time.h"

namespace hoplab::bench {
namespace {

constexpr std::uint64_t kTooManyFailures = 100;

std::string json_counts(const std::map<std::string, std::uint64_t>& counts) {
  std::string out = "{";
  for (const auto& [name, count] : counts) {
    if (out.size() > 1) out += ", ";
    out += json_string(name) + ": " + std::to_string(count);
  }
  return out + "}";
}

double seconds(std::int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}
double micros(std::int64_t ns) {
  return static_cast<double>(ns) / 1e3;
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (code < 0x20 || code >= 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(code));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

Run::Run(const Options& options, std::size_t slots)
    : options_(options), warm_(slots, false), warm_left_(slots), progress_at_ns_(now_ns()) {}

void Run::completed(std::size_t slot, std::int64_t latency_ns) {
  progress_at_ns_ = now_ns();
  if (measuring_) {
    ++requests_;
    latencies_.push_back(latency_ns);
    if (options_.count != 0 && requests_ >= options_.count) finish();
  } else if (!finished_ && !warm_[slot]) {
    warm_[slot] = true;
    if (--warm_left_ == 0) begin();
  }
}

void Run::failed(const std::string& reason) {
  ++failures_;
  ++failure_reasons_[reason];
  if (failures_ >= kTooManyFailures) finish();
}

void Run::count_ending(const std::string& how) {
  ++endings_[how];
}

void Run::note_tls(const SSL* ssl) {
  if (ssl == nullptr || !cipher_.empty()) return;
  tls_version_ = SSL_get_version(ssl);
  cipher_ = SSL_get_cipher_name(ssl);
}

void Run::begin() {
  measuring_ = true;
  latencies_.reserve(1 << 18);
  endings_.clear();
  own_cpu_ns_ = -own_cpu_time_ns();
  server_cpu_ns_ = -cpu_time_ns(options_.server_pids);
  begin_ns_ = now_ns();
}

void Run::finish() {
  if (finished_) return;
  finished_ = true;
  if (!measuring_) return;
  measuring_ = false;
  end_ns_ = now_ns();
  server_cpu_ns_ += cpu_time_ns(options_.server_pids);
  own_cpu_ns_ += own_cpu_time_ns();
}

void Run::execute() {
  const auto window_ns = static_cast<std::int64_t>(options_.duration_s * 1e9);
  const auto timeout_ns = static_cast<std::int64_t>(options_.timeout_s * 1e9);
  while (!finished_) {
    const std::int64_t left_ns = measuring_ ? begin_ns_ + window_ns - now_ns() : 10'000'000;
    loop_.turn(static_cast<int>(std::clamp<std::int64_t>(left_ns / 1'000'000 + 1, 0, 10)));
    const std::int64_t now = now_ns();
    if (measuring_ && options_.count == 0 && now - begin_ns_ >= window_ns) finish();
    if (!finished_ && now - progress_at_ns_ > timeout_ns) {
      failed("timeout");
      finish();
    }
  }
}

std::string wrong_answer(const Options& options, int status, std::string_view body,
                         std::size_t body_bytes) {
  if (status != 200) return "status:" + std::to_string(status);
  if (options.has_expect_body && body != options.expect_body) return "body";
  if (options.expect_bytes != 0 && body_bytes != options.expect_bytes) return "body-size";
  return {};
}

std::int64_t Run::percentile_ns(double fraction) const {
  if (latencies_.empty()) return 0;
  const double rank = std::ceil(fraction * static_cast<double>(latencies_.size()));
  return latencies_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

int Run::report() {
  std::sort(latencies_.begin(), latencies_.end());
  const double window_s = seconds(end_ns_ - begin_ns_);
  const double per_s = window_s > 0 ? static_cast<double>(requests_) / window_s : 0;
  std::printf(
      "{\"mode\": %s, \"connections\": %zu, \"requests\": %llu, \"seconds\": %.6f, "
      "\"perSecond\": %.1f, \"bytes\": %llu, \"reconnects\": %llu, ",
      json_string(options_.mode).c_str(), warm_.size(), static_cast<unsigned long long>(requests_),
      window_s, per_s, static_cast<unsigned long long>(bytes_),
      static_cast<unsigned long long>(reconnects_));
  std::printf("\"latencyUs\": {\"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f}, ",
              micros(percentile_ns(0.5)), micros(percentile_ns(0.99)), micros(percentile_ns(1)));
  if (!options_.server_pids.empty()) {
    std::printf("\"serverCpuSeconds\": %.6f, ", seconds(server_cpu_ns_));
  }
  std::printf("\"clientCpuSeconds\": %.6f, \"tls\": %s, \"cipher\": %s, \"endings\": %s, ",
              seconds(own_cpu_ns_), json_string(tls_version_).c_str(), json_string(cipher_).c_str(),
              json_counts(endings_).c_str());
  std::printf("\"failures\": %llu, \"failureReasons\": %s}\n",
              static_cast<unsigned long long>(failures_), json_counts(failure_reasons_).c_str());
  std::fflush(stdout);
  return failures_ == 0 && requests_ > 0 ? 0 : 1;
}

}  // namespace hoplab::bench
