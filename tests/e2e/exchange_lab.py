"""An application load balancer before a service that a test chooses or plays, with ways to ask and to look."""

import socket
import ssl
import struct
import subprocess

from lab import DEADLINE_S, admin
from peers import read_head

NAME = "api.example.com"
MEBIBYTE = 1024 * 1024


def scenario(service, tls=False, **attributes):
    """An ALB with HTTP and HTTPS listeners before a service; the health checks are far apart."""
    forward = [{"Type": "forward", "TargetGroup": "service-group"}]
    return {
        "title": "exchanges",
        "pki": {"authorities": {"ca": {"subject": "CN=Example CA"}},
                "certificates": {"server": {"for": "listener", "subject": f"CN={NAME}", "issuer": "ca",
                                            "dnsNames": [NAME]}}},
        "LoadBalancers": {"alb": {
            "Type": "application", "LoadBalancerAttributes": attributes,
            "Listeners": [{"Protocol": "HTTPS", "Port": 443, "Certificates": ["server"],
                           "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "DefaultActions": forward},
                          {"Protocol": "HTTP", "Port": 80, "DefaultActions": forward}]}},
        "TargetGroups": {"service-group": {
            "TargetType": "ip", "Protocol": "HTTPS" if tls else "HTTP", "ProtocolVersion": "HTTP1",
            "Port": 8080, "HealthCheckIntervalSeconds": 300, "Targets": ["service"]}},
        "services": {"service": {"address": service.address}},
        "entry": "alb"}


def idle_timeout(seconds):
    return {"idle_timeout.timeout_seconds": seconds}


class Door:
    """One of the load balancer's listeners, for curl and for sockets."""

    def __init__(self, lab, port):
        end = next(one for one in lab.opening["endpoints"] if one["listenerPort"] == port)
        self.address, self.port, self.tls = end["address"], end["port"], port == 443
        self._ca = lab.ca_bundle

    def curl(self, path, *arguments, **streams):
        """`streams`: stdin or input, as subprocess.run takes them."""
        scheme, port = ("https", 443) if self.tls else ("http", 80)
        command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(DEADLINE_S),
                   "--connect-to", f"{NAME}:{port}:{self.address}:{self.port}", "--cacert", self._ca,
                   *arguments, f"{scheme}://{NAME}{path}"]
        return subprocess.run(command, capture_output=True, timeout=DEADLINE_S + 10, check=False,
                              **streams)

    def connect(self):
        return socket.create_connection((self.address, self.port), timeout=DEADLINE_S)


CLIENTS = {"HTTP/1.1": (80, "--http1.1"), "HTTP/1.1 over TLS": (443, "--http1.1"),
           "HTTP/2": (443, "--http2")}


def received_to_end(connection):
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def peak_memory(pid):
    """Bytes that were resident at most."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def four_hops(service):
    """Endpoint, NLB, ALB with mutual TLS, service."""
    made = scenario(service)
    made["pki"]["certificates"]["my_client"] = {"subject": "CN=my_client", "issuer": "ca"}
    made["TrustStores"] = {"trust": {"CaCertificatesBundle": ["ca"]}}
    alb = made["LoadBalancers"]["alb"]
    alb["Listeners"] = alb["Listeners"][:1]
    alb["Listeners"][0]["MutualAuthentication"] = {"Mode": "verify", "TrustStore": "trust"}
    made["LoadBalancers"]["nlb"] = {
        "Type": "network",
        "Listeners": [{"Protocol": "TCP", "Port": 443,
                       "DefaultActions": [{"Type": "forward", "TargetGroup": "alb-group"}]}]}
    made["TargetGroups"]["alb-group"] = {
        "TargetType": "alb", "Protocol": "TCP", "Port": 443, "HealthCheckProtocol": "HTTPS",
        "Targets": ["alb"]}
    made["VpcEndpointServices"] = {"endpoint-service": {
        "NetworkLoadBalancer": "nlb", "AllowedPrincipals": ["*"], "PrivateDnsName": NAME}}
    made["VpcEndpoints"] = {"consumer-endpoint": {"ServiceName": "endpoint-service",
                                                  "Account": "222222222222", "PrivateDnsEnabled": True}}
    made["entry"] = "consumer-endpoint"
    return made


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(connection, ssl.SSLSocket):
        connection = socket.socket(fileno=connection.detach())
    connection.close()


def serve(connection, came=lambda path: None):
    """A target that does what the path's last part says: /good, /fin, /rst, /half, /half-fin, /half-rst,
    /nonsense, /silent, /large-head. `came` is told of each request's path first. A body is the end, since it is
    no request."""
    while len(words := read_head(connection).split()) > 1:
        path = words[1]
        came(path)
        path = path[path.rfind("/"):]
        if path.startswith("/half"):
            connection.sendall(HALF)
        if path == "/nonsense":
            connection.sendall(b"220 ready\r\n\r\n")
        if path == "/large-head":
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Large: " + bytes(33 * 1024).replace(b"\0", b"x"))
        if path.endswith("rst"):
            return reset(connection)
        if path.endswith("fin"):
            return None
        if path in ("/half", "/silent"):
            received_to_end(connection)
            return None
        connection.sendall(OK)
    return None


def ends(lab):
    return admin(lab, "/v1/ends")


def metrics_of(lab, name_space, resource):
    return admin(lab, "/v1/metrics")["cloudWatch"][name_space][resource]
