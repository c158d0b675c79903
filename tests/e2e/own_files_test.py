"""What people bring and what they get: own certificates and bodies, overlays, the out folder, kept keys."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

from lab import SCENARIOS, Lab, curl, hoplab_binary, read_scenario, run_hoplab, until

BLOG = SCENARIOS / "private-api-mtls.json"
WIDGET = b'{"id":"1","value":"4.99"}'


def said_of(done):
    """Its lines on standard error, but for the note of a machine without namespaces."""
    return [line for line in done.stderr.splitlines() if not line.startswith("hoplab: note: without namespaces")]


class InAFolder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def write(self, name, value):
        path = self.folder / name
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return path

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def issue(self, name, subject, extension, key=("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")):
        """NAME.pem and NAME.key, issued by ca.pem, which is made by the first."""
        if not (self.folder / "ca.pem").exists():
            self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                         "-subj", "/O=Mine/CN=My CA", "-days", "30")
        self.write("extension", extension + "\n")
        self.openssl("req", "-newkey", *key, "-nodes", "-keyout", f"{name}.key", "-out", "request", "-subj", subject)
        self.openssl("x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", "10", "-extfile", "extension", "-out", f"{name}.pem")


class OwnCertificates(InAFolder):
    def setUp(self):
        super().setUp()
        self.issue("client", "/O=Mine/CN=me", "extendedKeyUsage=clientAuth", key=("rsa:2048",))
        self.openssl("pkcs12", "-export", "-in", "client.pem", "-inkey", "client.key", "-certfile", "ca.pem",
                     "-out", "client.p12", "-passout", "pass:secret")
        self.openssl("rsa", "-aes256", "-in", "client.key", "-out", "closed.key", "-passout", "pass:word")
        self.write("both.pem", (self.folder / "client.key").read_text() + (self.folder / "client.pem").read_text())
        self.openssl("rsa", "-aes256", "-in", "client.key", "-out", "old.key", "-passout", "pass:word", "-traditional")
        self.write("old.pem", (self.folder / "client.pem").read_text() + (self.folder / "old.key").read_text())

    def overlay(self, certificates, authority=("ca.pem", "ca.key"), **more):
        files = dict(zip(("certificate", "privateKey"), authority))
        return self.write("mine.json", {
            "pki": {"authorities": {"mine": {"files": files}}, "certificates": certificates},
            "TrustStores": {"trust-store": {"CaCertificatesBundle": ["private-ca", "mine"]}}, **more})

    def test_of_clients_work_in_checks_and_with_clients(self):
        mine = {"pem": {"files": {"certificate": "client.pem", "privateKey": "client.key"}},
                "p12": {"files": {"pkcs12": "client.p12", "password": "secret"}},
                "closed": {"files": {"certificate": "client.pem", "privateKey": "closed.key", "password": "word"}},
                "both": {"files": {"certificate": "both.pem"}},
                "old": {"files": {"certificate": "old.pem", "password": "word"}},
                "minted": {"subject": "CN=minted", "issuer": "mine"}}
        checks = [{"name": name, "certificate": name, "request": {"path": "/widgets"}, "expect": {"status": 200}}
                  for name in mine]
        overlay = self.overlay(mine, checks=checks)
        done = run_hoplab("test", BLOG, "--overlay", overlay)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertIn("6 passed, 0 failed", done.stdout)
        with Lab(BLOG, "--overlay", str(overlay)) as lab:
            for name in mine:
                self.assertEqual(curl(lab, path="/widgets", certificate=name, headers=False).stdout, WIDGET, name)
            subject = subprocess.run(["openssl", "x509", "-in", lab.certificate("p12")[0], "-noout", "-subject"],
                                     capture_output=True, text=True, check=True).stdout
            self.assertIn("CN = me", subject.replace("CN=", "CN = "))

    def test_of_listeners_are_what_clients_meet_and_trust(self):
        self.issue("server", "/CN=api.example.com", "subjectAltName=DNS:api.example.com,DNS:other.example.com")
        overlay = self.overlay({"server": {"files": {"certificate": "server.pem", "privateKey": "server.key"}}})
        removed = self.write("removed.json", {"pki": {"certificates": {"server": None}}})
        listener = self.write("listener.json", {"pki": {"certificates": {"server": {"for": "listener"}}}})
        with Lab(BLOG, "--overlay", str(removed), "--overlay", str(overlay), "--overlay", str(listener)) as lab:
            self.assertEqual(lab.name, "api.example.com")
            self.assertEqual(curl(lab, path="/widgets", certificate="my_client").returncode, 0)
            met = subprocess.run(["openssl", "s_client", "-connect", f"{lab.address}:{lab.port}", "-servername",
                                  "api.example.com"], input="", capture_output=True, text=True, check=False)
            self.assertIn("O = Mine, CN = My CA", met.stdout.replace("O=", "O = ").replace("CN=", "CN = "))

    def test_one_with_its_authority_is_revoked_while_it_runs(self):
        overlay = self.overlay({"me": {"issuer": "mine", "files": {"certificate": "client.pem",
                                                                   "privateKey": "client.key"}}})
        lists = self.write("lists.json", {"TrustStores": {"trust-store": {"Revocations": ["private-ca", "mine"]}},
                                          "pki": {"authorities": {"mine": {"crl": True}}}})
        with Lab(BLOG, "--overlay", str(overlay), "--overlay", str(lists)) as lab:
            self.assertEqual(curl(lab, path="/widgets", certificate="me").returncode, 0)
            done = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "revoke", "me")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(curl(lab, path="/widgets", certificate="me").returncode, (35, 55, 56))

    def test_what_is_wrong_with_them_is_said_with_file_and_place(self):
        self.issue("other", "/CN=other", "extendedKeyUsage=clientAuth")
        self.write("no.pem", "nothing\n")
        mine = {"a": {"files": {"certificate": "client.pem", "privateKey": "other.key"}},
                "b": {"files": {"pkcs12": "client.p12", "password": "wrong"}},
                "c": {"files": {"certificate": "client.pem", "privateKey": "closed.key"}},
                "d": {"files": {"certificate": "client.pem"}},
                "e": {"files": {"certificate": "no.pem", "privateKey": "client.key"}},
                "f": {"files": {"certificate": "nowhere.pem"}, "subject": "CN=f"},
                "g": {"files": {"pkcs12": "client.pem"}, "issuer": "private-ca"},
                "h": {"files": {"certificate": "client.pem", "privateKey": "client.key"}, "issuer": "private-ca"},
                "i": {"files": {"privateKey": "client.key"}},
                "j": {"subject": "CN=j", "issuer": "mine"}}
        overlay = self.overlay(mine, authority=("ca.pem",))
        done = run_hoplab("test", BLOG, "--overlay", overlay)
        said = [line.replace(str(self.folder) + "/", "").split(": ", 1)[1] for line in done.stderr.splitlines()]
        at = "/pki/certificates/"
        self.assertEqual(sorted(said), sorted([
            at + 'a/files: client.pem, other.key: the private key is not that of the certificate "CN=me,O=Mine"',
            at + "b/files: client.p12: the password does not open it",
            at + "c/files: client.pem, closed.key: it is encrypted, and password is not given",
            at + "d/files: it needs privateKey, the file of its private key",
            at + "e/files: no.pem, client.key: there is no certificate in it",
            at + 'f/files/certificate: found "nowhere.pem"; there is no such file (looked for nowhere.pem)',
            at + 'f/subject: found "CN=f"; the files say it; leave it out',
            at + "g/files: client.pem: it is no PKCS#12 file",
            at + 'h/issuer: found "private-ca"; that authority has not issued the certificate in the files',
            at + "i/files: it needs one of certificate, a PEM file, and pkcs12",
            at + 'j/issuer: found "mine"; the files of that authority have no private key, so it can issue nothing',
        ]))


class OwnBodies(InAFolder):
    def test_come_from_files_byte_for_byte_and_anew_when_the_scenario_is_saved(self):
        body = bytes(range(256)) * 300
        (self.folder / "body.bin").write_bytes(body)
        overlay = self.write("mine.json", {"services": {"my-service": {"standIn": {"bodyFile": "body.bin"}}}})
        scenario = SCENARIOS / "own-service.json"
        removed = self.write("removed.json", {"services": {"my-service": {"standIn": {"echoRequest": None}}}})
        with Lab(scenario, "--overlay", str(removed), "--overlay", str(overlay), "--watch") as lab:
            self.assertEqual(self.body(lab), body)
            (self.folder / "body.bin").write_bytes(b"another")
            overlay.write_text(overlay.read_text() + " ")  # a save of the overlay is one of the scenario
            until(lambda: self.body(lab) == b"another", "the body has been read anew")

    def body(self, lab):
        return curl(lab, path="/", certificate="my_client", headers=False).stdout

    def test_a_missing_or_second_body_is_a_mistake(self):
        overlay = self.write("mine.json", {"services": {"my-service": {"standIn": {"bodyFile": "no.bin"}}}})
        done = run_hoplab("test", SCENARIOS / "own-service.json", "--overlay", overlay)
        self.assertIn('/services/my-service/standIn/bodyFile: found "no.bin"; there is no such file', done.stderr)
        self.assertIn("the answer has one body: body, bodyFile, bodyBytes or echoRequest", done.stderr)


class AdminApi(InAFolder):
    def test_reads_no_file_that_the_scenario_does_not_name(self):
        secret = self.write("secret.txt", "of somebody else")
        change = json.dumps({"change": "PutService", "Name": "my-service", "Service": {
            "standIn": {"bodyFile": str(secret)}}})
        with Lab(SCENARIOS / "own-service.json") as lab:
            done = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "change", change)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("through the admin API come only files that what runs has already", done.stdout + done.stderr)
            self.assertNotIn(b"somebody else", curl(lab, path="/", certificate="my_client").stdout)


class Overlays(InAFolder):
    def test_go_over_a_scenario_in_every_command_that_takes_one(self):
        checks = [{"name": "mine", "request": {"path": "/nowhere"}, "certificate": "my_client",
                   "expect": {"status": 403}}]
        overlay = self.write("mine.json", {"title": "with mine", "checks": checks})
        self.write("child.json", {"extends": os.path.relpath(BLOG, self.folder), "checks": checks})
        for words in (["test", BLOG, "--overlay", overlay], ["test", self.folder / "child.json"]):
            done = run_hoplab(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("  pass  mine\n1 passed, 0 failed", done.stdout)
        done = run_hoplab("exec", BLOG, "--overlay", overlay, "--set", "checks.0.name=set",
                          "--out", self.folder / "out", "--", "true")
        self.assertEqual((done.returncode, said_of(done)), (0, []))
        read = json.loads((self.folder / "out" / "scenario.json").read_text())
        self.assertEqual((read["title"], read["checks"][0]["name"]), ("with mine", "set"))

    def test_a_mistake_names_the_file_that_has_it(self):
        overlay = self.write("mine.json", {"LoadBalancers": {"alb": {"Schem": "internal"}}})
        done = run_hoplab("up", BLOG, "--overlay", overlay)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f'{overlay}:1: /LoadBalancers/alb/Schem: found the key "Schem"; there is no such property; did '
                      'you mean "Scheme"?', done.stderr)


class OutFolder(InAFolder):
    def up(self, *arguments):
        done = run_hoplab("exec", BLOG, "--out", self.folder / "out", *arguments, "--", "true")
        return done.returncode, "\n".join(said_of(done)[:1])

    def test_holds_the_scenario_as_it_was_read(self):
        values = self.write("values.json", {"parameters": {"price": {"default": "4.99"}},
                                            "story": "for ${price}, $${x}"})
        with Lab(BLOG, "--overlay", str(values), "--set", "price=5") as lab:
            read = json.loads((lab.out / "scenario.json").read_text())
            self.assertEqual(read["story"], "for 5, $${x}")
            self.assertEqual(read["checks"], read_scenario(BLOG.name)["checks"])
            self.assertEqual(run_hoplab("test", lab.out / "scenario.json").returncode, 0)

    @unittest.skipUnless(shutil.which("keytool"), "there is no Java")
    def test_has_a_trust_store_for_java(self):
        with Lab(BLOG) as lab:
            listed = subprocess.run(["keytool", "-list", "-keystore", lab.env["HOPLAB_TRUSTSTORE"]], input="\n",
                                    capture_output=True, text=True, check=False).stdout
            self.assertIn("trustedCertEntry", listed)

    def test_what_others_wrote_there_stays_unless_it_is_forced(self):
        (self.folder / "out").mkdir()
        mine = self.folder / "out" / "my_client.key"
        mine.write_text("mine")
        code, said = self.up()
        self.assertEqual(code, 125)
        self.assertEqual(said, f"hoplab: {mine} is not of hoplab, and stays as it is: choose another folder, or "
                               "--force to write over it")
        self.assertEqual(mine.read_text(), "mine")
        self.assertEqual(list(mine.parent.iterdir()), [mine])
        self.assertEqual(self.up("--force"), (0, ""))
        self.assertIn("PRIVATE KEY", mine.read_text())

    def test_its_own_files_are_written_over_until_somebody_changes_one(self):
        self.assertEqual(self.up(), (0, ""))
        self.assertEqual(self.up(), (0, ""))
        changed = self.folder / "out" / "env"
        changed.write_text("mine")
        self.assertEqual(self.up()[0], 125)
        self.assertEqual(changed.read_text(), "mine")

    def test_one_hoplab_at_a_time_has_it(self):
        with Lab(BLOG) as lab:
            done = run_hoplab("exec", BLOG, "--out", lab.out, "--", "true")
            self.assertEqual(done.returncode, 125)
            self.assertIn(f"another hoplab uses the folder {lab.out}; choose another one", done.stderr)
            self.assertEqual(curl(lab, path="/widgets", certificate="my_client").returncode, 0)


class KeptKeys(InAFolder):
    def serials(self, *arguments):
        with Lab(BLOG, "--pki", str(self.folder / "pki"), *arguments) as lab:
            self.assertEqual(curl(lab, path="/widgets", certificate="my_client").returncode, 0)
            self.assertIn(curl(lab, path="/widgets", certificate="revoked").returncode, (35, 55, 56))
            self.assertIn(curl(lab, path="/widgets", certificate="expired").returncode, (35, 55, 56))
            kept = ("my_client", "expired", "revoked", "self_signed")
            return {name: (lab.out / f"{name}.pem").read_text() for name in kept}

    def test_are_the_same_in_the_next_run(self):
        first = self.serials()
        self.assertEqual(self.serials(), first)
        self.assertEqual((self.folder / "pki").stat().st_mode & 0o077, 0)
        for kept in (self.folder / "pki").iterdir():
            self.assertEqual(kept.stat().st_mode & 0o077, 0, kept)

    def test_another_definition_and_what_cannot_be_read_are_made_anew(self):
        first = self.serials()
        second = self.serials("--set", "pki.certificates.my_client.validFor=20d")
        self.assertNotEqual(second["my_client"], first["my_client"])
        self.assertEqual(second["revoked"], first["revoked"])
        for kept in (self.folder / "pki").glob("revoked-*"):
            kept.write_text("broken")
        third = self.serials()
        self.assertNotEqual(third["revoked"], first["revoked"])
        self.assertEqual(third["my_client"], first["my_client"])


class Test(InAFolder):
    def test_a_signal_ends_it_and_leaves_nothing(self):
        scenario = read_scenario("own-service.json")
        scenario["services"]["my-service"]["connect"] = "drop"  # so that a check waits
        path = self.write("waits.json", scenario)
        temporary = self.folder / "temporary"
        temporary.mkdir()
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            running = subprocess.Popen([hoplab_binary(), "test", str(path)], stdout=subprocess.DEVNULL,
                                       env={**os.environ, "TMPDIR": str(temporary)})
            self.addCleanup(running.wait)
            self.addCleanup(running.kill)
            until(lambda: list(temporary.glob("*/my_client.key")), "the keys are there")
            running.send_signal(one)
            self.assertEqual(running.wait(60), -one)
            self.assertEqual(list(temporary.iterdir()), [], one)


if __name__ == "__main__":
    unittest.main()
