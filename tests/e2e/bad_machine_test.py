"""On machines that lack something: a clear word, and nothing is lost or left behind."""

import contextlib
import http.server
import json
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from lab import DEADLINE_S, SCENARIOS, hoplab_binary, read_scenario, until

WIDGET = '{"id":"1","value":"4.99"}'
URL = "https://api.example.com/widgets"
NOBODY = 65534
# Mounts are made in a namespace of their own or not at all.
GUARD = '[ "$(readlink /proc/self/ns/mnt)" != "$HOST_MOUNTS" ] || exit 99\n'


def mounts_are_allowed():
    done = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True,
                          check=False)
    return done.returncode == 0


NEEDS_MOUNTS = unittest.skipUnless(mounts_are_allowed(), "this machine lets nobody mount in a namespace of his own")


class BadMachine(unittest.TestCase):
    """Each test has a folder of its own outside of /tmp, which some of them cover: the scenario and the command
    are in it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bad-machine-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.hoplab = self.folder / "hoplab"
        try:
            os.link(hoplab_binary(), self.hoplab)
        except OSError:  # another file system
            shutil.copy(hoplab_binary(), self.hoplab)
        scenario = read_scenario("private-api-mtls.json")
        scenario["checks"] = scenario["checks"][:1]
        self.scenario = self.folder / "scenario.json"
        self.scenario.write_text(json.dumps(scenario))
        self.temporary = self.folder / "temporary"  # TMPDIR
        self.temporary.mkdir()
        self.work = self.folder / "work"
        self.work.mkdir()

    def command(self, verb, *options):
        """up, exec or test; exec runs the post's first line."""
        words = [str(self.hoplab), verb, str(self.scenario), *map(str, options)]
        if verb == "exec":
            words += ["--", "curl", "-sS", "--key", "my_client.key", "--cert", "my_client.pem", URL]
        return words

    def run_it(self, words, **more):
        more.setdefault("env", {**os.environ, "TMPDIR": str(self.temporary)})
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        return subprocess.run(words, text=True, cwd=self.work, timeout=DEADLINE_S, check=False, **more)

    def in_shell(self, script, *words, **more):
        """`script` in a shell; "$@" are the words."""
        return self.run_it(["sh", "-c", script, "sh", *words], **more)

    def with_mounts(self, script, *words, **more):
        """The same with mounts of its own, which end with it."""
        here = os.readlink("/proc/self/ns/mnt")
        env = {**os.environ, "TMPDIR": str(self.temporary), **more.pop("env", {}), "HOST_MOUNTS": here}
        # As the caller and not as its namespace's root: what hoplab does in there is as it would do it elsewhere.
        return self.run_it(["unshare", *(["-m"] if os.geteuid() == 0 else ["-rm"]), "--propagation", "private", "sh",
                            "-c", GUARD + script, "sh", *words], env=env, **more)

    def nothing_is_left(self):
        self.assertEqual(list(self.temporary.iterdir()), [])
        self.assertEqual(list(self.work.iterdir()), [])
        marked = [entry for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit() and self.is_ours(entry)]
        self.assertEqual(marked, [])

    def is_ours(self, entry):
        with contextlib.suppress(OSError):
            return os.readlink(entry / "exe") == str(self.hoplab)
        return False

    def start(self, words, **more):
        """Runs on until it is ended, or the deadline: then whoever reads from it meets the end."""
        more.setdefault("env", {**os.environ, "TMPDIR": str(self.temporary)})
        started = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.work,
                                   **more)
        deadline = threading.Timer(DEADLINE_S, started.kill)
        deadline.start()
        for clean_up in (started.stdout.close, started.stderr.close, started.wait, started.kill, deadline.cancel):
            self.addCleanup(clean_up)
        return started

    def up(self, *options, words=(), **more):
        """`up`, ready."""
        started = self.start([*words, *self.command("up", *options)], **more)
        for line in started.stdout:
            if line == "ready\n":
                return started
        raise AssertionError("it did not come up: " + started.stderr.read())

    def ended(self, started, how=signal.SIGTERM):
        started.send_signal(how)
        return started.wait(DEADLINE_S)

    def env_of(self, out):
        """The file that `up` writes for shells."""
        return dict(shlex.split(line)[1].split("=", 1) for line in (out / "env").read_text().splitlines())

    def curl(self, env):
        return subprocess.run(["curl", "-sS", "--noproxy", "*", "--cacert", env["HOPLAB_CA_BUNDLE"], "--connect-to",
                               f"api.example.com:443:{env['HOPLAB_ADDRESS']}:{env['HOPLAB_PORT']}", "--key",
                               env["HOPLAB_KEY_MY_CLIENT"], "--cert", env["HOPLAB_CERT_MY_CLIENT"], URL],
                              capture_output=True, text=True, timeout=DEADLINE_S, check=False)


