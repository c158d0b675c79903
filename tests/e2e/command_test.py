"""The hoplab command: what it prints, what it writes, how it ends."""

import gzip
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

from lab import SCENARIOS, Lab, admin, curl, hoplab_binary, read_scenario, run_hoplab, until

BLOG = SCENARIOS / "private-api-mtls.json"
GOOD_CURL = {"path": "/widgets", "certificate": "my_client", "headers": False}


class Up(unittest.TestCase):
    def test_its_last_line_before_clients_come_is_ready(self):
        with Lab(BLOG) as lab:
            self.assertTrue(lab.opening.endswith("\nready"))
            self.assertIn("A private API behind mutual TLS", lab.opening)
            self.assertIn("api-group -> ", lab.opening)

    def test_the_curl_lines_that_it_prints_work_as_they_are(self):
        for scenario in sorted(SCENARIOS.glob("*.json")):
            with self.subTest(scenario.name), Lab(scenario) as lab:
                printed = [line for line in lab.opening.splitlines() if line.startswith("curl ")]
                self.assertTrue(printed)
                ends = [self.shell(line) for line in printed]
                self.assertEqual(ends[0], (0, "200"), printed[0])
                for line, end in zip(printed[1:], ends[1:]):
                    self.assertIn(end[0], (35, 55, 56, 16), line)

    def shell(self, line):
        done = subprocess.run(line + " -s -o /dev/null -w '%{http_code}' --noproxy '*'", shell=True,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def test_json_says_where_everything_is(self):
        with Lab(BLOG, json_output=True) as lab:
            told = lab.opening
            self.assertEqual(list(told), ["url", "endpoints", "certificates", "accessKeys", "p12Password", "caBundle",
                                          "trustStore", "out", "admin", "notes"])
            self.assertEqual(told["notes"], [])
            entry = told["endpoints"][0]
            self.assertEqual(list(entry), ["name", "dnsName", "address", "port", "kind", "state",
                                        "listenerPort", "zone"])
            self.assertEqual((entry["name"], entry["dnsName"], entry["kind"], entry["state"]),
                             ("consumer-endpoint", "api.example.com", "vpc-endpoint", "available"))
            self.assertEqual(told["url"], f"https://api.example.com:{entry['port']}")
            self.assertEqual({one["kind"] for one in told["endpoints"]},
                             {"vpc-endpoint", "network-load-balancer", "application-load-balancer"})
            self.assertIn("wrong_purpose", told["certificates"])
            self.assertNotIn("server", told["certificates"])
            for files in told["certificates"].values():
                self.assertEqual(list(files), ["cert", "key", "p12"])
                for path in files.values():
                    self.assertTrue(pathlib.Path(path).is_file(), path)
            self.assertIn("BEGIN CERTIFICATE", pathlib.Path(told["caBundle"]).read_text())
            self.assertEqual(curl(lab, **GOOD_CURL).returncode, 0)
            code, rest, error = lab.stop()
            self.assertEqual((code, rest, error), (0, [], ""))

    def test_keys_are_the_users_alone(self):
        with Lab(BLOG) as lab:
            for key in [*lab.out.glob("*.key"), *lab.out.glob("*.p12")]:
                self.assertEqual(key.stat().st_mode & 0o077, 0, key)

    def test_env_and_hosts_are_written(self):
        with Lab(BLOG) as lab:
            few = [name for name in lab.env if not re.match("HOPLAB_(CERT|KEY|P12|ENTRY)_", name)]
            self.assertEqual(sorted(few), [
                "HOPLAB_ADDRESS", "HOPLAB_ADMIN", "HOPLAB_CA_BUNDLE", "HOPLAB_NAME", "HOPLAB_OUT", "HOPLAB_PORT",
                "HOPLAB_TRUSTSTORE", "HOPLAB_URL"])
            for kind, path in (("CERT", "pem"), ("KEY", "key"), ("P12", "p12")):
                self.assertEqual(lab.env[f"HOPLAB_{kind}_MY_CLIENT"], f"{lab.out}/my_client.{path}")
            self.assertEqual(lab.env["HOPLAB_ENTRY_NLB_NAME"], "api.example.com")
            self.assertEqual(lab.env["HOPLAB_URL"], f"https://{lab.name}:{lab.port}")
            hosts = dict(reversed(line.split()) for line in (lab.out / "hosts").read_text().splitlines())
            self.assertEqual(hosts["api.example.com"], lab.address)

    def test_each_ended_connection_is_a_line_with_hop_and_reason(self):
        with Lab(BLOG) as lab:
            curl(lab, path="/widgets", certificate="revoked")
            line = lab.next_end()
            for words in ("consumer-endpoint > nlb > alb", "[CN=revoked,O=Example]", "alb RST",
                          "Failed:ClientCertCrlHit"):
                self.assertIn(words, line)

    def test_sigterm_and_sigint_end_it_with_a_summary(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(how), Lab(BLOG) as lab:
                curl(lab, **GOOD_CURL)
                lab.next_end()
                code, rest, error = lab.stop(how)
                self.assertEqual((code, error), (0, ""))
                self.assertIn("flows 1, requests 1, at widgets-api 1", rest)

    def test_it_ends_while_clients_are_connected(self):
        with Lab(BLOG) as lab, socket.create_connection((lab.address, lab.port)) as client:
            until(lambda: admin(lab, "/v1/flows"), "it is accepted")
            code, rest, _ = lab.stop()
            self.assertEqual(code, 0)
            self.assertTrue(any("emulator-stopped" in line for line in rest), rest)
            with self.assertRaises(ConnectionResetError):
                client.recv(1)

    def test_two_of_the_same_scenario_run_side_by_side(self):
        with Lab(BLOG) as one, Lab(BLOG) as two:
            for lab in (one, two):
                self.assertEqual(curl(lab, **GOOD_CURL).stdout, b'{"id":"1","value":"4.99"}')
                self.assertIn("1 request", lab.next_end())
            self.assertNotEqual(one.ca_bundle, two.ca_bundle)

    def test_requests_are_counted(self):
        with Lab(BLOG) as lab:
            for _ in range(3):
                curl(lab, **GOOD_CURL)
            curl(lab, path="/widgets", certificate="untrusted")
            for _ in range(4):
                lab.next_end()
            rest = lab.stop()[1]
            self.assertIn("flows 4, requests 3, at widgets-api 3", rest)
            self.assertTrue(any(re.fullmatch(r"  certificate-refused +1", line) for line in rest), rest)

    def test_threads(self):
        with Lab(BLOG, "--threads", "4") as lab:
            for _ in range(8):
                self.assertEqual(curl(lab, **GOOD_CURL).returncode, 0)
            for _ in range(8):
                lab.next_end()
            self.assertIn("flows 8, requests 8, at widgets-api 8", lab.stop()[1])


class Ctl(unittest.TestCase):
    RESET = '{"hop": "nlb", "stage": "client-hello", "action": "reset"}'

    def ctl(self, *words, code=0):
        done = run_hoplab("ctl", "--admin", self.lab.env["HOPLAB_ADMIN"], *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def setUp(self):
        self.lab = Lab(BLOG)
        self.addCleanup(self.lab.stop)

    def test_a_fault_hits_real_clients_until_it_is_disarmed(self):
        self.ctl("arm", "mine", self.RESET)
        self.assertEqual(curl(self.lab, **GOOD_CURL).returncode, 35)
        self.assertIn("nlb RST at client-hello: an armed fault ended it", self.lab.next_end())
        fault = json.loads(self.ctl("faults"))[0]
        self.assertEqual((fault["name"], fault["armed"], len(fault["hits"])), ("mine", True, 1))
        self.assertEqual(json.loads(self.ctl("ends"))[0]["end"]["reason"], "fault-injected")
        self.ctl("disarm", "mine")
        self.assertEqual(curl(self.lab, **GOOD_CURL).returncode, 0)

    def test_a_line_on_another_clock_than_the_machines_has_both_times(self):
        curl(self.lab, path="/widgets", certificate="revoked")
        self.assertRegex(self.lab.next_end(), r"^\d\d:\d\d:\d\d\.\d{3} #1 ")
        self.ctl("clock", "stepped")
        curl(self.lab, path="/widgets", certificate="revoked")
        self.assertRegex(self.lab.next_end(), r"^\d\d:\d\d:\d\d\.\d{3} "
                         r"\(\d\d:\d\d:\d\d\.\d{3} by the machine's clock\) #2 ")
        self.ctl("clock", "real")
        curl(self.lab, path="/widgets", certificate="revoked")
        self.assertRegex(self.lab.next_end(), r"^\d\d:\d\d:\d\d\.\d{3} #3 ")

    def test_a_clock_is_stepped(self):
        self.ctl("clock", "stepped")
        self.ctl("clock", "step", "2d")
        self.assertEqual(curl(self.lab, path="/widgets", certificate="not_yet_valid").returncode, 0)
        self.assertEqual(json.loads(self.ctl("clock"))["mode"], "stepped")

    def test_a_certificate_is_revoked(self):
        self.assertEqual(curl(self.lab, **GOOD_CURL).returncode, 0)
        self.ctl("revoke", "my_client")
        self.assertEqual(curl(self.lab, **GOOD_CURL).returncode, 35)

    def test_verbs_are_changes(self):
        target = json.loads(self.ctl("health"))[0]["target"]
        self.ctl("health", "alb-group", target, "unhealthy")
        self.assertEqual(json.loads(self.ctl("health"))[0]["state"], "unhealthy")
        self.ctl("health", "alb-group", target, "checked")
        self.ctl("deregister", "alb-group", target)
        self.ctl("register", "alb-group", target)
        self.ctl("weight", "nlb", "443", "alb-group", "7")
        self.ctl("endpoint", "consumer-endpoint", "rejected")
        runs = json.loads(self.ctl("topology"))
        self.assertEqual(runs["VpcEndpoints"]["consumer-endpoint"]["State"], "rejected")
        said = self.ctl("weight", "nlb", "443", "alb-group", "much", code=1)
        self.assertIn("it takes a whole number, 0 to 999", said)
        self.assertIn("no service 'nobody'", self.ctl("connect", "nobody", "drop", code=1))
        self.assertIn("\n  weight LOAD-BALANCER PORT TARGET-GROUP WEIGHT\n", self.ctl("weight", code=2))

    def test_it_finds_its_way_by_the_env_file(self):
        """As a shell reads it, and with the address as --json gives it."""
        shell = '. "$1/env" && exec "$2" ctl health'
        done = subprocess.run(["sh", "-c", shell, "sh", self.lab.out, hoplab_binary()], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)[0]["targetGroup"], "alb-group")
        done = run_hoplab("ctl", "--admin", "http://" + self.lab.env["HOPLAB_ADMIN"] + "/", "health")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_words_are_values_and_never_more(self):
        said = self.ctl("clock", "scaled", '2,"mode":"stepped"', code=1)
        self.assertIn("mode scaled takes a scale above 0", said)
        self.assertEqual(json.loads(self.ctl("clock"))["mode"], "real")
        self.ctl("clock", "scaled", "2.5")
        self.assertEqual(json.loads(self.ctl("clock"))["scale"], 2.5)

    def test_pages_in_a_browser_are_refused(self):
        """Not by another name that leads here, and not by a request of another origin."""
        admin = self.lab.env["HOPLAB_ADMIN"]
        port = admin.split(":")[1]
        for headers, status in (({"Host": f"evil.example:{port}"}, 403),
                                ({"Host": f"127.0.0.1.evil.example:{port}"}, 403),
                                ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403),
                                ({"Sec-Fetch-Site": "cross-site"}, 403),
                                ({"Host": f"localhost:{port}"}, 204),
                                ({"Origin": f"http://{admin}", "Sec-Fetch-Site": "same-origin"}, 204)):
            with self.subTest(headers=headers):
                connection = http.client.HTTPConnection(admin)
                connection.request("POST", "/v1/certificates/my_client/revoke", headers=headers)
                answer = connection.getresponse()
                said = answer.read()
                connection.close()
                self.assertEqual(answer.status, status, said)
                if status == 403:
                    self.assertIn("admin API", json.loads(said)["error"])

    def test_mistakes_are_told(self):
        self.assertIn("there is no fault 'x'", self.ctl("arm", "x", code=1))
        self.assertIn("there is no command 'open door'", self.ctl("open", "door", code=2))
        done = run_hoplab("ctl", "--admin", "127.0.0.1:1", "clock")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nobody answers at 127.0.0.1:1", done.stderr)


class LogBucket(unittest.TestCase):
    def test_what_is_open_is_delivered_at_the_end(self):
        with tempfile.TemporaryDirectory() as bucket:
            with Lab(BLOG, "--log-bucket", bucket) as lab:
                curl(lab, **GOOD_CURL)
                lab.next_end()
            files = list(pathlib.Path(bucket).rglob("conn_log_*.log.gz"))
            text = "".join(gzip.open(file, "rt").read() for file in files)  # one for each node
            self.assertIn(' "CN=my_client,O=Example" ', text)


class FixedPort(unittest.TestCase):
    def scenario(self, port):
        scenario = read_scenario(BLOG.name)
        scenario["VpcEndpoints"]["consumer-endpoint"]["localPort"] = port
        return scenario

    def test_it_listens_there(self):
        with socket.socket() as probe:  # a port that is free now
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with Lab(self.scenario(port)) as lab:
            self.assertEqual(lab.port, port)
            self.assertEqual(curl(lab, **GOOD_CURL).returncode, 0)
            with Lab(self.scenario(port)) as second:  # at other addresses
                self.assertEqual(second.port, port)
                self.assertNotEqual(second.address, lab.address)
                self.assertEqual(curl(second, **GOOD_CURL).returncode, 0)

    def test_a_taken_port_is_named(self):
        with socket.create_server(("0.0.0.0", 0)) as taken, tempfile.TemporaryDirectory() as folder:
            port = taken.getsockname()[1]
            path = pathlib.Path(folder) / "scenario.json"
            path.write_text(json.dumps(self.scenario(port)))
            done = run_hoplab("up", path)
            self.assertEqual(done.returncode, 2)
            self.assertIn("consumer-endpoint", done.stderr)
            self.assertIn(f":{port}", done.stderr)
            self.assertIn("in use", done.stderr)
            self.assertIn("localPort 0", done.stderr)

    def test_a_taken_port_of_a_proxy_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken, tempfile.TemporaryDirectory() as folder:
            scenario = read_scenario(BLOG.name)
            listen = "127.0.0.1:%d" % taken.getsockname()[1]
            scenario["proxies"] = {"redis": {"listen": listen, "upstream": "127.0.0.1:6379"}}
            path = pathlib.Path(folder) / "scenario.json"
            path.write_text(json.dumps(scenario))
            done = run_hoplab("up", path)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"'redis': cannot bind {listen}: Address already in use; with port 0 in \"listen\" it takes "
                          "a free port", done.stderr)


