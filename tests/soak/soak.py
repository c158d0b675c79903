#!/usr/bin/python3
"""Chaos: several hundred clients at once while random faults come and go through the admin API.

Then nothing may be left over: every flow has ended, each with a cause that is counted once, no
descriptor is open that was not open before, the process ends with 0 and a sanitizer has nothing to
say. All the while, clients of a listener without faults must see nothing but right answers.

`soak.py --seconds N` (or HOPLAB_SOAK_SECONDS); --seed repeats the draws, not the timing.
"""

import argparse
import asyncio
import json
import os
import pathlib
import random
import socket
import ssl
import struct
import sys
import traceback
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from lab import Lab  # noqa: E402  (the path comes first)

CLIENTS = 300
CLEAN_CLIENTS = 4
PATIENCE_S = 3       # of a client that meets faults
CLEAN_PATIENCE_S = 60
QUIET_S = 120        # for flows to end once nothing holds them
# Emulated seconds in a real one. Hundreds of handshakes at once, under a sanitizer on a busy machine, take
# longer than the ten seconds that a load balancer gives each: the clean clients' would be cut, rightly.
TIME_SCALE = 0.1
HOPS = ("endpoint", "nlb", "alb", "api-endpoint", "first", "second")
STAGES = ("accept", "client-hello", "client-certificate", "handshake-done", "request-headers",
          "request-body", "response-headers", "response-body", "idle")
DIRECTIONS = ("from-client", "to-client", "both")
ACTIONS = ("reset", "fin", "hold")
HOST = "api.example.com"
GOOD_ANSWER = b'{"id":"1","value":"4.99"}'
TROUBLE = (OSError, ssl.SSLError, asyncio.TimeoutError, asyncio.IncompleteReadError, EOFError)


class Admin:
    """The admin API, from a thread of its own so that the clients go on."""

    def __init__(self, address):
        self.address = address

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.address}{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=600) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    async def call(self, method, path, body=None):
        return await asyncio.to_thread(self.ask, method, path, body)


