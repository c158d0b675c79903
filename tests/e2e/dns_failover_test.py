"""Zones that leave DNS and come back, as real resolvers inside of hoplab exec see them."""

import json
import pathlib
import unittest

from exec_lab import Inside

DNS = pathlib.Path(__file__).parent / "inside" / "dns.py"
ZONES = ["eu-west-1a", "eu-west-1b"]
TTL = 60


def balancer(kind, protocol, group):
    return {"Type": kind, "AvailabilityZones": ZONES, "Listeners": [
        {"Protocol": protocol, "Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroup": group}]}]}


def group(protocol):
    return {"TargetType": "ip", "Protocol": protocol, "Port": 80, "Targets": ["a", "b"],
            "TargetGroupAttributes": {"load_balancing.cross_zone.enabled": False}}


SCENARIO = {
    "title": "two zones",
    "clock": {"mode": "stepped"},
    "VpcEndpoints": {"endpoint": {"ServiceName": "service", "Account": "222222222222", "AvailabilityZones": ZONES}},
    "VpcEndpointServices": {"service": {"NetworkLoadBalancer": "nlb",
                                        "AllowedPrincipals": ["arn:aws:iam::222222222222:root"]}},
    "LoadBalancers": {"nlb": balancer("network", "TCP", "of-nlb"), "alb": balancer("application", "HTTP", "of-alb")},
    "TargetGroups": {"of-nlb": group("TCP"), "of-alb": group("HTTP")},
    "services": {"a": {"AvailabilityZone": ZONES[0], "standIn": {"body": "a"}},
                 "b": {"AvailabilityZone": ZONES[1], "standIn": {"body": "b"}}},
    "entry": ["nlb", "alb", "endpoint"],
}


def connect(service, answer):
    return {"do": ["PUT", f"/v1/services/{service}/connect", {"answer": answer}]}


def step(seconds):
    return {"do": ["POST", "/v1/clock/step", {"by": f"{seconds}s"}]}


UNHEALTHY = step(65)  # two failures, 30 s apart
HEALTHY = step(155)   # five passes


class Failover(Inside):
    def setUp(self):
        super().setUp()
        self.need("getent")
        told = self.exec("sh", "-c", 'curl -sS "http://$HOPLAB_ADMIN/v1/status"', scenario=SCENARIO)
        self.doors = json.loads(told.stdout)["endpoints"]

    def name(self, door):
        return next(one["dnsName"] for one in self.doors if one["name"] == door)

    def addresses(self, door, zones=ZONES):
        return sorted(one["address"] for one in self.doors if one["name"] == door and one["zone"] in zones)

    def run_steps(self, *steps):
        done = self.exec("/usr/bin/python3", DNS, json.dumps(steps), scenario=SCENARIO)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def leads_to(self, answer, addresses):
        """Whoever asked, and however, got these, for a minute."""
        for resolver in ("packet", "getaddrinfo", "getent", "dig"):
            if resolver in answer:
                self.assertEqual(answer[resolver], addresses, resolver)
        for ttls in ("ttls", "digTtls"):
            if ttls in answer:
                self.assertEqual(answer[ttls], [TTL])

    def test_a_zone_leaves_and_comes_back(self):
        for door in ("nlb", "alb"):
            with self.subTest(door):
                ask = {"ask": self.name(door)}
                all_of_them, first = self.addresses(door), self.addresses(door, ZONES[:1])
                answers = self.run_steps(ask, connect("b", "refuse"), step(35), ask, step(30), ask,
                                         connect("b", "accept"), step(125), ask, step(30), ask)
                for answer, addresses in zip(answers, (all_of_them, all_of_them, first, first, all_of_them)):
                    self.leads_to(answer, addresses)

    def test_when_all_zones_are_bad_all_stay(self):
        for door in ("nlb", "alb"):
            with self.subTest(door):
                ask = {"ask": self.name(door)}
                answers = self.run_steps(connect("a", "refuse"), UNHEALTHY, ask, connect("b", "refuse"), UNHEALTHY, ask,
                                         connect("b", "accept"), HEALTHY, ask)
                second = self.addresses(door, ZONES[1:])
                for answer, addresses in zip(answers, (second, self.addresses(door), second)):
                    self.leads_to(answer, addresses)

    def test_a_client_that_asks_again_is_well_and_one_that_remembers_is_not(self):
        stale = self.addresses("alb", ZONES[1:])[0]
        nobody, answers = f"http://{stale}/", [{"get": f"http://{self.name('alb')}/"}] * 4
        told = self.run_steps(connect("b", "refuse"), UNHEALTHY, {"get": nobody}, *answers, connect("b", "accept"),
                              {"get": nobody})
        self.assertEqual(told[0][0], 502, "its node fails open, and the target refuses")
        self.assertEqual(told[1:5], [[200, "a"]] * 4)
        self.assertEqual(told[5], [200, "b"], "not healthy yet, but it answers")

    def test_a_zones_own_name_and_an_endpoints_names_stay(self):
        zonal = f"{ZONES[1]}.{self.name('nlb')}"
        told = self.run_steps(connect("b", "refuse"), UNHEALTHY, {"ask": zonal}, {"ask": self.name("endpoint")})
        self.leads_to(told[0], self.addresses("nlb", ZONES[1:]))
        self.leads_to(told[1], self.addresses("endpoint"))

    def test_names_that_did_not_change_are_found_by_every_resolver(self):
        for door in ("nlb", "alb", "endpoint"):
            with self.subTest(door):
                self.leads_to(self.run_steps({"ask": self.name(door)})[0], self.addresses(door))


if __name__ == "__main__":
    unittest.main()
