"""hoplab completion: what `hoplab complete` offers, and bash, zsh and fish at a terminal, where TAB is pressed."""

import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tempfile
import termios
import time
import unittest

from lab import DEADLINE_S, SCENARIOS, Lab, hoplab_binary, read_scenario, run_hoplab

BLOG = SCENARIOS / "private-api-mtls.json"

# hoplab is a function that says what it was given, so that a line can be sent off.
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"],
             """hoplab() { if [ "$1" = complete ]; then "$HOPLAB" "$@"; else printf '<%s>' "$@"; echo '<end>'; fi; }
eval "$("$HOPLAB" completion bash)"
"""),
    "zsh": (["zsh", "-f", "-i"],
            """autoload -U compinit; compinit -u -D
hoplab() { if [ "$1" = complete ]; then "$HOPLAB" "$@"; else printf '<%s>' "$@"; echo '<end>'; fi; }
eval "$("$HOPLAB" completion zsh)"
"""),
    "fish": (["fish", "--no-config", "--interactive"],
             """function hoplab
  if test "$argv[1]" = complete; $HOPLAB $argv; else; printf '<%s>' $argv; echo '<end>'; end
end
$HOPLAB completion fish | source
"""),
}


def offered(*words):
    """The words that `hoplab complete` prints, and its lines with a colon."""
    done = run_hoplab("complete", "hoplab", *words)
    assert done.returncode == 0 and not done.stderr, done
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


class Terminal:
    """A shell at a terminal."""

    def __init__(self, name, folder):
        command, setup = SHELLS[name]
        (folder / "setup").write_text(setup)
        try:
            self.master, slave = pty.openpty()
        except OSError as error:  # /dev/pts is not mounted
            raise unittest.SkipTest(f"no terminal: {error}") from error
        environment = {**os.environ, "HOPLAB": hoplab_binary(), "HOME": str(folder), "TERM": "dumb", "PS1": "$ ",
                       "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_RUNTIME_DIR": str(folder),
                       "INPUTRC": "/dev/null"}
        environment.pop("HOPLAB_ADMIN", None)
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment,
                                        start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.seen = ""
        # The marker is not in what is typed, which the terminal echoes.
        self.send(". ./setup; echo 'set' 'up'\r")
        self.until(r"set up\r?\n")

    def send(self, text):
        os.write(self.master, text.encode())

    def until(self, pattern):
        deadline = time.monotonic() + DEADLINE_S
        while not (found := re.search(pattern, self.seen)):
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"{pattern} does not come: {self.seen!r}")
            self.seen += os.read(self.master, 65536).decode(errors="replace")
        self.seen = self.seen[found.end():]
        return found

    def arguments(self, typed):
        """What hoplab is given when that is typed; \\t in it is TAB."""
        self.send(typed + "\r")
        return re.findall(r"<(.*?)>", self.until(r"(?:<[^>\n]*>)*<end>\r?\n").group())[:-1]

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


