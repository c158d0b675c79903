"""Where a client connects to for a request of the casebook, how, and how long it waits there."""

import json
import pathlib
import urllib.request

from lab import DEADLINE_S

SILENCE_S = 2   # how long a client waits where nothing is expected to come


def patience(call):
    return SILENCE_S if call.silence else DEADLINE_S


def is_https(lab, way):
    """A network load balancer passes on what comes: without a listener's certificate that is no TLS."""
    if way.scheme:
        return way.scheme == "https"
    return lab.env["HOPLAB_URL"].startswith("https:") and bool(pathlib.Path(lab.ca_bundle).read_text())


def topology(lab):
    with urllib.request.urlopen(f"http://{lab.env['HOPLAB_ADMIN']}/v1/status") as answer:
        return json.load(answer)


def place(lab, way):
    """(address, port) here."""
    if not (way.through or way.port or way.zone):
        return lab.address, lab.port
    doors = topology(lab)["endpoints"]
    name = way.through or doors[0]["name"]
    return next((door["address"], door["port"]) for door in doors
                if door["name"] == name and way.port in (0, door["listenerPort"])
                and way.zone in ("", door["zone"]))
