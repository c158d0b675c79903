"""Says things to the proxy that no client says, and leaves."""
import os
import random
import socket
import struct
import sys

seed = int(sys.argv[1])
print("seed", seed)
chance = random.Random(seed)
host, port = os.environ["https_proxy"].removeprefix("http://").split(":")
HEADS = [b"CONNECT", b"CONNECT :\r\n\r\n", b"CONNECT api.example.com:99999 HTTP/1.1\r\n\r\n",
         b"CONNECT api.example.com:443 HTTP/1.1\r\n", b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n", b"\r\n\r\n", b"\0" * 100,
         b"CONNECT api.example.com:443 HTTP/1.1\r\nX: " + b"x" * 20000 + b"\r\n\r\n",
         b"CONNECT api.example.com:443 HTTP/1.1\r\n\r\n", b"GET http://api.example.com/ HTTP/1.1\r\n\r\n"]
for _ in range(300):
    with socket.create_connection((host, int(port))) as connection:
        words = chance.choice(HEADS) + chance.randbytes(chance.randrange(200))
        for part in range(0, len(words), step := chance.randrange(1, len(words) + 1)):
            try:
                connection.sendall(words[part:part + step])
            except OSError:
                break
        if chance.random() < 0.5:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST
