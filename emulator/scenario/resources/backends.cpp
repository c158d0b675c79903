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

/// The service that answers for `wanted`, as `make` says when it is asked for the first time.
template <class Make>
std::string service_named(Builder& builder, const std::string& wanted, const std::string& name,
                          const Make& make) {
  const auto [known, fresh] = builder.services.try_emplace(wanted);
  if (!fresh) return known->second;
  known->second = builder.unique_name(name);
  add_member(builder.section("services"), known->second, make());
  return known->second;
}

Node service_of_binding(const Node& binding) {
  Node service = object_node();
  const bool address = binding.kind == Node::Kind::text;
  add_member(service, address ? "address" : "standIn", binding);
  return service;
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
  return service_named(builder, wanted, resource ? resource->name : wanted, [&] {
    if (resource) builder.has_effect(*resource);
    if (const Node* const binding = binding_of(builder, wanted, resource)) {
      return service_of_binding(*binding);
    }
    builder.note("a stand-in that echoes requests answers for " +
                 (resource ? describe(*resource) : wanted));
    return service_of_binding(node_of_json(R"({"echoRequest":true})"));
  });
}

std::string service_at(Builder& builder, const std::string& address) {
  return service_named(builder, address, address,
                       [&] { return service_of_binding(node_of(address)); });
}

std::string silent_host(Builder& builder, const std::string& wanted) {
  return service_named(builder, wanted, wanted, [] {
    return node_of_json(R"({"standIn":{"statusCode":200},"connect":"drop"})");
  });
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
