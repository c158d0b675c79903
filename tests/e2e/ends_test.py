"""Who ended a connection, and how: the record beside a capture of the packets."""

import contextlib
import os
import socket
import ssl
import subprocess
import unittest

from capture import Capture
from exchange_lab import NAME, Door, admin, ends, four_hops, reset, scenario, serve
from lab import DEADLINE_S, Lab, until
from peers import RawServer

GET = "GET {} HTTP/1.1\r\nHost: a\r\n\r\n"


def to_end(connection):
    with contextlib.suppress(OSError):
        while connection.recv(65536):
            pass


# What a client does with its connection.

def says(text, then=None):
    def run(connection):
        connection.sendall(text.encode())
        if then:
            then(connection)
        else:
            to_end(connection)
    return run


def asks(path, then=None):
    return says(GET.format(path), then)


def after_answer(then):
    def run(connection):
        received = b""
        while not received.endswith(b"ok"):
            received += connection.recv(65536)
        then(connection)
    return run


def close(connection):
    connection.close()


def half_close(connection):
    connection.shutdown(socket.SHUT_WR)
    to_end(connection)


# (what the client does, reason, how, by): on a plain listener of the ALB.
PLAIN = [
    (asks("/good", after_answer(close)), "client-closed", "FIN", "client"),
    (asks("/good", after_answer(reset)), "client-reset", "RST", "client"),
    (says("GET / HT", close), "client-closed-mid-request", "FIN", "client"),
    (says("GET / HT", reset), "client-closed-mid-request", "RST", "client"),
    (says("POST /silent HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf", half_close),
     "client-closed-mid-request", "FIN", "client"),
    (says("POST /silent HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf", reset),
     "client-closed-mid-request", "RST", "client"),
    (asks("/silent", close), "client-closed-before-response", "FIN", "client"),
    (asks("/silent", reset), "client-closed-before-response", "RST", "client"),
    (says("nonsense\r\n\r\n"), "bad-request", "FIN", "hop"),
    (says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
     "desync-blocked", "FIN", "hop"),
    (says("GET /good HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"), "desync-mitigation", "FIN", "hop"),
    (says("GET /good HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), "connection-close", "FIN", "hop"),
    (says("POST /silent HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
     "bad-request", "FIN", "hop"),
    (says("POST /silent HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"), "request-timeout", "FIN",
     "hop"),
    (says("GET / HT"), "request-timeout", "FIN", "hop"),
    (asks("/good"), "idle-timeout", "FIN", "hop"),
    (asks("/half-fin"), "response-truncated", "RST", "target"),
    (asks("/half-rst"), "target-reset", "RST", "target"),
    (asks("/half"), "target-timeout", "RST", "hop"),
]

# The same through a relay: the target's end of the connection is the client's.
RELAYED = [
    (asks("/good", after_answer(close)), "client-closed", "FIN", "client"),
    (asks("/good", after_answer(reset)), "client-reset", "RST", "client"),
    (asks("/silent", reset), "client-reset", "RST", "client"),
    (asks("/fin"), "target-closed", "FIN", "target"),
    (asks("/rst"), "target-reset", "RST", "target"),
    (asks("/half-fin"), "target-closed", "FIN", "target"),
    (asks("/half-rst"), "target-reset", "RST", "target"),
]


def relay(service):
    made = scenario(service)
    del made["pki"]
    made["LoadBalancers"] = {"nlb": {"Type": "network", "Listeners": [
        {"Protocol": "TCP", "Port": 80,
         "DefaultActions": [{"Type": "forward", "TargetGroup": "service-group"}]}]}}
    made["TargetGroups"]["service-group"] |= {"Protocol": "TCP"}
    del made["TargetGroups"]["service-group"]["ProtocolVersion"]
    return made | {"entry": "nlb"}


@unittest.skipIf(os.geteuid() != 0, "only root may capture packets")
class Ends(unittest.TestCase):
    def record_of(self, lab, client):
        return until(lambda: next((one for one in ends(lab) if one["client"] == client), None),
                     f"the end of {client} is on record")

    def hold(self, lab, packets, client, reason, how, by):
        """The record says this, and the packets say so, too."""
        end = self.record_of(lab, client)["end"]
        self.assertEqual((end["reason"], end["how"], end["by"]), (reason, how, by))
        who = "client" if by == "client" else "server"
        seen = until(lambda: packets.first_end(client), f"an end of {client} was captured")
        self.assertEqual(seen, (who, how))

    def each(self, lab, packets, connect, table):
        for act, reason, how, by in table:
            with self.subTest(reason=reason, how=how, by=by):
                connection = connect()
                client = "{}:{}".format(*connection.getsockname())
                act(connection)
                with contextlib.suppress(OSError):
                    connection.close()
                self.hold(lab, packets, client, reason, how, by)

    def test_of_an_application_load_balancer(self):
        with RawServer(serve) as service, Capture() as packets:
            made = scenario(service, **{"idle_timeout.timeout_seconds": 1})
            with Lab(made, json_output=True) as lab:
                self.each(lab, packets, Door(lab, 80).connect, PLAIN)

    def test_of_a_network_load_balancer(self):
        with RawServer(serve) as service, Capture() as packets:
            with Lab(relay(service), json_output=True) as lab:
                self.each(lab, packets,
                          lambda: socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S),
                          RELAYED)

    def test_of_handshakes(self):
        """Through four hops: the endpoint, the network and the application load balancer, mutual TLS."""
        with RawServer(serve) as service, Capture() as packets:
            with Lab(four_hops(service), json_output=True) as lab:
                def connect():
                    return socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S)

                def without_certificate(connection):
                    context = ssl.create_default_context(cafile=lab.ca_bundle)
                    with contextlib.suppress(OSError):
                        with context.wrap_socket(connection, server_hostname=NAME) as tls:
                            to_end(tls)

                def without_trust(connection):
                    with contextlib.suppress(OSError):
                        ssl.create_default_context().wrap_socket(connection, server_hostname=NAME)

                self.each(lab, packets, connect, [
                    (without_certificate, "certificate-refused", "RST", "hop"),
                    (says("GET / HTTP/1.1\r\n\r\n"), "plain-http-on-tls-port", "FIN", "hop"),
                    (close, "client-closed", "FIN", "client"),
                    (reset, "client-reset", "RST", "client"),
                ])
                self.trust(lab, packets, connect, without_trust)

    def trust(self, lab, packets, connect, without_trust):
        """A client that does not trust the server: whatever its end looks like, it is the client's."""
        connection = connect()
        client = "{}:{}".format(*connection.getsockname())
        without_trust(connection)
        connection.close()
        end = self.record_of(lab, client)["end"]
        self.assertEqual((end["reason"], end["by"]), ("client-tls-alert", "client"))
        self.assertEqual(until(lambda: packets.first_end(client), "an end was captured"),
                         ("client", end["how"]))

    def test_of_curl_that_does_not_trust_the_certificate(self):
        with RawServer(serve) as service, Capture() as packets:
            with Lab(four_hops(service), json_output=True) as lab:
                for version in ("--tls-max=1.2", "--tlsv1.3"):
                    option = version.split("=")
                    subprocess.run(["curl", "-s", *option, "--connect-to", f"::{lab.address}:{lab.port}",
                                    f"https://{NAME}/good"], check=False)
                seen = until(lambda: len(ends(lab)) == 2 and ends(lab), "both are on record")
                for record in seen:
                    end = record["end"]
                    self.assertEqual((end["reason"], end["by"]), ("client-tls-alert", "client"))
                    self.assertEqual(until(lambda: packets.first_end(record["client"]), "captured"),
                                     ("client", end["how"]))

    def test_of_a_stop(self):
        with RawServer(serve) as service, Capture() as packets, Lab(scenario(service)) as lab:
            connection = socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S)
            connection.sendall(b"\x16")
            until(lambda: admin(lab, "/v1/flows"), "it is accepted")
            client = "{}:{}".format(*connection.getsockname())
            _, lines, _ = lab.stop()
            self.assertTrue(any("hoplab was stopped" in line for line in lines), lines)
            self.assertEqual(until(lambda: packets.first_end(client), "captured"), ("server", "RST"))
            connection.close()


if __name__ == "__main__":
    unittest.main()
