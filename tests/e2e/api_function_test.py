"""Functions behind a private REST API (AWS_PROXY): the event, each kind of answer, and each failure, to clients of
HTTP/1.1 and HTTP/2 at the load balancer."""

import json
import pathlib
import sys
import unittest

from api_lab import NAME, api_scenario, ask, why
from lab import Lab, admin

FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"


def scenario(timeout_ms=29_000):
    integration = {"Type": "AWS_PROXY", "Function": "orders", "TimeoutInMillis": timeout_ms}
    return api_scenario(
        {"/{proxy+}": {"ANY": {"Integration": integration}}},
        Functions={"orders": {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS), "Timeout": 60}})


class Calls(unittest.TestCase):
    def test_the_event_has_what_came_over_either_version(self):
        with Lab(scenario()) as lab:
            for version in ("--http1.1", "--http2"):
                status, head, body = ask(lab, "/orders/a%20b/?x=1&x=two%20words", "--data", "{\"a\": \"ö\"}",
                                         "--header", "X-Mine: 1", version=version)
                self.assertEqual(status, 200, head)
                event = json.loads(body)
                self.assertEqual(list(event), [
                    "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
                    "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body",
                    "isBase64Encoded"])
                self.assertEqual((event["resource"], event["path"], event["httpMethod"]),
                                 ("/{proxy+}", "/orders/a%20b/", "POST"))
                self.assertEqual(event["multiValueQueryStringParameters"], {"x": ["1", "two words"]})
                self.assertEqual(event["pathParameters"], {"proxy": "orders/a%20b/"})
                self.assertEqual(event["body"], "{\"a\": \"ö\"}")
                names = {name.lower() for name in event["headers"]}
                self.assertLessEqual({"x-mine", "host", "x-forwarded-for", "x-forwarded-port", "x-amzn-trace-id",
                                      "x-amzn-vpce-id"}, names)
                self.assertFalse({"connection", "content-length"} & names)
                # The client's address, then that of the load balancer's node.
                forwarded = next(value for name, value in event["headers"].items() if name.lower() == "x-forwarded-for")
                self.assertEqual(len(forwarded.split(", ")), 2)
                context = event["requestContext"]
                self.assertEqual(context["identity"]["sourceIp"], forwarded.split(", ")[1])
                self.assertEqual((context["domainName"], context["domainPrefix"]), (NAME, "api"))
                self.assertIn(context["requestId"], head)
                self.assertIn(context["extendedRequestId"], head)

    def test_what_it_returns(self):
        cases = [
            ('{"statusCode": 201, "body": "made"}', 201, "made"),
            ('{"statusCode": "202"}', 202, ""),
            ('{"body": "only a body"}', 200, "only a body"),
            ('{"statusCode": 204, "body": "none"}', 204, ""),
            ('{"statusCode": 500, "body": "its own"}', 500, "its own"),
            ("{}", 502, None), ('"text"', 502, None), ("no JSON", 502, None), ('{"status": 200}', 502, None),
            ('{"statusCode": "ok"}', 502, None), ('{"statusCode": 200, "body": {"a": 1}}', 502, None),
        ]
        with Lab(scenario()) as lab:
            for version in ("--http1.1", "--http2"):
                for returned, status, body in cases:
                    with self.subTest(returned=returned, version=version):
                        got, head, text = ask(lab, "/returned", "--data-binary", returned, version=version)
                        self.assertEqual(got, status, head)
                        if body is None:
                            self.assertIn("x-amzn-errortype: internalservererrorexception", head.lower())
                            self.assertEqual(json.loads(text), {"message": "Internal server error"})
                        else:
                            self.assertEqual(text, body)

    def test_headers_that_it_returns(self):
        returned = {"headers": {"X-A": "1", "Server": "mine", "Content-Type": "text/plain"},
                    "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": "hello"}
        with Lab(scenario()) as lab:
            _, head, _ = ask(lab, "/returned", "--data-binary", json.dumps(returned))
        for line in ("X-A: 1", "x-amzn-Remapped-Server: mine", "Content-Type: text/plain", "Set-Cookie: a=1",
                     "Set-Cookie: b=2"):
            self.assertIn(f"\r\n{line}\r\n", head)

    def test_a_function_that_fails_is_502_and_says_why(self):
        with Lab(scenario()) as lab:
            self.assertEqual(ask(lab, "/error")[0], 502)
            self.assertEqual(why(lab, 0), "integration-failed: lambda-unhandled: KeyError: no such order")
            self.assertEqual(ask(lab, "/crash")[0], 502)
            self.assertIn("exit status 3", why(lab, 1))
            self.assertEqual(ask(lab, "/orders")[0], 200, "the next one is another process")

    def test_one_that_takes_too_long_is_504(self):
        with Lab(scenario(timeout_ms=50)) as lab:
            status, head, body = ask(lab, "/hang")
            self.assertEqual((status, json.loads(body)), (504, {"message": "Endpoint request timed out"}))
            self.assertEqual(why(lab, 0), "integration-timeout")

    def test_its_requests_are_kept_with_what_it_printed(self):
        with Lab(scenario(), "--keep", "10") as lab:
            ask(lab, "/orders", "--data", "hello")
            kept = [one for one in admin(lab, "/v1/requests")["requests"] if one["kind"] == "api"]
        self.assertEqual([(one["receiver"], one["path"], one["body"]) for one in kept],
                         [("orders-api", "/orders", "hello")])
        self.assertIn("event for /orders", kept[0]["output"])

    def test_a_large_body_arrives_and_one_too_large_does_not(self):
        with Lab(scenario()) as lab:
            status, _, body = ask(lab, "/large", "--data-binary", "x" * 100_000)
            self.assertEqual((status, len(json.loads(body)["body"])), (200, 100_000))
            with open(lab.out / "large", "w") as file:
                file.write("x" * (6 << 20))
            status, _, body = ask(lab, "/large", "--data-binary", f"@{file.name}")
            self.assertEqual((status, json.loads(body)), (413, {"message": "Request Too Long"}))


if __name__ == "__main__":
    unittest.main()
