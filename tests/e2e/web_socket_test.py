"""WebSockets through an application load balancer, between the ecosystem's own clients and servers: npm's `ws` and
Python's `websockets`."""

import asyncio
import contextlib
import json
import os
import pathlib
import ssl
import subprocess
import threading
import unittest

from exchange_lab import NAME, Door, ends, four_hops, idle_timeout, scenario
from lab import DEADLINE_S, Lab, run_hoplab, until
from peers import FOLDER, program

try:
    import websockets
except ImportError:
    websockets = None

MANY, LARGE = 10_000, 4 << 20


def node(*words):
    """The command that runs the peer of npm's `ws`, as Debian has it."""
    if not pathlib.Path("/usr/share/nodejs/ws").exists() and not os.environ.get("CI"):
        raise unittest.SkipTest("node-ws is not installed")
    return [program("node"), FOLDER / "web_socket.mjs", *words]


class NodeServer:
    def __enter__(self):
        self._process = subprocess.Popen(node("server"), text=True, stdout=subprocess.PIPE)
        self.address = f"127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def closed(self):
        """(code, reason) of the next that ends there."""
        said = json.loads(self._process.stdout.readline())
        return said["code"], said["reason"]

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(DEADLINE_S)
        self._process.stdout.close()


class PythonServer:
    def __enter__(self):
        self._loop = asyncio.new_event_loop()
        self._closed = asyncio.Queue()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._wait(self._serve())
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def _wait(self, task):
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(DEADLINE_S)

    async def _serve(self):
        return await websockets.serve(self._echo, "127.0.0.1", 0, max_size=None, ping_interval=None)

    async def _echo(self, socket):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in socket:
                await socket.send(message)
        await self._closed.put((socket.close_code, socket.close_reason))

    def closed(self):
        return self._wait(self._closed.get())

    def __exit__(self, *_):
        async def stop():
            self._server.close()
            await self._server.wait_closed()
        self._wait(stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE_S)
        self._loop.close()


def url(door, path="/chat"):
    return f"{'wss' if door.tls else 'ws'}://{NAME}:{door.port}{path}"


def opened(lab, door, path="/chat", certificate=None):
    """A client's connection, to be used with `async with`."""
    tls = {}
    if door.tls:
        tls = {"ssl": ssl.create_default_context(cafile=lab.ca_bundle), "server_hostname": NAME}
        if certificate:
            tls["ssl"].load_cert_chain(*lab.certificate(certificate))
    return websockets.connect(url(door, path), host=door.address, port=door.port, max_size=None, ping_interval=None,
                              close_timeout=DEADLINE_S, open_timeout=DEADLINE_S, **tls)


def node_client(lab, door, count, size, path="/chat"):
    done = subprocess.run(node("client", url(door, path), f"{door.address}:{door.port}", lab.ca_bundle, str(count),
                               str(size)), capture_output=True, text=True, timeout=DEADLINE_S * 2, check=True)
    return json.loads(done.stdout.splitlines()[0])


def python_client(lab, door, count, size):
    """Sends and receives at once, as the one of Node does."""
    def message(i):
        return bytes([i % 251]) * size if i % 2 else str(i % 10) * size

    async def talk():
        async with opened(lab, door) as socket:
            async def send():
                for i in range(count):
                    await socket.send(message(i))
            sending = asyncio.create_task(send())
            pong = await socket.ping("are you there")
            wrong = sum([await socket.recv() != message(i) for i in range(count)])
            await sending
            await pong
            await socket.close(4001, "done")
            return {"received": count, "wrong": wrong, "pongs": 1, "code": socket.close_code,
                    "reason": socket.close_reason}
    return asyncio.run(talk())


WELL = {"wrong": 0, "pongs": 1, "code": 4001, "reason": "done"}


def stepped(made):
    return {**made, "clock": {"mode": "stepped"}}


def ctl(lab, *words):
    done = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], *words)
    if done.returncode:
        raise AssertionError(done.stderr)


def the_end(lab):
    """What is on record of the only connection."""
    return until(lambda: ends(lab), "the end is on record")[-1]


