"""Refusals for who asks: policies, signatures, authorizers and user pools. Rows for api_refusals.py."""

import re

from api_refusals_lab import (ACCESS_KEYS, FENCED, MISSING, NOTHING, OTHER, UNAUTHORIZED, Row, field)
from authentication_test import token


def policies():
    def denied(name, path, outcome, tail="", who="anonymous", **more):
        return Row(name, 403, "AccessDeniedException",
                   f"User: {who} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:"
                   f"eu-west-1:********1111:API/prod/GET{path}{tail}", outcome, path,
                   **{"type": "ACCESS_DENIED", "resource": "-", **more})

    def by(name):
        return {"arguments": lambda trial: trial.signed("/signed/1", name), "resource": "/signed/{proxy+}",
                "who": ACCESS_KEYS[name]["PrincipalArn"]}
    explicit = " with an explicit deny"
    domain = Row("domain name's policy", 403, "AccessDeniedException", "User: anonymous is not authorized to perform: "
                 f"execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********1111:/domainnames/{OTHER}+…",
                 "implicit-deny: the policy of the domain name", host=OTHER, type="ACCESS_DENIED", resource="-")
    return [
        denied("API's policy, implicit", "/closed", "implicit-deny"),
        denied("API's policy, explicit", "/banned", "explicit-deny", explicit),
        denied("API's policy, before an authorizer", "/guarded", "explicit-deny", explicit),
        denied("endpoint's policy", "/fenced", "explicit-deny: the policy of the VPC endpoint", explicit,
               host=FENCED),
        domain,
        denied("caller's policies, implicit", "/signed/1", "implicit-deny: the caller's policies", **by("bob")),
        denied("caller's policies, explicit", "/signed/1", "explicit-deny: the caller's policies", explicit,
               **by("carol")),
        denied("another account's caller", "/signed/1", "implicit-deny", **by("dave")),
        Row("method's ARN too long", 414, "", "Request URI too long", "uri-too-long", "/function/" + "x" * 1600,
            resource="-", type="-"),
    ]


