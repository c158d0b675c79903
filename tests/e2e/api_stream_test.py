"""Functions whose answers pass as they come (AWS_PROXY with ResponseTransferMode STREAM): a runtime of Node that
streams, behind a private REST API, to clients of HTTP/1.1 and HTTP/2 at the load balancer."""

import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest
from urllib.parse import quote

from api_lab import api_scenario, ask, why
from lab import Lab, admin, curl_command, run_hoplab, until

# AWS's own runtime for Node, from npm (scripts/full handlers).
RIC = os.environ.get("AWS_LAMBDA_RIC") or shutil.which("aws-lambda-ric")
FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
ACCOUNT = "arn:aws:lambda:eu-west-1:111111111111:function"
URI = f"arn:aws:apigateway:eu-west-1:lambda:path/2021-11-15/functions/{ACCOUNT}:orders/response-streaming-invocations"


def scenario(mode="STREAM", timeout_ms=29_000, clock=None):
    integration = {"Type": "AWS_PROXY", "Function": "orders", "TimeoutInMillis": timeout_ms,
                   "ResponseTransferMode": mode}
    return api_scenario({"/{proxy+}": {"ANY": {"Integration": integration}}}, clock, Functions={"orders": {
        "Command": ["node", "streaming.js"], "Folder": str(FUNCTIONS), "Timeout": 30}})


class Gate:
    """Where a function waits in the middle of its answer."""

    def __enter__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.settimeout(60)
        self.path = f"port={self.listening.getsockname()[1]}"
        return self

    def arrived(self):
        connection = self.listening.accept()[0]
        self.lines = connection.makefile("rw")
        connection.close()  # once the file is
        assert self.lines.readline() == "waiting\n"

    def open(self):
        self.lines.write("go on\n")
        self.lines.flush()

    def done(self):
        return self.lines.readline() == "done\n"

    def __exit__(self, *_):
        if hasattr(self, "lines"):
            self.lines.close()
        self.listening.close()


class Invoke:
    """Answers each POST with `returned`."""

    def __init__(self, returned):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802, the name is the library's
                paths.append(self.path)
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(returned)))
                self.end_headers()
                self.wfile.write(returned)

            def log_message(self, *_):
                pass
        paths = self.paths = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@unittest.skipUnless(shutil.which("node"), "needs node")
class Streams(unittest.TestCase):
    def test_bytes_arrive_before_the_function_is_done(self):
        with Lab(scenario()) as lab:
            for version in ("--http1.1", "--http2"):
                with self.subTest(version), Gate() as gate:
                    command = curl_command(lab, "--no-buffer", version, path=f"/orders?{gate.path}", headers=False)
                    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
                        self.assertEqual(client.stdout.read(5), b"first")
                        gate.arrived()
                        gate.open()
                        self.assertEqual(client.stdout.read(), b"last")
                        self.assertTrue(gate.done())
                    self.assertEqual(client.returncode, 0)

    def test_the_head_is_what_it_writes_first(self):
        with Lab(scenario()) as lab:
            for version in ("--http1.1", "--http2"):
                status, head, body = ask(lab, "/orders", version=version)
                self.assertEqual((status, body), (201, "firstlast"))
                for line in ("content-type: text/plain", "x-a: 1", "set-cookie: a=1", "set-cookie: b=2"):
                    self.assertIn(f"\r\n{line}\r\n", head.lower() + "\r\n")
                self.assertEqual("transfer-encoding: chunked" in head.lower(), version == "--http1.1", head)
            cases = {"{}": (200, "application/json"), '{"statusCode": "404"}': (404, "application/json"),
                     '{"multiValueHeaders": {"content-type": ["image/png"]}}': (200, "image/png")}
            for said, (status, content_type) in cases.items():
                got, head, body = ask(lab, f"/orders?head={quote(said)}")
                self.assertEqual((got, body), (status, "firstlast"))
                self.assertIn(f"content-type: {content_type}", head.lower())

    def test_a_length_that_it_says_is_the_answers(self):
        with Lab(scenario()) as lab:
            _, head, body = ask(lab, "/orders?head=" + quote('{"headers": {"Content-Length": "9"}}'))
            self.assertEqual(body, "firstlast")
            self.assertIn("content-length: 9", head.lower())
            self.assertNotIn("chunked", head.lower())
            _, _, body = ask(lab, "/orders?head=" + quote('{"headers": {"Content-Length": "7"}}'))
            self.assertEqual(body, "firstla")
            self.assertEqual(ask(lab, "/orders", "--head")[0], 201)
            status, _, body = ask(lab, "/orders?head=" + quote('{"statusCode": 204}'))
            self.assertEqual((status, body), (204, ""))

    def test_more_than_there_is_room_for_passes_whole(self):
        with Lab(scenario()) as lab:
            for version in ("--http1.1", "--http2"):
                self.assertEqual(ask(lab, "/large", version=version)[2], "first" + "x" * (4 << 20) + "last")

    def test_a_function_that_returns_all_at_once_in_the_format_is_one_piece(self):
        with Lab(scenario()) as lab:
            status, head, body = ask(lab, "/whole")
            self.assertEqual((status, body), (201, "whole"))
            self.assertIn("set-cookie: b=2", head.lower())

    def test_a_client_that_goes_leaves_the_function_at_work(self):
        with Lab(scenario()) as lab, Gate() as gate:
            command = curl_command(lab, "--no-buffer", path=f"/large?{gate.path}", headers=False)
            with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
                self.assertEqual(client.stdout.read(5), b"first")
                gate.arrived()
                client.kill()
            until(lambda: admin(lab, "/v1/ends"), "the end")
            gate.open()
            self.assertTrue(gate.done(), "all that it writes is taken")
            self.assertEqual(ask(lab, "/orders")[0], 201)

    def test_what_is_asked_for_by_uri(self):
        made = scenario()
        method = made["RestApis"]["orders-api"]["Resources"]["/{proxy+}"]["ANY"]["Integration"]
        method["Uri"] = URI
        del method["Function"]
        with Lab(made) as lab:
            self.assertEqual(ask(lab, "/orders")[2], "firstlast")
        document = {"openapi": "3.0.1", "info": {"title": "orders", "version": "1"}, "paths": {"/orders": {"get": {
            "responses": {}, "x-amazon-apigateway-integration": {
                "type": "aws_proxy", "httpMethod": "POST", "uri": URI, "responseTransferMode": "STREAM"}}}}}
        api = made["RestApis"]["orders-api"]
        del api["Resources"]
        api["Body"] = document
        with Lab(made) as lab:
            self.assertEqual(ask(lab, "/orders")[2], "firstlast")


