"""hoplab exec: a command in the network of a scenario, with real clients that are told nothing."""

import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import unittest

from exec_lab import POST, URL, WIDGET, Exec, Inside
from lab import DEADLINE_S, hoplab_binary, read_scenario, run_hoplab, until

CRATES = pathlib.Path("/usr/share/cargo/registry")
PROGRAMS = pathlib.Path(__file__).parent / "inside"
RUNS = int(os.environ.get("HOPLAB_EXEC_RUNS", "16"))
NOBODY = 65534


class Post(Inside):
    def both_lines(self, **more):
        good = self.curl("my_client", **more)
        self.assertEqual((good.returncode, good.stdout), (0, WIDGET), good.stderr)
        revoked = self.curl("revoked", **more)
        self.assertEqual((revoked.returncode, revoked.stdout), (35, ""))
        self.assertIn("curl: (35) Recv failure: Connection reset by peer", revoked.stderr)
        self.assertIn("connections that ended badly", revoked.stderr)
        self.assertIn("Failed:ClientCertCrlHit", revoked.stderr)

    def test_its_two_lines_as_they_stand(self):
        self.both_lines()

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "only root can become another user")
    def test_as_an_ordinary_user(self):
        os.chown(self.folder, NOBODY, NOBODY)
        self.both_lines(under=("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"))


class Clients(Inside):
    """Nobody is told a name, a port or an authority."""

    def both(self, *command, refused="reset", **more):
        good = self.exec(*command, "my_client", **more)
        self.assertEqual(good.returncode, 0, good.stderr)
        self.assertIn(WIDGET, good.stdout + good.stderr)
        revoked = self.exec(*command, "revoked", **more)
        self.assertNotEqual(revoked.returncode, 0)
        self.assertIn(refused, (revoked.stdout + revoked.stderr).lower())
        self.assertIn("ClientCertCrlHit", revoked.stderr)

    def test_wget(self):
        self.need("wget")
        script = f'wget -O- --tries=1 --private-key "$1.key" --certificate "$1.pem" {URL}'
        self.both("sh", "-c", script, "sh", refused="unable to establish ssl connection")

    def test_openssl(self):
        script = ("printf 'GET /widgets HTTP/1.0\\r\\nHost: api.example.com\\r\\n\\r\\n' | openssl s_client -quiet"
                  ' -verify_return_error -connect api.example.com:443 -cert "$1.pem" -key "$1.key"')
        self.both("bash", "-c", "set -o pipefail; " + script, "sh", refused="errno=104")

    def test_python(self):
        self.both("/usr/bin/python3", PROGRAMS / "client.py")

    def test_requests(self):
        self.need_module("requests")
        script = f'import requests, sys; n = sys.argv[1]; print(requests.get("{URL}", cert=(n+".pem", n+".key")).text)'
        self.both(sys.executable, "-c", script)

    def test_httpx(self):
        self.need_module("httpx")
        self.both(sys.executable, PROGRAMS / "httpx_client.py")

    def test_ruby(self):
        self.need("ruby")
        self.both("ruby", PROGRAMS / "client.rb")

    def test_php_curl(self):
        self.need_php_curl()
        self.both("php", PROGRAMS / "curl.php")

    def test_php_streams(self):
        self.need("php")
        self.both("php", PROGRAMS / "stream.php")

    def test_rust(self):
        """By rustls, and by native-tls, which is OpenSSL; the crates are those of Debian's packages."""
        self.need("cargo")
        if not all(list(CRATES.glob(name)) for name in ("ureq-2.*", "rustls-0.20.*")):
            self.skipTest("there is no ureq 2 with rustls 0.20 here (librust-ureq-dev)")
        config = self.folder / "cargo.toml"
        config.write_text('[source.crates-io]\nreplace-with = "debian"\n'
                          f'[source.debian]\ndirectory = "{CRATES}"\n')
        shutil.copytree(PROGRAMS / "rust", self.folder / "rust")
        built = subprocess.run(["cargo", "build", "--offline", "--quiet", "--config", config, "--manifest-path",
                                self.folder / "rust" / "Cargo.toml"], capture_output=True, text=True, timeout=600,
                               check=False)
        self.assertEqual(built.returncode, 0, built.stderr)
        for library in ("rustls", "native-tls"):
            with self.subTest(library):
                self.both(self.folder / "rust" / "target" / "debug" / "client", library)

    def test_gnutls(self):
        self.need("gnutls-cli")
        script = ("printf 'GET /widgets HTTP/1.0\\r\\nHost: api.example.com\\r\\n\\r\\n' |"
                  ' gnutls-cli --x509certfile "$1.pem" --x509keyfile "$1.key" api.example.com')
        self.both("bash", "-c", "set -o pipefail; " + script, "sh", refused="error")

    def test_node(self):
        self.need("node")
        self.both("node", PROGRAMS / "client.js")

    def test_node_fetch(self):
        self.need("node")
        environment = {**os.environ, "NODE_PATH": "/usr/share/nodejs"}  # where Debian's undici is
        if subprocess.run(["node", "-e", "fetch; require('undici')"], capture_output=True, check=False,
                          env=environment).returncode:
            self.skipTest("there is no undici for Node's fetch here")
        self.both("node", PROGRAMS / "fetch.mjs", env=environment)

    def test_java(self):
        self.need("javac")
        self.both("java", PROGRAMS / "Client.java", refused="reset")

    def test_go(self):
        self.need("go")
        built = self.folder / "client"
        subprocess.run(["go", "build", "-o", built, PROGRAMS / "client.go"], check=True, timeout=300,
                       env={**os.environ, "GOCACHE": str(self.folder / "cache"), "GO111MODULE": "off"})
        self.both(built)


