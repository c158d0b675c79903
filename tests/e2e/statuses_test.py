"""Every status and reason that an application load balancer gives by itself (alb.md 3, alb.md 2.3, alb-features.md 8),
each met by a client, with the whole of its line in the access log; GoAccess reads all of the lines. The emulated clock
stands still but where a case moves it, so that the lines' times are exact."""

import dataclasses
import functools
import http.server
import os
import pathlib
import queue
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

import exchange_lab
from access_log import goaccess_counts, read
from exchange_lab import NAME, Door, received_to_end
from lab import DEADLINE_S, Lab, admin, run_hoplab, until
from lambda_test import FUNCTIONS, Invoked
from peers import RawServer

ACCOUNT = "eu-west-1:111111111111"
UNDONE = ("-1", "-1", "-1")
AT_ONCE = ("0.000", "0.000", "0.000")
SENT = ("0.000", "-1", "-1")       # and then nothing came
FAILED = ("0.000", "0.000", "-1")  # and then it ended

# Paths and where their rules lead. Of the others the default action has care.
GROUPS = {"/refused": "refusing", "/unaccepted": "full", "/plain": "plain-for-tls", "/mute": "mute-for-tls",
          "/empty": "empty", "/leaving/*": "leaving", "/sticky/*": "service-group", "/invoke/*": "widgets-group",
          "/nobody": "nobody-group",
          **dict.fromkeys(("/function", "/error", "/nothing", "/large", "/hang"), "shell-group")}
OF_HTTPS = {"/two/*": "two", "/call/*": "calls"}
TRANSFORMS = {
    "/to-host": ("host-header-rewrite", ".*", "a b"), "/to-path": ("url-rewrite", "^/to-path", "no-slash"),
    "/to-buffer*": ("url-rewrite", "^(.*)$", "$1" * 200), "/to-group": ("url-rewrite", "^/to-group$", "/$1"),
    "/to-good/*": ("url-rewrite", "^/to-good/", "/")}
RULES = [*GROUPS, *OF_HTTPS, *TRANSFORMS, "/fixed", "/elsewhere", "/far*"]


def rule(path, *actions, **more):
    return {"Priority": RULES.index(path) + 1,
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
            "Actions": list(actions), **more}


def forward(group, **more):
    return {"Type": "forward", "TargetGroup": group} if not more else {
        "Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroup": group}], **more}}


def transform(kind, regex, replace):
    name = {"host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig"}[kind]
    return {"Type": kind, name: {"Rewrites": [{"Regex": regex, "Replace": replace}]}}


def redirect(**to):
    return {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **to}}


