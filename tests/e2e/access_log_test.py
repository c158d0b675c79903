"""The load balancer's access log as real clients make it, read by a parser that others have written: GoAccess."""

import gzip
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import exchange_lab
from access_log import fields_of, goaccess_counts, read, split
from exchange_lab import CLIENTS, Door, idle_timeout, scenario
from lab import DEADLINE_S, Lab, run_hoplab, until
from peers import RawServer

# Paths of exchange_lab.serve(), and what the client gets.
ANSWERS = {"/good": 200, "/fin": 502, "/rst": 502, "/nonsense": 502, "/large-head": 502, "/silent": 504}


class AccessLog(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.log = self.folder / "access.log"

    def test_each_answer_has_its_line_and_goaccess_reads_them_all(self):
        with RawServer(exchange_lab.serve) as target:
            made = scenario(target, **idle_timeout(1))
            with Lab(made, "--access-log", self.log, "--log-bucket", self.folder / "bucket", json_output=True) as lab:
                asked = 0
                for client, (port, version) in CLIENTS.items():
                    for path, status in ANSWERS.items():
                        with self.subTest(client=client, path=path):
                            answer = Door(lab, port).curl(path, version, "--user-agent", 'curl "x"',
                                                          "--output", os.devnull, "--write-out", "%{http_code}")
                            self.assertEqual(answer.stdout.decode(), str(status))
                            asked += 1
                            until(lambda: len(read(self.log)) == asked, "the line is written")
                            line = read(self.log)[-1]
                            self.assertEqual(line["type"], {"HTTP/1.1": "http", "HTTP/1.1 over TLS": "https",
                                                            "HTTP/2": "h2"}[client])
                            self.assertEqual(line["target_port"], target.address)
                            self.assertEqual((line["elb_status_code"], line["target_status_code"]),
                                             (str(status), "200" if status == 200 else "-"))
                            self.assertIn(f":{port}{path} HTTP/{'2.0' if client == 'HTTP/2' else '1.1'}",
                                          line["request_line"])
                            self.assertEqual(line["domain_name"], "-" if port == 80 else exchange_lab.NAME)
        self.assertEqual(goaccess_counts(self.log), (asked, 0))
        delivered = [one for one in (self.folder / "bucket").rglob("*_app.*.log.gz")
                     if one.name.startswith("111111111111_elasticloadbalancing_")]
        text = "".join(gzip.open(one, "rt").read() for one in delivered)
        self.assertEqual(text, self.log.read_text(encoding="ascii"))


def shape(text):
    """What two runs have in common of a time, an address, an id."""
    return re.sub("[0-9a-f]+", "#", text)


class JsonLines(unittest.TestCase):
    """--log-format json: the same records, as CloudWatch's vended logs have them."""

    LOGS = {"connection": "alb/connection-log/success.jsonl", "access": "alb/access-log/https.jsonl",
            "health-check": "alb/health-check-log/failed.jsonl"}
    OF_NETWORK = fields_of("nlb/access-log/tls.jsonl")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def scenario(self, target):
        """With a network load balancer beside the other one, whose listener has TLS."""
        made = scenario(target, **idle_timeout(1))
        made["LoadBalancers"]["nlb"] = {"Type": "network", "Listeners": [
            {"Protocol": "TLS", "Port": 8443, "Certificates": ["server"],
             "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
             "DefaultActions": [{"Type": "forward", "TargetGroup": "tcp-group"}]}]}
        made["TargetGroups"]["tcp-group"] = {
            "TargetType": "ip", "Protocol": "TCP", "Port": 8080, "HealthCheckIntervalSeconds": 300,
            "Targets": ["service"]}
        return made

    def lines_of_a_run(self, target, log_format):
        """The lines of each log, and those of all files in the bucket."""
        folder = self.folder / log_format
        folder.mkdir()
        files = {log: folder / log for log in self.LOGS}
        options = [word for log, file in files.items() for word in (f"--{log}-log", file)]
        with Lab(self.scenario(target), *options, "--log-bucket", folder / "bucket", "--log-format", log_format,
                 json_output=True) as lab:
            for port, version in CLIENTS.values():
                for path in ("/good", "/nonsense"):
                    Door(lab, port).curl(path, version, "--user-agent", 'a "b" \\ \u00fc')
            network = next(one for one in lab.opening["endpoints"] if one["listenerPort"] == 8443)
            done = subprocess.run(
                ["curl", "--silent", "--show-error", "--http1.1", "--cacert", lab.ca_bundle, "--connect-to",
                 f"::{network['address']}:{network['port']}", f"https://{exchange_lab.NAME}/good"],
                capture_output=True, timeout=DEADLINE_S, check=False)
            self.assertEqual(done.stdout, b"ok", done.stderr)
            until(lambda: len(files["access"].read_text().splitlines()) == 7, "the lines are written")
        bucket = [gzip.open(file, "rt").read().splitlines() for file in (folder / "bucket").rglob("*.log.gz")]
        return {log: file.read_text(encoding="ascii").splitlines() for log, file in files.items()}, \
            sorted(line for lines in bucket for line in lines)

    def test_they_agree_with_the_plain_lines(self):
        with RawServer(exchange_lab.serve) as target:
            plain, _ = self.lines_of_a_run(target, "plain")
            made, delivered = self.lines_of_a_run(target, "json")
        self.assertEqual(delivered, sorted(line for lines in made.values() for line in lines))
        for log, fixture in self.LOGS.items():
            self.assertEqual(len(made[log]), len(plain[log]))
            for plain_line, line in zip(plain[log], made[log]):
                with self.subTest(log=log, line=line):
                    record = json.loads(line)
                    self.assertEqual(list(record),
                                     self.OF_NETWORK if record.get("type") == "tls" else fields_of(fixture))
                    self.assertEqual([shape(text) for text in record.values()],
                                     [shape(text) for text in split(plain_line)])

    def test_another_word_is_refused(self):
        done = run_hoplab("up", "--log-format", "w3c")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--log-format: w3c not in {plain,json}", done.stderr)


if __name__ == "__main__":
    unittest.main()