def signatures():
    """apigateway-features.md 3, in the words of apigateway.md 7."""
    def row(name, kind, message, outcome, arguments, type="INVALID_SIGNATURE", **more):
        of = {"path": "/signed/1", "resource": "/signed/{proxy+}", **more}
        return Row(name, 403, kind + "Exception", message, outcome, arguments=arguments, type=type, **of)

    def signed(path="/signed/1", who="alice", **how):
        return lambda trial: trial.signed(path, who, **how)

    def invalid(name, message, outcome, **how):
        return row(name, "InvalidSignature", message, "signature-refused: " + outcome, signed(**how))

    def incomplete(name, message, *sent, **more):
        return row(name, "IncompleteSignature", message, "incomplete-signature", sent, "MISSING_AUTHENTICATION_TOKEN",
                   **more)

    def authorization(**parts):
        said = {"Credential": "AKIA/20260425/eu-west-1/execute-api/aws4_request", "SignedHeaders": "host",
                "Signature": "0", **parts}
        return field("Authorization", "AWS4-HMAC-SHA256 " + ", ".join(
            f"{name}={value}" for name, value in said.items() if value is not None))
    dated = field("X-Amz-Date", "20260425T000000Z")
    equals = ("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded "
              "with Base64): '…")
    requires = "Authorization header requires '{}' parameter. (Hashed with SHA-256 and encoded with Base64) Auth…"
    query = "/signed/1?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA"
    whole = (query + "/20260425/eu-west-1/execute-api/aws4_request&X-Amz-Date=20260425T000000Z&X-Amz-Signature=0"
             "&X-Amz-SignedHeaders=host&X-Amz-Expires=")
    return [
        row("no signature", "MissingAuthenticationToken", MISSING, "signature-refused: missing-signature", (),
            "MISSING_AUTHENTICATION_TOKEN"),
        incomplete("no equal sign", equals, *field("Authorization", "Bearer x")),
        incomplete("another scheme", "Unsupported AWS 'algorithm': 'Basic'.",
                   *field("Authorization", "Basic Credential=a, Signature=b, SignedHeaders=c"), *dated),
        incomplete("no Credential", requires.format("Credential"), *authorization(Credential=None), *dated),
        incomplete("no Signature", requires.format("Signature"), *authorization(Signature=None), *dated),
        incomplete("no SignedHeaders", requires.format("SignedHeaders"), *authorization(SignedHeaders=None), *dated),
        incomplete("no date", "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. …",
                   *authorization()),
        incomplete("short Credential", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/"
                   "region/service/term, got 'AKIA/1'", *authorization(Credential="AKIA/1"), *dated),
        incomplete("no basic date", "Date must be in ISO-8601 'basic format'. Got 'today'. See "
                   "http://en.wikipedia.org/wiki/ISO_8601", *authorization(), *field("X-Amz-Date", "today")),
        incomplete("query without the rest", "AWS query-string parameters must include…", path=query),
        incomplete("query's life is no number", "X-Amz-Expires should be a number", path=whole + "x"),
        incomplete("query's life is negative", "X-Amz-Expires must be non-negative", path=whole + "-1"),
        incomplete("query's life is more than a week", "X-Amz-Expires must be less than a week (in seconds); that is, "
                   "the given X-Amz-Expires must be less than 604800 seconds", path=whole + "604801"),
        row("unknown key", "UnrecognizedClient", "The security token included in the request is invalid.",
            "signature-refused: unknown-access-key", signed(who="nobody")),
        invalid("another secret", "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
                "\n\nThe Canonical String for this request should have been\n'GET\n/signed/1\n…", "wrong-signature",
                secret="x"),
        invalid("another path", "The request signature we calculated does not match…", "wrong-signature",
                path="/signed/2"),
        invalid("no Host", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
                "unsigned-host", replaces=("=host;", "=")),
        invalid("old", "Signature expired: …", "expired-signature", minutes=-6),
        invalid("of the future", "Signature not yet current: …", "signature-not-yet-current", minutes=6),
        invalid("Region", "Credential should be scoped to a valid region, not 'us-east-1'. ",
                "wrong-credential-scope", region="us-east-1"),
        invalid("service", "Credential should be scoped to correct service: 'execute-api'. ",
                "wrong-credential-scope", service="s3"),
        invalid("terminator", "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. ",
                "wrong-credential-scope", replaces=("aws4_request", "aws5")),
        invalid("day", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '1' "
                "!= '…", "wrong-credential-scope", replaces=(r"/\d{8}/", "/1/")),
        row("session over", "ExpiredToken", "The security token included in the request is expired",
            "signature-refused: expired-session-token", signed(who="old"), "EXPIRED_TOKEN"),
        row("open method behind an endpoint's policy", "InvalidSignature", "The request signature we calculated…",
            "signature-refused: wrong-signature", signed(path="/open", secret="x", name=FENCED),
            path="/open", resource="-", host=FENCED),
        row("unknown route", "MissingAuthenticationToken", MISSING, "missing-authentication-token", (),
            "MISSING_AUTHENTICATION_TOKEN", path="/", resource="-", log=NOTHING),
        row("unknown method", "MissingAuthenticationToken", MISSING, "missing-authentication-token",
            ("--request", "PUT"), "MISSING_AUTHENTICATION_TOKEN", path="/open", resource="-", log=NOTHING),
        incomplete("unknown route and a token", equals, *field("Authorization", "Bearer x"), path="/", resource="-",
                   log=NOTHING),
        row("unknown route and an unknown key", "UnrecognizedClient", "The security token included in the request is "
            "invalid.", "signature-refused: unknown-access-key", signed(path="/", who="nobody"), path="/",
            resource="-", log=NOTHING),
    ]


