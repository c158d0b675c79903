// The resolver of a network of its own, for clients that ask it themselves and not the C library
// (c-ares, Go, dig). It knows the names of the topology and no others (RFC 1035).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hoplab::sandbox {

/// Where instances find the Route 53 Resolver of their VPC, among other places.
/// https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
inline constexpr const char* kNameServer = "169.254.169.253";

class NameServer {
 public:
  using Names = std::vector<std::pair<std::string, std::vector<std::string>>>;
  explicit NameServer(Names names) : names_(std::move(names)) {}

  /// The answer to a query, both as a UDP message has them; empty: it is none. Each answer begins
  /// with another of a name's addresses.
  std::string answer(std::string_view query);

 private:
  Names names_;
  std::size_t turn_ = 0;
};

}  // namespace hoplab::sandbox
