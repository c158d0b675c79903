"""A private API called straight through its execute-api endpoint: by each of its names, to real clients, outside by
--connect-to and inside `hoplab exec` without any flag."""

import json
import pathlib
import subprocess
import sys
import unittest

from exec_lab import Inside
from lab import DEADLINE_S, SCENARIOS, Lab, admin, curl, hoplab_binary, read_scenario, until

SCENARIO = SCENARIOS / "private-api-direct.json"
FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
WIDGET = '{"id":"1","value":"4.99"}'
API = "a1b2c3d4e5"
SUFFIX = ".execute-api.eu-west-1.amazonaws.com"
NAME = API + SUFFIX
WITH_ID = f"{API}-vpce-0a1b2c3d4e5f67890{SUFFIX}"
ENDPOINT = "vpce-0a1b2c3d4e5f67890-85b2f8c9.execute-api.eu-west-1.vpce.amazonaws.com"
ZONAL = ENDPOINT.replace("85b2f8c9.", "85b2f8c9-eu-west-1a.")
PLAIN = "vpce-00f1e2d3c4b5a6978-c8891b63.execute-api.eu-west-1.vpce.amazonaws.com"
BY_HOST, BY_ID = ["--header", "Host: " + NAME], ["--header", "x-apigw-api-id: " + API]
# apigateway.md 1: the name, and what else the request says.
NAMES = [(NAME, []), (WITH_ID, []), (ENDPOINT, BY_HOST), (ENDPOINT, BY_ID), (ZONAL, BY_HOST), (ZONAL, BY_ID)]


def with_function():
    """The first entry's API is a function that returns what it gets."""
    scenario = read_scenario("private-api-direct.json")
    scenario["Functions"] = {"orders": {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS),
                                        "Timeout": 60}}
    scenario["RestApis"]["widgets-api"]["Resources"] = {
        "/{proxy+}": {"ANY": {"Integration": {"Type": "AWS_PROXY", "Function": "orders"}}}}
    del scenario["checks"]
    return scenario


class Outside(unittest.TestCase):
    def ask(self, lab, name, *arguments, path="/prod/widgets"):
        """curl, content with the certificate that it is shown."""
        done = subprocess.run(["curl", "-sS", "--cacert", lab.ca_bundle, "--connect-to",
                               f"{name}:443:{lab.address}:{lab.port}", *arguments, f"https://{name}{path}"],
                              capture_output=True, text=True, timeout=DEADLINE_S, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), name)
        return done.stdout

    def test_each_name(self):
        with Lab(SCENARIO) as lab:
            self.assertEqual(lab.name, NAME)
            for name in (WITH_ID, ENDPOINT, ZONAL):
                self.assertIn("execute-api-endpoint is also " + name, lab.opening)
            for version in ("1.2", "1.3"):
                for name, more in NAMES:
                    answer = self.ask(lab, name, "--tls-max", version, "--tlsv" + version, *more)
                    self.assertEqual(answer, WIDGET, (name, more))
            self.assertEqual(self.ask(lab, ENDPOINT), '{"message":"Forbidden"}')
            self.assertEqual(self.ask(lab, ENDPOINT, path="/ping"), "healthy")
            # No client certificate is asked for, and nothing but HTTP/1.1 is spoken.
            self.assertEqual(self.ask(lab, NAME, "--http2", "-o", "/dev/null", "-w", "%{http_version}"), "1.1")

    def test_the_printed_line_works(self):
        with Lab(SCENARIO) as lab:
            line = next(line for line in lab.opening.splitlines() if line.startswith("curl "))
            self.assertNotIn("--cert ", line)
            done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=DEADLINE_S, check=False)
            self.assertEqual(done.stdout, WIDGET, done.stderr)

    def test_tls_1_1_and_plain_text_are_refused(self):
        with Lab(SCENARIO) as lab:
            done = subprocess.run(["openssl", "s_client", "-connect", f"{lab.address}:{lab.port}", "-tls1_1", "-cipher",
                                   "DEFAULT@SECLEVEL=0"], input="", capture_output=True, text=True,
                                  timeout=DEADLINE_S, check=False)
            self.assertIn("alert protocol version", done.stderr)
            self.assertIn("execute-api-endpoint", lab.next_end())
            done = subprocess.run(["curl", "-sS", f"http://{lab.address}:{lab.port}/prod/widgets"],
                                  capture_output=True, text=True, timeout=DEADLINE_S, check=False)
            self.assertNotEqual(done.returncode, 0)
            ends = until(lambda: admin(lab, "/v1/ends")[1:], "the end")
            self.assertEqual((ends[0]["end"]["hop"], ends[0]["end"]["reason"]),
                             ("execute-api-endpoint", "tls-negotiation-failed"))

    def test_the_event_of_a_direct_call(self):
        with Lab(with_function()) as lab:
            for version, suite in (("1.2", "ECDHE-RSA-"), ("1.3", "TLS_AES_")):
                answer = self.ask(lab, WITH_ID, "--tls-max", version, path="/prod/orders")
                event = json.loads(answer)
                headers = event["headers"]
                self.assertEqual(headers["x-amzn-tls-version"], "TLSv" + version)
                self.assertTrue(headers["x-amzn-cipher-suite"].startswith(suite), headers)
                self.assertEqual(headers["x-amzn-vpce-id"], "vpce-0a1b2c3d4e5f67890")
                self.assertEqual((headers["x-amzn-vpce-config"], headers["Host"]), ("1", WITH_ID))
                self.assertEqual(headers["X-Forwarded-For"], "127.0.0.1")
                self.assertFalse({"X-Forwarded-Port", "X-Forwarded-Proto", "X-Amzn-Trace-Id"} & set(headers))
                context = event["requestContext"]
                self.assertEqual((context["domainName"], context["domainPrefix"]),
                                 (WITH_ID, WITH_ID.split(".", maxsplit=1)[0]))
                self.assertEqual((context["identity"]["sourceIp"], context["identity"]["vpceId"]),
                                 ("127.0.0.1", "vpce-0a1b2c3d4e5f67890"))

    def test_requests_are_told(self):
        with Lab(SCENARIO, "--requests", "--keep", "10") as lab:
            self.assertEqual(curl(lab, path="/prod/widgets").returncode, 0)
            told = lab.next_line()
            self.assertIn("/prod/widgets", told)
            self.assertIn("200", told)
            kept = admin(lab, "/v1/requests")["requests"]
            self.assertEqual([(one["kind"], one["path"]) for one in kept], [("api", "/prod/widgets")])

    def test_a_state_is_seen(self):
        with Lab(SCENARIO) as lab:
            def ctl(*words):
                subprocess.run([hoplab_binary(), "ctl", "--admin", lab.env["HOPLAB_ADMIN"], *words], check=True,
                               timeout=DEADLINE_S, capture_output=True)
            ctl("endpoint", "execute-api-endpoint", "rejected")
            done = curl(lab, "--connect-timeout", "0.3", path="/prod/widgets")
            self.assertEqual(done.returncode, 28)
            ctl("endpoint", "execute-api-endpoint", "available")
            self.assertEqual(curl(lab, path="/prod/widgets").returncode, 0)


