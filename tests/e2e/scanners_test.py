"""testssl.sh and sslscan see exactly the protocols and ciphers that a listener's security policy lists."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

from lab import Lab

SCAN_DEADLINE_S = 600  # testssl.sh starts thousands of processes; nobody waits for it in a good run
KEYS = {"RSA": "RSA_2048", "ECDSA": "EC_prime256v1"}  # of the listener's two certificates
MTLS_POLICY = "TLS13-1-2-2021-06"


@dataclasses.dataclass
class Policy:
    """What AWS's tables say of it, in the server's order of preference."""
    protocols: list
    suites: list = ()     # of TLS 1.3
    ephemeral: list = ()  # each stands there twice: behind ECDHE-ECDSA- and behind ECDHE-RSA-
    static: list = ()     # key exchange by the server's RSA key

    def seen_with(self, key):
        """{protocol: ciphers} for a server's certificate with such a key."""
        ciphers = [f"ECDHE-{key}-{cipher}" for cipher in self.ephemeral]
        if key == "RSA":
            ciphers += self.static
        before_tls12 = [cipher for cipher in ciphers if cipher.endswith("-SHA")]
        all_of = {"TLSv1.0": before_tls12, "TLSv1.1": before_tls12, "TLSv1.2": ciphers,
                  "TLSv1.3": list(self.suites)}
        return {protocol: all_of[protocol] for protocol in self.protocols}


# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
POLICIES = {
    "2016-08": Policy(
        protocols=["TLSv1.0", "TLSv1.1", "TLSv1.2"],
        ephemeral=["AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA",
                   "AES256-GCM-SHA384", "AES256-SHA384", "AES256-SHA"],
        static=["AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA",
                "AES256-GCM-SHA384", "AES256-SHA256", "AES256-SHA"]),
    "TLS-1-1-2017-01": Policy(
        protocols=["TLSv1.1", "TLSv1.2"],
        ephemeral=["AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA",
                   "AES256-GCM-SHA384", "AES256-SHA384", "AES256-SHA"],
        static=["AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA",
                "AES256-GCM-SHA384", "AES256-SHA256", "AES256-SHA"]),
    "FS-1-2-Res-2020-10": Policy(
        protocols=["TLSv1.2"],
        ephemeral=["AES128-GCM-SHA256", "AES256-GCM-SHA384"]),
    "TLS13-1-2-2021-06": Policy(
        protocols=["TLSv1.2", "TLSv1.3"],
        suites=["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"],
        ephemeral=["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA384"]),
    "TLS13-1-3-2021-06": Policy(
        protocols=["TLSv1.3"],
        suites=["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]),
    "TLS13-1-2-Ext1-FIPS-2023-04": Policy(
        protocols=["TLSv1.2", "TLSv1.3"],
        suites=["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"],
        ephemeral=["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA384"],
        static=["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256"]),
}


def name_of(key):
    return key.lower() + ".example.com"


def load_balancer(policy, mutual_authentication):
    return {"Type": "application", "Listeners": [{
        "Protocol": "HTTPS", "Port": 443, "SslPolicy": "ELBSecurityPolicy-" + policy,
        "Certificates": list(KEYS), "MutualAuthentication": mutual_authentication,
        "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]}]}


def scenario():
    """A load balancer for each policy; `passthrough` and `verify` have one of them with mutual TLS."""
    listener_certificates = {
        key: {"for": "listener", "subject": "CN=" + name_of(key), "issuer": "my-ca",
              "dnsNames": [name_of(key)], "keyAlgorithm": algorithm} for key, algorithm in KEYS.items()}
    return {
        "title": "Listeners for scanners",
        "pki": {"authorities": {"my-ca": {"subject": "CN=My CA"}},
                "certificates": {"scanner": {"subject": "CN=scanner", "issuer": "my-ca"},
                                 **listener_certificates}},
        "LoadBalancers": {
            **{policy: load_balancer(policy, {"Mode": "off"}) for policy in POLICIES},
            "passthrough": load_balancer(MTLS_POLICY, {"Mode": "passthrough"}),
            "verify": load_balancer(MTLS_POLICY, {"Mode": "verify", "TrustStore": "scanners"})},
        "TrustStores": {"scanners": {"CaCertificatesBundle": ["my-ca"]}},
        "entry": "passthrough"}


def setUpModule():
    global lab, places
    lab = Lab(scenario(), json_output=True)
    unittest.addModuleCleanup(lab.stop)
    places = {endpoint["name"]: (endpoint["address"], endpoint["port"])
              for endpoint in lab.opening["endpoints"]}


def run(*command, **environment):
    return subprocess.run(command, capture_output=True, text=True, timeout=SCAN_DEADLINE_S, check=False,
                          env={**os.environ, **environment})


class ScannerTest(unittest.TestCase):
    program = None
    arranged = list  # or sorted, when it says nothing of the server's order

    @classmethod
    def setUpClass(cls):
        if shutil.which(cls.program) is None:
            missing = f"{cls.program} is not installed"
            if os.environ.get("CI") == "true":
                raise AssertionError(missing)
            raise unittest.SkipTest(missing)

    def sees(self, load_balancer, policy, key, *options):
        expected = POLICIES[policy].seen_with(key)
        with self.subTest(load_balancer=load_balancer, key=key):
            self.assertEqual(self.scan(load_balancer, key, *options),
                             {protocol: self.arranged(ciphers) for protocol, ciphers in expected.items()})


class Sslscan(ScannerTest):
    """It lists the ciphers of a protocol in the order in which the server chooses them."""
    program = "sslscan"

    def scan(self, load_balancer, key, *options):
        address, port = places[load_balancer]
        done = run("sslscan", "--no-heartbleed", "--no-renegotiation", "--no-compression", "--no-fallback",
                   "--no-groups", "--no-check-certificate", "--xml=-", "--sni-name=" + name_of(key),
                   *options, f"{address}:{port}")
        found = xml.etree.ElementTree.fromstring(done.stdout)
        seen = {f"{protocol.get('type').upper()}v{protocol.get('version')}": []
                for protocol in found.iter("protocol") if protocol.get("enabled") == "1"}
        for cipher in found.iter("cipher"):
            seen.setdefault(cipher.get("sslversion"), []).append(cipher.get("cipher"))
        return seen

    def test_each_policy(self):
        for policy in POLICIES:
            for key in KEYS:
                self.sees(policy, policy, key)

    def test_passthrough_changes_nothing(self):
        for key in KEYS:
            self.sees("passthrough", MTLS_POLICY, key)

    def test_verify_changes_nothing_for_a_scanner_with_a_certificate(self):
        pem, private_key = lab.certificate("scanner")
        for key in KEYS:
            self.sees("verify", MTLS_POLICY, key, "--certs=" + pem, "--pk=" + private_key)

    def test_verify_hides_the_ciphers_of_tls_1_2_from_a_scanner_without(self):
        for key in KEYS:
            self.assertEqual(self.scan("verify", key), POLICIES[MTLS_POLICY].seen_with(key) | {"TLSv1.2": []})


class Testssl(ScannerTest):
    """By its own sockets, not by OpenSSL. It lists ciphers by strength, and is slow: each listener is seen
    by one of its two certificates only, and but for HOPLAB_SCANS=all only the oldest policy and the usual one are."""
    program = "testssl"
    arranged = sorted
    KEY = {"2016-08": "RSA", "TLS-1-1-2017-01": "ECDSA", "FS-1-2-Res-2020-10": "ECDSA",
           "TLS13-1-2-2021-06": "ECDSA", "TLS13-1-3-2021-06": "RSA", "TLS13-1-2-Ext1-FIPS-2023-04": "RSA"}
    PROTOCOLS = {"SSLv2": "SSLv2", "SSLv3": "SSLv3", "TLS1": "TLSv1.0", "TLS1_1": "TLSv1.1",
                 "TLS1_2": "TLSv1.2", "TLS1_3": "TLSv1.3"}  # by its own ids

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.data = cls.folder / "data"
        cls.data.mkdir()
        cls.leave_out_what_openssl_cannot_offer()

    @classmethod
    def leave_out_what_openssl_cannot_offer(cls):
        """Of some 370 ciphers: it starts processes for each, offered or not, and OpenSSL, which hoplab
        is made with, has less than a hundred of them."""
        listed = run("openssl", "ciphers", "-s", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").stdout
        possible = {line.split()[0] for line in listed.splitlines()}
        for file in pathlib.Path(os.environ.get("TESTSSL_INSTALL_DIR", "/etc/testssl")).iterdir():
            if file.name != "cipher-mapping.txt":
                (cls.data / file.name).symlink_to(file)
                continue
            kept = [line for line in file.read_text().splitlines(keepends=True)
                    if line.split()[:1] and line.split()[0] in possible]
            (cls.data / file.name).write_text("".join(kept))

    def scan(self, load_balancer, key):
        address, port = places[load_balancer]
        report = self.folder / f"{load_balancer}.json"
        done = run("testssl", "--protocols", "--cipher-per-proto", "--ip", address, "--nodns", "none",
                   "--assume-http", "--warnings", "off", "--color", "0", "--quiet",
                   "--jsonfile", str(report), f"{name_of(key)}:{port}",
                   TESTSSL_INSTALL_DIR=str(self.data))
        found = {finding["id"]: finding["finding"] for finding in json.loads(report.read_text())}
        self.assertLessEqual(self.PROTOCOLS.keys(), found.keys(), done.stdout + done.stderr)
        seen = {name: [] for protocol, name in self.PROTOCOLS.items()
                if found[protocol].startswith("offered")}
        for finding, text in found.items():
            if cipher := re.fullmatch(r"cipher-(\w+)_(x\w+)", finding):
                protocol = self.PROTOCOLS[cipher[1].upper().replace("SSLV", "SSLv")]
                seen.setdefault(protocol, []).append(text.split(cipher[2])[1].split()[0])
        return {protocol: sorted(ciphers) for protocol, ciphers in seen.items()}

    def test_each_policy(self):
        for policy, key in self.KEY.items():
            if os.environ.get("HOPLAB_SCANS") == "all" or policy in ("2016-08", "TLS13-1-2-2021-06"):
                self.sees(policy, policy, key)

    def test_passthrough_changes_nothing(self):
        self.sees("passthrough", MTLS_POLICY, "RSA")


if __name__ == "__main__":
    unittest.main(verbosity=2)  # it says why it skips
