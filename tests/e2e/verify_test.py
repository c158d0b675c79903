"""hoplab verify, pki and cert: a verdict without a connection, and what it is given to judge."""

import base64
import json
import pathlib
import stat
import subprocess
import tempfile
import unittest
import urllib.parse

from lab import DEADLINE_S, SCENARIOS, hoplab_binary, run_hoplab

CODES = {"my_client": "Success", "untrusted": "ClientCertUntrusted", "expired": "ClientCertExpired",
         "not_yet_valid": "ClientCertNotYetValid", "revoked": "ClientCertCrlHit",
         "self_signed": "ClientCertUntrusted", "wrong_purpose": "ClientCertPurposeInvalid",
         "server": "ClientCertPurposeInvalid"}


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **options)


class WithPki(unittest.TestCase):
    """A folder of `hoplab pki`, made once."""

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._folder.cleanup)
        cls.out = pathlib.Path(cls._folder.name) / "pki"
        done = run_hoplab("pki", "--out", cls.out, "--json")
        assert done.returncode == 0, done.stderr
        cls.made = json.loads(done.stdout)
        cls.store = ("--anchors", cls.made["caBundle"], "--crls", cls.made["authorities"]["ca"]["crl"])

    def verify(self, chain, *more, store=None):
        return run_hoplab("verify", *(store or self.store), "--chain", chain, *more)

    def pem(self, name):
        return self.out / f"{name}.pem"

    def signed_by_ca(self, name, *request, extensions="keyUsage=digitalSignature", v1=False):
        """A certificate that openssl made and the CA of the folder issued."""
        key, csr, pem = (self.out / f"{name}.{end}" for end in ("key2", "csr", "pem"))
        openssl("req", "-new", "-nodes", "-keyout", key, "-out", csr, "-subj", "/CN=" + name, *request)
        arguments = ["x509", "-req", "-in", csr, "-CA", self.made["authorities"]["ca"]["cert"],
                     "-CAkey", self.made["authorities"]["ca"]["key"], "-days", "5", "-out", pem]
        if not v1:
            (self.out / "ext.cnf").write_text(extensions + "\n")
            arguments += ["-extfile", self.out / "ext.cnf"]
        openssl(*arguments)
        return pem


class Verdicts(WithPki):
    def expect(self, done, code):
        first = "ACCEPT" if code == "Success" else "REJECT " + code
        self.assertEqual(done.stdout.splitlines()[0], first, done.stdout + done.stderr)
        self.assertEqual(done.returncode, 0 if code == "Success" else 1)

    def test_what_pki_makes_is_judged_as_it_is_named(self):
        for name, code in CODES.items():
            with self.subTest(name):
                self.expect(self.verify(self.pem(name)), code)
                self.assertEqual(self.made["certificates"][name]["verifyStatus"].removeprefix("Failed:"),
                                 code)

    def test_a_rejection_says_which_certificate_why_and_what_would_help(self):
        said = self.verify(self.pem("expired")).stdout
        self.assertIn("certificate: 0 (the leaf), CN=expired,O=Example", said)
        self.assertIn("IgnoreClientCertificateExpiry", said)

    def test_time_and_expiry(self):
        self.expect(self.verify(self.pem("expired"), "--ignore-expiry"), "Success")
        self.expect(self.verify(self.pem("my_client"), "--time", "2001-01-01T00:00:00Z"),
                    "ClientCertNotYetValid")
        self.expect(self.verify(self.pem("my_client"), "--time", 4_000_000_000), "ClientCertExpired")

    def test_an_unsupported_key(self):
        pem = self.signed_by_ca("short", "-newkey", "rsa:1024")
        self.expect(self.verify(pem), "ClientCertTypeUnsupported")

    def test_version_1_and_bytes_that_are_no_certificate(self):
        self.expect(self.verify(self.signed_by_ca("v1", "-newkey", "rsa:2048", v1=True)),
                    "ClientCertInvalid")
        rubbish = self.out / "rubbish.pem"
        rubbish.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        self.expect(self.verify(rubbish), "ClientCertInvalid")

    def test_too_large_and_too_many(self):
        names = ",".join(f"DNS:host{i}.a-long-name.example.com" for i in range(600))
        pem = self.signed_by_ca("large", "-newkey", "rsa:2048", extensions="subjectAltName=" + names)
        self.expect(self.verify(pem), "ClientCertMaxSizeExceeded")
        five = self.out / "five.pem"
        five.write_text(self.pem("my_client").read_text() * 5)
        self.expect(self.verify(five), "ClientCertMaxChainDepthExceeded")

    def test_openssl_agrees_where_the_rules_are_the_same(self):
        for name in ("my_client", "untrusted", "expired", "not_yet_valid", "revoked", "self_signed",
                     "wrong_purpose"):
            with self.subTest(name):
                theirs = subprocess.run(
                    ["openssl", "verify", "-purpose", "sslclient", "-crl_check", "-CAfile",
                     self.made["caBundle"], "-CRLfile", self.made["authorities"]["ca"]["crl"],
                     self.pem(name)], capture_output=True, check=False)
                self.assertEqual(self.verify(self.pem(name)).returncode == 0, theirs.returncode == 0)

    def test_json(self):
        answer = json.loads(self.verify(self.pem("revoked"), "--json").stdout)
        self.assertEqual((answer["verdict"], answer["code"], answer["verifyStatus"]),
                         ("REJECT", "ClientCertCrlHit", "Failed:ClientCertCrlHit"))
        self.assertEqual(answer["certificate"], {"index": 0, "subject": "CN=revoked,O=Example"})
        answer = json.loads(self.verify(self.pem("my_client"), "--json").stdout)
        self.assertRegex(answer["validUntil"], r"^20\d\d-.*Z$")

    def test_unusable_input_is_told_from_a_verdict(self):
        no_block = self.out / "empty.pem"
        no_block.write_text("nothing here\n")
        for arguments, words in (
                ((self.out / "missing.pem",), "cannot read"),
                ((no_block,), "no PEM block of type CERTIFICATE"),
                ((self.pem("my_client"), "--time", "soon"), "--time 'soon'")):
            done = self.verify(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)
        done = self.verify(self.pem("my_client"), store=("--anchors", self.pem("my_client")))
        self.assertEqual(done.returncode, 2)
        self.assertIn("InvalidCaCertificatesBundle", done.stderr)

    def test_a_scenarios_listener_and_its_certificates(self):
        scenario = SCENARIOS / "private-api-mtls.json"
        for name in ("my_client", "revoked"):
            done = run_hoplab("verify", "--scenario", scenario, "--listener", "alb",
                              "--certificate", name)
            self.expect(done, CODES[name])
        done = run_hoplab("verify", "--scenario", scenario, "--listener", "abl", "--certificate", "x")
        self.assertEqual(done.returncode, 2)
        self.assertIn("alb:443 (verify)", done.stderr)


