"""Authorizers of a private REST API, to clients of HTTP/1.1 and HTTP/2 at the load balancer: functions of three
runtimes, what is kept of what they say, and tokens of user pools, made by PyJWT and by a provider that hoplab
plays."""

import json
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

from api_lab import api_scenario, ask, why
from lab import DEADLINE_S, Lab, admin, needs, run_hoplab

needs("jwt", "cryptography")
import jwt  # noqa: E402

from authentication_test import ISSUER, Provider, jwk, token  # noqa: E402

FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
PYTHON = {"Command": [sys.executable, "-B", "authorizer.py"], "Folder": str(FUNCTIONS)}
SHELL = {"Command": ["./authorizer.sh"], "Folder": str(FUNCTIONS)}
NODE = {"Command": ["node", "runtime.js"], "Folder": str(FUNCTIONS), "Handler": "authorizer.handler"}
BACKEND = {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS)}
BY_TOKEN = {"Type": "TOKEN", "Function": "guard", "IdentitySource": "method.request.header.X-Token"}
BY_REQUEST = {"Type": "REQUEST", "Function": "guard",
              "IdentitySource": "method.request.header.X-Token, method.request.querystring.tenant"}
# Says nothing of whoever comes by the endpoint: the authorizer decides.
SILENT = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*",
                         "Condition": {"StringNotEquals": {"aws:SourceVpce": "${vpce:execute-api-endpoint}"}}}]}


def scenario(authorizer, guard=None, kind="CUSTOM", clock=None, method=None, **more):
    """GET and PUT /widgets are MOCK, every other path asks a function; all by the authorizer."""
    by = {"AuthorizationType": kind, "AuthorizerId": "guard", **(method or {})}
    mock = {"Integration": {"Type": "MOCK", "statusCode": 200, "body": "widget"}, **by}
    functions = {"orders": BACKEND, **({"guard": guard} if guard else {})}
    made = api_scenario({"/widgets": {"GET": mock, "PUT": mock},
                         "/{proxy+}": {"ANY": {"Integration": {"Type": "AWS_PROXY", "Function": "orders"}, **by}}},
                        clock=clock, Functions=functions, **more)
    made["RestApis"]["orders-api"]["Authorizers"] = {"guard": authorizer}
    if kind == "CUSTOM":
        made["RestApis"]["orders-api"]["Policy"] = SILENT
    return made


def asked(lab):
    """How often the authorizer's function was."""
    kept = [one for one in admin(lab, "/v1/requests")["requests"] if one["kind"] == "api"]
    return sum(one.get("output", "").count("asked about") for one in kept)


def sending(value):
    return "--header", f"X-Token: {value}"


class Functions(unittest.TestCase):
    def refused(self, lab, n, answer, status, kind, body, reason):
        self.assertEqual(answer[0], status, answer)
        self.assertIn(f"\r\nx-amzn-errortype: {kind}\r\n", answer[1].lower() + "\r\n")
        self.assertEqual(json.loads(answer[2]), body)
        self.assertEqual(why(lab, n), reason)

    def each_answer(self, guard, authorizer, path="/widgets"):
        unauthorized = (401, "unauthorizedexception", {"message": "Unauthorized"})
        denied = (403, "accessdeniedexception")
        failed = (500, "authorizerconfigurationexception", {"message": None})
        text = "User is not authorized to access this resource"
        cases = [
            ("Unauthorized", *unauthorized, "unauthorized: its function says so"),
            ("deny", *denied, {"Message": text + " with an explicit deny"}, "explicit-deny: the authorizer's policy"),
            ("other", *denied, {"Message": text}, "implicit-deny: the authorizer's policy"),
            ("broken", *failed, "authorizer-failed: lambda-unhandled: Error: broken"),
            ("unknown", *failed, 'authorizer-failed: Invalid JSON in response: Unrecognized field "errorType" , '
             "not marked as ignorable"),
            ("nobody", *failed, "authorizer-failed: principalId is not there"),
            ("nested", *failed, "authorizer-failed: context.roles is no text, number or boolean"),
        ]
        with Lab(scenario(authorizer, guard)) as lab:
            n = 0
            for version in ("--http1.1", "--http2"):
                self.assertEqual(ask(lab, path, *sending("good"), version=version)[::2], (200, "widget"))
                for value, status, kind, body, reason in cases:
                    with self.subTest(value=value, version=version):
                        answer = ask(lab, path, *sending(value), version=version)
                        self.refused(lab, n, answer, status, kind, body, reason)
                        n += 1
                self.refused(lab, n, ask(lab, path, version=version), *unauthorized,
                             "unauthorized: method.request.header.X-Token is not there")
                n += 1

    def test_a_token_in_python(self):
        self.each_answer(PYTHON, BY_TOKEN)

    def test_a_token_in_shell(self):
        self.each_answer(SHELL, BY_TOKEN)

    @unittest.skipUnless(shutil.which("node"), "no node")
    def test_a_request_in_node(self):
        self.each_answer(NODE, BY_REQUEST, "/widgets?tenant=blue")

    def test_what_it_is_asked_and_what_the_backend_hears_of_it(self):
        for authorizer in (BY_TOKEN, BY_REQUEST):
            with self.subTest(authorizer["Type"]), Lab(scenario(authorizer, PYTHON)) as lab:
                status, _, body = ask(lab, "/orders/7?tenant=blue", *sending("good"), "--data", "hello")
                self.assertEqual(status, 200)
                event = json.loads(body)
                said = event["requestContext"]["authorizer"]
                self.assertEqual(list(event["requestContext"])[:2], ["resourceId", "authorizer"])
                self.assertEqual([said[name] for name in ("principalId", "text", "number", "good")],
                                 ["alice", "t", 1, True])
                self.assertIsInstance(said["integrationLatency"], int)
                guard = json.loads(said["event"])
                self.assertTrue(guard["methodArn"].endswith("/prod/POST/orders/7"), guard["methodArn"])
                if authorizer is BY_TOKEN:
                    self.assertEqual(list(guard), ["type", "methodArn", "authorizationToken"])
                    continue
                for name in ("resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
                             "pathParameters"):
                    self.assertEqual(guard[name], event[name])
                self.assertEqual((guard["stageVariables"], "body" in guard), ({}, False))
                self.assertEqual(guard["requestContext"]["requestId"], event["requestContext"]["requestId"])


