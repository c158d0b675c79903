"""AWS_IAM authorization, policies of endpoints and private custom domain names: requests as botocore signs them, to
clients of HTTP/1.1 and HTTP/2 at the load balancer."""

import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from api_lab import NAME, api_scenario, ask, why
from lab import Lab, curl, needs, run_hoplab

needs("botocore")

from botocore.auth import SigV4Auth, SigV4QueryAuth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

REGION = "eu-west-1"
VERSIONS = ("--http1.1", "--http2")
FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
ALLOW = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
KEYS = {
    "alice": {"PrincipalArn": "arn:aws:iam::111111111111:user/alice", "Policies": [{"Statement": ALLOW}]},
    "bob": {"PrincipalArn": "arn:aws:iam::111111111111:user/bob"},
    "session": {"SessionToken": "a/token+=", "PrincipalArn": "arn:aws:sts::111111111111:assumed-role/reader/one",
                "Policies": [{"Statement": ALLOW}], "PrincipalOrgId": "o-example"},
    "old": {"SessionToken": "old", "Expiration": "-1h",
            "PrincipalArn": "arn:aws:sts::111111111111:assumed-role/reader/two"},
}
ECHO = {"Type": "MOCK", "body": "passed"}


def scenario(integration=None, **more):
    made = api_scenario({"/orders/{proxy+}": {"ANY": {"AuthorizationType": "AWS_IAM",
                                                      "Integration": integration or ECHO}},
                         "/open": {"GET": {"Integration": ECHO}}}, AccessKeys=KEYS, **more)
    # Nobody is let in by the API's own policy but to what is open.
    made["RestApis"]["orders-api"]["Policy"]["Statement"][0]["Resource"] = ["execute-api:/*/GET/open",
                                                                            "execute-api:/*/GET/"]
    return made


