"""API keys, usage plans and throttles of a private REST API, on a clock that moves on by steps; stage variables and a
canary; metrics."""

import json
import pathlib
import sys
import unittest

from api_lab import api_scenario, ask, post, why
from lab import Lab, admin

FUNCTIONS = pathlib.Path(__file__).resolve().parent / "functions"
MOCK = {"Integration": {"Type": "MOCK", "body": "ok"}}
ECHO = {"Integration": {"Type": "AWS_PROXY", "Function": "orders"}}
FUNCTION = {"orders": {"Command": [sys.executable, "-B", "api.py"], "Folder": str(FUNCTIONS), "Timeout": 60}}
KEY, OTHER, OFF, STRANGER = ("first1234567890123456", "other1234567890123456", "off123456789012345678",
                             "stranger1234567890123")
FORBIDDEN = (403, "ForbiddenException", '{"message":"Forbidden"}')
THROTTLED = (429, "TooManyRequestsException", '{"message":"Too Many Requests"}')
OVER_QUOTA = (429, "LimitExceededException", '{"message":"Limit Exceeded"}')


def scenario(method=None, plan=None, stage=None, resources=None, clock="stepped", **more):
    """`/keyed` requires a key, `/open` does not."""
    method = method or MOCK
    made = api_scenario(resources or {"/keyed": {"GET": {**method, "ApiKeyRequired": True}}, "/open": {"GET": method}},
                        clock={"mode": clock}, Functions=FUNCTION, **more)
    if stage:
        made["RestApis"]["orders-api"]["Stage"] = stage
    made["ApiKeys"] = {"first": {"Value": KEY}, "other": {"Value": OTHER}, "off": {"Value": OFF, "Enabled": False},
                       "stranger": {"Value": STRANGER}}
    made["UsagePlans"] = {"plan": {"ApiStages": [{"RestApi": "orders-api", "Stage": "prod"}],
                                   "ApiKeys": ["first", "other", "off"], **(plan or {})}}
    return made


def refused(lab, path, key=None, **how):
    """(status, x-amzn-ErrorType, body)"""
    status, head, body = ask(lab, path, *(("--header", f"x-api-key: {key}") if key else ()), **how)
    fields = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[-1] for line in head.split("\r\n")[1:]}
    return status, fields.get("x-amzn-errortype"), body


def statuses(lab, path, key, count):
    return [refused(lab, path, key)[0] for _ in range(count)]


def step(lab, by):
    post(lab, "/v1/clock/step", {"by": by})


def apply(lab, change):
    post(lab, "/v1/changes", change)


class Keys(unittest.TestCase):
    def test_who_may_ask(self):
        with Lab(scenario()) as lab:
            for version in ("--http1.1", "--http2"):
                self.assertEqual(refused(lab, "/keyed", KEY, version=version), (200, None, "ok"))
                self.assertEqual(refused(lab, "/open", version=version), (200, None, "ok"))
                for key in (None, "x" * 20, OFF, STRANGER, KEY.upper()):
                    self.assertEqual(refused(lab, "/keyed", key, version=version), FORBIDDEN, key)
            self.assertEqual(refused(lab, "/open", STRANGER), (200, None, "ok"), "it is not looked at")
            self.assertIn("invalid-api-key", why(lab, 0))

    def test_an_authorizers_key_is_not_the_fields(self):
        made = scenario()
        made["RestApis"]["orders-api"]["ApiKeySourceType"] = "AUTHORIZER"
        with Lab(made) as lab:
            self.assertEqual(refused(lab, "/keyed", KEY), FORBIDDEN)

    def test_the_event_names_the_key(self):
        with Lab(scenario(ECHO, clock="real")) as lab:
            identity = json.loads(refused(lab, "/keyed", KEY)[2])["requestContext"]["identity"]
            self.assertEqual(identity["apiKey"], KEY)
            self.assertRegex(identity["apiKeyId"], "^[a-z0-9]{10}$")
            identity = json.loads(refused(lab, "/open", KEY)[2])["requestContext"]["identity"]
            self.assertNotIn("apiKey", identity)

    def test_keys_come_and_go_while_it_runs(self):
        with Lab(scenario()) as lab:
            apply(lab, {"change": "PutApiKey", "Name": "off", "ApiKey": {"Value": OFF}})
            self.assertEqual(refused(lab, "/keyed", OFF)[0], 200)
            apply(lab, {"change": "PutUsagePlan", "Name": "plan", "UsagePlan": {"ApiKeys": ["first"]}})
            self.assertEqual(refused(lab, "/keyed", KEY), FORBIDDEN, "the plan has no stage now")
            apply(lab, {"change": "DeleteUsagePlan", "Name": "plan"})
            apply(lab, {"change": "DeleteApiKey", "Name": "first"})
            self.assertEqual(refused(lab, "/keyed", KEY), FORBIDDEN)


