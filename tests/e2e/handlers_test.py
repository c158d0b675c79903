"""What an application load balancer tells a function, and takes from it, against the handler libraries of others: the
events that they have for samples, the answers that they make, and, where HOPLAB_HANDLER_LIBRARIES names a folder in
which npm has installed them (scripts/full handlers), the libraries themselves."""

import base64
import http.server
import json
import os
import pathlib
import re
import shutil
import threading
import unittest

from lab import Lab, curl
from lambda_test import FUNCTIONS, scenario

LIBRARIES = os.environ.get("HOPLAB_HANDLER_LIBRARIES")
MULTI = {"TargetGroupAttributes": {"lambda.multi_value_headers.enabled": True}}

# The members of an event in their order, with their types: what these samples have in common, and nothing else.
#   aws/aws-lambda-go             events/testdata/alb-lambda-target-request-{headers-only,multivalue-headers}.json
#   aws-powertools/powertools-lambda-python      events/alb{EventPathTrailingSlash,MultiValue*Event}.json
#   aws-powertools/powertools-lambda-typescript  alb/base.json, and its AlbSchema
#   CodeGenieApp/serverless-express              jest-helpers/alb-event.js
#   awslabs/aws-lambda-rust-runtime              lambda-http/tests/data/alb_health_check.json
#   brefphp/bref                                 Event/Http/Fixture/alb-query-string-encoded.json
#   Kludex/mangum                                test_alb.py (in another order)
#   DefinitelyTyped                              @types/aws-lambda, trigger/alb.d.ts
# lambda-http's alb_multi_value_request.json alone has single and multiple values side by side.
SINGLE = {"requestContext": {"elb": {"targetGroupArn": str}}, "httpMethod": str, "path": str,
          "queryStringParameters": {"*": str}, "headers": {"*": str}, "body": str, "isBase64Encoded": bool}
MULTIPLE = {"requestContext": {"elb": {"targetGroupArn": str}}, "httpMethod": str, "path": str,
            "multiValueQueryStringParameters": {"*": [str]}, "multiValueHeaders": {"*": [str]}, "body": str,
            "isBase64Encoded": bool}
# Fields of every sample of a request; x-imforwards and connection are in those of 2018 and 2019 alone.
ADDED = ["x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"]

# Answers as these libraries make them of 201, a field and two cookies: (answer, which attribute fits it, cookies).
ANSWERS = {
    # aws-lambda-go, aws-lambda-java-events and Amazon.Lambda.ApplicationLoadBalancerEvents: every member, null or not.
    "Go, single": ({"statusCode": 201, "statusDescription": "201 Created", "headers": {
        "x-name": "value", "set-cookie": "second=2"}, "multiValueHeaders": None, "body": "hello",
        "isBase64Encoded": False}, False, ["second=2"]),
    "Go, multiple": ({"statusCode": 201, "statusDescription": "", "headers": None, "multiValueHeaders": {
        "x-name": ["value"], "set-cookie": ["first=1", "second=2"]}, "body": "hello", "isBase64Encoded": False},
        True, ["first=1", "second=2"]),
    # lambda_http: both.
    "Rust": ({"statusCode": 201, "statusDescription": None, "headers": {"x-name": "value", "set-cookie": "second=2"},
              "multiValueHeaders": {"x-name": ["value"], "set-cookie": ["first=1", "second=2"]}, "body": "hello",
              "isBase64Encoded": False}, True, ["first=1", "second=2"]),
    # Mangum: names that differ in the case of their letters carry several cookies in single values.
    "Mangum, single": ({"statusCode": 201, "isBase64Encoded": False, "headers": {
        "x-name": "value", "set-cookie": "first=1", "Set-cookie": "second=2"}, "body": "hello"},
        False, ["first=1", "second=2"]),
    # Bref and serverless-http: the one that the event had.
    "Bref, multiple": ({"isBase64Encoded": False, "statusCode": 201, "multiValueHeaders": {
        "x-name": ["value"], "set-cookie": ["first=1", "second=2"]}, "body": "hello"}, True, ["first=1", "second=2"]),
    # @fastify/aws-lambda: several values in one, the rest in the other, whatever the event had.
    "Fastify, single": ({"statusCode": 201, "headers": {"x-name": "value", "content-length": "5", "date": "now",
                                                        "connection": "keep-alive"}, "isBase64Encoded": False,
                         "multiValueHeaders": {"set-cookie": ["first=1", "second=2"]}, "body": "hello"}, False, []),
}


