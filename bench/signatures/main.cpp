// hoplab-signatures ROUNDS: what it costs to check who has signed a request (Signature Version 4),
// beside the HMACs that nobody can do without: five of them for a key or a day that is new, one
// where the day's key is kept. Prints one JSON object; each time is the least of as many rounds, in
// nanoseconds of this thread's CPU.
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

/// What one call takes. The least of the rounds: whoever else is on the machine only adds.
template <class Work>
double cost_of(int rounds, Work work) {
  constexpr int kCalls = 100;
  double least = std::numeric_limits<double>::infinity();
  for (int round = 0; round < rounds; ++round) {
    const double began = cpu_nanoseconds();
    for (int i = 0; i < kCalls; ++i) work();
    least = std::min(least, (cpu_nanoseconds() - began) / kCalls);
  }
  return least;
}

aws::Sha256Digest day_key() {
  const auto of_date = aws::hmac_sha256("AWS4" + std::string(kSecret), kDate);
  const auto of_region = aws::hmac_sha256(aws::as_text(of_date), kRegion);
  const auto of_service = aws::hmac_sha256(aws::as_text(of_region), kService);
  return aws::hmac_sha256(aws::as_text(of_service), "aws4_request");
}

/// What the load balancer passes on of a client's request.
std::vector<Field> fields() {
  return {{"Host", "abcde12345.execute-api.eu-west-1.amazonaws.com"},
          {"User-Agent", "client/1.0"},
          {"Accept", "application/json"},
          {"Content-Type", "application/json"},
          {"X-Amz-Date", kTimestamp},
          {"X-Forwarded-For", "10.0.0.1"},
          {"X-Forwarded-Proto", "https"},
          {"X-Forwarded-Port", "443"},
          {"X-Amzn-Trace-Id", "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520"}};
}

/// A request as an SDK signs it in the Authorization field.
class Sample {
 public:
  Sample() : fields_(fields()) {
    parts_.signed_headers = "accept;content-type;host;x-amz-date";
    parts_.timestamp = kTimestamp;
    parts_.scope = kScope;
    to_sign_ = aws::string_to_sign(parts_, aws::canonical_request(request(), parts_));
    authorization_ = std::string("AWS4-HMAC-SHA256 Credential=") + kKeyId + "/" + kScope +
                     ", SignedHeaders=" + std::string(parts_.signed_headers) + ", Signature=" +
                     aws::hex_text(aws::hmac_sha256(aws::as_text(day_key()), to_sign_));
    fields_.push_back({"Authorization", authorization_});
  }

  [[nodiscard]] aws::SignedRequest request() const {
    return {.method = "GET",
            .path = "/prod/widgets/1",
            .query = "a=1&b=2",
            .headers = fields_,
            .body = {},
            .region = kRegion,
            .service = kService,
            .now = *aws::parse_basic_time(kTimestamp)};
  }
  [[nodiscard]] const std::string& to_sign() const { return to_sign_; }

 private:
  std::vector<Field> fields_;
  aws::SignatureParts parts_;
  std::string to_sign_, authorization_;
};

aws::AccessKeys access_keys() {
  aws::Credentials credentials;
  credentials.access_key_id = kKeyId;
  credentials.secret_access_key = kSecret;
  credentials.identity.arn = "arn:aws:iam::111122223333:user/alice";
  return aws::AccessKeys::build({credentials}).value();
}

void report(const char* name, double check, const char* hmacs_name, double hmacs) {
  std::printf("\"%sNanoseconds\": %.0f, \"%sNanoseconds\": %.0f, \"%sToItsHmacs\": %.3f", name,
              check, hmacs_name, hmacs, name, check / hmacs);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc == 2 ? std::atoi(argv[1]) : 0;
  if (rounds < 1) {
    std::fprintf(stderr, "usage: hoplab-signatures ROUNDS\n");
    return 2;
  }
  const Sample sample;
  const aws::SignedRequest request = sample.request();
  const aws::AccessKeys keys = access_keys();
  aws::SigningKeys kept;
  if (!std::holds_alternative<aws::Signed>(aws::check_signature(request, keys, kept))) {
    std::fprintf(stderr, "the sample's signature is refused\n");
    return 1;
  }
  std::size_t sink = 0;  // so that nothing is left out
  const auto key = day_key();
  const double one_hmac = cost_of(rounds, [&] {
    sink += static_cast<std::size_t>(aws::hmac_sha256(aws::as_text(key), sample.to_sign())[0]);
  });
  const double five_hmacs = cost_of(rounds, [&] {
    const auto fresh = day_key();
    sink += static_cast<std::size_t>(aws::hmac_sha256(aws::as_text(fresh), sample.to_sign())[0]);
  });
  const double kept_key =
      cost_of(rounds, [&] { sink += aws::check_signature(request, keys, kept).index(); });
  const double new_key = cost_of(rounds, [&] {
    aws::SigningKeys none;
    sink += aws::check_signature(request, keys, none).index();
  });
  std::printf("{");
  report("newKey", new_key, "fiveHmacs", five_hmacs);
  std::printf(", ");
  report("keptKey", kept_key, "oneHmac", one_hmac);
  std::printf("}\n");
  return sink == 0 ? 1 : 0;
}
