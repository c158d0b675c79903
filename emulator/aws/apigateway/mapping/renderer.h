// Renders a parsed template.
//
// As Velocity 1.7 does it: #set of null changes nothing; only references, booleans and comparisons
// can be true; what is not there stays null; macros see what their caller sees.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/apigateway/mapping/ast.h"
#include "aws/apigateway/mapping/host_objects.h"
#include "aws/apigateway/mapping/runtime.h"

namespace hoplab::aws::vtl {

class Renderer {
 public:
  Renderer(const Ast& ast, const MappingInput& input);

  /// The text; what went wrong is in runtime().
  std::string render();
  [[nodiscard]] Runtime& runtime() noexcept { return runtime_; }
  [[nodiscard]] const HostObjects& hosts() const noexcept { return hosts_; }

 private:
  enum class Flow : std::uint8_t { onward, broken, stopped };
  struct Argument {
    Value value;
    std::string_view source;  // what is written when it is null
  };
  using Frame = std::map<std::string_view, Argument>;
  class Call;

  // renderer.cpp
  Flow block(const Block& block);
  Flow statement(const Statement& statement);
  Flow condition(const If& statement);
  Flow foreach_loop(const Foreach& statement);
  std::vector<Value> items_of(const Value& values);
  Flow macro_call(const MacroCall& call);
  Flow evaluate(const Evaluate& statement);
  void output(const Output& output);
  void set(const Set& statement);
  void write(std::string_view text);
  std::string_view missing_text(const Reference& reference) const;

  // expressions.cpp
  Value value_of(const Expression& expression);
  bool is_true(const Expression& expression);
  Value value_of(const Reference& reference);
  Value follow(Value value, std::span<const Segment> segments);
  Value apply(const Value& value, const Segment& segment);
  std::vector<Value> arguments_of(const Segment& segment);
  Value list_of(const ListLiteral& literal);
  Value range_of(const RangeLiteral& literal);
  Value map_of(const MapLiteral& literal);
  Value binary(const Binary& binary);
  Value arithmetic(const Binary& binary, const Value& left, const Value& right);
  bool same(const Value& left, const Value& right);
  std::string interpolated(const Block& content);

  /// The text of a value that is not null; nothing: a block that uses itself too often.
  std::optional<std::string> text_of(const Value& value);

  [[nodiscard]] const Value* variable(std::string_view name) const;
  void assign(std::string_view name, Value value);
  [[nodiscard]] const Macro* macro(std::string_view name) const;

  Runtime runtime_;
  const MappingInput& input_;
  HostObjects hosts_;
  std::vector<const Ast*> sources_;                    // the template, and what #evaluate added
  std::vector<std::shared_ptr<const Ast>> evaluated_;  // keeps them
  std::map<std::string, Value, std::less<>> variables_;
  std::vector<Frame> frames_;            // of macros
  std::map<const Block*, int> defined_;  // how often a block of #define is being rendered
  std::string* out_ = nullptr;
  std::size_t calls_ = 0;
};

/// One call deeper for as long as it lives; false: that is too deep, which fails.
class Renderer::Call {
 public:
  explicit Call(Renderer& renderer) : renderer_(renderer) {
    if (++renderer_.calls_ > kMaxCalls) renderer_.runtime_.fail("the template calls too deeply");
  }
  ~Call() { --renderer_.calls_; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  explicit operator bool() const noexcept { return renderer_.calls_ <= kMaxCalls; }

 private:
  Renderer& renderer_;
};

}  // namespace hoplab::aws::vtl
