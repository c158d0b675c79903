"""What is behind those that pass on: hoplab-target; and the least that stands before a function."""

from . import pki as pki_module
from .contender import Contender, Target
from .processes import free_ports

SOCKET_PATH, CALL_PATH, FUNCTION_PATH = "/socket", "/bench.Echo/Unary", "/function"


class Targets:
    """The targets of one contender, at ports that prepare() picks."""

    def __init__(self, binary):
        self.binary = binary
        self.web_socket = self.grpc = ""

    def prepare(self):
        self.web_socket, self.grpc = (f"127.0.0.1:{port}" for port in free_ports(2))

    def commands(self):
        return [[self.binary, "websocket", self.web_socket], [self.binary, "grpc", self.grpc]]


class Relay(Contender):
    name, title = "relay", "bare relay"
    note = "a process that hands a request to the function, and its answer back, and does nothing else"

    def __init__(self, cores, folder, binary, body):
        super().__init__(cores, folder)
        self.binary, self.body = binary, body
        self.runtime_api = ""

    def prepare(self):
        port, api_port = free_ports(2)
        self.runtime_api = f"127.0.0.1:{api_port}"
        self.target = Target(
            address="", sni=pki_module.SERVER_NAME, path=FUNCTION_PATH, body=self.body, bulk_path="",
            bulk_bytes=0, cert="", key="", revoked_cert="", revoked_key="", cacert="",
            plain_address=f"127.0.0.1:{port}", function_path=FUNCTION_PATH)

    def commands(self):
        return [[self.binary, "relay", self.target.plain_address, self.runtime_api]]
