"""Asks for names as clients do, while a zone's service fails and is mended; prints what they got, as JSON.

dns.py SCRIPT: a JSON list of steps; {"do": ["PUT", "/v1/...", {...}]} calls the admin API, {"ask": NAME} asks for a
name with every resolver, {"get": URL} fetches it, following what the resolver says.
"""

import json
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import urllib.error
import urllib.request


def call(method, path, body):
    url = f"http://{os.environ['HOPLAB_ADMIN']}{path}"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), method=method)) as answer:
        answer.read()


def by_packet(name):
    """(addresses, the TTLs of all of them), by a query of our own."""
    number = random.randrange(1 << 16)
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(30)
        asking.sendto(struct.pack(">6H", number, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", 1, 1),
                      ("169.254.169.253", 53))
        answer = asking.recv(4096)
    identity, _, _, count, _, _ = struct.unpack(">6H", answer[:12])
    assert identity == number
    at = 12 + len(labels) + 1 + 4
    addresses, ttls = [], set()
    for _ in range(count):
        _, kind, of_class, ttl, size = struct.unpack(">HHHIH", answer[at:at + 12])
        assert (kind, of_class, size) == (1, 1, 4)
        addresses.append(socket.inet_ntoa(answer[at + 12:at + 16]))
        ttls.add(ttl)
        at += 16
    return sorted(addresses), sorted(ttls)


def by_dig(name):
    """The same by dig."""
    done = subprocess.run(["dig", "+noall", "+answer", name, "A"], capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return sorted(line[4] for line in lines), sorted({int(line[1]) for line in lines})


def ask(name):
    addresses, ttls = by_packet(name)
    got = {"packet": addresses, "ttls": ttls}
    got["getaddrinfo"] = sorted({one[4][0] for one in socket.getaddrinfo(name, 80, socket.AF_INET)})
    listed = subprocess.run(["getent", "ahostsv4", name], capture_output=True, text=True, check=True).stdout
    got["getent"] = sorted({line.split()[0] for line in listed.splitlines()})
    if shutil.which("dig"):
        got["dig"], got["digTtls"] = by_dig(name)
    return got


def get(url):
    """Status and body; a connection that fails has neither."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return [answer.status, answer.read().decode()]
    except urllib.error.HTTPError as error:
        return [error.code, error.read().decode()]
    except OSError as error:
        return [0, str(error)]


def main():
    told = []
    for step in json.loads(sys.argv[1]):
        if "do" in step:
            call(*step["do"])
        elif "ask" in step:
            told.append(ask(step["ask"]))
        else:
            told.append(get(step["get"]))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