@unittest.skipUnless(shutil.which("node"), "needs node")
class Failures(unittest.TestCase):
    def test_a_function_that_is_not_in_the_format_runs_and_is_500(self):
        cases = {"/buffered": "no head", "/orders?head=" + quote('{"body": "x"}'): "a member that is not known",
                 "/orders?head=text": "it is no JSON", "/orders?head=" + "x" * 7000: "it is no JSON"}
        with Lab(scenario()) as lab:
            before = 0
            for path, reason in cases.items():
                for version in ("--http1.1", "--http2"):
                    with self.subTest(path=path[:40], version=version):
                        status, _, body = ask(lab, path, version=version)
                        self.assertEqual((status, json.loads(body)), (500, {"message": "Internal server error"}))
                        self.assertIn(reason, why(lab, before))
                        before += 1

    def test_one_that_fails_before_it_streams_is_502(self):
        with Lab(scenario()) as lab:
            self.assertEqual(ask(lab, "/error")[0], 502)
            self.assertEqual(why(lab, 0), "integration-failed: lambda-unhandled: KeyError: no such order")

    def test_a_stream_that_is_cut_ends_the_connection_and_says_why(self):
        cases = {"/fail": "KeyError: no such order", "/crash": "Runtime.ExitError: exit status 3",
                 "/hang": "Task timed out after 30.00 seconds"}
        with Lab(scenario(clock={"mode": "stepped"})) as lab:
            before = 0
            for path, reason in cases.items():
                for version, codes in (("--http1.1", (18, 56)), ("--http2", (92, 56))):
                    with self.subTest(path=path, version=version), Gate() as gate:
                        command = curl_command(lab, "--no-buffer", version, path=f"{path}?{gate.path}", headers=False)
                        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as client:
                            self.assertEqual(client.stdout.read(5), b"first")
                            gate.arrived()
                            gate.open()
                            if path == "/hang":
                                run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "clock", "step", "30s")
                            self.assertEqual(client.stdout.read(), b"")
                        self.assertIn(client.returncode, codes)
                        self.assertIn(reason, why(lab, before))
                        ended = [one for one in admin(lab, "/v1/ends") if one.get("failures")][-1]
                        self.assertEqual(ended["failures"][-1]["reason"], "lambda-unhandled")
                        before += 1
            self.assertEqual(ask(lab, "/orders")[2], "firstlast", "the next one is well")

    def test_one_whose_head_takes_too_long_is_504(self):
        with Lab(scenario(timeout_ms=50)) as lab, Gate() as gate:
            status, _, body = ask(lab, f"/late?{gate.path}")
            self.assertEqual((status, json.loads(body)), (504, {"message": "Endpoint request timed out"}))