def credentials(lab, name):
    return Credentials(*(lab.env[f"HOPLAB_{part}_{name.upper()}"] or None
                         for part in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")))


def request_of(path, method="GET", headers=None, body=b"", name=NAME):
    return AWSRequest(method=method, url=f"https://{name}{path}", headers={"Host": name, **(headers or {})}, data=body)


def sign(request, who, region=REGION, service="execute-api", moved=None):
    """As botocore does it now, or `moved` from now."""
    class Signer(SigV4Auth):
        def _modify_request_before_signing(self, request):
            if moved is not None:
                at = datetime.datetime.now(datetime.timezone.utc) + moved
                request.context["timestamp"] = at.strftime("%Y%m%dT%H%M%SZ")
            super()._modify_request_before_signing(request)

    Signer(who, service, region).add_auth(request)
    return request


def send(lab, request, version="--http1.1", path=None):
    """(status, head, body) of a request that botocore has signed."""
    fields = [word for name, value in request.headers.items() if name.lower() != "host"
              for word in ("--header", f"{name}: {value}")]
    body = ["--data-binary", request.data.decode()] if request.data else []
    target = path or request.url.split(NAME, 1)[1]
    return ask(lab, target, "--path-as-is", "--globoff", "--request", request.method, *fields, *body, version=version)


def error(answer):
    """(status, x-amzn-ErrorType, body)"""
    status, head, body = answer
    types = [line.split(": ")[1] for line in head.splitlines() if line.lower().startswith("x-amzn-errortype: ")]
    return status, *types, json.loads(body)


class Signatures(unittest.TestCase):
    def test_what_botocore_signs_is_accepted(self):
        cases = [("/orders/1", {}), ("/orders/a%20b/%E1%88%B4", {}), ("/orders/1?b=2&a=%2F&a=1&c", {}),
                 ("/orders/1", {"method": "POST", "body": b'{"a": 1}',
                                "headers": {"Content-Type": "application/json"}}),
                 ("/orders/1", {"method": "DELETE"})]
        with Lab(scenario()) as lab:
            for version in VERSIONS:
                for path, more in cases:
                    for name in ("alice", "session"):
                        with self.subTest(path=path, version=version, name=name, **more):
                            request = sign(request_of(path, **more), credentials(lab, name))
                            status, head, body = send(lab, request, version)
                            self.assertEqual((status, body), (200, "passed"), head)

    def test_a_signature_in_the_query_is_accepted(self):
        with Lab(scenario()) as lab:
            for version in VERSIONS:
                request = request_of("/orders/1?a=b")
                SigV4QueryAuth(credentials(lab, "alice"), "execute-api", REGION, expires=60).add_auth(request)
                self.assertEqual(send(lab, request, version)[0], 200)
                # One letter of what is signed.
                changed = request.url.split(NAME, 1)[1].replace("a=b", "a=c")
                self.assertEqual(error(send(lab, request, version, path=changed))[:2],
                                 (403, "InvalidSignatureException"))

    def test_each_wrong_signature_has_awss_answer(self):
        minutes = datetime.timedelta(minutes=1)
        with Lab(scenario()) as lab:
            alice = credentials(lab, "alice")

            def broken(**how):
                return sign(request_of("/orders/1"), alice, **how)

            changed_body = sign(request_of("/orders/1", "POST", body=b"one"), alice)
            changed_body.data = b"two"
            cases = [
                (request_of("/orders/1"), "MissingAuthenticationTokenException", "Missing Authentication Token"),
                (request_of("/orders/1", headers={"Authorization": "Bearer x"}), "IncompleteSignatureException",
                 "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded "
                 "with Base64): '"),
                (sign(request_of("/orders/1"), Credentials("AKIANOBODY", "x")), "UnrecognizedClientException",
                 "The security token included in the request is invalid."),
                (sign(request_of("/orders/1"), Credentials(alice.access_key, "x")), "InvalidSignatureException",
                 "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                 "Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical "
                 "String for this request should have been\n'GET\n/orders/1\n"),
                (changed_body, "InvalidSignatureException", "The request signature we calculated does not match"),
                (broken(moved=-6 * minutes), "InvalidSignatureException", "Signature expired: "),
                (broken(moved=6 * minutes), "InvalidSignatureException", "Signature not yet current: "),
                (broken(region="us-east-1"), "InvalidSignatureException",
                 "Credential should be scoped to a valid region, not 'us-east-1'. "),
                (broken(service="s3"), "InvalidSignatureException",
                 "Credential should be scoped to correct service: 'execute-api'. "),
                (sign(request_of("/orders/1"), credentials(lab, "old")), "ExpiredTokenException",
                 "The security token included in the request is expired"),
            ]
            for version in VERSIONS:
                for request, kind, message in cases:
                    with self.subTest(message=message, version=version):
                        status, got, body = error(send(lab, request, version))
                        self.assertEqual((status, got), (403, kind))
                        self.assertTrue(body["message"].startswith(message), body)

    def test_a_right_signature_without_permission(self):
        with Lab(scenario()) as lab:
            status, kind, body = error(send(lab, sign(request_of("/orders/1"), credentials(lab, "bob"))))
            self.assertEqual((status, kind), (403, "AccessDeniedException"))
            self.assertRegex(body["Message"], r"^User: arn:aws:iam::111111111111:user/bob is not authorized to "
                             r"perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:"
                             r"\*{8}1111:[a-z0-9]{10}/prod/GET/orders/1$")
            self.assertEqual(why(lab, 0), "implicit-deny: the caller's policies")

    def test_a_signature_is_looked_at_before_an_unknown_route_is_told(self):
        with Lab(scenario()) as lab:
            self.assertEqual(error(ask(lab, "/"))[1], "MissingAuthenticationTokenException")
            self.assertEqual(why(lab, 0), "missing-authentication-token")
            request = sign(request_of("/"), credentials(lab, "alice"))
            self.assertEqual(error(send(lab, request))[1], "MissingAuthenticationTokenException")
            request = sign(request_of("/"), Credentials("AKIANOBODY", "x"))
            self.assertEqual(error(send(lab, request))[1], "UnrecognizedClientException")
            self.assertEqual(error(ask(lab, "/orders/1"))[1], "MissingAuthenticationTokenException")
            self.assertEqual(why(lab, 3), "signature-refused: missing-signature")

    def test_the_function_is_told_who_has_signed(self):
        integration = {"Type": "AWS_PROXY", "Function": "orders"}
        functions = {"orders": {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS), "Timeout": 60}}
        with Lab(scenario(integration, Functions=functions)) as lab:
            for version in VERSIONS:
                request = sign(request_of("/orders/1", "POST", body=b"{}"), credentials(lab, "session"))
                status, head, body = send(lab, request, version)
                self.assertEqual(status, 200, head)
                event = json.loads(body)
                self.assertNotIn("authorization", {name.lower() for name in event["headers"]})
                identity = event["requestContext"]["identity"]
                self.assertEqual(identity["accessKey"], lab.env["HOPLAB_ACCESS_KEY_ID_SESSION"])
                self.assertEqual(identity["accountId"], "111111111111")
                self.assertRegex(identity["caller"], "^AROA[A-Z2-7]{17}:one$")
                self.assertEqual(identity["user"], identity["caller"])
                self.assertEqual(identity["userArn"], KEYS["session"]["PrincipalArn"])
                self.assertEqual(identity["principalOrgId"], "o-example")


class Keys(unittest.TestCase):
    def test_where_clients_find_them(self):
        with Lab(scenario(), json_output=True) as lab:
            alice = lab.opening["accessKeys"]["alice"]
            self.assertEqual(alice["accessKeyId"], lab.env["HOPLAB_ACCESS_KEY_ID_ALICE"])
            self.assertEqual(alice["secretAccessKey"], lab.env["HOPLAB_SECRET_ACCESS_KEY_ALICE"])
            self.assertEqual(lab.opening["accessKeys"]["session"]["sessionToken"], "a/token+=")
            self.assertNotIn("AWS_ACCESS_KEY_ID", lab.env)

    def test_one_alone_is_what_sdks_find(self):
        made = scenario()
        made["AccessKeys"] = {"alice": KEYS["alice"]}
        with Lab(made) as lab:
            self.assertEqual(lab.env["AWS_ACCESS_KEY_ID"], lab.env["HOPLAB_ACCESS_KEY_ID_ALICE"])
            self.assertEqual(lab.env["AWS_SECRET_ACCESS_KEY"], lab.env["HOPLAB_SECRET_ACCESS_KEY_ALICE"])
            self.assertEqual(lab.env["AWS_SESSION_TOKEN"], "")

    def test_they_change_while_it_runs(self):
        with Lab(scenario()) as lab:
            request = sign(request_of("/orders/1"), credentials(lab, "alice"))
            self.assertEqual(send(lab, request)[0], 200)
            done = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "change",
                              json.dumps({"change": "DeleteAccessKey", "Name": "alice"}))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(error(send(lab, request))[1], "UnrecognizedClientException")


