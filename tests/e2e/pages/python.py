"""Python's http.client does what a case of the casebook says."""

import json
import subprocess
import sys

import casebook
from lab import DEADLINE_S, ROOT
from pages.answer import Answer
from pages.ways import is_https, patience, place
from real_clients import client_environment

PLAYER = ROOT / "tests" / "e2e" / "clients" / "steps.py"


def python_call(lab, call):
    if not isinstance(call, casebook.Ask):
        return {"kind": "act", "method": call.method, "path": call.path, "body": call.body}
    return {"kind": "ask", "method": call.method, "path": call.path, "headers": call.headers,
            "body": call.body, "patience": patience(call), "place": place(lab, call.way),
            "source": call.way.source, "opening": call.opening, "https": is_https(lab, call.way),
            "http2": call.http2}


def play_with_python(lab, check, plan):
    told = {"name": lab.name, "admin": lab.env["HOPLAB_ADMIN"], "ca": lab.ca_bundle,
            "calls": [python_call(lab, call) for call in plan]}
    if check.get("certificate"):
        told["cert"], told["key"] = lab.certificate(check["certificate"])
    if "tls" in check:
        told["tls"] = check["tls"]
    done = subprocess.run([sys.executable, "-B", str(PLAYER), json.dumps(told)], capture_output=True,
                          text=True, check=False, timeout=DEADLINE_S, env=client_environment())
    if done.returncode:
        raise RuntimeError(done.stderr)
    for line in done.stdout.splitlines():
        one = json.loads(line)
        if "status" in one:
            one["status"] = f"{one['status']} {one.pop('reason')}".strip()
        yield Answer(**one)
