"""Real clients against a scenario: runs them with good and bad certificates and judges what they print.

A good certificate gets 200 and the exact body; a bad one sees the end that its listener's refusal is
set to, and nothing else: another end, an HTTP answer or a timeout is a failure. hoplab's own lines must
name the right end and verdict for each certificate, and only the good requests may have reached the API.
"""

import atexit
import collections
import dataclasses
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

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
POLICIES = {  # by the TLS versions that they have; None is what the scenario has
    "TLS 1.2": None,
    "TLS 1.3": "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "TLS 1.2 or 1.3": "ELBSecurityPolicy-TLS13-1-2-2021-06",
}
REFUSALS = {  # other than the default, a reset at once: the listener's `refusal`
    "Alert": {"end": "alert"},
    "FIN": {"end": "fin"},
    "Reset after the handshake": {"tls12": "handshake-done", "tls13": "handshake-done"},
    "Reset at the request": {"tls12": "request-headers", "tls13": "request-headers"},
    "Held at the request, then reset":
        {"tls12": "request-headers", "tls13": "request-headers", "holdMilliseconds": 200},
}
REFUSED_VERSIONS = ("TLS 1.2", "TLS 1.3")


@dataclasses.dataclass(frozen=True)
class Listener:
    tls: str
    refusal: dict
    certificates: tuple

    @property
    def logged(self):
        """How a refused connection ends, in hoplab's line for it."""
        how = "RST" if self.refusal.get("end", "reset") == "reset" else "FIN"
        return f"{how} at {self.refusal.get('tls12', 'client-certificate')}"

    def scenario(self):
        made = read_scenario("private-api-mtls.json")
        listener = listener_of(made, "alb")
        if POLICIES[self.tls]:
            listener["SslPolicy"] = POLICIES[self.tls]
        if self.refusal:
            listener["MutualAuthentication"]["refusal"] = self.refusal
        return made


LISTENERS = {
    **{tls: Listener(tls, {}, tuple(VERDICTS)) for tls in POLICIES},
    **{f"{kind}, {tls}": Listener(tls, refusal, (GOOD, "revoked", "none"))
       for kind, refusal in REFUSALS.items() for tls in REFUSED_VERSIONS},
}

# An alert's name, which every client has among its words.
ALERTS = {
    ("TLS 1.2", "revoked"): "certificate[ _]revoked", ("TLS 1.2", "none"): "handshake[ _]failure",
    ("TLS 1.3", "revoked"): "certificate[ _]revoked", ("TLS 1.3", "none"): "certificate[ _]required",
}
# A client's own words for a reset.
RESET_WORDS = {
    "curl --http2": r"curl: \(35\) Recv failure: Connection reset by peer",
    "curl --http1.1": r"curl: \(35\) Recv failure: Connection reset by peer",
    "openssl s_client": r"(read|write):errno=(104|32)",
    "Python http.client": r"(ConnectionResetError|BrokenPipeError): .*\nTCP CLOSE",
    "Python asyncio": r"(ConnectionResetError|BrokenPipeError): .*\nTCP CLOSE",
    "Node https": r"Error: .* \(code (ECONNRESET|EPIPE), syscall (read|write)\)",
    "Node http2": r"Error: The pending stream has been canceled \(caused by: read ECONNRESET\) .*",
    **dict.fromkeys(("Java HttpClient", "Java HttpClient HTTP/2", "Java HttpsURLConnection"),
                    r".*(SocketException|IOException): (Connection reset( by peer)?|Broken pipe).*"),
}
# It may miss whatever ends the connection at the start of HTTP/2, and then waits as long as it may (JDK 17).
MISSED = {"Java HttpClient HTTP/2": r"HttpTimeoutException: request timed out"
                                    r"|IOException: null < ClosedChannelException: null"}
# It tells no end from another.
BLIND = {"nghttp": r"Some requests were not processed\. total=1, processed=0"}
# A socket that was reset is connected no more (getpeername); one whose peer has closed still is.
LATE_CURL = (r"curl: \((16|35|55|56)\) ((Recv failure|Send failure|OpenSSL SSL_\w+): "
             r"(Connection reset by peer|Broken pipe).*|getpeername\(\) failed with errno 107: .*)")
