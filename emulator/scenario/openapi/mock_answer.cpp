// The commonest MOCK, such as that of a preflight request: it gives one answer always.
#include <algorithm>

#include "base/ascii.h"
#include "scenario/openapi/parts.h"
#include "scenario/openapi/yaml_document.h"

namespace hoplab::scenario::openapi {
namespace {

constexpr std::string_view kHeader = "method.response.header.";

bool is_plain(std::string_view text) {
  return text.find_first_of("$#") == std::string_view::npos;
}

/// The only template of an object of them, if it is plain.
const Node* only_template(const Node* templates) {
  if (!templates || templates->items.size() != 1) return nullptr;
  const Node& one = templates->items.front();
  return one.kind == Node::Kind::text && is_plain(one.text) ? &one : nullptr;
}

/// Of {"statusCode": 200}, or {statusCode: 200}, which API Gateway takes, too.
std::optional<std::int64_t> status_of(const Node* templates) {
  const Node* const text = only_template(templates);
  if (!text) return std::nullopt;
  std::vector<Diagnostic> ignored;
  const auto json = parse_yaml(text->text, "", ignored);
  const Node* const status = json ? json->find("statusCode") : nullptr;
  if (!status || status->kind != Node::Kind::integer) return std::nullopt;
  return status->integer;
}

const Node* response_for(std::int64_t status, const Node* responses) {
  if (!responses || responses->kind != Node::Kind::object) return nullptr;
  const std::string word = std::to_string(status);
  const Node* const exact = responses->find(word);
  if (exact) return exact;
  const bool other_patterns = std::ranges::any_of(responses->items, [](const Node& one) {
    return one.key != "default" &&
           !std::ranges::all_of(one.key, [](char c) { return is_digit(c); });
  });
  return other_patterns ? nullptr : responses->find("default");
}

/// 'value', without its quotes.
std::optional<std::string> literal(const Node& value) {
  const std::string& text = value.text;
  const bool quoted = value.kind == Node::Kind::text && text.size() >= 2 && text.front() == '\'' &&
                      text.back() == '\'';
  if (!quoted) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

/// Preflight answers say CONVERT_TO_TEXT for the sake of binary media types; a plain text is one.
bool is_text(const Node& of) {
  const Node* const handling = of.find("contentHandling");
  return !handling || in_capitals(handling->text) == "CONVERT_TO_TEXT";
}

/// False: a value is no literal, or it is for no header.
bool add_headers(const Node* parameters, Node& headers) {
  if (!parameters) return true;
  for (const Node& one : parameters->items) {
    const auto value = literal(one);
    if (!value || !one.key.starts_with(kHeader)) return false;
    headers.items.push_back(text_like(one, *value, one.key.substr(kHeader.size())));
  }
  return true;
}

std::optional<Node> status_node(const Node& response) {
  const Node* const status = response.find("statusCode");
  if (!status) return std::nullopt;
  Node node = renamed(*status, "statusCode");
  if (node.kind == Node::Kind::text && !node.text.empty() && node.text.size() <= 3 &&
      std::ranges::all_of(node.text, [](char c) { return is_digit(c); })) {
    node.kind = Node::Kind::integer;
    node.integer = std::stoll(node.text);
  }
  return node;
}

}  // namespace

std::optional<Node> mock_answer(Document& document, const Node& from) {
  const Node* const type = from.find("type");
  if (!type || in_capitals(type->text) != "MOCK") return std::nullopt;
  const auto status = status_of(from.find("requestTemplates"));
  const Node* const named = status ? response_for(*status, from.find("responses")) : nullptr;
  const Node* const response = named ? document.resolve(*named) : nullptr;
  if (!response || !is_text(from) || !is_text(*response)) return std::nullopt;
  auto code = status_node(*response);
  if (!code) return std::nullopt;
  Node headers = like(*response, Node::Kind::object, "headers");
  if (!add_headers(response->find("responseParameters"), headers)) return std::nullopt;
  Node made = like(from, Node::Kind::object, "Integration");
  made.items.push_back(in_capitals(*type, "Type"));
  made.items.push_back(std::move(*code));
  if (const Node* const templates = response->find("responseTemplates")) {
    const Node* const body = only_template(templates);
    if (!body && !templates->items.empty()) return std::nullopt;
    if (body && body->key != kJsonMediaType && !headers.find("Content-Type")) {
      headers.items.push_back(text_like(*body, body->key, "Content-Type"));
    }
    if (body) made.items.push_back(renamed(*body, "body"));
  }
  if (!headers.items.empty()) made.items.push_back(std::move(headers));
  return made;
}

}  // namespace hoplab::scenario::openapi