class Test(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def written(self, scenario):
        path = self.folder / "scenario.json"
        path.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario))
        return path

    def with_a_wrong_expectation(self):
        scenario = read_scenario(BLOG.name)
        scenario["checks"] = scenario["checks"][:2]
        scenario["checks"][0]["expect"]["status"] = 201
        return self.written(scenario)

    def test_zero_when_all_pass(self):
        done = run_hoplab("test", BLOG)
        self.assertEqual(done.returncode, 0, done.stdout)
        checks = len(read_scenario(BLOG.name)["checks"])
        self.assertTrue(done.stdout.endswith(f"\n{checks} passed, 0 failed\n"), done.stdout)

    def test_one_when_a_check_fails_and_it_says_what_came(self):
        done = run_hoplab("test", self.with_a_wrong_expectation())
        self.assertEqual(done.returncode, 1)
        self.assertIn("FAIL  a good certificate gets the widget", done.stdout)
        self.assertRegex(done.stdout, r"201.*200|200.*201")
        self.assertTrue(done.stdout.endswith("1 passed, 1 failed\n"))

    def test_two_when_a_scenario_cannot_run_and_the_others_do(self):
        done = run_hoplab("test", self.written('{"title": "x"}'), SCENARIOS / "same-account.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("passed, 0 failed, 1 scenarios could not run", done.stdout)

    def test_two_for_a_wrong_command_line(self):
        for arguments in ([], ["test"], ["nothing"], ["up", BLOG, "--threads", "0"],
                          ["up", BLOG, "--set", "x"]):
            with self.subTest(arguments):
                done = run_hoplab(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr)

    def test_junit_is_well_formed_and_has_every_check(self):
        report = self.folder / "report.xml"
        run_hoplab("test", "--junit", report, self.with_a_wrong_expectation(), SCENARIOS / "own-service.json")
        root = xml.etree.ElementTree.parse(report).getroot()
        suites = list(root.iter("testsuite"))
        self.assertEqual([(one.get("tests"), one.get("failures")) for one in suites],
                         [("2", "1"), ("3", "0")])
        self.assertEqual(len(list(root.iter("testcase"))), 5)
        self.assertEqual(len(list(root.iter("failure"))), 1)

    def test_junit_has_the_scenario_that_could_not_run(self):
        report = self.folder / "report.xml"
        run_hoplab("test", "--junit", report, self.written('{"title": "a < b & \\"c\\""}'))
        root = xml.etree.ElementTree.parse(report).getroot()
        self.assertEqual(len(list(root.iter("error"))), 1)

    def test_every_mistake_is_named_with_file_line_and_place(self):
        scenario = BLOG.read_text().replace('"Protocol": "HTTPS"', '"Protocol": "HTPS"', 1)
        scenario = scenario.replace('"Private', '"Privat', 1).replace('"entry"', '"entri"', 1)
        for command in ("up", "test"):
            done = run_hoplab(command, self.written(scenario))
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, r"scenario\.json:\d+: /LoadBalancers/alb/Listeners/0/Protocol")
            self.assertIn('did you mean "HTTPS"?', done.stderr)
            self.assertIn("PrivateDnsEnabled", done.stderr)
            self.assertIn("entri", done.stderr)

    def test_a_missing_file_is_named(self):
        done = run_hoplab("up", self.folder / "none.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("none.json", done.stderr)

    def test_a_folder_for_temporary_things_that_is_not_there_is_named(self):
        done = subprocess.run([hoplab_binary(), "test", str(BLOG)], capture_output=True, text=True, check=False,
                              env={**os.environ, "TMPDIR": "/nowhere"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot make a temporary folder in /nowhere: No such file or directory (TMPDIR says so)",
                      done.stderr)

    def test_an_unknown_parameter_is_named(self):
        done = run_hoplab("up", SCENARIOS / "own-service.json", "--set", "servce=127.0.0.1:1")
        self.assertEqual(done.returncode, 2)
        self.assertIn("servce", done.stderr)

    def test_schema_is_the_file_of_the_documentation(self):
        done = run_hoplab("schema")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, (SCENARIOS.parent / "docs" / "scenario.schema.json").read_text())

    def test_version(self):
        for arguments in (["version"], ["--version"]):
            self.assertRegex(run_hoplab(*arguments).stdout, r"^hoplab \d+\.\d+\.\d+\n$")


class New(unittest.TestCase):
    """A scenario to start from."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def new(self, *arguments):
        return subprocess.run([hoplab_binary(), "new", *arguments], cwd=self.folder, capture_output=True, text=True,
                              check=False)

    def test_each_kind_runs_as_it_is(self):
        listed = self.new().stdout.splitlines()
        kinds = [line.split()[0] for line in listed]
        self.assertEqual(kinds, sorted(one.stem for one in SCENARIOS.glob("*.json")))
        for kind in kinds:
            self.assertEqual(self.new(kind).returncode, 0)
            self.assertEqual(run_hoplab("test", self.folder / f"{kind}.json").returncode, 0, kind)

    def test_it_writes_over_nothing_unless_it_is_asked_to(self):
        self.assertIn("wrote mine.json", self.new("own-service", "mine.json").stdout)
        done = self.new("own-service", "mine.json")
        self.assertEqual((done.returncode, done.stderr), (2, "hoplab: mine.json exists; --force writes over it\n"))
        self.assertEqual(self.new("own-service", "mine.json", "--force").returncode, 0)
        self.assertIn("there is no kind 'mine'; there is alb-authentication, lambda-target, own-service, "
                      "own-service-nlb, private-api-direct, private-api-lambda, private-api-mtls",
                      self.new("mine").stderr)

    def test_up_without_a_file_is_the_posts(self):
        started = subprocess.Popen([hoplab_binary(), "up", "--json"], cwd=self.folder, stdout=subprocess.PIPE,
                                   text=True)
        self.addCleanup(started.stdout.close)
        self.assertTrue(json.loads(started.stdout.readline())["url"].startswith("https://api.example.com:"))
        started.terminate()
        self.assertEqual(started.wait(60), 0)


class Events(unittest.TestCase):
    def test_each_end_is_a_line_of_json(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "events"
            with Lab(BLOG, "--events", str(file)) as lab:
                curl(lab, path="/widgets", certificate="my_client")
                curl(lab, path="/widgets", certificate="revoked")
                until(lambda: len(admin(lab, "/v1/ends")) == 2, "both have ended")
                lines = [json.loads(line) for line in file.read_text().splitlines()]
                self.assertEqual(lines, admin(lab, "/v1/ends"))

    def test_on_a_descriptor(self):
        reading, writing = os.pipe()
        started = subprocess.Popen([hoplab_binary(), "exec", str(BLOG), "--events", str(writing), "--", "sh", "-c",
                                    "curl -sS --key revoked.key --cert revoked.pem https://api.example.com"],
                                   pass_fds=[writing], stderr=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        os.close(writing)
        with os.fdopen(reading) as events:
            self.assertEqual(json.loads(events.readline())["end"]["reason"], "certificate-refused")
        self.assertEqual(started.wait(60), 35)

    def test_a_place_that_is_not_there_is_named(self):
        done = run_hoplab("up", BLOG, "--events", "/nowhere/events")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--events: cannot write /nowhere/events", done.stderr)


class WhatIsLeft(unittest.TestCase):
    """Keys and certificates go with whoever made them."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def up(self, *arguments, **more):
        started = subprocess.Popen([hoplab_binary(), "up", str(BLOG), "--json", *arguments], stdout=subprocess.PIPE,
                                   text=True, env={**os.environ, "TMPDIR": str(self.folder)}, **more)
        self.addCleanup(started.stdout.close)
        self.addCleanup(started.wait)
        self.addCleanup(started.kill)
        self.assertTrue(json.loads(started.stdout.readline())["out"].startswith(str(self.folder)))
        return started

    def test_after_each_signal_that_asks_for_an_end(self):
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            running = self.up()
            self.assertEqual(len(list(self.folder.iterdir())), 1)
            running.send_signal(one)
            self.assertEqual(running.wait(60), 0, one)
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_after_a_crash_by_the_next_start(self):
        crashed = self.up()
        crashed.kill()
        crashed.wait()
        left, = self.folder.iterdir()
        self.assertTrue((left / "my_client.key").exists())
        still_there = self.up()
        self.assertIn(left, self.folder.iterdir(), "it may be of somebody who is about to lock it")
        os.utime(left / ".lock", (0, 0))
        other = self.up()
        self.assertNotIn(left, self.folder.iterdir())
        self.assertEqual(len(list(self.folder.iterdir())), 2, "those that run keep theirs")
        for one in (still_there, other):
            one.terminate()
            self.assertEqual(one.wait(60), 0)

    def test_it_ends_with_its_parent_when_it_is_asked_to(self):
        script = f'"{hoplab_binary()}" up "{BLOG}" --json --with-parent; true'
        parent = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True,
                                  env={**os.environ, "TMPDIR": str(self.folder)})
        self.addCleanup(parent.stdout.close)
        self.assertTrue(json.loads(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        until(lambda: not list(self.folder.iterdir()), "hoplab has ended and cleaned up")


if __name__ == "__main__":
    unittest.main()
