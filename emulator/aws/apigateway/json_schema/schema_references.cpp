#include "aws/apigateway/json_schema/schema_references.h"

#include <set>
#include <utility>

#include "base/ascii.h"
#include "base/percent.h"

namespace hoplab::aws::json_schema {

namespace {

Error error_at(const Place& place, const std::string& what) {
  return Error{place.text + ": " + what};
}

/// `text` with every `from` replaced.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// A token of a JSON Pointer (RFC 6901).
std::string escaped(std::string_view name) {
  return replaced(replaced(std::string(name), "~", "~0"), "/", "~1");
}

std::string unescaped(std::string_view token) {
  return replaced(replaced(std::string(token), "~1", "/"), "~0", "~");
}

const Json* element(const Json& array, std::string_view token) {
  std::size_t index = 0;
  if (token.empty() || token.size() > 9) return nullptr;
  for (const char c : token) {
    if (!is_digit(c)) return nullptr;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index < array.size() ? &array[index] : nullptr;
}

/// What a JSON Pointer points at, which is empty or begins with a slash; null: nothing is there.
const Json* at_pointer(const Json& document, std::string_view pointer) {
  const Json* value = &document;
  while (!pointer.empty()) {
    if (!pointer.starts_with('/')) return nullptr;
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    if (value->is_array()) {
      value = element(*value, token);
    } else if (value->is_object()) {
      const auto member = value->find(unescaped(token));
      value = member == value->end() ? nullptr : &*member;
    } else {
      return nullptr;
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

/// The name of a model in `https://apigateway.amazonaws.com/restapis/{api}/models/{Name}`, or in
/// what OpenAPI documents have for it; empty: it is neither.
std::string_view model_name(std::string_view reference) {
  constexpr std::string_view kOfOpenApi[] = {"#/definitions/", "#/components/schemas/"};
  for (const std::string_view begin : kOfOpenApi) {
    if (!reference.starts_with(begin)) continue;
    const auto name = reference.substr(begin.size());
    return name.find('/') == std::string_view::npos ? name : std::string_view();
  }
  constexpr std::string_view kHost = "https://apigateway.amazonaws.com/restapis/";
  constexpr std::string_view kModels = "/models/";
  if (!reference.starts_with(kHost)) return {};
  const auto api = reference.substr(kHost.size());
  const auto slash = api.find('/');
  if (slash == 0 || slash == std::string_view::npos) return {};
  const auto rest = api.substr(slash);
  if (!rest.starts_with(kModels)) return {};
  const auto name = rest.substr(kModels.size());
  return name.find('/') == std::string_view::npos ? name : std::string_view();
}

}  // namespace

Place Place::member(std::string_view name, const Json& inside) const {
  return {&inside, document, text + "/" + escaped(name)};
}

Result<Place> References::resolved(Place from) {
  std::set<const Json*> seen;
  while (from.value->is_object()) {
    const auto reference = from.value->find("$ref");
    if (reference == from.value->end()) break;
    if (!reference->is_string()) return error_at(from, "$ref must be a string");
    if (!seen.insert(from.value).second) return error_at(from, "$ref refers to itself");
    auto next = target(reference->get_ref<const std::string&>(), from);
    if (!next) return next;
    from = std::move(next).value();
  }
  return from;
}

Result<Place> References::target(std::string_view reference, const Place& from) {
  const auto hash = reference.find('#');
  const std::string_view url = reference.substr(0, hash);
  const std::string pointer =
      hash == std::string_view::npos ? "" : percent_decoded(reference.substr(hash + 1));
  if (url.empty()) {
    if (const Json* const found = at_pointer(*from.document, pointer)) {
      const std::string document = from.text.substr(0, from.text.find('#'));
      return Place{found, from.document, document + "#" + pointer};
    }
    const std::string_view name = model_name(reference);
    if (name.empty()) {
      return error_at(from, "$ref: there is nothing at " + shortened(reference));
    }
    return of_model(percent_decoded(unescaped(name)), from);
  }
  const std::string_view name = model_name(url);
  if (name.empty())
    return error_at(from, "$ref: " + shortened(reference) + " is no model's address");
  auto model = of_model(percent_decoded(name), from);
  if (!model || pointer.empty()) return model;
  const Place& root = model.value();
  const Json* const found = at_pointer(*root.document, pointer);
  if (found == nullptr) return error_at(from, "$ref: there is nothing at " + shortened(reference));
  return Place{found, root.document, root.text + pointer};
}

Result<Place> References::of_model(const std::string& name, const Place& from) {
  auto known = documents_.find(name);
  if (known == documents_.end()) {
    const auto text = models_ ? models_(name) : std::nullopt;
    if (!text) return error_at(from, "$ref: there is no model " + shortened(name));
    auto document = parse(*text);
    if (!document) return error_at(from, "$ref: the schema of " + shortened(name) + " is not JSON");
    known = documents_.emplace(name, std::make_unique<Json>(*std::move(document))).first;
  }
  const Json* const document = known->second.get();
  return Place{document, document, name + "#"};
}

}  // namespace hoplab::aws::json_schema
