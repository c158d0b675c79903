// Functions: Lambda functions as commands of this machine, or at an endpoint.
#include <filesystem>

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

namespace rules = model::rules;
using model::Function;

/// Where somebody stood who wrote `node`, as an absolute path.
std::string folder_of(const Node& node, const std::string& within) {
  namespace fs = std::filesystem;
  const fs::path folder = node.origin ? fs::path(node.origin->folder) : fs::path();
  std::error_code ignored;
  const fs::path whole = fs::absolute(folder.empty() ? fs::current_path(ignored) : folder, ignored);
  std::string path = (whole / within).lexically_normal().string();
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

const ObjectType& environment_type() {
  static const ObjectType type =
      Define<Function>("FunctionEnvironment", "What the function finds in its environment.")
          .own("Variables", map_of(text(), rules::kVariableName), "values by the variables' names",
               [](Function& into, const Node& node, ReadContext&) {
                 assign_headers(into.environment, node);
               })
          .written([](const Function& from, bool) -> std::optional<Node> {
            if (from.environment.empty()) return std::nullopt;
            return texts_node(from.environment);
          })
          .type();
  return type;
}

void read_folder(Function& into, const Node& node, ReadContext& context) {
  into.folder = folder_of(node, node.text);
  std::error_code error;
  if (std::filesystem::is_directory(into.folder, error)) return;
  const std::filesystem::path looked_for =
      std::filesystem::path(node.origin ? node.origin->folder : "") / node.text;
  context.report(node, found(node),
                 "there is no such folder (looked for " + looked_for.string() + ")");
}

void finish_function(Function& into, const Node& node, ReadContext& context) {
  if (!into.command.empty() && into.folder.empty()) into.folder = folder_of(node, "");
  if (into.endpoint.empty()) {
    const Node* const name = node.find("FunctionName");
    if (name) context.report(*name, found(*name), "it goes with Endpoint; the key is the name");
    return;
  }
  for (const std::string_view of_command :
       {"Handler", "Timeout", "Environment", "Folder", "MemorySize"}) {
    const Node* const member = node.find(of_command);
    if (member) context.report(*member, {}, "it goes with Command; whoever is at Endpoint has it");
  }
}

}  // namespace

const ObjectType& function_type() {
  constexpr std::string_view kNoCode = "Command says what is started";
  static const ObjectType type =
      Define<Function>("Function", "A Lambda function (AWS::Lambda::Function).")
          .value("Command", list_of(text(rules::kNotEmpty), 1, 100), &Function::command,
                 "what hoplab starts for it, program and arguments: a runtime, or a bootstrap, "
                 "which asks the Lambda Runtime API at AWS_LAMBDA_RUNTIME_API for events")
          .own("Folder", text(rules::kNotEmpty),
               "where Command runs (LAMBDA_TASK_ROOT); default this file's folder", read_folder)
          .written([](const Function& from, bool) -> std::optional<Node> {
            if (from.command.empty()) return std::nullopt;
            return node_of(from.folder);
          })
          .value("Endpoint", text(rules::kUpstream), &Function::endpoint,
                 "host:port of who answers Invoke for it, such as a runtime interface emulator, in "
                 "place of Command")
          .value("FunctionName", text(rules::kFunctionName), &Function::function_name,
                 "what it is called there; default its name here")
          .value("Handler", text(), &Function::handler, "told to the runtime as _HANDLER")
          .value("Timeout", integer(1, 900), &Function::timeout_s,
                 "seconds that an invocation may take; default 3")
          .value("MemorySize", integer(128, 10'240), &Function::memory_size_mb,
                 "told to the function, and not enforced; default 128")
          .value("ReservedConcurrentExecutions", integer(0, 1000),
                 &Function::reserved_concurrent_executions,
                 "how often it may run at once; default 1000, an account's limit")
          .nested(
              "Environment", environment_type, [](Function & from) -> auto& { return from; },
              "variables of the function's environment")
          .refuse({"Code", "Runtime", "PackageType", "ImageConfig", "Layers", "Architectures",
                   "RuntimeManagementConfig"},
                  kNoCode)
          .refuse({"Role", "Policies"},
                  "a load balancer's permission to invoke is taken for granted")
          .refuse({"VpcConfig", "FileSystemConfigs", "EphemeralStorage"},
                  "a function runs as a program of this machine")
          .refuse({"DeadLetterConfig", "EventInvokeConfig"}, "invocations are synchronous")
          .refuse({"LoggingConfig", "TracingConfig", "KmsKeyArn", "SnapStart", "Description",
                   "CodeSigningConfigArn", "RecursiveLoop"},
                  "it has no effect on traffic")
          .refuse("Tags", kNoTags)
          .after(finish_function)
          .type();
  return type;
}

}  // namespace hoplab::scenario
