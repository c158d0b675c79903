// Answers of functions that pass as they come (ResponseTransferMode STREAM; apigateway-features.md
// 6.4): the head is in what the function writes first.
#include "aws/apigateway/execute_api.h"
#include "aws/apigateway/proxy_answer.h"

namespace hoplab::aws {

void ExecuteApi::Visit::answered(const lambda::Invocation& invocation,
                                 lambda::ResponseStream& stream) {
  call_ = {};
  keep_output(invocation);
  note_streaming(invocation);
  outcome_ = answer_of(invocation, stream);
}

Outcome ExecuteApi::Visit::answer_of(const lambda::Invocation& invocation,
                                     lambda::ResponseStream& stream) {
  const StreamedHead head = streamed_head(stream.ready());
  ProxyAnswer answer;
  if (head.verdict != StreamedHead::Verdict::whole) {
    if (invocation.failure) return refuse_failed(invocation);
    return misconfigured(
        "what the function streams has no head: eight NUL bytes in its first 16 KB");
  }
  if (auto why = read_streamed_head(head.json, answer)) {
    return misconfigured("the head of what the function streams: " + *why);
  }
  stream.consume(head.size);
  begin_answer_of_function(answer);
  if (http::forbids_body(answer.status)) return Outcome::answered;
  if (is_head()) {
    describe_body(answer.content_length.value_or(0));
  } else {
    streams_ = true;
    stream_length_ = answer.content_length;
  }
  return Outcome::answered;
}

/// The function goes on meanwhile, and what it prints belongs to the request, too.
void ExecuteApi::Visit::stream_over(const Streamed& streamed,
                                    const lambda::Invocation* invocation) {
  streamed_ = streamed;
  if (invocation) output_ = invocation->output;
  if (!streamed.broken) return;
  detail_ = std::string(to_text(*streamed.broken));
  if (!streamed.detail.empty()) detail_ += ": " + streamed.detail;
  log_failure("Execution failed due to configuration error: " + detail_);
  outcome_ = Outcome::integration_failed;
}

}  // namespace hoplab::aws
