"""Toxiproxy's client library for Node, from npm, drives the hops of a topology: tests/e2e/toxiproxy/."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from lab import Lab

HERE = pathlib.Path(__file__).resolve().parent
BODY_BYTES = 20_000
LIMIT_S = 120
SCENARIO = {
    "title": "A service behind a network load balancer",
    "LoadBalancers": {
        "nlb": {"Type": "network", "Listeners": [
            {"Protocol": "TCP", "Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroup": "service-group"}]}]},
    },
    "TargetGroups": {
        "service-group": {"TargetType": "ip", "Protocol": "TCP", "Port": 8080, "HealthCheckIntervalSeconds": 300,
                          "Targets": ["my-service"]},
    },
    "services": {"my-service": {"standIn": {"bodyBytes": BODY_BYTES}}},
    "entry": "nlb",
}


def installed_client(folder):
    """Installs it there; why it cannot be, or nothing."""
    if not shutil.which("npm"):
        return "there is no npm"
    try:
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder),
                               "toxiproxy-node-client@4"], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return "the registry of npm does not answer"
    return "npm cannot install it: " + done.stderr if done.returncode else None


class ToxiproxyClient(unittest.TestCase):
    def test_drives_the_hops(self):
        with tempfile.TemporaryDirectory(prefix="hoplab-toxiproxy-") as folder:
            missing = installed_client(folder)
            if missing:
                self.skipTest(missing)
            with Lab(SCENARIO) as lab:
                environment = {**os.environ, "HOPLAB_ADMIN": lab.env["HOPLAB_ADMIN"], "TOXIPROXY_CLIENT": folder,
                               "BODY_BYTES": str(BODY_BYTES), "NO_PROXY": "*", "no_proxy": "*"}
                done = subprocess.run(["node", "--test", str(HERE / "toxiproxy" / "hops.test.js")], env=environment,
                                      capture_output=True, text=True, timeout=LIMIT_S, check=False)
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
