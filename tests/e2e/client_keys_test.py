"""Every client certificate that AWS documents is taken: each key and signature, over TLS 1.2 and 1.3, under
security policies that differ, from the clients that are here.

An ordinary run asks with each client, key and version once; HOPLAB_WHOLE_MATRIX=1 with every combination.
"""

import itertools
import os
import pathlib
import tempfile
import unittest

import client_keys
from lab import Lab

POLICIES = {  # with the versions that they have
    "ELBSecurityPolicy-2016-08": ("1.2",),
    "ELBSecurityPolicy-TLS13-1-2-2021-06": ("1.2", "1.3"),
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06": ("1.2", "1.3"),
    "ELBSecurityPolicy-TLS13-1-3-2021-06": ("1.3",),
    "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04": ("1.2", "1.3"),
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09": ("1.2", "1.3"),
}
VERSIONS = ("1.2", "1.3")
WHOLE = os.environ.get("HOPLAB_WHOLE_MATRIX") == "1"


def scenario(policy, authorities):
    """A load balancer that answers by itself whoever is let in. Its own key is RSA, so that no curve of its
    certificate is asked of a client."""
    answer = {"StatusCode": "200", "MessageBody": "welcome"}
    listener = {"Protocol": "HTTPS", "Port": 443, "SslPolicy": policy, "Certificates": ["server"],
                "MutualAuthentication": {"Mode": "verify", "TrustStore": "clients"},
                "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": answer}]}
    return {
        "title": "Client certificates of every kind",
        "pki": {"authorities": {"ca": {"subject": "CN=CA"}},
                "certificates": {"server": {"for": "listener", "subject": "CN=api.example.com", "issuer": "ca",
                                            "keyAlgorithm": "RSA_2048", "dnsNames": ["api.example.com"]}}},
        "LoadBalancers": {"alb": {"Type": "application", "Listeners": [listener]}},
        "TrustStores": {"clients": {"CaCertificatesBundle": [{"file": str(pem)} for pem in authorities]}},
        "entry": "alb"}


def every_combination():
    """(policy, client, key, signature, version); and those that a policy excludes by its versions."""
    combinations, excluded = [], []
    for policy, client, key, signature, version in itertools.product(
            POLICIES, client_keys.CLIENTS, client_keys.KEYS, client_keys.SIGNATURES, VERSIONS):
        where = combinations if version in POLICIES[policy] else excluded
        where.append((policy, client, key, signature, version))
    return combinations, excluded


def each_once():
    """One combination for each client, key and version; policies and signatures take turns."""
    signatures = itertools.cycle(client_keys.SIGNATURES)
    with_version = {version: itertools.cycle([policy for policy in POLICIES if version in POLICIES[policy]])
                    for version in VERSIONS}
    return [(next(with_version[version]), client, key, next(signatures), version)
            for client, key, version in itertools.product(client_keys.CLIENTS, client_keys.KEYS, VERSIONS)]


class ClientKeys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pki = client_keys.ClientPki(pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory())))

    def test_each_is_taken_from_each_client(self):
        combinations, excluded = every_combination()
        if WHOLE:
            for policy, version in sorted({(one[0], one[4]) for one in excluded}):
                print(f"skipped: {policy} has no TLS {version}")
        else:
            combinations = each_once()
        for client in client_keys.CLIENTS:
            if not client_keys.is_installed(client):
                print(f"skipped: {client} is not installed")
        taken = 0
        for policy in POLICIES:
            with Lab(scenario(policy, self.pki.authorities)) as lab:
                for client in filter(client_keys.is_installed, client_keys.CLIENTS):
                    cases = [one[2:] for one in combinations if one[:2] == (policy, client)]
                    taken += self.expect_welcome(lab, policy, client, cases)
        print(f"{taken} handshakes with client certificates were taken")

    def expect_welcome(self, lab, policy, client, cases):
        """How many were."""
        taken = 0
        asked = [(self.pki.files(key, signature), version) for key, signature, version in cases]
        for case, words in zip(cases, client_keys.ask(lab, client, asked) if asked else ()):
            with self.subTest(policy=policy, client=client, key=case[0], signature=case[1], tls=case[2]):
                self.assertEqual(words, "200 welcome")
                taken += 1
        return taken

    def test_a_client_without_its_certificates_curve_for_the_key_exchange(self):
        with Lab(scenario("ELBSecurityPolicy-2016-08", self.pki.authorities)) as lab:
            for key, curves in itertools.product(("P-256", "P-384", "P-521"), ("X25519", "P-256", "P-384")):
                with self.subTest(key=key, curves=curves):
                    files = self.pki.files(key, "ECDSA")
                    self.assertEqual(client_keys.with_curl(lab, files, "1.2", "--curves", curves), "200 welcome")

    def test_a_client_with_p_521_alone_for_the_key_exchange_fails(self):
        with Lab(scenario("ELBSecurityPolicy-TLS13-1-2-2021-06", self.pki.authorities)) as lab:
            for version in VERSIONS:
                files = self.pki.files("P-521", "ECDSA")
                self.assertNotIn("200", client_keys.with_curl(lab, files, version, "--curves", "P-521"))
                self.assertIn("UnmappedConnectionError", lab.next_end())


if __name__ == "__main__":
    unittest.main()
