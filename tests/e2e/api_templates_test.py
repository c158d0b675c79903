"""Integrations that map (HTTP, AWS, MOCK with templates, HTTP_PROXY with parameters): what reaches who is asked, and
what its answer becomes, to clients of HTTP/1.1 and HTTP/2 at the load balancer."""

import json
import pathlib
import sys
import unittest

from api_lab import api_scenario, ask, why
from lab import Lab
from service import Service

FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
HOST = "orders.example.com"
VERSIONS = ("--http1.1", "--http2")


def http(path, kind="HTTP", **more):
    return {"Type": kind, "Uri": f"http://{HOST}{path}", "service": "orders", "IntegrationHttpMethod": "POST", **more}


def lab_of(resources, address=None):
    service = {"address": address} if address else {"standIn": {"echoRequest": True}}
    return Lab(api_scenario(
        resources, services={"orders": service},
        Functions={"orders": {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS), "Timeout": 60}}))


def method(integration, verb="ANY"):
    return {verb: {"Integration": integration}}


class Requests(unittest.TestCase):
    def test_parameters_and_a_template_make_the_request(self):
        integration = http(
            "/v1/{id}", IntegrationResponses=[{"StatusCode": 200}],
            RequestParameters={"integration.request.path.id": "method.request.path.id",
                               "integration.request.querystring.q": "method.request.querystring.search",
                               "integration.request.header.X-Who": "method.request.header.X-Client",
                               "integration.request.header.X-Fixed": "'always'",
                               "integration.request.header.X-Ip": "context.identity.sourceIp"},
            RequestTemplates={"application/json": '{"name": "$input.path(\'$.a.b\')", "id": "$input.params(\'id\')"}'})
        with lab_of({"/orders/{id}": method(integration)}) as lab:
            for version in VERSIONS:
                status, head, body = ask(lab, "/orders/a%20b?search=x%26y&other=1", "--header", "X-Client: me",
                                         "--header", "X-Secret: no", "--json", '{"a": {"b": "c"}}', version=version)
                self.assertEqual(status, 200, head + body)
                seen = json.loads(body)
                self.assertEqual((seen["method"], seen["path"], seen["queryString"]), ("POST", "/v1/a%20b", "q=x%26y"))
                fields = {name.lower(): value for name, value in seen["headers"].items()}
                self.assertEqual((fields["x-who"], fields["x-fixed"], fields["host"]), ("me", "always", HOST))
                self.assertRegex(fields["x-ip"], r"^127\.")
                self.assertNotIn("x-secret", fields)
                self.assertEqual(seen["bodyBytes"], len('{"name": "c", "id": "a b"}'))
                self.assertIn("x-amzn-trace-id", head.lower())

    def test_a_proxy_passes_what_its_path_stands_for(self):
        integration = http("/v2/{proxy}", kind="HTTP_PROXY", RequestParameters={
            "integration.request.path.proxy": "method.request.path.proxy",
            "integration.request.header.X-Stage": "context.stage"})
        with lab_of({"/{proxy+}": method(integration)}) as lab:
            seen = json.loads(ask(lab, "/a/b%20c/d?e=f", "--header", "X-Mine: 1")[2])
        self.assertEqual((seen["path"], seen["queryString"]), ("/v2/a/b%20c/d", "e=f"))
        fields = {name.lower(): value for name, value in seen["headers"].items()}
        self.assertEqual((fields["x-mine"], fields["x-stage"]), ("1", "prod"))

    def test_a_media_type_without_a_template(self):
        template = {"application/json": '{"mapped": true}'}
        cases = [("WHEN_NO_MATCH", template, 200), ("WHEN_NO_TEMPLATES", template, 415),
                 ("WHEN_NO_TEMPLATES", None, 200), ("NEVER", template, 415), ("NEVER", None, 415)]
        resources = {}
        for number, (behavior, templates, _) in enumerate(cases):
            more = {"RequestTemplates": templates} if templates else {}
            resources[f"/{number}"] = method(http("/", PassthroughBehavior=behavior, **more,
                                                  IntegrationResponses=[{"StatusCode": 200}]))
        with lab_of(resources) as lab:
            for version in VERSIONS:
                for number, (behavior, templates, status) in enumerate(cases):
                    with self.subTest(behavior=behavior, templates=templates, version=version):
                        got, head, body = ask(lab, f"/{number}", "--header", "Content-Type: text/csv", "--data", "a,b",
                                              version=version)
                        self.assertEqual(got, status, head)
                        if status == 415:
                            self.assertEqual(json.loads(body), {"message": "Unsupported Media Type"})
                            self.assertIn("x-amzn-errortype: badrequestexception", head.lower())
                        else:
                            self.assertEqual(json.loads(body)["bodyBytes"], 3)


