// Schemas as models, and what an operation says of its requests. API Gateway's models are JSON
// Schema draft 4 and have less than OpenAPI's schemas: what it does not support is left out, as an
// import does, where its lack allows more than the document says.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
#include <algorithm>
#include <cstdio>

#include "base/ascii.h"
#include "base/hash.h"
#include "scenario/format/any_of.h"
#include "scenario/openapi/parts.h"

namespace hoplab::scenario::openapi {
namespace {

bool is_left_out(std::string_view keyword) {
  return keyword.starts_with("x-") ||
         is_any_of(keyword, {"default", "deprecated", "example", "examples", "exclusiveMinimum",
                             "externalDocs", "maxItems", "minItems", "nullable", "readOnly",
                             "writeOnly", "xml"});
}

/// The name of the schema that a reference to a place of the document means; empty: it means none.
std::string referenced(const Document& document, const Node& schema) {
  const std::string_view prefix = document.swagger ? "#/definitions/" : "#/components/schemas/";
  const Node* const reference = schema.find("$ref");
  const std::string place = reference ? document.place_of(*reference) : std::string();
  if (!place.starts_with(prefix)) return {};
  std::string name = place.substr(prefix.size());
  return name.find('/') == std::string::npos ? name : std::string();
}

void make_schema(Document& document, Node& schema);

void make_schemas(Document& document, Node& within) {
  for (Node& one : within.items) make_schema(document, one);
}

/// A reference is to the model of that name of the API.
void make_reference(Document& document, Node& schema) {
  const std::string name = referenced(document, schema);
  Node* const reference = schema.find("$ref");
  if (name.empty()) {
    document.report(*reference, found(*reference),
                    std::string("it takes a schema of this document: ") +
                        (document.swagger ? "#/definitions/NAME" : "#/components/schemas/NAME"));
    return;
  }
  if (!document.resolve(schema)) return;  // said
  reference->text = "https://apigateway.amazonaws.com/restapis/" + document.around.rest_api_id +
                    "/models/" + name;
}

void make_schema(Document& document, Node& schema) {
  if (schema.kind != Node::Kind::object) return;  // additionalProperties: true, or judged later
  if (schema.find("$ref")) return make_reference(document, schema);
  std::erase_if(schema.items, [](const Node& one) { return is_left_out(one.key); });
  for (Node& member : schema.items) {
    if (member.key == "discriminator") {
      document.report(member, {}, "API Gateway does not support discriminator in a schema");
    } else if (is_any_of(member.key, {"properties", "patternProperties", "definitions"}) ||
               member.kind == Node::Kind::list) {
      make_schemas(document, member);
    } else if (is_any_of(member.key, {"items", "additionalProperties", "additionalItems", "not"})) {
      make_schema(document, member);
    }
  }
}

Node model_of(Document& document, const Node& schema, const std::string& name) {
  Node model = object_like(schema, name);
  Node made = renamed(schema, "Schema");
  make_schema(document, made);
  model.items.push_back(std::move(made));
  return model;
}

bool is_model_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

/// The models that every API has; exported documents say them.
bool is_built_in(const Node& schema) {
  if (schema.key != "Empty" && schema.key != "Error") return false;
  return std::ranges::all_of(schema.items, [&](const Node& member) {
    return is_any_of(member.key, {"$schema", "title", "type"}) ||
           (schema.key == "Error" && member.key == "properties");
  });
}

/// AWS gives such a model a name of its own, at random.
std::string inline_model(Document& document, const Node& schema) {
  char name[16];
  std::snprintf(name, sizeof name, "MODEL%06x",
                static_cast<unsigned>(stirred_hash(to_json(schema)) & 0xffffff));
  const bool known =
      std::ranges::find(document.inline_models, name, &Node::key) != document.inline_models.end();
  if (!known) document.inline_models.push_back(model_of(document, schema, name));
  return name;
}

void add_body_model(Document& document, const Node& at, std::string_view media_type,
                    const Node& schema, Node& models) {
  if (const auto name = model_name(document, schema)) {
    models.items.push_back(text_like(at, *name, media_type));
  }
}

/// The content of a body in OpenAPI 3.0: schemas by media types.
void add_content(Document& document, const Node& body, Node& models) {
  const Node* const content = document.member(body, "content", Node::Kind::object);
  if (!content) return;
  for (const Node& media_type : content->items) {
    const Node* const schema = media_type.find("schema");
    if (schema) add_body_model(document, media_type, media_type.key, *schema, models);
  }
}

void add_request_body(Document& document, const Node& operation, Node& models) {
  const Node* const body = document.member(operation, "requestBody", Node::Kind::object);
  if (body) add_content(document, *body, models);
}

/// The parameter in: body of Swagger 2.0.
void add_body_parameter(Document& document, const Node& parameter, const Node& operation,
                        Node& models) {
  const Node* const schema = parameter.find("schema");
  if (!schema) return;
  const Node* types = document.member(operation, "consumes", Node::Kind::list);
  if (!types) types = document.member(document.root, "consumes", Node::Kind::list);
  if (!types || types->items.empty()) {
    return add_body_model(document, parameter, kJsonMediaType, *schema, models);
  }
  for (const Node& one : types->items) {
    add_body_model(document, parameter, one.text, *schema, models);
  }
}

/// "querystring" of "query"; empty: API Gateway has no such parameters, and passes over them.
std::string_view location_of(const std::string& in) {
  if (in == "query") return "querystring";
  return in == "path" || in == "header" ? std::string_view(in) : std::string_view();
}

void add_parameter(Document& document, const Node& parameter, Node& parameters) {
  const Node* const name = document.member(parameter, "name", Node::Kind::text);
  const Node* const in = document.member(parameter, "in", Node::Kind::text);
  if (!name || !in) {
    if (!parameter.find("name") || !parameter.find("in")) {
      document.report(parameter, {}, "a parameter needs name, and in: path, query or header");
    }
    return;
  }
  const std::string_view location = location_of(in->text);
  if (location.empty()) {
    if (!is_any_of(in->text, {"cookie", "formData"})) {
      document.report(*in, found(*in), "it takes path, query or header");
    }
    return;
  }
  const std::string key = "method.request." + std::string(location) + "." + name->text;
  if (parameters.find(key)) return;  // the operation's stands before the path's
  Node made = like(parameter, Node::Kind::boolean, key);
  const Node* const required = document.member(parameter, "required", Node::Kind::boolean);
  made.boolean = in->text == "path" || (required && required->boolean);
  parameters.items.push_back(std::move(made));
}

}  // namespace

std::optional<std::string> model_name(Document& document, const Node& schema) {
  if (schema.kind != Node::Kind::object) {
    document.report(schema, found(schema), "it takes a JSON Schema, an object");
    return std::nullopt;
  }
  if (!schema.find("$ref")) return inline_model(document, schema);
  if (!document.resolve(schema)) return std::nullopt;
  std::string name = referenced(document, schema);
  return name.empty() ? inline_model(document, schema) : std::optional(std::move(name));
}

void add_request(Document& document, const Node& path_item, const Node& operation, Node& method) {
  Node parameters = object_like(operation, "RequestParameters");
  Node models = object_like(operation, "RequestModels");
  for (const Node* const of : {&operation, &path_item}) {
    const Node* const list = document.member(*of, "parameters", Node::Kind::list);
    if (!list) continue;
    for (const Node& one : list->items) {
      const Node* const parameter = document.resolve(one);
      if (!parameter) continue;
      const Node* const in = parameter->find("in");
      if (in && in->text == "body") {
        if (models.items.empty()) add_body_parameter(document, *parameter, operation, models);
      } else {
        add_parameter(document, *parameter, parameters);
      }
    }
  }
  add_request_body(document, operation, models);
  if (!parameters.items.empty()) method.items.push_back(std::move(parameters));
  if (!models.items.empty()) method.items.push_back(std::move(models));
}

void add_responses(Document& document, const Node& operation, Node& method) {
  const Node* const responses = document.member(operation, "responses", Node::Kind::object);
  if (!responses) return;
  Node all = like(*responses, Node::Kind::list, "MethodResponses");
  for (const Node& one : responses->items) {
    const Node* const response = document.resolve(one);
    if (!response || !model::parse_number(one.key)) continue;  // "default" is none of a method's
    Node made = object_like(*response, "");
    made.items.push_back(text_like(one, one.key, "StatusCode"));
    Node parameters = object_like(*response, "ResponseParameters");
    if (const Node* const headers = document.member(*response, "headers", Node::Kind::object)) {
      for (const Node& header : headers->items) {
        parameters.items.push_back(
            like(header, Node::Kind::boolean, "method.response.header." + header.key));
      }
    }
    Node models = object_like(*response, "ResponseModels");
    if (const Node* const schema = response->find("schema")) {
      add_body_model(document, *response, kJsonMediaType, *schema, models);
    }
    add_content(document, *response, models);
    for (Node* const member : {&parameters, &models}) {
      if (!member->items.empty()) made.items.push_back(std::move(*member));
    }
    all.items.push_back(std::move(made));
  }
  if (!all.items.empty()) method.items.push_back(std::move(all));
}

std::optional<Node> models_of(Document& document) {
  const Node* const schemas = document.shared("schemas", "definitions");
  Node all = object_like(schemas ? *schemas : document.root, "Models");
  for (std::size_t i = 0; schemas && i < schemas->items.size(); ++i) {
    const Node& schema = schemas->items[i];
    if (is_built_in(schema)) continue;
    if (!is_model_name(schema.key)) {
      document.report(schema, "the name " + model::in_quotes(schema.key),
                      "a model's name has letters and digits alone");
    }
    all.items.push_back(model_of(document, schema, schema.key));
  }
  std::ranges::move(document.inline_models, std::back_inserter(all.items));
  document.inline_models.clear();
  if (all.items.empty()) return std::nullopt;
  return all;
}

}  // namespace hoplab::scenario::openapi
