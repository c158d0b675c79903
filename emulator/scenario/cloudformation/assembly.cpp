#include "scenario/cloudformation/assembly.h"

#include <filesystem>
#include <set>

#include "base/file.h"
#include "scenario/cloudformation/template_file.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {
namespace {

namespace fs = std::filesystem;
using resources::text_of;

constexpr std::string_view kManifest = "manifest.json";

class Assembly {
 public:
  Assembly(fs::path folder, std::vector<Diagnostic>& diagnostics, std::vector<std::string>& files)
      : folder_(std::move(folder)), diagnostics_(diagnostics), files_(files) {}

  /// Assemblies of stages lie within one another.
  std::vector<Stack> load(int depth) {
    constexpr int kDeepest = 8;
    manifest_ = load_json(folder_ / kManifest);
    const Node* const all = manifest_ ? manifest_->find("artifacts") : nullptr;
    if (!all || depth > kDeepest) return {};
    for (const Node& one : all->items) {
      if (text_of(one, "type") == "cdk:asset-manifest") add_assets(one);
    }
    for (const Node& one : all->items) add(one, depth);
    return std::move(stacks_);
  }

 private:
  std::optional<Node> load_json(const fs::path& path) {
    const auto text = read_file(path.string());
    if (!text) {
      diagnostics_.push_back({path.string(), 0, 0, {"", "", "the file cannot be read", "", ""}});
      return std::nullopt;
    }
    files_.push_back(path.string());
    return parse_document(text.value(), path.string(), diagnostics_);
  }

  /// A file that the assembly names; one outside of it is none of its own.
  [[nodiscard]] std::string within(const std::string& name) const {
    const fs::path path = (folder_ / name).lexically_normal();
    const std::string relative = path.lexically_relative(folder_).generic_string();
    return relative.empty() || relative.starts_with("..") ? std::string() : path.string();
  }

  void add_assets(const Node& artifact) {
    const Node* const properties = artifact.find("properties");
    const std::string file = properties ? within(text_of(*properties, "file")) : std::string();
    const auto manifest = file.empty() ? std::nullopt : load_json(file);
    const Node* const assets = manifest ? manifest->find("files") : nullptr;
    if (!assets) return;
    for (const Node& asset : assets->items) {
      const Node* const source = asset.find("source");
      const std::string path = source ? within(text_of(*source, "path")) : std::string();
      const Node* const destinations = asset.find("destinations");
      if (path.empty() || !destinations) continue;
      for (const Node& one : destinations->items) assets_[text_of(one, "objectKey")] = path;
    }
  }

  void add(const Node& artifact, int depth) {
    if (!added_.insert(artifact.key).second) return;
    if (const Node* const first = artifact.find("dependencies")) {
      for (const Node& one : first->items) {
        const Node* const there = manifest_->find("artifacts")->find(one.text);
        if (there) add(*there, depth);
      }
    }
    const Node* const properties = artifact.find("properties");
    const std::string type = text_of(artifact, "type");
    if (!properties) return;
    if (type == "cdk:cloud-assembly") {
      const std::string folder = within(text_of(*properties, "directoryName"));
      if (folder.empty()) return;
      for (Stack& one : Assembly(folder, diagnostics_, files_).load(depth + 1)) {
        stacks_.push_back(std::move(one));
      }
    } else if (type == "aws:cloudformation:stack") {
      add_stack(artifact, *properties);
    }
  }

  void add_stack(const Node& artifact, const Node& properties) {
    Stack stack;
    stack.name = text_of(properties, "stackName");
    if (stack.name.empty()) stack.name = artifact.key;
    const std::string environment = text_of(artifact, "environment");  // aws://ACCOUNT/REGION
    constexpr std::string_view kScheme = "aws://";
    const auto slash = environment.find('/', kScheme.size());
    if (environment.starts_with(kScheme) && slash != std::string::npos) {
      stack.account = environment.substr(kScheme.size(), slash - kScheme.size());
      stack.region = environment.substr(slash + 1);
    }
    if (stack.account == "unknown-account") stack.account.clear();
    if (stack.region == "unknown-region") stack.region.clear();
    const std::string file = within(text_of(properties, "templateFile"));
    if (file.empty()) return;
    auto root = load_template(file, diagnostics_);
    files_.push_back(file);
    if (!root) return;
    stack.root = std::move(*root);
    stack.assets = assets_;
    if (const Node* const parameters = properties.find("parameters")) {
      for (const Node& one : parameters->items) {
        stack.parameters[one.key] = text_of(*parameters, one.key);
      }
    }
    stacks_.push_back(std::move(stack));
  }

  const fs::path folder_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<std::string>& files_;
  std::optional<Node> manifest_;
  std::map<std::string, std::string> assets_;
  std::set<std::string> added_;
  std::vector<Stack> stacks_;
};

}  // namespace

bool is_assembly(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error) && fs::is_regular_file(fs::path(path) / kManifest, error);
}

std::vector<Stack> load_assembly(const std::string& folder, std::vector<Diagnostic>& diagnostics,
                                 std::vector<std::string>& files) {
  return Assembly(fs::path(folder).lexically_normal(), diagnostics, files).load(0);
}

}  // namespace hoplab::scenario::cloudformation
