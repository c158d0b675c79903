// Calls of the AWS API that no SDK makes: bodies that are cut, nested, mixed up or longer than they
// say, in each of its protocols.

#include <iterator>

#include "inputs.h"

namespace hoplab::hostile {

namespace {

struct AwsCall {
  const char* line;     // method and target
  const char* service;  // of its signature
  const char* fields;   // more of them
  const char* body;
};

constexpr const char* kForm = "Content-Type: application/x-www-form-urlencoded\r\n";
constexpr AwsCall kCalls[] = {
    {"POST /", "elasticloadbalancing", kForm,
     "Action=CreateTargetGroup&Version=2015-12-01&Name=a&Protocol=HTTP&Port=80&TargetType=ip&"
     "VpcId=vpc-1&Matcher.HttpCode=200&Tags.member.1.Key=b&Tags.member.1.Value=c"},
    {"POST /", "elasticloadbalancing", kForm,
     "Action=AddTrustStoreRevocations&Version=2015-12-01&TrustStoreArn=arn&"
     "RevocationContents.member.1.S3Bucket=b&RevocationContents.member.1.S3Key=k"},
    {"POST /", "ec2", kForm,
     "Action=CreateSecurityGroup&Version=2016-11-15&GroupName=a&GroupDescription=b&VpcId=vpc-1&"
     "TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=c"},
    {"POST /", "ec2", kForm,
     "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=cidr&MaxResults=5"},
    {"POST /", "cloudformation", kForm,
     "Action=CreateStack&Version=2010-05-15&StackName=s&TemplateBody=%7B%22Resources%22%3A%7B%22P%"
     "22"
     "%3A%7B%22Type%22%3A%22AWS%3A%3ASSM%3A%3AParameter%22%2C%22Properties%22%3A%7B%22Type%22%3A%22"
     "String%22%2C%22Value%22%3A%22v%22%7D%7D%7D%7D"},
    {"POST /", "acm",
     "X-Amz-Target: CertificateManager.ListCertificates\r\nContent-Type: application/x-amz-json-1.1"
     "\r\n",
     R"({"MaxItems":5,"CertificateStatuses":["ISSUED"],"Includes":{"keyTypes":["RSA_2048"]}})"},
    {"POST /", "monitoring",
     "X-Amz-Target: GraniteServiceVersion20100801.ListMetrics\r\n"
     "Content-Type: application/x-amz-json-1.0\r\n",
     R"({"Namespace":"AWS/ApplicationELB","Dimensions":[{"Name":"LoadBalancer"}]})"},
    {"POST /service/GraniteServiceVersion20100801/operation/ListMetrics", "monitoring",
     "smithy-protocol: rpc-v2-cbor\r\nContent-Type: application/cbor\r\n",
     "\xa1\x69Namespace\x72"
     "AWS/ApplicationELB"},
    {"POST /restapis", "apigateway", "Content-Type: application/json\r\n",
     R"({"name":"a","endpointConfiguration":{"types":["PRIVATE"]},"policy":"{}"})"},
    {"POST /restapis?mode=import", "apigateway", "Content-Type: application/octet-stream\r\n",
     "openapi: 3.0.1\ninfo: {title: a, version: '1'}\npaths:\n  /a: &a\n    get:\n"
     "      x-amazon-apigateway-integration: {type: mock}\n"},
    {"POST /2013-04-01/hostedzone", "route53", "Content-Type: text/xml\r\n",
     "<CreateHostedZoneRequest "
     "xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Name>a.</Name>"
     "<CallerReference>1</CallerReference></CreateHostedZoneRequest>"},
    {"PUT /bucket", "s3", "", ""},
    {"PUT /bucket/key", "s3",
     "Content-Encoding: aws-chunked\r\nx-amz-decoded-content-length: 3\r\n"
     "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n",
     "3\r\nabc\r\n0\r\nx-amz-checksum-crc32: NSRBwg==\r\n\r\n"},
    {"GET /bucket?list-type=2&prefix=a&max-keys=2", "s3", "", ""},
};

constexpr const char* kOpenings[] = {"[",           "{\"a\":", "<a>",    "\x81", "\xa1\x61\x61",
                                     "a.member.1=", "- ",      "&a [*a,"};

std::string repeated(const char* piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// How long the body says it is.
std::string length_field(const std::string& body, Rng& rng) {
  if (one_in(rng, 12)) return "Transfer-Encoding: chunked\r\n";
  std::size_t length = body.size();
  if (one_in(rng, 12)) length += 1 + pick(rng, 64);
  if (one_in(rng, 16)) length = std::size_t{50} << 20;
  return "Content-Length: " + std::to_string(length) + "\r\n";
}

}  // namespace

void call_aws(Input& input, Rng& rng) {
  input.at_aws = true;
  std::string text;
  const std::size_t calls = 1 + pick(rng, 3);
  for (std::size_t i = 0; i < calls; ++i) {
    const AwsCall& call = kCalls[pick(rng, std::size(kCalls))];
    std::string body = call.body;
    switch (rng.below(6)) {
      case 0: break;
      case 1: body += kCalls[pick(rng, std::size(kCalls))].body; break;
      case 2:
        body.insert(pick(rng, body.size() + 1),
                    repeated(kOpenings[pick(rng, std::size(kOpenings))], 1 + pick(rng, 5000)));
        break;
      default: mutate(body, rng); break;
    }
    std::string head =
        std::string(call.line) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
        "Authorization: AWS4-HMAC-SHA256 Credential=111111111111/20260101/eu-west-1/" +
        call.service + "/aws4_request, SignedHeaders=host, Signature=0\r\n" + call.fields +
        length_field(body, rng) + "\r\n";
    if (one_in(rng, 4)) mutate(head, rng);
    text += head + body;
  }
  input.pieces = in_pieces(text, rng, 6);
}

}  // namespace hoplab::hostile