class Throttles(unittest.TestCase):
    def test_a_plan_throttles_each_client(self):
        with Lab(scenario(plan={"Throttle": {"RateLimit": 0.5, "BurstLimit": 2}})) as lab:
            self.assertEqual(statuses(lab, "/keyed", KEY, 3), [200, 200, 429])
            self.assertEqual(refused(lab, "/keyed", KEY, version="--http2"), THROTTLED)
            self.assertIn("throttled", why(lab, 0))
            self.assertEqual(statuses(lab, "/keyed", OTHER, 3), [200, 200, 429], "each client by itself")
            step(lab, "1s")
            self.assertEqual(refused(lab, "/keyed", KEY)[0], 429)
            step(lab, "1s")
            self.assertEqual(statuses(lab, "/keyed", KEY, 2), [200, 429], "one comes back in two seconds")

    def test_a_method_of_a_plan(self):
        stage = {"RestApi": "orders-api", "Stage": "prod",
                 "Throttle": {"/keyed/GET": {"RateLimit": 1, "BurstLimit": 1}}}
        with Lab(scenario(plan={"ApiStages": [stage], "Throttle": {"RateLimit": 100, "BurstLimit": 100}})) as lab:
            self.assertEqual(statuses(lab, "/keyed", KEY, 2), [200, 429])

    def test_a_stage_throttles_all_clients_of_a_method(self):
        settings = [{"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 1},
                    {"ResourcePath": "/~1open", "HttpMethod": "GET", "ThrottlingRateLimit": 1,
                     "ThrottlingBurstLimit": 3}]
        with Lab(scenario(stage={"MethodSettings": settings})) as lab:
            self.assertEqual(statuses(lab, "/keyed", KEY, 1) + statuses(lab, "/keyed", OTHER, 1), [200, 429])
            self.assertEqual(statuses(lab, "/open", None, 4), [200, 200, 200, 429], "a bucket of its own")
            self.assertEqual(refused(lab, "/open"), THROTTLED)
            self.assertIn("the limit of the method in the stage", why(lab, 0))

    def test_what_was_used_stays_used_over_a_change(self):
        settings = {"MethodSettings": [{"ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 2}]}
        made = scenario(stage=settings, plan={"Quota": {"Limit": 3, "Period": "DAY"}})
        with Lab(made) as lab:
            self.assertEqual(statuses(lab, "/keyed", KEY, 2), [200, 200])
            api = made["RestApis"]["orders-api"]
            api["Resources"]["/open"]["GET"] = {"Integration": {"Type": "MOCK", "body": "changed"}}
            apply(lab, {"change": "PutRestApi", "Name": "orders-api", "RestApi": api})
            self.assertEqual(refused(lab, "/keyed", KEY), THROTTLED, "it had its two, and its third of the quota")
            step(lab, "10s")
            self.assertEqual(refused(lab, "/keyed", KEY), OVER_QUOTA)
            settings["MethodSettings"][0]["ThrottlingBurstLimit"] = 1
            api["Stage"] = settings
            apply(lab, {"change": "PutRestApi", "Name": "orders-api", "RestApi": api})
            self.assertEqual(statuses(lab, "/open", None, 2), [200, 429], "another limit begins anew")

    def test_all_apis_of_an_account_share_its_limit(self):
        with Lab(scenario(), "--api-rate-limit", "4") as lab:
            self.assertEqual(statuses(lab, "/open", None, 3), [200, 200, 429])
            self.assertEqual(refused(lab, "/keyed", KEY), THROTTLED)
            self.assertIn("the limit of the account", why(lab, 0))
            step(lab, "250ms")
            self.assertEqual(statuses(lab, "/open", None, 2), [200, 429])


class Quotas(unittest.TestCase):
    def test_a_day_of_the_calendar(self):
        with Lab(scenario(plan={"Quota": {"Limit": 2, "Period": "DAY"}})) as lab:
            post(lab, "/v1/clock", {"now": "2026-04-25T23:59:50Z"}, "PUT")
            self.assertEqual(statuses(lab, "/keyed", KEY, 2), [200, 200])
            self.assertEqual(refused(lab, "/keyed", KEY), OVER_QUOTA)
            self.assertEqual(refused(lab, "/keyed", KEY, version="--http2"), OVER_QUOTA)
            self.assertIn("quota-exceeded", why(lab, 0))
            self.assertEqual(refused(lab, "/keyed", OTHER)[0], 200, "each client has its own")
            self.assertEqual(refused(lab, "/open", KEY)[0], 200, "no key is needed: nothing counts")
            step(lab, "9s")
            self.assertEqual(refused(lab, "/keyed", KEY)[0], 429)
            step(lab, "1s")
            self.assertEqual(statuses(lab, "/keyed", KEY, 3), [200, 200, 429], "a new day")

    def test_what_is_throttled_counts_for_no_quota(self):
        plan = {"Throttle": {"RateLimit": 1, "BurstLimit": 1}, "Quota": {"Limit": 2, "Period": "DAY"}}
        with Lab(scenario(plan=plan)) as lab:
            self.assertEqual(statuses(lab, "/keyed", KEY, 5), [200, 429, 429, 429, 429])
            step(lab, "1s")
            self.assertEqual(refused(lab, "/keyed", KEY)[0], 200)
            step(lab, "1s")
            self.assertEqual(refused(lab, "/keyed", KEY), OVER_QUOTA)


class Stages(unittest.TestCase):
    def test_variables_reach_the_function(self):
        stage = {"Variables": {"url": "orders.example.com", "version": "1"}}
        with Lab(scenario(ECHO, stage=stage, clock="real")) as lab:
            self.assertEqual(json.loads(refused(lab, "/open")[2])["stageVariables"], stage["Variables"])
        with Lab(scenario(ECHO, clock="real")) as lab:
            self.assertIsNone(json.loads(refused(lab, "/open")[2])["stageVariables"])

    def test_a_canary_has_its_own(self):
        def seen(percent, count):
            stage = {"Variables": {"version": "1", "url": "a"},
                     "CanarySetting": {"PercentTraffic": percent, "StageVariableOverrides": {"version": "2", "x": "y"}}}
            with Lab(scenario(ECHO, stage=stage, clock="real")) as lab:
                return [json.loads(refused(lab, "/open")[2])["stageVariables"] for _ in range(count)]
        self.assertEqual(seen(0, 3), [{"version": "1", "url": "a"}] * 3)
        self.assertEqual(seen(100, 3), [{"version": "2", "url": "a", "x": "y"}] * 3)
        self.assertEqual({one["version"] for one in seen(50, 40)}, {"1", "2"})


class Metrics(unittest.TestCase):
    def test_of_an_api_and_of_a_method(self):
        settings = [{"ResourcePath": "/keyed", "HttpMethod": "GET", "MetricsEnabled": True}]
        with Lab(scenario(stage={"MethodSettings": settings})) as lab:
            self.assertEqual(statuses(lab, "/keyed", KEY, 1) + statuses(lab, "/keyed", None, 2) +
                             statuses(lab, "/open", None, 3), [200, 403, 403, 200, 200, 200])
            metrics = admin(lab, "/v1/metrics")
            self.assertEqual(metrics["cloudWatch"]["AWS/ApiGateway"]["orders-api"],
                             {"Count": 6, "4XXError": 2, "5XXError": 0, "Latency": 0, "IntegrationLatency": 0})
            self.assertEqual(metrics["cloudWatchByMethod"]["AWS/ApiGateway"]["orders-api"], {
                "GET /keyed": {"Count": 3, "4XXError": 2, "5XXError": 0, "Latency": 0, "IntegrationLatency": 0}})


if __name__ == "__main__":
    unittest.main()
