// The services' tables, each in a folder of its own.
#pragma once

#include "awsapi/service.h"

namespace hoplab::awsapi {

namespace elbv2 {
extern const Service kService;
}  // namespace elbv2
namespace cloudformation {
extern const Service kService;
}  // namespace cloudformation
namespace cloudwatch {
extern const Service kCbor, kJson, kQueries;  // in each of its protocols
}  // namespace cloudwatch
namespace logs {
extern const Service kService;
}  // namespace logs
namespace s3 {
extern const Service kService;
}  // namespace s3
namespace sts {
extern const Service kService;
}  // namespace sts
namespace acm {
extern const Service kService;
}  // namespace acm
namespace ec2 {
extern const Service kService;
}  // namespace ec2
namespace ssm {
extern const Service kService;
}  // namespace ssm
namespace acmpca {
extern const Service kService;
}  // namespace acmpca
namespace route53 {
extern const Service kService;
}  // namespace route53
namespace apigateway {
extern const Service kService;
}  // namespace apigateway

}  // namespace hoplab::awsapi