# Further words when the client believes in the connection already, as with TLS 1.3 or after the handshake:
# its request meets the reset, in a write or in a read.
LATE_RESET_WORDS = RESET_WORDS | {
    "curl --http2": LATE_CURL,
    "curl --http1.1": LATE_CURL,
    # When a write met the reset; 8 is CANCEL, which it says itself.
    "Node http2": r"Error: .* \(code (ECONNRESET|EPIPE), syscall (read|write)\)"
                  r"|end without a response \(rstCode 8\)",
    # ssl loses the error number; the state of the TCP connection tells a reset from an end.
    "Python http.client": r"(ConnectionResetError|BrokenPipeError|SSLEOFError|RemoteDisconnected): "
                          r".*\nTCP CLOSE",
    # It writes by a PrintStream, which keeps the error of a write that met the reset to itself; the
    # read that follows gets 0 from the system. Traced system calls show it for both further words.
    "Java HttpsURLConnection": r".*(SocketException|IOException): (Connection reset( by peer)?|Broken pipe"
                               r"|Error writing to server|Unexpected end of file from server).*",
    # Likewise: it writes in another thread than it reads, seldom first.
    **{client: RESET_WORDS[client] + r"|IOException: .* < EOFException: .*"
       for client in ("Java HttpClient", "Java HttpClient HTTP/2")},
}

# The request is written before the hold is over, so that the reset is met in a read.
HELD_RESET_WORDS = LATE_RESET_WORDS | dict.fromkeys(
    ("curl --http2", "curl --http1.1"), r"curl: \(56\) Recv failure: Connection reset by peer")
# Debian 13's curl.
NEWER_EOF = r"curl: \((35\) TLS connect error|56\) OpenSSL SSL_read): .*unexpected eof while reading.*"
# A client's own words for a FIN: the first within the handshake, where there are several.
FIN_WORDS = {
    "curl --http2": rf"curl: \((35\) OpenSSL SSL_connect: SSL_ERROR_SYSCALL|18\) HTTP/2 stream) .*|{NEWER_EOF}",
    "curl --http1.1": rf"curl: \((35\) OpenSSL SSL_connect: SSL_ERROR_SYSCALL|52\) Empty reply) .*|{NEWER_EOF}",
    "openssl s_client": r".*:unexpected eof while reading:.*",
    "Python http.client": r"(SSLEOFError|SSLZeroReturnError|RemoteDisconnected): .*\nTCP CLOSE-WAIT",
    "Python asyncio": r"ConnectionResetError: \nTCP CLOSE-WAIT|end of file",
    "Node https": r"Error: .* \(code ECONNRESET, syscall undefined\)",
    "Node http2": r"Error: The pending stream has been canceled \(caused by: Client network socket disconnected"
                  r" before secure TLS connection was established\) .*|end without a response \(rstCode 8\)",
    "Java HttpClient": r"SSLHandshakeException: Remote host terminated the handshake( < EOFException: .*)?"
                       r"|IOException: .* < EOFException: .*",
    "Java HttpClient HTTP/2": r"SSLHandshakeException: Remote host terminated the handshake( < EOFException: .*)?"
                              r"|IOException: EOF reached while reading < EOFException: .*",
    "Java HttpsURLConnection": r"SSLHandshakeException: .* < EOFException: .*"
                               r"|SocketException: Unexpected end of file from server",
}


def words_of_refusal(listener, client, certificate):
    """A pattern."""
    if client in BLIND:
        return BLIND[client]
    early = listener.tls == "TLS 1.2" and "tls12" not in listener.refusal
    words = words_of_end(listener, client, certificate, early)
    return words if early or client not in MISSED else f"{words}|{MISSED[client]}"


def words_of_end(listener, client, certificate, early):
    end = listener.refusal.get("end", "reset")
    if end == "alert":
        return f"(?s).*alert:? {ALERTS[listener.tls, certificate]}.*"
    if end == "fin":
        return FIN_WORDS[client]
    if "holdMilliseconds" in listener.refusal:
        return HELD_RESET_WORDS[client]
    return (RESET_WORDS if early else LATE_RESET_WORDS)[client]


@dataclasses.dataclass
class Answer:
    listener: str
    client: str
    certificate: str
    words: str

    def problem(self):
        """Why it is not what must come, or nothing."""
        listener = LISTENERS[self.listener]
        if self.certificate == GOOD:
            good, wanted = self.words == GOOD_ANSWER, GOOD_ANSWER
        else:
            pattern = words_of_refusal(listener, self.client, self.certificate)
            good, wanted = re.fullmatch(pattern, self.words), listener.refusal or "a reset"
        if good:
            return None
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


