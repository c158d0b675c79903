"""The casebook, `scenarios/resets`: its cases, what they cover, and what a client does to meet one.

R1 to R23 say who ends or drops a connection on the way through PrivateLink and a network load balancer
(nlb-privatelink.md 2.1); S1 to S42 are symptoms that were reported (nlb-privatelink.md 6.1); each is a line
of docs/resets-rows.json. A case names those that it reproduces among its `facts`.
"""

import dataclasses
import json
import re

from lab import ROOT, without_comments

FOLDER = ROOT / "scenarios" / "resets"
PAGE = ROOT / "docs" / "resets.md"
ROWS = json.loads((ROOT / "docs" / "resets-rows.json").read_text())


class Case:
    """A scenario of the casebook."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        self.scenario = json.loads(without_comments(path.read_text()))
        self.told = self.scenario["case"]
        self.title = self.scenario["title"]

    @property
    def rows(self):
        """The R and S that it reproduces."""
        return [fact for fact in self.told.get("facts", []) if re.fullmatch(r"[RS]\d+", fact)]

    @property
    def sources(self):
        return [fact for fact in self.told.get("facts", []) if fact not in self.rows]

    @property
    def check(self):
        """The check that shows the symptom: the first that expects more than a plain 200."""
        checks = self.scenario["checks"]
        return next((check for check in checks if deciding(check)), checks[0])

    def client_plan(self):
        return list(plan(self.check))


def cases():
    return [Case(path) for path in sorted(FOLDER.glob("*.json"))]


def covered(all_cases):
    """{row: the cases that reproduce it}, in the order of ROWS; none for a row without one."""
    return {row: [case for case in all_cases if row in case.rows] for row in ROWS}


def deciding(check):
    """The expectation of a check that shows the symptom, or nothing: the first with a cause, or else
    the first that is no plain 200."""
    expectations = [check["expect"], *(step.get("expect", {}) for step in check.get("then", []))]
    symptoms = [one for one in expectations if is_symptom(one)]
    return next((one for one in symptoms if "cause" in one), symptoms[0] if symptoms else None)


def is_symptom(expect):
    return bool({"end", "cause", "hop", "bodyLike"} & expect.keys()) or expect.get("status", 200) != 200


@dataclasses.dataclass(frozen=True)
class WayIn:
    """How a client connects; what is empty is the entry's first way in."""
    source: str = ""   # the client's address, maybe with a port
    through: str = ""  # an endpoint or a load balancer
    port: int = 0      # of its listener
    zone: str = ""
    scheme: str = ""

    @property
    def words(self):
        parts = [f"from {self.source}"] if self.source else []
        parts += [f"through {self.through}"] if self.through else []
        parts += [f"port {self.port}"] if self.port else []
        parts += [f"zone {self.zone}"] if self.zone else []
        parts += [self.scheme] if self.scheme else []
        return "".join(f", {part}" for part in parts)


WAY_IN = {"from", "through", "port", "zone", "scheme"}


def way_in(step):
    return WayIn(step.get("from", ""), step.get("through", ""), step.get("port", 0),
                 step.get("zone", ""), step.get("scheme", ""))


@dataclasses.dataclass(frozen=True)
class Ask:
    """A request, on the connection of the last one unless that has ended or this one is the first of
    its opening."""
    method: str
    path: str
    headers: tuple
    body: str
    silence: bool  # whether nothing is expected to come back
    way: WayIn
    opening: int   # how often a step has said how to connect
    first: bool    # this step has
    http2: bool

    @property
    def words(self):
        headers = "".join(f", {name}: {shortened(value)}" for name, value in self.headers)
        body = f", a body of {len(self.body)} bytes" if self.body else ""
        http2 = ", HTTP/2" if self.http2 else ""
        way = self.way.words if self.first else ""
        return f"{self.method} {shortened(self.path)}{headers}{body}{http2}{way}"


@dataclasses.dataclass(frozen=True)
class Act:
    """A call of the admin API."""
    method: str
    path: str
    body: str
    words: str
    command: str  # what `hoplab ctl` takes