class Answers(unittest.TestCase):
    def test_of_a_backend_by_its_status(self):
        integration = http("/fields", IntegrationHttpMethod="GET", IntegrationResponses=[
            {"StatusCode": 200},
            {"StatusCode": 410, "SelectionPattern": r"4\d{2}",
             "ResponseParameters": {"method.response.header.X-Was": "integration.response.header.X-A",
                                    "method.response.header.Access-Control-Allow-Origin": "'*'"},
             "ResponseTemplates": {"application/json": '{"said": "$input.body", "on": "$context.resourcePath"}'}}])
        with Service() as service, lab_of({"/gone": method(integration)}, service.address) as lab:
            for version in VERSIONS:
                status, head, body = ask(lab, "/gone", version=version)
                self.assertEqual((status, json.loads(body)), (410, {"said": "none", "on": "/gone"}), head)
                self.assertIn("x-was: 1", head.lower())
                self.assertIn("access-control-allow-origin: *", head.lower())
                self.assertNotIn("x-amzn-remapped", head.lower())

    def test_that_none_fits_is_500(self):
        integration = http("/fields", IntegrationHttpMethod="GET",
                           IntegrationResponses=[{"StatusCode": 200, "SelectionPattern": "2.."}])
        with Service() as service, lab_of({"/gone": method(integration)}, service.address) as lab:
            status, _, body = ask(lab, "/gone")
            self.assertEqual((status, json.loads(body)), (500, {"message": "Internal server error"}))
            self.assertIn("no integration response fits", why(lab, 0))

    def test_of_a_function_by_its_error(self):
        integration = {
            "Type": "AWS", "Function": "orders",
            "RequestTemplates": {"application/json": '{"path": "$input.params(\'path\')", "body": "x"}'},
            "IntegrationResponses": [
                {"StatusCode": 200, "ResponseTemplates": {
                    "application/json": '{"path": "$util.parseJson($input.path(\'$.body\')).path"}'}},
                {"StatusCode": 404, "SelectionPattern": ".*no such order.*", "ResponseTemplates": {
                    "application/json": '{"error": "$input.path(\'$.errorMessage\')"}'}}]}
        with lab_of({"/orders": method(integration, "POST")}) as lab:
            for version in VERSIONS:
                status, head, body = ask(lab, "/orders?path=/orders", "--json", "{}", version=version)
                self.assertEqual((status, json.loads(body)), (200, {"path": "/orders"}), head)
                status, _, body = ask(lab, "/orders?path=/error", "--json", "{}", version=version)
                self.assertEqual(status, 404)
                self.assertIn("no such order", json.loads(body)["error"])

    def test_of_a_mock(self):
        integration = {
            "Type": "MOCK",
            "RequestTemplates": {"application/json": "{#if($input.params('fail') == 'yes')\"statusCode\": 503"
                                                     "#else statusCode: 200 #end}"},
            "IntegrationResponses": [
                {"StatusCode": 200, "ResponseTemplates": {"application/json": '{"id": "$context.requestId"}',
                                                          "text/plain": "plain"}},
                {"StatusCode": 503, "SelectionPattern": "503"}]}
        with lab_of({"/mock": method(integration)}) as lab:
            for version in VERSIONS:
                status, head, body = ask(lab, "/mock", version=version)
                self.assertEqual(status, 200)
                self.assertIn(json.loads(body)["id"], head)
                self.assertNotIn("x-amzn-trace-id", head.lower())
                self.assertEqual(ask(lab, "/mock?fail=yes", version=version)[::2], (503, ""))
                self.assertEqual(ask(lab, "/mock", "--header", "Accept: text/plain", version=version)[2], "plain")

    def test_a_template_that_fails_is_500(self):
        template = "#set($context.responseOverride.status = 'x')"
        integration = {"Type": "MOCK", "RequestTemplates": {"application/json": template},
                       "IntegrationResponses": [{"StatusCode": 200}]}
        with lab_of({"/mock": method(integration)}) as lab:
            status, _, body = ask(lab, "/mock")
            self.assertEqual((status, json.loads(body)), (500, {"message": "Internal server error"}))
            self.assertTrue(why(lab, 0).startswith("integration-error: "))


if __name__ == "__main__":
    unittest.main()