def run_nghttp(lab, certificate):
    options = [f"--{what}={path}" for what, path in zip(("cert", "key"), lab.certificate(certificate))] \
        if certificate else []
    # It looks names up itself, and cannot be told an address beside the name.
    done = run(["nghttp", *options, "--no-verify-peer", "-H", f":authority: {lab.name}",
                f"https://{lab.address}:{lab.port}/widgets"])
    return f"200 {done.stdout}" if done.stdout else last_line(done.stderr)


def run_script(lab, certificate, command):
    pems = lab.certificate(certificate) if certificate else ()
    done = run([*command, lab.address, str(lab.port), lab.name, lab.ca_bundle, *pems])
    return (done.stdout or done.stderr).strip()


@functools.cache
def java_classes():
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    subprocess.run(["javac", "-d", folder.name, str(HERE / "Client.java")], check=True)
    return folder.name


def run_java(lab, certificates):
    """One virtual machine for all, with the quick compiler: its start takes long."""
    keystores = [f"{name}=" + ("" if name == "none" else str(lab.out / f"{name}.p12"))
                 for name in certificates]
    done = run(["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", java_classes(),
                f"-Djdk.net.hosts.file={lab.out / 'hosts'}", "Client",
                lab.env["HOPLAB_URL"] + "/widgets", lab.ca_bundle, "hoplab", *keystores])
    told = {}
    for line in done.stdout.splitlines():
        library, certificate, words = line.split("\t", 2)
        told[library, certificate] = words
    for library in ("HttpClient", "HttpClient HTTP/2", "HttpsURLConnection"):
        for certificate in certificates:
            words = told.get((library, certificate), "no word: " + done.stderr.strip())
            yield f"Java {library}", certificate, words


def script(*command):
    return lambda lab, certificate: run_script(lab, certificate, command)


def python_client(library):
    return script(sys.executable, "-B", str(HERE / "client.py"), library)


# Clients of one request: how to ask with a certificate, or with none.
CLIENTS = {
    "curl --http2": lambda lab, certificate: run_curl(lab, certificate, "--http2"),
    "curl --http1.1": lambda lab, certificate: run_curl(lab, certificate, "--http1.1"),
    "openssl s_client": run_s_client,
    "Python http.client": python_client("http.client"),
    "Python asyncio": python_client("asyncio"),
    "Node https": script("node", str(HERE / "client.mjs")),
    "Node http2": script("node", str(HERE / "http2.mjs")),
    "nghttp": run_nghttp,
}
HTTP2_ONLY = ("Node http2", "nghttp")
PROGRAMS = {  # program: (command that prints its version, its clients)
    "curl": (["curl", "--version"], ["curl --http2", "curl --http1.1"]),
    "openssl": (["openssl", "version"], ["openssl s_client"]),
    "python3": ([sys.executable, "--version"], ["Python http.client", "Python asyncio"]),
    "node": (["node", "--version"], ["Node https", "Node http2"]),
    "nghttp": (["nghttp", "--version"], ["nghttp"]),
    "java": (["java", "-version"], run_java),
}


def run_program(lab, program, certificates):
    """Each of its clients with each certificate: (client, certificate, words)."""
    clients = PROGRAMS[program][1]
    if callable(clients):
        yield from clients(lab, certificates)
        return
    for client in clients:
        for certificate in certificates:
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


def log_problems(title, lines, good_requests):
    """What is wrong in hoplab's own lines: its ends and verdicts, and who reached the API."""
    listener = LISTENERS[title]
    seen = collections.defaultdict(set)
    for line in lines:
        verdict = re.search(listener.logged + r": [^(]*\((Failed:\w+)", line)
        if verdict:
            subject = re.search(r"\[CN=(\w+),", line)
            seen[subject.group(1) if subject else "none"].add(verdict.group(1))
    for certificate in listener.certificates:
        verdict = VERDICTS[certificate]
        if seen[certificate] != ({verdict} if verdict else set()):
            yield (f"{title}: hoplab's verdicts on {certificate}, {listener.logged}, "
                   f"are {sorted(seen[certificate])}")
    reached = [int(count) for line in lines for count in re.findall(r", at widgets-api (\d+)", line)]
    if reached != [good_requests]:
        yield f"{title}: {reached} requests reached the API, not {good_requests}"


def judge(title, programs):
    """Runs everything against one kind of listener: (answers, problems)."""
    listener = LISTENERS[title]
    with Lab(listener.scenario()) as lab:
        answers = [Answer(title, *told) for program in programs
                   for told in run_program(lab, program, listener.certificates)]
        lab.stop()
    problems = [problem for answer in answers if (problem := answer.problem())]
    good = sum(answer.words == GOOD_ANSWER for answer in answers)
    return answers, problems + list(log_problems(title, lab.lines, good))