@unittest.skipUnless(shutil.which("node"), "needs node")
class Buffered(unittest.TestCase):
    def test_of_a_function_that_streams_status_and_headers_come_and_no_body(self):
        with Lab(scenario("BUFFERED")) as lab:
            for version in ("--http1.1", "--http2"):
                status, head, body = ask(lab, "/orders", version=version)
                self.assertEqual((status, body), (201, ""))
                self.assertIn("\r\nx-a: 1", head.lower())
                self.assertIn("set-cookie: a=1", head.lower())
            self.assertEqual(ask(lab, "/buffered")[2], "buffered")


@unittest.skipUnless(RIC, "needs aws-lambda-ric")
class OwnRuntime(unittest.TestCase):
    def test_streamify_response_streams(self):
        made = scenario()
        made["Functions"]["orders"].update({"Command": [RIC, "app.stream"], "Handler": "app.stream"})
        with Lab(made) as lab:
            for version in ("--http1.1", "--http2"):
                with self.subTest(version), Gate() as gate:
                    command = curl_command(lab, "--no-buffer", version, path=f"/orders?{gate.path}")
                    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
                        gate.arrived()
                        seen = b""
                        while not seen.endswith(b"first"):
                            seen += client.stdout.read(1)
                        gate.open()
                        self.assertEqual(client.stdout.read(), b"last")
                    self.assertRegex(seen.decode(), r"^HTTP/\S+ 201 ")
                    self.assertIn("set-cookie: a=1", seen.decode().lower())


class Endpoints(unittest.TestCase):
    """An endpoint of Invoke, as a runtime interface emulator is one: all comes at once."""

    def test_what_invoke_returns_is_the_stream(self):
        head = json.dumps({"statusCode": 201, "headers": {"Content-Type": "text/plain"}}).encode()
        for returned, status, body in ((head + bytes(8) + b"whole", 201, "whole"), (b'{"statusCode": 200}', 500, None)):
            with Invoke(returned) as invoke:
                made = scenario()
                made["Functions"]["orders"] = {"Endpoint": invoke.address, "FunctionName": "function"}
                with Lab(made) as lab:
                    for version in ("--http1.1", "--http2"):
                        got, _, text = ask(lab, "/orders", version=version)
                        self.assertEqual((got, text if body else None), (status, body))
                    self.assertEqual(invoke.paths, ["/2015-03-31/functions/function/invocations"] * 2)


@unittest.skipUnless(shutil.which("node"), "needs node")
class Logs(unittest.TestCase):
    FORMAT = json.dumps({name: f"$context.{name}" for name in (
        "requestId", "status", "responseLength", "responseLatency", "integration.responseTransferMode",
        "integration.timeToAllHeaders", "integration.timeToFirstContent", "integration.error")})

    def lines(self, made, *paths):
        made["RestApis"]["orders-api"]["Stage"] = {"AccessLogSetting": {"Format": self.FORMAT}}
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "logs" / "orders-api-prod-access.log"

            def read():
                return file.read_text().splitlines() if file.exists() else []
            with Lab(made, "--api-logs", str(file.parent)) as lab:
                for path in paths:
                    subprocess.run(curl_command(lab, path=path), capture_output=True, check=False)
                return [json.loads(line) for line in until(lambda: len(read()) == len(paths) and read(), "lines")]

    def test_a_line_says_how_long_head_and_content_took(self):
        whole, cut = self.lines(scenario(), "/orders", "/fail")
        for line, length, error in ((whole, "9", "-"), (cut, "5", "lambda-unhandled: KeyError: no such order")):
            self.assertEqual((line["status"], line["responseLength"], line["integration.responseTransferMode"],
                              line["integration.error"]), ("201", length, "STREAM", error))
            head, content, all_of_it = (int(line[name]) for name in (
                "integration.timeToAllHeaders", "integration.timeToFirstContent", "responseLatency"))
            self.assertLessEqual(head, content)
            self.assertLessEqual(content, all_of_it + 1)
        line, = self.lines(scenario("BUFFERED"), "/buffered")
        self.assertEqual((line["integration.responseTransferMode"], line["integration.timeToAllHeaders"]),
                         ("BUFFERED", "-"))


if __name__ == "__main__":
    unittest.main()
