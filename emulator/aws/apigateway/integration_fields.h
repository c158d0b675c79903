// Which header fields pass an API: from the client to the integration, and back (apigateway.md
// 10.2 to 10.4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/caller.h"
#include "http/message.h"
#include "model/rest_api.h"

namespace hoplab::aws {

/// Whether a field of the client's reaches an integration of that type. Host and Content-Length
/// are made anew for an HTTP backend.
/// `signed_with_sigv4`: its Authorization, which is for AWS alone.
[[nodiscard]] bool reaches_integration(model::IntegrationType type, std::string_view name,
                                       bool signed_with_sigv4 = false) noexcept;

/// What becomes of a field of the integration's answer: where AWS's own table and what was tested
/// disagree, what was tested.
enum class FieldFate : std::uint8_t { passes, dropped, remapped };
[[nodiscard]] FieldFate fate_of_answer_field(model::IntegrationType type,
                                             std::string_view name) noexcept;
/// Stands before the name of a field that is remapped.
inline constexpr std::string_view kRemapped = "x-amzn-Remapped-";

/// What the endpoint says in the place of a client that says it, too: X-Forwarded-For, with the
/// client's own before it, and what it knows of the connection.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>> fields_of_endpoint(
    const http::Headers& headers, const Caller& caller);

}  // namespace hoplab::aws
