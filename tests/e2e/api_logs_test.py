"""The two logs of a private REST API's stage: a line for each request in the format that the stage says, and what was
done for it step by step, of each kind of integration and of each refusal."""

import json
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

from api_lab import api_scenario, ask
from api_usage_test import KEY
from lab import Lab, until
from service import Service

FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
MOCK = {"Integration": {"Type": "MOCK", "body": "mocked"}}
ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
FORMAT = json.dumps({name: f"$context.{name}" for name in (
    "requestId", "extendedRequestId", "identity.sourceIp", "identity.apiKeyId", "identity.caller", "requestTime",
    "httpMethod", "path", "resourcePath", "protocol", "status", "responseLength", "responseLatency",
    "integrationLatency", "integration.status", "integration.integrationStatus", "error.message", "error.responseType",
    "stage", "isCanaryRequest")})
EVERYTHING = {"LoggingLevel": "INFO", "DataTraceEnabled": True}


def to_function(function):
    return {"Integration": {"Type": "AWS_PROXY", "Function": function}}


def scenario(service=None, settings=None, **stage):
    http = {"Integration": {"Type": "HTTP_PROXY", "Uri": "http://orders.example.com/fields", "service": "orders",
                            "IntegrationHttpMethod": "ANY"}}
    made = api_scenario(
        {"/mock/{id}": {"ANY": MOCK}, "/keyed": {"GET": {**MOCK, "ApiKeyRequired": True}},
         "/{proxy+}": {"ANY": to_function("orders")}, "/http": {"ANY": http},
         "/hang": {"GET": {"Integration": {**to_function("orders")["Integration"], "TimeoutInMillis": 50}}}},
        services={"orders": {"address": service or "127.0.0.1:9"}},
        Functions={"orders": {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS), "Timeout": 60}})
    made["ApiKeys"] = {"first": {"Value": KEY}}
    made["UsagePlans"] = {"plan": {"ApiStages": [{"RestApi": "orders-api", "Stage": "prod"}], "ApiKeys": ["first"]}}
    made["RestApis"]["orders-api"]["Stage"] = {"MethodSettings": [settings] if settings else [], **stage}
    return made


class Logs(unittest.TestCase):
    def lab(self, made, *arguments):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        self.folder = pathlib.Path(folder) / "logs"
        return Lab(made, "--api-logs", str(self.folder), *arguments)

    def lines(self, kind, count=None):
        """All of one log; with `count`: once there are so many."""
        file = self.folder / f"orders-api-prod-{kind}.log"

        def read():
            return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return until(lambda: len(read()) >= count and read(), f"{count} lines") if count else read()

    def steps(self, lab, path, *arguments, **how):
        """What the execution log says of one request, without times and ids; the answer's status."""
        before = len(self.lines("execution"))
        status, head, _ = ask(lab, path, *arguments, **how)
        said = []
        for line in self.lines("execution")[before:]:
            at, about, text = re.fullmatch(rf"(\S+Z) \(({ID})\) (.*)", line).group(1, 2, 4)
            self.assertIn(about, head, "the answer's x-amzn-RequestId")
            said.append(text.replace(about, "ID"))
        return said, status


