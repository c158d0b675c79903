#include "aws/apigateway/mapping/renderer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "aws/apigateway/mapping/parser.h"
#include "aws/apigateway/mapping/value_text.h"

namespace hoplab::aws::vtl {

Renderer::Renderer(const Ast& ast, const MappingInput& input)
    : input_(input), hosts_(input, runtime_), sources_{&ast} {
  variables_.emplace("input", Host::input);
  variables_.emplace("util", Host::util);
  variables_.emplace("context", Host::context);
  variables_.emplace("stageVariables", hosts_.stage_variables());
}

std::string Renderer::render() {
  std::string out;
  out_ = &out;
  block(sources_[0]->body);
  return out;
}

void Renderer::write(std::string_view text) {
  if (out_->size() + text.size() > kMaxOutput) {
    runtime_.fail("the template makes too long a text");
  } else if (runtime_.heap.charge(text.size())) {
    *out_ += text;
  }
}

Renderer::Flow Renderer::block(const Block& block) {
  const Call call(*this);
  for (const Statement& one : block.statements) {
    runtime_.place = one.place;
    if (!runtime_.step()) return Flow::stopped;
    if (const Flow flow = statement(one); flow != Flow::onward) return flow;
  }
  return Flow::onward;
}

Renderer::Flow Renderer::statement(const Statement& statement) {
  if (const auto* const text = std::get_if<std::string_view>(&statement.what)) {
    write(*text);
  } else if (const auto* const output = std::get_if<Output>(&statement.what)) {
    this->output(*output);
  } else if (const auto* const set = std::get_if<Set>(&statement.what)) {
    this->set(*set);
  } else if (const auto* const condition = std::get_if<If>(&statement.what)) {
    return this->condition(*condition);
  } else if (const auto* const loop = std::get_if<Foreach>(&statement.what)) {
    return foreach_loop(*loop);
  } else if (const auto* const define = std::get_if<Define>(&statement.what)) {
    assign(define->name, &define->body);
  } else if (const auto* const call = std::get_if<MacroCall>(&statement.what)) {
    return macro_call(*call);
  } else if (const auto* const source = std::get_if<Evaluate>(&statement.what)) {
    return evaluate(*source);
  } else {
    return std::holds_alternative<Break>(statement.what) ? Flow::broken : Flow::stopped;
  }
  return Flow::onward;
}

Renderer::Flow Renderer::condition(const If& statement) {
  for (const Branch& branch : statement.branches) {
    if (is_true(*branch.test)) return block(branch.body);
  }
  return block(statement.otherwise);
}

/// The items of a list, the values of a map; no more than one #foreach goes through.
std::vector<Value> Renderer::items_of(const Value& values) {
  std::vector<Value> items;
  if (const List* const list = as_list(values)) {
    const std::size_t count = std::min(list->items.size(), kMaxIterations + 1);
    items.assign(list->items.begin(), list->items.begin() + static_cast<std::ptrdiff_t>(count));
  } else if (const Map* const map = as_map(values); map && map->kind() != Map::Kind::entry) {
    for (const auto& entry : map->entries()) {
      if (items.size() > kMaxIterations) break;
      items.push_back(entry.second);
    }
  }
  runtime_.heap.charge(items.size() * sizeof(Value));
  return items;
}

Renderer::Flow Renderer::foreach_loop(const Foreach& statement) {
  const std::vector<Value> items = items_of(value_of(*statement.values));
  const auto kept = [this](std::string_view name) {
    const Value* const value = variable(name);
    return value != nullptr ? *value : Value();
  };
  const std::array<std::pair<std::string_view, Value>, 4> before = {
      {{statement.variable, kept(statement.variable)},
       {"foreach", kept("foreach")},
       {"velocityCount", kept("velocityCount")},
       {"velocityHasNext", kept("velocityHasNext")}}};
  Flow flow = Flow::onward;
  Loop* const loop = runtime_.heap.loop();
  for (std::size_t i = 0; i < std::min(items.size(), kMaxIterations) && flow == Flow::onward; ++i) {
    *loop = {i, i + 1 < items.size(), before[1].second};
    assign("foreach", loop);
    assign("velocityCount", static_cast<std::int64_t>(i) + 1);
    assign("velocityHasNext", loop->has_next);
    assign(statement.variable, items[i]);
    flow = runtime_.step() ? block(statement.body) : Flow::stopped;
  }
  for (const auto& [name, value] : before) assign(name, value);
  return flow == Flow::broken ? Flow::onward : flow;
}

Renderer::Flow Renderer::macro_call(const MacroCall& call) {
  const Macro* const found = macro(call.name);
  if (found == nullptr) return write(call.source), Flow::onward;
  if (frames_.size() >= kMaxMacroCalls) {
    runtime_.fail("#" + std::string(call.name) + " calls macros more than " +
                  std::to_string(kMaxMacroCalls) + " deep");
    return Flow::stopped;
  }
  Frame frame;
  for (std::size_t i = 0; i < found->parameters.size(); ++i) {
    Argument argument;
    if (i < call.arguments.size()) {
      argument = {value_of(*call.arguments[i]), call.arguments[i]->source};
    }
    frame[found->parameters[i]] = std::move(argument);
  }
  frames_.push_back(std::move(frame));
  const Flow flow = block(found->body);
  frames_.pop_back();
  return flow == Flow::broken ? Flow::onward : flow;
}

Renderer::Flow Renderer::evaluate(const Evaluate& statement) {
  const Place place = runtime_.place;
  const Value value = value_of(*statement.source);
  const auto text = is_null(value) ? std::nullopt : text_of(value);
  if (!text || text->empty()) return Flow::onward;
  constexpr std::size_t kCost = 50;  // of parsing, for each byte
  if (!runtime_.heap.charge(kCost * text->size())) return Flow::stopped;
  auto parsed = parse_template(*text, place);
  if (!parsed) return runtime_.fail("#evaluate: " + parsed.error()), Flow::stopped;
  evaluated_.push_back(std::move(parsed).value());
  sources_.push_back(evaluated_.back().get());
  const Flow flow = block(sources_.back()->body);
  return flow == Flow::broken ? Flow::onward : flow;
}

/// The reference as it is written; the argument's, for what is null in a macro.
std::string_view Renderer::missing_text(const Reference& reference) const {
  if (reference.segments.empty() && !frames_.empty()) {
    const auto found = frames_.back().find(reference.name);
    const bool given = found != frames_.back().end() && !found->second.source.empty();
    if (given) return found->second.source;
  }
  return reference.source;
}

void Renderer::output(const Output& output) {
  const Value value = value_of(output.reference);
  const auto text = is_null(value) ? std::nullopt : text_of(value);
  const std::string half(output.backslashes / 2, '\\');
  write(half);
  if (output.backslashes % 2 == 1) {
    if (!text) write("\\");
    return write(output.reference.source);
  }
  if (text) return write(*text);
  write(half);
  const bool shown = input_.missing == MappingInput::Missing::as_written;
  if (shown && !output.reference.quiet) write(missing_text(output.reference));
}

void Renderer::set(const Set& statement) {
  Value value = value_of(*statement.value);
  if (is_null(value) || runtime_.failed()) return;
  const Reference& target = statement.target;
  if (target.segments.empty()) return assign(target.name, std::move(value));
  const Value* const root = variable(target.name);
  if (root == nullptr) return;
  const auto outer = std::span(target.segments).first(target.segments.size() - 1);
  const Value holder = follow(*root, outer);
  const Segment& last = target.segments.back();
  const Value index = last.arguments.empty() ? Value() : value_of(*last.arguments[0]);
  runtime_.place = last.place;
  if (last.kind == Segment::Kind::index) {
    set_item(runtime_, holder, index, value);
  } else if (Map* const map = as_map(holder); map != nullptr) {
    put(runtime_, *map, last.name, value);
  }
}

const Value* Renderer::variable(std::string_view name) const {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    const auto found = frame->find(name);
    if (found != frame->end()) return &found->second.value;
  }
  const auto found = variables_.find(name);
  return found != variables_.end() ? &found->second : nullptr;
}

void Renderer::assign(std::string_view name, Value value) {
  if (!frames_.empty()) {
    const auto found = frames_.back().find(name);
    if (found != frames_.back().end()) {
      found->second.value = std::move(value);
      return;
    }
  }
  const auto found = variables_.find(name);
  if (found != variables_.end()) {
    found->second = std::move(value);
  } else if (runtime_.heap.charge(sizeof(Value) + name.size())) {
    variables_.emplace(name, std::move(value));
  }
}

const Macro* Renderer::macro(std::string_view name) const {
  for (const Ast* const source : sources_) {
    const auto found = source->macros.find(name);
    if (found != source->macros.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace hoplab::aws::vtl
