#include "aws/apigateway/execution_log.h"

#include <algorithm>

#include "base/ascii.h"

namespace hoplab::aws {

namespace {

constexpr std::size_t kShown = 6;

bool is_secret(std::string_view field) {
  constexpr std::string_view kSecret[] = {"Authorization", "x-api-key", "X-Amz-Security-Token"};
  return std::ranges::any_of(kSecret, [&](std::string_view one) { return iequals(one, field); });
}

void append(std::string& out, std::string_view name, std::string_view value) {
  if (out.size() > 1) out += ", ";
  out.append(name).append("=").append(value);
}

}  // namespace

void ExecutionLog::data(Time at, std::string_view what, std::string_view text) {
  if (traces()) add(at, std::string(what).append(text));
}

void ExecutionLog::add(Time at, std::string_view text) {
  std::string line = begin_;
  line += text.substr(0, kMostText);
  if (text.size() > kMostText) line += kTruncated;
  lines_.push_back({at, std::move(line)});
}

std::string masked_secret(std::string_view secret) {
  const std::size_t hidden = secret.size() > kShown ? secret.size() - kShown : secret.size();
  return std::string(hidden, '*').append(secret.substr(hidden));
}

std::string fields_text(const http::FieldList& fields) {
  std::string out = "{";
  for (auto field = fields.begin(); field != fields.end(); ++field) {
    const auto same = [&](const http::Field& other) { return iequals(other.name, field->name); };
    if (std::any_of(fields.begin(), field, same)) continue;
    std::string values;
    for (auto one = field; one != fields.end(); ++one) {
      if (!same(*one)) continue;
      if (!values.empty()) values += ',';
      values += is_secret(one->name) ? masked_secret(one->value) : std::string(one->value);
    }
    append(out, field->name, values);
  }
  return out + "}";
}

std::string parameters_text(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string out = "{";
  for (const auto& [name, value] : parameters) append(out, name, value);
  return out + "}";
}

}  // namespace hoplab::aws
