// The format of a stage's access log: a line with $context variables (apigateway.md 14,
// apigateway-features.md 9).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
#pragma once

#include <string>
#include <string_view>

#include "aws/apigateway/context_text.h"
#include "base/result.h"

namespace hoplab::aws {

class AccessLogFormat {
 public:
  static constexpr std::size_t kLongest = 3 * 1024;

  /// A format has an id of the request, only variables that there are, one line, and 3 KB at most.
  /// Errors of the first and the third kind are in AWS's words.
  static Result<AccessLogFormat> compile(std::string_view format);

  /// The line, without its end. What is not set is "-"; names begin with "context.".
  [[nodiscard]] std::string line(const ContextLookup& lookup) const {
    return text_.render(lookup, "-");
  }

 private:
  explicit AccessLogFormat(ContextText text) : text_(std::move(text)) {}

  ContextText text_;
};

}  // namespace hoplab::aws
