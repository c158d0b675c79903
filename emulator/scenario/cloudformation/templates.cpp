#include "scenario/cloudformation/templates.h"

#include <algorithm>
#include <filesystem>

#include "model/text_rule.h"
#include "model/topology.h"
#include "scenario/cloudformation/assembly.h"
#include "scenario/cloudformation/evaluator.h"
#include "scenario/cloudformation/template_file.h"
#include "scenario/format/reader_types.h"
#include "scenario/overlay/merge.h"
#include "scenario/terraform/terraform.h"

namespace hoplab::scenario::cloudformation {
namespace {

namespace fs = std::filesystem;
namespace rules = model::rules;

constexpr std::string_view kTemplates = "templates";
constexpr std::string_view kUsualRegion = "eu-west-1";

std::string absolute_path(const Node& node, const std::string& path) {
  const fs::path folder = node.origin ? fs::path(node.origin->folder) : fs::path();
  std::error_code error;
  return fs::absolute(folder / path, error).lexically_normal().string();
}

void read_source_file(TemplateSource& into, const Node& node, ReadContext& context) {
  into.file = node.origin ? (fs::path(node.origin->folder) / node.text).string() : node.text;
  std::error_code error;
  if (is_assembly(into.file) || fs::is_regular_file(into.file, error)) return;
  context.report(node, found(node),
                 "there is no such template, and no such folder with a manifest.json (looked for " +
                     into.file + ")");
  into.file.clear();
}

void read_objects(TemplateSource& into, const Node& node, ReadContext&) {
  for (const Node& one : node.items) {
    into.overrides.objects[one.key] = absolute_path(one, one.text);
  }
}

const ObjectType& certificate_files_type() {
  using Files = resources::Overrides::CertificateFiles;
  const auto file = [](std::string Files::*member) {
    return [member](Files& into, const Node& node, ReadContext& context) {
      into.*member = context.file_of(node);
    };
  };
  static const ObjectType type =
      Define<Files>("TemplateCertificate", "PEM files in the place of a certificate of ACM's.")
          .own("certificate", text(rules::kNotEmpty),
               "the certificate, then those above it; relative to the scenario's folder",
               file(&Files::certificate))
          .required()
          .own("privateKey", text(rules::kNotEmpty), "its private key", file(&Files::private_key))
          .required()
          .type();
  return type;
}

void read_certificates(TemplateSource& into, const Node& node, ReadContext& context) {
  for (const Node& one : node.items) {
    read_into(certificate_files_type(), one, into.overrides.certificates[one.key], context);
  }
}

}  // namespace

const ObjectType& template_type() {
  static const ObjectType type =
      Define<TemplateSource>(
          "Template", "A CloudFormation template, what cdk synth made, or a state of Terraform's.")
          .own(
              "file", text(rules::kNotEmpty),
              "a template in JSON or YAML, the folder cdk.out, terraform.tfstate or what terraform "
              "show -json prints; relative to the scenario's folder",
              read_source_file)
          .required()
          .value("stack", text(rules::kName), &TemplateSource::stack,
                 "of a template: its stack's name; default: the file's")
          .value("account", text(rules::kAccount), &TemplateSource::account,
                 "the account it is deployed in, where cdk.out does not say; default 111111111111 "
                 "for the first template, 222222222222 for the second, and so on")
          .value("region", text(rules::kRegion), &TemplateSource::region,
                 "likewise, the Region; default the scenario's")
          .own("parameters",
               map_of(either({text(), integer(INT64_MIN, INT64_MAX), boolean()}), rules::kNotEmpty),
               "values by the parameters' names, or by \"Stack.Name\"; \"@Stack.Output\" is an "
               "output of another stack",
               [](TemplateSource& into, const Node& node, ReadContext&) {
                 for (const Node& one : node.items) {
                   into.parameters[one.key] =
                       one.kind == Node::Kind::text ? one.text : to_json(one);
                 }
               })
          .own("objects", map_of(text(rules::kNotEmpty), rules::kNotEmpty),
               "files in the place of objects in S3, by \"bucket/key\" or \"LogicalId/key\": "
               "bundles "
               "and revocation lists; default: an authority is minted",
               read_objects)
          .own("certificates", map_of(object(certificate_files_type), rules::kNotEmpty),
               "files in the place of ACM's certificates, by logical id, ARN or domain name; "
               "default: they are minted",
               read_certificates)
          .own(
              "services", map_of(json(), rules::kNotEmpty),
              "who answers for functions, instances (by logical id or name), addresses and hosts: "
              "\"host:port\", an answer as a standIn has it, or of a function what Functions have; "
              "default: stand-ins that echo requests",
              [](TemplateSource& into, const Node& node, ReadContext&) {
                for (const Node& one : node.items) into.overrides.services[one.key] = one;
              })
          .type();
  return type;
}

namespace {

/// "Producer" of "cdk.out/Producer.template.json".
std::string stem_of(const std::string& file) {
  std::string name = fs::path(file).filename().string();
  for (const std::string_view end : {".json", ".yaml", ".yml", ".template", ".tfstate"}) {
    if (name.ends_with(end)) name.resize(name.size() - end.size());
  }
  return name;
}

bool mentions(const Node& node, std::string_view function) {
  if (node.key == function) return true;
  return std::ranges::any_of(node.items, [&](const Node& one) { return mentions(one, function); });
}

bool has_parameter(const Stack& stack, const std::string& name) {
  const Node* const all = stack.root.find("Parameters");
  return all && all->find(name);
}

/// Those of one entry, with what it says of them.
std::vector<Stack> stacks_of(const TemplateSource& source, std::vector<Diagnostic>& diagnostics,
                             std::vector<std::string>& files) {
  std::vector<Stack> stacks;
  if (is_assembly(source.file)) {
    stacks = load_assembly(source.file, diagnostics, files);
  } else if (!source.file.empty()) {
    files.push_back(source.file);
    if (auto root = load_template(source.file, diagnostics)) {
      Stack& one = stacks.emplace_back();
      one.name = source.stack.empty() ? stem_of(source.file) : source.stack;
      one.root = std::move(*root);
    }
  }
  for (Stack& stack : stacks) {
    if (stack.account.empty()) stack.account = source.account;
    if (stack.region.empty()) stack.region = source.region;
  }
  return stacks;
}

/// A name without a stack is for all that have such a parameter.
void give_parameters(std::vector<Stack>& stacks,
                     const std::map<std::string, std::string>& parameters, const Node& place,
                     ReadContext& context) {
  for (const auto& [name, value] : parameters) {
    bool taken = false;
    for (Stack& stack : stacks) {
      const std::string prefix = stack.name + ".";
      if (name.starts_with(prefix)) {
        stack.parameters[name.substr(prefix.size())] = value;
        taken = true;
      } else if (has_parameter(stack, name)) {
        stack.parameters[name] = value;
        taken = true;
      }
    }
    if (!taken) {
      context.report(place, model::in_quotes(name), "no template here has such a parameter");
    }
  }
}

/// Who imports is in the account of who exports.
void give_places(std::vector<Stack>& stacks, const std::string& region) {
  int next = 1;
  for (Stack& stack : stacks) {
    const bool known = !stack.account.empty();
    const int digit = mentions(stack.root, "Fn::ImportValue") ? 1 : std::min(next, 9);
    if (!known) stack.account = std::string(12, static_cast<char>('0' + digit));
    if (!known && digit == next) ++next;
    if (stack.region.empty()) stack.region = region;
  }
}

void join(resources::Overrides& all, const resources::Overrides& more) {
  all.objects.insert(more.objects.begin(), more.objects.end());
  all.certificates.insert(more.certificates.begin(), more.certificates.end());
  all.services.insert(more.services.begin(), more.services.end());
}

/// Terraform's resources beside those of stacks.
void add_workspace(terraform::Loaded workspace, const std::string& file, resources::Resources& all,
                   resources::Overrides& overrides, TemplatesReport& report) {
  auto& more = workspace.resources;
  std::move(more.all.begin(), more.all.end(), std::back_inserter(all.all));
  all.objects.merge(more.objects);
  all.contents.merge(more.contents);
  join(overrides, workspace.overrides);
  auto& notes = report.resources.notes;
  std::move(workspace.notes.begin(), workspace.notes.end(), std::back_inserter(notes));
  for (auto& [name, value] : workspace.outputs) {
    report.outputs.push_back({stem_of(file), name, "", value, ""});
  }
}

void check_names(std::vector<Stack>& stacks, const Node& place, ReadContext& context) {
  for (std::size_t i = 1; i < stacks.size(); ++i) {
    const auto same = [&](const Stack& one) { return one.name == stacks[i].name; };
    if (std::none_of(stacks.begin(), stacks.begin() + static_cast<std::ptrdiff_t>(i), same))
      continue;
    context.report(place, model::in_quotes(stacks[i].name), "two stacks have this name; say stack");
  }
}

/// What merging puts over the templates' values.
void merge_scenario_over(Node projected, Node& root, std::vector<Diagnostic>& diagnostics) {
  projected.origin = root.origin;
  projected.line = root.line;
  merge_over(projected, std::move(root), diagnostics);
  root = std::move(projected);
}

}  // namespace

TemplatesReport expand_templates(Node& root, const std::map<std::string, std::string>& parameters,
                                 ReadContext& context, std::vector<Diagnostic>& diagnostics,
                                 std::vector<std::string>& files) {
  Node* const section = root.find(kTemplates);
  if (!section) return {};
  const Node list = *section;
  take_away(root, kTemplates);
  const std::size_t before = diagnostics.size();
  if (!check_type(list_of(object(template_type), 1, 100), list, context)) return {};
  const Node* const given_region = root.find("region");
  const std::string region = given_region ? given_region->text : std::string(kUsualRegion);
  std::vector<Stack> stacks;
  resources::Overrides overrides;
  resources::Resources all;
  TemplatesReport report;
  for (const Node& one : list.items) {
    TemplateSource source;
    read_into(template_type(), one, source, context);
    join(overrides, source.overrides);
    if (terraform::is_terraform_file(source.file)) {
      files.push_back(source.file);
      const std::string& place = source.region.empty() ? region : source.region;
      auto workspace = terraform::load(source.file, place, diagnostics);
      if (workspace) add_workspace(std::move(*workspace), source.file, all, overrides, report);
      continue;
    }
    std::vector<Stack> more = stacks_of(source, diagnostics, files);
    give_parameters(more, source.parameters, one, context);
    std::move(more.begin(), more.end(), std::back_inserter(stacks));
  }
  give_parameters(stacks, parameters, list, context);
  check_names(stacks, list, context);
  give_places(stacks, region);
  if (diagnostics.size() > before) return {};
  Evaluator evaluator(std::move(stacks), diagnostics);
  resources::Resources of_stacks = evaluator.run();
  std::move(of_stacks.all.begin(), of_stacks.all.end(), std::back_inserter(all.all));
  all.objects.merge(of_stacks.objects);
  files.insert(files.end(), evaluator.files().begin(), evaluator.files().end());
  const std::vector<Output> outputs = evaluator.outputs();
  report.outputs.insert(report.outputs.end(), outputs.begin(), outputs.end());
  if (diagnostics.size() > before) return report;
  auto projection = resources::project(all, overrides, diagnostics);
  std::vector<std::string> notes = std::move(report.resources.notes);
  notes.insert(notes.end(), evaluator.notes().begin(), evaluator.notes().end());
  report.resources = std::move(projection.report);
  report.resources.notes.insert(report.resources.notes.begin(), notes.begin(), notes.end());
  if (diagnostics.size() == before) {
    merge_scenario_over(std::move(projection.scenario), root, diagnostics);
  }
  return report;
}

Node scenario_of_templates(const std::vector<std::string>& files) {
  Node root = object_node();
  root.origin = std::make_shared<const Origin>(Origin{files.front(), ""});
  std::string title;
  Node list = list_node({});
  for (const std::string& file : files) {
    const fs::path path = fs::path(file).lexically_normal();
    const std::string name = (path.has_filename() ? path : path.parent_path()).filename().string();
    title += (title.empty() ? "What stands in " : ", ") + name;
    Node one = object_node();
    add_member(one, "file", node_of(file));
    list.items.push_back(std::move(one));
  }
  add_member(root, "title", node_of(title));
  add_member(root, "templates", std::move(list));
  const auto place = [&](const auto& self, Node& node, const std::string& pointer) -> void {
    node.pointer = pointer;
    node.line = 0;
    node.origin = root.origin;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      Node& item = node.items[i];
      self(self, item,
           node.kind == Node::Kind::list ? model::at(pointer, i) : model::at(pointer, item.key));
    }
  };
  place(place, root, "");
  return root;
}

}  // namespace hoplab::scenario::cloudformation
