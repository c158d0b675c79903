"""The pytest plug-in: a lab for each scenario and worker, restored between tests, and why connections ended.

The scenario of a test is that of its marker, else of the command line, else of the ini file:

    @pytest.mark.hoplab("scenario.json", "--set", "service=127.0.0.1:9000")   beside the test's file
    pytest --hoplab-scenario scenario.json                                    in the current folder
    hoplab_scenario = "scenario.json"                                         beside the ini file
"""

from __future__ import annotations

import http.client
import pathlib
import time

import pytest

from hoplab.lab import Lab, LabError

MOST_ENDS = 20  # in a report; a test's last connections tell the most
SETTLE_S = 1

_USED = pytest.StashKey()  # the labs that a test has used, with the ids of the connections that were open before


def pytest_addoption(parser):
    parser.getgroup("hoplab").addoption("--hoplab-scenario", metavar="FILE",
                                        help="the scenario of the tests that name none themselves")
    parser.addini("hoplab_scenario", "the scenario of the tests that name none themselves, beside this file")


def pytest_configure(config):
    config.addinivalue_line("markers", "hoplab(scenario, *options): the scenario of a test, beside its file, "
                                       "and options for `hoplab up`")


@pytest.fixture(scope="session")
def _hoplab_labs():
    """The labs of this worker, by scenario and options."""
    labs = {}
    yield labs
    for lab in labs.values():
        lab.stop()


@pytest.fixture
def hoplab_lab(request, _hoplab_labs):
    """Gives the Lab of a scenario. It is started once for a session, and restored for each test that asks for it."""
    used = request.node.stash.setdefault(_USED, {})

    def lab_of(scenario, *options):
        key = (pathlib.Path(scenario).resolve(), *options)
        lab = _hoplab_labs.get(key)
        if lab in used:
            return lab
        if lab is not None and lab.running:
            lab.restore()
        else:
            if lab is not None:
                lab.stop()  # it has ended in an earlier test
            lab = _hoplab_labs[key] = Lab(*key)
        used[lab] = {flow["id"] for flow in lab.flows()}
        return lab

    return lab_of


@pytest.fixture
def hoplab(request, hoplab_lab):
    """The Lab of the test's scenario, as it was at its start."""
    return hoplab_lab(*_scenario_of(request.node))


def _scenario_of(item):
    """The path of the scenario, and options for `hoplab up`."""
    config = item.config
    marker = item.get_closest_marker("hoplab")
    if marker and marker.args:
        return item.path.parent / marker.args[0], *marker.args[1:]
    if config.getoption("hoplab_scenario"):
        return (config.invocation_params.dir / config.getoption("hoplab_scenario"),)
    if config.getini("hoplab_scenario"):
        return (config.inipath.parent / config.getini("hoplab_scenario"),)
    raise pytest.UsageError('the test names no scenario: @pytest.mark.hoplab("scenario.json"), --hoplab-scenario '
                            "or hoplab_scenario in the ini file")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for lab, earlier in item.stash.get(_USED, {}).items():
            report.sections.append(("hoplab", report_text(lab, earlier)))


def report_text(lab, earlier=frozenset()):
    """The connections that ended since the last restore, and those that are open, with the reasons.

    Of those with the ids `earlier`, which are not the test's own, only those that the client did not end itself.
    """
    try:
        ends, flows = _ends_and_flows(lab, earlier)
    except (LabError, OSError, http.client.HTTPException) as error:
        return str(error)
    ends = [end for end in ends if end["id"] not in earlier or end["end"]["by"] != "client"]
    lines = []
    if len(ends) > MOST_ENDS:
        lines.append(f"{len(ends) - MOST_ENDS} connections ended before these.")
    for end in ends[-MOST_ENDS:]:
        lines += _connection_lines(end, _end_text(end["end"]))
        if end["id"] in earlier:
            lines.append("    opened before the test")
    for flow in flows:
        lines += _connection_lines(flow, _open_text(flow))
    return "\n".join(lines) or "No connection ended during the test, and none is open."


def _ends_and_flows(lab, earlier):
    """Waits a moment for open connections: the client may know of an end before its record is there."""
    deadline = time.monotonic() + SETTLE_S
    flows = lab.flows()  # before the ends, so that no connection is between the two
    ends = lab.ends()
    while True:
        over = earlier.union(end["id"] for end in ends)
        flows = [flow for flow in flows if flow["id"] not in over]
        if not flows or time.monotonic() >= deadline:
            return ends, flows
        flows, more = lab.flows(), lab.ends(after=ends[-1]["id"] if ends else 0, wait=f"{SETTLE_S}s")
        ends += more


def _connection_lines(connection, outcome):
    yield f"#{connection['id']} {' > '.join([connection['client'], *connection['hops']])}: {outcome}"
    if requests := connection["requests"]:
        last = f", last {connection['lastStatus']}" if "lastStatus" in connection else ""
        yield f"    {requests} request{'s' if requests > 1 else ''}{last}"
    for failure in connection.get("failures", ()):
        yield "    " + _failure_text(failure)
    shown = connection.get("leafClientCertSubject", "")
    status = connection.get("tlsVerifyStatus")
    if shown or "verifyReason" in connection or status == "Success":  # else nobody has looked at a certificate
        yield f"    certificate{' ' * bool(shown)}{shown}: {status}"
    if "verifyReason" in connection:
        yield "    " + connection["verifyReason"]


def _end_text(end):
    if end["by"] == "hop":
        text = f"{end['how']} by {end['hop']} at {end['stage']}"
    else:
        text = f"{end['how']} by the {end['by']}, met by {end['hop']} at {end['stage']}"
    return f"{text}: {end['explanation']} ({end['reason']})"


def _open_text(flow):
    text = f"open, at {flow['stage']}"
    if "end" in flow:
        text += f"; {flow['end']['how']} by {flow['end']['hop']} ({flow['end']['reason']})"
    return text


def _failure_text(failure):
    times = f"{failure['count']} x " if failure["count"] > 1 else ""
    target = f" for {failure['target']}" if "target" in failure else ""
    detail = f" ({failure['detail']})" if "detail" in failure else ""
    answer = failure["status"] or "no answer"
    return f"{times}{answer} by {failure['hop']}{target}: {failure['explanation']}{detail} ({failure['reason']})"
