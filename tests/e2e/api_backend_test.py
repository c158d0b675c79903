"""Services behind a private REST API (HTTP_PROXY): what reaches them, what comes back, and each failure, to clients of
HTTP/1.1 and HTTP/2 at the load balancer."""

import json
import pathlib
import socket
import subprocess
import tempfile
import unittest

from api_lab import api_scenario, ask, why
from lab import Lab, admin, curl, curl_command, until
from service import BIG, Service

HOST = "orders.example.com"


def scenario(address, *paths, scheme="http", stand_in=None, pki=None, **integration):
    """Each of `paths` leads to the service's path of that name."""
    def to(path):
        return {"ANY": {"Integration": {
            "Type": "HTTP_PROXY", "Uri": f"{scheme}://{HOST}{path}", "service": "orders",
            "IntegrationHttpMethod": "ANY", **integration}}}
    service = {"address": address} if address else {"standIn": stand_in}
    made = api_scenario({path: to(path) for path in paths}, services={"orders": service})
    if pki:
        made["pki"]["certificates"].update(pki)
    return made


class Calls(unittest.TestCase):
    def test_what_reaches_the_service(self):
        made = scenario(None, "/orders", stand_in={"echoRequest": True})
        with Lab(made) as lab:
            for version in ("--http1.1", "--http2"):
                status, head, body = ask(lab, "/orders?x=1&x=two%20words", "--data", "hello", "--header", "X-Mine: 1",
                                         "--header", "Via: 1.1 mine", version=version)
                self.assertEqual(status, 200, head)
                seen = json.loads(body)
                self.assertEqual((seen["method"], seen["path"], seen["queryString"], seen["bodyBytes"]),
                                 ("POST", "/orders", "x=1&x=two%20words", 5))
                fields = {name.lower(): value for name, value in seen["headers"].items()}
                self.assertEqual(fields["host"], HOST)
                self.assertEqual(fields["x-mine"], "1")
                self.assertEqual(fields["content-length"], "5")
                self.assertEqual(len(fields["x-forwarded-for"].split(", ")), 2, "the client, then the balancer's node")
                self.assertRegex(fields["x-amzn-apigateway-api-id"], "^[a-z0-9]{10}$")
                self.assertIn("Root=1-", fields["x-amzn-trace-id"])
                self.assertTrue(fields["x-amzn-vpce-id"].startswith("vpce-"))
                self.assertNotIn("via", fields)

    def test_what_comes_back(self):
        with Service() as service, Lab(scenario(service.address, "/fields")) as lab:
            for version in ("--http1.1", "--http2"):
                status, head, body = ask(lab, "/fields", version=version)
                self.assertEqual((status, body), (404, "none"))
                lines = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[-1] for line in head.split("\r\n")[1:]}
                self.assertEqual((lines["x-a"], lines["content-type"]), ("1", "text/plain"))
                self.assertEqual(lines["x-amzn-remapped-content-length"], "4")
                self.assertTrue(lines["x-amzn-remapped-server"].startswith("BaseHTTP"))
                self.assertIn("x-amzn-remapped-date", lines)
                self.assertIn("x-amzn-requestid", lines)
                self.assertNotIn("via", lines)
                self.assertNotIn("x-amzn-trace-id", lines)
                self.assertNotIn("x-amzn-errortype", lines, "it is the service's own")

    def test_bodies_of_a_real_server_pass_whole(self):
        with Service() as service, Lab(scenario(service.address, "/large")) as lab:
            with open(lab.out / "large", "wb") as file:
                file.write(b"x" * (9 << 20))
            self.assertEqual(ask(lab, "/large", "--data-binary", f"@{file.name}")[2], str(9 << 20))
            self.assertEqual(ask(lab, "/large", "--data-binary", f"@{file.name}", "--header",
                                 "Transfer-Encoding: chunked")[2], str(9 << 20))
            self.assertEqual(service.connections, 1, "it is kept")

    def test_an_answer_larger_than_10_megabytes_is_500(self):
        self.assertEqual(len(BIG), 10 << 20)
        with Service() as service:
            made = scenario(service.address, "/big", "/bigger")
            made["RestApis"]["orders-api"]["BinaryMediaTypes"] = ["*/*"]
            with Lab(made) as lab:
                self.assertEqual(curl(lab, path="/big", headers=False).stdout, BIG, "as many as pass")
                status, _, body = ask(lab, "/bigger")
                self.assertEqual((status, json.loads(body)), (500, {"message": "Internal server error"}))
                self.assertIn("more than 10485760 bytes", why(lab, 0))


