// yaml-cpp's events become the tree. Its exceptions end here: the only file that includes it.
#include "scenario/yaml/yaml_document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "scenario/format/any_of.h"
#include "scenario/yaml/plain_scalar.h"

namespace hoplab::scenario {
namespace {

struct Size {
  std::size_t values = 0, bytes = 0;
};

void measure(const Node& node, Size& size) {
  ++size.values;
  size.bytes += node.text.size() + node.key.size() + node.pointer.size();
  for (const Node& item : node.items) measure(item, size);
}

/// The same values at another place.
void put_at(Node& node, const std::string& pointer) {
  node.pointer = pointer;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    Node& item = node.items[i];
    put_at(item,
           node.kind == Node::Kind::list ? model::at(pointer, i) : model::at(pointer, item.key));
  }
}

class YamlBuilder final : public YAML::EventHandler {
 public:
  YamlBuilder(const std::string& file, YamlDialect dialect, std::vector<Diagnostic>& diagnostics)
      : dialect_(dialect),
        origin_(std::make_shared<const Origin>(
            Origin{file, std::filesystem::path(file).parent_path().string()})),
        diagnostics_(diagnostics) {}

  [[nodiscard]] bool stopped() const { return stopped_; }
  /// Nothing: it is not whole, which is reported.
  std::optional<Node> take() {
    if (stopped_) return std::nullopt;
    return std::move(root_);
  }
  void fail(const YAML::Mark& mark, std::string why) {
    if (!stopped_) {
      diagnostics_.push_back(
          {origin_->name, mark.line + 1, mark.column + 1, {"", "", std::move(why), "", ""}});
    }
    stopped_ = true;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) fail(mark, "a second document; a file holds one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    OnScalar(mark, "?", anchor, "");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (stopped_) return;
    if (of_template()) return fail(mark, "an alias; CloudFormation has none");
    if (takes_key()) return fail(mark, "a key is a text, no alias");
    const auto named = anchors_.find(anchor);
    if (named == anchors_.end()) return fail(mark, "an alias within what it stands for");
    measure(named->second, aliased_);
    if (aliased_.values > kMostAliasedValues || aliased_.bytes > kMostAliasedBytes) {
      return fail(mark, "aliases stand for more than " + std::to_string(kMostAliasedValues) +
                            " values or " + std::to_string(kMostAliasedBytes) + " bytes");
    }
    const std::size_t depth = open_.size() + depth_of(named->second);
    if (depth > kDeepestNesting) return too_deep(mark);
    Node node = named->second;
    add(mark, std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool function = is_function(tag);
    if (stopped_ || (!function && !plain_tag(mark, tag))) return;
    if (takes_key()) {
      if (value == "<<" && tag == "?") {
        return fail(mark, of_template()
                              ? "a merge key (<<); CloudFormation has none"
                              : "merge keys (<<) are no part of YAML 1.2; write the members");
      }
      key_ = value;
      key_line_ = mark.line + 1;
      open_.back().has_key = true;
      return;
    }
    Node node;
    if (tag == "?" || tag.empty()) {
      assign_plain(node, value, dialect_);
    } else {
      node.kind = Node::Kind::text;
      node.text = value;
    }
    Node* const there =
        function ? add_call(mark, tag, std::move(node)) : add(mark, std::move(node));
    if (anchor != YAML::NullAnchor) anchors_[anchor] = *there;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::object);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node* node;
    YAML::anchor_t anchor;
    bool has_key = false;                // of an object: the value of key_ is next
    std::map<std::string, int> lines{};  // of its members, by key
  };

  [[nodiscard]] bool takes_key() const {
    return !open_.empty() && open_.back().node->kind == Node::Kind::object && !open_.back().has_key;
  }

  static std::size_t depth_of(const Node& node) {
    if (node.kind != Node::Kind::object && node.kind != Node::Kind::list) return 0;
    std::size_t depth = 0;
    for (const Node& item : node.items) depth = std::max(depth, depth_of(item));
    return depth + 1;
  }

  void too_deep(const YAML::Mark& mark) {
    fail(mark, "nested deeper than " + std::to_string(kDeepestNesting) + " levels");
  }

