// hoplab-signatures ROUNDS: what it costs to check who has signed a request (Signature Version 4,
// in the Authorization field and in the query), beside OpenSSL's HMAC() for the HMACs that nobody
// can do without: five for a key or a day that is new, one where the day's key is kept. Prints one
// JSON object; each time is the least of as many rounds, in nanoseconds of this thread's CPU.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "aws/iam/canonical_request.h"
#include "aws/iam/hmac.h"
#include "aws/iam/signature_check.h"

namespace {

namespace aws = hoplab::aws;
using hoplab::http::Field;

constexpr const char* kKeyId = "AKIAIOSFODNN7EXAMPLE";
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr const char* kTimestamp = "20260401T120000Z";
constexpr const char* kDate = "20260401";
constexpr const char* kRegion = "eu-west-1";
constexpr const char* kService = "execute-api";
constexpr const char* kScope = "20260401/eu-west-1/execute-api/aws4_request";

double cpu_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Work>
double cost_once(Work& work) {
  constexpr int kCalls = 100;
  const double began = cpu_nanoseconds();
  for (int i = 0; i < kCalls; ++i) work();
  return (cpu_nanoseconds() - began) / kCalls;
}

/// What one call of each takes, in turns. The least of the rounds: whoever else is on the machine
/// only adds.
template <class Check, class Hmacs>
std::pair<double, double> costs_of(int rounds, Check check, Hmacs hmacs) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  std::pair least(kNone, kNone);
  for (int round = 0; round < rounds; ++round) {
    least.first = std::min(least.first, cost_once(check));
    least.second = std::min(least.second, cost_once(hmacs));
  }
  return least;
}

/// As everybody does it: OpenSSL's one call.
aws::Sha256Digest hmac(std::string_view key, std::string_view text) {
  aws::Sha256Digest digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

aws::Sha256Digest day_key() {
  const auto of_date = hmac("AWS4" + std::string(kSecret), kDate);
  const auto of_region = hmac(aws::as_text(of_date), kRegion);
  const auto of_service = hmac(aws::as_text(of_region), kService);
  return hmac(aws::as_text(of_service), "aws4_request");
}

enum class Form { header, query };

/// What the load balancer passes on of a client's request.
hoplab::http::FieldList fields() {
  return {{"Host", "abcde12345.execute-api.eu-west-1.amazonaws.com"},
          {"User-Agent", "client/1.0"},
          {"Accept", "application/json"},
          {"Content-Type", "application/json"},
          {"X-Forwarded-For", "10.0.0.1"},
          {"X-Forwarded-Proto", "https"},
          {"X-Forwarded-Port", "443"},
          {"X-Amzn-Trace-Id", "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520"}};
}

/// A request as SDKs sign it: in the Authorization field, or in the query.
class Sample {
 public:
  explicit Sample(Form form) : fields_(fields()) {
    aws::SignatureParts parts;
    parts.in_query = form == Form::query;
    parts.signed_headers = parts.in_query ? "host" : "accept;content-type;host;x-amz-date";
    parts.timestamp = kTimestamp;
    parts.scope = kScope;
    if (parts.in_query) {
      query_ += std::string("&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=") + kKeyId +
                "%2F20260401%2Feu-west-1%2Fexecute-api%2Faws4_request&X-Amz-Date=" + kTimestamp +
                "&X-Amz-Expires=604800&X-Amz-SignedHeaders=host";
    } else {
      fields_.push_back({"X-Amz-Date", kTimestamp});
    }
    to_sign_ = aws::string_to_sign(parts, aws::canonical_request(request(), parts));
    const auto signature = aws::hex_text(hmac(aws::as_text(day_key()), to_sign_));
    if (parts.in_query) {
      query_ += "&X-Amz-Signature=" + signature;
      return;
    }
    authorization_ = std::string("AWS4-HMAC-SHA256 Credential=") + kKeyId + "/" + kScope +
                     ", SignedHeaders=" + std::string(parts.signed_headers) +
                     ", Signature=" + signature;
    fields_.push_back({"Authorization", authorization_});
  }

  [[nodiscard]] aws::SignedRequest request() const {
    return {.method = "GET",
            .path = "/prod/widgets/1",
            .query = query_,
            .headers = fields_,
            .body = {},
            .region = kRegion,
            .service = kService,
            .now = *aws::parse_basic_time(kTimestamp)};
  }
  [[nodiscard]] const std::string& to_sign() const { return to_sign_; }

 private:
  hoplab::http::FieldList fields_;
  std::string query_ = "a=1&b=2";
  std::string to_sign_, authorization_;
};

aws::AccessKeys access_keys() {
  aws::Credentials credentials;
  credentials.access_key_id = kKeyId;
  credentials.secret_access_key = kSecret;
  credentials.identity.arn = "arn:aws:iam::111122223333:user/alice";
  return aws::AccessKeys::build({credentials}).value();
}

class Report {
 public:
  /// False: the signature is refused.
  bool add(const std::string& name, Form form, int rounds) {
    const Sample sample(form);
    const aws::SignedRequest request = sample.request();
    const aws::AccessKeys keys = access_keys();
    aws::SigningKeys kept;
    if (!std::holds_alternative<aws::Signed>(aws::check_signature(request, keys, kept))) {
      return false;
    }
    const auto key = day_key();
    const auto checked_with = [&](aws::SigningKeys& signing_keys) {
      sink_ = sink_ + aws::check_signature(request, keys, signing_keys).index();
    };
    const auto with_new_key = [&] {
      aws::SigningKeys none;
      checked_with(none);
    };
    print(name + "KeptKey",
          costs_of(
              rounds, [&] { checked_with(kept); }, [&] { hmac_of(key, sample); }));
    print(name + "NewKey", costs_of(rounds, with_new_key, [&] { hmac_of(day_key(), sample); }));
    return true;
  }

 private:
  void hmac_of(const aws::Sha256Digest& key, const Sample& sample) {
    sink_ = sink_ + static_cast<std::size_t>(hmac(aws::as_text(key), sample.to_sign())[0]);
  }
  void print(const std::string& name, const std::pair<double, double>& costs) {
    const auto [check, hmacs] = costs;
    std::printf("%s\"%s\": {\"nanoseconds\": %.0f, \"itsHmacs\": %.0f, \"toItsHmacs\": %.3f}",
                between_, name.c_str(), check, hmacs, check / hmacs);
    between_ = ", ";
  }

  const char* between_ = "{";
  volatile std::size_t sink_ = 0;  // so that nothing is left out
};

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc == 2 ? std::atoi(argv[1]) : 0;
  if (rounds < 1) {
    std::fprintf(stderr, "usage: hoplab-signatures ROUNDS\n");
    return 2;
  }
  Report report;
  if (!report.add("header", Form::header, rounds) || !report.add("query", Form::query, rounds)) {
    std::fprintf(stderr, "the signature is refused\n");
    return 1;
  }
  std::printf("}\n");
  return 0;
}
