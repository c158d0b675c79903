"""curl does what a case of the casebook says: all of it in one process, which keeps its connections."""

import pathlib
import subprocess
import tempfile

import casebook
from lab import DEADLINE_S, ROOT
from pages.answer import Answer
from pages.ways import is_https, patience, place
from real_clients import client_environment

REUSE_ADDRESS = ROOT / "tests" / "e2e" / "clients" / "reuse_address.c"
LOCAL_PORTS = 28000      # below those that the system gives out
LOCAL_PORTS_EACH = 100


def curl_source(call):
    """A connection from other ports is another one for curl's pool."""
    ip, _, port = call.way.source.partition(":")
    options = ["--interface", ip] if ip else []
    if port:
        options += ["--local-port", port]
    elif call.opening:
        first = LOCAL_PORTS + LOCAL_PORTS_EACH * call.opening
        options += ["--local-port", f"{first}-{first + LOCAL_PORTS_EACH - 1}"]
    return options


def curl_request(lab, check, call, answer_file):
    https = is_https(lab, call.way)
    scheme, port = ("https", 443) if https else ("http", 80)
    options = ["--silent", "--show-error", "--noproxy", "*", "--globoff", "--path-as-is",
               "--http2-prior-knowledge" if call.http2 else "--http1.1",
               "--max-time", str(patience(call)), "--include", "--output", str(answer_file),
               "--write-out", "%{exitcode} %{num_connects} %{errormsg}\n",
               "--connect-to", f"{lab.name}:{port}:%s:%d" % place(lab, call.way), *curl_source(call)]
    if https:
        options += ["--cacert", lab.ca_bundle]
    if check.get("certificate"):
        pem, key = lab.certificate(check["certificate"])
        options += ["--cert", pem, "--key", key]
    if "tls" in check:
        options += ["--tlsv" + check["tls"], "--tls-max", check["tls"]]
    options += ["--head"] if call.method == "HEAD" else ["--request", call.method]
    for name, value in call.headers:
        options += ["--header", f"{name}: {value}"]
    if call.body:
        options += ["--header", "Content-Type:", "--data-binary", call.body]
    return [*options, f"{scheme}://{lab.name}{call.path}"]


def curl_act(lab, call):
    body = ["--data", call.body] if call.body else []
    return ["--silent", "--show-error", "--noproxy", "*", "--output", "/dev/null",
            "--write-out", "%{http_code} 0 \n", "--request", call.method, *body,
            f"http://{lab.env['HOPLAB_ADMIN']}{call.path}"]


def read_answer(path, line):
    """From what curl wrote out and what it kept of the answer."""
    code, connects, error = line.split(" ", 2)
    answer = Answer(new=connects != "0", error=f"curl: ({code}) {error}" if code != "0" else "")
    if path.exists():
        head, _, body = path.read_bytes().decode(errors="replace").partition("\r\n\r\n")
        answer.status, _, fields = head.partition("\r\n")
        answer.status, answer.body = answer.status.strip(), body
        named = {name.lower(): value for name, value in
                 (field.split(": ", 1) for field in fields.split("\r\n") if ": " in field)}
        answer.server, answer.connection = named.get("server", ""), named.get("connection", "")
    return answer


def takes_port_again(asks):
    """Whether a connection gets the port of an earlier one: curl does not bind it while the system
    remembers that (SO_REUSEADDR)."""
    sources = {(call.opening, call.way.source) for call in asks if ":" in call.way.source}
    return len({source for _, source in sources}) < len(sources)


def reusing_addresses(folder):
    library = pathlib.Path(folder) / "reuse_address.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, REUSE_ADDRESS], check=True)
    return library


def play_with_curl(lab, check, plan):
    """All of it is one process: its connections stay in its pool."""
    command, files, environment = [], [], client_environment()
    with tempfile.TemporaryDirectory() as folder:
        if takes_port_again([call for call in plan if isinstance(call, casebook.Ask)]):
            environment["LD_PRELOAD"] = str(reusing_addresses(folder))
        for number, call in enumerate(plan):
            file = pathlib.Path(folder) / str(number)
            files.append(file)
            command += ["--next"] if command else []
            is_ask = isinstance(call, casebook.Ask)
            command += curl_request(lab, check, call, file) if is_ask else curl_act(lab, call)
        done = subprocess.run(["curl", *command], capture_output=True, text=True, check=False,
                              timeout=DEADLINE_S, env=environment)
        lines = done.stdout.splitlines()
        if len(lines) != len(plan):
            raise RuntimeError(f"curl wrote {len(lines)} lines for {len(plan)} calls: {done.stderr}")
        for call, line, file in zip(plan, lines, files):
            if isinstance(call, casebook.Ask):
                yield read_answer(file, line)
            elif not line.startswith("2"):
                raise RuntimeError(f"{call.method} {call.path}: {line}")
