"""hoplab timeline: connections of a lab over time, in the terminal and as pictures."""

import json
import pathlib
import socket
import tempfile
import unittest
import xml.etree.ElementTree

from lab import SCENARIOS, Lab, admin, curl, read_scenario, run_hoplab, until

POST = SCENARIOS / "private-api-mtls.json"


def timeline(lab, *arguments):
    return run_hoplab("timeline", "--admin", lab.env["HOPLAB_ADMIN"], *arguments)


class Timeline(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(POST))
        curl(cls.lab, path="/widgets", certificate="my_client")
        curl(cls.lab, "--tls-max", "1.2", path="/widgets", certificate="revoked")
        until(lambda: len(admin(cls.lab, "/v1/ends")) == 2, "both have ended")
        cls.good, cls.bad = (str(end["id"]) for end in admin(cls.lab, "/v1/ends"))

    def test_of_a_good_request(self):
        told = timeline(self.lab, self.good).stdout
        self.assertRegex(told.splitlines()[1], r"client +consumer-endpoint +nlb +alb +target")
        for text in ("ClientHello", "CN=my_client,O=Example", "TLS is up: TLSv1.", "a request", "the answer: 200"):
            self.assertIn(text, told)

    def test_of_a_refused_one_which_is_the_last(self):
        told = timeline(self.lab).stdout
        self.assertEqual(told, timeline(self.lab, "#" + self.bad).stdout)
        self.assertRegex(told, r"X<-+\|-+\|-+\|  RST: the client certificate was refused\n")
        self.assertIn("Failed:ClientCertCrlHit", told)

    def test_times_are_in_order(self):
        for end in admin(self.lab, "/v1/ends"):
            times = [end["acceptedAt"], *(stage["at"] for stage in end["stages"]), end["endedAt"]]
            self.assertEqual(times, sorted(times))

    def test_as_a_picture(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "it.svg")
            self.assertEqual(timeline(self.lab, "--svg", str(file)).returncode, 0)
            picture = xml.etree.ElementTree.parse(file).getroot()
        self.assertEqual(picture.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertIn("RST: the client certificate was refused", "".join(picture.itertext()))
        self.assertEqual(timeline(self.lab, "--svg", "/nowhere/it.svg").returncode, 2)

    def test_of_one_that_is_open(self):
        with socket.create_connection((self.lab.address, self.lab.port)):
            until(lambda: admin(self.lab, "/v1/flows"), "it is there")
            number = str(admin(self.lab, "/v1/flows")[0]["id"])
            self.assertRegex(timeline(self.lab, number).stdout, r"\*  open\n$")
        until(lambda: not admin(self.lab, "/v1/flows"), "it is gone")

    def test_what_is_not_there(self):
        for unknown in ("99", "first"):
            done = timeline(self.lab, unknown)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"there is no connection '{unknown}'", done.stderr)
        self.assertRegex(run_hoplab("timeline", "--admin", "127.0.0.1:1").stderr, "nobody answers")

    def test_under_a_failed_check(self):
        scenario = read_scenario("private-api-mtls.json")
        scenario["checks"] = [
            {"name": "fails", "certificate": "revoked", "request": {"path": "/widgets"}, "expect": {"status": 200}},
            {"name": "passes", "certificate": "my_client", "request": {"path": "/widgets"}, "expect": {"status": 200}}]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "it.json")
            file.write_text(json.dumps(scenario))
            told = run_hoplab("test", str(file), "--timeline").stdout
            without = run_hoplab("test", str(file)).stdout
            as_json = json.loads(run_hoplab("test", str(file), "--timeline", "--json").stdout)
        self.assertEqual(told.count("the TCP connection is accepted"), 1, told)
        self.assertIn("RST: the client certificate was refused", told)
        self.assertNotIn("the TCP connection is accepted", without)
        fails, passes = as_json["scenarios"][0]["checks"]
        self.assertEqual((len(fails["timelines"]), "timelines" in passes), (1, False))

    def test_a_picture_of_each_connection_of_each_check(self):
        scenario = read_scenario("private-api-mtls.json")
        scenario["VpcEndpoints"]["consumer-endpoint"]["SecurityGroupIds"] = ["group"]
        scenario["SecurityGroups"] = {"group": {"SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "127.0.0.1/32"}]}}
        scenario["checks"] = [
            {"name": "two ends", "certificate": "my_client", "request": {"path": "/widgets"}, "expect": {"status": 200},
             "then": [{"from": "127.0.0.9", "request": {"path": "/widgets"}, "expect": {
                 "end": "silence", "cause": "security-group", "hop": "consumer-endpoint"}}]},
            {"name": "refused", "certificate": "revoked", "request": {"path": "/widgets"}, "expect": {"end": "reset"}}]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "it.json")
            file.write_text(json.dumps(scenario))
            done = run_hoplab("test", str(file), "--pictures", f"{folder}/pictures", "--json")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            checks = json.loads(done.stdout)["scenarios"][0]["checks"]
            said = [[(one["reason"], "".join(xml.etree.ElementTree.parse(one["file"]).getroot().itertext()))
                     for one in check["pictures"]] for check in checks]
        self.assertEqual([[reason for reason, _ in check] for check in said],
                         [["client-closed", "security-group"], ["certificate-refused"]])
        self.assertIn("a client whose SYN nobody answered", said[0][1][1])
        self.assertIn("RST: the client certificate was refused", said[1][0][1])

    def test_causes_behind_an_end(self):
        causes = admin(self.lab, f"/v1/connections/{self.bad}/causes")
        self.assertEqual(causes["reason"], "certificate-refused")
        self.assertRegex(causes["causes"][0]["file"], "mtls-revoked")
        self.assertEqual(admin(self.lab, f"/v1/connections/{self.good}/causes")["causes"], [])


if __name__ == "__main__":
    unittest.main()
