"""Lambda functions behind an application load balancer: real runtimes in shell and Node, what becomes of a
function that fails, hangs, forks or prints without end, and that none of its processes outlives hoplab."""

import concurrent.futures
import http.server
import json
import os
import pathlib
import re
import select
import shlex
import shutil
import signal
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

from exchange_lab import peak_memory
from lab import DEADLINE_S, Lab, admin, curl, run_hoplab, until

# AWS's own runtime for Node, from npm; its native part is built when it is installed.
RIC = os.environ.get("AWS_LAMBDA_RIC") or shutil.which("aws-lambda-ric")
FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"


def scenario(function, group=None, alb=None, clock=None):
    """An application load balancer with one function."""
    made = {
        "title": "a function", "entry": "alb",
        "LoadBalancers": {"alb": {"Type": "application", **(alb or {}), "Listeners": [
            {"Protocol": "HTTP", "Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroup": "group"}]}]}},
        "TargetGroups": {"group": {"TargetType": "lambda", "Targets": ["shell"], **(group or {})}},
        "Functions": {"shell": function},
    }
    return {**made, "clock": clock} if clock else made


def shell(**more):
    return {"Command": ["./bootstrap"], "Folder": str(FUNCTIONS), "Timeout": 60, **more}


class MarkedLab(Lab):
    """A lab whose functions are marked by its folder."""

    def __init__(self, *arguments, timeout=60, command="./bootstrap", **more):
        folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"hoplab-lambda-{os.getpid()}-{id(self)}"
        folder.mkdir()
        self.mark = folder
        path = folder / "scenario.json"
        path.write_text(json.dumps(scenario(
            shell(Command=command.split(), Timeout=timeout, Environment={"Variables": {"LAB_MARK": str(folder)}}),
            **more)))
        super().__init__(path, *arguments)

    def processes(self):
        """What its functions have started, each with its command line."""
        mark = f"LAB_MARK={self.mark}".encode()
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes()
            except OSError:
                pass  # it has ended, or is another user's
        return found

    def tails(self):
        """Those that do nothing, for ever."""
        return [pid for pid, command in self.processes().items() if b"tail\0" in command]

    def stop(self, how=signal.SIGTERM):
        done = super().stop(how)
        shutil.rmtree(self.mark, ignore_errors=True)
        return done


def status_of(answer):
    """The last one's, behind interim answers."""
    return int(re.findall(rb"^HTTP/1.1 (\d+)", answer.stdout, re.M)[-1])


def failure_of(lab, path, *arguments):
    """(status, reason, detail) of one request on a connection of its own."""
    def failed():
        return [one for one in admin(lab, "/v1/ends") if one.get("failures")]
    before = len(failed())
    answer = curl(lab, *arguments, path=path)
    failure = until(lambda: failed()[before:], "the record of the connection")[0]["failures"][-1]
    return status_of(answer), failure["reason"], failure.get("detail", "")


