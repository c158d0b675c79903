"""Real clients against a scenario: runs them with every certificate and judges what they print.

A good certificate gets 200 and the exact body; every bad one sees a connection reset, and nothing
else: an alert, an HTTP answer, a timeout or a clean close is a failure. hoplab's own lines must name
the right verdict for each certificate, and only the good requests may have reached the API.
"""

import collections
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys

from lab import DEADLINE_S, Lab, curl, listener_of, read_scenario

HERE = pathlib.Path(__file__).resolve().parent / "clients"
GOOD = 'my_client'
GOOD_ANSWER = '200 {"id":"1","value":"4.99"}'
# What each certificate must come to, as an ALB's connection log writes it.
VERDICTS = {
    GOOD: None,
    "none": "Failed:UnmappedConnectionError",
    "untrusted": "Failed:ClientCertUntrusted",
    "expired": "Failed:ClientCertExpired",
    "not_yet_valid": "Failed:ClientCertNotYetValid",
    "revoked": "Failed:ClientCertCrlHit",
    "self_signed": "Failed:ClientCertUntrusted",
    "wrong_purpose": "Failed:ClientCertPurposeInvalid",
}
LISTENERS = {  # title: security policy; None is what the scenario has
    "TLS 1.2": None,
    "TLS 1.3": "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "TLS 1.2 or 1.3": "ELBSecurityPolicy-TLS13-1-2-2021-06",
}

# A client's own words for a reset.
RESET_WORDS = {
    "curl": r"curl: \(35\) Recv failure: Connection reset by peer",
    "curl --http1.1": r"curl: \(35\) Recv failure: Connection reset by peer",
    "openssl s_client": r"(read|write):errno=(104|32)",
    "Python http.client": r"(ConnectionResetError|BrokenPipeError): .*\nTCP CLOSE",
    "Python asyncio": r"(ConnectionResetError|BrokenPipeError): .*\nTCP CLOSE",
    "Node https": r"Error: .* \(code (ECONNRESET|EPIPE), syscall (read|write)\)",
    "Java HttpClient": r".*(SocketException|IOException): (Connection reset( by peer)?|Broken pipe).*",
    "Java HttpsURLConnection": r".*(SocketException|IOException): "
                               r"(Connection reset( by peer)?|Broken pipe).*",
}
# A socket that was reset is connected no more (getpeername); one whose peer has closed still is.
LATE_CURL = (r"curl: \((16|35|55|56)\) ((Recv failure|Send failure|OpenSSL SSL_\w+): "
             r"(Connection reset by peer|Broken pipe).*|getpeername\(\) failed with errno 107: .*)")
# Further words with TLS 1.3: the client believes in the connection already when the refusal comes, so
# that its request meets the reset, in a write or in a read.
LATE_RESET_WORDS = RESET_WORDS | {
    "curl": LATE_CURL,
    "curl --http1.1": LATE_CURL,
    # ssl loses the error number; the state of the TCP connection tells a reset from an end.
    "Python http.client": r"(ConnectionResetError|BrokenPipeError|SSLEOFError|RemoteDisconnected): "
                          r".*\nTCP CLOSE",
    # It writes by a PrintStream, which keeps the error of a write that met the reset to itself; the
    # read that follows gets 0 from the system. Traced system calls show it for both further words.
    "Java HttpsURLConnection": r".*(SocketException|IOException): (Connection reset( by peer)?|Broken pipe"
                               r"|Error writing to server|Unexpected end of file from server).*",
}


@dataclasses.dataclass
class Answer:
    listener: str
    client: str
    certificate: str
    words: str

    def problem(self):
        """Why it is not what must come, or nothing."""
        if self.certificate == GOOD:
            good = self.words == GOOD_ANSWER
        else:
            resets = RESET_WORDS if self.listener == "TLS 1.2" else LATE_RESET_WORDS
            good = re.fullmatch(resets[self.client], self.words) is not None
        if good:
            return None
        wanted = GOOD_ANSWER if self.certificate == GOOD else "a reset"
        return (f"{self.listener}, {self.client}, {self.certificate}: "
                f"expected {wanted}, got {self.words!r}")


def client_environment():
    """Without proxies: the lab is on this machine."""
    unwanted = ("http_proxy", "https_proxy", "all_proxy", "java_tool_options", "node_options")
    return {name: value for name, value in os.environ.items() if name.lower() not in unwanted}


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False,
                          env=client_environment(), **options)


def last_line(text):
    return text.strip().rsplit("\n", 1)[-1]


def run_curl(lab, certificate, *options):
    done = curl(lab, *options, "--write-out", "\n%{http_code}", path="/widgets",
                certificate=certificate, headers=False)
    if done.returncode == 0:
        body, status = done.stdout.decode().rsplit("\n", 1)
        return f"{status} {body}"
    return done.stderr.decode().strip()