class Offered(unittest.TestCase):
    def test_commands_and_what_is_hidden(self):
        listed = re.findall(r"^  ([a-z]+) ", run_hoplab("--help").stdout.split("Subcommands:")[1], re.M)
        self.assertIn("exec", listed)
        self.assertEqual(offered(""), listed)
        self.assertEqual(offered("ex"), ["exec", "export", "explain"])
        self.assertNotIn("complete", listed)
        self.assertEqual(offered("nothing", ""), [])

    def test_every_option_of_every_command(self):
        for command in offered(""):
            told = set(re.findall(r"--[a-z-]+", re.sub(r"(?m)^(?!  -).*|(?<=  ) .*$|Needs.*|Excludes.*", "",
                                                        run_hoplab(command, "--help").stdout)))
            with self.subTest(command):
                self.assertIn("--help", told)
                self.assertEqual(set(offered(command, "-")) - {"--"}, told)

    def test_values_that_are_chosen_from(self):
        self.assertEqual(offered("explain", "--tls", ""), ["1.2", "1.3"])
        self.assertEqual(offered("explain", "--tls=1.3"), ["--tls=1.3"])
        self.assertEqual(offered("up", "--log-format", ""), ["plain", "json"])
        self.assertEqual(offered("completion", ""), ["bash", "zsh", "fish"])
        self.assertIn("EC_prime256v1", offered("pki", "--key-algorithm", "EC"))
        self.assertEqual(offered("help", "sch"), ["schema"])
        self.assertEqual(offered("new", "own"), ["own-service", "own-service-nlb"])

    def test_files_and_folders(self):
        for line in (("up", ""), ("up", "a.json", ""), ("test", "a.json", ""), ("test", "--junit", ""),
                     ("verify", "--crls", "a", ""),
                     ("up", "--json", "--events=x"), ("ctl", "apply", ""), ("cert", "")):
            self.assertEqual(offered(*line), [":files"], line)
        for line in (("up", "--out", ""), ("pki", "--out=/"), ("explain", "--casebook", "")):
            self.assertEqual(offered(*line), [":folders"], line)
        for line in (("version", ""), ("up", "--keep", "")):
            self.assertEqual(offered(*line), [], line)

    def test_the_command_behind_exec(self):
        self.assertEqual(offered("exec", "a.json", "--out", "x", "--", "cu"), [":command 6"])
        self.assertEqual(offered("exec", "a.json", "-"), [*offered("shell", "a.json", "-"), "--"])

    def test_names_of_a_scenario(self):
        names = list(read_scenario(BLOG.name)["pki"]["certificates"])
        self.assertEqual(offered("verify", "--scenario", BLOG, "--certificate", ""), names)
        self.assertEqual(offered("verify", f"--scenario={BLOG}", "--listener", "al"), ["alb"])
        self.assertIn("service=", offered("up", SCENARIOS / "own-service.json", "--set", ""))
        self.assertEqual(offered("verify", "--scenario", "/nowhere", "--certificate", ""), [])

    def test_commands_of_ctl_and_names_of_what_runs(self):
        commands = set(re.findall(r"^  ([a-z-]+)", run_hoplab("ctl", "--help").stdout.split("Commands:")[1], re.M))
        self.assertEqual(set(offered("ctl", "")), commands)
        self.assertEqual(offered("ctl", "clock", ""), ["step", "scaled", "at", "real", "stepped"])
        self.assertIn("available", offered("ctl", "endpoint", "any", ""))
        self.assertEqual(offered("ctl", "health", "group", "target", ""), ["healthy", "unhealthy", "checked"])
        self.assertEqual(offered("ctl", "status", ""), [])
        with Lab(BLOG) as lab:
            admin = "--admin=" + lab.env["HOPLAB_ADMIN"]
            self.assertEqual(offered("ctl", admin, "revoke", "my"), ["my_client"])
            self.assertEqual(offered("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "endpoint", "con"),
                             ["consumer-endpoint"])
            group = offered("ctl", admin, "deregister", "api")[0]
            self.assertEqual(offered("ctl", admin, "deregister", group, ""), ["execute-api-endpoint"])
        self.assertEqual(offered("ctl", "--admin=127.0.0.1:1", "revoke", ""), [])


class Shells(unittest.TestCase):
    def terminal(self, name):
        if not shutil.which(name):
            self.skipTest(f"{name} is not installed")
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        (folder / "a file.json").touch()
        (folder / "certificates").mkdir()
        terminal = Terminal(name, folder)
        self.addCleanup(terminal.close)
        return terminal

    def check(self, name):
        terminal = self.terminal(name)
        for typed, arguments in {
                "hoplab sch\t": ["schema"],
                "hoplab ctl trust\t": ["ctl", "trust-stores"],
                "hoplab up --wat\t": ["up", "--watch"],
                "hoplab explain --mutual-tls pass\t": ["explain", "--mutual-tls", "passthrough"],
                "hoplab up a\t": ["up", "a file.json"],
                "hoplab pki --out cert\t": ["pki", "--out", "certificates"],
                "hoplab pki --out=cert\t": ["pki", "--out=certificates"],
                f"hoplab verify --scenario {BLOG} --certificate my\t":
                    ["verify", "--scenario", str(BLOG), "--certificate", "my_client"],
                "hoplab exec a.json -- mkfif\t": ["exec", "a.json", "--", "mkfifo"],
                "hoplab up 'a file.json' --js\t": ["up", "a file.json", "--json"]}.items():
            with self.subTest(typed):
                self.assertEqual([one.rstrip("/") for one in terminal.arguments(typed)], arguments)

    def test_bash(self):
        self.check("bash")

    def test_zsh(self):
        self.check("zsh")

    def test_fish(self):
        self.check("fish")

    def test_the_scripts_have_no_mistakes(self):
        for name in SHELLS:
            if shutil.which(name):
                done = subprocess.run([name, "-n"], input=run_hoplab("completion", name).stdout, capture_output=True,
                                      text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), name)
        self.assertEqual(run_hoplab("completion", "tcsh").returncode, 2)


if __name__ == "__main__":
    unittest.main()
