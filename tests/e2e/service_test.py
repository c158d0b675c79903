"""The user's own service behind the load balancer: scenarios/own-service.json with --set service=..."""

import http.client
import socket
import ssl
import subprocess
import tempfile
import unittest

from clients.client import NamedConnection
from lab import DEADLINE_S, Lab, curl, read_scenario, until
from service import BIG, Service

NAME = "service.example.com"


def get(connection, path):
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read()


def with_idle_timeout(seconds):
    scenario = read_scenario("own-service.json")
    scenario["LoadBalancers"]["alb"]["LoadBalancerAttributes"] = {
        "idle_timeout.timeout_seconds": seconds}
    return scenario


def own_service(service, *arguments, scenario=None):
    return Lab(scenario or read_scenario("own-service.json"), "--set", f"service={service.address}",
               *arguments)


def from_clients(service):
    """What clients asked for: without the health checks."""
    return [(method, path) for method, path, headers in service.requests
            if not headers.get("User-Agent", "").startswith("ELB-HealthChecker")]


class ServiceCase(unittest.TestCase):
    def connect(self, lab):
        """An HTTP/1.1 connection with the good certificate."""
        context = ssl.create_default_context(cafile=lab.ca_bundle)
        context.load_cert_chain(*lab.certificate("my_client"))
        plain = socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S)
        connection = NamedConnection(plain, NAME, context)
        self.addCleanup(connection.close)
        return connection


class OwnService(ServiceCase):
    def test_it_gets_the_request_and_learns_who_the_client_is(self):
        with Service() as service, own_service(service) as lab:
            done = curl(lab, path="/here", certificate="my_client", host=NAME, headers=False)
            self.assertEqual((done.returncode, done.stdout), (0, b"hello from /here"), done.stderr)
            headers = service.requests[-1][2]
            self.assertEqual(headers["X-Amzn-Mtls-Clientcert-Subject"], "CN=my_client,O=Example")
            self.assertEqual(headers["X-Forwarded-Proto"], "https")
            self.assertEqual(headers["X-Forwarded-For"], "127.0.0.1")
            self.assertIn("Root=1-", headers["X-Amzn-Trace-Id"])

    def test_a_refused_client_never_reaches_it(self):
        with Service() as service, own_service(service) as lab:
            done = curl(lab, certificate="revoked", host=NAME)
            self.assertIn(done.returncode, (16, 35, 55, 56))
            self.assertIn(b"Connection reset by peer", done.stderr)
            self.assertEqual(from_clients(service), [])

    def test_connections_are_reused_on_both_sides(self):
        with Service() as service, own_service(service) as lab:
            before = service.connections
            connection = self.connect(lab)
            for number in range(20):
                self.assertEqual(get(connection, f"/{number}"), (200, f"hello from /{number}".encode()))
            connection.close()
            self.assertIn("20 requests", lab.next_end())
            self.assertEqual(service.connections - before, 1)

    def test_ten_mebibytes_come_down_unchanged(self):
        with Service() as service, own_service(service) as lab:
            self.assertEqual(get(self.connect(lab), "/big"), (200, BIG))

    def test_ten_mebibytes_go_up(self):
        with Service() as service, own_service(service) as lab:
            connection = self.connect(lab)
            connection.request("POST", "/", BIG)
            self.assertEqual(connection.getresponse().read(), str(len(BIG)).encode())

    def test_an_answer_streams_through(self):
        with Service() as service, own_service(service) as lab:
            connection = self.connect(lab)
            connection.request("GET", "/stream")
            response = connection.getresponse()
            self.assertEqual(response.read(5), b"first")  # the service holds the rest back
            service.go_on.set()
            self.assertEqual(response.read(), b"last")

    def test_a_chunked_upload_streams_through(self):
        with Service() as service, own_service(service) as lab:
            connection = self.connect(lab)
            connection.putrequest("POST", "/")
            connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders()
            connection.send(b"5\r\nfirst\r\n")
            self.assertTrue(service.first_part.wait(DEADLINE_S))  # the rest is not sent yet
            connection.send(b"4\r\nlast\r\n0\r\n\r\n")
            self.assertEqual(connection.getresponse().read(), b"9")

    def test_threads_share_the_work(self):
        with Service() as service, own_service(service, "--threads", "4") as lab:
            connections = [self.connect(lab) for _ in range(16)]
            for number, connection in enumerate(connections):
                self.assertEqual(get(connection, f"/{number}")[0], 200)
            for connection in connections:
                connection.close()
            self.assertEqual(len(from_clients(service)), 16)

    def test_http2_from_the_client_is_http1_at_the_service(self):
        with Service() as service, own_service(service) as lab:
            done = curl(lab, "--http2", path="/two", certificate="my_client", host=NAME)
            self.assertTrue(done.stdout.startswith(b"HTTP/2 200"), (done.stdout, done.stderr))
            self.assertTrue(done.stdout.endswith(b"hello from /two"))

    def test_https_to_the_service(self):
        scenario = read_scenario("own-service.json")
        scenario["TargetGroups"]["service-group"] |= {"Protocol": "HTTPS", "HealthCheckProtocol": "HTTPS"}
        with tempfile.TemporaryDirectory() as folder:
            pem = f"{folder}/cert.pem", f"{folder}/key.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=own",
                            "-days", "2", "-out", pem[0], "-keyout", pem[1]], check=True,
                           capture_output=True)
            with Service(pem) as service, own_service(service, scenario=scenario) as lab:
                self.assertIn("healthy", lab.opening)
                self.assertEqual(get(self.connect(lab), "/tls"), (200, b"hello from /tls"))


