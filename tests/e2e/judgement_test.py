"""The other way round: what is not a reset must not pass for one. A server of the test's own ends the
connection by a clean close, by a TLS alert, or with an HTTP answer, and each client's words are judged
as those of the real run are. (Java is not here: its virtual machine starts too slowly; nor are clients
of HTTP/2 alone, which the server does not speak: they tell not every end from a reset, and hoplab's own
lines have to.)"""

import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import types
import unittest

from lab import DEADLINE_S
from real_clients import CLIENTS, GOOD, GOOD_ANSWER, HTTP2_ONLY, PROGRAMS, Answer

NAME = "api.example.com"


def answer(connection, body, status="403 Forbidden"):
    connection.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
                       f"{body}".encode())


class Server:
    """TLS at NAME; `end(connection)` is called with the request read."""

    def __init__(self, folder, end, version, wants_certificate=False):
        pem = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME,
                        "-out", pem[0], "-keyout", pem[1]], check=True, capture_output=True)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*pem)
        self._context.minimum_version = self._context.maximum_version = version
        if wants_certificate:
            self._context.load_verify_locations(pem[0])
            self._context.verify_mode = ssl.CERT_REQUIRED
        self._end = end
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.as_lab = types.SimpleNamespace(address="127.0.0.1", port=port, name=NAME, ca_bundle=pem[0],
                                            env={"HOPLAB_URL": f"https://{NAME}:{port}"})
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            plain.settimeout(DEADLINE_S)
            secure = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
            try:
                secure.do_handshake()
                if secure.recv(65536):
                    self._end(secure)
            except OSError:
                pass  # the alert is sent
            self._close_cleanly(socket.socket(fileno=secure.detach()))

    @staticmethod
    def _close_cleanly(plain):
        """FIN, and then all that is still to come is read: no reset."""
        with plain:
            try:
                plain.settimeout(DEADLINE_S)  # the descriptor is one that does not wait
                plain.shutdown(socket.SHUT_WR)
                while plain.recv(65536):
                    pass
            except OSError:
                pass

    def stop(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


class Judgement(unittest.TestCase):
    def judge(self, end, **options):
        """For each client and version: (client, version, words, why it is refused)."""
        for version, listener in ((ssl.TLSVersion.TLSv1_2, "TLS 1.2"), (ssl.TLSVersion.TLSv1_3, "TLS 1.3")):
            with tempfile.TemporaryDirectory() as folder:
                server = Server(folder, end, version, **options)
                self.addCleanup(server.stop)
                for program, (command, clients) in PROGRAMS.items():
                    if program == "java" or not shutil.which(command[0]):
                        continue
                    for client in (one for one in clients if one not in HTTP2_ONLY):
                        words = CLIENTS[client](server.as_lab, None)
                        yield client, listener, words, Answer(listener, client, "none", words).problem()

    def test_a_clean_close_is_no_reset(self):
        for client, listener, words, problem in self.judge(lambda connection: None):
            self.assertIsNotNone(problem, (client, listener, words))

    def test_an_alert_is_no_reset(self):
        for client, listener, words, problem in self.judge(lambda connection: None, wants_certificate=True):
            self.assertIsNotNone(problem, (client, listener, words))

    def test_an_answer_is_no_reset(self):
        for client, listener, words, problem in self.judge(lambda connection: answer(connection, "no")):
            self.assertIsNotNone(problem, (client, listener, words))

    def test_a_wrong_body_is_not_good_and_the_right_one_is(self):
        for body in ('{"id":"1","value":"4.99"}', '{"id":"1","value":"5.00"}'):
            good = "200 " + body == GOOD_ANSWER
            for client, listener, words, _ in self.judge(lambda c, b=body: answer(c, b, "200 OK")):
                problem = Answer(listener, client, GOOD, words).problem()
                self.assertEqual(problem is None, good, (client, listener, words))


if __name__ == "__main__":
    unittest.main()
