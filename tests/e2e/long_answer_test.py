"""An answer that lasts longer than the idle timeout while its bytes flow, in real time."""

import subprocess
import unittest

from exchange_lab import CLIENTS, NAME, Door, scenario
from lab import Lab
from peers import Peer


class LongAnswers(unittest.TestCase):
    def test_ninety_seconds_of_server_sent_events(self):
        """Longer than the idle timeout, in real time."""
        with Peer("node") as peer, Lab(scenario(peer), json_output=True) as lab:
            commands = [(Door(lab, port), version) for port, version in CLIENTS.values()]
            path = "/events?every=500&count=180"
            running = [subprocess.Popen(
                ["curl", "--silent", "--show-error", "--no-buffer", version, "--cacert", lab.ca_bundle,
                 "--connect-to", f"::{door.address}:{door.port}",
                 f"{'https' if door.tls else 'http'}://{NAME}{path}"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) for door, version in commands]
            for one in running:
                out, error = one.communicate(timeout=300)
                self.assertEqual((one.returncode, out.count(b"data: ")), (0, 180), error)


if __name__ == "__main__":
    unittest.main()
