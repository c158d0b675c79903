// CloudFormation's operations: what each takes and answers. Those that are not here, such as
// RollbackStack, are refused by their names.
#include "awsapi/cloudformation/handlers.h"
#include "awsapi/services.h"

namespace hoplab::awsapi::cloudformation {

namespace {

constexpr Member kTag[] = {text("Key").needed(), text("Value").needed()};
constexpr Member kParameter[] = {text("ParameterKey"), text("ParameterValue"),
                                 boolean("UsePreviousValue"), text("ResolvedValue")};
constexpr Member kOutput[] = {text("OutputKey"), text("OutputValue"), text("Description"),
                              text("ExportName")};
constexpr Member kTrigger[] = {text("Arn").needed(), text("Type").needed()};
constexpr Member kRollbackConfiguration[] = {list("RollbackTriggers", kTrigger),
                                             integer("MonitoringTimeInMinutes").range(0, 180)};
constexpr Member kStackDrift[] = {text("StackDriftStatus"), timestamp("LastCheckTimestamp")};
constexpr Member kResourceDrift[] = {text("StackResourceDriftStatus"),
                                     timestamp("LastCheckTimestamp")};
constexpr Member kStack[] = {text("StackId"),
                             text("StackName"),
                             text("ChangeSetId"),
                             text("Description"),
                             list("Parameters", kParameter),
                             timestamp("CreationTime"),
                             timestamp("DeletionTime"),
                             timestamp("LastUpdatedTime"),
                             structure("RollbackConfiguration", kRollbackConfiguration),
                             text("StackStatus"),
                             text("StackStatusReason"),
                             boolean("DisableRollback"),
                             texts("NotificationARNs"),
                             integer("TimeoutInMinutes"),
                             texts("Capabilities"),
                             list("Outputs", kOutput),
                             text("RoleARN"),
                             list("Tags", kTag),
                             boolean("EnableTerminationProtection"),
                             text("ParentId"),
                             text("RootId"),
                             structure("DriftInformation", kStackDrift)};
constexpr Member kStackSummary[] = {text("StackId"),
                                    text("StackName"),
                                    text("TemplateDescription"),
                                    timestamp("CreationTime"),
                                    timestamp("LastUpdatedTime"),
                                    timestamp("DeletionTime"),
                                    text("StackStatus"),
                                    text("StackStatusReason"),
                                    structure("DriftInformation", kStackDrift)};
constexpr Member kEvent[] = {text("StackId"),
                             text("EventId"),
                             text("StackName"),
                             text("LogicalResourceId"),
                             text("PhysicalResourceId"),
                             text("ResourceType"),
                             timestamp("Timestamp"),
                             text("ResourceStatus"),
                             text("ResourceStatusReason"),
                             text("ResourceProperties"),
                             text("ClientRequestToken")};
constexpr Member kResource[] = {text("StackName"),
                                text("StackId"),
                                text("LogicalResourceId"),
                                text("PhysicalResourceId"),
                                text("ResourceType"),
                                timestamp("Timestamp"),
                                text("ResourceStatus"),
                                text("ResourceStatusReason"),
                                structure("DriftInformation", kResourceDrift)};
constexpr Member kResourceDetail[] = {text("StackName"),
                                      text("StackId"),
                                      text("LogicalResourceId"),
                                      text("PhysicalResourceId"),
                                      text("ResourceType"),
                                      timestamp("LastUpdatedTimestamp"),
                                      text("ResourceStatus"),
                                      text("ResourceStatusReason"),
                                      structure("DriftInformation", kResourceDrift)};
constexpr Member kResourceSummary[] = {text("LogicalResourceId"),
                                       text("PhysicalResourceId"),
                                       text("ResourceType"),
                                       timestamp("LastUpdatedTimestamp"),
                                       text("ResourceStatus"),
                                       text("ResourceStatusReason"),
                                       structure("DriftInformation", kResourceDrift)};
constexpr Member kTarget[] = {text("Attribute"), text("Name"), text("RequiresRecreation")};
constexpr Member kDetail[] = {structure("Target", kTarget), text("Evaluation"),
                              text("ChangeSource"), text("CausingEntity")};
constexpr Member kResourceChange[] = {
    text("Action"),           text("LogicalResourceId"), text("PhysicalResourceId"),
    text("ResourceType"),     text("Replacement"),       texts("Scope"),
    list("Details", kDetail), text("BeforeContext"),     text("AfterContext")};
constexpr Member kChange[] = {text("Type"), structure("ResourceChange", kResourceChange)};
constexpr Member kExport[] = {text("ExportingStackId"), text("Name"), text("Value")};
constexpr Member kConstraints[] = {texts("AllowedValues")};
constexpr Member kDeclaration[] = {
    text("ParameterKey"), text("DefaultValue"), text("ParameterType"),
    boolean("NoEcho"),    text("Description"),  structure("ParameterConstraints", kConstraints)};
constexpr Member kTemplateParameter[] = {text("ParameterKey"), text("DefaultValue"),
                                         boolean("NoEcho"), text("Description")};
constexpr Member kDeploymentConfig[] = {text("Mode"), boolean("DisableRollback")};

constexpr Member kCreateChangeSetIn[] = {text("StackName").needed(),
                                         text("TemplateBody"),
                                         text("TemplateURL"),
                                         boolean("UsePreviousTemplate"),
                                         list("Parameters", kParameter),
                                         texts("Capabilities"),
                                         texts("ResourceTypes"),
                                         text("RoleARN"),
                                         structure("RollbackConfiguration", kRollbackConfiguration),
                                         texts("NotificationARNs"),
                                         list("Tags", kTag),
                                         text("ChangeSetName").needed(),
                                         text("ClientToken"),
                                         text("Description"),
                                         choice("ChangeSetType", "CREATE|UPDATE|IMPORT"),
                                         boolean("IncludeNestedStacks"),
                                         choice("OnStackFailure", "DO_NOTHING|ROLLBACK|DELETE"),
                                         boolean("ImportExistingResources"),
                                         choice("DeploymentMode", "REVERT_DRIFT"),
                                         structure("DeploymentConfig", kDeploymentConfig)};
constexpr Member kCreateChangeSetOut[] = {text("Id"), text("StackId")};
constexpr Member kOfChangeSet[] = {text("ChangeSetName").needed(), text("StackName"),
                                   text("NextToken"), boolean("IncludePropertyValues")};
constexpr Member kDescribeChangeSetOut[] = {
    text("ChangeSetName"),
    text("ChangeSetId"),
    text("StackId"),
    text("StackName"),
    text("Description"),
    list("Parameters", kParameter),
    timestamp("CreationTime"),
    text("ExecutionStatus"),
    text("Status"),
    text("StatusReason"),
    texts("NotificationARNs"),
    structure("RollbackConfiguration", kRollbackConfiguration),
    texts("Capabilities"),
    list("Tags", kTag),
    list("Changes", kChange),
    text("NextToken"),
    boolean("IncludeNestedStacks"),
    text("OnStackFailure"),
    boolean("ImportExistingResources")};
constexpr Member kExecuteChangeSetIn[] = {text("ChangeSetName").needed(), text("StackName"),
                                          text("ClientRequestToken"), boolean("DisableRollback"),
                                          boolean("RetainExceptOnCreate")};
constexpr Member kChangeSetSummary[] = {
    text("StackId"),       text("StackName"),         text("ChangeSetId"),
    text("ChangeSetName"), text("ExecutionStatus"),   text("Status"),
    text("StatusReason"),  timestamp("CreationTime"), text("Description")};
constexpr Member kListChangeSetsOut[] = {list("Summaries", kChangeSetSummary), text("NextToken")};
constexpr Member kStackIn[] = {text("StackName").needed(),
                               text("TemplateBody"),
                               text("TemplateURL"),
                               boolean("UsePreviousTemplate"),
                               list("Parameters", kParameter),
                               boolean("DisableRollback"),
                               structure("RollbackConfiguration", kRollbackConfiguration),
                               integer("TimeoutInMinutes"),
                               texts("NotificationARNs"),
                               texts("Capabilities"),
                               texts("ResourceTypes"),
                               text("RoleARN"),
                               choice("OnFailure", "DO_NOTHING|ROLLBACK|DELETE"),
                               text("StackPolicyBody"),
                               text("StackPolicyURL"),
                               list("Tags", kTag),
                               text("ClientRequestToken"),
                               boolean("EnableTerminationProtection"),
                               boolean("RetainExceptOnCreate"),
                               structure("DeploymentConfig", kDeploymentConfig)};
constexpr Member kStackIdOut[] = {text("StackId")};
constexpr Member kDeleteStackIn[] = {text("StackName").needed(),
                                     texts("RetainResources"),
                                     text("RoleARN"),
                                     text("ClientRequestToken"),
                                     choice("DeletionMode", "STANDARD|FORCE_DELETE_STACK"),
                                     structure("DeploymentConfig", kDeploymentConfig)};
constexpr Member kDescribeStacksIn[] = {text("StackName"), text("NextToken")};
constexpr Member kDescribeStacksOut[] = {list("Stacks", kStack), text("NextToken")};
constexpr Member kOfStack[] = {text("StackName").needed(), text("NextToken")};
constexpr Member kEventsOut[] = {list("StackEvents", kEvent), text("NextToken")};
constexpr Member kResourceIn[] = {text("StackName").needed(), text("LogicalResourceId").needed()};
constexpr Member kResourceOut[] = {structure("StackResourceDetail", kResourceDetail)};
constexpr Member kResourcesIn[] = {text("StackName"), text("LogicalResourceId"),
                                   text("PhysicalResourceId")};
constexpr Member kResourcesOut[] = {list("StackResources", kResource)};
constexpr Member kListResourcesOut[] = {list("StackResourceSummaries", kResourceSummary),
                                        text("NextToken")};
constexpr Member kListStacksIn[] = {text("NextToken"), texts("StackStatusFilter")};
constexpr Member kListStacksOut[] = {list("StackSummaries", kStackSummary), text("NextToken")};
constexpr Member kGetTemplateIn[] = {text("StackName"), text("ChangeSetName"),
                                     choice("TemplateStage", "Original|Processed")};
constexpr Member kGetTemplateOut[] = {text("TemplateBody"), texts("StagesAvailable")};
constexpr Member kSummaryConfig[] = {boolean("TreatUnrecognizedResourceTypesAsWarnings")};
constexpr Member kSummaryIn[] = {text("TemplateBody"), text("TemplateURL"), text("StackName"),
                                 text("StackSetName"),
                                 structure("TemplateSummaryConfig", kSummaryConfig)};
constexpr Member kSummaryOut[] = {list("Parameters", kDeclaration),
                                  text("Description"),
                                  texts("Capabilities"),
                                  text("CapabilitiesReason"),
                                  texts("ResourceTypes"),
                                  text("Version"),
                                  text("Metadata"),
                                  texts("DeclaredTransforms")};
constexpr Member kValidateIn[] = {text("TemplateBody"), text("TemplateURL")};
constexpr Member kValidateOut[] = {list("Parameters", kTemplateParameter), text("Description"),
                                   texts("Capabilities"), text("CapabilitiesReason"),
                                   texts("DeclaredTransforms")};
constexpr Member kNextToken[] = {text("NextToken")};
constexpr Member kListExportsOut[] = {list("Exports", kExport), text("NextToken")};
constexpr Member kListImportsIn[] = {text("ExportName").needed(), text("NextToken")};
constexpr Member kListImportsOut[] = {texts("Imports"), text("NextToken")};
constexpr Member kProtectionIn[] = {text("StackName").needed(),
                                    boolean("EnableTerminationProtection").needed()};

constexpr Operation kOperations[] = {
    {"CreateChangeSet", kCreateChangeSetIn, kCreateChangeSetOut, create_change_set},
    {"CreateStack", kStackIn, kStackIdOut, create_stack},
    {"DeleteChangeSet", kOfChangeSet, {}, delete_change_set},
    {"DeleteStack", kDeleteStackIn, {}, delete_stack},
    {"DescribeChangeSet", kOfChangeSet, kDescribeChangeSetOut, describe_change_set},
    {"DescribeStackEvents", kOfStack, kEventsOut, describe_stack_events},
    {"DescribeStackResource", kResourceIn, kResourceOut, describe_stack_resource},
    {"DescribeStackResources", kResourcesIn, kResourcesOut, describe_stack_resources},
    {"DescribeStacks", kDescribeStacksIn, kDescribeStacksOut, describe_stacks},
    {"ExecuteChangeSet", kExecuteChangeSetIn, {}, execute_change_set},
    {"GetTemplate", kGetTemplateIn, kGetTemplateOut, get_template},
    {"GetTemplateSummary", kSummaryIn, kSummaryOut, get_template_summary},
    {"ListChangeSets", kOfStack, kListChangeSetsOut, list_change_sets},
    {"ListExports", kNextToken, kListExportsOut, list_exports},
    {"ListImports", kListImportsIn, kListImportsOut, list_imports},
    {"ListStackResources", kOfStack, kListResourcesOut, list_stack_resources},
    {"ListStacks", kListStacksIn, kListStacksOut, list_stacks},
    {"UpdateStack", kStackIn, kStackIdOut, update_stack},
    {"UpdateTerminationProtection", kProtectionIn, kStackIdOut, update_termination_protection},
    {"ValidateTemplate", kValidateIn, kValidateOut, validate_template},
};

}  // namespace

constexpr Service kService{"cloudformation",
                           Protocol::query,
                           "2010-05-15",
                           "http://cloudformation.amazonaws.com/doc/2010-05-15/",
                           "",
                           "1.1",
                           kOperations};

}  // namespace hoplab::awsapi::cloudformation
