"""Deployments of a private API behind a load balancer: what an edit shows, and when; stages and canaries."""

import unittest

from api_lab import api_scenario, ask, post
from lab import Lab, admin

PROTOCOLS = ("--http1.1", "--http2")


def mock(body):
    return {"Integration": {"Type": "MOCK", "body": body}}


def scenario(**api):
    made = api_scenario({"/orders": {"GET": mock("first")}})
    made["RestApis"]["orders-api"].update(api)
    made["DomainNames"]["api.example.com"]["BasePathMappings"] = [{"RestApi": "orders-api"}]
    return made


def change(lab, name, **members):
    post(lab, "/v1/changes", {"change": name, "RestApi": "orders-api", **members})


def edit(lab, body):
    change(lab, "PutMethod", ResourcePath="/orders", HttpMethod="GET", Method=mock(body))


def bodies(lab, stage="prod"):
    """By HTTP/1.1 and by HTTP/2."""
    return [ask(lab, f"/{stage}/orders", version=version)[2] for version in PROTOCOLS]


class Deployments(unittest.TestCase):
    def test_an_edit_shows_after_the_next_one(self):
        with Lab(scenario()) as lab:
            edit(lab, "second")
            self.assertEqual(bodies(lab), ["second"] * 2)  # nothing was deployed yet
            change(lab, "CreateDeployment", StageName="prod", DeploymentId="d1")
            edit(lab, "third")
            self.assertEqual(bodies(lab), ["second"] * 2)
            change(lab, "CreateDeployment", StageName="prod", DeploymentId="d2")
            self.assertEqual(bodies(lab), ["third"] * 2)
            change(lab, "PutStage", StageName="prod", Stage={"DeploymentId": "d1"})  # back
            self.assertEqual(bodies(lab), ["second"] * 2)

    def test_each_stage_serves_its_own(self):
        with Lab(scenario()) as lab:
            change(lab, "CreateDeployment", StageName="prod")
            edit(lab, "second")
            change(lab, "CreateDeployment", StageName="dev")
            self.assertEqual((bodies(lab), bodies(lab, "dev")), (["first"] * 2, ["second"] * 2))
            change(lab, "DeleteStage", StageName="dev")
            self.assertEqual(ask(lab, "/dev/orders")[0], 403)

    def test_a_canary_serves_another_one_until_it_is_promoted(self):
        with Lab(scenario()) as lab:
            change(lab, "CreateDeployment", StageName="prod", DeploymentId="d1")
            edit(lab, "second")
            change(lab, "CreateDeployment", StageName="prod", DeploymentId="d2",
                   DeploymentCanarySettings={"PercentTraffic": 50})
            self.assertEqual(set(sum((bodies(lab) for _ in range(20)), [])), {"first", "second"})
            change(lab, "PutStage", StageName="prod", Stage={"DeploymentId": "d2"})
            self.assertEqual(bodies(lab), ["second"] * 2)

    def test_a_scenario_says_them(self):
        policy = scenario()["RestApis"]["orders-api"]["Policy"]
        old = {"Policy": policy, "Resources": {"/orders": {"GET": mock("old")}}}
        stages = {"prod": {"DeploymentId": "d1"}, "dev": {"Variables": {"a": "b"}}}
        with Lab(scenario(Deployments={"d1": old}, Stages=stages)) as lab:
            self.assertEqual((bodies(lab), bodies(lab, "dev")), (["old"] * 2, ["first"] * 2))
            kept = admin(lab, "/v1/topology")["RestApis"]["orders-api"]
            self.assertEqual((kept["Deployments"], kept["Stages"]), ({"d1": old}, stages))


if __name__ == "__main__":
    unittest.main()