OPERATIONS = {"endpointState", "deregister", "register", "targetHealth", "weights", "connect"}
STEP = {"request", "expect", "arm", "disarm", "revoke", "advance"} | OPERATIONS | WAY_IN
CHECK = {"name", "certificate", "tls", "http", "request", "expect", "then"} | WAY_IN


def plan(check):
    """What a client does, in order: Ask and Act."""
    way, opening = way_in(check), 0
    for step in (check, *check.get("then", [])):
        if unknown := step.keys() - (CHECK if step is check else STEP):
            raise ValueError(f"{check['name']}: no client here can do {', '.join(sorted(unknown))}")
        yield from acts(step)
        if "request" not in step:
            continue
        first = bool(WAY_IN & step.keys())
        if first and step is not check:
            way, opening = way_in(step), opening + 1
        yield ask(step, way, opening, first, check.get("http") == "2")


def ask(step, way, opening, first, http2):
    request, expect = step["request"], step.get("expect", {})
    body = request.get("body", "")
    if not isinstance(body, str):
        body = json.dumps(body, separators=(",", ":"))
    return Ask(request.get("method", "GET"), request["path"],
               tuple(request.get("headers", {}).items()), body, expect.get("end") == "silence",
               way, opening, first, http2)


def acts(step):
    """In the order of the scenario format."""
    for name in step.get("arm", []):
        yield Act("POST", f"/v1/faults/{name}/arm", "", f"the fault `{name}` is armed", f"arm {name}")
    for name in step.get("disarm", []):
        yield Act("DELETE", f"/v1/faults/{name}", "", f"the fault `{name}` is disarmed",
                  f"disarm {name}")
    if "revoke" in step:
        name = step["revoke"]
        yield Act("POST", f"/v1/certificates/{name}/revoke", "", f"`{name}` is revoked",
                  f"revoke {name}")
    yield from operations(step)
    if "advance" in step:
        by = step["advance"]
        yield Act("POST", "/v1/clock/step", json.dumps({"by": by}), f"the clock goes on by {by}",
                  f"clock step {by}")


def operations(step):
    """What an operator does on AWS."""
    for name, state in step.get("endpointState", {}).items():
        yield Act("PUT", f"/v1/endpoints/{name}/state", json.dumps({"state": state}),
                  f"the state of `{name}` becomes {state}", f"endpoint {name} {state}")
    for verb, method in (("deregister", "DELETE"), ("register", "PUT")):
        for group, targets in step.get(verb, {}).items():
            for target in targets:
                yield Act(method, f"/v1/target-groups/{group}/targets/{target}", "",
                          f"`{target}` of `{group}` is {verb}ed", f"{verb} {group} {target}")
    for group, targets in step.get("targetHealth", {}).items():
        for target, state in targets.items():
            yield Act("PUT", f"/v1/target-health/{group}/{target}", json.dumps({"state": state}),
                      f"`{target}` of `{group}` is {state or 'checked again'}",
                      f"health {group} {target} {state or 'checked'}")
    for one in step.get("weights", []):
        balancer, port = one["LoadBalancer"], one.get("Port", 443)
        group, weight = one["TargetGroup"], one["Weight"]
        yield Act("PUT", f"/v1/load-balancers/{balancer}/listeners/{port}/weights/{group}",
                  json.dumps({"weight": weight}), f"the weight of `{group}` becomes {weight}",
                  f"weight {balancer} {port} {group} {weight}")
    answers = {"accept": "accepts connections", "refuse": "refuses connections",
               "drop": "does not answer connects"}
    for service, answer in step.get("connect", {}).items():
        yield Act("PUT", f"/v1/services/{service}/connect", json.dumps({"answer": answer}),
                  f"`{service}` {answers[answer]}", f"connect {service} {answer}")


def shortened(text, most=48):
    return text if len(text) <= most else f"{text[:most // 2]}... ({len(text)} characters)"