class WhatItFinds(Inside):
    def test_the_links_are_there_for_as_long_as_it_runs_and_what_was_there_stays(self):
        (self.folder / "my_client.key").write_text("mine")
        done = self.exec("sh", "-c", "ls; cat my_client.key; echo written > result")
        self.assertIn("note: my_client.key: they were in this folder already", done.stderr)
        self.assertIn("revoked.pem", done.stdout)
        self.assertTrue(done.stdout.endswith("mine"), done.stdout)
        self.assertEqual(sorted(one.name for one in self.folder.iterdir()), ["my_client.key", "result"])

    def test_a_folder_that_cannot_be_written_is_said_to_be_one(self):
        done = subprocess.run([hoplab_binary(), "exec", str(POST), *self.options, "--", "true"], cwd="/proc",
                              capture_output=True, text=True, check=False, timeout=DEADLINE_S)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, "note: .*my_client.key.*: cannot be made in this folder \\(.*\\); the "
                                      "scenario's own are in .*, which is \\$HOPLAB_OUT")
        self.assertNotIn("were in this folder already", done.stderr)

    def test_variables(self):
        done = self.exec("sh", "-c", 'cmp "$HOPLAB_CERT_MY_CLIENT" my_client.pem && test -f "$HOPLAB_OUT/hosts" && '
                         'curl -sS "http://$HOPLAB_ADMIN/v1/health" && echo "$HOPLAB_URL"')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("https://api.example.com", done.stdout)

    def test_every_name_of_the_scenario_resolves(self):
        told = json.loads(self.exec("sh", "-c", 'curl -sS "http://$HOPLAB_ADMIN/v1/status"').stdout)["endpoints"]
        zonal = {one["zonalDnsName"]: one["address"] for one in told if "zonalDnsName" in one}
        names = {one["dnsName"] for one in told} | set(zonal)
        names |= {name.replace("-eu-west-1a.", ".") for name in zonal if name.startswith("vpce-")}
        for start in ("api.example.com", "nlb-", "internal-alb-", "vpce-", "eu-west-1a.nlb-"):
            self.assertTrue(any(name.startswith(start) for name in names), names)
        script = 'for name; do getent ahostsv4 "$name" | sed -n "s|^\\([^ ]*\\) *STREAM.*|$name \\1|p"; done'
        found = self.exec("sh", "-c", script, "sh", *names).stdout.splitlines()
        self.assertEqual({line.split()[0] for line in found}, names)
        for name, address in zonal.items():
            self.assertEqual([line for line in found if line.split()[0] == name], [f"{name} {address}"])
        self.assertNotIn("example.com", self.exec("cat", "/etc/hosts").stdout, "where they lead may change")

    def test_a_client_that_asks_the_resolver_itself(self):
        if not shutil.which("node"):
            self.skipTest("there is no node here")
        script = ('const {Resolver} = require("dns").promises; const r = new Resolver(); '
                  'r.resolve4("api.example.com").then((a) => console.log(a.sort().join()));'
                  'r.resolve4("example.org").catch((e) => console.log(e.code));')
        done = self.exec("node", "-e", script)
        self.assertEqual(sorted(done.stdout.split()), ["10.0.1.4,10.0.2.4,10.0.3.4", "ENOTFOUND"], done.stderr)
        done = self.exec("getent", "hosts", "example.org")
        self.assertEqual(done.returncode, 2)

    def test_it_keeps_its_folder_and_ids_and_has_no_privilege(self):
        done = self.exec("sh", "-c", "pwd; id -u; id -g; grep CapEff /proc/self/status; mount -t tmpfs none /mnt; "
                         "umount /etc/hosts; ip addr add 10.9.9.9/32 dev lo; true")
        folder, uid, gid, capabilities = done.stdout.split("\n")[:4]
        self.assertEqual(pathlib.Path(folder), self.folder)
        self.assertEqual((int(uid), int(gid)), (os.geteuid(), os.getegid()))
        effective = int(capabilities.split()[1], 16)
        cap_net_admin, cap_sys_admin = 12, 21
        self.assertEqual(effective & (1 << cap_net_admin | 1 << cap_sys_admin), 0)
        if os.geteuid():
            self.assertEqual(effective, 0)
        self.assertNotIn("10.9.9.9", self.exec("ip", "addr").stdout)

    def test_nothing_else_can_be_reached(self):
        with socket.create_server(("127.0.0.1", 0)) as outside:
            port = outside.getsockname()[1]
            for url in (f"http://127.0.0.1:{port}", "http://192.0.2.1", "http://10.0.1.99"):
                done = self.exec("curl", "-sS", "--max-time", "30", url)
                self.assertEqual(done.returncode, 7, done.stderr)

    def test_what_is_asked_for_can(self):
        with socket.create_server(("127.0.0.1", 0)) as outside:
            def answer():
                connection, _ = outside.accept()
                connection.recv(65536)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nfrom the host")
                connection.close()
            threading.Thread(target=answer, daemon=True).start()
            address = f"127.0.0.1:{outside.getsockname()[1]}"
            done = self.exec("curl", "-sS", f"http://{address}", options=("--allow-host", address))
            self.assertEqual(done.stdout, "from the host", done.stderr)


