"""GET /v1/requests: what has arrived behind the load balancers, at private APIs, at the stand-ins of services and at
services of the user's own; and waiting for what has not come yet."""

import http.client
import json
import threading
import time
import unittest
import urllib.error

from lab import SCENARIOS, Lab, admin, curl
from service import Service

SERVICE = "service.example.com"


def header(request, name):
    return [one["value"] for one in request["headers"] if one["name"].lower() == name.lower()]


class Requests(unittest.TestCase):
    def test_what_a_private_api_receives(self):
        with Lab(SCENARIOS / "private-api-mtls.json", "--keep", "3") as lab:
            for path in ("/widgets?n=1", "/widgets?n=2", "/nothing"):
                curl(lab, path=path, certificate="my_client")
            curl(lab, "--data", "x" * 100_000, path="/widgets", certificate="my_client")
            seen = admin(lab, "/v1/requests")
            self.assertEqual((seen["count"], seen["dropped"]), (3, 1))
            first, second, last = seen["requests"]
            self.assertEqual((first["receiver"], first["kind"], first["method"], first["path"]),
                             ("widgets-api", "api", "GET", "/widgets?n=2"))
            self.assertEqual(header(first, "Host"), ["api.example.com"])
            self.assertEqual(header(first, "X-Amzn-Mtls-Clientcert-Subject"), ["CN=my_client,O=Example"])
            self.assertEqual((last["method"], last["bodyBytes"], len(last["body"])), ("POST", 100_000, 65_536))
            self.assertEqual(admin(lab, "/v1/requests?path=/widgets")["count"], 2)
            self.assertEqual(admin(lab, "/v1/requests?path=%2Fwidgets")["count"], 2)
            self.assertEqual(admin(lab, "/v1/requests?method=POST&receiver=widgets-api")["count"], 1)
            with self.assertRaises(urllib.error.HTTPError) as refused:
                admin(lab, "/v1/requests?receiver=widget-api")
            self.assertEqual(refused.exception.code, 404)
            self.assertIn("nobody of the name 'widget-api' receives requests: there are widgets-api",
                          json.load(refused.exception)["error"])
            self.assertEqual(admin(lab, f"/v1/requests?after={second['id']}")["requests"], [last])

    def test_a_refused_client_is_not_among_them(self):
        with Lab(SCENARIOS / "private-api-mtls.json", "--keep", "10") as lab:
            self.assertEqual(curl(lab, path="/widgets", certificate="revoked").returncode, 35)
            self.assertEqual(admin(lab, "/v1/requests")["count"], 0)

    def test_off_unless_it_is_asked_for(self):
        with Lab(SCENARIOS / "private-api-mtls.json") as lab:
            curl(lab, path="/widgets", certificate="my_client")
            self.assertEqual(admin(lab, "/v1/requests"), {"requests": [], "count": 0, "dropped": 0})
            connection = http.client.HTTPConnection(lab.env["HOPLAB_ADMIN"])
            connection.request("PUT", "/v1/requests", json.dumps({"keep": 5}))
            self.assertEqual(connection.getresponse().status, 204)
            connection.close()
            curl(lab, path="/widgets", certificate="my_client")
            self.assertEqual(admin(lab, "/v1/requests")["count"], 1)

    def at_a_service(self, kind, *options):
        with Lab(SCENARIOS / "own-service.json", "--keep", "100", *options) as lab:
            for version in ("--http1.1", "--http2"):
                body = version[-1] * 100_000
                done = curl(lab, version, "--data", body, path="/orders", certificate="my_client", host=SERVICE)
                self.assertEqual(done.returncode, 0, done.stderr)
                request = admin(lab, "/v1/requests")["requests"][-1]
                self.assertEqual((request["receiver"], request["kind"]), ("my-service", kind))
                self.assertEqual((request["method"], request["path"]), ("POST", "/orders"))
                self.assertEqual((request["bodyBytes"], request["body"]), (100_000, body[:65_536]))
                self.assertEqual(header(request, "X-Amzn-Mtls-Clientcert-Subject"), ["CN=my_client,O=Example"])
            for request in admin(lab, "/v1/requests")["requests"]:
                self.assertNotIn("ELB-HealthChecker/2.0", header(request, "User-Agent"))

    def test_what_a_stand_in_receives(self):
        self.at_a_service("stand-in")

    def test_what_ones_own_service_receives(self):
        with Service() as service:
            self.at_a_service("service", "--set", f"service={service.address}")


class Waiting(unittest.TestCase):
    def test_for_a_request_and_for_an_end(self):
        with Lab(SCENARIOS / "private-api-mtls.json", "--keep", "10") as lab:
            came = {}

            def wait(name, path):
                came[name] = admin(lab, path)

            waiting = [threading.Thread(target=wait, args=one) for one in
                       (("request", "/v1/requests?path=/widgets&wait=60s"), ("end", "/v1/ends?wait=60s"))]
            for one in waiting:
                one.start()
            self.assertIn("url", admin(lab, "/v1/status"), "nobody else waits")
            curl(lab, path="/widgets", certificate="my_client")
            for one in waiting:
                one.join(60)
            self.assertEqual(came["request"]["count"], 1)
            last = came["end"][-1]
            self.assertEqual(admin(lab, f"/v1/ends?after={last['id']}&wait=0s"), [])

    def test_no_longer_than_asked(self):
        with Lab(SCENARIOS / "private-api-mtls.json") as lab:
            began = time.monotonic()
            self.assertEqual(admin(lab, "/v1/ends?wait=1s"), [])
            self.assertGreaterEqual(time.monotonic() - began, 1)

    def test_mistakes(self):
        with Lab(SCENARIOS / "private-api-mtls.json") as lab:
            for query in ("wait=soon", "wait=301s", "after=x", "reciever=widgets-api"):
                connection = http.client.HTTPConnection(lab.env["HOPLAB_ADMIN"])
                connection.request("GET", "/v1/requests?" + query)
                self.assertEqual(connection.getresponse().status, 400, query)
                connection.close()


if __name__ == "__main__":
    unittest.main()