@NEEDS_MOUNTS
class Folders(BadMachine):
    def test_no_tmp(self):
        nothing = "mount -t tmpfs -o ro none /tmp && unset TMPDIR && \"$@\""
        for verb, code in (("up", 2), ("exec", 125), ("test", 2)):
            with self.subTest(verb):
                done = self.with_mounts(nothing, *self.command(verb))
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn("cannot make a temporary folder in /tmp: Read-only file system; TMPDIR or --out names "
                              "another place", done.stderr)
        done = self.with_mounts(nothing, *self.command("exec", "--out", self.folder / "out"))
        self.assertEqual((done.returncode, done.stdout), (0, WIDGET), done.stderr)
        self.nothing_is_left()

    def test_an_out_folder_that_cannot_be_written(self):
        out = self.folder / "out"
        out.mkdir()
        read_only = f"mount -t tmpfs -o ro none {out} && \"$@\""
        for verb, code in (("up", 2), ("exec", 125)):
            for where, said in ((out, f"cannot write {out}/.hoplab"),
                                (out / "new", f"cannot make the folder {out}/new")):
                with self.subTest(verb, where=where):
                    done = self.with_mounts(read_only, *self.command(verb, "--out", where))
                    self.assertEqual(done.returncode, code, done.stderr)
                    self.assertIn(f"{said}: Read-only file system", done.stderr)
        done = self.with_mounts(read_only, *self.command("test", "--junit", out / "report"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("1 passed, 0 failed", done.stdout)
        self.assertIn(f"cannot write {out}/report: Read-only file system", done.stderr)
        self.nothing_is_left()

    def test_a_full_disk_leaves_no_keys(self):
        """Whatever file is the first that does not go in."""
        out = self.folder / "out"
        out.mkdir()
        for verb, code in (("up", 2), ("exec", 125)):
            for blocks in (1, 2, 5, 9, 20, 22):
                with self.subTest(verb, blocks=blocks):
                    # Of the end of an `up` that had room it is told by its time limit.
                    script = (f'mount -t tmpfs -o size={blocks * 4}k none {out} && timeout 20 "$@"; code=$?\n'
                              f'find {out} -type f; exit $code')
                    done = self.with_mounts(script, *self.command(verb, "--out", out / "new"))
                    self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
                    self.assertRegex(done.stderr,
                                     f"cannot (write|make the folder) {out}/new.*: No space left on device")
        done = self.with_mounts(f'mount -t tmpfs -o size=8k none {out} && "$@"', *self.command("test"),
                                env={"TMPDIR": str(out)})
        self.assertEqual(done.returncode, 2)
        self.assertIn("No space left on device", done.stderr)
        self.nothing_is_left()


class Logs(BadMachine):
    @NEEDS_MOUNTS
    def test_a_full_disk_below_the_bucket_is_said_once(self):
        bucket = self.folder / "bucket"
        bucket.mkdir()
        script = f'mount -t tmpfs -o size=16k none {bucket} && "$@"; code=$?; find {bucket} -type f; exit $code'
        command = self.command("exec", "--log-bucket", bucket)
        fill = ["sh", "-c", f'head -c 16384 /dev/zero >{bucket}/other; "$@"', "sh", *command[command.index("--") + 1:]]
        done = self.with_mounts(script, *command[:command.index("--") + 1], *fill)
        self.assertEqual((done.returncode, done.stdout), (0, WIDGET + f"{bucket}/other\n"), done.stderr)
        self.assertRegex(done.stderr, r"\Ahoplab: cannot write \S+\.log\.gz: .+; lines are lost\n\Z")

    def test_a_full_disk_below_the_logs_is_said_once(self):
        out = self.folder / "out"
        running = self.up("--out", out, "--connection-log", "/dev/full", "--events", "/dev/full")
        for _ in range(2):
            self.assertEqual(self.curl(self.env_of(out)).stdout, WIDGET)
        for _ in range(2):
            self.assertIn("1 request, last 200", running.stdout.readline())
        self.assertEqual(self.ended(running), 0)
        said = running.stderr.read().splitlines()
        self.assertEqual(said, ["hoplab: cannot write /dev/full: No space left on device; lines are lost"] * 2)
        self.nothing_is_left()

    def test_standard_output_that_is_full(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            for words in (self.command("test"), [str(self.hoplab), "schema"], [str(self.hoplab), "--version"]):
                with self.subTest(words):
                    done = self.run_it(words, stdout=full)
                    self.assertEqual(done.returncode, 2)
                    self.assertEqual(done.stderr, "hoplab: cannot write to standard output: No space left on device; "
                                                  "what is printed there is lost\n")
        self.nothing_is_left()


class StandardOutput(BadMachine):
    def test_closed_for_up(self):
        """Nothing is printed into what gets the number of standard output; it runs on, since there is the file env."""
        out = self.folder / "out"
        started = self.start(["sh", "-c", 'exec "$@" >&- <&-', "sh", *self.command("up", "--out", out)])
        self.assertEqual(started.stderr.readline(), "hoplab: cannot write to standard output: Bad file descriptor; "
                                                    "what is printed there is lost\n")
        self.assertEqual(self.curl(self.env_of(out)).stdout, WIDGET)
        self.assertEqual(self.ended(started), 0)
        self.assertEqual(started.stderr.read(), "")
        self.nothing_is_left()

    def test_closed_for_exec_and_test(self):
        done = self.in_shell('"$@" >&-', *self.command("exec"))
        self.assertEqual(done.returncode, 23, done.stderr)  # curl's: it cannot write
        done = self.in_shell('"$@" >&-', *self.command("test"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot write to standard output: Bad file descriptor", done.stderr)
        self.nothing_is_left()

    def test_all_three_closed(self):
        done = self.in_shell('"$@" >&- 2>&- <&-', *self.command("test"))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", ""))
        self.nothing_is_left()

    def test_a_reader_that_has_gone(self):
        """SIGPIPE ends neither: up runs on, and test says that nobody has its report."""
        out = self.folder / "out"
        running = self.up("--out", out)
        running.stdout.close()
        for _ in range(2):
            self.assertEqual(self.curl(self.env_of(out)).stdout, WIDGET)
        self.assertIn("cannot write to standard output: Broken pipe", running.stderr.readline())
        self.assertEqual(self.ended(running), 0)
        self.assertEqual(running.stderr.read(), "")
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            done = self.run_it(self.command("test"), stdout=pipe)
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot write to standard output: Broken pipe", done.stderr)
        self.nothing_is_left()


class Signals(BadMachine):
    def test_a_test_that_is_ended_leaves_no_keys(self):
        scenario = json.loads(self.scenario.read_text())
        # The check waits for its answer when the signal comes.
        scenario["faults"] = {"hold": {"hop": "nlb", "action": "hold"}}
        self.scenario.write_text(json.dumps(scenario))
        for one in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
            with self.subTest(one):
                started = self.start(self.command("test"))
                until(lambda: list(self.temporary.rglob("my_client.key")), "keys are written")
                started.send_signal(one)
                if one == signal.SIGPIPE:  # is nothing
                    started.send_signal(signal.SIGTERM)
                    one = signal.SIGTERM
                self.assertEqual(started.wait(DEADLINE_S), -one)
                self.nothing_is_left()

    def test_a_terminal_that_goes(self):
        running = self.up()
        self.assertEqual(self.ended(running, signal.SIGHUP), 0)
        self.nothing_is_left()

    def test_a_terminal_that_goes_is_nothing_to_nohup(self):
        running = self.up(words=["nohup"])
        running.send_signal(signal.SIGHUP)
        out = next(self.temporary.iterdir())
        self.assertEqual(self.curl(self.env_of(out)).stdout, WIDGET)
        self.assertEqual(self.ended(running), 0)
        self.nothing_is_left()

    def test_a_terminal_that_goes_ends_exec_and_its_command(self):
        command = [str(self.hoplab), "exec", str(self.scenario), "--", "sh", "-c", "echo ready; exec tail -f /dev/null"]
        started = self.start(command)
        self.assertEqual(started.stdout.readline(), "ready\n")
        self.assertEqual(self.ended(started, signal.SIGHUP), 128 + signal.SIGHUP)
        self.nothing_is_left()


class Network(BadMachine):
    def test_ports_that_are_taken(self):
        """The admin API's; those of doors are in command_test."""
        running = self.up()
        taken = self.env_of(next(self.temporary.iterdir()))["HOPLAB_ADMIN"].split(":")[1]
        for verb, code in (("up", 2), ("exec", 125)):
            options = ("--no-namespaces",) if verb == "exec" else ()
            done = self.run_it(self.command(verb, "--admin-port", taken, *options))
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(f"127.0.0.1:{taken}: Address already in use", done.stderr)
        self.assertEqual(self.ended(running), 0)
        self.nothing_is_left()

    @NEEDS_MOUNTS
    def test_localhost_is_an_ipv6_address_only(self):
        hosts = self.folder / "hosts"
        hosts.write_text("::1 localhost\n")
        (self.folder / "nsswitch").write_text("hosts: files\n")
        only = (f"mount --bind {hosts} /etc/hosts && mount --bind {self.folder}/nsswitch /etc/nsswitch.conf && \"$@\"")
        for verb in ("exec", "test"):
            with self.subTest(verb):
                done = self.with_mounts(only, *self.command(verb))
                self.assertEqual(done.returncode, 0, done.stderr)
        self.nothing_is_left()

    @NEEDS_MOUNTS
    def test_a_service_at_localhost(self):
        """With both addresses in the hosts file it is found at either, with one of them there."""
        self.scenario.write_text((SCENARIOS / "own-service.json").read_text())
        hosts = self.folder / "hosts"
        for names, address in (("::1 localhost\n", "::1"), ("::1 localhost\n127.0.0.1 localhost\n", "127.0.0.1")):
            hosts.write_text(names)
            with self.subTest(names), self.service_at(address) as port:
                done = self.with_mounts(f'mount --bind {hosts} /etc/hosts && "$@"',
                                        *self.command("test", "--set", f"service=localhost:{port}"))
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.nothing_is_left()

    @contextlib.contextmanager
    def service_at(self, address):
        class Server(http.server.ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in address else socket.AF_INET

        class Ok(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        with Server((address, 0), Ok) as server:
            serving = threading.Thread(target=server.serve_forever, args=(0.05,))
            serving.start()
            yield server.server_port
            server.shutdown()
            serving.join()


class Limits(BadMachine):
    def test_64_descriptors(self):
        for verb in ("exec", "test"):
            done = self.in_shell('ulimit -n 64; exec "$@"', *self.command(verb))
            self.assertEqual(done.returncode, 0, done.stderr)
        out = self.folder / "out"
        running = self.up("--out", out, words=["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"])
        self.assertEqual(self.curl(self.env_of(out)).stdout, WIDGET)
        self.assertEqual(self.ended(running), 0)
        self.nothing_is_left()

    def test_descriptors_that_are_not_enough(self):
        for verb, code in (("up", 2), ("exec", 125), ("test", 2)):
            with self.subTest(verb):
                done = self.in_shell('ulimit -n 20; exec "$@"', *self.command(verb))
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn("Too many open files", done.stderr)
                self.assertNotIn("localPort", done.stderr)
        self.nothing_is_left()

    @NEEDS_MOUNTS
    def test_no_namespaces(self):
        """A container's usual profile: exec does without, and says so."""
        without = ["unshare", "-r", "sh", "-c", 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh"]
        done = self.run_it([*without, *self.command("exec")])
        self.assertEqual((done.returncode, done.stdout), (0, WIDGET), done.stderr)
        self.assertIn("without namespaces the command can reach everything", done.stderr)
        self.assertIn("cannot make namespaces: No space left on device", done.stderr)
        done = self.run_it([*without, *self.command("test")])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.nothing_is_left()

    @NEEDS_MOUNTS
    def test_no_procfs(self):
        gone = 'umount -l /proc && exec "$@"'
        done = self.with_mounts(gone, *self.command("exec"))
        self.assertEqual((done.returncode, done.stdout), (0, WIDGET), done.stderr)
        self.assertIn("namespaces need /proc, which is not mounted here", done.stderr)
        done = self.with_mounts(gone, *self.command("test"))
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.with_mounts('umount -l /proc && exec "$@" 3>&1 >/dev/null', *self.command("exec", "--events", 3))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["end"]["how"], "FIN")
        self.nothing_is_left()


class TwoAtOnce(BadMachine):
    def test_an_out_folder_has_one_owner(self):
        """A second one would write over the keys of the first."""
        out = self.folder / "out"
        running = self.up("--out", out)
        for verb, code in (("up", 2), ("exec", 125)):
            done = self.run_it(self.command(verb, "--out", out))
            self.assertEqual(done.returncode, code)
            self.assertIn(f"another hoplab uses the folder {out}; choose another one", done.stderr)
        self.assertEqual(self.curl(self.env_of(out)).stdout, WIDGET)
        self.assertEqual(self.ended(running), 0)
        done = self.run_it(self.command("exec", "--out", out))
        self.assertEqual((done.returncode, done.stdout), (0, WIDGET), done.stderr)
        self.nothing_is_left()

    def test_a_crash_leaves_no_owner(self):
        out = self.folder / "out"
        running = self.up("--out", out)
        running.kill()
        running.wait(DEADLINE_S)
        again = self.up("--out", out)
        self.assertEqual(self.ended(again), 0)
        self.nothing_is_left()

    def test_two_commands_in_one_folder(self):
        """The second one's files are another place's, which it is told."""
        script = "echo ready; read line"
        first = self.start([str(self.hoplab), "exec", str(self.scenario), "--", "sh", "-c", script],
                           stdin=subprocess.PIPE)
        self.assertEqual(first.stdout.readline(), "ready\n")
        by_variables = 'curl -sS --key "$HOPLAB_KEY_MY_CLIENT" --cert "$HOPLAB_CERT_MY_CLIENT" ' + URL
        done = self.run_it([str(self.hoplab), "exec", str(self.scenario), "--", "sh", "-c", by_variables])
        self.assertEqual((done.returncode, done.stdout), (0, WIDGET), done.stderr)
        self.assertRegex(done.stderr, r"my_client\.key.*: they were in this folder already and are left as they are")
        self.assertTrue((self.work / "my_client.key").exists(), "the first one's")
        first.communicate("\n", timeout=DEADLINE_S)
        self.nothing_is_left()


class Clock(BadMachine):
    SHIM = r"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <time.h>
        #include <unistd.h>
        /* A machine's clock that jumps ten years ahead while the file JUMPED is there; the steady one goes on. */
        int clock_gettime(clockid_t id, struct timespec *at) {
          static int (*next)(clockid_t, struct timespec *);
          if (!next) next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
          int done = next(id, at);
          if (id == CLOCK_REALTIME && access(JUMPED, F_OK) == 0) at->tv_sec += 10L * 365 * 24 * 3600;
          return done;
        }
    """

    def test_a_jump_moves_neither_timers_nor_what_is_valid(self):
        """Certificates go by the calendar, which counts on from the start."""
        shim, jumped, out = self.folder / "shim.so", self.folder / "jumped", self.folder / "out"
        subprocess.run(["cc", "-shared", "-fPIC", f'-DJUMPED="{jumped}"', "-x", "c", "-", "-o", shim, "-ldl"],
                       input=self.SHIM, text=True, check=True, timeout=DEADLINE_S)
        env = {**os.environ, "TMPDIR": str(self.temporary), "LD_PRELOAD": str(shim)}
        running = self.up("--out", out, env=env)
        told = self.env_of(out)
        self.assertEqual(self.curl(told).stdout, WIDGET)
        before = running.stdout.readline()
        jumped.touch()
        year = self.in_shell("date +%Y", env=env).stdout
        jumped.unlink()
        self.assertEqual(int(year), int(self.in_shell("date +%Y", env=env).stdout) + 10, "the shim works")
        jumped.touch()
        self.assertEqual(self.curl(told).stdout, WIDGET)
        after = running.stdout.readline()
        self.assertIn("1 request, last 200", after)
        self.assertEqual(before[:2], after[:2], "the hour: " + after)
        jumped.unlink()
        self.assertEqual(self.curl(told).stdout, WIDGET)
        self.assertEqual(self.ended(running), 0)
        self.assertEqual(running.stderr.read(), "")
        self.nothing_is_left()


class Unicode(BadMachine):
    def test_paths_with_anything_in_them(self):
        place = self.folder / "Prüf stand – 実験 'a' \"b\" $c"
        place.mkdir()
        self.scenario = self.scenario.rename(place / "Szenario für 東京.json")
        out = place / "Ausgabe 出力"
        running = self.up("--out", out)
        self.assertEqual(self.curl(self.env_of(out)).stdout, WIDGET)
        printed = self.in_shell('. "$1/env" && printf %s "$HOPLAB_KEY_MY_CLIENT"', str(out)).stdout
        self.assertEqual(printed, f"{out}/my_client.key")
        self.assertEqual(self.ended(running), 0)
        self.work = place / "Arbeit 仕事"
        self.work.mkdir()
        for temporary in ((), ("--out", out)):
            done = self.run_it(self.command("exec", *temporary), env={**os.environ, "TMPDIR": str(self.work)})
            self.assertEqual((done.returncode, done.stdout), (0, WIDGET), done.stderr)
        done = self.run_it(self.command("test", "--junit", self.temporary / "Bericht ü.xml"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Szenario für 東京.json", done.stdout)
        self.assertIn("Szenario für 東京.json", (self.temporary / "Bericht ü.xml").read_text(encoding="utf-8"))
        (self.temporary / "Bericht ü.xml").unlink()
        self.nothing_is_left()

    def test_subjects_of_certificates(self):
        """Their names are files' and stay plain, which is said; their subjects are what they are."""
        scenario = json.loads(self.scenario.read_text())
        certificates = scenario["pki"]["certificates"]
        certificates["my_client"]["subject"] = "CN=Jäger 客,O=例"
        self.scenario.write_text(json.dumps(scenario, ensure_ascii=False), encoding="utf-8")
        self.assertEqual(self.run_it(self.command("exec")).stdout, WIDGET)
        certificates["Jäger"] = certificates.pop("my_client")
        self.scenario.write_text(json.dumps(scenario, ensure_ascii=False), encoding="utf-8")
        done = self.run_it(self.command("up"))
        self.assertEqual(done.returncode, 2)
        self.assertIn('found the name "Jäger"; it takes at most 64 letters, digits', done.stderr)
        self.nothing_is_left()


if __name__ == "__main__":
    unittest.main()
