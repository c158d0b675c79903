#include "awsapi/error_writer.h"

#include "awsapi/cbor_codec.h"
#include "awsapi/json_codec.h"
#include "awsapi/xml_writer.h"

namespace hoplab::awsapi {

namespace {

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string code_and_message(const ApiError& error) {
  return "<Code>" + xml_escaped(error.code) + "</Code><Message>" + xml_escaped(error.message) +
         "</Message>";
}

ApiAnswer of_json(const ApiError& error, std::string_view content_type) {
  ApiAnswer answer;
  answer.content_type = content_type;
  answer.body = json_text({{"__type", error.code}, {"message", error.message}});
  return answer;
}

ApiAnswer of_cbor(const ApiError& error) {
  ApiAnswer answer;
  answer.content_type = "application/cbor";
  answer.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
  answer.body = cbor_error(error);
  return answer;
}

/// Without the field, SDKs make the code of the status (aws-api.md 3).
ApiAnswer of_rest_json(const ApiError& error) {
  ApiAnswer answer;
  answer.content_type = "application/json";
  answer.headers.emplace_back("x-amzn-ErrorType", error.code);
  answer.body = json_text({{"message", error.message}});
  return answer;
}

ApiAnswer of_xml(const Service& service, const ApiError& error, const std::string& request_id) {
  ApiAnswer answer;
  answer.content_type = "text/xml";
  const std::string what = code_and_message(error);
  if (service.protocol == Protocol::ec2) {
    answer.content_type = "text/xml;charset=UTF-8";
    answer.body = "<Response><Errors><Error>" + what + "</Error></Errors><RequestID>" + request_id +
                  "</RequestID></Response>\n";
  } else if (service.scope == "s3") {
    answer.content_type = "application/xml";
    answer.body = "<Error>" + what + "<RequestId>" + request_id + "</RequestId></Error>\n";
  } else {
    answer.body = "<ErrorResponse xmlns=\"" + std::string(service.xmlns) +
                  "\"><Error><Type>Sender</Type>" + what + "</Error><RequestId>" + request_id +
                  "</RequestId></ErrorResponse>\n";
  }
  answer.body = std::string(kDeclaration) + answer.body;
  return answer;
}

}  // namespace

ApiAnswer error_answer(const Service* service, const ApiError& error,
                       const std::string& request_id) {
  ApiAnswer answer;
  if (!service) {
    answer = of_json(error, "application/x-amz-json-1.1");
  } else if (service->protocol == Protocol::json) {
    answer = of_json(error, "application/x-amz-json-" + std::string(service->json_version));
  } else if (service->protocol == Protocol::cbor) {
    answer = of_cbor(error);
  } else if (service->protocol == Protocol::rest_json) {
    answer = of_rest_json(error);
  } else {
    answer = of_xml(*service, error, request_id);
  }
  answer.status = error.http;
  return answer;
}

}  // namespace hoplab::awsapi
