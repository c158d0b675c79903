"""A runtime that does the harm that the path of its event says."""

import http.client
import json
import os
import signal
import socket
import sys
import threading

HOST, PORT = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
RUNTIME = "/2018-06-01/runtime/invocation/"
MARK = os.environ["LAB_MARK"]
HELD = []  # what must not be closed


def raw(said=b""):
    to = socket.create_connection((HOST, int(PORT)))
    to.sendall(said)
    HELD.append(to)
    return to


def call(method, what, body=None, fields=()):
    """(status, fields, body) of what the Runtime API answers."""
    to = http.client.HTTPConnection(HOST, int(PORT))
    to.request(method, what, body, dict(fields))
    answer = to.getresponse()
    return answer.status, answer.headers, answer.read()


def answer(name, body='{"statusCode":200,"body":"done"}', what="response"):
    return call("POST", f"{RUNTIME}{name}/{what}", body)[0]


def half_an_answer(name):
    return raw(f"POST {RUNTIME}{name}/response HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{{".encode())


def for_ever(*_):
    threading.Event().wait()


def garbage(name):
    """Whatever it says, its own answer counts."""
    for said in (b"\0" * 5000, b"\r\n" * 5000, b"x" * 100_000, b"GET / HTTP/9.9\r\n\r\n",
                 b"GET http://[ HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                 b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                 b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n", os.urandom(5000)):
        try:
            to = raw(said)
            to.shutdown(socket.SHUT_WR)
            while to.recv(65536):
                pass
        except OSError:
            pass  # hoplab has had enough of it
    half_an_answer(name).shutdown(socket.SHUT_RDWR)
    for what in ("x/response", "x/error", f"{name}/x", f"{name}", "../" * 50, "%00", "next/next"):
        assert call("POST", RUNTIME + what, "{}")[0] in (400, 404), what
    assert call("DELETE", RUNTIME + "next")[0] == 404
    answer(name)


def twice(name):
    assert answer(name) == 202
    assert answer(name, '{"statusCode":500}') == 400
    assert answer(name, "{}", "error") == 400


def impatient(name):
    """Asks for more before it has answered."""
    for _ in range(20):
        raw(f"GET {RUNTIME}next HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    answer(name)


def members(name):
    """As many as there can be in 1 MB."""
    answer(name, json.dumps({"statusCode": 200, "body": "done"} | {str(i): 0 for i in range(80_000)}))


def wander(_):
    """Leaves a process behind that is another one all the time, and holds this file."""
    HELD.append(open(f"{MARK}/wanders", "w"))
    if os.fork() == 0:
        os.setsid()
        while os.fork() == 0:
            pass
        os._exit(0)
    for_ever()


HARM = {
    "/garbage": garbage, "/twice": twice, "/impatient": impatient, "/members": members, "/wander": wander,
    "/deep": lambda name: answer(name, "[" * 6_000_000, "error"),
    "/crowd": lambda name: ([raw() for _ in range(300)], answer(name)),
    "/pipe": lambda name: (print("x" * 5_000_000, flush=True), answer(name)),
    "/closed": lambda name: (os.close(1), os.close(2), answer(name)),
    "/half": lambda name: for_ever(half_an_answer(name)),
    "/stop-me": lambda _: os.kill(os.getpid(), signal.SIGSTOP),
    "/stop": lambda _: for_ever(os.kill(os.getppid(), signal.SIGSTOP)),
    "/kill": lambda _: for_ever(os.kill(os.getppid(), signal.SIGKILL)),
    "/colours": lambda _: sys.exit("\x1b[31mred\r\nred"),
}


def main():
    while True:
        _, fields, event = call("GET", RUNTIME + "next")
        name = fields["Lambda-Runtime-Aws-Request-Id"]
        HARM.get(json.loads(event)["path"], answer)(name)


main()
