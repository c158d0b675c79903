"""What passes on the loopback interface: the flags of TCP segments, as tcpdump would show them.

Needs the right to capture (root, or CAP_NET_RAW)."""

import socket
import struct
import threading

FIN, SYN, RST = 0x01, 0x02, 0x04
_ETH_P_IP = 0x0800
_OUTGOING = 4  # each packet of the loopback interface shows twice


class Capture:
    """Of all TCP segments over IPv4 between __enter__ and __exit__."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.ntohs(_ETH_P_IP))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024 * 1024)
        self._socket.bind(("lo", _ETH_P_IP))
        self._segments = []  # ((source, port), (destination, port), flags), in their order
        self._over = False
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self):
        while not self._over:
            try:
                packet, address = self._socket.recvfrom(128)
            except TimeoutError:
                continue
            if address[2] != _OUTGOING and packet[9] == socket.IPPROTO_TCP:
                self._add(packet)

    def _add(self, packet):
        segment = packet[(packet[0] & 0x0F) * 4:]
        ends = [(socket.inet_ntoa(packet[at:at + 4]), port)
                for at, port in zip((12, 16), struct.unpack("!HH", segment[:4]))]
        self._segments.append((*ends, segment[13]))

    def first_end(self, client):
        """Who ended the connection of `client` ("127.0.0.1:40000") and how: ("client", "RST"). A reset
        counts before a FIN."""
        ends = [(source, flags) for source, destination, flags in list(self._segments)
                if client in (text(source), text(destination)) and flags & (FIN | RST)]
        resets = [one for one in ends if one[1] & RST]
        if not ends:
            return None
        source, flags = (resets or ends)[0]
        return "client" if text(source) == client else "server", "RST" if flags & RST else "FIN"

    def __enter__(self):
        self._socket.settimeout(0.05)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over = True
        self._thread.join()
        self._socket.close()


def text(end):
    return f"{end[0]}:{end[1]}"
