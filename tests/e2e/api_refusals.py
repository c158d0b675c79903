"""Each way in which a private REST API refuses a request, in the scenario of api_refusals_lab.py, for
api_refusals_test.py."""

import json
import re

from api_refusals_callers import authorizer_functions, policies, signatures, user_pools
from api_refusals_lab import KEYS, NOTHING, STRANGE, TOO_LARGE, Row, field


def plain():
    """Before an API is chosen: no gateway response, and in no API's log."""
    size = ("--request", "POST", "--data-binary", "@FOLDER/large")
    return [Row(resource="", log=NOTHING, **row) for row in (
        dict(name="no API", status=403, error_type="ForbiddenException", message="Forbidden", outcome="no-api",
             arguments=field("x-apigw-api-id", "nosuchapi0")),
        dict(name="no association", status=403, error_type="ForbiddenException", message="Forbidden", host=STRANGE,
             outcome="no-access-association"),
        dict(name="large head", status=431, error_type="", message="HTTP header is larger than 8000 bytes.",
             outcome="header-too-large", arguments=field("X-Large", "x" * 8000)),
        dict(name="long URL", status=414, error_type="", message="Request URI too long", outcome="uri-too-long",
             path="/open?" + "x" * 8190),
        dict(name="large body", status=413, error_type="", message=TOO_LARGE, outcome="body-too-large",
             arguments=size))]


def keys_and_limits():
    """apigateway-features.md 4."""
    def key(name, sent, path="/keyed"):
        masked = re.escape("*" * (len(sent) - 6) + sent[-6:]) if sent else ""
        return Row(name, 403, "ForbiddenException", "Forbidden", "invalid-api-key", path,
                   field("x-api-key", sent) if sent else (), "INVALID_API_KEY", log=(
                       f"API Key {masked} not authorized because method 'GET {path}' requires API Key and API Key is "
                       "not associated with a Usage Plan for API Stage [a-z0-9]{10}/prod: No Usage Plan found for key "
                       "and API Stage",))

    def throttled(name, outcome, path, sent=None, log=()):
        return Row(name, 429, "TooManyRequestsException", "Too Many Requests", outcome, path,
                   field("x-api-key", sent) if sent else (), "THROTTLED", log=log)
    plan = r"Key {} limit exceeded for Usage Plan [a-z0-9]{{6}}, API Stage [a-z0-9]{{10}}/prod"
    return [
        key("no key", ""), key("unknown key of a plan", "x" * 20), key("disabled key", KEYS["off99"]),
        key("key of no plan", KEYS["alone"]), key("key in other letters", KEYS["first"].upper()),
        throttled("plan's rate", "throttled", "/keyed", KEYS["hasty"], (plan.format("throttle"),)),
        throttled("plan's rate of a method", "throttled", "/keyed/often", KEYS["slow1"], (plan.format("throttle"),)),
        throttled("stage's rate of a method", "throttled: the limit of the method in the stage", "/throttled", log=(
            r"Key throttle limit exceeded for RestApi \w{10}, Stage prod, Resource \w{6}, HttpMethod GET\. "
            r"Limit: 0\.00 Burst: 0",)),
        Row("quota", 429, "LimitExceededException", "Limit Exceeded", "quota-exceeded", "/keyed",
            field("x-api-key", KEYS["spent"]), "QUOTA_EXCEEDED", log=(plan.format("quota"),)),
    ]


def validators():
    """apigateway-features.md 5."""
    typed = (*field("Content-Type", "application/json"), "--request", "POST")

    def missing(name, names, query, *sent):
        message = f"Missing required request parameters: [{names}]"
        return Row(name, 400, "BadRequestException", message, "bad-request-parameters: " + names,
                   "/checked" + query, (*typed, *sent), "BAD_REQUEST_PARAMETERS")

    def body(name, text, *said):
        detail = "[" + ", ".join(said) + "]" if said else "…"
        return Row(name, 400, "BadRequestException", "Invalid request body", "bad-request-body: " + detail, "/models",
                   (*typed, "--data-binary", text), "BAD_REQUEST_BODY", detail=detail)

    def item(name, value, *said):
        return body(name, json.dumps({"item": "ab", **value}), *said)
    return [
        missing("three parameters", "X-Item, q, page", ""),
        missing("one parameter", "page", "?q=1", *field("X-Item", "1")),
        missing("blank parameters", "X-Item, q, page", "?q=%20&page=", *field("X-Item", " ")),
        missing("a parameter before the body", "q", "?page=1", *field("X-Item", "1"), "--data", "no JSON"),
        body("no JSON", "no JSON", "Unknown error parsing request body"),
        body("no body", "", "Unknown error parsing request body"),
        body("type", "[]", 'instance type (array) does not match any allowed primitive type (allowed: ["object"])'),
        body("required", "{}", 'object has missing required properties (["item"])'),
        item("additionalProperties", {"x": 1},
             'object instance has properties which are not allowed by the schema: ["x"]'),
        item("enum", {"kind": "c"}, 'instance value ("c") not found in enum (possible values: ["a","b"])'),
        item("minLength", {"item": "a"}, 'string "a" is too short (length: 1, required minimum: 2)'),
        item("maxLength", {"item": "abcde"}, 'string "abcde" is too long (length: 5, maximum allowed: 4)'),
        item("pattern", {"item": "AB"}, 'ECMA 262 regex "^[a-z]*$" does not match input string "AB"'),
        item("minimum", {"count": 0},
             "numeric instance is lower than the required minimum (minimum: 1, found: 0)"),
        item("maximum", {"count": 10},
             "numeric instance is greater than the required maximum (maximum: 9, found: 10)"),
        item("multipleOf", {"count": 3}, "remainder of division is not zero (3 / 2)"),
        item("exclusiveMinimum", {"above": 0},
             "numeric instance is not strictly greater than the required minimum 0"),
        item("exclusiveMaximum", {"below": 0}, "numeric instance is not strictly lower than the required maximum 0"),
        item("minItems", {"list": []}, "array is too short: must have at least 1 elements but instance has 0 elements"),
        item("maxItems", {"list": [1, 2, 3]},
             "array is too long: must have at most 2 elements but instance has 3 elements"),
        item("uniqueItems", {"list": [1, 1]}, "array must not contain duplicate elements"),
        item("additionalItems", {"pair": [1, 2]},
             "schema only allows 1 elements in array but instance has 2 elements"),
        item("minProperties", {"map": {}},
             "object has too few properties (found 0 but schema requires at least 1)"),
        item("maxProperties", {"map": {"a": 1, "b": 2}},
             "object has too many properties (found 2 but schema requires at most 1)"),
        item("dependencies", {"needs": {"a": 1}}, 'property "a" of object has missing property dependencies '
             '(schema requires ["b"]; missing: ["b"])'),
        item("format", {"mail": "x"}, 'string "x" is not a valid email address'),
        item("anyOf", {"any": 1}), item("allOf", {"all": 1}), item("oneOf", {"one": "x"}),
        item("not", {"not": "x"}, "instance matched a schema which it should not have"),
    ]


