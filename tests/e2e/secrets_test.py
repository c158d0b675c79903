"""Values of Authorization, Cookie and the like are masked on every surface, unless --show-secrets asks for them; checks
compare the real ones."""

import http.client
import json
import pathlib
import tempfile
import unittest

from exec_lab import POST, Exec
from lab import SCENARIOS, Lab, admin, curl, read_scenario, run_hoplab

SECRETS = ("Basic dXNlcjpwYXNz", "sid=very-private", "key-0123456789", "token-in-the-query")
FIELDS = ("-H", f"Authorization: {SECRETS[0]}", "-H", f"Cookie: {SECRETS[1]}", "-H", f"X-Api-Key: {SECRETS[2]}",
          "-H", "X-Harmless: seen")
PATH = f"/widgets?n=1&access_token={SECRETS[3]}"


def secrets_in(text):
    return [one for one in SECRETS if one in text or one.split(" ")[-1] in text]


class Surfaces(unittest.TestCase):
    def use(self, lab):
        """What the admin API and its events say of a request with secrets."""
        curl(lab, *FIELDS, path=PATH, certificate="my_client")
        connection = http.client.HTTPConnection(lab.env["HOPLAB_ADMIN"], timeout=60)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/events?after=0.0")
        answer = connection.getresponse()
        event = b""
        while b"event: request" not in event or not event.endswith(b"\n\n"):
            event += answer.readline()
        return json.dumps(admin(lab, "/v1/requests")), event.decode()

    def test_the_admin_api(self):
        with Lab(POST, "--keep", "10") as lab:
            for text in self.use(lab):
                self.assertEqual(secrets_in(text), [])
                self.assertIn('"value":"***"', text.replace('": "', '":"'))
                self.assertIn("/widgets?n=1&access_token=***", text)
                self.assertIn("seen", text)
        with Lab(POST, "--keep", "10", "--show-secrets") as lab:
            for text in self.use(lab):
                self.assertEqual(secrets_in(text), list(SECRETS))

    def test_lines_of_requests(self):
        for options, shown in (((), []), (("--show-secrets",), [SECRETS[3]])):
            with Lab(POST, "--requests", *options) as lab:
                curl(lab, *FIELDS, path=PATH, certificate="my_client")
                self.assertEqual(secrets_in(lab.next_line()), shown)

    def test_the_commands_that_up_prints(self):
        scenario = read_scenario("private-api-mtls.json")
        scenario["checks"] = [{"name": "good", "certificate": "my_client", "expect": {"status": 200},
                               "request": {"path": PATH, "headers": {"Authorization": SECRETS[0]}}}]
        with Lab(scenario) as lab:
            self.assertEqual(secrets_in(lab.opening), [])
            self.assertIn("'Authorization: ***'", lab.opening)
        with Lab(scenario, "--show-secrets") as lab:
            self.assertEqual(secrets_in(lab.opening), [SECRETS[0], SECRETS[3]])


class OfExec(Exec):
    def test_its_admin_api_and_its_lines(self):
        for options, shown in (((), 0), (("--show-secrets",), 4)):
            script = ('curl -sS --key my_client.key --cert my_client.pem "$@" '
                      f"'https://api.example.com{PATH}'; curl -sS http://$HOPLAB_ADMIN/v1/requests")
            done = self.exec("sh", "-c", script, "sh", *FIELDS,
                             options=("--no-namespaces", "--keep", "5", "--requests", *options))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(secrets_in(done.stdout)), shown, done.stdout)
            self.assertEqual(len(secrets_in(done.stderr)), 1 if shown else 0, done.stderr)
            self.assertIn("GET /widgets?n=1&access_token=", done.stderr)


class Checks(unittest.TestCase):
    """A stand-in's answer says what it was asked, secrets and all."""

    def run_checks(self, expect, *options):
        scenario = read_scenario("own-service.json")
        headers = dict(one.split(": ", 1) for one in FIELDS if one != "-H")
        scenario["checks"] = [{"name": "check", "certificate": "my_client",
                               "request": {"path": "/", "headers": headers}, "expect": expect}]
        with tempfile.TemporaryDirectory() as folder:
            path, junit = pathlib.Path(folder) / "scenario.json", pathlib.Path(folder) / "junit.xml"
            path.write_text(json.dumps(scenario))
            console = run_hoplab("test", path, "--junit", junit, *options)
            as_json = run_hoplab("test", path, "--json", *options)
            return console.returncode, (console.stdout + console.stderr, junit.read_text(), as_json.stdout)

    def test_compare_the_real_values(self):
        code, texts = self.run_checks({"status": 200, "bodyLike": f"*{SECRETS[0]}*{SECRETS[2]}*"})
        self.assertEqual(code, 0, texts[0])
        code, texts = self.run_checks({"status": 200, "bodyLike": "****"})
        self.assertEqual(code, 0, texts[0])

    def test_what_failed_is_told_without_them(self):
        expect = {"status": 200, "body": "nothing of " + SECRETS[2], "headers": {"Set-Cookie": SECRETS[1]}}
        code, texts = self.run_checks(expect)
        self.assertEqual(code, 1)
        for text in texts:
            self.assertEqual(secrets_in(text), [])
            self.assertIn("body: expected nothing of ***, saw ", text)
            self.assertIn("header Set-Cookie: expected ***, saw none", text)
            self.assertIn("seen", text)
        code, texts = self.run_checks(expect, "--show-secrets")
        self.assertEqual(code, 1)
        for text in texts:
            self.assertEqual(secrets_in(text), list(SECRETS[:3]))

    def test_what_an_api_saw(self):
        scenario = read_scenario("private-api-mtls.json")
        scenario["checks"] = [
            {"name": name, "certificate": "my_client", "expect": {"status": 200, "apiSaw": saw},
             "request": {"path": PATH, "headers": {"Authorization": SECRETS[0]}}} for name, saw in (
                ("passes", {"path": PATH, "headers": {"Authorization": SECRETS[0]}}),
                ("fails", {"path": "/other?token=abc", "headers": {"Authorization": "another one"}}))]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "scenario.json"
            path.write_text(json.dumps(scenario))
            done = run_hoplab("test", path)
        self.assertIn("pass  passes", done.stdout)
        self.assertIn("header Authorization: expected ***, saw ***", done.stdout)
        self.assertIn("expected /other?token=***, saw /widgets?n=1&access_token=***", done.stdout)
        self.assertEqual(secrets_in(done.stdout), [])


if __name__ == "__main__":
    unittest.main()