class Batch(WithPki):
    def run_batch(self, lines, *more):
        return subprocess.run([hoplab_binary(), "verify", *map(str, self.store), "--batch", *more],
                              input="\n".join(lines) + "\n", capture_output=True, text=True,
                              timeout=DEADLINE_S, check=False)

    def test_a_line_for_a_line(self):
        lines = [json.dumps({"id": name, "chain": str(self.pem(name))}) for name in CODES]
        done = self.run_batch(lines)
        self.assertEqual(done.returncode, 0, done.stdout)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual({a["id"]: a["code"] for a in answers}, CODES)

    def test_a_bad_line_is_answered_and_the_rest_goes_on(self):
        good = json.dumps({"id": 3, "chainPem": self.pem("my_client").read_text()})
        done = self.run_batch(["{", json.dumps({"id": 2, "chian": "x"}), good])
        self.assertEqual(done.returncode, 2)
        first, second, third = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertIn("line 1: not JSON", first["error"])
        self.assertIn('did you mean "chain"', second["error"])
        self.assertEqual((third["id"], third["verdict"]), (3, "ACCEPT"))

    def test_a_thousand_cases_in_one_process(self):
        case = json.dumps({"chain": str(self.pem("my_client"))})
        done = self.run_batch([case] * 1000)
        self.assertEqual(done.stdout.count('"ACCEPT"'), 1000)


class Files(WithPki):
    def test_keys_are_private_and_nothing_is_overwritten(self):
        mode = stat.S_IMODE((self.out / "my_client.key").stat().st_mode)
        self.assertEqual(mode, 0o600)
        before = self.pem("my_client").read_bytes()
        done = run_hoplab("pki", "--out", self.out)
        self.assertEqual(done.returncode, 2)
        self.assertIn("exists; --force overwrites", done.stderr)
        self.assertEqual(self.pem("my_client").read_bytes(), before)

    def test_an_intermediate_is_in_the_chains(self):
        out = self.out.parent / "with-intermediate"
        done = run_hoplab("pki", "--out", out, "--intermediate", "--key-algorithm", "RSA_2048")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((out / "my_client.pem").read_text().count("BEGIN CERTIFICATE"), 2)
        done = run_hoplab("verify", "--anchors", out / "ca.pem", "--chain", out / "my_client.pem")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_cert_prints_what_targets_receive(self):
        headers = json.loads(run_hoplab("cert", self.pem("my_client"), "--json").stdout)
        self.assertEqual(headers["verify"]["X-Amzn-Mtls-Clientcert-Subject"], "CN=my_client,O=Example")
        der = openssl("x509", "-in", self.pem("my_client"), "-outform", "DER").stdout
        for mode, name in (("verify", "X-Amzn-Mtls-Clientcert-Leaf"),
                           ("passthrough", "X-Amzn-Mtls-Clientcert")):
            pem = urllib.parse.unquote(headers[mode][name])
            inner = pem.split("-----")[2]
            self.assertEqual(base64.b64decode(inner), der)


if __name__ == "__main__":
    unittest.main()