class Soak:
    def __init__(self, lab, seed):
        self.random = random.Random(seed)
        self.admin = Admin(lab.env["HOPLAB_ADMIN"])
        self.doors = {(one["name"], one["listenerPort"]): (one["address"], one["port"])
                      for one in self.admin.ask("GET", "/v1/status")["endpoints"]}
        self.contexts = {name: self.context(lab, name) for name in ("my_client", "expired", None)}
        self.over = False
        self.counts = {"answers": 0, "troubles": 0, "clean": 0, "faults": 0, "operations": 0}

    @staticmethod
    def context(lab, certificate):
        context = ssl.create_default_context(cafile=lab.ca_bundle)
        if certificate:
            context.load_cert_chain(*lab.certificate(certificate))
        return context

    # ---- clients ---------------------------------------------------------------------------------

    async def open(self, door, context):
        address, port = self.doors[door]
        if not context:
            return await asyncio.open_connection(address, port)
        return await asyncio.open_connection(address, port, ssl=context, server_hostname=HOST,
                                             ssl_shutdown_timeout=1)

    @staticmethod
    async def ask(reader, writer, path, body=b""):
        method = "POST" if body else "GET"
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n"
                     .encode() + body)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next((int(line.split(":")[1]) for line in head.lower().split("\r\n")
                       if line.startswith("content-length:")), 0)
        return int(head.split()[1]), await reader.readexactly(length)

    async def visit(self):
        """One connection of a client that may meet anything, and may itself be rude."""
        draw = self.random.random
        door, context = (("endpoint", 443), self.contexts["my_client"])
        if draw() < 0.2:
            door, context = ("endpoint", 9000), None
        elif draw() < 0.2:
            door, context = ("endpoint", 9443), self.contexts[None]
        elif draw() < 0.2:
            context = self.contexts[self.random.choice(["expired", None])]
        reader, writer = await asyncio.wait_for(self.open(door, context), PATIENCE_S)
        try:
            for _ in range(self.random.randrange(4)):
                path = self.random.choice(["/widgets", "/widgets", "/large"])
                body = b"x" * 100_000 if draw() < 0.1 else b""
                await asyncio.wait_for(self.ask(reader, writer, path, body), PATIENCE_S)
                self.counts["answers"] += 1
            if draw() < 0.1:
                writer.write(b"GET /half HTTP/1.1\r\nHo")
                await asyncio.wait_for(reader.read(1), PATIENCE_S)
        finally:
            raw = writer.get_extra_info("socket")
            if raw and draw() < 0.3:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            else:
                writer.close()

    async def rude_client(self):
        while not self.over:
            try:
                await self.visit()
            except TROUBLE:
                self.counts["troubles"] += 1
                await asyncio.sleep(0)

    async def clean_client(self):
        """Any trouble is the soak's failure."""
        while not self.over:
            reader, writer = await asyncio.wait_for(
                self.open(("clean-alb", 443), self.contexts["my_client"]), CLEAN_PATIENCE_S)
            client = "{}:{}".format(*writer.get_extra_info("sockname"))
            for _ in range(3):
                try:
                    status, body = await asyncio.wait_for(self.ask(reader, writer, "/widgets"),
                                                          CLEAN_PATIENCE_S)
                except TROUBLE as trouble:
                    raise RuntimeError(f"a clean client: {await self.end_of(client)}") from trouble
                if (status, body) != (200, GOOD_ANSWER):
                    raise RuntimeError(f"a clean client got {status} {body!r}")
                self.counts["clean"] += 1
            writer.close()

    async def end_of(self, client):
        """What hoplab says of the end of its connection."""
        for _ in range(50):  # whose record may come behind the reset
            for one in await self.admin.call("GET", "/v1/ends"):
                if (one["hops"][0], one["client"]) == ("clean-alb", client):
                    return one
            await asyncio.sleep(0.1)
        return f"nothing is known of {client}"

    # ---- chaos -----------------------------------------------------------------------------------

    def draw_fault(self):
        fault = {"hop": self.random.choice(HOPS), "stage": self.random.choice(STAGES),
                 "direction": self.random.choice(DIRECTIONS), "action": self.random.choice(ACTIONS)}
        if self.random.random() < 0.3:
            fault["afterBytes"] = self.random.choice([0, 1, 100, 5000, 100_000])
        if self.random.random() < 0.7:
            fault["connections"] = self.random.choice([{"every": self.random.randrange(2, 9)},
                                                       {"percent": self.random.randrange(5, 60)},
                                                       {"from": "127.0.0.1"}])
        if self.random.random() < 0.3:
            fault["limit"] = self.random.randrange(1, 20)
        return fault

    def draw_operation(self):
        choice = self.random.choice
        return choice([
            ("PUT", "/v1/endpoints/endpoint/state",
             {"state": choice(["available", "available", "rejected", "pending"])}),
            ("PUT", f"/v1/services/{choice(['first', 'second'])}/connect",
             {"answer": choice(["accept", "accept", "refuse", "drop"])}),
            ("PUT", "/v1/target-health/service-group/first",
             {"state": choice(["healthy", "unhealthy", None])}),
            (choice(["DELETE", "PUT"]), "/v1/target-groups/service-group/targets/second", None),
            ("PUT", "/v1/load-balancers/nlb/listeners/9000/weights/service-group",
             {"weight": choice([0, 1, 1, 5])}),
        ])

    async def chaos(self):
        armed, number = [], 0
        while not self.over:
            if armed and (len(armed) > 4 or self.random.random() < 0.5):
                await self.admin.call("DELETE", f"/v1/faults/{armed.pop(0)}")
            else:
                number += 1
                armed.append(f"chaos-{number % 40}")
                await self.admin.call("PUT", f"/v1/faults/{armed[-1]}", self.draw_fault())
                self.counts["faults"] += 1
            if self.random.random() < 0.3:
                await self.admin.call(*self.draw_operation())
                self.counts["operations"] += 1
            await asyncio.sleep(0.05)

    async def run(self, seconds):
        await self.admin.call("PUT", "/v1/clock", {"mode": "scaled", "scale": TIME_SCALE})
        tasks = [asyncio.create_task(self.rude_client()) for _ in range(CLIENTS)]
        tasks += [asyncio.create_task(self.clean_client()) for _ in range(CLEAN_CLIENTS)]
        chaos = asyncio.create_task(self.chaos())
        await asyncio.wait([chaos, *tasks], timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        self.over = True
        await self.admin.call("PUT", "/v1/clock", {"mode": "real"})
        await asyncio.wait([chaos])  # nothing is changed behind the restore
        await self.admin.call("POST", "/v1/restore")
        results = await asyncio.gather(chaos, *tasks, return_exceptions=True)
        for one in results:
            if isinstance(one, Exception):
                raise one

    async def wait_until_quiet(self):
        deadline = asyncio.get_running_loop().time() + QUIET_S
        while flows := await self.admin.call("GET", "/v1/flows"):
            if asyncio.get_running_loop().time() > deadline:
                raise RuntimeError(f"{len(flows)} flows are left over, the first: {flows[0]}")
            await asyncio.sleep(0.2)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def connections(pid):
    """The TCP connections that the process has: both addresses and the kernel's state, in hexadecimal."""
    inodes = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        inodes.add(os.readlink(f"/proc/{pid}/fd/{fd}").removeprefix("socket:[").rstrip("]"))
    rows = [line.split() for line in open(f"/proc/{pid}/net/tcp").readlines()[1:]]
    return [" ".join(row[1:4]) for row in rows if row[9] in inodes and row[3] != "0A"]


def judge_metrics(metrics):
    ended = sum(metrics["ends"].values())
    if (metrics["liveFlows"], ended) != (0, metrics["flows"]):
        raise RuntimeError(f"{metrics['flows']} flows, {ended} ends, {metrics['liveFlows']} live")


async def soak(lab, seconds, seed):
    run = Soak(lab, seed)
    reader, writer = await run.open(("clean-alb", 443), run.contexts["my_client"])
    await run.ask(reader, writer, "/widgets")  # what is opened once and kept
    writer.close()
    await run.wait_until_quiet()
    before = descriptors(lab.process.pid)
    await run.run(seconds)
    await run.wait_until_quiet()
    # As on AWS, targets that were never told believe in their connections until they are idle for long.
    await run.admin.call("PUT", "/v1/clock", {"mode": "stepped"})
    await run.admin.call("POST", "/v1/clock/step", {"by": "90m"})
    metrics = await run.admin.call("GET", "/v1/metrics")
    judge_metrics(metrics)
    # Clients that met silence hold on to their connections for a moment of their own.
    deadline = asyncio.get_running_loop().time() + QUIET_S
    while (after := descriptors(lab.process.pid)) > before:
        if asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(0.2)
    print(json.dumps({**run.counts, "flows": metrics["flows"], "ends": metrics["ends"],
                      "descriptors": [before, after]}, indent=2))
    if after > before:
        raise RuntimeError(f"{before} descriptors before, {after} after: "
                           f"{connections(lab.process.pid)} {run.doors}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float,
                        default=float(os.environ.get("HOPLAB_SOAK_SECONDS", "5")))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}, {CLIENTS} clients, {options.seconds:g} s", flush=True)
    lab = Lab(pathlib.Path(__file__).with_name("scenario.json"), json_output=True)
    failure = None
    try:
        asyncio.run(soak(lab, options.seconds, options.seed))
    except (RuntimeError, *TROUBLE):
        failure = traceback.format_exc()
    code, _, error = lab.stop()
    if failure or code != 0 or error:
        sys.exit(f"soak: {failure or ''} exit code {code}\n{error}")


if __name__ == "__main__":
    main()