@unittest.skipIf(websockets is None, "websockets is not installed")
class WebSockets(unittest.TestCase):
    def each_way(self):
        for kind in (NodeServer, PythonServer):
            with kind() as server, Lab(scenario(server), json_output=True) as lab:
                for port in (80, 443):
                    for client in (node_client, python_client):
                        with self.subTest(server=kind.__name__, client=client.__name__, port=port):
                            yield client, lab, Door(lab, port), server

    def test_many_messages_a_ping_and_the_codes_of_a_close(self):
        for client, lab, door, server in self.each_way():
            self.assertEqual(client(lab, door, MANY, 20), {"received": MANY, **WELL})
            self.assertEqual(server.closed(), (4001, "done"))

    def test_messages_that_are_larger_than_every_buffer_both_ways_at_once(self):
        for client, lab, door, server in self.each_way():
            self.assertEqual(client(lab, door, 6, LARGE), {"received": 6, **WELL})
            self.assertEqual(server.closed(), (4001, "done"))

    @unittest.skipIf(os.environ.get("HOPLAB_SANITIZE"), "sanitizers keep what was freed")
    def test_one_at_rest_takes_at_most_thirty_kibibytes(self):
        async def each_of(count):
            async with contextlib.AsyncExitStack() as stack:
                async def more(several):
                    for _ in range(several):
                        one = await stack.enter_async_context(opened(lab, Door(lab, port)))
                        await one.send("hello")
                        await one.recv()
                await more(20)
                before = lab.memory_kib()
                await more(count)
                return (lab.memory_kib() - before) / count
        for port in (80, 443):
            with PythonServer() as server, Lab(scenario(server, **idle_timeout(4000)), json_output=True) as lab:
                self.assertLess(asyncio.run(each_of(200)), 30)

    def test_through_all_four_hops_with_mutual_tls(self):
        with PythonServer() as server, Lab(four_hops(server), json_output=True) as lab:
            async def talk():
                async with opened(lab, Door(lab, 443), certificate="my_client") as socket:
                    await socket.send("hello")
                    return await socket.recv()
            self.assertEqual(asyncio.run(talk()), "hello")
            self.assertEqual(server.closed(), (1000, ""))
            end = the_end(lab)
            self.assertEqual((end["end"]["reason"], end["end"]["by"], end["end"]["stage"], end["requests"]),
                             ("target-closed", "target", "upgraded", 1), "the server's part in RFC 6455 7.1.1")

    def test_what_the_target_receives_of_the_opening_request(self):
        with NodeServer() as server, Lab(scenario(server), json_output=True) as lab:
            async def headers():
                async with opened(lab, Door(lab, 80), "/headers") as socket:
                    return json.loads(await socket.recv())
            raw = asyncio.run(headers())
            fields = [(name.lower(), value) for name, value in zip(raw[::2], raw[1::2])]
            names = [name for name, _ in fields]
            self.assertEqual(len(names), len(set(names)))
            self.assertEqual((dict(fields)["connection"], dict(fields)["upgrade"]), ("Upgrade", "websocket"))
            for wanted in ("x-forwarded-for", "x-forwarded-port", "x-amzn-trace-id", "sec-websocket-key",
                           "sec-websocket-version"):
                self.assertIn(wanted, names)

    def test_a_refusal_is_an_ordinary_answer(self):
        with NodeServer() as server, Lab(scenario(server), json_output=True) as lab:
            self.assertEqual(node_client(lab, Door(lab, 443), 1, 1, "/refused"), {"status": 403})

    def test_silence_is_cut_at_the_idle_timeout_and_a_ping_is_none(self):
        with PythonServer() as server, \
                Lab(stepped(scenario(server, **idle_timeout(60))), json_output=True) as lab:
            async def talk():
                async with opened(lab, Door(lab, 443)) as socket:
                    for _ in range(3):
                        ctl(lab, "clock", "step", "59s")
                        await asyncio.wait_for(await socket.ping(), DEADLINE_S)
                    ctl(lab, "clock", "step", "60s")
                    await asyncio.wait_for(socket.wait_closed(), DEADLINE_S)
                    return socket.close_code
            self.assertEqual(asyncio.run(talk()), 1006, "no close of WebSockets, only the connection's end")
            self.assertEqual(server.closed()[0], 1006)
            end = the_end(lab)["end"]
            self.assertEqual((end["hop"], end["reason"], end["how"], end["stage"]),
                             ("alb", "idle-timeout", "FIN", "upgraded"))

    def test_a_deregistered_target_keeps_it_until_the_delay_is_over(self):
        with PythonServer() as server:
            made = scenario(server, **idle_timeout(4000))
            made["TargetGroups"]["service-group"]["TargetGroupAttributes"] = {
                "deregistration_delay.timeout_seconds": 300}
            with Lab(stepped(made), json_output=True) as lab:
                async def talk():
                    async with opened(lab, Door(lab, 80)) as socket:
                        ctl(lab, "deregister", "service-group", "service")
                        ctl(lab, "clock", "step", "299s")
                        await socket.send("still there")
                        self.assertEqual(await socket.recv(), "still there")
                        ctl(lab, "clock", "step", "2s")
                        await asyncio.wait_for(socket.wait_closed(), DEADLINE_S)
                        return socket.close_code
                self.assertEqual(asyncio.run(talk()), 1006)
                self.assertEqual(server.closed()[0], 1006)
                self.assertEqual(the_end(lab)["end"]["reason"], "target-deregistered")

    def test_a_fault_that_is_about_webSockets_alone(self):
        with NodeServer() as server, Lab(scenario(server), json_output=True) as lab:
            ctl(lab, "fault", "alb", "reset", "--stage", "upgraded", "--after-bytes", "100")
            self.assertIn(b"not a WebSocket", Door(lab, 80).curl("/").stdout)

            async def talk():
                async with opened(lab, Door(lab, 80)) as socket:
                    with self.assertRaises(websockets.ConnectionClosedError):
                        for _ in range(100):
                            await socket.send("x" * 100)
                            await socket.recv()
                    return socket.close_code
            self.assertEqual(asyncio.run(talk()), 1006)
            self.assertEqual(until(lambda: ends(lab)[1:], "both ends")[-1]["end"]["reason"], "fault-injected")


if __name__ == "__main__":
    unittest.main()
