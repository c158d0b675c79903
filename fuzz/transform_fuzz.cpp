// libFuzzer target: a rule's transforms, their regular expression, its replacement and the host or
// path that they meet.
//
// Checks, beside memory safety: what is found lies within the text; a text without a match stays as
// it is; without a dollar the replacement stands for what was found; a request that is changed is
// still one, and one whose transform failed is as it was.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "aws/alb/transform.h"
#include "check.h"
#include "http/h1/http1_chars.h"

namespace {

using namespace hoplab;
using namespace hoplab::fuzz;
using Type = model::Transform::Type;

constexpr std::size_t kBuffer = 16 * 1024;

void fuzz_finding(const model::Regex& regex, std::string_view text) {
  const std::vector<std::string_view> found = regex.find_in(text);
  check(found.empty() == !regex.found_in(text));
  if (found.empty()) return;
  check(found.size() == regex.groups() + 1);
  for (const std::string_view one : found) {
    check(one.empty() ||
          (one.data() >= text.data() && one.data() + one.size() <= text.data() + text.size()));
    check(one.size() <= found[0].size());
  }
}

void fuzz_replacing(const model::Transform& transform, const model::Regex& regex,
                    std::string_view text) {
  Arena arena;
  const auto result = aws::Rewrite(transform).apply(text, arena);
  const auto found = regex.find_in(text);
  check(result.has_value() == !found.empty());
  if (!result) return;
  saw(static_cast<unsigned>(result->status));
  check(result->text.size() <= kBuffer);
  if (transform.replace.find('$') != std::string::npos) return;
  std::string expected(text);
  expected.replace(static_cast<std::size_t>(found[0].data() - text.data()), found[0].size(),
                   transform.replace);
  if (expected.size() > kBuffer) {
    check(result->status == aws::TransformStatus::buffer_too_small);
  } else {
    check(result->status == aws::TransformStatus::success && result->text == expected);
  }
}

void fuzz_request(const std::vector<model::Transform>& transforms, std::string_view host,
                  std::string_view target) {
  http::Request request;
  request.method = "GET";
  request.target = target;
  request.authority = host;
  request.headers.add("Host", host);
  http::Response response;
  const auto failure = aws::Transforms(transforms).apply(request, response);
  check(response.transformed || (!failure && request.target == target));
  if (failure) {
    saw(0x100u | static_cast<unsigned>(*failure));
    check(*failure != aws::TransformStatus::success);
    check(response.transformed->status == to_text(*failure));
    check(!to_text(reason_of(*failure)).empty());
    check(request.target == target && request.authority == host);
    check(request.headers.get("Host") == host);
    return;
  }
  if (!response.transformed) return;
  check(response.transformed->received_target == target);
  check(response.transformed->received_authority == host);
  if (request.target != target) {
    check(request.target.starts_with('/') && http::chars::all(request.target, http::chars::kUri));
  }
  if (request.authority != host) {
    check(http::chars::all(response.transformed->host, http::chars::kHost));
    check(request.authority.starts_with(response.transformed->host));
    check(!request.headers.find("Host"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  // Three lengths, then the expression, the replacement, the host, and all the rest is the target.
  std::string_view rest(reinterpret_cast<const char*>(data) + 4, size - 4);
  std::vector<std::string> parts;
  for (int i = 1; i < 4; ++i) {
    parts.emplace_back(rest.substr(0, data[i]));
    rest.remove_prefix(parts.back().size());
  }
  const std::string target(rest);
  const model::Transform url{Type::url_rewrite, parts[0], parts[1]};
  const model::Transform host{Type::host_header_rewrite, parts[0], parts[1]};
  const model::Regex regex(parts[0]);
  if (!regex.wrong().empty()) {
    check(regex.groups() == 0 && !regex.found_in(target) && regex.find_in(target).empty());
    check(regex.wrong().size() < 200);
    return 0;
  }
  fuzz_finding(regex, target);
  fuzz_replacing(url, regex, target);
  std::vector<model::Transform> both;
  if (data[0] & 1) both.push_back(url);
  if (data[0] & 2) both.push_back(host);
  fuzz_request(both, parts[2], target);
  return 0;
}
