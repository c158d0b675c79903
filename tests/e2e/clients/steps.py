"""Requests, one after the other, with http.client: on one connection for as long as that lives. Between
them, calls of the admin API. Prints a line of JSON for each request: the answer, or the exception.

Usage: steps.py PLAN, a JSON object
"""

import http.client
import json
import socket
import ssl
import sys


class NamedConnection(http.client.HTTPConnection):
    """Connects to an address, and asks there for a name: with TLS when the call says so."""

    def __init__(self, plan, call):
        super().__init__(plan["name"])
        self._plan, self._call = plan, call
        self.patience = None

    def connect(self):
        plain = socket.socket()
        plain.settimeout(self.patience)
        ip, _, port = self._call["source"].partition(":")
        if ip:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            plain.bind((ip, int(port or 0)))
        plain.connect(tuple(self._call["place"]))
        self.sock = plain
        if self._call["https"]:
            context = context_of(self._plan, self._call["http2"])
            self.sock = context.wrap_socket(plain, server_hostname=self.host)
            if self._call["http2"] and self.sock.selected_alpn_protocol() != "h2":
                raise ssl.SSLError("selected_alpn_protocol() is None, and h2 was offered")
            if self._call["http2"]:
                raise http.client.HTTPException("h2 is agreed on, and http.client speaks HTTP/1.1 only")


def context_of(plan, http2):
    context = ssl.create_default_context(cafile=plan["ca"])
    if http2:
        context.set_alpn_protocols(["h2"])
    if "cert" in plan:
        context.load_cert_chain(plan["cert"], plan["key"])
    if "tls" in plan:
        version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[plan["tls"]]
        context.minimum_version = context.maximum_version = version
    return context


def send(connection, call):
    """As `request` does it, but with the headers in the order given and nothing beside them."""
    headers = dict(call["headers"])
    connection.putrequest(call["method"], call["path"], skip_host="Host" in headers,
                          skip_accept_encoding=True)
    body = call["body"].encode()
    if body:
        headers["Content-Length"] = str(len(body))
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body or None)


def ask(connection, call):
    connection.patience = call["patience"]
    if connection.sock:
        connection.sock.settimeout(call["patience"])
    told = {"new": connection.sock is None}
    try:
        send(connection, call)
        response = connection.getresponse()
        told |= {"status": response.status, "reason": response.reason,
                 "server": response.getheader("Server", ""),
                 "connection": response.getheader("Connection", "")}
        told["body"] = response.read().decode()
    except (OSError, http.client.HTTPException) as error:
        told["error"] = f"{type(error).__name__}: {error}"
        connection.close()
    return told


def act(admin, call):
    connection = http.client.HTTPConnection(admin)
    connection.request(call["method"], call["path"], call["body"] or None)
    answer = connection.getresponse()
    if answer.status >= 300:
        raise RuntimeError(f"{call['method']} {call['path']}: {answer.status} {answer.read().decode()}")
    connection.close()


def main(plan):
    connection, opening = None, None
    for call in plan["calls"]:
        if call["kind"] == "act":
            act(plan["admin"], call)
            continue
        if call["opening"] != opening:
            if connection:
                connection.close()
            connection, opening = NamedConnection(plan, call), call["opening"]
        print(json.dumps(ask(connection, call)))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
