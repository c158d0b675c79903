// The properties of an answer that hoplab gives by itself, shared by a method's integration and a
// service's stand-in.
#pragma once

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {

void check_answer(const model::Answer& answer, const Node& node, ReadContext& context);
void read_answer_body(model::Answer& into, const Node& node, ReadContext& context);

/// A payload's limit in API Gateway.
inline constexpr std::uint32_t kLargestBody = 10485760;

template <class T>
Define<T> answer(std::string_view name, std::string_view help) {
  Define<T> define(name, help);
  define.value("statusCode", integer(200, 599), &T::status_code, "default 200")
      .own("headers", headers_type(), "headers of the answer",
           [](T& into, const Node& node, ReadContext&) { assign_headers(into.headers, node); })
      .written([](const T& from, bool) -> std::optional<Node> {
        if (from.headers.empty()) return std::nullopt;
        return texts_node(from.headers);
      })
      .own("body", json(), "the body: a text as it is, other JSON in compact form",
           [](T& into, const Node& node, ReadContext&) { into.body = body_text(node); })
      .written([](const T& from, bool) -> std::optional<Node> {
        if (from.body.empty() || !from.body_file.empty()) return std::nullopt;
        return node_of(from.body);
      })
      .own("bodyFile", text(model::rules::kNotEmpty),
           "instead of body: a file that holds it, relative to the scenario's folder",
           [](T& into, const Node& node, ReadContext& context) {
             read_answer_body(into, node, context);
           })
      .written([](const T& from, bool) -> std::optional<Node> {
        if (from.body_file.empty()) return std::nullopt;
        return node_of(from.body_file);
      })
      .value("bodyBytes", integer(0, kLargestBody), &T::body_bytes,
             "instead of body: a generated body of so many bytes")
      .value(
          "echoRequest", boolean(), &T::echo_request,
          "instead of body: the request as JSON; a stand-in that does so returns what it receives "
          "in a WebSocket, too; default false")
      .after(check_answer);
  return define;
}

}  // namespace hoplab::scenario
