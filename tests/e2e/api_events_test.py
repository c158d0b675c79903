"""The event that a function gets of a private REST API, byte for byte: of a call to the endpoint itself, and of one
through a load balancer, over HTTP/1.1 and HTTP/2. Files of fixtures/apigateway say what it is; their lines are joined,
and what is another with each request stands between < and >."""

import datetime
import http.server
import re
import threading
import unittest

from api_lab import api_scenario, ask
from lab import ROOT, Lab, admin

VPCE, API = "vpce-0a1b2c3d4e5f67890", "a1b2c3d4e5"
DIRECT = f"{API}-{VPCE}.execute-api.eu-west-1.amazonaws.com"
CLIENT = ("--user-agent", "client/1.0")
MINE = (*CLIENT, "--header", "X-Mine: 1")
QUERY = "?color=red%2Cblue&size=1&size=2"


class Receiving(http.server.BaseHTTPRequestHandler):
    events = []

    def do_POST(self):  # noqa: N802, the name is the library's
        Receiving.events.append(self.rfile.read(int(self.headers["Content-Length"])))
        body = b'{"statusCode": 200}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Events(unittest.TestCase):
    def setUp(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiving)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.address = f"127.0.0.1:{server.server_address[1]}"

    def scenario(self, entry="alb", stage=None, **api):
        by_function = {"ANY": {"Integration": {"Type": "AWS_PROXY", "Function": "orders"}}}
        made = api_scenario(
            {"/orders/{id}": by_function, "/{proxy+}": by_function}, clock={"mode": "stepped"}, entry=entry,
            Functions={"orders": {"Endpoint": self.address, "FunctionName": "orders"}})
        made["VpcEndpoints"]["execute-api-endpoint"].update({"VpcEndpointId": VPCE, "VpcId": "vpc-0aaaabbbbccccdddd"})
        made["RestApis"]["orders-api"].update({"RestApiId": API, **api, **({"Stage": stage} if stage else {})})
        made["RestApis"]["orders-api"]["EndpointConfiguration"]["VpcEndpointIds"] = ["execute-api-endpoint"]
        return made

    def hold(self, lab, fixture, path, *arguments, **how):
        """The clock stands still; ids are those that the answer has."""
        seen = len(Receiving.events)
        _, head, _ = ask(lab, path, *arguments, **how)
        self.assertEqual(len(Receiving.events), seen + 1, head)
        event = Receiving.events[-1].decode()
        fields = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[-1] for line in head.split("\r\n")[1:]}
        now = datetime.datetime.fromisoformat(admin(lab, "/v1/clock")["now"].replace("Z", "+00:00"))
        values = {"requestId": fields["x-amzn-requestid"], "extendedRequestId": fields["x-amz-apigw-id"],
                  "traceId": fields["x-amzn-trace-id"], "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                  "requestTimeEpoch": str(int(now.timestamp() * 1_000_000) // 1000),
                  "client": "127.0.0.1", "node": lab.address}
        for name in ("resourceId", "deploymentId"):  # nothing else tells them
            values[name] = re.search(f'"{name}":"([a-z0-9]{{6}})"', event).group(1)
        text = (ROOT / "fixtures/apigateway" / fixture).read_text(encoding="utf-8")
        expected = "".join(line.strip() for line in text.splitlines())
        self.assertEqual(event, re.sub("<([a-zA-Z]+)>", lambda found: values[found.group(1)], expected))

    def test_of_a_call_to_the_endpoint(self):
        with Lab(self.scenario("execute-api-endpoint")) as lab:
            for version in ("--http1.1", "--http2"):  # HTTP/1.1 all the same
                self.hold(lab, "event-private-direct.json", "/prod/orders/a%20b" + QUERY, *MINE, "--tls-max", "1.2",
                          version=version, host=DIRECT)

    def test_of_bytes_and_stage_variables(self):
        made = self.scenario("execute-api-endpoint", {"Variables": {"url": "orders.example.com", "version": "1"}},
                             BinaryMediaTypes=["application/octet-stream"])
        with Lab(made) as lab:
            (lab.out / "bytes").write_bytes(b"\x00\x01\x02\xff")
            self.hold(lab, "event-private-direct-post.json", "/prod/files/7/", *CLIENT, "--tls-max", "1.2",
                      "--data-binary", f"@{lab.out / 'bytes'}", "--header", "Content-Type: application/octet-stream",
                      host=DIRECT)

    def test_of_a_call_through_a_load_balancer(self):
        with Lab(self.scenario()) as lab:
            self.hold(lab, "event-private-behind-load-balancer.json", "/orders/a%20b" + QUERY, *MINE, "--data",
                      '{"name":"Zoë"}', "--header", "Content-Type: application/json")

    def test_of_one_over_http_2(self):
        with Lab(self.scenario()) as lab:
            self.hold(lab, "event-private-behind-load-balancer-http2.json", "/files/7/", *MINE, version="--http2")


if __name__ == "__main__":
    unittest.main()