class HealthChecks(ServiceCase):
    def test_they_name_the_target_and_themselves(self):
        with Service() as service, own_service(service):
            checks = [one for one in service.requests if "ELB-HealthChecker" in one[2].get("User-Agent", "")]
            self.assertTrue(checks)
            for method, _, headers in checks:
                self.assertEqual(method, "GET")
                self.assertEqual(headers["Host"], service.address)
                self.assertEqual(headers["User-Agent"], "ELB-HealthChecker/2.0")
                self.assertNotIn("X-Forwarded-For", headers)


class FailingService(ServiceCase):
    def assert_elb_answer(self, connection, path, status, reason):
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        self.assertEqual((response.status, response.reason), (status, reason))
        self.assertEqual(response.headers["Server"], "awselb/2.0")
        self.assertIn(f"<h1>{status} {reason}</h1>".encode(), body)

    def test_it_closes_without_an_answer(self):
        with Service() as service, own_service(service) as lab:
            self.assert_elb_answer(self.connect(lab), "/vanish", 502, "Bad Gateway")

    def test_the_clients_connection_outlives_a_502(self):
        with Service() as service, own_service(service) as lab:
            connection = self.connect(lab)
            self.assert_elb_answer(connection, "/vanish", 502, "Bad Gateway")
            self.assertEqual(get(connection, "/again"), (200, b"hello from /again"))

    def test_nobody_listens(self):
        with socket.socket() as bound:  # holds the port, and does not listen
            bound.bind(("127.0.0.1", 0))
            nobody = Service.__new__(Service)
            nobody.address = f"127.0.0.1:{bound.getsockname()[1]}"
            with own_service(nobody) as lab:
                self.assertIn("unhealthy", lab.opening)
                self.assert_elb_answer(self.connect(lab), "/", 502, "Bad Gateway")

    def test_it_is_silent_for_the_idle_timeout(self):
        with Service() as service, own_service(service, scenario=with_idle_timeout(1)) as lab:
            self.assert_elb_answer(self.connect(lab), "/hang", 504, "Gateway Time-out")

    def test_it_breaks_off_in_the_middle_of_its_answer(self):
        with Service() as service, own_service(service) as lab:
            connection = self.connect(lab)
            connection.request("GET", "/half")
            with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
                connection.getresponse().read()
            connection.close()
            self.assertIn("target", lab.next_end())

    def test_it_comes_up_later(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            nobody = Service.__new__(Service)
            nobody.address = f"127.0.0.1:{bound.getsockname()[1]}"
            with own_service(nobody) as lab:
                connection = self.connect(lab)
                self.assertEqual(get(connection, "/")[0], 502)
                bound.settimeout(DEADLINE_S)
                bound.listen()
                asked = self.connect(lab)
                asked.request("GET", "/late")
                until(lambda: self._answers(bound), "the service is asked for /late")
                self.assertEqual(asked.getresponse().read(), b"late")

    def _answers(self, listening):
        """Takes one connection and answers it; whether it was the one that asks for /late."""
        connection, _ = listening.accept()
        with connection:
            head = connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlate")
            return b"GET /late " in head


if __name__ == "__main__":
    unittest.main()
