"""What a load balancer's port does with bytes from outside, and what the API gets to see."""

import base64
import json
import socket
import subprocess
import unittest
import urllib.parse

from lab import DEADLINE_S, SCENARIOS, Lab, curl, listener_of, read_scenario

WIDGET = b'{"id":"1","value":"4.99"}'


def der(pem):
    """The bytes of the first certificate of a PEM text."""
    inner = pem.split("-----BEGIN CERTIFICATE-----")[1].split("-----END CERTIFICATE-----")[0]
    return base64.b64decode(inner)


def echoing(name):
    """The scenario, with an API that answers with the request as it received it."""
    scenario = read_scenario(name)
    get = scenario["RestApis"]["widgets-api"]["Resources"]["/widgets"]["GET"]
    get["Integration"] = {"Type": "MOCK", "statusCode": 200, "echoRequest": True}
    return scenario


def headers_at_the_api(lab, **arguments):
    done = curl(lab, path="/widgets", headers=False, **arguments)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)["headers"]


def talk(lab, data):
    """Sends bytes, and reads to the end."""
    with socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S) as plain:
        plain.sendall(data)
        answer = b""
        while part := plain.recv(65536):
            answer += part
    return answer


class PlainOnTls(unittest.TestCase):
    def test_plain_http_on_the_tls_port_gets_400_and_the_end(self):
        with Lab(SCENARIOS / "private-api-mtls.json") as lab:
            answer = talk(lab, b"GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), answer)
            self.assertIn("plain", lab.next_end().lower())

    def test_bytes_that_are_neither_are_reset(self):
        with Lab(SCENARIOS / "private-api-mtls.json") as lab:
            with self.assertRaises(ConnectionResetError):
                talk(lab, b"\x00\x01\x02\x03 neither TLS nor HTTP")
            self.assertIn("Failed:UnmappedConnectionError", lab.next_end())


class Versions(unittest.TestCase):
    def scenario(self, policy):
        scenario = read_scenario("private-api-mtls.json")
        if policy:
            listener_of(scenario, "alb")["SslPolicy"] = policy
        return scenario

    def test_the_default_policy_ends_at_tls_1_2(self):
        with Lab(self.scenario(None)) as lab:
            done = curl(lab, "--tlsv1.3", path="/widgets", certificate="my_client")
            self.assertEqual(done.returncode, 35)
            done = curl(lab, "--tls-max", "1.2", path="/widgets", certificate="my_client", headers=False)
            self.assertEqual(done.stdout, WIDGET)

    def test_a_tls_1_3_policy_refuses_tls_1_2(self):
        with Lab(self.scenario("ELBSecurityPolicy-TLS13-1-3-2021-06")) as lab:
            done = curl(lab, "--tls-max", "1.2", path="/widgets", certificate="my_client")
            self.assertEqual(done.returncode, 35)

    def test_http_versions(self):
        with Lab(self.scenario("ELBSecurityPolicy-TLS13-1-2-2021-06")) as lab:
            for option, first in (("--http1.1", b"HTTP/1.1 200"), ("--http2", b"HTTP/2 200")):
                done = curl(lab, option, path="/widgets", certificate="my_client")
                self.assertTrue(done.stdout.startswith(first), done.stdout)
                self.assertTrue(done.stdout.endswith(WIDGET), done.stdout)


class ClientCertificateHeaders(unittest.TestCase):
    def test_passthrough_gives_the_clients_own_certificate(self):
        with Lab(echoing("private-api-mtls-passthrough.json")) as lab:
            for name in ("my_client", "untrusted", "expired", "self_signed"):
                header = headers_at_the_api(lab, certificate=name)["X-Amzn-Mtls-Clientcert"]
                with open(lab.certificate(name)[0]) as pem:
                    self.assertEqual(der(urllib.parse.unquote(header)), der(pem.read()), name)

    def test_passthrough_without_a_certificate_has_no_header(self):
        with Lab(echoing("private-api-mtls-passthrough.json")) as lab:
            self.assertNotIn("X-Amzn-Mtls-Clientcert", headers_at_the_api(lab))

    def test_verify_gives_the_leaf_and_its_fields(self):
        with Lab(echoing("private-api-mtls.json")) as lab:
            headers = headers_at_the_api(lab, certificate="my_client")
            pem = lab.certificate("my_client")[0]
            with open(pem) as text:
                self.assertEqual(der(urllib.parse.unquote(headers["X-Amzn-Mtls-Clientcert-Leaf"])),
                                 der(text.read()))
            serial = subprocess.run(["openssl", "x509", "-noout", "-serial", "-in", pem], check=True,
                                    capture_output=True, text=True).stdout
            self.assertEqual(f"serial={headers['X-Amzn-Mtls-Clientcert-Serial-Number']}\n", serial)
            self.assertEqual(headers["X-Amzn-Mtls-Clientcert-Subject"], "CN=my_client,O=Example")
            self.assertNotIn("X-Amzn-Mtls-Clientcert", headers)

    def test_a_forged_header_is_replaced(self):
        with Lab(echoing("private-api-mtls.json")) as lab:
            done = curl(lab, "-H", "X-Amzn-Mtls-Clientcert-Subject: CN=somebody", path="/widgets",
                        certificate="my_client", headers=False)
            self.assertEqual(json.loads(done.stdout)["headers"]["X-Amzn-Mtls-Clientcert-Subject"],
                             "CN=my_client,O=Example")


if __name__ == "__main__":
    unittest.main()