def authorizer_functions():
    """apigateway-features.md 2.2 and 2.3; the token says what the function does, in api_refusals_test.Answering."""
    def row(name, outcome, status, error_type, message, type, path, token, **more):
        arguments = () if token is None else field("X-Token", token)
        return Row(name, status, error_type + "Exception", message, outcome, path, arguments, type, **more)

    def unauthorized(name, why, path="/token", token=None, log=NOTHING):
        return row(name, "unauthorized: " + why, 401, "Unauthorized", "Unauthorized", "UNAUTHORIZED", path, token,
                   log=log)

    def broken(name, token, why):
        return row(name, "authorizer-failed: " + why, 500, "AuthorizerConfiguration", None,
                   "AUTHORIZER_CONFIGURATION_ERROR", "/token", token, log=(
                       "Execution failed due to configuration error: " + re.escape(why),
                       "AuthorizerConfigurationException"))

    def denied(name, token, outcome, tail="", path="/token"):
        return row(name, outcome + ": the authorizer's policy", 403, "AccessDenied",
                   "User is not authorized to access this resource" + tail, "ACCESS_DENIED", path, token)
    gone = "method.request.header.X-Token is not there"
    return [
        unauthorized("no token", gone),
        unauthorized("empty token", gone, token=""),
        unauthorized("token that does not fit", "the token does not fit IdentityValidationExpression", "/expression",
                     "bad"),
        unauthorized("request without its second source", "method.request.querystring.tenant is not there", "/request",
                     "good"),
        unauthorized("function that says so", "its function says so", "/token", "Unauthorized", (UNAUTHORIZED,)),
        unauthorized("function of a request that says so", "its function says so", "/always", "Unauthorized",
                     (UNAUTHORIZED,)),
        denied("denied", "deny", "explicit-deny", " with an explicit deny"),
        denied("denied, a request", "deny", "explicit-deny", " with an explicit deny", "/request?tenant=1"),
        denied("no statement", "other", "implicit-deny"),
        denied("statement whose condition does not hold", "elsewhere", "implicit-deny"),
        denied("asked without a source, nothing kept", None, "implicit-deny", path="/always"),
        broken("function that fails", "broken", "lambda-unhandled: Error: broken"),
        broken("function that is not there", "gone", "lambda-resource-not-found: the endpoint answered 404"),
        broken("function that is throttled", "busy", "lambda-throttling: the endpoint answered 429"),
        broken("unknown member", "unknown",
               'Invalid JSON in response: Unrecognized field "errorType" , not marked as ignorable'),
        broken("no object", "text", "Invalid JSON in response: it is no object"),
        broken("no principal", "nobody", "principalId is not there"),
        broken("no policy", "lawless", "policyDocument is not there"),
        broken("list in its context", "nested", "context.roles is no text, number or boolean"),
        row("function that hangs", "authorizer-failed: it took longer than 29 s", 500, "AuthorizerFailure", None,
            "AUTHORIZER_FAILURE", "/token", "hang", waits="29s", log=(
                "Execution failed due to configuration error: it took longer than 29 s",
                "AuthorizerFailureException")),
    ]


def user_pools():
    """apigateway-features.md 2.4."""
    def row(name, outcome, made=None, path="/pool", message="Unauthorized", log=(UNAUTHORIZED,)):
        sent = () if made is None else lambda trial: field("Authorization", made(trial) if callable(made) else made)
        return Row(name, 401, "UnauthorizedException", message, "unauthorized: " + outcome, path, sent,
                   "UNAUTHORIZED", log=log)

    def of(**claims):
        return lambda trial: token(**{"token_use": "id", **claims})
    return [
        row("no token of a pool", "method.request.header.Authorization is not there", log=NOTHING),
        row("no JSON Web Token", "it is no JSON Web Token", "x", log=NOTHING),
        row("another algorithm", "its alg is 'HS256', not RS256", of(key="x" * 32, algorithm="HS256"), log=NOTHING),
        row("another issuer", "its iss, 'https://other.example.com', is no issuer of the authorizer",
            of(iss="https://other.example.com"), log=NOTHING),
        row("unknown key of a pool", "no key of its issuer has its kid, 'third'", of(headers={"kid": "third"})),
        row("another's signature", "its signature is not the issuer's", of(key="second")),
        row("expired token", "it has expired", lambda trial: token(token_use="id", exp=int(trial.now()) - 1),
            message="The incoming token has expired"),
        row("token without an end", "it has no exp", of(without=("exp",))),
        row("access token", "its token_use is 'access', and the method takes 'id'", of(token_use="access")),
        row("id token for scopes", "its token_use is 'id', and the method takes 'access'", of(), "/scoped"),
        row("other scopes", "it has none of the method's scopes", of(token_use="access", scope="orders"), "/scoped"),
        Row("keys that cannot be had", 500, "AuthorizerConfigurationException", None,
            "authorizer-failed: jwks-request-failed…", "/lost",
            lambda trial: field("Authorization", token(token_use="id", iss="https://lost.example.com")),
            "AUTHORIZER_CONFIGURATION_ERROR", log=("Execution failed due to configuration error: jwks-request-failed.*",
                                                   "AuthorizerConfigurationException")),
    ]
