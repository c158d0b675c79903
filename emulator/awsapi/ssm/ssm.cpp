// Systems Manager's parameters, as far as the CDK reads them: /cdk-bootstrap/QUALIFIER/version is
// there without anybody's doing (aws-api.md 7).
#include "awsapi/control_plane.h"
#include "awsapi/select.h"
#include "awsapi/services.h"

namespace hoplab::awsapi::ssm {

namespace {

constexpr std::string_view kType = "AWS::SSM::Parameter";
constexpr const char* kBootstrapVersion = "21";

constexpr Member kNameIn[] = {text("Name").needed(), boolean("WithDecryption")};
constexpr Member kParameter[] = {
    text("Name"), text("Type"),    text("Value"), integer("Version"), timestamp("LastModifiedDate"),
    text("ARN"),  text("DataType")};
constexpr Member kGetOut[] = {structure("Parameter", kParameter)};
constexpr Member kGetSeveralIn[] = {texts("Names").needed(), boolean("WithDecryption")};
constexpr Member kGetSeveralOut[] = {list("Parameters", kParameter), texts("InvalidParameters")};
constexpr Member kPutIn[] = {
    text("Name").needed(),  text("Description"),
    text("Value").needed(), choice("Type", "String|StringList|SecureString"),
    boolean("Overwrite"),   text("DataType")};
constexpr Member kPutOut[] = {integer("Version"), text("Tier")};

std::string arn_of(const Call& call, const std::string& name) {
  return "arn:aws:ssm:" + call.caller.region + ":" + call.caller.account + ":parameter" +
         (name.starts_with('/') ? "" : "/") + name;
}

Json described(const Call& call, const std::string& name, const Json& value, std::int64_t version) {
  return {{"Name", name},
          {"Type", "String"},
          {"Value", value},
          {"Version", version},
          {"LastModifiedDate", call.now},
          {"ARN", arn_of(call, name)},
          {"DataType", "text"}};
}

/// Null: there is none.
Json parameter(const Call& call, const std::string& name) {
  if (const Document* const found = call.plane.find(arn_of(call, name), kType)) {
    return described(call, name, found->properties["Value"],
                     found->attributes["Version"].get<std::int64_t>());
  }
  const bool bootstrap = name.starts_with("/cdk-bootstrap/") && name.ends_with("/version");
  return bootstrap ? described(call, name, kBootstrapVersion, 1) : Json();
}

ApiError not_found(const std::string& name) {
  return {"ParameterNotFound", "Parameter " + name + " not found."};
}

ApiResult<Json> get_parameter(const Call& call, const Json& in) {
  Json found = parameter(call, in["Name"]);
  if (found.is_null()) return not_found(in["Name"]);
  return Json{{"Parameter", std::move(found)}};
}

ApiResult<Json> get_parameters(const Call& call, const Json& in) {
  Json found = Json::array(), missing = Json::array();
  for (const std::string& name : texts_of(in, "Names")) {
    Json one = parameter(call, name);
    (one.is_null() ? missing : found).push_back(one.is_null() ? Json(name) : std::move(one));
  }
  return Json{{"Parameters", std::move(found)}, {"InvalidParameters", std::move(missing)}};
}

ApiResult<Json> put_parameter(const Call& call, const Json& in) {
  const std::string name = in["Name"];
  const Document* const present = call.plane.find(arn_of(call, name), kType);
  if (present && !in.value("Overwrite", false)) {
    return ApiError{"ParameterAlreadyExists",
                    "The parameter already exists. To overwrite this value, set the overwrite "
                    "option in the request to true."};
  }
  Document document = present ? *present : call.plane.made(arn_of(call, name), kType, call.caller);
  document.properties = {
      {"Name", name}, {"Type", in.value("Type", "String")}, {"Value", in["Value"]}};
  const std::int64_t version = document.attributes.value("Version", std::int64_t{0}) + 1;
  document.attributes["Version"] = version;
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json{{"Version", version}, {"Tier", "Standard"}};
}

ApiResult<Json> delete_parameter(const Call& call, const Json& in) {
  const std::string arn = arn_of(call, in["Name"]);
  if (!call.plane.find(arn, kType)) return not_found(in["Name"]);
  if (auto refused = call.plane.remove(arn)) return *refused;
  return Json::object();
}

constexpr Operation kOperations[] = {
    {"DeleteParameter", kNameIn, {}, delete_parameter},
    {"GetParameter", kNameIn, kGetOut, get_parameter},
    {"GetParameters", kGetSeveralIn, kGetSeveralOut, get_parameters},
    {"PutParameter", kPutIn, kPutOut, put_parameter},
};

}  // namespace

constexpr Service kService{"ssm", Protocol::json, "", "", "AmazonSSM", "1.1", kOperations};

}  // namespace hoplab::awsapi::ssm
