"""The scenario of api_refusals.py, one private REST API that refuses in each way there is; and what a row of its table
has."""

import dataclasses

from api_iam_test import ALLOW
from api_lab import NAME, api_scenario

OTHER = "other.example.com"   # a private domain name whose policy allows nobody
STRANGE = "strange.example.com"  # one that no endpoint is associated with
FENCED = "fenced.example.com"  # leads through an endpoint with a policy of its own
FORMAT = ("$context.requestId $context.status $context.resourcePath $context.error.responseType "
          "$context.error.messageString $context.error.validationErrorString")
KEYS = {name: name * 4 for name in ("first", "spent", "hasty", "slow1", "off99", "alone")}
ACCESS_KEYS = {
    "alice": {"PrincipalArn": "arn:aws:iam::111111111111:user/alice", "Policies": [{"Statement": ALLOW}]},
    "bob": {"PrincipalArn": "arn:aws:iam::111111111111:user/bob"},
    "carol": {"PrincipalArn": "arn:aws:iam::111111111111:user/carol",
              "Policies": [{"Statement": {**ALLOW, "Effect": "Deny"}}]},
    "dave": {"PrincipalArn": "arn:aws:iam::222222222222:user/dave", "Policies": [{"Statement": ALLOW}]},
    "old": {"SessionToken": "old", "Expiration": "-1h",
            "PrincipalArn": "arn:aws:sts::111111111111:assumed-role/reader/two"}}
SCHEMA = {"type": "object", "required": ["item"], "additionalProperties": False, "properties": {
    "item": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]*$"},
    "kind": {"enum": ["a", "b"]}, "count": {"minimum": 1, "maximum": 9, "multipleOf": 2},
    "above": {"minimum": 0, "exclusiveMinimum": True}, "below": {"maximum": 0, "exclusiveMaximum": True},
    "list": {"minItems": 1, "maxItems": 2, "uniqueItems": True}, "pair": {"items": [{}], "additionalItems": False},
    "map": {"minProperties": 1, "maxProperties": 1}, "needs": {"dependencies": {"a": ["b"]}},
    "mail": {"format": "email"}, "any": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "one": {"oneOf": [{}, {"type": "string"}]}, "all": {"allOf": [{}, {"type": "string"}]},
    "not": {"not": {"type": "string"}}}}