def run_s_client(lab, certificate):
    command = ["openssl", "s_client", "-connect", f"{lab.address}:{lab.port}", "-servername", lab.name,
               "-verify_hostname", lab.name, "-verify_return_error", "-CAfile", lab.ca_bundle, "-quiet"]
    if certificate:
        pem, key = lab.certificate(certificate)
        command += ["-cert", pem, "-key", key]
    done = run(command, input=f"GET /widgets HTTP/1.1\r\nHost: {lab.name}\r\nConnection: close\r\n\r\n")
    head, _, body = done.stdout.partition("\n\n")
    return f"{head.split()[1]} {body}" if head else last_line(done.stderr)


def run_script(lab, certificate, command):
    pems = lab.certificate(certificate) if certificate else ()
    done = run([*command, lab.address, str(lab.port), lab.name, lab.ca_bundle, *pems])
    return (done.stdout or done.stderr).strip()


def run_java(lab):
    """One virtual machine for all: its start takes seconds."""
    keystores = [f"{name}=" + ("" if name == "none" else str(lab.out / f"{name}.p12"))
                 for name in VERDICTS]
    done = run(["java", f"-Djdk.net.hosts.file={lab.out / 'hosts'}", str(HERE / "Client.java"),
                lab.env["HOPLAB_URL"] + "/widgets", lab.ca_bundle, "hoplab", *keystores])
    told = {}
    for line in done.stdout.splitlines():
        library, certificate, words = line.split("\t", 2)
        told[library, certificate] = words
    for library in ("HttpClient", "HttpsURLConnection"):
        for certificate in VERDICTS:
            words = told.get((library, certificate), "no word: " + done.stderr.strip())
            yield f"Java {library}", certificate, words


def script(*command):
    return lambda lab, certificate: run_script(lab, certificate, command)


def python_client(library):
    return script(sys.executable, "-B", str(HERE / "client.py"), library)


# Clients of one request: how to ask with a certificate, or with none.
CLIENTS = {
    "curl": run_curl,
    "curl --http1.1": lambda lab, certificate: run_curl(lab, certificate, "--http1.1"),
    "openssl s_client": run_s_client,
    "Python http.client": python_client("http.client"),
    "Python asyncio": python_client("asyncio"),
    "Node https": script("node", str(HERE / "client.mjs")),
}
PROGRAMS = {  # program: (command that prints its version, its clients)
    "curl": (["curl", "--version"], ["curl", "curl --http1.1"]),
    "openssl": (["openssl", "version"], ["openssl s_client"]),
    "python3": ([sys.executable, "--version"], ["Python http.client", "Python asyncio"]),
    "node": (["node", "--version"], ["Node https"]),
    "java": (["java", "-version"], run_java),
}


def run_program(lab, program):
    """Each of its clients with each certificate: (client, certificate, words)."""
    clients = PROGRAMS[program][1]
    if callable(clients):
        yield from clients(lab)
        return
    for client in clients:
        for certificate in VERDICTS:
            yield client, certificate, CLIENTS[client](lab, None if certificate == "none" else certificate)


def installed():
    """The programs that are here, with their version; and those that are not."""
    versions, missing = {}, []
    for program, (command, _) in PROGRAMS.items():
        if shutil.which(command[0]) is None:
            missing.append(program)
            continue
        done = run(command)
        first = (done.stdout or done.stderr).splitlines()[0]
        versions[program] = re.search(r"\d+(\.\d+)+", first).group()
    return versions, missing


def log_problems(listener, lines, good_requests):
    """What is wrong in hoplab's own lines: its verdicts, and who reached the API."""
    seen = collections.defaultdict(set)
    for line in lines:
        verdict = re.search(r"RST at [^(]*\((Failed:\w+)", line)
        if verdict:
            subject = re.search(r"\[CN=(\w+),", line)
            seen[subject.group(1) if subject else "none"].add(verdict.group(1))
    for certificate, verdict in VERDICTS.items():
        if seen[certificate] != ({verdict} if verdict else set()):
            yield f"{listener}: hoplab's verdicts on {certificate} are {sorted(seen[certificate])}"
    reached = [int(count) for line in lines for count in re.findall(r", at widgets-api (\d+)", line)]
    if reached != [good_requests]:
        yield f"{listener}: {reached} requests reached the API, not {good_requests}"


def judge(listener, programs):
    """Runs everything against one kind of listener: (answers, problems)."""
    scenario = read_scenario("private-api-mtls.json")
    if LISTENERS[listener]:
        listener_of(scenario, "alb")["SslPolicy"] = LISTENERS[listener]
    with Lab(scenario) as lab:
        answers = [Answer(listener, *told) for program in programs for told in run_program(lab, program)]
        lab.stop()
    problems = [problem for answer in answers if (problem := answer.problem())]
    good = sum(answer.words == GOOD_ANSWER for answer in answers)
    return answers, problems + list(log_problems(listener, lab.lines, good))