class InsideExec(Inside):
    def test_each_name_without_any_flag(self):
        for name, more in [*NAMES, (PLAIN, BY_ID), (PLAIN, BY_HOST)]:
            done = self.exec("curl", "-sS", *more, f"https://{name}/prod/widgets", scenario=SCENARIO)
            self.assertEqual((done.returncode, done.stdout), (0, WIDGET), (name, done.stderr))

    def test_a_public_api_is_forbidden_with_private_dns(self):
        done = self.exec("curl", "-sS", f"https://f6g7h8i9j0{SUFFIX}/prod/pets", scenario=SCENARIO)
        self.assertEqual(done.stdout, '{"message":"Forbidden"}', done.stderr)

    def test_without_private_dns_the_apis_own_name_is_not_there(self):
        scenario = read_scenario("private-api-direct.json")
        del scenario["VpcEndpoints"]["execute-api-endpoint"]["PrivateDnsEnabled"]
        del scenario["checks"]
        self.assertEqual(self.exec("curl", "-sS", f"https://{NAME}/prod/widgets", scenario=scenario).returncode, 6)
        done = self.exec("curl", "-sS", f"https://{WITH_ID}/prod/widgets", scenario=scenario)
        self.assertEqual((done.returncode, done.stdout), (0, WIDGET), done.stderr)

    def test_the_source_ip_is_the_clients(self):
        done = self.exec("curl", "-sS", f"https://{NAME}/prod/orders", scenario=with_function(),
                         options=("--client-ip", "10.0.1.77"))
        event = json.loads(done.stdout)
        self.assertEqual(event["requestContext"]["identity"]["sourceIp"], "10.0.1.77")
        self.assertEqual(event["headers"]["x-amzn-tls-version"], "TLSv1.3")


class Proxy(unittest.TestCase):
    """Clients that come by the proxy (CONNECT), where there are no namespaces."""

    def test_each_name(self):
        for name, more in NAMES:
            command = ["curl", "-sS", *more, f"https://{name}/prod/widgets"]
            done = subprocess.run([hoplab_binary(), "exec", "--no-namespaces", str(SCENARIO), "--", *command],
                                  capture_output=True, text=True, timeout=DEADLINE_S, check=False)
            self.assertEqual((done.returncode, done.stdout), (0, WIDGET), (name, done.stderr))


if __name__ == "__main__":
    unittest.main(verbosity=2)
