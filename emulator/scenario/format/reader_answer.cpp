#include "scenario/format/reader_answer.h"

#include <filesystem>

#include "base/file.h"

namespace hoplab::scenario {

using model::Answer;

void check_answer(const Answer&, const Node& node, ReadContext& context) {
  const Node* body = node.find("body");
  for (const std::string_view other : {"bodyFile", "bodyBytes", "echoRequest"}) {
    const Node* member = node.find(other);
    if (member == nullptr) continue;
    if (body != nullptr) {
      context.report(*member, {},
                     "the answer has one body: body, bodyFile, bodyBytes or echoRequest");
    }
    body = member;
  }
}

void read_answer_body(Answer& into, const Node& node, ReadContext& context) {
  into.body_file = context.file_of(node);
  std::error_code error;
  const auto size = std::filesystem::file_size(into.body_file, error);
  if (error) return;  // said already
  if (size > kLargestBody) {
    return context.report(node, "a file of " + std::to_string(size) + " bytes",
                          "a body has at most " + std::to_string(kLargestBody));
  }
  auto body = read_file(into.body_file);
  if (!body) return context.report(node, {}, body.error());
  into.body = std::move(body).value();
}

Type headers_type() {
  return map_of(text(model::rules::kHeaderValue), model::rules::kHeaderName);
}

void assign_headers(std::vector<std::pair<std::string, std::string>>& to, const Node& node) {
  for (const Node& item : node.items) to.emplace_back(item.key, item.text);
}

Node texts_node(const model::Texts& texts) {
  Node all = object_node();
  for (const auto& [name, value] : texts) add_member(all, name, node_of(value));
  return all;
}

std::string body_text(const Node& node) {
  return node.kind == Node::Kind::text ? node.text : to_json(node);
}

}  // namespace hoplab::scenario