def rules():
    sticky = {"TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60}}
    return [*(rule(path, forward(group, **(sticky if path == "/sticky/*" else {}))) for path, group in GROUPS.items()),
            *(rule(path, forward("service-group"), Transforms=[transform(*how)]) for path, how in TRANSFORMS.items()),
            rule("/fixed", {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}),
            rule("/elsewhere", redirect(Host="example.org")),
            rule("/far*", redirect(Path="/" + "#{path}" * 17))]


def scenario(service, services, endpoint, folder):
    """`services`: names with addresses. Load balancers in the other two modes are beside the first."""
    made = exchange_lab.scenario(service)
    alb = made["LoadBalancers"]["alb"]
    https, plain = alb["Listeners"]
    https["Rules"] = rules() + [rule(path, forward(group)) for path, group in OF_HTTPS.items()]
    plain["Rules"] = rules()
    for mode in ("monitor", "strictest"):
        made["LoadBalancers"][mode] = {
            "Type": "application", "LoadBalancerAttributes": {"routing.http.desync_mitigation_mode": mode},
            "Listeners": [{"Protocol": "HTTP", "Port": MODES[mode], "DefaultActions": plain["DefaultActions"]}]}
    for name, address in services.items():
        made["services"][name] = {"address": address}
        made["TargetGroups"][name] = {
            "TargetType": "ip", "Protocol": "HTTPS" if name.endswith("-for-tls") else "HTTP", "Port": 8080,
            "ProtocolVersion": {"two": "HTTP2", "calls": "GRPC"}.get(name, "HTTP1"),
            "HealthCheckIntervalSeconds": 300, "HealthCheckTimeoutSeconds": 2, "Targets": [name]}
    made["TargetGroups"]["leaving"]["TargetGroupAttributes"] = {"deregistration_delay.timeout_seconds": 30}
    made["TargetGroups"]["empty"] = {"TargetType": "ip", "Protocol": "HTTP", "Port": 8080, "Targets": []}
    made["Functions"] = {
        "shell": {"Command": ["./bootstrap"], "Folder": str(FUNCTIONS), "Timeout": 300},
        "widgets": {"Endpoint": endpoint, "FunctionName": "widgets"},
        "nobody": {"Endpoint": services["refusing"], "FunctionName": "nobody"}}
    for name in made["Functions"]:
        made["TargetGroups"][f"{name}-group"] = {"TargetType": "lambda", "Targets": [name]}
    return made


MODES = {"monitor": 8081, "defensive": 80, "strictest": 8083}


@dataclasses.dataclass
class Case:
    """A request and the line that it must leave. What is not said of the line follows from the rule."""
    status: str                  # elb_status_code
    path: str = "/good"
    arguments: tuple = ()        # of curl
    client: str = "http"         # or https, or h2
    raw: bytes = b""             # what a socket sends, in curl's place
    meanwhile: object = None     # is called with the test while the request waits
    read: bool = True            # the request could be: the line names it
    routed: bool = True          # a rule took it
    target: str = ""             # the service that it was meant for
    times: tuple = UNDONE
    counted: bool = True         # the client knows how many bytes went which way
    method: str = "GET"
    line: dict = dataclasses.field(default_factory=dict)

    def rule(self):
        """(priority, path of the rule); the default's is 0."""
        known = [path for path in RULES if self.client != "http" or path not in OF_HTTPS]
        for path in known:
            if self.path == path or (path.endswith("*") and self.path.startswith(path[:-1])):
                return RULES.index(path) + 1, path
        return 0, ""


def post(path, status, fields, body=b"", **more):
    """A POST as a socket sends it."""
    return Case(status, path, raw=b"POST %s HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n%s" % (
        path.encode(), NAME.encode(), fields, body), line={"user_agent": "-"}, method="POST", **more)


GRPC = ("--header", "Content-Type: application/grpc", "--header", "TE: trailers", "--data-binary", "\\0")
UPGRADE = ("--header", "Connection: Upgrade", "--header", "Upgrade: websocket")
UNREAD = {"read": False, "routed": False}
OF_BALANCER = r"internal-alb-\d+\.eu-west-1\.elb\.amazonaws\.com"  # in the place of a host that is not known


def step(duration):
    def meanwhile(test):
        test.came.get(timeout=DEADLINE_S)
        test.step(duration)
    return meanwhile


def lambda_error(path, code, status="502", times=AT_ONCE, arguments=(), **more):
    return Case(status, path, arguments, times=times, line={"error_reason": "Lambda" + code}, **more)


# Failures that the endpoint of a function tells, with what it answers.
INVOKE = {"Throttling": (429, ""), "AccessDenied": (403, ""), "ResourceNotFound": (404, ""),
          "ServiceException": (500, ""),
          **{code: (502, code) for code in (
              "EC2AccessDeniedException", "EC2ThrottledException", "EC2UnexpectedException",
              "ENILimitReachedException", "InvalidRuntimeException", "InvalidSecurityGroupIDException",
              "InvalidSubnetIDException", "InvalidZipFileException", "KMSAccessDeniedException",
              "KMSDisabledException", "KMSInvalidStateException", "KMSNotFoundException",
              "SubnetIPAddressLimitReachedException")}}


def of_invoke(code):
    return lambda_error(f"/invoke/{code}", code)


CASES = [
    # 504, before the next health checks come there
    Case("504", "/mute", target="mute-for-tls", meanwhile=step("10s")),
    Case("504", "/unaccepted", target="full", meanwhile=lambda test: (test.arrived(), test.step("10s"))),
    *(Case("200", client=client, target="service", times=AT_ONCE, line={"target_status_code": "200"})
      for client in ("http", "https", "h2")),
    Case("403", "/fixed"),
    Case("301", "/elsewhere", line={"redirect_url": "http://example.org:80/elsewhere"}),
    Case("200", "/to-good/good", target="service", times=AT_ONCE,
         line={"target_status_code": "200", "transformed_uri": "/good",
               "request_transform_status": "TransformSuccess"}),
    Case("200", "/sticky/good", ("--cookie", "AWSALBTG=a%2B"), target="service", times=AT_ONCE,
         line={"target_status_code": "200", "error_reason": "AWSALBTGCookieInvalid"}),
    # 400
    Case("400", raw=b"no request\r\n\r\n", **UNREAD,
         line={"classification": "Severe", "classification_reason": "BadVersion"}),
    Case("400", arguments=("--header", "Host:"), routed=False,
         line={"request_line": rf"GET http://{OF_BALANCER}:80/good HTTP/1\.1"}),
    Case("400", arguments=("--header", "X-Large: " + "x" * 16384), routed=False),
    Case("400", arguments=[word for i in range(5) for word in ("--header", f"X-{i}: " + "x" * 15000)], **UNREAD),
    Case("400", arguments=("--header", "X-Large: " + "x" * 16384), client="h2", routed=False),
    Case("400", arguments=("--http2",), routed=False),  # an offer of HTTP/2 without TLS
    post("/silent", "400", b"Transfer-Encoding: chunked", b"xyz\r\n", target="service", times=SENT, counted=False),
    post("/silent", "400", b"Content-Length: 10", b"half", target="service", times=SENT,
         meanwhile=lambda test: (test.came.get(timeout=DEADLINE_S), test.client.shutdown(socket.SHUT_WR))),
    # 405, 408, 413, 414
    *(Case("405", arguments=("--request", "TRACE"), client=client, routed=False, method="TRACE")
      for client in ("http", "h2")),
    Case("408", raw=b"GET / HTTP/1.1\r\nHos", meanwhile=lambda test: test.step("60s"), **UNREAD),
    post("/silent", "408", b"Content-Length: 10", b"half", target="service", times=SENT, meanwhile=step("60s")),
    lambda_error("/function", "RequestTooLarge", "413", UNDONE, ("--data-binary", "@large"), counted=False,
                 method="POST"),
    Case("414", "/" + "x" * 16384, **UNREAD),
    Case("414", "/" + "x" * 16384, client="h2", routed=False,
         # Newer clients send :authority before :path.
         line={"request_line": rf"GET https://({OF_BALANCER}|{re.escape(NAME)}):443- HTTP/2\.0", "user_agent": "-"}),
    # 460, 463, 464
    Case("460", "/silent", target="service", times=SENT, counted=False,
         meanwhile=lambda test: (test.came.get(timeout=DEADLINE_S), test.client.kill())),
    Case("463", arguments=("--header", "X-Forwarded-For: " + ", ".join(["10.0.0.1"] * 31))),
    Case("464", "/two/x", client="https"),
    Case("464", "/call/x", client="https"),
    Case("464", "/call/x", client="h2"),
    Case("464", "/x", GRPC, client="h2", line={"type": "grpcs"}, method="POST"),
    # 500, 501
    *(Case("500", path, line={"request_transform_status": status})
      for path, status in (("/to-host", "TransformInvalidHost"), ("/to-path", "TransformInvalidPath"),
                           ("/to-buffer" + "x" * 100, "TransformBufferTooSmall"),
                           ("/to-group", "TransformReplaceError"))),
    Case("501", arguments=("--request", "POST", "--header", "Transfer-Encoding: gzip"), routed=False, method="POST"),
    # 502
    *(Case("502", path, client=client, target="service", times=FAILED)
      for path in ("/fin", "/rst", "/nonsense", "/large-head") for client in ("http", "h2")),
    Case("502", "/refused", target="refusing"),
    Case("502", "/plain", target="plain-for-tls"),
    Case("502", "/call/fin", GRPC, client="h2", target="calls", times=FAILED, line={"type": "grpcs"},
         method="POST"),
    # 503, 504, 505, 507
    Case("503", "/empty"),
    Case("504", "/silent", target="service", times=SENT, meanwhile=step("60s")),
    Case("505", raw=b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", counted=False, **UNREAD),
    Case("507", "/far" + "x" * 600),
    # Functions
    Case("201", "/function", times=AT_ONCE),
    lambda_error("/error", "Unhandled"),
    lambda_error("/nothing", "InvalidResponse"),
    lambda_error("/large", "ResponseTooLarge"),
    lambda_error("/function", "BadRequest", times=UNDONE, arguments=("--header", b"X-Name: gr\xf6sse")),
    lambda_error("/function", "WebsocketNotSupported", "400", UNDONE, UPGRADE),
    lambda_error("/hang", "ConnectionTimeout", "504", SENT, meanwhile=lambda test: (test.arrived(), test.step("60s"))),
    Case("460", "/hang", times=SENT, counted=False, meanwhile=lambda test: (test.arrived(), test.client.kill())),
    lambda_error("/nobody", "ConnectionError"),
    *map(of_invoke, INVOKE),
    # The target's last.
    Case("502", "/leaving/silent", target="leaving", times=("0.000", "30.000", "-1"),
         meanwhile=lambda test: (test.came.get(timeout=DEADLINE_S), test.ctl("deregister", "leaving", "leaving"),
                                 test.step("30s"))),
]

SEVERE = {"monitor": "200", "defensive": "400", "strictest": "400"}
OTHERS = {"monitor": "200", "defensive": "200", "strictest": "400"}
NOWHERE = dict.fromkeys(MODES, "400")  # it leads to no target, whatever the mode
NO_CODING = dict.fromkeys(MODES, "501")

# (classification, its reason, the request without Host, its body, status by mode)
DESYNC = [
    ("Acceptable", "GetHeadZeroContentLength", b"GET /good HTTP/1.1\r\nContent-Length: 0", b"", OTHERS),
    ("Acceptable", "NonCompliantHeader", b"GET /good HTTP/1.1\r\nX-My : v", b"", OTHERS),
    ("Acceptable", "NonCompliantVersion", b"GET /good HTTP/1.2", b"", OTHERS),
    ("Acceptable", "SpaceInUri", b"GET /x /good HTTP/1.1", b"", OTHERS),
    ("Acceptable", "NonCrLfLineTermination", b"GET /good HTTP/1.1\nX-My: v", b"", OTHERS),
    ("Ambiguous", "AmbiguousUri", b"GET /x\t/good HTTP/1.1", b"", OTHERS),
    ("Ambiguous", "BothTeClPresent", b"POST /good HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5",
     b"0\r\n\r\n", OTHERS),
    ("Ambiguous", "DuplicateContentLength", b"POST /good HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0", b"",
     OTHERS),
    ("Ambiguous", "EmptyHeader", b"POST /good HTTP/1.1\r\n: v", b"", OTHERS),
    ("Ambiguous", "SuspiciousHeader", b"POST /good HTTP/1.1\r\nContent_Length: 0", b"", OTHERS),
    ("Ambiguous", "UndefinedContentLengthSemantics", b"GET /good HTTP/1.1\r\nContent-Length: 1", b"x", OTHERS),
    ("Ambiguous", "UndefinedTransferEncodingSemantics", b"GET /good HTTP/1.1\r\nTransfer-Encoding: chunked",
     b"0\r\n\r\n", OTHERS),
    ("Ambiguous", "MultilineHeader", b"GET /good HTTP/1.1\r\nX-My: a\r\n b", b"", OTHERS),
    ("Ambiguous", "MissingHeaderColon", b"GET /good HTTP/1.1\r\nno colon here", b"", OTHERS),
    ("Ambiguous", "MissingUri", b"GET HTTP/1.1", b"", NOWHERE),
    ("Severe", "BadContentLength", b"POST /good HTTP/1.1\r\nContent-Length: x", b"", NOWHERE),
    ("Severe", "BadHeader", b"GET /good HTTP/1.1\r\nX-My: a\0b", b"", SEVERE),
    ("Severe", "BadMethod", b"GE(T /good HTTP/1.1", b"", SEVERE),
    ("Severe", "BadTransferEncoding", b"POST /good HTTP/1.1\r\nTransfer-Encoding: xchunked", b"", NO_CODING),
    ("Severe", "BadUri", b"GET /x\0/good HTTP/1.1", b"", NOWHERE),
    ("Severe", "BadVersion", b"GET /good HTTP/1.x", b"", NOWHERE),
    ("Severe", "MultipleContentLength", b"POST /good HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 1", b"", SEVERE),
    ("Severe", "MultipleTransferEncodingChunked",
     b"POST /good HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"0\r\n\r\n", SEVERE),
    ("Severe", "SuspiciousTeClPresent", b"POST /good HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent_Length: 5",
     b"0\r\n\r\n", SEVERE),
]


def a_request_of_http2(connection):
    """Reads as far as the first HEADERS (RFC 9113 6.2), and leaves."""
    preface, head, headers = 24, 9, 1
    received, at = b"", preface
    while len(received) < at + head or received[at + 3] != headers:
        if len(received) >= at + head:
            at += head + int.from_bytes(received[at:at + 3], "big")
            continue
        more = connection.recv(65536)
        if not more:
            return
        received += more


class Statuses(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        Invoked.answers = {f"/invoke/{code}": (status, {"X-Amzn-ErrorType": kind} if kind else {}, "{}")
                           for code, (status, kind) in INVOKE.items()}

    def setUp(self):
        self.came = queue.Queue()  # paths of requests, as a target gets them
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.folder = pathlib.Path(folder)
        (self.folder / "large").write_bytes(b"x" * (1 << 20) + b"x")
        self.log = self.folder / "access.log"
        self.service = self.enterContext(RawServer(functools.partial(exchange_lab.serve, came=self.comes)))
        mute = self.enterContext(RawServer(lambda connection: (self.came.put(""), received_to_end(connection))))
        calls = self.enterContext(RawServer(a_request_of_http2))
        plain = self.enterContext(RawServer(lambda connection: connection.sendall(exchange_lab.OK)))
        endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Invoked)
        self.addCleanup(endpoint.server_close)
        self.addCleanup(endpoint.shutdown)
        threading.Thread(target=endpoint.serve_forever, daemon=True).start()
        self.addresses = {"service": self.service.address, "leaving": self.service.address,
                          "refusing": self.refusing(), "full": self.full(), "plain-for-tls": plain.address,
                          "mute-for-tls": mute.address, "two": calls.address, "calls": calls.address}
        others = {name: address for name, address in self.addresses.items() if name != "service"}
        self.lab = self.enterContext(Lab(
            scenario(self.service, others, "127.0.0.1:%d" % endpoint.server_address[1], self.folder),
            "--access-log", self.log, json_output=True))
        self.ctl("clock", "stepped")  # now that the targets that do not answer have failed their checks

    def comes(self, path):
        if path != "/":  # of health checks
            self.came.put(path)

    def refusing(self):
        """An address that nobody listens at, and nobody else can."""
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % taken.getsockname()[1]

    def full(self):
        """An address whose listener accepts none, and has all that it may keep waiting."""
        listening = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.addCleanup(listening.close)
        waiting = socket.create_connection(listening.getsockname())
        self.addCleanup(waiting.close)
        return "127.0.0.1:%d" % listening.getsockname()[1]

    def ctl(self, *words):
        done = run_hoplab("ctl", "--admin", self.lab.env["HOPLAB_ADMIN"], *words)
        self.assertEqual(done.returncode, 0, done.stderr)

    def step(self, duration):
        self.ctl("clock", "step", duration)

    def arrived(self):
        """The load balancer has a request that it has not answered."""
        until(lambda: any(flow["requests"] and flow["stage"] in ("request-headers", "request-body")
                          for flow in admin(self.lab, "/v1/flows")), "the request is under way")

    def ask(self, case, port):
        """Lets a client ask; what went each way in bytes, above TLS, where that is known."""
        door = Door(self.lab, port)
        return self.ask_by_socket(case, door) if case.raw else self.ask_by_curl(case, door)

    def ask_by_socket(self, case, door):
        with door.connect() as self.client:
            self.client.sendall(case.raw)
            if case.meanwhile:
                case.meanwhile(self)
            received = received_to_end(self.client) if case.status != "200" else self.client.recv(65536)
        self.assertTrue(received.startswith(b"HTTP/1.1 " + case.status.encode()), received)
        return (len(case.raw), len(received)) if case.counted else None

    def ask_by_curl(self, case, door):
        version = "--http2" if case.client == "h2" else "--http1.1"
        scheme = "https" if door.tls else "http"
        port = 443 if door.tls else 80
        command = ["curl", "--silent", "--noproxy", "*", "--connect-to", f"::{door.address}:{door.port}", "--cacert",
                   self.lab.ca_bundle, version, "--user-agent", "curl", "--output", os.devnull, "--write-out",
                   "%{http_code} %{size_request} %{size_upload} %{size_header} %{size_download}", *case.arguments,
                   f"{scheme}://{NAME}:{port}{case.path}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=self.folder) as self.client:
            try:
                if case.meanwhile:
                    case.meanwhile(self)
                said = self.client.communicate(timeout=DEADLINE_S)[0].split()
            finally:
                self.client.kill()
        if case.status == "460":
            return None
        self.assertEqual(said[0].decode(), case.status)
        head, upload, header, download = map(int, said[1:])
        return (head + upload, header + download) if case.counted and case.client != "h2" else None

    def expected(self, case, port, balancer, sizes):
        """The line, as patterns for what differs from run to run."""
        tls, h2 = port == 443, case.client == "h2"
        priority, rule_path = case.rule()
        action = {"/fixed": "fixed-response", "/elsewhere": "redirect", "/far*": "redirect"}.get(rule_path, "forward")
        group = {**GROUPS, **OF_HTTPS}.get(rule_path, "service-group") if action == "forward" else ""
        if not case.routed or rule_path in TRANSFORMS and case.status == "500":
            group = ""
        target = re.escape(self.addresses[case.target]) if case.target else "-"
        scheme = "https" if tls else "http"
        uri = f"{scheme}://{NAME}:{port}{case.path}"
        request_line = re.escape(f"{case.method} {uri} HTTP/{'2.0' if h2 else '1.1'}") if case.read else \
            rf"- {scheme}://[\w.-]+:{port}- -"
        names = dict(zip(("request_processing_time", "target_processing_time", "response_processing_time"),
                         map(re.escape, case.times)))
        line = {
            "type": "h2" if h2 else scheme, "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
            "elb": f"app/{balancer}/[0-9a-f]{{16}}", "client_port": r"127\.0\.0\.1:\d+", "target_port": target, **names,
            "elb_status_code": case.status, "target_status_code": "-",
            "received_bytes": str(sizes[0]) if sizes else r"\d+",
            "sent_bytes": "0" if case.status == "460" else str(sizes[1]) if sizes else r"\d+",
            "request_line": request_line, "user_agent": "curl" if case.read else "-",
            "ssl_cipher": r"[\w-]+" if tls else "-", "ssl_protocol": r"TLSv1\.3" if tls else "-",
            "target_group_arn": f"arn:aws:elasticloadbalancing:{ACCOUNT}:targetgroup/{group}/[0-9a-f]{{16}}"
                                if group else "-",
            "trace_id": "Root=1-[0-9a-f]{8}-[0-9a-f]{24}" if case.read else "-",
            "domain_name": re.escape(NAME) if tls else "-",
            "chosen_cert_arn": f"arn:aws:acm:{ACCOUNT}:certificate/.+" if tls else "-",
            "matched_rule_priority": str(priority) if case.routed else "-",
            "request_creation_time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
            "actions_executed": action if case.routed else "-", "redirect_url": "-", "error_reason": "-",
            "target_port_list": target, "target_status_code_list": case.line.get("target_status_code", "-"),
            "classification": "-", "classification_reason": "-", "conn_trace_id": "TID_[0-9a-f]{32}",
            "transformed_host": "-", "transformed_uri": "-", "request_transform_status": "-",
            "ip_address": r"127\.\d+\.\d+\.\d+"}
        return {**line, **{name: text for name, text in case.line.items() if name in line}}

    def hold(self, case, port, balancer="alb"):
        while not self.came.empty():
            self.came.get()
        asked = len(read(self.log))
        sizes = self.ask(case, port)
        until(lambda: len(read(self.log)) > asked, "the line is written")
        self.assertEqual(len(read(self.log)), asked + 1)
        line = read(self.log)[-1]
        expected = self.expected(case, port, balancer, sizes)
        self.assertEqual(list(line), list(expected))
        wrong = {name: (text, expected[name]) for name, text in line.items()
                 if not re.fullmatch(expected[name], text)}
        self.assertEqual(wrong, {}, "fields that are not as expected")

    def goaccess_reads_all(self, asked):
        self.assertEqual(goaccess_counts(self.log), (asked, 0))

    def test_each_has_its_line(self):
        for case in CASES:
            with self.subTest(status=case.status, path=case.path[:40], client=case.client, raw=case.raw,
                              arguments=[word[:40] for word in case.arguments]):
                self.hold(case, 80 if case.client == "http" else 443)
        self.goaccess_reads_all(len(CASES))

    def test_each_classification_in_each_mode(self):
        for tier, reason, text, body, statuses in DESYNC:
            head = text + b"\r\nHost: " + NAME.encode() + b"\r\n\r\n"
            method, path = re.match(r"(\S+) (?:(.*) )?HTTP", text.decode()).groups()
            for mode, status in statuses.items():
                line = {"classification": tier, "classification_reason": reason, "user_agent": "-"}
                if status == "200":
                    more = {"target": "service", "times": AT_ONCE}
                    line["target_status_code"] = "200"
                else:
                    more = UNREAD if reason in ("MissingUri", "BadUri", "BadVersion") else {"routed": False}
                    line["received_bytes"] = str(len(head))
                case = Case(status, str(path).replace("\t", r"\x09"), raw=head + body, line=line, method=method, **more)
                with self.subTest(reason=reason, mode=mode):
                    self.hold(case, MODES[mode], "alb" if mode == "defensive" else mode)
        self.goaccess_reads_all(len(DESYNC) * len(MODES))


if __name__ == "__main__":
    unittest.main()
