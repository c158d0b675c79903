"""CloudFormation templates and cdk.out on the command line: what runs, what is printed, what is exported."""

import json
import pathlib
import tempfile
import unittest

from lab import ROOT, Lab, curl, run_hoplab

TEMPLATES = ROOT / "tests" / "scenario" / "cloudformation"
SAMPLE = [str(TEMPLATES / "sample" / f"{name}.template.json") for name in ("Producer", "Consumer")]
PARAMETERS = ["--parameter", "consumerAccountId=222222222222", "--parameter", "Producer.subdomain=mtls",
              "--parameter", "domainName=example.com"]


class Templates(unittest.TestCase):
    def test_of_the_sample_are_up_without_a_scenario(self):
        with Lab(SAMPLE[0], SAMPLE[1], *PARAMETERS) as lab:
            done = curl(lab, path="/widgets", certificate="my_client", host="mtls.example.com")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b'"path":"/widgets"', done.stdout.replace(b" ", b""))
            refused = curl(lab, path="/widgets", host="mtls.example.com")
            self.assertEqual(refused.returncode, 35, refused.stderr)

    def test_of_the_sample_in_every_mode(self):
        good, untrusted, nobody = "my_client", "untrusted", None
        for mode, resets, chains in (("verify", [untrusted, nobody], []),
                                     ("passthrough", [], [good, untrusted]),
                                     ("off", [], [])):
            with self.subTest(mode), tempfile.TemporaryDirectory() as folder, \
                    Lab(self.sample_in(mode, folder), SAMPLE[1], *PARAMETERS) as lab:
                for client in (good, untrusted, nobody):
                    done = curl(lab, path="/widgets", certificate=client, host="mtls.example.com")
                    self.assertEqual(done.returncode, 35 if client in resets else 0, (client, done.stderr))
                    # The stand-in behind the API tells which fields have reached it.
                    self.assertEqual(b"X-Amzn-Mtls-Clientcert\"" in done.stdout, client in chains, done.stdout)
                    if client == good:
                        self.assertIn(b"/widgets", done.stdout)

    @staticmethod
    def sample_in(mode, folder):
        """The sample's first stack with that mutual TLS mode, a file in the folder."""
        template = json.loads(pathlib.Path(SAMPLE[0]).read_text())
        listener, = [one["Properties"] for one in template["Resources"].values()
                     if "MutualAuthentication" in one.get("Properties", {})]
        if mode != "verify":
            listener["MutualAuthentication"] = {"Mode": mode}
        path = pathlib.Path(folder) / "Producer.template.json"
        path.write_text(json.dumps(template))
        return str(path)

    def test_without_a_value_name_it(self):
        done = run_hoplab("export", *SAMPLE)
        self.assertEqual(done.returncode, 2)
        self.assertIn("it needs the value of the parameter Producer.consumerAccountId", done.stderr)
        done = run_hoplab("export", *SAMPLE, "--parameter", "nonsense=1")
        self.assertIn('found "nonsense"; no template here has such a parameter', done.stderr)

    def test_are_exported_as_a_scenario(self):
        done = run_hoplab("export", *SAMPLE, *PARAMETERS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("note: output Producer.VpceServiceName: com.amazonaws.vpce.eu-west-1.vpce-svc-", done.stderr)
        self.assertIn(" resources without effect here: ", done.stderr)
        exported = json.loads(done.stdout)
        self.assertEqual(exported["entry"], "Endpoint4F9C")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "scenario.json"
            path.write_text(done.stdout)
            again = run_hoplab("export", path)
            self.assertEqual(json.loads(again.stdout), exported, again.stderr)

    def test_of_cdk_are_a_folder(self):
        done = run_hoplab("test", TEMPLATES / "app" / "scenario.json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(run_hoplab("export", TEMPLATES / "app" / "cdk.out").returncode, 0)


if __name__ == "__main__":
    unittest.main()