class Caches(unittest.TestCase):
    def test_an_answer_is_kept_until_its_time_is_over(self):
        made = scenario({**BY_TOKEN, "AuthorizerResultTtlInSeconds": 60}, PYTHON, clock={"mode": "stepped"})
        with Lab(made, "--keep", "100") as lab:
            for version in ("--http1.1", "--http2", "--http1.1"):
                self.assertEqual(ask(lab, "/widgets", *sending("good"), version=version)[0], 200)
            self.assertEqual(asked(lab), 1)
            self.assertEqual(ask(lab, "/widgets", *sending("all"))[0], 200)
            self.assertEqual(asked(lab), 2, "somebody else")
            for seconds, times in (("59s", 2), ("1s", 3)):
                run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "clock", "step", seconds)
                self.assertEqual(ask(lab, "/widgets", *sending("all"))[0], 200)
                self.assertEqual(asked(lab), times, seconds)

    def test_a_policy_is_kept_for_all_methods(self):
        with Lab(scenario(BY_TOKEN, PYTHON), "--keep", "100") as lab:
            self.assertEqual(ask(lab, "/widgets", *sending("good"))[0], 200)
            status, _, body = ask(lab, "/widgets", *sending("good"), "--request", "PUT")
            self.assertEqual((status, json.loads(body)),
                             (403, {"Message": "User is not authorized to access this resource"}))
            self.assertEqual(ask(lab, "/widgets", *sending("all"), "--request", "PUT")[0], 200)
            self.assertEqual(ask(lab, "/widgets", *sending("all"))[0], 200)
            self.assertEqual(asked(lab), 2)

    def test_without_a_time_each_request_is_asked_about(self):
        with Lab(scenario({**BY_REQUEST, "AuthorizerResultTtlInSeconds": 0}, PYTHON), "--keep", "100") as lab:
            for _ in range(3):
                self.assertEqual(ask(lab, "/widgets")[0], 200, "whatever is missing")
            self.assertEqual(asked(lab), 3)

    def test_a_change_of_something_else_keeps_what_is_known(self):
        made = scenario(BY_TOKEN, PYTHON)
        with Lab(made, "--keep", "100") as lab:
            self.assertEqual(ask(lab, "/widgets", *sending("good"))[0], 200)
            made["RestApis"]["orders-api"]["Resources"]["/widgets"]["GET"]["Integration"]["body"] = "changed"
            file = lab.out / "changed.json"
            file.write_text(json.dumps(made))
            done = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "apply", str(file))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(ask(lab, "/widgets", *sending("good"))[::2], (200, "changed"))
            self.assertEqual(asked(lab), 1)

    def test_one_that_hangs_is_500_after_29_seconds(self):
        hanging = {**PYTHON, "Timeout": 60}
        with Lab(scenario(BY_TOKEN, hanging, clock={"mode": "scaled", "scale": 100})) as lab:
            status, head, body = ask(lab, "/widgets", *sending("hang"))
            self.assertEqual((status, json.loads(body)), (500, {"message": None}), head)
            self.assertEqual(why(lab, 0), "authorizer-failed: it took longer than 29 s")


POOL = {"Type": "COGNITO_USER_POOLS", "IdentitySource": "method.request.header.Authorization",
        "IdentityProviders": ["login.example.com"]}