class AccessLog(Logs):
    def access(self, lab, path, *arguments, **how):
        before = len(self.lines("access"))
        ask(lab, path, *arguments, **how)
        return json.loads(self.lines("access", before + 1)[-1])

    def test_a_line_for_each_request(self):
        with Service() as service, self.lab(scenario(service.address, AccessLogSetting={"Format": FORMAT})) as lab:
            for version in ("--http1.1", "--http2"):
                line = self.access(lab, "/mock/7?a=b", version=version)
                self.assertRegex(line["requestId"], ID)
                self.assertRegex(line["extendedRequestId"], "^.{15}=$")
                self.assertRegex(line["requestTime"], r"^\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000$")
                self.assertRegex(line["responseLatency"], r"^\d+$")
                self.assertEqual({name: line[name] for name in (
                    "httpMethod", "path", "resourcePath", "protocol", "status", "responseLength", "integrationLatency",
                    "integration.status", "error.message", "stage", "identity.caller", "isCanaryRequest")}, {
                        "httpMethod": "GET", "path": "/mock/7", "resourcePath": "/mock/{id}", "protocol": "HTTP/1.1",
                        "status": "200", "responseLength": "6", "integrationLatency": "-", "integration.status": "-",
                        "error.message": "-", "stage": "prod", "identity.caller": "-", "isCanaryRequest": "-"})
                line = self.access(lab, "/orders", version=version)
                self.assertEqual((line["status"], line["integration.status"], line["integration.integrationStatus"]),
                                 ("200", "200", "200"))
                self.assertRegex(line["integrationLatency"], r"^\d+$")
                self.assertLessEqual(int(line["integrationLatency"]), int(line["responseLatency"]))
                line = self.access(lab, "/http", version=version)
                self.assertEqual((line["status"], line["integration.status"], line["responseLength"]),
                                 ("404", "404", "4"))

    def test_of_each_refusal(self):
        with self.lab(scenario(AccessLogSetting={"Format": FORMAT})) as lab:
            for path, arguments, status, message, kind, path_of in (
                    ("/", (), "403", "Missing Authentication Token", "MISSING_AUTHENTICATION_TOKEN", "-"),
                    ("/keyed", (), "403", "Forbidden", "INVALID_API_KEY", "/keyed"),
                    ("/error", (), "502", "Internal server error", "DEFAULT_5XX", "/{proxy+}"),
                    ("/hang", (), "504", "Endpoint request timed out", "INTEGRATION_TIMEOUT", "/hang"),
                    ("/http", (), "504", "Network error communicating with endpoint", "INTEGRATION_FAILURE", "/http")):
                line = self.access(lab, path, *arguments)
                self.assertEqual((line["status"], line["error.message"], line["error.responseType"],
                                  line["resourcePath"]), (status, message, kind, path_of))
            line = self.access(lab, "/keyed", "--header", f"x-api-key: {KEY}")
            self.assertRegex(line["identity.apiKeyId"], "^[a-z0-9]{10}$")
            count = len(self.lines("access"))
            ask(lab, "/mock/7", "--header", "x-apigw-api-id: nosuchapi0")
            ask(lab, "/mock/7")
            self.assertEqual(len(self.lines("access")), count + 1, "what reaches no API is in no API's log")

    def test_the_consoles_samples(self):
        clf = ('$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]'
               '"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength '
               '$context.requestId $context.extendedRequestId')
        with self.lab(scenario(AccessLogSetting={"Format": clf},
                               CanarySetting={"PercentTraffic": 100})) as lab:
            ask(lab, "/mock/7")
            self.assertRegex(self.lines("access", 1)[0],
                             rf'^[\d.]+ - - \[[^]]+\]"GET /mock/{{id}} HTTP/1.1" 200 6 {ID} .{{15}}=$')
            self.assertEqual(self.lines("execution"), [])

    def test_without_a_folder_there_is_none(self):
        with Lab(scenario(settings=EVERYTHING, AccessLogSetting={"Format": FORMAT})) as lab:
            self.assertEqual(ask(lab, "/mock/7")[0], 200)


