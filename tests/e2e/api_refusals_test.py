"""Every refusal of a private REST API, as api_refusals.py lists them: by clients of HTTP/1.1 and of HTTP/2 at the load
balancer, with its line of the access log, its lines of the execution log and hoplab's own record; as it is built in,
and as the API's owner would have it."""

import dataclasses
import gzip
import http.server
import json
import pathlib
import re
import shutil
import tempfile
import threading
import unittest
import urllib.request
from datetime import datetime, timedelta, timezone

from api_iam_test import REGION, request_of, sign
from api_lab import NAME, ask
from api_refusals import NEVER, TABLE
from api_refusals_lab import KEYS, Row, scenario
from authentication_test import jwk
from lab import DEADLINE_S, ROOT, Lab, admin, needs, until
from service import Service

needs("botocore")
from botocore.credentials import Credentials  # noqa: E402

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Answering(http.server.BaseHTTPRequestHandler):
    """Whoever answers for the scenario's functions and pools: the token, or the path, says how."""

    protocol_version = "HTTP/1.1"
    asked, over = threading.Event(), threading.Event()  # somebody who is never answered; the end of the wait

    def do_GET(self):  # noqa: N802, the name is the library's
        if self.path == "/.well-known/jwks.json" and self.headers["Host"].startswith("login."):
            self.answer(200, {"keys": [jwk("first"), jwk("second")]})
        else:
            self.answer(503, {})

    def do_POST(self):  # noqa: N802
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        guards = "/functions/guard/" in self.path
        what = self.token_of(event) if guards else event["path"].rpartition("/")[2]
        if what in ("hang", "late"):
            Answering.asked.set()
            Answering.over.wait()
            self.close_connection = True
        elif what in ("gone", "busy"):
            self.answer({"gone": 404, "busy": 429}[what], {})
        elif what in ("broken", "Unauthorized"):
            self.answer(200, {"errorType": "Error", "errorMessage": what}, ("X-Amz-Function-Error", "Unhandled"))
        elif guards:
            self.answer(200, self.policy(what, event["methodArn"]))
        else:
            self.answer(200, {"text": "hello", "unknown": {"status": 200}, "status": {"statusCode": "ok"}}.get(
                what, {"statusCode": 200}))

    @staticmethod
    def token_of(event):
        sent = {name.lower(): value for name, value in event.get("headers", {}).items()}
        return event.get("authorizationToken", sent.get("x-token", ""))

    @staticmethod
    def policy(what, arn):
        statement = {"Action": "execute-api:Invoke", "Effect": "Deny" if what == "deny" else "Allow", "Resource": arn}
        if what in ("", "other"):
            statement["Resource"] += "/other"
        if what == "elsewhere":
            statement["Condition"] = {"IpAddress": {"aws:VpcSourceIp": "192.0.2.0/24"}}
        made = {"principalId": "alice", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
        if what == "nested":
            made["context"] = {"roles": ["admin"]}
        if what == "unknown":
            made["errorType"] = "Error"
        for name, without in (("nobody", "principalId"), ("lawless", "policyDocument")):
            if what == name:
                del made[without]
        return "text" if what == "text" else made

    def answer(self, status, body, *fields):
        body = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (*fields, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Trial:
    """A lab of the scenario: asks, and says what came of it."""

    def __init__(self, made, service, *arguments):
        self.logs = pathlib.Path(tempfile.mkdtemp()) / "logs"
        self.service = service
        self.lab = Lab(made, "--api-logs", str(self.logs), *arguments)
        (self.lab.out / "large").write_bytes(b"x" * ((10 << 20) + 1))
        (self.lab.out / "bomb").write_bytes(gzip.compress(bytes((10 << 20) + 1)))
        (self.lab.out / "event").write_bytes(b"x" * (6 << 20))
        self.ends = len(self.failures())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lab.stop()
        shutil.rmtree(self.logs.parent)

    def now(self):
        """By the lab's clock, which stands still."""
        return datetime.fromisoformat(admin(self.lab, "/v1/clock")["now"].replace("Z", "+00:00")).timestamp()

    def step(self, by):
        request = urllib.request.Request(f"http://{self.lab.env['HOPLAB_ADMIN']}/v1/clock/step",
                                         json.dumps({"by": by}).encode())
        urllib.request.urlopen(request).close()

    def signed(self, path, who, secret=None, minutes=0, replaces=(), name=NAME, **scope):
        """Fields of a request that botocore signs, for the lab's time and `minutes` more."""
        part = self.lab.env.get
        keys = Credentials(part(f"HOPLAB_ACCESS_KEY_ID_{who.upper()}", "AKIANOBODY"),
                           secret or part(f"HOPLAB_SECRET_ACCESS_KEY_{who.upper()}", "x"),
                           part(f"HOPLAB_SESSION_TOKEN_{who.upper()}") or None)
        moved = timedelta(seconds=self.now() - datetime.now(timezone.utc).timestamp(), minutes=minutes)
        request = sign(request_of(path, name=name), keys, moved=moved, **{"region": REGION, **scope})
        fields = dict(request.headers.items())
        if replaces:
            fields["Authorization"] = re.sub(*replaces, fields["Authorization"])
        return [word for name, value in fields.items() if name.lower() != "host"
                for word in ("--header", f"{name}: {value}")]

    def ask(self, row, version):
        """(status, fields, body)"""
        arguments = row.arguments(self) if callable(row.arguments) else row.arguments
        arguments = [word.replace("@FOLDER", f"@{self.lab.out}") for word in arguments]
        waiting = threading.Thread(target=self.go_on_after, args=(row.waits,)) if row.waits else None
        if waiting:
            Answering.asked.clear()
            self.service.requests.clear()
            waiting.start()
        status, head, body = ask(self.lab, row.path, "--globoff", *arguments, version=version, host=row.host)
        if waiting:
            waiting.join(DEADLINE_S)
        fields = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[-1] for line in head.split("\r\n")[1:]}
        return status, fields, body

    def go_on_after(self, time):
        """Once the request is with whoever does not answer it."""
        until(lambda: Answering.asked.is_set() or self.service.requests, "the request")
        self.step(time)

    def failures(self):
        return [one for one in admin(self.lab, "/v1/ends") if one.get("failures")]

    def outcome(self):
        """What the record has of the newest request, which was refused."""
        newer = until(lambda: self.failures()[self.ends:], "the end")
        self.ends += 1
        return newer[0]["failures"][-1]["detail"]

    def lines(self, kind, request_id):
        """Those of one request, without its id and their time."""
        file = self.logs / f"orders-api-prod-{kind}.log"
        if not file.exists():
            return []
        lines = file.read_text(encoding="utf-8").splitlines()
        if kind == "access":
            return [line.partition(" ")[2] for line in lines if line.startswith(request_id)]
        return [line.split(") ", 1)[1].replace(request_id, "ID") for line in lines if f"({request_id})" in line]


class Refusals(unittest.TestCase):
    """As they are built in."""

    OPTIONS = ()
    rows = TABLE

    @classmethod
    def setUpClass(cls):
        Answering.over.clear()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        service = Service()
        for end in (server.server_close, server.shutdown, Answering.over.set, service.stop):
            cls.addClassCleanup(end)
        made = cls.changed(scenario(f"127.0.0.1:{server.server_address[1]}", service.address))
        cls.trial = Trial(made, service, *cls.OPTIONS)
        cls.addClassCleanup(cls.trial.__exit__)

    @classmethod
    def changed(cls, made):
        return made

    def each(self, version):
        trial = self.trial
        spent = Row("", 200, "", "", "", "/keyed", ("--header", f"x-api-key: {KEYS['spent']}"))
        trial.ask(spent, version)  # the one that its quota has; the second time that is another row of the table
        trial.ends = len(trial.failures())
        seen = []
        for row in self.rows:
            with self.subTest(row.name, version=version):
                status, fields, body = trial.ask(row, version)
                outcome = trial.outcome()
                self.hold_answer(row, status, fields, body)
                self.fits(outcome, row.outcome)
                seen.append((row, fields["x-amzn-requestid"], body))
        # Lines come in order: behind these, there is none of the requests before.
        last = trial.ask(Row("", 403, "", "", "", "/closed"), version)[1]["x-amzn-requestid"]
        until(lambda: trial.lines("access", last) and trial.lines("execution", last), "the last lines")
        trial.ends = len(trial.failures())
        for row, request_id, body in seen:
            with self.subTest(row.name, version=version, log=True):
                self.hold_logs(row, request_id, body)

    def fits(self, text, pattern):
        if pattern is None or not pattern.endswith("…"):
            self.assertEqual(text, pattern)
        else:
            self.assertEqual(text[:len(pattern) - 1], pattern[:-1])

    def hold_answer(self, row, status, fields, body):
        self.assertEqual((status, fields.get("x-amzn-errortype", "")), (row.status, row.error_type), body)
        if not row.error_type:
            self.assertEqual((body, fields["content-type"]), (row.message, "text/plain"))
            return
        self.assertEqual(fields["content-type"], "application/json")
        said = json.loads(body)
        self.assertEqual(list(said), ["Message" if row.error_type == "AccessDeniedException" else "message"])
        text = next(iter(said.values()))
        self.fits(text and re.sub(r"(?<=1111:)[a-z0-9]{10}(?=/)", "API", text), row.message)

    def message_string(self, row, body):
        """$context.error.messageString of an answer."""
        return json.dumps(next(iter(json.loads(body).values())), ensure_ascii=False)

    def hold_logs(self, row, request_id, body):
        line = self.trial.lines("access", request_id)
        if not row.resource:
            self.assertEqual(line, [])
        else:
            said = "-" if row.type == "-" else self.message_string(row, body)
            start = f"{row.status} {row.resource} {row.type} {said} "
            self.assertEqual([one[:len(start)] for one in line], [start])
            self.fits(line[0][len(start):], row.detail)
        lines = self.trial.lines("execution", request_id)
        if row.log is None:
            self.assertEqual(lines, [])
            return
        patterns = list(row.log)
        if not any("Unauthorized request" in one for one in patterns):
            patterns.append(f"Method completed with status: {row.status}")
        found = [one for one in lines if any(re.fullmatch(pattern, one) for pattern in patterns)]
        self.assertEqual(len(found), len(patterns), lines)
        for one, pattern in zip(found, patterns):
            self.assertRegex(one, f"^{pattern}$")
        self.assertNotIn("Successfully completed execution", lines)

    def test_over_http_1_1(self):
        self.each("--http1.1")

    def test_over_http_2(self):
        self.each("--http2")


class Customized(Refusals):
    """As the API's owner would have each of them: of other statuses, and in other words."""

    STATUSES = {name: 460 + number for number, name in enumerate(
        sorted({row.type for row in TABLE} - {"", "-", "REQUEST_TOO_LARGE"}))}
    rows = [dataclasses.replace(row, status=status or row.status)
            for row, status in zip(TABLE, map(STATUSES.get, (row.type for row in TABLE)))]

    @classmethod
    def changed(cls, made):
        look = {"ResponseTemplates": {"text/plain": "$context.error.responseType: $context.error.messageString"},
                "ResponseParameters": {"gatewayresponse.header.X-Path": "context.path"}}
        made["RestApis"]["orders-api"]["GatewayResponses"] = {
            name: {**look, "StatusCode": status} for name, status in cls.STATUSES.items()}
        return made

    def hold_answer(self, row, status, fields, body):
        if row.type not in self.STATUSES:
            super().hold_answer(row, status, fields, body)
            return
        self.assertEqual((status, fields["x-amzn-errortype"], fields["content-type"]),
                         (row.status, row.error_type, "text/plain"), body)
        self.assertEqual(fields["x-path"], row.path.partition("?")[0], "without the stage, by a domain name")
        self.assertTrue(body.startswith(row.type + ": "), body)

    def message_string(self, row, body):
        if row.type not in self.STATUSES:
            return super().message_string(row, body)
        return body.partition(": ")[2]


class Account(Refusals):
    """The limit of the account, which all requests would meet."""

    OPTIONS = ("--api-rate-limit", "1")
    rows = [Row("account's rate", 429, "TooManyRequestsException", "Too Many Requests",
                "throttled: the limit of the account", type="THROTTLED")]


class Table(unittest.TestCase):
    def test_has_every_type_of_aws(self):
        page = (ROOT / "docs/aws/apigateway.md").read_text(encoding="utf-8")
        section = page.split("\n### 9.1 ")[1].split("\n### ")[0]
        types = {name for cell in re.findall(r"^\| ([A-Z0-9_ /]+) \|", section, re.M) for name in cell.split(" / ")}
        self.assertIn("QUOTA_EXCEEDED", types)
        self.assertEqual(types, {row.type for row in TABLE if row.type not in ("", "-")} | set(NEVER))

    def test_names_each_row_once(self):
        names = [row.name for row in TABLE]
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