class UserPools(unittest.TestCase):
    def lab(self, provider, **more):
        provider.answers["/.well-known/jwks.json"] = provider.answers["/jwks"]
        providers = {"login.example.com": {"Address": provider.address, "Protocol": "HTTP"}}
        return Lab(scenario(POOL, kind="COGNITO_USER_POOLS", IdentityProviders=providers, **more))

    def test_tokens(self):
        def sent(made):
            return "--header", f"Authorization: {made}"
        good = {"token_use": "id", "aud": "web", "cognito:groups": ["a", "b"], "email_verified": True}
        refused = [(token(**{**good, "token_use": "access"}), "its token_use is 'access', and the method takes 'id'"),
                   (token(key="second", **good), "its signature is not the issuer's"),
                   (token(headers={"kid": "third"}, **good), "no key of its issuer has its kid, 'third'"),
                   (token(iss="https://other.example.com", **good),
                    "its iss, 'https://other.example.com', is no issuer of the authorizer"),
                   (token(key="x" * 32, algorithm="HS256", **good), "its alg is 'HS256', not RS256"),
                   ("x", "it is no JSON Web Token")]
        with Provider() as provider, self.lab(provider) as lab:
            n = 0
            for version in ("--http1.1", "--http2"):
                for made in (token(**good), "Bearer " + token(**good)):
                    status, _, body = ask(lab, "/orders", *sent(made), version=version)
                    self.assertEqual(status, 200)
                    claims = json.loads(body)["requestContext"]["authorizer"]["claims"]
                    self.assertEqual((claims["sub"], claims["cognito:groups"], claims["email_verified"]),
                                     ("alice", "a,b", "true"))
                    exp = jwt.decode(made.split()[-1], options={"verify_signature": False})["exp"]
                    self.assertEqual(claims["exp"], time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(exp)))
                for made, reason in refused:
                    with self.subTest(reason=reason, version=version):
                        status, _, body = ask(lab, "/orders", *sent(made), version=version)
                        self.assertEqual((status, json.loads(body)), (401, {"message": "Unauthorized"}))
                        self.assertEqual(why(lab, n), "unauthorized: " + reason)
                        n += 1
                status, _, body = ask(lab, "/orders", *sent(token(exp=int(time.time()) - 1, **good)), version=version)
                self.assertEqual((status, json.loads(body)), (401, {"message": "The incoming token has expired"}))
                n += 1
            self.assertEqual([path for _, path, _, _ in provider.asked][0], "/.well-known/jwks.json")

    def test_keys_that_cannot_be_had_are_500(self):
        with Provider() as provider, self.lab(provider) as lab:
            provider.answers["/.well-known/jwks.json"] = (503, "{}")
            status, head, body = ask(lab, "/widgets", "--header", "Authorization: " + token(token_use="id"))
            self.assertEqual((status, json.loads(body)), (500, {"message": None}))
            self.assertIn("x-amzn-errortype: authorizerconfigurationexception", head.lower())
            self.assertIn("authorizer-failed: jwks-request-failed", why(lab, 0))
            provider.answers["/.well-known/jwks.json"] = (200, {"keys": [jwk("first")]})
            self.assertEqual(ask(lab, "/widgets", "--header", "Authorization: " + token(token_use="id"))[0], 200)

    def test_access_tokens_of_a_provider_that_is_played(self):
        client = {"ClientId": "app", "ClientSecret": "hush"}
        made = scenario(POOL, kind="COGNITO_USER_POOLS", method={"AuthorizationScopes": ["orders/read", "orders/all"]},
                        clock={"mode": "stepped"},
                        IdentityProviders={"login.example.com": {"Clients": [client], "AccessTokenSeconds": 60}})
        with Lab(made, json_output=True) as lab:
            place = {one["name"]: one for one in lab.opening["endpoints"]}["login.example.com"]

            def get(scope):
                done = subprocess.run(
                    ["curl", "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--cacert",
                     lab.ca_bundle, "--connect-to", f"login.example.com:443:{place['address']}:{place['port']}",
                     "--user", "app:hush", "--data", "grant_type=client_credentials", "--data", f"scope={scope}",
                     f"{ISSUER}/oauth2/token"], capture_output=True, timeout=DEADLINE_S, check=True)
                return "--header", "Authorization: Bearer " + json.loads(done.stdout)["access_token"]

            good = get("orders/read openid")
            for version in ("--http1.1", "--http2"):
                self.assertEqual(ask(lab, "/widgets", *good, version=version)[0], 200)
            self.assertEqual(ask(lab, "/widgets", *get("orders"))[0], 401)
            self.assertEqual(why(lab, 0), "unauthorized: it has none of the method's scopes")
            run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "clock", "step", "60s")
            status, _, body = ask(lab, "/widgets", *good)
            self.assertEqual((status, json.loads(body)), (401, {"message": "The incoming token has expired"}))


if __name__ == "__main__":
    unittest.main()
