"""README's Limits: what is not there is refused by name, with the place in the scenario and a reason, and traffic of
its kind meets what it would meet where nobody knows it."""

import copy
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from lab import ROOT, Lab, curl, read_scenario, run_hoplab

BASE = "private-api-mtls.json"
METHOD = "/RestApis/widgets-api/Resources/~1widgets/GET"
NLB, ALB = "/LoadBalancers/nlb", "/LoadBalancers/alb"
RULE = [{"Priority": 1, "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}],
         "Actions": [{"Type": "forward", "TargetGroup": "alb-group"}]}]

# Words of README's Limits: what a scenario would say of them, and what is said of that. (place, value, reason)
REFUSED = {
    "Public": [("/RestApis/widgets-api/EndpointConfiguration/Types", [kind], "APIs at the end of this path are private")
               for kind in ("REGIONAL", "EDGE")],
    "HTTP and WebSocket APIs": [("/Apis", {}, "REST APIs"), ("/RestApis/widgets-api/ProtocolType", "HTTP", "REST APIs"),
                                ("/RestApis/widgets-api/ProtocolType", "WEBSOCKET", "REST APIs")],
    "Routes": [("/RouteTables", {}, "every address is reached"), ("/Routes", {}, "every address is reached")],
    "IPv6": [(f"{ALB}/IpAddressType", "dualstack", "IPv4"), (f"{NLB}/IpAddressType", "dualstack", "IPv4"),
             ("/VpcEndpoints/consumer-endpoint/IpAddressType", "ipv6", "IPv4"),
             ("/TargetGroups/api-group/IpAddressType", "ipv6", "IPv4"),
             ("/Subnets/a", {"CidrBlock": "10.0.0.0/24", "Ipv6CidrBlock": "fd00::/64"}, "IPv4")],
    "policies of other VPC endpoints than those of execute-api": [
        ("/VpcEndpoints/consumer-endpoint/PolicyDocument", {"Statement": []}, "default policy, full access")],
    "UDP and QUIC listeners": [(f"{NLB}/Listeners/0/Protocol", kind, "does not emulate UDP, TCP_UDP, QUIC or TCP_QUIC")
                               for kind in ("UDP", "TCP_UDP", "QUIC", "TCP_QUIC")],
    "listener rules, which need IPv6": [
        (f"{NLB}/Listeners/0/Rules", RULE, "rules with IpAddressType dualstack only")],
    "WAF": [(f"{ALB}/WebACLArn", "arn", "there is no WAF"), ("/WebACLs", {}, "there is no WAF"),
            ("/RestApis/widgets-api/GatewayResponses/WAF_FILTERED", {}, "there is no WAF"),
            (f"{ALB}/LoadBalancerAttributes/waf.fail_open.enabled", True, "no effect on traffic")],
    "Logs go to files, not to S3": [(f"{balancer}/LoadBalancerAttributes/{log}.s3.enabled", True, "there is no S3")
                                    for balancer, log in ((ALB, "access_logs"), (ALB, "connection_logs"),
                                                          (ALB, "health_check_logs"), (NLB, "access_logs"))],
}
# What no scenario could ask for.
OTHERS = ["Of AWS's own API there is what its page names.",
          "Names resolve inside hoplab exec only. Packets are the kernel's: there is no MTU to be met.",
          "OCSP and CRL distribution points: nothing is fetched."]
KINDS = ["Network load balancer:", "Application load balancer:"]


def limits():
    """The list of the section, as one line of plain words."""
    section = (ROOT / "README.md").read_text().split("\n## Limits\n")[1].split("\n## ")[0]
    items = re.findall(r"(?ms)^- (.*?)(?=^- |\n\n)", section)
    return " ".join(" ".join(items).replace("`", "").split())


def put(document, pointer, value):
    document = copy.deepcopy(document)
    at = document
    *way, last = (part.replace("~1", "/") for part in pointer.split("/")[1:])
    for part in way:
        at = at[int(part)] if isinstance(at, list) else at.setdefault(part, {})
    at[last] = value
    return document


