// What an expression of a plan's configuration refers to: of what only an apply knows, a plan says
// that much.
//
// A reference is a text, "aws_lb.edge.arn"; longer ones stand before their beginnings. What stands
// between them (functions, indexes, conditions) is not in a plan.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/terraform/instance.h"

namespace hoplab::scenario::terraform {

/// A module's configuration and where its instances are.
struct Scope {
  const Node* module = nullptr;  // "resources", "module_calls", "outputs"
  std::string address;           // "module.edge", without indexes; empty: the root
  const Scope* parent = nullptr;
  const Node* call = nullptr;  // that of the parent's which it is
};

class References {
 public:
  References(const Node& root_module, std::vector<Instance>& instances);

  /// A resource's configuration; null: there is none.
  [[nodiscard]] const Node* block_of(const Instance& instance) const;

  /// All values that the expression of an attribute of `of` leads to; none: it leads to what is
  /// not known.
  [[nodiscard]] std::vector<Node> values(const Instance& of, std::string_view attribute,
                                         const Node& expression) const;

 private:
  struct Block {
    const Node* configuration = nullptr;
    const Scope* scope = nullptr;
    std::vector<std::size_t> instances;
  };
  /// On the way to one attribute's values.
  struct Search {
    const Instance& of;
    std::string_view attribute;
    std::vector<Node>& into;
    int steps = 0;       // modules may lead around in circles
    std::string wanted;  // an attribute of what a variable stands for, "var.endpoint.id"
  };
  void add_scope(const Node& module, const Scope* parent, const Node* call,
                 const std::string& address, int depth);
  void follow(const Scope& scope, const Node& expression, Search& search) const;
  void follow_one(const Scope& scope, const std::string& reference, bool of_same_index,
                  Search& search) const;
  void add_values_of(const Scope& scope, const std::string& reference, bool of_same_index,
                     Search& search) const;
  void add_interface(const Block& block, const std::string& index, Search& search) const;

  [[nodiscard]] const Node* address_of_interface(const std::string& id) const;

  std::vector<Instance>& instances_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::map<std::string, Block> blocks_;  // by address without indexes
};

/// Whether an attribute of that name is a list of what others have one of: "subnet_ids".
bool is_plural(std::string_view attribute);

/// "module.a.aws_lb.b" of "module.a[0].aws_lb.b[\"x\"]".
std::string without_indexes(std::string_view address);

}  // namespace hoplab::scenario::terraform
