// What a failed exchange with a target means for who asked.
#pragma once

#include <optional>

#include "base/cause.h"
#include "http/h1/http1_client.h"

namespace hoplab::aws {

/// Nothing: who received the request knows better.
inline std::optional<Reason> reason_of(http::ExchangeFailure failure) noexcept {
  switch (failure) {
    case http::ExchangeFailure::target_closed: return Reason::target_closed;
    case http::ExchangeFailure::target_reset: return Reason::target_reset;
    case http::ExchangeFailure::malformed: return Reason::target_malformed_response;
    case http::ExchangeFailure::head_too_large: return Reason::target_headers_too_large;
    case http::ExchangeFailure::timeout: return Reason::target_timeout;
    case http::ExchangeFailure::client_gone: return Reason::client_closed_before_response;
    case http::ExchangeFailure::none:
    case http::ExchangeFailure::request_failed: break;
  }
  return std::nullopt;
}

}  // namespace hoplab::aws