class Answers(unittest.TestCase):
    def test_a_shell_with_curl(self):
        with Lab(scenario(shell())) as lab:
            first, second = curl(lab, path="/a?b=c"), curl(lab, path="/a?b=c")
        head, body = first.stdout.decode().split("\r\n\r\n")
        self.assertTrue(head.startswith("HTTP/1.1 201 Made\r\n"), head)
        self.assertIn("Content-Type: text/plain", head)
        self.assertEqual(body, "hello")
        pid = [line for line in head.split("\r\n") if line.startswith("X-Pid")]
        self.assertIn(pid[0], second.stdout.decode(), "the process is kept")

    @unittest.skipUnless(shutil.which("node"), "needs node")
    def test_a_runtime_in_node(self):
        self.upper_case(["node", "runtime.js"])

    @unittest.skipUnless(RIC, "needs aws-lambda-ric, or AWS_LAMBDA_RIC with its path")
    def test_the_runtime_of_aws_for_node(self):
        self.upper_case([RIC, "app.handler"])

    def upper_case(self, command):
        """What app.js does."""
        function = {"Command": command, "Folder": str(FUNCTIONS), "Handler": "app.handler", "Timeout": 60}
        with Lab(scenario(function), "--keep", "5") as lab:
            for _ in range(2):
                done = curl(lab, "--data", "größe", "--header", "Content-Type: text/plain", headers=False)
                self.assertEqual(done.stdout.decode(), "GRÖSSE")
            self.assertIn("POST /", admin(lab, "/v1/requests")["requests"][-1]["output"])
            self.assertEqual(failure_of(lab, "/error"), (502, "lambda-unhandled", "TypeError: no such widget"))

    def test_an_answer_in_pieces(self):
        with Lab(scenario(shell())) as lab:
            self.assertTrue(curl(lab, path="/streamed").stdout.endswith(b"\r\n\r\nin pieces"))

    def test_a_head_has_no_body(self):
        with Lab(scenario(shell())) as lab:
            done = curl(lab, "--head")
            self.assertEqual(status_of(done), 201)
            self.assertIn(b"Content-Length: 5\r\n", done.stdout)

    def test_what_it_prints_is_with_its_request(self):
        with Lab(scenario(shell()), "--keep", "5") as lab:
            curl(lab, path="/first")
            curl(lab, path="/second")
            seen = admin(lab, "/v1/requests?receiver=shell")["requests"]
        self.assertEqual([(one["kind"], one["path"], one["output"]) for one in seen],
                         [("function", "/first", "event for /first\n"),
                          ("function", "/second", "event for /second\n")])


    def test_the_access_log_has_neither_target_nor_its_status(self):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder) / "access.log"
            with Lab(scenario(shell()), "--access-log", log, "--keep", "5") as lab:
                curl(lab, path="/good")
                curl(lab, path="/error")
                until(lambda: len(log.read_text().splitlines()) == 2, "the lines are written")
                received = admin(lab, "/v1/requests?receiver=shell")["requests"]
            good, bad = [shlex.split(line) for line in log.read_text().splitlines()]
        self.assertEqual((good[4], good[8], good[9], good[24]), ("-", "201", "-", "-"))
        self.assertEqual((bad[4], bad[8], bad[9], bad[24]), ("-", "502", "-", "LambdaUnhandled"))
        for line, request in zip((good, bad), received):
            traces = [one["value"] for one in request["headers"] if one["name"].lower() == "x-amzn-trace-id"]
            self.assertEqual([line[17]], traces, "the same as the function has got")


class Failures(unittest.TestCase):
    def test_each_has_its_status_and_reason(self):
        rows = [("/error", 502, "lambda-unhandled", "KeyError: no such widget"),
                ("/crash", 502, "lambda-unhandled",
                 "Runtime.ExitError: exit status 3; it printed: event for /crash cannot go on"),
                ("/nothing", 502, "lambda-invalid-response", "it is no JSON"),
                ("/text", 502, "lambda-invalid-response", "it is no JSON"),
                ("/no-status", 502, "lambda-invalid-response", "it has no statusCode"),
                ("/lists", 502, "lambda-invalid-response",
                 "it has multiValueHeaders where lambda.multi_value_headers.enabled (false) asks for headers"),
                ("/large", 502, "lambda-response-too-large", "it returned 1048604 bytes")]
        with Lab(scenario(shell())) as lab:
            for path, *expected in rows:
                with self.subTest(path):
                    self.assertEqual(failure_of(lab, path), tuple(expected))
            self.assertEqual(status_of(curl(lab)), 201, "others are not concerned")

    def test_a_body_over_one_megabyte(self):
        with Lab(scenario(shell())) as lab:
            large = lab.folder / "large"
            large.write_bytes(b"x" * (1024 * 1024 + 1))
            for framing in ([], ["--header", "Transfer-Encoding: chunked"]):
                with self.subTest(framing):
                    self.assertEqual(failure_of(lab, "/", "--data-binary", f"@{large}", *framing)[:2],
                                     (413, "lambda-request-too-large"))
            large.write_bytes(b"x" * 1024 * 1024)
            self.assertEqual(status_of(curl(lab, "--data-binary", f"@{large}")), 201)

    def test_text_that_is_no_utf8(self):
        with Lab(scenario(shell())) as lab:
            self.assertEqual(failure_of(lab, "/", "--header", b"X-Name: gr\xf6sse")[:2], (502, "lambda-bad-request"))

    def test_a_web_socket(self):
        with Lab(scenario(shell())) as lab:
            opening = ["--header", "Connection: Upgrade", "--header", "Upgrade: websocket", "--http1.1"]
            self.assertEqual(failure_of(lab, "/", *opening)[:2], (400, "lambda-websocket-not-supported"))

    def test_a_command_that_is_not_there(self):
        with Lab(scenario({"Command": ["./nothing"], "Folder": str(FUNCTIONS)})) as lab:
            self.assertEqual(failure_of(lab, "/"),
                             (502, "lambda-unhandled",
                              f"Runtime.InvalidEntrypoint: cannot start ./nothing in {FUNCTIONS}: "
                              "No such file or directory"))

    def test_time_is_the_emulated_one(self):
        with MarkedLab(timeout=5, clock={"mode": "stepped"}) as lab:
            late = []
            asking = threading.Thread(target=lambda: late.append(curl(lab, path="/hang")))
            asking.start()
            until(lab.tails, "the function at work")
            done = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "clock", "step", "5s")
            self.assertEqual(done.returncode, 0, done.stderr)
            asking.join()
            self.assertEqual(status_of(late[0]), 502)

    def test_nothing_within_the_idle_timeout_is_504(self):
        impatient = {"LoadBalancerAttributes": {"idle_timeout.timeout_seconds": 1}}
        with Lab(scenario(shell(), alb=impatient)) as lab:
            self.assertEqual(failure_of(lab, "/hang")[:2], (504, "lambda-connection-timeout"))