class Addresses(Inside):
    def scenario(self, cidr):
        scenario = read_scenario("private-api-mtls.json")
        scenario["Subnets"] = {"clients": {"AvailabilityZone": "eu-west-1a", "CidrBlock": "10.77.4.0/26"}}
        scenario["SecurityGroups"] = {"sg": {"SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": cidr}]}}
        scenario["VpcEndpoints"]["consumer-endpoint"]["SecurityGroupIds"] = ["sg"]
        return scenario

    def test_those_of_the_subnets_and_the_clients_own(self):
        found = self.exec("getent", "ahostsv4", "api.example.com", scenario=self.scenario("10.77.4.0/26")).stdout
        for address in ("10.77.4.4", "10.0.2.4"):
            self.assertIn(f"{address} ", found)
        good = self.curl("my_client", scenario=self.scenario("10.77.4.0/26"))
        self.assertEqual(good.stdout, WIDGET, good.stderr)

    def test_a_security_group_with_a_real_range(self):
        url = ("curl", "-sS", "--connect-timeout", "1", "-k", URL)
        dropped = self.exec(*url, scenario=self.scenario("10.200.0.0/16"))
        self.assertEqual(dropped.returncode, 28, dropped.stderr)
        self.assertIn("lets nobody in here, where the client has 10.77.4.62", dropped.stderr)
        let_in = self.exec(*url, scenario=self.scenario("10.200.0.0/16"), options=("--client-ip", "10.200.1.2"))
        self.assertEqual(let_in.returncode, 35, let_in.stderr)
        self.assertIn("10.200.1.2:", let_in.stderr)