class ExecutionLog(Logs):
    def head(self, api, method="ANY", resource="/mock/{id}"):
        return [r"Extended Request Id: .{15}=",
                rf"Verifying Usage Plan for request: ID\. API Key:  API Stage: {api}/prod",
                re.escape(f"API Key  authorized because method '{method} {resource}' does not require API Key. "
                          "Request will not contribute to throttle or quota limits"),
                rf"Usage Plan check succeeded for API Key  and API Stage {api}/prod",
                "Starting execution for request: ID"]

    def says(self, said, *patterns):
        self.assertEqual(len(said), len(patterns), "\n".join(said))
        for line, pattern in zip(said, patterns):
            self.assertRegex(line, "^" + pattern + "$")

    def test_of_a_mock(self):
        with self.lab(scenario(settings=EVERYTHING)) as lab:
            for version in ("--http1.1", "--http2"):
                said, _ = self.steps(lab, "/mock/7?a=b&c=d%20e", "--data", "hello", "--header", "X-Mine: 1",
                                     "--header", "Authorization: Bearer abcdefghij", version=version)
                api = re.search("API Stage: (.*)/", said[1]).group(1)
                self.assertRegex(api, "^[a-z0-9]{10}$")
                self.says(said, *self.head(api),
                          "HTTP Method: POST, Resource Path: /mock/7", r"Method request path: \{id=7\}",
                          r"Method request query string: \{a=b, c=d e\}",
                          r"Method request headers: \{.*[Xx]-[Mm]ine=1.*\}",
                          "Method request body before transformations: hello",
                          "Method response body after transformations: mocked",
                          r"Method response headers: \{Content-Type=[^}]*\}", "Successfully completed execution",
                          "Method completed with status: 200", "X-ray Tracing ID : Root=1-.*")
                self.assertRegex(said[8], r"(?i)authorization=\*{11}efghij[,}]")

    def test_of_a_function(self):
        with self.lab(scenario(settings=EVERYTHING)) as lab:
            said, _ = self.steps(lab, "/orders", "--data", "x" * 2000)
            api = re.search("API Stage: (.*)/", said[1]).group(1)
            uri = ("https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn:aws:lambda:eu-west-1:111111111111:"
                   "function:orders/invocations")
            self.says(said, *self.head(api, resource="/{proxy+}"),
                      "HTTP Method: POST, Resource Path: /orders", r"Method request path: \{proxy=orders\}",
                      r"Method request query string: \{\}", r"Method request headers: \{.*\}",
                      r"Method request body before transformations: x+ \[TRUNCATED\]",
                      "Endpoint request URI: " + uri,
                      rf"Endpoint request headers: \{{x-amzn-lambda-integration-tag=ID, Authorization=\**.{{6}}, "
                      rf"X-Amz-Date=\d{{8}}T\d{{6}}Z, x-amzn-apigateway-api-id={api}, "
                      rf"X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:111111111111:{api}/prod/ANY/{{proxy\+}}, "
                      rf"Accept=application/json, User-Agent=AmazonAPIGateway_{api}\}}",
                      r'Endpoint request body after transformations: \{"resource":.* \[TRUNCATED\]',
                      "Sending request to " + uri, r"Received response\. Status: 200, Integration latency: \d+ ms",
                      r"Endpoint response headers: \{Content-Type=application/json, Content-Length=\d+, "
                      rf"x-amzn-RequestId={ID}\}}",
                      r'Endpoint response body before transformations: \{"statusCode": 200, .* \[TRUNCATED\]',
                      r"Method response body after transformations: .* \[TRUNCATED\]",
                      r"Method response headers: \{Content-Type=application/json, X-Amzn-Trace-Id=Root=1-.*\}",
                      "Successfully completed execution", "Method completed with status: 200",
                      f"AWS Integration Endpoint RequestId : {ID}", "X-ray Tracing ID : Root=1-.*")
            body = said[9]
            self.assertEqual(len(body), 998 + len(" [TRUNCATED]"), "so many characters of a line")

    def test_of_a_service(self):
        with Service() as service, self.lab(scenario(service.address, EVERYTHING)) as lab:
            said, status = self.steps(lab, "/http?a=b")
            api = re.search("API Stage: (.*)/", said[1]).group(1)
            self.assertEqual(status, 404)
            self.says(said[5:], "HTTP Method: GET, Resource Path: /http", r"Method request path: \{\}",
                      r"Method request query string: \{a=b\}", r"Method request headers: \{.*\}",
                      "Method request body before transformations: ",
                      r"Endpoint request URI: http://orders\.example\.com/fields\?a=b",
                      rf"Endpoint request headers: \{{Host=orders\.example\.com, .*X-Amzn-Apigateway-Api-Id={api}.*\}}",
                      "Endpoint request body after transformations: ",
                      r"Sending request to http://orders\.example\.com/fields\?a=b",
                      r"Received response\. Status: 404, Integration latency: \d+ ms",
                      r"Endpoint response headers: \{.*X-A=1.*\}",
                      "Endpoint response body before transformations: none",
                      "Method response body after transformations: none", r"Method response headers: \{.*X-A=1.*\}",
                      "Successfully completed execution", "Method completed with status: 404",
                      "X-ray Tracing ID : Root=1-.*")

    def test_without_data_there_are_no_fields_and_bodies(self):
        with self.lab(scenario(settings={"LoggingLevel": "INFO"})) as lab:
            said, _ = self.steps(lab, "/mock/7")
            api = re.search("API Stage: (.*)/", said[1]).group(1)
            self.says(said, *self.head(api), "HTTP Method: GET, Resource Path: /mock/7",
                      "Successfully completed execution", "Method completed with status: 200",
                      "X-ray Tracing ID : Root=1-.*")

    FAILURES = (
        ("/error", 502, "Lambda execution failed with status 200 due to customer function error: .*no such order.*"
         rf"\. Lambda request id: {ID}"),
        ("/returned", 502, "Execution failed due to configuration error: Malformed Lambda proxy response"),
        ("/hang", 504, "Execution failed due to a timeout error"),
        ("/http", 504, "Execution failed due to configuration error: target-unreachable.*"),
        ("/keyed", 403, "API Key  not authorized because method 'GET /keyed' requires API Key and API Key is not "
         "associated with a Usage Plan for API Stage [a-z0-9]{10}/prod: No Usage Plan found for key and API Stage"),
    )

    def test_of_failures_each_says_why(self):
        for level in ("INFO", "ERROR"):
            with self.lab(scenario(settings={**EVERYTHING, "LoggingLevel": level})) as lab:
                for path, status, text in self.FAILURES:
                    with self.subTest(path=path, level=level):
                        said, got = self.steps(lab, path, *(("--data", "{}") if path == "/returned" else ()))
                        self.assertEqual(got, status)
                        end = f"Method completed with status: {status}"
                        if level == "ERROR":
                            self.says(said, text, end)
                        at = said.index(end)
                        self.assertRegex(said[at - 1], "^" + text + "$")
                        self.assertNotIn("Successfully completed execution", said)
                if level == "ERROR":
                    self.assertEqual(self.steps(lab, "/mock/7")[0], [], "it went well")

    def test_of_keys_and_limits(self):
        settings = {"LoggingLevel": "INFO", "ThrottlingRateLimit": 0, "ThrottlingBurstLimit": 1}
        made = scenario(settings=settings)
        made["UsagePlans"]["plan"]["Quota"] = {"Limit": 1, "Period": "MONTH"}
        with self.lab(made) as lab:
            masked = r"\*{15}123456"
            said, status = self.steps(lab, "/keyed", "--header", f"x-api-key: {KEY}")
            self.assertEqual(status, 429)
            self.says(said[1:], rf"Verifying Usage Plan for request: ID\. API Key: {masked} API Stage: \w+/prod",
                      rf"Usage Plan check succeeded for API Key {masked} and API Stage \w+/prod",
                      r"Key throttle limit exceeded for RestApi \w{10}, Stage prod, Resource \w{6}, HttpMethod GET\. "
                      r"Limit: 0\.00 Burst: 1", "Method completed with status: 429", "X-ray Tracing ID : Root=1-.*")
            said, status = self.steps(lab, "/keyed", "--header", f"x-api-key: {KEY}")
            self.assertEqual(status, 429)
            self.assertRegex(said[2], r"^Key quota limit exceeded for Usage Plan \w{6}, API Stage \w+/prod$")

    def test_an_unknown_path_is_in_none(self):
        with self.lab(scenario(settings=EVERYTHING)) as lab:
            said, status = self.steps(lab, "/")
            self.assertEqual((said, status), ([], 403))

    def test_as_events_of_cloudwatch(self):
        with self.lab(scenario(settings=EVERYTHING), "--log-format", "json") as lab:
            ask(lab, "/mock/7", "--data", "two\nlines")
            events = [json.loads(line) for line in self.lines("execution")]
            self.assertTrue(all(list(one) == ["timestamp", "message"] for one in events))
            self.assertTrue(any(one["message"].endswith("transformations: two\nlines") for one in events))
        with self.lab(scenario(settings=EVERYTHING)) as lab:
            said, _ = self.steps(lab, "/mock/7", "--data", "two\nlines")
            self.assertIn("Method request body before transformations: two lines", said)


if __name__ == "__main__":
    unittest.main()
