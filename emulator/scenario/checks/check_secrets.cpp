#include "scenario/checks/check_secrets.h"

#include "http/secrets.h"

namespace hoplab::scenario {

CheckSecrets::CheckSecrets(const Check& check, bool shown) : shown_(shown) {
  learn(check.request);
  learn(check.expect);
  for (const CheckStep& step : check.then) {
    if (step.request) learn(*step.request);
    learn(step.expect);
  }
}

void CheckSecrets::learn(const std::vector<std::pair<std::string, std::string>>& headers) {
  for (const auto& [name, value] : headers) learn(name, value);
}

void CheckSecrets::learn(const CheckRequest& request) {
  learn(request.headers);
}

void CheckSecrets::learn(const std::vector<HeaderExpectation>& headers) {
  for (const HeaderExpectation& one : headers) {
    if (!one.names_certificate()) learn(one.name, one.value);
  }
}

void CheckSecrets::learn(const Expectation& expect) {
  learn(expect.headers);
  if (expect.api_saw) learn(expect.api_saw->headers);
}

void CheckSecrets::learn(const std::string& name, const std::string& value) {
  if (shown_ || !http::is_secret(name)) return;
  for (std::string& one : http::secrets_in(value)) secrets_.push_back(std::move(one));
}

std::string CheckSecrets::masked(std::string text) const {
  return http::masked(std::move(text), secrets_);
}

}  // namespace hoplab::scenario
