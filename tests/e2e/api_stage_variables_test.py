"""Stage variables in whom an API's integrations and authorizers ask: what each stage, and its canary, leads to, to
clients of HTTP/1.1 and HTTP/2 at the load balancer."""

import json
import pathlib
import sys
import unittest

from api_lab import api_scenario, ask, post, why
from lab import Lab
from service import Service

FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
VERSIONS = ("--http1.1", "--http2")
FUNCTION_URI = ("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
                "arn:aws:lambda:eu-west-1:111111111111:function:${stageVariables.fn}/invocations")


def scenario(stages, resources, mappings=("prod", "dev"), **more):
    """Each stage by the first segment of the path."""
    made = api_scenario(resources, **more)
    made["RestApis"]["orders-api"]["Stages"] = stages
    made["DomainNames"]["api.example.com"]["BasePathMappings"] = [
        {"BasePath": one, "RestApi": "orders-api", "Stage": one} for one in mappings]
    return made


def function(name):
    return {"Command": [sys.executable, "-B", name], "Folder": str(FUNCTIONS), "Timeout": 60}


class Integrations(unittest.TestCase):
    def test_each_stage_asks_its_own_service(self):
        stages = {"prod": {"Variables": {"host": "orders.example.com", "version": "v2"}},
                  "dev": {"Variables": {"host": "dev.example.com:81", "version": "v3"}},
                  "bare": {"MethodSettings": [{"LoggingLevel": "ERROR"}]}}
        integration = {"Type": "HTTP_PROXY", "Uri": "http://${stageVariables.host}/${stageVariables.version}/{proxy}",
                       "services": {"orders.example.com": "orders", "dev.example.com": "orders-dev"},
                       "IntegrationHttpMethod": "ANY",
                       "RequestParameters": {"integration.request.path.proxy": "method.request.path.proxy"}}
        services = {"orders": {"standIn": {"echoRequest": True}}, "orders-dev": {"standIn": {"echoRequest": True}}}
        made = scenario(stages, {"/{proxy+}": {"ANY": {"Integration": integration}}}, tuple(stages), services=services)
        with Lab(made) as lab:
            for n, version in enumerate(VERSIONS):
                for stage, host, path in (("prod", "orders.example.com", "/v2/a/b"),
                                          ("dev", "dev.example.com:81", "/v3/a/b")):
                    status, head, body = ask(lab, f"/{stage}/a/b", version=version)
                    self.assertEqual(status, 200, head)
                    seen = json.loads(body)
                    self.assertEqual((seen["headers"]["Host"], seen["path"]), (host, path))
                status, head, body = ask(lab, "/bare/a/b", version=version)
                self.assertEqual((status, json.loads(body)), (500, {"message": "Internal server error"}))
                self.assertIn("x-amzn-errortype: internalservererrorexception", head.lower())
                self.assertIn('Invalid endpoint address: the stage has no variable "host"', why(lab, n))

    def test_a_canary_asks_its_own(self):
        with Service() as first, Service() as second:
            stages = {"prod": {"Variables": {"host": "first.example.com"},
                               "CanarySetting": {"PercentTraffic": 50,
                                                 "StageVariableOverrides": {"host": "second.example.com"}}}}
            integration = {"Type": "HTTP_PROXY", "Uri": "http://${stageVariables.host}/x",
                           "services": {"first.example.com": "first", "second.example.com": "second"},
                           "IntegrationHttpMethod": "GET"}
            services = {"first": {"address": first.address}, "second": {"address": second.address}}
            made = scenario(stages, {"/x": {"GET": {"Integration": integration}}}, ("prod",), services=services)
            with Lab(made) as lab:
                for _ in range(40):
                    self.assertEqual(ask(lab, "/prod/x")[0], 200)
            self.assertTrue(first.requests and second.requests)
            self.assertEqual(len(first.requests) + len(second.requests), 40)

    def test_each_stage_asks_its_own_function(self):
        stages = {"prod": {"Variables": {"fn": "orders:live"}},
                  "dev": {"Variables": {"fn": "arn:aws:lambda:eu-west-1:111111111111:function:orders-dev"}},
                  "bare": {}}
        made = scenario(stages, {
            "/a": {"GET": {"Integration": {"Type": "AWS_PROXY", "Uri": FUNCTION_URI, "IntegrationHttpMethod": "POST"}}},
            "/b": {"GET": {"Integration": {"Type": "AWS_PROXY", "Function": "${stageVariables.fn}"}}}},
            tuple(stages), Functions={name: function("named.py") for name in ("orders", "orders-dev")})
        with Lab(made) as lab:
            for n, version in enumerate(VERSIONS):
                for stage, name in (("prod", "orders"), ("dev", "orders-dev")):
                    for path in ("/a", "/b"):
                        status, head, body = ask(lab, f"/{stage}{path}", version=version)
                        self.assertEqual((status, json.loads(body)), (200, {"function": name}), head)
                self.assertEqual(ask(lab, "/bare/a", version=version)[0], 500)
                self.assertIn('the stage has no variable "fn"', why(lab, n))

    def test_each_stage_has_its_own_vpc_link(self):
        balancer = {"Type": "network", "Listeners": [{"Protocol": "TCP", "Port": 80, "DefaultActions": [
            {"Type": "forward", "TargetGroup": "orders"}]}]}
        stages = {"prod": {"Variables": {"link": "known"}}, "dev": {}}
        integration = {"Type": "HTTP_PROXY", "Uri": "http://inside/x", "ConnectionType": "VPC_LINK",
                       "ConnectionId": "${stageVariables.link}", "IntegrationHttpMethod": "GET"}
        made = scenario(stages, {"/x": {"GET": {"Integration": integration}}},
                        services={"orders": {"standIn": {"echoRequest": True}}},
                        VpcLinks={"known": {"TargetArns": ["nlb"]}})
        made["LoadBalancers"]["nlb"] = balancer
        made["TargetGroups"]["orders"] = {"TargetType": "ip", "Protocol": "TCP", "Port": 80, "Targets": ["orders"]}
        with Lab(made) as lab:
            for n, version in enumerate(VERSIONS):
                self.assertEqual(json.loads(ask(lab, "/prod/x", version=version)[2])["headers"]["Host"], "inside")
                self.assertEqual(ask(lab, "/dev/x", version=version)[0], 500)
                self.assertIn("Invalid endpoint address", why(lab, n))


