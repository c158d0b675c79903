"""Clients that a browser's tests need beside curl: one that stays, and one that comes a thousand times a second."""

import json
import multiprocessing
import selectors
import socket
import ssl
import time


class StayingClient:
    """A connection with TLS and a client's certificate that stays open."""

    def __init__(self, lab, certificate):
        context = ssl.create_default_context(cafile=lab.ca_bundle)
        context.load_cert_chain(*lab.certificate(certificate))
        self.socket = context.wrap_socket(socket.create_connection((lab.address, lab.port)), server_hostname=lab.name)

    def ask(self, path):
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.socket.server_hostname}\r\n\r\n".encode())
        return self.socket.recv(65536)

    def read(self):
        return self.socket.recv(65536)

    def close(self):
        self.socket.close()


def _come_and_go(doors, per_second, seconds, counted):
    """Opens connections evenly over the time; each is read until its end. Many source addresses, so that ports do
    not run out while they are in TIME_WAIT."""
    waiting = selectors.DefaultSelector()
    began = time.monotonic()
    opened = ended = 0
    while (now := time.monotonic() - began) < seconds or opened > ended:
        due = min(int(now * per_second), int(seconds * per_second)) - opened
        for _ in range(min(due, 200) if opened - ended < 900 else 0):
            one = socket.socket()
            one.setblocking(False)
            one.bind((f"127.0.1.{1 + opened % 200}", 0))
            one.connect_ex(doors[opened % len(doors)])
            waiting.register(one, selectors.EVENT_READ)
            opened += 1
        for key, _ in waiting.select(timeout=0.005):
            try:
                gone = not key.fileobj.recv(4096)
            except OSError:
                gone = True
            if gone:
                waiting.unregister(key.fileobj)
                key.fileobj.close()
                ended += 1
        if now > seconds + 10:
            break
    counted.value = ended


class Crowd:
    """So many connections a second to a service that closes at once, in a process of its own."""

    def __init__(self, doors, per_second, seconds):
        self.counted = multiprocessing.Value("i", 0)
        self.process = multiprocessing.Process(target=_come_and_go, args=(doors, per_second, seconds, self.counted),
                                               daemon=True)
        self.process.start()

    def wait(self, timeout):
        self.process.join(timeout)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        return self.counted.value


def doors_of(status, name):
    """The addresses on this machine of one way in."""
    return [(one["address"], one["port"]) for one in status["endpoints"] if one["name"] == name]


def pem_of(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def js(value):
    """A Python value as JavaScript."""
    return json.dumps(value)
