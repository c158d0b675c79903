#include "awsapi/s3/s3_request.h"

#include <charconv>

#include "awsapi/query_parameters.h"
#include "base/ascii.h"
#include "base/percent.h"
#include "http/authority.h"

namespace hoplab::awsapi::s3 {

namespace {

ApiError unreadable() {
  return {"IncompleteBody", "The request's body is not in aws-chunked as it says"};
}

}  // namespace

std::map<std::string, std::string> last_of_each(std::string_view parameters) {
  std::map<std::string, std::string> made;
  for (auto& [name, value] : parameters_of(parameters)) made[name] = std::move(value);
  return made;
}

ApiResult<std::string> without_chunks(std::string_view body) {
  std::string plain;
  while (true) {
    const std::size_t line = body.find("\r\n");
    if (line == std::string_view::npos) return unreadable();
    std::size_t size = 0;
    const char* const begin = body.data();
    const auto [end, error] = std::from_chars(begin, begin + line, size, 16);
    const bool ends = end == begin + line || *end == ';';
    if (error != std::errc{} || !ends) return unreadable();
    body.remove_prefix(line + 2);
    if (size == 0) return plain;
    if (size > body.size() || body.substr(size, 2) != "\r\n") return unreadable();
    plain += body.substr(0, size);
    body.remove_prefix(size + 2);
  }
}

ApiResult<S3Request> take_apart(const ApiRequest& request) {
  S3Request made;
  made.method = request.method;
  std::string_view path = request.path();
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  constexpr std::string_view kVirtual = ".localhost";
  const std::string host = lower_case(http::split_authority(request.authority).host);
  if (host.ends_with(kVirtual)) {
    made.bucket = host.substr(0, host.size() - kVirtual.size());
    made.key = percent_decoded(path);
  } else {
    made.bucket = percent_decoded(path.substr(0, path.find('/')));
    const std::size_t slash = path.find('/');
    if (slash != std::string_view::npos) made.key = percent_decoded(path.substr(slash + 1));
  }
  made.query = last_of_each(request.query());
  const std::string_view content = request.header("x-amz-content-sha256");
  if (content.starts_with("STREAMING-")) {
    auto plain = without_chunks(request.body);
    if (!plain) return plain.error();
    made.body = std::move(*plain);
  } else {
    made.body = request.body;
  }
  return made;
}

}  // namespace hoplab::awsapi::s3
