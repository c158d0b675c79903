// The reader's way: layers of text make one tree; parameters, table, whole-scenario rules; then one
// sorted report.
#include "scenario/format/reader.h"

#include <algorithm>
#include <iterator>

#include "model/complete.h"
#include "model/validate.h"
#include "scenario/cloudformation/templates.h"
#include "scenario/format/reader_finish.h"
#include "scenario/format/reader_parameters.h"
#include "scenario/format/reader_types.h"
#include "scenario/format/writer.h"
#include "scenario/openapi/body.h"
#include "scenario/overlay/layers.h"
#include "topology/own_certificates.h"

namespace hoplab::scenario {
namespace {

using model::Problem;

bool within(std::string_view path, std::string_view ancestor) {
  return path.starts_with(ancestor) &&
         (path.size() == ancestor.size() || path[ancestor.size()] == '/');
}

std::string parent_of(const std::string& pointer) {
  const auto slash = pointer.rfind('/');
  return slash == std::string::npos ? std::string() : pointer.substr(0, slash);
}

/// Members that decide how their object is judged; when one is unread, so is the object.
bool decides(std::string_view name) {
  return name == "Type" || name == "TargetType" || name == "Protocol" || name == "Mode" ||
         name == "Field" || name == "ServiceName";
}

/// What a mistake makes unfit for judgement: the value itself, its object, or the section that a
/// misspelt key meant. Empty: nothing.
std::string spoiled_by(const Diagnostic& mistake) {
  if (!mistake.unread) return {};
  const std::string& path = mistake.problem.path;
  const std::string object = parent_of(path);
  const bool unknown_key = mistake.problem.found.starts_with("the key ");
  if (object.empty()) {
    const std::string& meant = mistake.problem.suggestion;
    return unknown_key && !meant.empty() ? model::at("", meant) : path;
  }
  return unknown_key || decides(path.substr(object.size() + 1)) ? object : path;
}

/// A value that could not be read left its default in the model. Judgements that rest on it would
/// blame that default, so they wait until the mistake is gone.
bool rests_on(const Problem& problem, const std::string& spoiled) {
  if (spoiled.empty()) return false;
  if (within(problem.path, spoiled)) return true;
  if (problem.about.empty()) return false;
  // A whole section stands for its names only, and those are read even when their values are not.
  const bool section = problem.about.rfind('/') == 0;
  return within(problem.about, spoiled) || (!section && within(spoiled, problem.about));
}

/// A function may be said by what invokes it, as CloudFormation has it.
void name_as_said(const Node& place, Problem& problem) {
  if (problem.path != model::at(place.pointer, "Function")) return;
  for (const std::string_view name : {"Uri", "AuthorizerUri"}) {
    if (!place.find(name)) continue;
    problem.path = model::at(place.pointer, name);
    return;
  }
}

void judge(Scenario& scenario, const Node& root, std::vector<Diagnostic>& diagnostics) {
  model::Findings findings;
  for (Problem& one : topology::read_own_certificates(scenario.topology)) {
    findings.add(std::move(one));
  }
  for (Problem& one : model::validate(scenario.topology)) findings.add(std::move(one));
  validate_checks(scenario, findings);
  std::vector<Problem> problems = findings.take();
  if (diagnostics.empty() && problems.empty()) {
    compile_apis(scenario.topology, findings);
    problems = findings.take();
  }
  std::vector<Diagnostic> judgements;
  for (Problem& problem : problems) {
    const auto spoils = [&](const Diagnostic& mistake) {
      return rests_on(problem, spoiled_by(mistake));
    };
    if (std::any_of(diagnostics.begin(), diagnostics.end(), spoils)) continue;
    const Node* place = &nearest_place(root, problem.path);
    name_as_said(*place, problem);
    place = &nearest_place(root, problem.path);
    judgements.push_back(
        {place->origin ? place->origin->name : scenario.file, place->line, 0, std::move(problem)});
  }
  std::move(judgements.begin(), judgements.end(), std::back_inserter(diagnostics));
}

/// Puts templates' resources in their place; returns what is to be said of them.
std::vector<std::string> with_templates(Node& root, const std::vector<Parameter>& parameters,
                                        const Settings& of_templates, ReadContext& context,
                                        std::vector<Diagnostic>& diagnostics,
                                        std::vector<std::string>& files) {
  Node* const templates = root.find("templates");
  if (!templates) return {};
  substitute(*templates, parameters, context);
  auto report = cloudformation::expand_templates(root, of_templates, context, diagnostics, files);
  std::vector<std::string> notes = std::move(report.resources.notes);
  if (std::string line = report.resources.inert_line(); !line.empty()) notes.push_back(line);
  for (const auto& one : report.outputs) {
    notes.push_back("output " + one.stack + "." + one.name + ": " + one.value);
  }
  return notes;
}

ReadOutcome read_tree(std::optional<Node> root, const std::string& file, const Settings& settings,
                      std::vector<Diagnostic> diagnostics, std::vector<std::string> files = {},
                      const Settings& of_templates = {}) {
  Scenario scenario;
  scenario.file = file;
  if (root) {
    ReadContext context(file, diagnostics);
    scenario.parameters = read_parameters(*root, settings, context);
    const std::size_t before = diagnostics.size();
    const std::vector<std::string> notes =
        with_templates(*root, scenario.parameters, of_templates, context, diagnostics, files);
    if (diagnostics.size() > before) {  // the rest would speak of what is not there
      sort_and_deduplicate(diagnostics);
      return {std::nullopt, std::move(diagnostics), std::move(files), {}};
    }
    substitute(*root, scenario.parameters, context);
    openapi::expand_bodies(*root, context, diagnostics, files);
    read_object(scenario_type(), *root, &scenario, context);
    model::complete(scenario.topology);
    judge(scenario, *root, diagnostics);
    if (diagnostics.empty()) {
      finish_as_read(*root, context.files());
      scenario.tree = std::make_shared<const Node>(std::move(*root));
      return {std::move(scenario), {}, std::move(files), notes};
    }
    openapi::name_places(*root, diagnostics);
  }
  sort_and_deduplicate(diagnostics);
  return {std::nullopt, std::move(diagnostics), std::move(files), {}};
}

}  // namespace

ReadOutcome read_scenario_text(std::string_view text, const std::string& file,
                               const Settings& settings) {
  std::vector<Diagnostic> diagnostics;
  Layers layers(diagnostics);
  layers.add_text(text, file);
  const Settings parameters = layers.set(settings);
  return read_tree(layers.tree(), file, parameters, std::move(diagnostics));
}

ReadOutcome read_scenario_tree(Node root, const std::string& file) {
  return read_tree(std::move(root), file, {}, {});
}

ReadOutcome read_scenario(const Source& source) {
  std::vector<Diagnostic> diagnostics;
  Layers layers(diagnostics);
  if (source.more_templates.empty()) {
    layers.add_file(source.file);
  } else {
    std::vector<std::string> templates = source.more_templates;
    templates.insert(templates.begin(), source.file);
    layers.add_templates(templates);
  }
  for (const std::string& overlay : source.overlays) layers.add_overlay(overlay);
  const Settings parameters = layers.set(source.settings);
  return read_tree(layers.tree(), source.file, parameters, std::move(diagnostics), layers.files(),
                   source.template_parameters);
}

}  // namespace hoplab::scenario
