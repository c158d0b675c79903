#include "scenario/resources/backends.h"

#include "scenario/format/reader_types.h"

namespace hoplab::scenario::resources {
namespace {

const Node* binding_of(const Builder& builder, const std::string& wanted,
                       const Resource* resource) {
  const auto& all = builder.overrides.services;
  if (const auto found = all.find(wanted); found != all.end()) return &found->second;
  return resource ? builder.override_of(all, *resource) : nullptr;
}

/// An object that says who runs it, and not what a stand-in answers.
bool is_function(const Node& binding) {
  return binding.find("Command") || binding.find("Endpoint");
}

std::string name_of_function(const std::string& name_or_arn) {
  constexpr std::string_view kBefore = ":function:";
  const auto at = name_or_arn.find(kBefore);
  if (at == std::string::npos) return name_or_arn;
  const std::string rest = name_or_arn.substr(at + kBefore.size());
  return rest.substr(0, std::min(rest.find(':'), rest.find('/')));
}

}  // namespace

bool has_service(const Builder& builder, const std::string& wanted, const Resource* resource) {
  return binding_of(builder, wanted, resource) != nullptr;
}

bool is_stand_in(const Builder& builder, const std::string& wanted, const Resource* resource) {
  const Node* const binding = binding_of(builder, wanted, resource);
  return !binding || binding->kind != Node::Kind::text;
}

std::string service_for(Builder& builder, const std::string& wanted, const Resource* resource) {
  auto [name, fresh] = builder.services.try_emplace(wanted);
  if (!fresh) return name->second;
  name->second = builder.unique_name(resource ? resource->name : wanted);
  if (resource) builder.has_effect(*resource);
  Node service = object_node();
  const Node* const binding = binding_of(builder, wanted, resource);
  if (binding && binding->kind == Node::Kind::text) {
    add_member(service, "address", node_of(binding->text));
  } else if (binding) {
    add_member(service, "standIn", *binding);
  } else {
    add_member(service, "standIn", node_of_json(R"({"echoRequest":true})"));
    builder.note("a stand-in that echoes requests answers for " +
                 (resource ? describe(*resource) : wanted));
  }
  add_member(builder.section("services"), name->second, std::move(service));
  return name->second;
}

std::string service_at(Builder& builder, const std::string& address) {
  auto [name, fresh] = builder.services.try_emplace(address);
  if (!fresh) return name->second;
  name->second = builder.unique_name(address);
  Node service = object_node();
  add_member(service, "address", node_of(address));
  add_member(builder.section("services"), name->second, std::move(service));
  return name->second;
}

std::string silent_host(Builder& builder, const std::string& wanted) {
  auto [name, fresh] = builder.services.try_emplace(wanted);
  if (!fresh) return name->second;
  name->second = builder.unique_name(wanted);
  add_member(builder.section("services"), name->second,
             node_of_json(R"({"standIn":{"statusCode":200},"connect":"drop"})"));
  return name->second;
}

const Resource* find_function(const Builder& builder, const std::string& name_or_arn) {
  return builder.find(kFunction, name_of_function(name_or_arn));
}

std::string function_for(Builder& builder, const std::string& name_or_arn) {
  const std::string name = name_of_function(name_or_arn);
  const Resource* const resource = find_function(builder, name);
  const Node* const binding = binding_of(builder, name, resource);
  const bool bound = binding && (binding->kind == Node::Kind::text || is_function(*binding));
  if (!bound) return {};
  Node& section = builder.section("Functions");
  if (section.find(name)) return name;
  Node function = object_node();
  if (binding->kind == Node::Kind::text) {
    add_member(function, "Endpoint", node_of(binding->text));
  } else {
    function = *binding;
  }
  if (resource) builder.has_effect(*resource);
  add_member(section, name, std::move(function));
  return name;
}

Node answer_of_function(Builder& builder, const std::string& name_or_arn) {
  const std::string name = name_of_function(name_or_arn);
  const Resource* const resource = find_function(builder, name);
  if (resource) builder.has_effect(*resource);
  const Node* const binding = binding_of(builder, name, resource);
  if (binding && binding->kind == Node::Kind::object) return *binding;
  builder.note("a stand-in that echoes requests answers for " +
               (resource ? describe(*resource) : "the function " + name));
  return node_of_json(R"({"echoRequest":true})");
}

}  // namespace hoplab::scenario::resources