class Harm(unittest.TestCase):
    """A function that misbehaves hurts its own requests only."""

    def test_one_that_hangs_forks_and_prints(self):
        with MarkedLab() as lab:
            asking = [threading.Thread(target=curl, args=(lab,), kwargs={"path": path})
                      for path in ("/hang", "/print", "/many")]
            for one in asking:
                one.start()
            until(lambda: len(lab.processes()) > 12, "all of them at work")
            self.assertEqual(status_of(curl(lab)), 201)
            self.assertEqual(lab.stop()[0], 0)
            self.assertEqual(lab.processes(), {})
            for one in asking:
                one.join()

    def test_a_timeout_ends_all_that_it_has_started(self):
        with MarkedLab(timeout=1) as lab:
            self.assertEqual(failure_of(lab, "/many")[:2], (502, "lambda-unhandled"))
            until(lambda: not lab.processes(), "the end of all of them")

    def test_a_daemon_of_its_own_ends_with_hoplab(self):
        with MarkedLab() as lab:
            self.assertEqual(status_of(curl(lab, path="/fork")), 200)
            self.assertEqual(len(until(lab.tails, "the daemon")), 1)
            lab.stop()
            self.assertEqual(lab.processes(), {})

    def test_nothing_outlives_a_hoplab_that_is_killed(self):
        with MarkedLab() as lab:
            self.assertEqual(status_of(curl(lab, path="/fork")), 200)
            asking = threading.Thread(target=curl, args=(lab,), kwargs={"path": "/many"})
            asking.start()
            until(lambda: len(lab.processes()) > 10, "all of them at work")
            lab.stop(signal.SIGKILL)
            until(lambda: not lab.processes(), "the end of all of them")
            asking.join()