class Streams(unittest.TestCase):
    def test_an_answer_passes_while_it_comes(self):
        with Service() as service:
            with Lab(scenario(service.address, "/stream", ResponseTransferMode="STREAM")) as lab:
                command = curl_command(lab, "--no-buffer", path="/stream", headers=False)
                with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
                    self.assertEqual(client.stdout.read(5), b"first")
                    service.go_on.set()
                    self.assertEqual(client.stdout.read(), b"last")
                self.assertEqual(client.returncode, 0)

    def test_without_it_nothing_comes_before_its_end(self):
        with Service() as service, Lab(scenario(service.address, "/stream")) as lab:
            service.go_on.set()
            self.assertEqual(ask(lab, "/stream")[2], "firstlast")


class Failures(unittest.TestCase):
    def failing(self, made, path, status, message, reason):
        with Lab(made) as lab:
            for n, version in enumerate(("--http1.1", "--http2")):
                got, head, body = ask(lab, path, version=version)
                self.assertEqual((got, json.loads(body)), (status, {"message": message}), head)
                self.assertIn("x-amzn-errortype: internalservererrorexception", head.lower())
                self.assertIn(reason, why(lab, n))

    def test_nobody_there_is_504(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # and nobody listens
            self.failing(scenario(f"127.0.0.1:{taken.getsockname()[1]}", "/orders"), "/orders", 504,
                         "Network error communicating with endpoint", "target-unreachable")

    def test_an_end_in_place_of_an_answer_is_504(self):
        for path, reason in (("/vanish", "target-closed"), ("/half", "response-truncated")):
            with self.subTest(path), Service() as service:
                self.failing(scenario(service.address, path), path, 504, "Network error communicating with endpoint",
                             reason)

    def test_silence_is_504(self):
        with Service() as service:
            self.failing(scenario(service.address, "/hang", TimeoutInMillis=50), "/hang", 504,
                         "Endpoint request timed out", "integration-timeout")

    def test_a_client_that_goes_ends_the_wait(self):
        with Service() as service, Lab(scenario(service.address, "/hang")) as lab:
            with subprocess.Popen(curl_command(lab, path="/hang"), stdout=subprocess.DEVNULL) as client:
                until(lambda: service.requests, "the request")
                client.kill()
            until(lambda: [one for one in admin(lab, "/v1/ends") 
                           if one["end"]["reason"] == "client-closed-before-response"], "the end")


class Tls(unittest.TestCase):
    def test_the_certificate_must_be_for_the_host_by_a_known_authority(self):
        def certificate(name, host):
            return {name: {"for": "listener", "subject": "CN=" + name, "issuer": "ca", "dnsNames": [host]}}
        pki = {**certificate("good", HOST), **certificate("misnamed", "other.example.com")}
        anybody = {"TlsConfig": {"InsecureSkipVerification": True}}
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as others:
            for folder in (ours, others):
                Lab(scenario("127.0.0.1:9", "/orders", pki=pki), "--pki", folder).stop()  # mints
            for name, folder, config, status in (("good", ours, {}, 200), ("misnamed", ours, {}, 500),
                                                 ("good", others, {}, 500), ("good", others, anybody, 200)):
                files = [str(next(pathlib.Path(folder).glob(f"{name}-*.pem")))]
                with self.subTest(name=name, config=config, status=status), Service(files) as service, \
                        Lab(scenario(service.address, "/orders", scheme="https", pki=pki, **config),
                            "--pki", ours) as lab:
                    got, _, body = ask(lab, "/orders")
                    self.assertEqual(got, status)
                    if status == 500:
                        self.assertEqual(json.loads(body), {"message": "Internal server error"})
                        self.assertIn("tls-target-failed", why(lab, 0))


if __name__ == "__main__":
    unittest.main()
