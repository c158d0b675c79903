"""A service for tests, as a user's own: plain http.server, on a free port, with threads."""

import http.server
import socketserver
import ssl
import threading

BIG = bytes(range(256)) * 40 * 1024  # 10 MiB


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.server.service.connections += 1

    def do_GET(self):
        service = self.server.service
        service.requests.append((self.command, self.path, dict(self.headers)))
        answer = getattr(self, "answer_" + self.path.partition("?")[0].strip("/"), None)
        if answer:
            answer(service)
        else:
            self._answer(b"hello from " + self.path.encode())

    def do_POST(self):
        received, parts = 0, 0
        for part in self._body_parts():
            received, parts = received + len(part), parts + 1
            self.server.service.first_part.set()
        self.server.service.requests.append((self.command, self.path, dict(self.headers)))
        self._answer(str(received).encode())

    def _body_parts(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            left = int(self.headers.get("Content-Length", 0))
            while left:
                part = self.rfile.read1(min(left, 65536))
                left -= len(part)
                yield part
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline() not in (b"\r\n", b""):
            pass

    def _answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_big(self, _):
        self._answer(BIG)

    def answer_bigger(self, _):
        self._answer(BIG + b"x")

    def answer_fields(self, _):
        """Fields that somebody on the way changes, beside Server and Date; and a status of its own."""
        self.send_response(404)
        for name, value in (("X-A", "1"), ("Via", "1.1 x"), ("Content-Type", "text/plain"), ("Content-Length", "4")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"none")

    def answer_stream(self, service):
        """The second half only after the test has seen the first."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nfirst\r\n")
        service.go_on.wait()
        self.wfile.write(b"4\r\nlast\r\n0\r\n\r\n")

    def answer_hang(self, service):
        service.go_on.wait()
        self.close_connection = True

    def answer_vanish(self, _):
        self.close_connection = True

    def answer_half(self, _):
        """Promises more than it sends."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")
        self.close_connection = True

    def log_message(self, *_):
        pass


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # a client that goes away


class Service:
    """Listens from the start; `address` is HOST:PORT."""

    def __init__(self, certificate=None):
        self.connections = 0
        self.requests = []                    # (method, path, headers) in the order of arrival
        self.go_on = threading.Event()        # lets /stream and /hang end
        self.first_part = threading.Event()   # a first part of a posted body has arrived
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.service = self
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self):
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