class Hostility(unittest.TestCase):
    """A runtime that means harm. While it does, another request to the same function has its answer, and the
    next one, too."""

    def meanwhile(self, lab, path):
        """(status, reason, detail) of that request; a good one has no reason."""
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            before = len(admin(lab, "/v1/ends"))
            asked = pool.submit(curl, lab, path=path)
            good = [curl(lab) for _ in range(3)]
            status = status_of(asked.result())
        self.assertEqual([status_of(one) for one in (*good, curl(lab))], [200] * 4)
        ended = until(lambda: admin(lab, "/v1/ends")[before + 4:] and admin(lab, "/v1/ends")[before:], "the records")
        failures = [one for end in ended for one in end.get("failures", [])]
        self.assertLessEqual(len(failures), 1)
        return status, *((failures[0]["reason"], failures[0].get("detail", "")) if failures else ("", ""))

    def test_what_it_says_to_the_runtime_api(self):
        rows = [("/deep", (502, "lambda-unhandled", "Unhandled")),
                ("/colours", (502, "lambda-unhandled",
                              "Runtime.ExitError: exit status 1; it printed:  [31mred  red"))]
        rows += [(path, (200, "", "")) for path in ("/garbage", "/twice", "/impatient", "/members", "/crowd", "/pipe",
                                                    "/closed")]
        with MarkedLab(command="/usr/bin/python3 -B hostile.py") as lab:
            for path, expected in rows:
                with self.subTest(path):
                    self.assertEqual(self.meanwhile(lab, path), expected)
            if not os.environ.get("HOPLAB_SANITIZE"):
                self.assertLess(peak_memory(lab.process.pid), 128 << 20)
            self.assertEqual(lab.stop()[0], 0)
            self.assertEqual(lab.processes(), {})

    def test_what_never_ends(self):
        with MarkedLab(timeout=3, command="/usr/bin/python3 -B hostile.py") as lab:
            for path in ("/half", "/stop-me", "/stop"):
                with self.subTest(path):
                    status, reason, detail = self.meanwhile(lab, path)
                    self.assertEqual((status, reason), (502, "lambda-unhandled"))
                    self.assertTrue(detail.startswith("Task timed out after 3.00 seconds"), detail)
            self.assertEqual(lab.stop()[0], 0)
            self.assertEqual(lab.processes(), {})

    def test_without_its_supervisor_it_ends(self):
        with MarkedLab(command="/usr/bin/python3 -B hostile.py") as lab:
            self.assertEqual(self.meanwhile(lab, "/kill"),
                             (502, "lambda-unhandled", "Runtime.ExitError: signal: killed"))
            self.assertEqual(lab.stop()[0], 0)
            self.assertEqual(lab.processes(), {})

    def test_a_process_that_is_another_one_all_the_time_ends_too(self):
        with MarkedLab(timeout=3, command="/usr/bin/python3 -B hostile.py") as lab:
            os.mkfifo(lab.mark / "wanders")
            held = os.open(lab.mark / "wanders", os.O_RDONLY | os.O_NONBLOCK)
            self.addCleanup(os.close, held)
            self.assertEqual(self.meanwhile(lab, "/wander")[:2], (502, "lambda-unhandled"))
            readable = select.poll()
            readable.register(held, select.POLLHUP)
            self.assertTrue(readable.poll(DEADLINE_S * 1000), "nobody holds it any more")


