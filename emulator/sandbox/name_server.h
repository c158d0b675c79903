// The resolver of a network of its own, for clients that ask it themselves and not the C library
// (c-ares, Go, dig). It knows the names of the topology and no others (RFC 1035).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hoplab::sandbox {

/// Where instances find the Route 53 Resolver of their VPC, among other places.
/// https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
inline constexpr const char* kNameServer = "169.254.169.253";

class NameServer {
 public:
  /// The addresses of a name in lower case; none: there is no such name.
  using Lookup = std::function<std::vector<std::string>(const std::string& name)>;
  /// `lookup` is asked at each query: answers may be others later.
  explicit NameServer(Lookup lookup) : lookup_(std::move(lookup)) {}

  /// The answer to a query, both as a UDP message has them; empty: it is none. Each answer begins
  /// with another of a name's addresses, and is good for a minute, as a load balancer's on AWS is
  /// (alb-features.md 10).
  std::string answer(std::string_view query);

 private:
  Lookup lookup_;
  std::size_t turn_ = 0;
};

}  // namespace hoplab::sandbox