class Policies(unittest.TestCase):
    def test_an_endpoint_policy_is_asked_first(self):
        only_alice = {"Statement": {"Effect": "Allow", "Principal": {"AWS": KEYS["alice"]["PrincipalArn"]},
                                    "Action": "execute-api:Invoke", "Resource": "*"}}
        made = scenario(VpcEndpoints={"execute-api-endpoint": {"ServiceName": "execute-api",
                                                               "PolicyDocument": only_alice}})
        with Lab(made) as lab:
            for version in VERSIONS:
                alice = credentials(lab, "alice")
                self.assertEqual(send(lab, sign(request_of("/open"), alice), version)[0], 200)
                self.assertEqual(error(ask(lab, "/open", version=version))[:2], (403, "AccessDeniedException"))
                wrong = sign(request_of("/open"), Credentials(alice.access_key, "x"))
                self.assertEqual(error(send(lab, wrong, version))[:2], (403, "InvalidSignatureException"))
            self.assertEqual(why(lab, 0), "signature-refused: wrong-signature")

    def test_integrations_see_that_an_endpoint_has_a_policy(self):
        policy = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:*", "Resource": "*"}}
        functions = {"orders": {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS), "Timeout": 60}}
        integration = {"Type": "AWS_PROXY", "Function": "orders"}
        for document, config, url in ((None, "1", None), (policy, "0", "^MQ==;vpce-svc-[0-9a-f]{17}$")):
            endpoint = {"ServiceName": "execute-api", **({"PolicyDocument": document} if document else {})}
            made = scenario(integration, Functions=functions, VpcEndpoints={"execute-api-endpoint": endpoint})
            with self.subTest(config), Lab(made) as lab:
                body = send(lab, sign(request_of("/orders/1"), credentials(lab, "alice")))[2]
                headers = json.loads(body)["headers"]
                self.assertEqual(headers["x-amzn-vpce-config"], config)
                if url:
                    self.assertRegex(headers["x-amzn-vpce-policy-url"], url)
                else:
                    self.assertNotIn("x-amzn-vpce-policy-url", headers)


class ChangedOnTheWay(unittest.TestCase):
    def test_a_transform_between_signer_and_api_breaks_the_signature(self):
        made = scenario()
        made["DomainNames"]["inner.example.com"] = made["DomainNames"][NAME]
        listener = made["LoadBalancers"]["alb"]["Listeners"][0]
        listener["Rules"] = [{
            "Priority": 1, "Conditions": [{"Field": "http-header", "HttpHeaderConfig": {
                "HttpHeaderName": "x-change", "Values": ["*"]}}],
            "Actions": [{"Type": "forward", "TargetGroup": "api-group"}],
            "Transforms": [{"Type": "host-header-rewrite", "HostHeaderRewriteConfig": {
                "Rewrites": [{"Regex": "^.*$", "Replace": "inner.example.com"}]}}]}]
        with Lab(made) as lab:
            for version in VERSIONS:
                request = sign(request_of("/orders/1"), credentials(lab, "alice"))
                self.assertEqual(send(lab, request, version)[0], 200)
                request.headers["x-change"] = "1"  # which is not signed
                status, kind, body = error(send(lab, request, version))
                self.assertEqual((status, kind), (403, "InvalidSignatureException"))
                self.assertIn("\nhost:inner.example.com\n", body["message"])
            self.assertEqual(why(lab, 0), "signature-refused: wrong-signature")