class Authorizers(unittest.TestCase):
    def test_each_stage_asks_its_own(self):
        authorizer = {"Type": "TOKEN", "IdentitySource": "method.request.header.Authorization",
                      "AuthorizerUri": FUNCTION_URI}
        made = scenario({"prod": {"Variables": {"fn": "allows"}}, "dev": {}},
                        {"/x": {"GET": {"Integration": {"Type": "MOCK", "body": {}}, "AuthorizationType": "CUSTOM",
                                        "AuthorizerId": "who"}}},
                        Functions={"allows": function("authorizer.py")})
        made["RestApis"]["orders-api"]["Authorizers"] = {"who": authorizer}
        with Lab(made) as lab:
            for n, version in enumerate(VERSIONS):
                self.assertEqual(ask(lab, "/prod/x", "--header", "Authorization: allow", version=version)[0], 200)
                status, _, body = ask(lab, "/dev/x", "--header", "Authorization: allow", version=version)
                self.assertEqual((status, json.loads(body)), (500, {"message": None}))
                self.assertIn('the stage has no variable "fn"', why(lab, n))

    def test_a_change_of_the_variables_counts_at_once(self):
        stages = {"prod": {"Variables": {"host": "a.example.com"}}, "dev": {"Variables": {"host": "b.example.com"}}}
        integration = {"Type": "HTTP_PROXY", "Uri": "http://${stageVariables.host}/x", "service": "echo",
                       "IntegrationHttpMethod": "GET"}
        made = scenario(stages, {"/x": {"GET": {"Integration": integration}}},
                        services={"echo": {"standIn": {"echoRequest": True}}})
        with Lab(made) as lab:
            for name in ("a.example.com", "c.example.com"):
                post(lab, "/v1/changes", {"change": "PutStage", "RestApi": "orders-api", "StageName": "prod",
                                          "Stage": {"Variables": {"host": name}}})
                self.assertEqual(json.loads(ask(lab, "/prod/x")[2])["headers"]["Host"], name)


if __name__ == "__main__":
    unittest.main()
