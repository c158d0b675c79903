"""What a private REST API checks of requests and says by itself, CORS, and bodies that are bytes or compressed, to
clients of HTTP/1.1 and HTTP/2 at the load balancer."""

import base64
import gzip
import json
import pathlib
import sys
import unittest
import zlib

from api_lab import api_scenario, ask, why
from lab import Lab, admin, curl

FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
VERSIONS = ("--http1.1", "--http2")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
ORDER = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["item"],
         "properties": {"item": {"type": "string"}, "count": {"type": "integer", "minimum": 1}}}
MOCK = {"Integration": {"Type": "MOCK", "statusCode": 201, "body": "made"}}
CHECKED = {**MOCK, "RequestValidatorId": "all", "RequestModels": {"application/json": "Order"},
           "RequestParameters": {"method.request.header.X-Item": True, "method.request.querystring.q": True,
                                 "method.request.querystring.page": False}}
JSON = ("--header", "Content-Type: application/json")
GOOD = ("--header", "X-Item: 1", *JSON, "--data", '{"item": "a"}')


def scenario(resources, api=None, **more):
    made = api_scenario(resources, **more)
    made["RestApis"]["orders-api"].update({
        "Models": {"Order": {"Schema": ORDER}},
        "RequestValidators": {"all": {"ValidateRequestBody": True, "ValidateRequestParameters": True}}, **(api or {})})
    return made


def functions():
    return {"orders": {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS), "Timeout": 60}}


def to_function():
    return {"/{proxy+}": {"ANY": {"Integration": {"Type": "AWS_PROXY", "Function": "orders"}}}}


def fields(head):
    return {line.split(": ", 1)[0].lower(): line.split(": ", 1)[-1] for line in head.split("\r\n")[1:]}


class Validation(unittest.TestCase):
    def test_parameters_are_checked_before_the_body(self):
        cases = [
            ((), "/orders", "Missing required request parameters: [X-Item, q]", "X-Item, q"),
            (("--header", "X-Item: 1", *JSON, "--data", "{}"), "/orders?page=1",
             "Missing required request parameters: [q]", "q"),
            (("--header", "X-Item: 1", *JSON, "--data", "{}"), "/orders?q=1", "Invalid request body",
             '[object has missing required properties (["item"])]'),
            (("--header", "X-Item: 1", *JSON, "--data", "no JSON"), "/orders?q=1", "Invalid request body", ""),
            (("--header", "X-Item: 1", "--request", "POST"), "/orders?q=1", "Invalid request body", ""),
        ]
        with Lab(scenario({"/orders": {"POST": CHECKED}})) as lab:
            ends = 0
            for version in VERSIONS:
                for arguments, path, message, detail in cases:
                    with self.subTest(version=version, message=message, path=path):
                        status, head, body = ask(lab, path, "--request", "POST", *arguments, version=version)
                        self.assertEqual((status, json.loads(body)), (400, {"message": message}), head)
                        self.assertEqual(fields(head)["x-amzn-errortype"], "BadRequestException")
                        self.assertIn(detail, why(lab, ends))
                        ends += 1
                self.assertEqual(ask(lab, "/orders?q=1", *GOOD, version=version)[::2], (201, "made"))
                other = ("--header", "X-Item: 1", "--header", "Content-Type: text/plain", "--data", "no JSON")
                self.assertEqual(ask(lab, "/orders?q=1", *other, version=version)[0], 201, "no model is for this type")


class GatewayResponses(unittest.TestCase):
    def test_each_may_be_customized(self):
        responses = {
            "BAD_REQUEST_BODY": {"StatusCode": "422", "ResponseTemplates": {
                "application/json": '{"message": $context.error.messageString, '
                                    '"details": "$context.error.validationErrorString", "id": "$context.requestId"}'}},
            "DEFAULT_4XX": {"ResponseParameters": {"gatewayresponse.header.X-Path": "method.request.header.X-Item"},
                            "ResponseTemplates": {"text/plain": "$context.error.responseType of $context.stage"}},
        }
        with Lab(scenario({"/orders": {"POST": CHECKED}}, {"GatewayResponses": responses})) as lab:
            for version in VERSIONS:
                status, head, body = ask(lab, "/orders?q=1", "--header", "X-Item: 1", *JSON, "--data", "{}",
                                         version=version)
                self.assertEqual(status, 422)
                said = json.loads(body)
                self.assertEqual((said["message"], said["details"]), (
                    "Invalid request body", '[object has missing required properties (["item"])]'))
                self.assertEqual(said["id"], fields(head)["x-amzn-requestid"])
                self.assertNotIn("x-path", fields(head), "it has its own")
                status, head, body = ask(lab, "/nowhere", "--header", "X-Item: 7", version=version)
                self.assertEqual((status, body), (403, "MISSING_AUTHENTICATION_TOKEN of prod"))
                self.assertEqual((fields(head)["content-type"], fields(head)["x-path"]), ("text/plain", "7"))

    def test_cors_is_an_options_method_and_headers_of_errors(self):
        """As docs/scenario-format.md has it; without GatewayResponses an error has no such header."""
        page = (pathlib.Path(__file__).resolve().parents[2] / "docs/scenario-format.md").read_text()
        text = page.split("\n### CORS\n")[1].split("```json\n")[1].split("```")[0]
        example = json.loads("{" + text + "}")["RestApis"]["orders-api"]
        for responses, origin in ((example["GatewayResponses"], "*"), ({}, None)):
            with Lab(scenario(example["Resources"], {"GatewayResponses": responses})) as lab:
                for version in VERSIONS:
                    asks = ("--header", "Origin: https://app.example.com")
                    status, head, _ = ask(lab, "/orders", *asks, "--request", "OPTIONS", "--header",
                                          "Access-Control-Request-Method: POST", version=version)
                    self.assertEqual((status, fields(head)["access-control-allow-origin"]), (200, "*"))
                    self.assertIn("POST", fields(head)["access-control-allow-methods"])
                    status, head, _ = ask(lab, "/orders", *asks, "--data", '{"item": "a"}', *JSON, version=version)
                    self.assertEqual((status, fields(head)["access-control-allow-origin"]), (201, "*"))
                    status, head, _ = ask(lab, "/orders", *asks, "--request", "PUT", version=version)
                    self.assertEqual((status, fields(head).get("access-control-allow-origin")), (403, origin))