class PrivateDomainNames(unittest.TestCase):
    @staticmethod
    def scenario(**more):
        made = scenario()
        made["DomainNames"] = {NAME: {
            "EndpointConfiguration": {"Types": ["PRIVATE"]}, "AccessAssociations": ["execute-api-endpoint"],
            "Policy": {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
                                     "Resource": "execute-api:/*"}},
            "BasePathMappings": [{"BasePath": "shop", "RestApi": "orders-api", "Stage": "prod"}], **more}}
        return made

    def test_one_that_is_associated_and_allows(self):
        with Lab(self.scenario()) as lab:
            for version in VERSIONS:
                self.assertEqual(ask(lab, "/shop/open", version=version)[0], 200)
                request = sign(request_of("/shop/orders/1"), credentials(lab, "alice"))
                self.assertEqual(send(lab, request, version)[0], 200)

    def test_without_a_policy_or_an_association_nobody_passes(self):
        made = self.scenario()
        del made["DomainNames"][NAME]["Policy"]
        with Lab(made) as lab:
            status, kind, body = error(ask(lab, "/shop/open"))
            self.assertEqual((status, kind), (403, "AccessDeniedException"))
            self.assertIn(f":/domainnames/{NAME}+", body["Message"])
            self.assertEqual(why(lab, 0), "implicit-deny: the policy of the domain name")
        made = self.scenario()
        del made["DomainNames"][NAME]["AccessAssociations"]
        with Lab(made) as lab:
            self.assertEqual(error(ask(lab, "/shop/open")), (403, "ForbiddenException", {"message": "Forbidden"}))
            self.assertEqual(why(lab, 0), "no-access-association")

    def test_straight_through_the_endpoint(self):
        made = self.scenario()
        made["entry"] = ["execute-api-endpoint"]
        with Lab(made, json_output=True) as lab:
            done = curl(lab, path="/shop/open", host=NAME, headers=False)
            self.assertEqual((done.stdout, done.stderr), (b"passed", b""))

    def test_routing_rules(self):
        def rule(priority, conditions, strip=False):
            return {"Priority": priority, "Conditions": conditions, "Actions": [
                {"InvokeApi": {"ApiId": "orders-api", "Stage": "prod", "StripBasePath": strip}}]}

        header = {"MatchHeaders": {"AnyOf": [{"Header": "X-Version", "ValueGlob": "beta*"}]}}
        rules = [rule(2, [header]), rule(1, [{"MatchBasePaths": {"AnyOf": ["shop/v1"]}}], strip=True)]
        with Lab(self.scenario(RoutingMode="ROUTING_RULE_THEN_BASE_PATH_MAPPING", RoutingRules=rules)) as lab:
            for version in VERSIONS:
                self.assertEqual(ask(lab, "/shop/v1/open", version=version)[0], 200)
                self.assertEqual(ask(lab, "/shop/open", version=version)[0], 200)
                self.assertEqual(ask(lab, "/open", version=version)[0], 403)
                self.assertEqual(ask(lab, "/open", "--header", "x-version: beta.2", version=version)[0], 200)


class JavaScript(unittest.TestCase):
    """The signer of AWS's SDK for JavaScript, where npm has installed it (scripts/full signers)."""

    def test_what_it_signs_is_accepted(self):
        libraries = os.environ.get("HOPLAB_SIGNER_LIBRARIES")
        if not libraries or not shutil.which("node"):
            self.skipTest("HOPLAB_SIGNER_LIBRARIES names no folder of npm's, or there is no Node")
        with Lab(scenario()) as lab, tempfile.TemporaryDirectory() as folder:
            who = credentials(lab, "session")
            for version in VERSIONS:
                for method, path, query, body in (("GET", "/orders/1", {}, ""), ("GET", "/orders/a%20b", {}, ""),
                                                  ("GET", "/orders/1", {"b": "x y", "a": ["2", "1"]}, ""),
                                                  ("POST", "/orders/1", {}, '{"a": "ö"}')):
                    with self.subTest(version=version, method=method, path=path, query=query):
                        asked = {"method": method, "path": path, "query": query, "body": body, "host": NAME,
                                 "region": REGION, "credentials": {
                                     "accessKeyId": who.access_key, "secretAccessKey": who.secret_key,
                                     "sessionToken": who.token}}
                        done = subprocess.run(["node", str(FUNCTIONS.parent / "sign.js"), json.dumps(asked)],
                                              cwd=folder, env={**os.environ, "NODE_PATH": f"{libraries}/node_modules"},
                                              capture_output=True, text=True, check=False)
                        self.assertEqual(done.returncode, 0, done.stderr)
                        made = json.loads(done.stdout)
                        request = AWSRequest(method=method, url=f"https://{NAME}{made['target']}",
                                             headers=made["headers"], data=body.encode())
                        self.assertEqual(send(lab, request, version)[0], 200)


if __name__ == "__main__":
    unittest.main()