def integrations():
    def row(name, status, message, outcome, path, type, *arguments, kind="InternalServerError", **more):
        if path.startswith("/function/"):
            more["resource"] = "/function/{proxy+}"
        return Row(name, status, kind + "Exception", message, outcome, path, arguments, type, **more)

    def function(name, path, why, said):
        return row(name, 502, "Internal server error", "integration-failed: " + why, "/function/" + path, "DEFAULT_5XX",
                   log=(said,))

    def malformed(name, path, why):
        return function(name, path, "malformed Lambda proxy response: " + why,
                        "Execution failed due to configuration error: Malformed Lambda proxy response")

    def configuration(name, path, why, *arguments, **more):
        return row(name, 500, "Internal server error", "integration-error: " + why, path, "API_CONFIGURATION_ERROR",
                   *arguments, log=("Execution failed due to configuration error: .*",), **more)

    def typed(media_type):
        return "--request", "POST", *field("Content-Type", media_type), "--data", "{}"
    def coded(name, coding, why):
        return row(name, 415, "Unsupported Media Type", "unsupported-media-type: " + why, "/models",
                   "UNSUPPORTED_MEDIA_TYPE", *typed("application/json"), *field("Content-Encoding", coding),
                   kind="BadRequest")
    timed_out = "Execution failed due to a timeout error"
    return [
        row("media type without a template", 415, "Unsupported Media Type", "unsupported-media-type", "/mapped",
            "UNSUPPORTED_MEDIA_TYPE", *typed("text/plain"), kind="BadRequest"),
        coded("unknown content coding", "br", "Content-Encoding br is not supported"),
        coded("body that is not in its coding", "gzip", "the body is no gzip"),
        Row("body too large when decompressed", 413, "", TOO_LARGE, "body-too-large", "/open",
            (*field("Content-Encoding", "gzip"), "--request", "GET", "--data-binary", "@FOLDER/bomb"), "-"),
        configuration("no response fits", "/mapped", "no integration response fits, and none is without a pattern",
                      *typed("text/xml")),
        configuration("a mock without a status", "/mapped", "the MOCK's template says no statusCode",
                      *typed("text/csv")),
        configuration("no response of a service's fits", "/unmapped",
                      "no integration response fits, and none is without a pattern"),
        configuration("service without TLS", "/tls", "…"),
        configuration("service's answer too large", "/bigger", "its answer has more than 10485760 bytes…"),
        function("function fails", "broken", "lambda-unhandled: Error: broken",
                 "Lambda execution failed with status 200 due to customer function error: .*broken.*"
                 r"\. Lambda request id: .*"),
        function("function is throttled", "busy", "lambda-throttling: the endpoint answered 429",
                 "Lambda invocation failed with status: 429. Lambda request id: .*"),
        function("function is not there", "gone", "lambda-resource-not-found: the endpoint answered 404",
                 "Execution failed due to configuration error: .*"),
        malformed("no answer of a proxy", "text", "…"),
        malformed("unknown member of an answer", "unknown", "…"),
        malformed("status that is none", "status", "…"),
        row("function's event too large", 413, "Request Too Long", "body-too-large", "/function/large",
            "REQUEST_TOO_LARGE", "--request", "POST", "--data-binary", "@FOLDER/event", kind="RequestEntityTooLarge"),
        row("function hangs", 504, "Endpoint request timed out", "integration-timeout", "/late", "INTEGRATION_TIMEOUT",
            waits="5s", log=(timed_out,)),
        row("service hangs", 504, "Endpoint request timed out", "integration-timeout…", "/silent",
            "INTEGRATION_TIMEOUT", waits="5s", log=(timed_out,)),
        row("service ends the connection", 504, "Network error communicating with endpoint",
            "integration-failed: target-closed…", "/vanish", "INTEGRATION_FAILURE",
            log=("Execution failed due to configuration error: target-closed.*",)),
    ]


TABLE = [*plain(), *policies(), *signatures(), *authorizer_functions(), *user_pools(), *keys_and_limits(),
         *validators(), *integrations()]

# Types that no request is answered with, and why.
NEVER = {
    "WAF_FILTERED": "there is no WAF",
    "RESOURCE_NOT_FOUND": "an unknown path is MISSING_AUTHENTICATION_TOKEN; no copy of this one is known",
    "DEFAULT_4XX": "it is the look of others; no answer has it for its own",
}
