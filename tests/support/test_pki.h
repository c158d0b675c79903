// A small PKI at the start of the test clock, as PEM.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pki/mint.h"
#include "support/test_loop.h"
#include "tls/context.h"

namespace hoplab::testing {

class TestPki {
 public:
  TestPki() : root(must(pki::self_sign(ca_request("CN=Test Root")))) {}

  pki::Identity server(const std::vector<std::string>& dns_names = {"localhost"}) const {
    auto request = base_request("CN=" + dns_names.front());
    request.dns_names = dns_names;
    request.extended_key_usage = {"serverAuth"};
    return must(pki::issue(request, root));
  }
  pki::Identity client(const std::string& subject = "CN=client") const {
    auto request = base_request(subject);
    request.extended_key_usage = {"clientAuth"};
    return must(pki::issue(request, root));
  }

  static tls::CertificateAndKey pair(const pki::Identity& identity) {
    return {identity.chain_pem(), identity.key_pem(), nullptr};
  }

  template <class T>
  static T must(Result<T> result) {
    EXPECT_TRUE(result.ok()) << result.error();
    return std::move(result).value();
  }

 private:
  // Wide, because OpenSSL clients in tests look at the machine's clock.
  static constexpr std::int64_t kTenYears = 10LL * 365 * 86'400;

  static pki::CertificateRequest base_request(const std::string& subject) {
    pki::CertificateRequest request;
    request.subject = subject;
    request.not_before = epoch_seconds(kStart) - kTenYears;
    request.not_after = epoch_seconds(kStart) + kTenYears;
    return request;
  }
  static pki::CertificateRequest ca_request(const std::string& subject) {
    auto request = base_request(subject);
    request.is_ca = true;
    return request;
  }

 public:
  const pki::Identity root;  // after what makes it
};

}  // namespace hoplab::testing
