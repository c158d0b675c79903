#include "awsapi/api.h"

#include <algorithm>

#include "awsapi/dispatch.h"
#include "awsapi/error_writer.h"
#include "awsapi/routing.h"
#include "awsapi/services.h"
#include "base/ascii.h"
#include "base/hash.h"
#include "base/hex.h"

namespace hoplab::awsapi {

namespace {

constexpr const Service* kServices[] = {
    &elbv2::kService,   &ec2::kService,     &acm::kService,
    &ssm::kService,     &sts::kService,     &apigateway::kService,
    &acmpca::kService,  &route53::kService, &cloudformation::kService,
    &cloudwatch::kCbor, &cloudwatch::kJson, &cloudwatch::kQueries,
    &logs::kService,    &s3::kService};

/// As AWS writes them: a UUID.
std::string request_id(std::uint64_t number) {
  Rng rng(number);
  std::string id(32, '0');
  put_hex(put_hex(id.data(), rng.next(), 16), rng.next(), 16);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) id.insert(at, 1, '-');
  return id;
}

ApiError unknown_service(const std::string& name) {
  return {"UnknownOperationException", "hoplab does not emulate the service " + name};
}

}  // namespace

Table<const Service*> services() noexcept {
  return kServices;
}

std::string_view ApiRequest::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (iequals(field, name)) return value;
  }
  return {};
}

std::string_view ApiRequest::path() const {
  return target.substr(0, target.find('?'));
}

std::string_view ApiRequest::query() const {
  return target.substr(std::min(path().size() + 1, target.size()));
}

Api::Api(ControlPlane& plane, Accounts accounts) : plane_(plane), accounts_(std::move(accounts)) {}

ApiAnswer Api::answer(const ApiRequest& request, std::int64_t now) {
  const std::string id = request_id(++requests_);
  const Credential credential = credential_of(request.header("Authorization"), request.query());
  const Route route = awsapi::route(request, credential);
  ApiAnswer answer;
  if (!route.service) {
    // A service that is not there has no protocol: the caller's own is that of its request.
    static constexpr Service kOfForms{"", Protocol::query, "", "", "", "", {}};
    const bool form = request.header("X-Amz-Target").empty();
    answer = error_answer(form ? &kOfForms : nullptr, unknown_service(route.name), id);
  } else {
    const Caller caller = caller_of(credential, accounts_);
    const Call call{plane_, caller, now, "http://" + std::string(request.authority)};
    auto made = dispatch(*route.service, call, request, id);
    answer = made ? std::move(*made) : error_answer(route.service, made.error(), id);
  }
  answer.headers.emplace_back("x-amzn-RequestId", id);
  return answer;
}

}  // namespace hoplab::awsapi
