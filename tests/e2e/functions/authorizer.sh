#!/bin/sh
# A custom runtime in shell for a Lambda authorizer: the token says what it does.
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation

post() {
  curl -fsS -o /dev/null -d "$2" "$api/$id/$1"
}

# $1: members before the policy, $2: its effect, $3: its resource
answer() {
  post response "{$1\"policyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{
    \"Action\":\"execute-api:Invoke\",\"Effect\":\"$2\",\"Resource\":\"$3\"}]}}"
}

while reply=$(curl -fsSi "$api/next"); do
  id=$(printf '%s\n' "$reply" | tr -d '\r' | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //p')
  event=$(printf '%s\n' "$reply" | tail -n 1)
  arn=$(printf '%s\n' "$event" | sed -n 's/.*"methodArn":"\([^"]*\)".*/\1/p')
  token=$(printf '%s\n' "$event" | sed -n 's/.*"authorizationToken":"\([^"]*\)".*/\1/p')
  alice='"principalId":"alice",'
  echo "asked about $token"
  case $token in
    Unauthorized | broken) post error "{\"errorType\":\"Error\",\"errorMessage\":\"$token\"}" ;;
    deny) answer "$alice" Deny "$arn" ;;
    other) answer "$alice" Allow "$arn/other" ;;
    unknown) answer "$alice\"errorType\":\"Error\"," Allow "$arn" ;;
    nobody) answer "" Allow "$arn" ;;
    nested) answer "$alice\"context\":{\"roles\":[\"admin\"]}," Allow "$arn" ;;
    *) answer "$alice" Allow "$arn" ;;
  esac
done