  [[nodiscard]] bool of_template() const { return dialect_ == YamlDialect::cloudformation; }

  /// "!Sub", the short form of a function of CloudFormation's.
  [[nodiscard]] bool is_function(const std::string& tag) const {
    return of_template() && tag.size() > 1 && tag[0] == '!' && tag[1] >= 'A' && tag[1] <= 'Z';
  }

  /// {"Fn::Sub": node}, where that function's short form stood.
  Node* add_call(const YAML::Mark& mark, const std::string& tag, Node node) {
    const std::string name = tag.substr(1);
    Node call;
    call.kind = Node::Kind::object;
    Node* const there = add(mark, std::move(call));
    node.key = name == "Ref" || name == "Condition" ? name : "Fn::" + name;
    node.origin = origin_;
    node.line = mark.line + 1;
    node.pointer = model::at(there->pointer, node.key);
    there->items.push_back(std::move(node));
    return &there->items.back();
  }

  /// "?" is a plain scalar's, "!" a quoted one's.
  bool plain_tag(const YAML::Mark& mark, const std::string& tag) {
    if (is_any_of(tag, {"", "?", "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map",
                        "tag:yaml.org,2002:seq"})) {
      return true;
    }
    fail(mark, "the tag " + model::in_quotes(tag) +
                   "; a document has none: what a template's functions give has to be written out");
    return false;
  }

  Node* add(const YAML::Mark& mark, Node node) {
    node.origin = origin_;
    node.line = mark.line + 1;
    node.key.clear();
    if (open_.empty()) {
      put_at(node, "");
      root_ = std::move(node);
      return &root_;
    }
    Node& parent = *open_.back().node;
    if (parent.kind == Node::Kind::list) {
      put_at(node, model::at(parent.pointer, parent.items.size()));
    } else {
      open_.back().has_key = false;
      node.line = key_line_;
      put_at(node, model::at(parent.pointer, key_));
      node.key = std::move(key_);
      const auto [member, fresh] = open_.back().lines.emplace(node.key, node.line);
      if (!fresh) return repeated(member->second, std::move(node));
    }
    parent.items.push_back(std::move(node));
    return &parent.items.back();
  }

  /// It is read into a place that is thrown away.
  Node* repeated(int first_line, Node node) {
    diagnostics_.push_back({origin_->name,
                            node.line,
                            0,
                            {node.pointer, "it a second time",
                             "it stands already on line " + std::to_string(first_line), "", ""}});
    thrown_away_.push_back(std::make_unique<Node>(std::move(node)));
    return thrown_away_.back().get();
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    const bool function = is_function(tag);
    if (stopped_ || (!function && !plain_tag(mark, tag))) return;
    if (takes_key()) return fail(mark, "a key is a text");
    if (open_.size() == kDeepestNesting) return too_deep(mark);
    Node node;
    node.kind = kind;
    open_.push_back(
        {function ? add_call(mark, tag, std::move(node)) : add(mark, std::move(node)), anchor});
  }

  void close() {
    if (stopped_) return;
    const Open closed = std::move(open_.back());
    open_.pop_back();
    if (closed.anchor != YAML::NullAnchor) anchors_[closed.anchor] = *closed.node;
  }

  const YamlDialect dialect_;
  const std::shared_ptr<const Origin> origin_;
  std::vector<Diagnostic>& diagnostics_;
  Node root_;
  std::vector<Open> open_;  // stable: a parent's list does not grow while a child of it is open
  std::vector<std::unique_ptr<Node>> thrown_away_;
  std::map<YAML::anchor_t, Node> anchors_;  // those that are whole
  Size aliased_;
  std::string key_;
  int key_line_ = 1;
  int documents_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::optional<Node> parse_yaml(std::string_view text, const std::string& file,
                               std::vector<Diagnostic>& diagnostics, YamlDialect dialect) {
  YamlBuilder builder(file, dialect, diagnostics);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    // It finds documents without end in some texts.
    while (!builder.stopped() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    builder.fail(error.mark, error.msg);
  } catch (const std::exception& error) {  // what its containers throw
    builder.fail(YAML::Mark(), error.what());
  }
  return builder.take();
}

}  // namespace hoplab::scenario