class Recording(http.server.BaseHTTPRequestHandler):
    """A function's endpoint: keeps events and answers with what it is told to."""
    events, answer = [], {"statusCode": 200}

    def do_POST(self):  # noqa: N802, the name is the library's
        Recording.events.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = json.dumps(Recording.answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class WithEndpoint(unittest.TestCase):
    def setUp(self):
        Recording.events.clear()
        Recording.answer = {"statusCode": 200}
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recording)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.function = {"Endpoint": f"127.0.0.1:{server.server_address[1]}", "FunctionName": "recording"}

    def lab(self, multi, **group):
        return Lab(scenario(self.function, group={**(MULTI if multi else {}), **group}))


class Events(WithEndpoint):
    REQUESTS = {
        "nothing": [], "a query": ["?a=1&a=2&b%5B0%5D=x%20y"],
        "fields": ["--header", "X-Many: 1", "--header", "X-Many: 2"],
        "a text": ["--data", "größe", "--header", "Content-Type: text/plain"],
        "bytes": ["--data-binary", "\x01\x02", "--header", "Content-Type: application/octet-stream"]}

    def assert_shape(self, value, expected, where="event"):
        """Members, their order and types; a name "*" stands for all."""
        if isinstance(expected, type):
            self.assertIs(type(value), expected, where)
        elif isinstance(expected, list):
            self.assertIs(type(value), list, where)
            for one in value:
                self.assert_shape(one, expected[0], where)
        elif "*" in expected:
            self.assertIs(type(value), dict, where)
            for name, one in value.items():
                self.assert_shape(one, expected["*"], f"{where}/{name}")
        else:
            self.assertEqual(list(value), list(expected), where)
            for name, one in expected.items():
                self.assert_shape(value[name], one, f"{where}/{name}")

    def test_have_the_members_of_every_librarys_samples(self):
        for multi, expected in ((False, SINGLE), (True, MULTIPLE)):
            with self.lab(multi) as lab:
                for what, arguments in self.REQUESTS.items():
                    with self.subTest(what, multi=multi):
                        query = arguments[0] if arguments and arguments[0].startswith("?") else ""
                        curl(lab, *arguments[bool(query):], path="/items" + query)
                        event = Recording.events[-1]
                        self.assert_shape(event, expected)
                        fields = list(event["multiValueHeaders" if multi else "headers"])
                        self.assertEqual(fields, sorted(fields))
                        self.assertEqual([name for name in fields if name.startswith("x-") and name != "x-many"], ADDED)
                        self.assertRegex(
                            event["requestContext"]["elb"]["targetGroupArn"],
                            r"^arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup/group/[0-9a-f]{16}$")

    def test_carry_values_as_the_samples_do(self):
        """Not decoded, as Bref's and lambda-http's have them; of several single values the last, as Mangum's."""
        with self.lab(False) as lab:
            curl(lab, *self.REQUESTS["fields"], path="/items?a=1&a=2&b%5B0%5D=x%20y")
        event = Recording.events[-1]
        self.assertEqual(event["queryStringParameters"], {"a": "2", "b%5B0%5D": "x%20y"})
        self.assertEqual(event["headers"]["x-many"], "2")
        with self.lab(True) as lab:
            curl(lab, *self.REQUESTS["fields"], path="/items?a=1&a=2&b%5B0%5D=x%20y")
        event = Recording.events[-1]
        self.assertEqual(event["multiValueQueryStringParameters"], {"a": ["1", "2"], "b%5B0%5D": ["x%20y"]})
        self.assertEqual(event["multiValueHeaders"]["x-many"], ["1", "2"])

    def test_of_a_health_check_is_that_of_lambda_http(self):
        with self.lab(False, HealthCheckEnabled=True, HealthCheckPath="/v1/health/"):
            event = Recording.events[0]
        self.assert_shape(event, SINGLE)
        event.pop("requestContext")
        self.assertEqual(event, {"httpMethod": "GET", "path": "/v1/health/", "queryStringParameters": {},
                                 "headers": {"user-agent": "ELB-HealthChecker/2.0"}, "body": "",
                                 "isBase64Encoded": False})