class Life:
    """In both modes."""

    def test_exit_codes(self):
        self.assertEqual(self.exec("sh", "-c", "exit 7").returncode, 7)
        self.assertEqual(self.exec("sh", "-c", "kill -KILL $$").returncode, 128 + 9)
        missing = self.exec("there-is-no-such-command")
        self.assertEqual(missing.returncode, 127)
        self.assertIn("cannot run there-is-no-such-command", missing.stderr)
        self.assertEqual(self.exec(self.folder).returncode, 126)
        self.assertEqual(self.exec("true", scenario=self.folder / "no.json").returncode, 125)
        self.assertEqual(run_hoplab("exec", POST).returncode, 2)

    def test_help_needs_no_command(self):
        done = run_hoplab("exec", "--help")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("--client-ip", done.stdout)

    def test_signals_are_passed_on(self):
        script = "trap 'echo told; exit 3' TERM; tail -f /dev/null & echo ready; wait"
        running = self.start("bash", "-c", script)
        self.assertEqual(running.stdout.readline(), "ready\n")
        running.send_signal(signal.SIGTERM)
        self.assertEqual(running.stdout.readline(), "told\n")
        self.assertEqual(running.wait(DEADLINE_S), 3)

    def test_its_mask_of_signals_is_the_callers(self):
        done = self.exec("grep", "-E", "Sig(Blk|Ign)", "/proc/self/status")
        here = self.own_masks()
        self.assertEqual(done.stdout.split(), here)

    def own_masks(self):
        return subprocess.run(["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"], capture_output=True, text=True,
                              check=True).stdout.split()

    def marked(self):
        """Processes that this test has started inside, by a variable that they all have."""
        found = []
        for status in pathlib.Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"HOPLAB_TEST_MARK={self.folder}".encode() in status.read_bytes():
                    found.append(int(status.parent.name))
            except OSError:
                pass
        return found

    def start_marked(self):
        running = self.start("sh", "-c", "setsid tail -f /dev/null & echo ready; exec tail -f /dev/null",
                             env={**os.environ, "HOPLAB_TEST_MARK": str(self.folder)})
        self.assertEqual(running.stdout.readline(), "ready\n")
        self.assertGreaterEqual(len(self.marked()), 3)
        return running

    def test_nothing_outlives_hoplab(self):
        running = self.start_marked()
        running.kill()
        running.wait(DEADLINE_S)
        until(lambda: not self.marked(), "the command's processes have ended")
        until(lambda: not list(self.folder.iterdir()), "the links are gone")

    def test_nothing_outlives_the_command(self):
        self.exec("sh", "-c", "setsid tail -f /dev/null & true",
                  env={**os.environ, "HOPLAB_TEST_MARK": str(self.folder)})
        self.assertEqual(self.marked(), [])

    def test_it_does_not_outlive_its_parent(self):
        mark = {**os.environ, "HOPLAB_TEST_MARK": str(self.folder)}
        script = '"$@" -- sh -c "echo ready; exec tail -f /dev/null"; true'
        parent = subprocess.Popen(["sh", "-c", script, "sh", hoplab_binary(), "exec", POST, *self.options],
                                  cwd=self.folder, stdout=subprocess.PIPE, text=True, env=mark)
        self.addCleanup(parent.stdout.close)
        self.assertEqual(parent.stdout.readline(), "ready\n")
        parent.kill()
        parent.wait(DEADLINE_S)
        until(lambda: not self.marked(), "hoplab has ended")

    def test_a_shell(self):
        done = subprocess.run([hoplab_binary(), "shell", str(POST), *self.options], cwd=self.folder,
                              capture_output=True, text=True,
                              input=f"curl -sS --key my_client.key --cert my_client.pem {URL}; exit 4\n",
                              env={**os.environ, "SHELL": "/bin/sh"}, timeout=DEADLINE_S, check=False)
        self.assertEqual((done.returncode, done.stdout), (4, WIDGET), done.stderr)

    def test_eight_at_once_do_not_collide(self):
        for _ in range(RUNS // 8):
            folders = [self.folder / str(i) for i in range(8)]
            for folder in folders:
                folder.mkdir(exist_ok=True)
            all_of_them = [subprocess.Popen([hoplab_binary(), "exec", str(POST), *self.options, "--", "curl", "-sS",
                                             "--key", "my_client.key", "--cert", "my_client.pem", URL], cwd=folder,
                                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                           for folder in folders]
            for one in all_of_them:
                out, err = one.communicate(timeout=DEADLINE_S)
                self.assertEqual((one.returncode, out), (0, WIDGET), err)
            for folder in folders:
                self.assertEqual(list(folder.iterdir()), [])


class LifeInside(Life, Inside):
    pass


class WithoutNamespaces(Life, Exec):
    """Clients that heed their environment find the scenario by its names all the same."""
    options = ("--no-namespaces",)

    def test_the_posts_two_lines(self):
        good = self.curl("my_client")
        self.assertEqual((good.returncode, good.stdout), (0, WIDGET), good.stderr)
        revoked = self.curl("revoked")
        self.assertEqual((revoked.returncode, revoked.stdout), (35, ""))
        self.assertIn("curl: (35) Recv failure: Connection reset by peer", revoked.stderr)
        self.assertIn("> consumer-endpoint > nlb > alb", revoked.stderr)
        self.assertIn("without namespaces the command can reach everything", revoked.stderr)

    def test_python_and_java(self):
        done = self.exec("/usr/bin/python3", PROGRAMS / "client.py", "my_client")
        self.assertIn(WIDGET, done.stdout, done.stderr)
        if shutil.which("javac"):
            done = self.exec("java", PROGRAMS / "Client.java", "my_client")
            self.assertIn(WIDGET, done.stdout, done.stderr)

    def test_httpx(self):
        self.need_module("httpx")
        done = self.exec(sys.executable, PROGRAMS / "httpx_client.py", "my_client")
        self.assertIn(WIDGET, done.stdout, done.stderr)

    def test_php_curl(self):
        self.need_php_curl()
        done = self.exec("php", PROGRAMS / "curl.php", "my_client")
        self.assertIn(WIDGET, done.stdout, done.stderr)
        mine = self.folder / "settings"
        mine.mkdir()
        (mine / "mine.ini").write_text("memory_limit = 77M\n")
        done = self.exec("php", "-r", 'echo ini_get("memory_limit"), " ", ini_get("openssl.cafile");',
                         env={**os.environ, "PHP_INI_SCAN_DIR": ":" + str(mine)})
        self.assertRegex(done.stdout, r"^77M /.*/ca-certificates\.crt$", done.stderr)

    def test_it_knows_the_scenarios_names_and_ports_only(self):
        for url, why in (("https://example.org", "there is no 'example.org' in this scenario"),
                         ("https://api.example.com:444", "'api.example.com' does not listen on port 444")):
            done = self.exec("curl", "-sS", url)
            self.assertEqual(done.returncode, 56, done.stderr)
            self.assertIn("502", done.stderr)
            authority = url.removeprefix("https://")
            self.assertIn(why, self.said_to("CONNECT " + authority + ("" if ":" in authority else ":443")))

    def said_to(self, request):
        """What the proxy answers."""
        script = ('exec 3<>/dev/tcp/127.0.0.1/${https_proxy##*:}; '
                  'printf "$0 HTTP/1.1\\r\\n\\r\\n" >&3; cat <&3')
        return self.exec("bash", "-c", script, request).stdout

    def test_what_a_proxy_does_not_take(self):
        self.assertIn("405 Method Not Allowed", self.said_to("GET /"))

    def test_hostile_bytes_disturb_nobody(self):
        seed = random.randrange(1 << 32)
        good = f"curl -sS --key my_client.key --cert my_client.pem {URL}"
        done = self.exec("sh", "-c", f"/usr/bin/python3 {PROGRAMS / 'hostile.py'} {seed} && {good}")
        self.assertEqual((done.returncode, done.stdout), (0, f"seed {seed}\n{WIDGET}"), done.stderr)

    def test_what_needs_namespaces_is_refused(self):
        for option, value in (("--client-ip", "10.0.0.9"), ("--allow-host", "127.0.0.1:80")):
            done = self.exec("true", options=(option, value))
            self.assertEqual(done.returncode, 125)
            self.assertIn(f"{option} needs namespaces", done.stderr)

    def test_its_privileges_are_the_callers(self):
        here = subprocess.run(["grep", "Cap", "/proc/self/status"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(self.exec("grep", "Cap", "/proc/self/status").stdout, here)


if __name__ == "__main__":
    unittest.main()
