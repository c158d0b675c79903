"""Writes docs/resets.md: the casebook, symptom first, with what clients print."""

import re

import casebook
from lab import ROOT
from pages.markdown import anchor, cell, code, table

TITLE = "# Resets and other failures, by symptom"

GROUPS = {  # by what decides the check
    "certificate": "A client certificate is refused",
    "reset": "The connection is reset",
    "closed": "The connection is closed",
    "tls": "The TLS handshake fails, or agrees on too little",
    "silence": "Nothing comes back",
    "error": "An HTTP error",
    "works": "It is answered, and still something is wrong",
}


def group_of(case):
    expect = casebook.deciding(case.check)
    if not expect:
        return "works"
    if expect.get("cause") == "certificate-refused":
        return "certificate"
    if "end" in expect:
        return expect["end"]
    if "status" not in expect:
        return "tls"
    return "error" if expect["status"] >= 400 else "works"


def link(case):
    return f"[{case.title}](#{anchor(case.title)})"


def contents(groups):
    for group, members in groups.items():
        rows = [[cell(code(case.told["symptoms"][0])), link(case)] for case in members]
        heading = f"**[{GROUPS[group]}](#{anchor(GROUPS[group])})**"
        yield f"{heading}\n\n{table(['what is seen', 'case'], rows)}"


def index(cases, letter):
    rows = [[row, casebook.ROWS[row], "<br>".join(map(link, found)) or "-"]
            for row, found in casebook.covered(cases).items() if row.startswith(letter)]
    return table(["", "what", "case"], rows)


def source(fact):
    """A link where it is the name of an issue."""
    issue = re.fullmatch(r"([\w.-]+/[\w.-]+)#(\d+)", fact)
    return f"[{fact}](https://github.com/{issue[1]}/issues/{issue[2]})" if issue else fact


def printed_table(case, printed):
    """A row for each request and each call of the admin API."""
    clients = list(printed)
    rows, number = [], 0
    for call in case.client_plan():
        if isinstance(call, casebook.Ask):
            words = ["<br>".join(cell(code(one)) for one in printed[client][number])
                     for client in clients]
            rows.append([cell(code(call.words)), *words])
            number += 1
        else:
            rows.append([f"*{call.words}*", *[""] * len(clients)])
    return table(["", *clients], rows)


def commands(case):
    file = case.path.relative_to(ROOT)
    lines = [f"hoplab test {file}", f"hoplab up {file}"]
    acts = [call for call in case.client_plan() if isinstance(call, casebook.Act)]
    lines += [f"hoplab ctl {act.command}" for act in dict.fromkeys(acts)]
    symptom = case.told["symptoms"][0].replace("'", "'\\''")
    return "\n".join([*lines, f"hoplab explain -- '{symptom}'"])


def section(case, printed):
    told = case.told
    when = [f"after {told['after']}"] if "after" in told else []
    when += [f"TLS {version}" for version in told.get("tls", [])]
    when += [f"mutual TLS: {mode}" for mode in told.get("mutualTls", [])]
    parts = [f"### {case.title}",
             "\n".join(f"- {code(line)}" for line in told["symptoms"]),
             case.scenario["story"],
             f"![Its connection over time](pictures/{case.name}.svg)",
             f"**Cause.** {told['cause']}",
             f"**Hop.** {told['hop']}" + (f" ({', '.join(when)})" if when else "")]
    if "tellApart" in told:
        parts.append(f"**How to tell it apart.** {told['tellApart']}")
    parts += ["**Metrics and logs.** " + "; ".join(told["metrics"]),
              f"**On AWS.** {told['fix']}"]
    facts = [*map(source, case.sources)]
    if case.rows:
        facts.insert(0, ", ".join(case.rows))
    if facts:
        parts.append("**Facts.** " + "; ".join(facts))
    parts += ["**What clients print here**", printed_table(case, printed),
              f"```sh\n{commands(case)}\n```"]
    return "\n\n".join(parts)


def document(cases, printed):
    groups = {group: [case for case in cases if group_of(case) == group] for group in GROUPS}
    groups = {group: members for group, members in groups.items() if members}
    sections = "\n\n".join(
        f"## {GROUPS[group]}\n\n" + "\n\n".join(section(case, printed[case.name]) for case in members)
        for group, members in groups.items())
    found = casebook.covered(cases)
    count = {letter: sum(bool(found[row]) for row in found if row.startswith(letter)) for letter in "RS"}
    return TEMPLATE.format(title=TITLE, contents="\n\n".join(contents(groups)), sections=sections,
                           r_index=index(cases, "R"), s_index=index(cases, "S"),
                           cases=len(cases), r=count["R"], s=count["S"])


TEMPLATE = """\
{title}

`tests/e2e/pages/resets` writes this page from the casebook, `scenarios/resets`: it brings each of the {cases}
scenarios up and meets it with curl and Python (`http.client`). `tests/e2e/pages/resets --check` holds the page
in CI. Look for the line that you have, or let `hoplab explain -- 'LINE'` look for it; `hoplab` is
`build/release/hoplab`.

## By symptom

{contents}

## How to read what clients print

Each row is a request, in order; where the connection lives on, the next request uses it. *In italics*: what
happens between the requests, by the admin API. Several lines in a cell are what was seen in several runs: a
reset meets a client in a write or in a read, at random. A row that says from where, through what, or to
which port or zone is a connection of its own; `GET /v1/status` has the ways in.

- curl looks at a pooled connection before it uses it, and where the other end has closed it already takes a
  new one. When a reused connection is reset before an answer, curl asks once more on a new connection. Both
  show here as an answer *(on a new connection)*: the failure was there, and curl did not let it through.
- Python's `http.client` does neither. Libraries on top of it may. `ssl` here calls a reset after the handshake
  an end: `RemoteDisconnected` and `SSLEOFError` stand for resets in the cases of resets.
- A connection that takes the port of an earlier one needs `SO_REUSEADDR`, which curl does not set: there it runs
  with a `bind()` that does.
- The checks of a case are those of `hoplab test`; the clients here do the first that shows the symptom.
- Addresses, ports, times and numbers of bytes are left out.
- The pictures are those of `hoplab test --pictures FOLDER`: the connection of that check which shows the symptom.

## Index

R: who ends or drops a connection on the way through PrivateLink and the network load balancer; {r} of them
have a case. S: symptoms that were reported; {s} of them have a case.

{r_index}

{s_index}

{sections}
"""