def scenario(functions, service):
    """`functions`: the address of who answers for them; `service`: that of what HTTP_PROXY leads to."""
    def http(path, scheme="http", kind="HTTP_PROXY", **more):
        return {"Integration": {"Type": kind, "Uri": f"{scheme}://orders.example.com{path}", "service": "orders",
                                "IntegrationHttpMethod": "GET", **more}}

    def by(authorizer, kind="CUSTOM", **more):
        return {"GET": {**mock, "AuthorizationType": kind, "AuthorizerId": authorizer, **more}}

    mock = {"Integration": {"Type": "MOCK", "body": "passed"}}
    function = {"Type": "AWS_PROXY", "Function": "orders"}
    keyed = {"GET": {**mock, "ApiKeyRequired": True}}
    checked = {**mock, "RequestValidatorId": "all", "RequestModels": {"application/json": "Order"},
               "RequestParameters": {"method.request.header.X-Item": True, "method.request.querystring.q": True,
                                     "method.request.querystring.page": True}}
    mapped = {"Type": "MOCK", "IntegrationResponses": [{"StatusCode": 200, "SelectionPattern": "200"}]}
    made = api_scenario({
        "/open": {"GET": mock}, "/closed": {"GET": mock}, "/banned": {"GET": mock}, "/fenced": {"GET": mock},
        "/throttled": {"GET": mock}, "/keyed": keyed, "/keyed/often": keyed,
        "/checked": {"POST": checked},
        "/models": {"POST": {**mock, "RequestValidatorId": "body", "RequestModels": {"application/json": "Order"}}},
        "/signed/{proxy+}": {"ANY": {**mock, "AuthorizationType": "AWS_IAM"}},
        "/token": by("token"), "/expression": by("expression"), "/request": by("request"), "/always": by("always"),
        "/guarded": by("token"), "/guarded/key": {"GET": {**by("token")["GET"], "ApiKeyRequired": True}},
        "/pool": by("pool", "COGNITO_USER_POOLS"), "/lost": by("lost", "COGNITO_USER_POOLS"),
        "/scoped": by("pool", "COGNITO_USER_POOLS", AuthorizationScopes=["orders/read"]),
        "/function/{proxy+}": {"ANY": {"Integration": function}},
        "/late": {"GET": {"Integration": {**function, "TimeoutInMillis": 5000}}},
        "/mapped": {"POST": {"Integration": {**mapped, "PassthroughBehavior": "NEVER", "RequestTemplates": {
            "application/json": '{"statusCode": 200}', "text/xml": '{"statusCode": 500}', "text/csv": "{}",
            "text/vtl": "#set($x = $input.path('$.a')) {\"statusCode\": 200}"}}}},
        "/silent": {"GET": http("/hang", TimeoutInMillis=5000)}, "/vanish": {"GET": http("/vanish")},
        "/tls": {"GET": http("/", scheme="https")}, "/bigger": {"GET": http("/bigger")},
        "/unmapped": {"GET": http("/", kind="HTTP", IntegrationResponses=[
            {"StatusCode": 200, "SelectionPattern": "500"}])},
    }, clock={"mode": "stepped"})
    allow = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    made["pki"]["certificates"]["server"]["dnsNames"] = [NAME, OTHER, STRANGE, FENCED]
    made["VpcEndpoints"]["fenced-endpoint"] = {"ServiceName": "execute-api", "PolicyDocument": {"Statement": [
        allow, {**allow, "Effect": "Deny", "Resource": "arn:aws:execute-api:*:*:*/prod/GET/fenced"}]}}
    made["TargetGroups"]["fenced-group"] = {**made["TargetGroups"]["api-group"], "Targets": ["fenced-endpoint"]}
    made["LoadBalancers"]["alb"]["Listeners"][0]["Rules"] = [
        {"Priority": 1, "Conditions": [{"Field": "host-header", "HostHeaderConfig": {"Values": [FENCED]}}],
         "Actions": [{"Type": "forward", "TargetGroup": "fenced-group"}]}]
    made["DomainNames"][FENCED] = made["DomainNames"][NAME]
    # Whoever signs comes by a policy of his own, and whoever an authorizer lets in by that.
    silent = ["closed", "signed/*", "token", "expression", "request", "always", "guarded/*"]
    made["RestApis"]["orders-api"].update({
        "Policy": {"Statement": [
            {**{name: allow[name] for name in ("Effect", "Principal", "Action")},
             "NotResource": [f"execute-api:/prod/GET/{path}" for path in silent]},
            {**allow, "Effect": "Deny", "Resource": [f"execute-api:/prod/GET/{path}"
                                                     for path in ("banned", "guarded")]}]},
        "Models": {"Order": {"Schema": SCHEMA}},
        "RequestValidators": {"all": {"ValidateRequestBody": True, "ValidateRequestParameters": True},
                              "body": {"ValidateRequestBody": True}},
        "MinimumCompressionSize": 0, "Authorizers": authorizers(),
        "Stage": {"MethodSettings": [
            {"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "INFO"},
            {"ResourcePath": "/throttled", "HttpMethod": "GET", "LoggingLevel": "INFO", "ThrottlingRateLimit": 0,
             "ThrottlingBurstLimit": 0}], "AccessLogSetting": {"Format": FORMAT}}})
    for name, more in ((OTHER, {"AccessAssociations": ["execute-api-endpoint"]}), (STRANGE, {})):
        made["DomainNames"][name] = {
            "EndpointConfiguration": {"Types": ["PRIVATE"]}, **more, "BasePathMappings": [
                {"RestApi": "orders-api", "Stage": "prod"}]}
    return {**made, **usage(), "AccessKeys": ACCESS_KEYS, "services": {"orders": {"address": service}},
            "Functions": {name: {"Endpoint": functions, "FunctionName": name} for name in ("orders", "guard")},
            "IdentityProviders": {name: {"Address": functions, "Protocol": "HTTP"}
                                  for name in ("login.example.com", "lost.example.com")}}


def authorizers():
    token_of = {"Type": "TOKEN", "Function": "guard", "IdentitySource": "method.request.header.X-Token",
                "AuthorizerResultTtlInSeconds": 0}
    request_of = {"Type": "REQUEST", "Function": "guard",
                  "IdentitySource": "method.request.header.X-Token, method.request.querystring.tenant"}

    def pool(name):
        return {"Type": "COGNITO_USER_POOLS", "IdentitySource": "method.request.header.Authorization",
                "IdentityProviders": [name]}
    return {"token": token_of, "expression": {**token_of, "IdentityValidationExpression": "^good.*"},
            "request": request_of, "always": {**request_of, "AuthorizerResultTtlInSeconds": 0},
            "pool": pool("login.example.com"), "lost": pool("lost.example.com")}


def usage():
    stage = {"RestApi": "orders-api", "Stage": "prod"}
    plans = {"plan": (["first", "off99"], {}), "quota": (["spent"], {"Quota": {"Limit": 1, "Period": "DAY"}}),
             "rate": (["hasty"], {"Throttle": {"RateLimit": 0, "BurstLimit": 0}}),
             "method": (["slow1"], {"ApiStages": [{**stage, "Throttle": {
                 "/keyed/often/GET": {"RateLimit": 0, "BurstLimit": 0}}}]})}
    return {"ApiKeys": {name: {"Value": value, "Enabled": name != "off99"} for name, value in KEYS.items()},
            "UsagePlans": {name: {"ApiStages": [stage], "ApiKeys": keys, **more}
                           for name, (keys, more) in plans.items()}}


@dataclasses.dataclass
class Row:
    """One way to be refused."""

    name: str
    status: int
    error_type: str       # x-amzn-ErrorType; empty: there is none, and `message` is the body
    message: str          # its beginning, where it ends in "…"; None: null
    outcome: str          # what hoplab's record says; its beginning, where it ends in "…"
    path: str = "/open"
    # Of curl; or a function that makes them of the lab's clock and keys, api_refusals_test.Trial.
    arguments: object = ()
    type: str = ""        # $context.error.responseType; empty: it is no gateway response
    # $context.resourcePath; by default the path; "-": nobody has looked it up; empty: the access log has no line.
    resource: str = None
    detail: str = "-"     # $context.error.validationErrorString
    # What the execution log has of it, as patterns; beside them it has the line of the status. Nothing: it has none.
    log: tuple = ()
    host: str = NAME
    waits: str = ""       # how far the clock goes once whoever is asked has the request

    def __post_init__(self):
        if self.resource is None:
            self.resource = self.path.partition("?")[0]


NOTHING = None
TOO_LARGE = "HTTP content length exceeded 10485760 bytes."
MISSING = "Missing Authentication Token"
UNAUTHORIZED = "Unauthorized request: ID"


def field(name, value):
    return "--header", f"{name}: {value}"
