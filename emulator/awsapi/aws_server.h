// The AWS API on a port of its own: AWS_ENDPOINT_URL=http://127.0.0.1:PORT leads SDKs, the CLI,
// Terraform and the CDK here. On the loopback interface only, and for no page of a browser.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "awsapi/api.h"
#include "base/result.h"
#include "net/socket_source.h"

namespace hoplab::awsapi {

struct AwsServerOptions {
  std::uint16_t port = 0;                // 0: any free one
  net::SocketSource* network = nullptr;  // null: the host's
  Accounts accounts;
  ControlPlane::Apply apply;
  TrafficView view;
  /// Seconds since the epoch, by the emulator's calendar; empty: the machine's.
  std::function<std::int64_t()> now;
};

class AwsServer {
 public:
  static Result<std::unique_ptr<AwsServer>> start(AwsServerOptions options);
  /// Ends its connections and its thread.
  ~AwsServer();

  /// "127.0.0.1:41873".
  [[nodiscard]] const std::string& address() const noexcept;

 private:
  struct Impl;
  explicit AwsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hoplab::awsapi