class Answers(WithEndpoint):
    def test_are_taken_in_the_form_of_every_library(self):
        for multi in (False, True):
            with self.lab(multi) as lab:
                for library, (answer, fits, cookies) in ANSWERS.items():
                    if fits != multi:
                        continue
                    with self.subTest(library):
                        Recording.answer = answer
                        head, body = curl(lab).stdout.decode().split("\r\n\r\n")
                        self.assertRegex(head, r"^HTTP/1.1 201 ")
                        self.assertIn("\r\nx-name: value", head)
                        self.assertCountEqual(re.findall(r"(?i)\r\nset-cookie: (.*?)(?=\r\n|$)", head), cookies)
                        self.assertEqual(body, "hello")


@unittest.skipUnless(LIBRARIES and shutil.which("node"), "needs HOPLAB_HANDLER_LIBRARIES, and node")
class Libraries(unittest.TestCase):
    """Each library of tests/e2e/functions/handlers.js as a function."""

    BYTES = bytes(range(256))
    # What of the answer a library leaves out itself, by whether values are multiple: cookies, and other fields.
    COOKIES = {("serverlessHttp", False): [], ("fastify", False): [], ("serverlessExpress", False): ["first=1"],
               ("hono", False): ["first=1"], ("powertools", False): ["second=2"]}
    WITHOUT_FIELDS = {("fastify", True)}

    def test_requests_and_answers_come_through(self):
        for library in ("serverlessHttp", "serverlessExpress", "fastify", "hono", "powertools"):
            for multi in (False, True):
                function = {"Command": ["node", "runtime.js"], "Folder": str(FUNCTIONS),
                            "Handler": f"handlers.{library}",
                            "Environment": {"Variables": {"NODE_PATH": str(pathlib.Path(LIBRARIES) / "node_modules")}},
                            "Timeout": 60}
                with Lab(scenario(function, group=MULTI if multi else {})) as lab:
                    with self.subTest(library, multi=multi):
                        self.hold(lab, library, multi)

    def hold(self, lab, library, multi):
        sent = lab.folder / "sent"
        for content_type, body in (("text/plain", "größe".encode()), ("application/octet-stream", self.BYTES)):
            sent.write_bytes(body)
            done = curl(lab, "--data-binary", f"@{sent}", "--header", f"Content-Type: {content_type}", "--header",
                        "X-Many: 1", "--header", "X-Many: 2", path="/items?a=1&a=2&b=x%20y")
            head, text = done.stdout.decode().split("\r\n\r\n", 1)
            seen = json.loads(text)
            self.assertEqual(seen["method"], "POST")
            self.assertRegex(seen["url"], r"^/items\?a=1&a=2&b=x(%20|\+)y$" if multi else r"^/items\?a=2&b=x(%20|\+)y$")
            self.assertRegex(seen["many"], r"^1[,;] ?2$" if multi else "^2$")
            self.assertEqual(seen["body"], base64.b64encode(body).decode())
            self.hold_head(head, library, multi)
        head, body = curl(lab, path="/bytes").stdout.split(b"\r\n\r\n", 1)
        self.assertEqual(body, self.BYTES)
        self.hold_head(head.decode(), library, multi)

    def hold_head(self, head, library, multi):
        self.assertRegex(head, r"^HTTP/1.1 201 Created\r\n")
        cookies = re.findall(r"(?i)\r\nset-cookie: (.*?)(?=\r\n|$)", head)
        self.assertEqual(sorted(cookies), self.COOKIES.get((library, multi), ["first=1", "second=2"]))
        if (library, multi) not in self.WITHOUT_FIELDS:
            self.assertIn("\r\nx-name: value", head)
            self.assertRegex(head, r"\r\ncontent-type: application/")


if __name__ == "__main__":
    unittest.main()
