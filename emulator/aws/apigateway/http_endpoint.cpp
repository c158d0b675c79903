#include "aws/apigateway/http_endpoint.h"

#include <array>

#include "aws/apigateway/streamed_body.h"
#include "aws/stub/prepared_answer.h"

namespace hoplab::aws {

Task<void> HttpEndpoint::run(std::shared_ptr<HttpExchange> exchange) {
  const auto self = shared_from_this();
  http::Request& request = exchange->request;
  if (exchange->body.empty()) {
    request.says_empty = request.method != "GET" && request.method != "HEAD";
  } else {
    request.body = &exchange->source.emplace(exchange->body);
  }
  exchange->response.as_received = &exchange->fields;
  const BackendLimits limits{exchange->timeout,
                             exchange->streams ? kStreamMost : exchange->timeout};
  exchange->outcome = co_await backend_->exchange(request, exchange->response, limits,
                                                  {exchange->journal, {}, &exchange->detail});
  if (!exchange->outcome.failure && !exchange->streams) co_await read_answer(*exchange);
  exchange->finish();
}

Task<void> HttpEndpoint::read_answer(HttpExchange& exchange) {
  http::Response& response = exchange.response;
  exchange.answer = response.text;
  if (!response.body) co_return;
  WaitSlot slot(loop_);
  std::array<char, 16 * 1024> piece;
  while (!exchange.abandoned) {
    const net::IoResult result = response.body->try_read(piece);
    exchange.answer.append(piece.data(), result.size);
    exchange.too_large = exchange.answer.size() > kMaxPayloadBytes;
    if (exchange.too_large) co_return;
    if (result.ended()) {
      if (result.status != net::IoStatus::closed) exchange.broken = response.body->failure();
      co_return;
    }
    if (result.ok()) continue;
    response.body->watch(&slot);
    co_await slot;
    response.body->watch(nullptr);
  }
}

}  // namespace hoplab::aws
