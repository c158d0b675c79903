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

    def clients(self, all_clients):
        """Those that can meet it: curl goes on waiting after a 101."""
        opens = self.check["expect"].get("status") == 101
        return [client for client in all_clients if not (opens and client == "curl")]

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


def changes_by_step():
    """How the admin API and `hoplab ctl` say the changes that steps have a member for, by that member, in the
    order of the scenario format."""
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    said = {operation["x-change"].get("step"): (method.upper(), path, operation)
            for path, methods in paths.items() for method, operation in methods.items() if "x-change" in operation}
    schema = json.loads((ROOT / "docs" / "scenario.schema.json").read_text())
    return {member: said[member] for member in schema["$defs"]["CheckStep"]["properties"] if member in said}


CHANGES = changes_by_step()
STEP = {"request", "expect", "changes", "advance"} | CHANGES.keys() | WAY_IN
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


ANSWERS = {"accept": "accepts connections", "refuse": "refuses connections", "drop": "does not answer connects"}
IN_WORDS = {
    "ArmFault": lambda one: f"the fault `{one['Fault']}` is armed",
    "DisarmFault": lambda one: f"the fault `{one['Fault']}` is disarmed",
    "RevokeCertificate": lambda one: f"`{one['Certificate']}` is revoked",
    "ReinstateCertificate": lambda one: f"the revocation of `{one['Certificate']}` is taken back",
    "SetEndpointState": lambda one: f"the state of `{one['Endpoint']}` becomes {one['State']}",
    "DeregisterTarget": lambda one: f"`{one['Target']}` of `{one['TargetGroup']}` is deregistered",
    "RegisterTarget": lambda one: f"`{one['Target']}` of `{one['TargetGroup']}` is registered",
    "SetTargetHealth":
        lambda one: f"`{one['Target']}` of `{one['TargetGroup']}` is {one['Health'] or 'checked again'}",
    "SetWeight": lambda one: f"the weight of `{one['TargetGroup']}` becomes {one['Weight']}",
    "SetSynAnswer": lambda one: f"`{one['Service']}` {ANSWERS[one['Answer']]}",
}


def acts(step):
    """In the order of the scenario format."""
    for member, change in CHANGES.items():
        if member in step:
            for said in said_in(step[member], change[2]["x-change"]["members"]):
                yield act(change, {"Port": 443, **said})
    for change in step.get("changes", []):
        text = json.dumps(change)
        yield Act("POST", "/v1/changes", text, f"`{change['change']}`", f"change '{text}'")
    if "advance" in step:
        by = step["advance"]
        yield Act("POST", "/v1/clock/step", json.dumps({"by": by}), f"the clock goes on by {by}",
                  f"clock step {by}")


def said_in(value, members):
    """The changes in a step's member, each as its members: objects within one another, or lists of them."""
    if isinstance(value, list):
        for one in value:
            yield from said_in(one, members)
    elif not isinstance(value, dict):
        yield {members[0]: value}
    elif value.keys() <= set(members):
        yield value
    else:
        for name, inner in value.items():
            for rest in said_in(inner, members[1:]):
                yield {members[0]: name, **rest}


def act(change, said):
    method, path, operation = change
    told = operation["x-change"]
    values = [said[member] for member in told["members"]]
    words = [told["verb"], *(told["null"] if value is None else str(value) for value in values)]
    for value in values:
        path = re.sub(r"{\w+}", str(value), path, count=1)
    body = ""
    if "requestBody" in operation:
        [key] = operation["requestBody"]["content"]["application/json"]["schema"]["required"]
        body = json.dumps({key: values[-1]})
    return Act(method, path, body, IN_WORDS[told["change"]](said), " ".join(words))


def shortened(text, most=48):
    return text if len(text) <= most else f"{text[:most // 2]}... ({len(text)} characters)"
