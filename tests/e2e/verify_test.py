"""hoplab verify, pki and cert: a verdict without a connection, and what it is given to judge."""

import base64
import datetime
import json
import pathlib
import ssl
import stat
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from lab import DEADLINE_S, SCENARIOS, hoplab_binary, listener_of, read_scenario, run_hoplab

CODES = {"my_client": "Success", "untrusted": "ClientCertUntrusted", "expired": "ClientCertExpired",
         "not_yet_valid": "ClientCertNotYetValid", "revoked": "ClientCertCrlHit",
         "self_signed": "ClientCertUntrusted", "wrong_purpose": "ClientCertPurposeInvalid",
         "server": "ClientCertPurposeInvalid"}

RUBBISH = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **options)


def openssl_key(folder):
    openssl("genrsa", "-out", folder / "rsa.key", "2048")
    return folder / "rsa.key"


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
        issued = ["-CA", self.made["authorities"]["ca"]["cert"], "-CAkey", self.made["authorities"]["ca"]["key"],
                  "-days", "5", "-out", pem]
        if v1 and b"-x509v1" in openssl("req", "-help").stderr:  # since 3.2, which makes version 3 else
            plain = self.out / "plain.cnf"  # the machine's has extensions
            plain.write_text("[req]\ndistinguished_name = dn\n[dn]\n")
            openssl("req", "-x509v1", "-config", plain, "-nodes", "-keyout", key, "-subj", "/CN=" + name, *request,
                    *issued)
            return pem
        openssl("req", "-new", "-nodes", "-keyout", key, "-out", csr, "-subj", "/CN=" + name, *request)
        arguments = ["x509", "-req", "-in", csr, *issued]
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

    def test_times_are_seconds_or_rfc_3339(self):
        begins = openssl("x509", "-in", self.pem("not_yet_valid"), "-noout", "-startdate").stdout
        start = int(ssl.cert_time_to_seconds(begins.decode().strip().split("=")[1]))
        there = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
        for at, code in ((start - 1, "ClientCertNotYetValid"), (start, "Success")):
            for text in (at, datetime.datetime.fromtimestamp(at, there).isoformat()):
                with self.subTest(text):
                    self.expect(self.verify(self.pem("not_yet_valid"), "--time", text), code)
        for text in ("2026-02-29T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "253402300800", "1h"):
            with self.subTest(text):
                self.assertEqual(self.verify(self.pem("my_client"), "--time", text).returncode, 2)

    def test_an_outdated_list_is_used_unless_the_option_refuses_it(self):
        later = ("--time", int(time.time()) + 60 * 86400)  # the list is current for 30 days
        self.expect(self.verify(self.pem("my_client"), *later), "Success")
        self.expect(self.verify(self.pem("my_client"), *later, "--refuse-outdated-crl"),
                    "ClientCertCrlProcessingError")

    def test_an_unsupported_key(self):
        pem = self.signed_by_ca("short", "-newkey", "rsa:1024")
        self.expect(self.verify(pem), "ClientCertTypeUnsupported")

    def test_version_1_and_bytes_that_are_no_certificate(self):
        self.expect(self.verify(self.signed_by_ca("v1", "-newkey", "rsa:2048", v1=True)),
                    "ClientCertInvalid")
        rubbish = self.out / "rubbish.pem"
        rubbish.write_text(RUBBISH)
        self.expect(self.verify(rubbish), "ClientCertInvalid")

    def test_only_certificates_of_a_chain_file_count(self):
        old = openssl("rsa", "-in", openssl_key(self.out), "-traditional", "-aes128", "-passout",
                      "pass:x").stdout.decode()  # has a header and an empty line inside
        mixed = self.out / "mixed.pem"
        mixed.write_text("Bag Attributes\n" + old + self.pem("my_client").read_text())
        self.expect(self.verify(mixed), "Success")
        windows = self.out / "windows.pem"
        windows.write_bytes(self.pem("my_client").read_bytes().replace(b"\n", b"\r\n"))
        self.expect(self.verify(windows), "Success")

    def test_a_certificate_that_cannot_be_read_behind_the_leaf(self):
        chain = self.out / "broken.pem"
        chain.write_text(self.pem("my_client").read_text() + RUBBISH)
        answer = json.loads(self.verify(chain, "--json").stdout)
        self.assertEqual((answer["code"], answer["certificate"]["index"]), ("ClientCertInvalid", 1))

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
                ((self.out / "my_client.p12",), "it looks like PKCS#12, so make it PEM with openssl pkcs12"),
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

    def test_a_network_load_balancers_listener_has_its_identity_filters(self):
        scenario = SCENARIOS / "own-service-nlb.json"
        codes = {"orders": "Success", "operator": "Success", "staging": "ClientCertRejected",
                 "somebody": "ClientCertRejected", "revoked": "ClientCertCrlHit", "expired": "ClientCertExpired",
                 "untrusted": "ClientCertUntrusted"}
        for name, code in codes.items():
            with self.subTest(name):
                done = run_hoplab("verify", "--scenario", scenario, "--listener", "nlb", "--certificate", name)
                self.expect(done, code)
                self.assertEqual("none of the listener's identity filters accepts" in done.stdout,
                                 code == "ClientCertRejected", done.stdout)
        done = run_hoplab("verify", "--scenario", scenario, "--listener", "nlb:444", "--certificate", "orders")
        self.assertEqual(done.returncode, 2)
        self.assertIn("its HTTPS and TLS listeners are nlb:443 (verify)", done.stderr)

    def scenario_of_files(self, **mutual):
        """A scenario whose trust store is the folder's files, with a second, passthrough listener."""
        scenario = read_scenario("private-api-mtls.json")
        scenario["TrustStores"]["trust-store"] = {
            "CaCertificatesBundle": [{"file": self.made["caBundle"]}],
            "Revocations": [{"file": self.made["authorities"]["ca"]["crl"]}]}
        listener = listener_of(scenario, "alb")
        listener["MutualAuthentication"].update(mutual)
        scenario["LoadBalancers"]["alb"]["Listeners"].append(
            {**listener, "Port": 8443, "MutualAuthentication": {"Mode": "passthrough"}})
        path = self.out / "scenario.json"
        path.write_text(json.dumps(scenario))
        return path

    def test_a_scenarios_trust_store_of_files(self):
        def judged(name, listener, **mutual):
            return run_hoplab("verify", "--scenario", self.scenario_of_files(**mutual), "--listener",
                              listener, "--chain", self.pem(name))
        for name in CODES:
            with self.subTest(name):
                self.expect(judged(name, "alb:443"), CODES[name])
        self.expect(judged("expired", "alb:443", IgnoreClientCertificateExpiry=True), "Success")
        for listener, words in (("alb", "several listeners that end TLS: add the port"),
                                ("alb:8443", "its mode is passthrough"),
                                ("alb:1", "alb:443 (verify), alb:8443 (passthrough)")):
            done = judged("my_client", listener)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(words, done.stderr)

    def test_what_the_command_line_lacks_is_named(self):
        for arguments, words in (((), "--anchors"), (("--anchors", self.made["caBundle"]), "--chain"),
                                 (("--set", "a=b"), "--scenario"), (("--scenario", "x"), "--listener"),
                                 (("--certificate", "x"), "--scenario")):
            with self.subTest(arguments):
                done = run_hoplab("verify", *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(words, done.stderr)


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

    def test_a_case_can_bring_all_of_its_own(self):
        bundle, crl = (pathlib.Path(path).read_text() for path in self.store[1::2])
        revoked = self.pem("revoked").read_text()
        cases = {  # id: (case, code)
            "texts": ({"anchorsPem": bundle, "crlsPem": [crl], "chainPem": revoked}, "ClientCertCrlHit"),
            "no lists": ({"crls": [], "chainPem": revoked}, "Success"),
            "files": ({"anchors": [self.made["caBundle"]], "chain": str(self.pem("untrusted"))},
                      "ClientCertUntrusted"),
            "late": ({"chain": str(self.pem("my_client")), "time": 4_000_000_000}, "ClientCertExpired"),
            "tolerant": ({"chain": str(self.pem("expired")), "ignoreExpiry": True}, "Success")}
        done = self.run_batch([json.dumps({"id": name, **case}) for name, (case, _) in cases.items()])
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual([(a["id"], a["code"]) for a in map(json.loads, done.stdout.splitlines())],
                         [(name, code) for name, (_, code) in cases.items()])

    def test_each_kind_of_bad_line(self):
        for line, words in (("[1]", "JSON object"), ('{"anchors": 5}', "text or a list"),
                            ('{"time": 1.5}', '"time"'), ('{"ignoreExpiry": 1}', "true or false"),
                            ('{"chain": "a", "chainPem": "b"}', "both there"),
                            ('{"chain": "/none"}', "cannot read /none"), ("{}", "nothing to judge"),
                            ('{"anchorsPem": "x", "chain": "y"}', "InvalidCaCertificatesBundle"),
                            ("[" * 100_000, "not JSON"), ("[" * 99 + "]" * 99, "nested deeper")):
            with self.subTest(line[:40]):
                done = self.run_batch([line])
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, json.loads(done.stdout)["error"])

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

    def test_force_overwrites(self):
        out = self.out.parent / "twice"
        for more in ((), ("--force",)):
            done = run_hoplab("pki", "--out", out, "--server-name", "a.test", "--server-name", "b.test",
                              *more)
            self.assertEqual(done.returncode, 0, done.stderr)
        names = openssl("x509", "-in", out / "server.pem", "-noout", "-ext", "subjectAltName").stdout
        self.assertIn(b"DNS:a.test, DNS:b.test", names)
        openssl("pkcs12", "-in", out / "my_client.p12", "-passin", "pass:hoplab", "-nodes")

    def test_wrong_options_write_nothing(self):
        out = self.out.parent / "never"
        for option, value in (("--key-algorithm", "RSA"), ("--server-name", "a b"),
                              ("--subject-suffix", "Example")):
            with self.subTest(option):
                done = run_hoplab("pki", "--out", out, option, value)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(value, done.stderr)
                self.assertFalse(out.exists())

    def test_cert_prints_what_targets_receive(self):
        headers = json.loads(run_hoplab("cert", self.pem("my_client"), "--json").stdout)
        self.assertEqual(headers["verify"]["X-Amzn-Mtls-Clientcert-Subject"], "CN=my_client,O=Example")
        der = openssl("x509", "-in", self.pem("my_client"), "-outform", "DER").stdout
        for mode, name in (("verify", "X-Amzn-Mtls-Clientcert-Leaf"),
                           ("passthrough", "X-Amzn-Mtls-Clientcert")):
            pem = urllib.parse.unquote(headers[mode][name])
            inner = pem.split("-----")[2]
            self.assertEqual(base64.b64decode(inner), der)

    def test_cert_prints_lines_under_the_modes_names(self):
        lines = run_hoplab("cert", self.pem("my_client")).stdout.splitlines()
        self.assertEqual([line.split(": ")[0] for line in lines],
                         ["verify", *("X-Amzn-Mtls-Clientcert-" + end for end in
                                      ("Serial-Number", "Issuer", "Subject", "Validity", "Leaf")),
                          "", "passthrough", "X-Amzn-Mtls-Clientcert"])
        self.assertEqual(run_hoplab("cert", self.out / "my_client.key").returncode, 2)


if __name__ == "__main__":
    unittest.main()