class Changes(unittest.TestCase):
    def change(self, lab, changes):
        request = urllib.request.Request(f"http://{lab.env['HOPLAB_ADMIN']}/v1/changes", method="POST",
                                         data=json.dumps(changes).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def put(self, function):
        return {"change": "PutFunction", "Name": "shell", "Function": function}

    def test_another_timeout_counts_for_the_next_request(self):
        with MarkedLab() as lab:
            self.assertEqual(status_of(curl(lab)), 201)
            before = lab.processes()
            function = json.loads(urllib.request.urlopen(
                f"http://{lab.env['HOPLAB_ADMIN']}/v1/topology").read())["Functions"]["shell"]
            self.change(lab, [self.put({**function, "Timeout": 1})])
            self.assertEqual(failure_of(lab, "/hang")[:2], (502, "lambda-unhandled"))
            until(lambda: not set(before) & set(lab.processes()), "the end of the process that was there")

    def test_no_other_command_comes_by_the_admin_api(self):
        with Lab(scenario(shell())) as lab:
            for function in (shell(Command=["touch", "here"]), shell(Environment={"Variables": {"ENV": "x"}})):
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    self.change(lab, [self.put(function)])
                self.assertIn("only commands that what runs has already", refused.exception.read().decode())

    def test_a_deregistered_function_cuts_its_requests(self):
        with MarkedLab() as lab:
            answers = []
            asking = threading.Thread(target=lambda: answers.append(failure_of(lab, "/hang")))
            asking.start()
            until(lab.tails, "the function at work")
            done = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "deregister", "group", "shell")
            self.assertEqual(done.returncode, 0, done.stderr)
            asking.join()
            self.assertEqual(answers[0][:2], (502, "target-deregistered"))
            self.assertEqual(status_of(curl(lab)), 503)

    def test_a_deleted_function_and_its_group(self):
        with MarkedLab() as lab:
            self.assertEqual(status_of(curl(lab)), 201)
            self.change(lab, [
                {"change": "PutListener", "LoadBalancer": "alb", "Listener": {
                    "Protocol": "HTTP", "Port": 80, "DefaultActions": [
                        {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]}},
                {"change": "DeleteTargetGroup", "Name": "group"}, {"change": "DeleteFunction", "Name": "shell"}])
            until(lambda: not lab.processes(), "the end of its process")
            self.assertEqual(status_of(curl(lab)), 200)


class Invoked(http.server.BaseHTTPRequestHandler):
    """Answers Invoke as the Lambda service does."""
    answers = {}

    def do_POST(self):  # noqa: N802, the name is the library's
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, fields, body = self.answers[event["path"]]
        if self.path != "/2015-03-31/functions/widgets/invocations":
            status, fields, body = 404, {}, "{}"
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


class Endpoint(unittest.TestCase):
    """A function that somebody else runs."""

    def test_what_invoke_answers(self):
        Invoked.answers = {
            "/": (200, {}, '{"statusCode":200,"body":"hello"}'),
            "/error": (200, {"X-Amz-Function-Error": "Unhandled"}, '{"errorMessage":"no","errorType":"KeyError"}'),
            "/throttled": (429, {"X-Amzn-ErrorType": "TooManyRequestsException"}, "{}"),
            "/denied": (403, {"X-Amzn-ErrorType": "AccessDeniedException:http://x"}, "{}"),
            "/gone": (404, {}, "{}"),
            "/bad": (400, {}, "{}"),
            "/failed": (500, {"X-Amzn-ErrorType": "ServiceException"}, "{}"),
        }
        rows = [("/error", "lambda-unhandled", "KeyError: no"),
                ("/throttled", "lambda-throttling", "the endpoint answered 429 TooManyRequestsException"),
                ("/denied", "lambda-access-denied", "the endpoint answered 403 AccessDeniedException"),
                ("/gone", "lambda-resource-not-found", "the endpoint answered 404"),
                ("/bad", "lambda-bad-request", "the endpoint answered 400"),
                ("/failed", "lambda-service-exception", "the endpoint answered 500 ServiceException")]
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Invoked)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.server_address[1]}"
        with Lab(scenario({"Endpoint": address, "FunctionName": "widgets"})) as lab:
            self.assertTrue(curl(lab).stdout.endswith(b"\r\n\r\nhello"))
            for path, reason, detail in rows:
                with self.subTest(path):
                    self.assertEqual(failure_of(lab, path), (502, reason, detail))
            server.shutdown()
            server.server_close()
            self.assertEqual(failure_of(lab, "/"), (502, "lambda-connection-error", address))


class HealthChecks(unittest.TestCase):
    def test_off_unless_they_are_asked_for(self):
        with Lab(scenario(shell())) as lab:
            health = admin(lab, "/v1/target-health")[0]
            self.assertEqual((health["state"], health["reason"]), ("unavailable", "Target.HealthCheckDisabled"))

    def test_on(self):
        with Lab(scenario(shell(), group={"HealthCheckEnabled": True, "Matcher": {"HttpCode": "201"}})) as lab:
            self.assertEqual(admin(lab, "/v1/target-health")[0]["state"], "healthy")
        with Lab(scenario(shell(), group={"HealthCheckEnabled": True})) as lab:
            health = admin(lab, "/v1/target-health")[0]
            self.assertEqual((health["state"], health["reason"], health["description"]),
                             ("unhealthy", "Target.ResponseCodeMismatch",
                              "Health checks failed with these codes: [201]"))


if __name__ == "__main__":
    unittest.main()
