// The documents of a schema that is being compiled, and what a $ref in them refers to.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/apigateway/json_schema/json_schema.h"
#include "aws/apigateway/json_schema/json_value.h"
#include "base/result.h"

namespace hoplab::aws::json_schema {

/// A place in one of the documents.
struct Place {
  const Json* value = nullptr;
  const Json* document = nullptr;
  std::string text;  // "#/properties/a", or "Name#/properties/a" in another model: for errors

  /// What is inside of it under this name.
  [[nodiscard]] Place member(std::string_view name, const Json& inside) const;
};

class References {
 public:
  References(const Json& root, const JsonSchema::Models& models) : root_(root), models_(models) {}

  [[nodiscard]] Place root() const { return {&root_, &root_, "#"}; }
  /// `from`, or what it refers to in the end; an error names the place and what is wrong there.
  Result<Place> resolved(Place from);

 private:
  Result<Place> target(std::string_view reference, const Place& from);
  Result<Place> of_model(const std::string& name, const Place& from);

  const Json& root_;
  const JsonSchema::Models& models_;
  std::map<std::string, std::unique_ptr<const Json>, std::less<>> documents_;  // by model
};

}  // namespace hoplab::aws::json_schema