class Scenarios(unittest.TestCase):
    def test_the_page_names_what_is_refused_here_and_nothing_else(self):
        left = limits()
        for words in [*REFUSED, *OTHERS, *KINDS]:
            with self.subTest(words):
                self.assertIn(words, left)
            left = left.replace(words, "", 1)
        self.assertEqual(re.sub(r"[ ,;.]|\band\b", "", left), "")

    def test_each_is_refused_with_its_place_and_a_reason(self):
        base = read_scenario(BASE)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "scenario.json"
            for words, rows in REFUSED.items():
                for pointer, value, reason in rows:
                    with self.subTest(words, pointer=pointer, value=value):
                        path.write_text(json.dumps(put(base, pointer, value)))
                        done = run_hoplab("test", path)
                        self.assertEqual(done.returncode, 2)
                        said = [line for line in (done.stdout + done.stderr).splitlines() if f": {pointer}" in line]
                        self.assertTrue(any(reason in line for line in said), done.stdout + done.stderr)


class Traffic(unittest.TestCase):
    def test_an_open_method_looks_at_no_signature_and_no_key(self):
        with Lab(ROOT / "scenarios" / BASE) as lab:
            for field in ("Authorization: AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=0",
                          "Authorization: Bearer x", "x-api-key: x"):
                with self.subTest(field):
                    done = curl(lab, "--header", field, path="/widgets", certificate="my_client", headers=False)
                    self.assertEqual(done.stdout, b'{"id":"1","value":"4.99"}')

    def test_a_web_socket_is_an_ordinary_request_to_an_api(self):
        opening = [word for field in ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==") for word in ("--header", field)]
        with Lab(ROOT / "scenarios" / BASE) as lab:
            done = curl(lab, "--http1.1", *opening, path="/widgets", certificate="my_client")
        self.assertTrue(done.stdout.startswith(b"HTTP/1.1 200 OK\r\n"), done.stdout)

    def test_nobody_answers_for_aws(self):
        with Lab(ROOT / "scenarios" / BASE) as lab:
            request = urllib.request.Request(f"http://{lab.env['HOPLAB_ADMIN']}/", method="POST",
                                             data=b"Action=DescribeLoadBalancers&Version=2015-12-01")
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request)
            with refused.exception as answer:
                self.assertEqual(answer.code, 405)
                self.assertIn("docs/openapi.json lists what there is", json.load(answer)["error"])

    def test_neither_udp_nor_ipv6_is_answered(self):
        with Lab(ROOT / "scenarios" / BASE) as lab:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                datagrams.connect((lab.address, lab.port))
                datagrams.send(b"x")
                datagrams.settimeout(60)
                with self.assertRaises(ConnectionRefusedError):
                    datagrams.recv(1)
            if socket.has_ipv6:
                with socket.socket(socket.AF_INET6) as stream, self.assertRaises(OSError):
                    stream.connect(("::1", lab.port))

    def test_nothing_is_fetched_that_a_certificate_names(self):
        with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as responder:
            url = "http://127.0.0.1:%d/" % responder.getsockname()[1]
            folder = pathlib.Path(name)
            self.mint(folder, url)
            made = read_scenario(BASE)
            made["TrustStores"] = {"trust-store": {"CaCertificatesBundle": [{"file": str(folder / "ca.pem")}]}}
            made["LoadBalancers"]["alb"]["Listeners"][0]["MutualAuthentication"]["TrustStore"] = "trust-store"
            made.pop("checks")
            with Lab(made) as lab:
                done = subprocess.run(
                    ["curl", "--silent", "--show-error", "--connect-to", f"::{lab.address}:{lab.port}", "--cacert",
                     lab.ca_bundle, "--cert", folder / "client.pem", "--key", folder / "client.key",
                     f"https://{lab.name}/widgets"], capture_output=True, check=False)
            self.assertEqual(done.stdout, b'{"id":"1","value":"4.99"}', done.stderr)
            responder.setblocking(False)
            with self.assertRaises(BlockingIOError):
                responder.accept()

    def mint(self, folder, url):
        """An authority, and a client's certificate that names an OCSP responder, a list and its issuer at `url`."""
        (folder / "client.ext").write_text(
            f"crlDistributionPoints = URI:{url}crl\nauthorityInfoAccess = OCSP;URI:{url}ocsp, caIssuers;URI:{url}ca\n"
            "extendedKeyUsage = clientAuth\n")
        for command in (
                "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=CA -keyout ca.key -out ca.pem",
                "req -newkey rsa:2048 -nodes -subj /CN=client -keyout client.key -out client.csr",
                "x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile client.ext "
                "-out client.pem"):
            subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)


if __name__ == "__main__":
    unittest.main()
