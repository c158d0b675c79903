"""hoplab as a user without any right, who may attach no socket filter on some kernels: every scenario's checks
pass all the same."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from lab import ROOT, hoplab_binary

NOBODY = 65534
LIMIT_S = 600


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "only root can become another user")
class OrdinaryUser(unittest.TestCase):
    def setUp(self):
        # The folders above the build may be closed to others.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ordinary-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.hoplab = shutil.copy(hoplab_binary(), self.folder / "hoplab")
        shutil.copytree(ROOT / "scenarios", self.folder / "scenarios")
        for path in [self.folder, *self.folder.rglob("*")]:
            path.chmod(0o755)

    def test_every_scenario(self):
        scenarios = sorted((self.folder / "scenarios").rglob("*.json"))
        self.assertGreater(len(scenarios), 80)
        done = subprocess.run(["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups",
                               self.hoplab, "test", *scenarios], cwd=self.folder, capture_output=True, text=True,
                              timeout=LIMIT_S, check=False)
        self.assertEqual(done.returncode, 0, "\n".join(done.stdout.splitlines()[-40:]) + done.stderr)


if __name__ == "__main__":
    unittest.main()