class Binary(unittest.TestCase):
    def sent(self, lab, *arguments, version):
        done = curl(lab, version, *arguments, "--data-binary", f"@{lab.out / 'png'}", path="/orders", headers=False)
        return json.loads(done.stdout)

    def returned(self, lab, answer, *arguments, version):
        done = curl(lab, version, *arguments, "--data-binary", json.dumps(answer), path="/returned")
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        return int(head.split()[1]), body

    def test_of_a_function(self):
        with Lab(scenario(to_function(), {"BinaryMediaTypes": ["image/*"]}, Functions=functions())) as lab:
            (lab.out / "png").write_bytes(PNG)
            for version in VERSIONS:
                event = self.sent(lab, "--header", "Content-Type: image/png", version=version)
                self.assertEqual((base64.b64decode(event["body"]), event["isBase64Encoded"]), (PNG, True))
                event = self.sent(lab, "--header", "Content-Type: text/plain", version=version)
                self.assertFalse(event["isBase64Encoded"])
                self.assertTrue(event["body"].startswith("\ufffdPNG"))

                image = {"headers": {"Content-Type": "image/png"}, "isBase64Encoded": True,
                         "body": base64.b64encode(PNG).decode()}
                self.assertEqual(self.returned(lab, image, "--header", "Accept: image/png,*/*", version=version),
                                 (200, PNG))
                self.assertEqual(self.returned(lab, image, version=version), (200, image["body"].encode()),
                                 "the first type of Accept is */*")
                image["body"] = "no base64"
                self.assertEqual(self.returned(lab, image, "--header", "Accept: image/png", version=version)[0], 500)


class Compression(unittest.TestCase):
    def test_answers_are_compressed_from_the_size_on(self):
        large = {"Integration": {"Type": "MOCK", "bodyBytes": 5000}}
        made = scenario({"/large": {"GET": large}, "/small": {"GET": MOCK}}, {"MinimumCompressionSize": 1000})
        with Lab(made) as lab:
            plain = curl(lab, path="/large", headers=False).stdout
            self.assertEqual(len(plain), 5000)
            for version in VERSIONS:
                for coding, expand in (("gzip", gzip.decompress), ("deflate", zlib.decompress)):
                    done = curl(lab, version, "--header", f"Accept-Encoding: {coding}", path="/large")
                    head, _, body = done.stdout.partition(b"\r\n\r\n")
                    self.assertIn(f"content-encoding: {coding}", head.decode().lower())
                    self.assertEqual(expand(body), plain)
                self.assertEqual(curl(lab, version, "--compressed", path="/large", headers=False).stdout, plain)
                _, head, body = ask(lab, "/small", "--header", "Accept-Encoding: gzip", version=version)
                self.assertEqual((body, fields(head).get("content-encoding")), ("made", None))

    def test_a_compressed_request_is_checked_and_passed_on_as_it_was(self):
        made = scenario({"/orders": {"POST": CHECKED}, **to_function()}, {"MinimumCompressionSize": 0},
                        Functions=functions())
        coded = ("--header", "Content-Encoding: gzip", "--header", "X-Item: 1", *JSON)
        with Lab(made) as lab:
            (lab.out / "order").write_bytes(gzip.compress(b'{"item": "a"}'))
            body = ("--data-binary", f"@{lab.out / 'order'}")
            for n, version in enumerate(VERSIONS):
                self.assertEqual(ask(lab, "/orders?q=1", *coded, *body, version=version)[0], 201)
                event = json.loads(ask(lab, "/function", *coded, *body, version=version)[2])
                self.assertEqual(event["body"], '{"item": "a"}')
                self.assertNotIn("content-encoding", {name.lower() for name in event["headers"]})
                status, head, text = ask(lab, "/orders?q=1", *coded, "--data", '{"item": "a"}', version=version)
                self.assertEqual((status, json.loads(text)), (415, {"message": "Unsupported Media Type"}), head)
                self.assertIn("unsupported-media-type: the body is no gzip", why(lab, n))


if __name__ == "__main__":
    unittest.main()
