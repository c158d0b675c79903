"""hoplab ctl fault: faults in one line, as people say them."""

import json
import os
import subprocess
import time
import unittest

from lab import DEADLINE_S, SCENARIOS, Lab, curl, hoplab_binary


class FaultLines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(SCENARIOS / "private-api-mtls.json")

    @classmethod
    def tearDownClass(cls):
        cls.lab.stop()

    def ctl(self, *words):
        return subprocess.run([hoplab_binary(), "ctl", *words], capture_output=True, text=True, timeout=DEADLINE_S,
                              env={**os.environ, "HOPLAB_ADMIN": self.lab.env["HOPLAB_ADMIN"]}, check=False)

    def good(self, *words):
        done = self.ctl(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout else None

    def fault(self, name):
        return next(one for one in self.good("faults") if one["name"] == name)

    def ask(self):
        """The status that a client gets."""
        return curl(self.lab, path="/widgets", certificate="my_client").stdout.split()[1].decode()

    def test_latency(self):
        self.good("fault", "alb", "latency", "300ms", "--jitter", "0ms", "--direction", "to-client")
        fault = self.fault("alb-latency")
        self.assertEqual({"delay": "300ms", "jitter": "0s", "direction": "to-client", "armed": True},
                         {key: fault[key] for key in ("delay", "jitter", "direction", "armed")})
        start = time.monotonic()
        self.assertEqual(self.ask(), "200")
        self.assertGreaterEqual(time.monotonic() - start, 0.3)
        self.good("fault", "alb", "latency", "1ms")  # in the place of the other
        self.assertEqual(self.fault("alb-latency")["delay"], "1ms")
        self.assertNotIn("jitter", self.fault("alb-latency"))
        self.good("disarm", "alb-latency")

    def test_requests(self):
        self.good("fault", "alb", "answer", "503", "--every", "2", "--limit", "1", "--name", "flaky")
        statuses = [self.ask() for _ in range(4)]
        self.assertEqual(statuses, ["200", "503", "200", "200"])
        self.assertEqual(self.fault("flaky")["connections"], {"every": 2})
        self.good("disarm", "flaky")

    def test_a_leg(self):
        self.good("fault", "alb>api-group", "reset")
        self.assertEqual(self.ask(), "502")
        self.good("disarm", "alb-api-group-reset")

    def test_mistakes_name_what_they_are_about(self):
        for words, told in [
            (("fault", "alb"), "fault HOP ACTION"),
            (("fault", "alb", "latency"), "latency needs delay"),
            (("fault", "alb", "latency", "soon"), "/Fault/delay"),
            (("fault", "alb", "hold", "3s"), "takes no value"),
            (("fault", "alb", "hold", "--size", "3"), "belongs to slice"),
            (("fault", "alb", "latency", "3s", "--delay", "4s"), "said twice"),
            (("faults", "--size", "3"), "belong to: fault"),
            (("fault", "nowhere", "hold"), "there is no hop of that name"),
        ]:
            with self.subTest(words=words):
                done = self.ctl(*words)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(told, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
