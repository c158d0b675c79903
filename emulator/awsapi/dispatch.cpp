#include "awsapi/dispatch.h"

#include <algorithm>

#include "awsapi/cbor_codec.h"
#include "awsapi/form_codec.h"
#include "awsapi/json_codec.h"
#include "awsapi/rest_binding.h"
#include "awsapi/rest_xml.h"
#include "awsapi/routing.h"
#include "awsapi/s3/s3.h"
#include "awsapi/scalar.h"
#include "awsapi/xml_writer.h"

namespace hoplab::awsapi {

namespace {

ApiResult<Json> operate(const Service& service, const Operation& operation, const Call& call,
                        const Json& in) {
  if (auto refused = check(service, in, operation.in)) return *refused;
  return operation.operate(call, in);
}

ApiResult<ApiAnswer> of_form(const Service& service, const Call& call, const ApiRequest& request,
                             const std::string& request_id) {
  auto tree = read_form(service, form_of(request), FormLimits());
  if (!tree) return tree.error();
  const auto action = tree->find("Action");
  if (action == tree->end() || !action->is_string()) {
    return ApiError{"MissingAction", "The request must contain the parameter Action"};
  }
  const auto& name = action->get_ref<const std::string&>();
  const Operation* const operation = find_operation(service, name);
  if (!operation) return not_emulated(service, name);
  if (tree->value("DryRun", Json()) == "true") {
    return ApiError{"DryRunOperation", "Request would have succeeded, but DryRun flag is set.",
                    412};
  }
  auto in = bind_form(service, *tree, operation->in);
  if (!in) return in.error();
  auto out = operate(service, *operation, call, *in);
  if (!out) return out.error();
  ApiAnswer answer;
  const bool ec2 = service.protocol == Protocol::ec2;
  answer.content_type = ec2 ? "text/xml;charset=UTF-8" : "text/xml";
  answer.body = ec2 ? ec2_answer(service, *operation, *out, request_id)
                    : query_answer(service, *operation, *out, request_id);
  return answer;
}

ApiResult<ApiAnswer> of_json(const Service& service, const Call& call, const ApiRequest& request) {
  const std::string_view target = request.header("X-Amz-Target");
  const std::string_view name = target.substr(std::min(target.find('.') + 1, target.size()));
  const Operation* const operation = find_operation(service, name);
  if (!operation) return not_emulated(service, std::string(name));
  auto object = read_json(service, request.body, JsonLimits());
  if (!object) return object.error();
  auto in = bind_json(service, *object, operation->in);
  if (!in) return in.error();
  auto out = operate(service, *operation, call, *in);
  if (!out) return out.error();
  ApiAnswer answer;
  answer.content_type = "application/x-amz-json-" + std::string(service.json_version);
  answer.body = json_text(json_members(service, *out, operation->out));
  return answer;
}

/// POST /service/NAME/operation/OPERATION.
ApiResult<ApiAnswer> of_cbor(const Service& service, const Call& call, const ApiRequest& request) {
  const std::string_view path = request.path();
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const Operation* const operation = find_operation(service, name);
  if (!operation) return not_emulated(service, std::string(name));
  auto object = read_cbor(request.body);
  if (!object) return object.error();
  auto in = bind_json(service, *object, operation->in);
  if (!in) return in.error();
  auto out = operate(service, *operation, call, *in);
  if (!out) return out.error();
  ApiAnswer answer;
  answer.content_type = "application/cbor";
  answer.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
  answer.body = cbor_members(*out, operation->out);
  return answer;
}

/// The members that the body carries: it is JSON, or one of them as it comes.
ApiResult<Json> of_json_body(const Service& service, const ApiRequest& request, Members members) {
  const auto* const payload = std::ranges::find(members, Where::payload, &Member::where);
  if (payload != members.end()) {
    return Json{{std::string(payload->name), std::string(request.body)}};
  }
  auto object = read_json(service, request.body, JsonLimits());
  if (!object) return object.error();
  return bind_json(service, *object, members);
}

ApiResult<ApiAnswer> of_rest_json(const Service& service, const Call& call,
                                  const ApiRequest& request) {
  const RestMatch match = match_place(service, request.method, request.path(), request.query());
  if (!match.operation) {
    return not_emulated(service, std::string(request.method) + " " + std::string(request.path()));
  }
  auto in = of_json_body(service, request, match.operation->in);
  if (!in) return in.error();
  if (auto refused = bind_place(service, match, request.query(), *in)) return *refused;
  auto out = operate(service, *match.operation, call, *in);
  if (!out) return out.error();
  ApiAnswer answer;
  answer.status = match.operation->status;
  answer.content_type = "application/json";
  if (match.operation->out.count > 0) {
    answer.body = json_text(json_members(service, *out, match.operation->out));
  }
  return answer;
}

ApiResult<ApiAnswer> of_rest_xml(const Service& service, const Call& call,
                                 const ApiRequest& request) {
  const RestMatch match = match_place(service, request.method, request.path(), request.query());
  if (!match.operation) {
    return not_emulated(service, std::string(request.method) + " " + std::string(request.path()));
  }
  auto in = bind_xml(service, request.body, match.operation->in);
  if (!in) return in.error();
  if (auto refused = bind_place(service, match, request.query(), *in)) return *refused;
  auto out = operate(service, *match.operation, call, *in);
  if (!out) return out.error();
  return rest_xml_answer(service, *match.operation, *out);
}

}  // namespace

ApiResult<ApiAnswer> dispatch(const Service& service, const Call& call, const ApiRequest& request,
                              const std::string& request_id) {
  switch (service.protocol) {
    case Protocol::query:
    case Protocol::ec2: return of_form(service, call, request, request_id);
    case Protocol::json: return of_json(service, call, request);
    case Protocol::cbor: return of_cbor(service, call, request);
    case Protocol::rest_json: return of_rest_json(service, call, request);
    case Protocol::rest_xml: break;
  }
  // S3 has bodies that are none of an operation's members.
  if (service.scope == "s3") return s3::answer(call, request);
  return of_rest_xml(service, call, request);
}

}  // namespace hoplab::awsapi
