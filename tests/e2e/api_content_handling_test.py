"""Bodies between bytes and texts (ContentHandling, BinaryMediaTypes) on their way to services and functions and back,
to clients of HTTP/1.1 and HTTP/2 at the load balancer."""

import base64
import json
import pathlib
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from api_lab import api_scenario, ask
from lab import Lab, curl

FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
VERSIONS = ("--http1.1", "--http2")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
AS_TEXT = PNG.decode(errors="replace")


class Echo(BaseHTTPRequestHandler):
    """Sends back what it gets, as a picture, or as its query has it."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(body)
        self.send_response(200)
        self.send_header("Content-Type", self.path.partition("?")[2] or "image/png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Echoing:
    """Its address, and the bodies that it has received."""
    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        self.server.received = self.received = []
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def method(kind, path="/", **more):
    uri = {"Uri": f"http://orders.example.com{path}", "service": "orders", "IntegrationHttpMethod": "POST"}
    return {"ANY": {"Integration": {"Type": kind, **(uri if kind.startswith("HTTP") else {}), **more}}}


def lab_of(resources, types=None, address=None, **more):
    made = api_scenario(resources, **more)
    if address:
        made["services"] = {"orders": {"address": address}}
    if types:
        made["RestApis"]["orders-api"]["BinaryMediaTypes"] = types
    return Lab(made)


def sent(lab, path, body, content_type, accept, version):
    (lab.out / "body").write_bytes(body)
    done = curl(lab, version, "--header", f"Content-Type: {content_type}", "--header", f"Accept: {accept}",
                "--data-binary", f"@{lab.out / 'body'}", path=path)
    head, _, answer = done.stdout.partition(b"\r\n\r\n")
    return int(head.split()[1]), answer


class Services(unittest.TestCase):
    def test_without_binary_media_types_bodies_are_texts(self):
        with Echoing() as echo, lab_of({"/x": method("HTTP_PROXY")}, address=echo.address) as lab:
            for version in VERSIONS:
                self.assertEqual(sent(lab, "/x", PNG, "image/png", "image/png", version), (200, AS_TEXT.encode()))
                self.assertEqual(echo.received.pop(), AS_TEXT.encode())
                self.assertEqual(sent(lab, "/x", "gr\u00fcn".encode(), "text/plain", "*/*", version),
                                 (200, "gr\u00fcn".encode()))

    def test_bytes_pass_where_the_types_are_named(self):
        with Echoing() as echo, \
                lab_of({"/x": method("HTTP_PROXY"), "/text": method("HTTP_PROXY", "/?text/plain")}, ["image/png"],
                       echo.address) as lab:
            for version in VERSIONS:
                self.assertEqual(sent(lab, "/x", PNG, "image/png", "image/png", version), (200, PNG))
                self.assertEqual(echo.received[-1], PNG)
                self.assertEqual(sent(lab, "/x", PNG, "image/png", "*/*, image/png", version),
                                 (200, base64.b64encode(PNG)), "the first of Accept counts")
                self.assertEqual(sent(lab, "/text", base64.b64encode(PNG), "text/plain", "image/png", version),
                                 (200, PNG))
                status, body = sent(lab, "/text", b"no base64", "text/plain", "image/png", version)
                self.assertEqual((status, json.loads(body)), (500, {"message": "Internal server error"}))

    def test_of_requests(self):
        with Echoing() as echo, lab_of({
                "/bytes": method("HTTP_PROXY", ContentHandling="CONVERT_TO_BINARY"),
                "/text": method("HTTP_PROXY", ContentHandling="CONVERT_TO_TEXT")}, ["image/png"], echo.address) as lab:
            for version in VERSIONS:
                sent(lab, "/bytes", base64.b64encode(PNG), "text/plain", "image/png", version)
                self.assertEqual(echo.received.pop(), PNG)
                sent(lab, "/text", PNG, "image/png", "image/png", version)
                self.assertEqual(echo.received.pop(), base64.b64encode(PNG))
                self.assertEqual(sent(lab, "/bytes", b"no base64", "text/plain", "image/png", version)[0], 500)
                self.assertEqual(echo.received, [])

    def test_with_templates(self):
        into_json = {"RequestTemplates": {"image/png": '{"image": "$input.body"}'}}
        out_of_json = {"RequestTemplates": {"application/json": "$input.path('$.image')"}}
        encoded = base64.b64encode(PNG).decode()
        with Echoing() as echo, lab_of({
                "/in": method("HTTP", ContentHandling="CONVERT_TO_TEXT", IntegrationResponses=[
                    {"ContentHandling": "CONVERT_TO_TEXT"}], **into_json),
                "/none": method("HTTP", IntegrationResponses=[{}], **into_json),
                "/out": method("HTTP", ContentHandling="CONVERT_TO_BINARY", IntegrationResponses=[
                    {"ContentHandling": "CONVERT_TO_BINARY"}], **out_of_json)}, ["image/png"], echo.address) as lab:
            for version in VERSIONS:
                answer = sent(lab, "/in", PNG, "image/png", "image/png", version)
                self.assertEqual(json.loads(echo.received.pop()), {"image": encoded})
                self.assertEqual(answer, (200, base64.b64encode(json.dumps({"image": encoded}).encode())))
                answer = sent(lab, "/out", json.dumps({"image": encoded}).encode(), "application/json", "*/*", version)
                self.assertEqual(echo.received.pop(), PNG)
                self.assertEqual(answer, (200, PNG))
                self.assertEqual(sent(lab, "/none", PNG, "image/png", "image/png", version)[0], 500)
                self.assertEqual(echo.received, [])


class Mocks(unittest.TestCase):
    def test_preflight_where_all_is_binary_needs_text(self):
        cors = {"RequestTemplates": {"application/json": '{"statusCode": 200}'}, "IntegrationResponses": [
            {"ResponseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"},
             "ResponseTemplates": {"application/json": "{}"}}]}
        with lab_of({"/without": method("MOCK", **cors),
                     "/with": method("MOCK", ContentHandling="CONVERT_TO_TEXT", **cors)}, ["*/*"]) as lab:
            for version in VERSIONS:
                self.assertEqual(ask(lab, "/without", "--request", "OPTIONS", version=version)[0], 500)
                status, head, body = ask(lab, "/with", "--request", "OPTIONS", version=version)
                self.assertEqual((status, body), (200, "{}"))
                self.assertIn("access-control-allow-origin: *", head.lower())

    def test_one_answers_an_icon(self):
        with lab_of({"/favicon.ico": method(
                "MOCK", RequestTemplates={"application/json": '{"statusCode": 200}'}, IntegrationResponses=[
                    {"ContentHandling": "CONVERT_TO_BINARY",
                     "ResponseTemplates": {"image/png": base64.b64encode(PNG).decode()}}])}) as lab:
            for version in VERSIONS:
                self.assertEqual(curl(lab, version, path="/favicon.ico", headers=False).stdout, PNG)


class Functions(unittest.TestCase):
    def test_one_returns_a_picture_as_a_text(self):
        picture = {"Command": [sys.executable, "-B", "named.py"], "Folder": str(FUNCTIONS), "Timeout": 60,
                   "Environment": {"Variables": {"BASE64": base64.b64encode(PNG).decode()}}}
        with lab_of({"/x": method("AWS", Function="picture", IntegrationResponses=[
                {"ContentHandling": "CONVERT_TO_BINARY"}])}, Functions={"picture": picture}) as lab:
            for version in VERSIONS:
                self.assertEqual(curl(lab, version, path="/x", headers=False).stdout, PNG)


if __name__ == "__main__":
    unittest.main()
