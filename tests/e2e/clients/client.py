"""One GET with http.client or asyncio. Prints "200 <body>", or the exception with its class and words
and then, from TCP_INFO, in what state it left the TCP connection: CLOSE is a reset, CLOSE-WAIT a FIN.

The state is asked because the ssl module of Python 3.11 calls an ECONNRESET after the handshake an end
of file.

Usage: client.py http.client|asyncio ADDRESS PORT NAME CA [CERT KEY]
"""

import asyncio
import http.client
import socket
import ssl
import sys

TCP_STATES = {1: "ESTABLISHED", 7: "CLOSE", 8: "CLOSE-WAIT"}


class NamedConnection(http.client.HTTPSConnection):
    """Connects by a socket that is given, and asks there for a name."""

    def __init__(self, plain, name, context):
        super().__init__(name, 443, context=context)
        self._plain, self._tls = plain, context

    def connect(self):
        self.sock = self._tls.wrap_socket(self._plain, server_hostname=self.host)


def with_http_client(plain, name, context):
    connection = NamedConnection(plain, name, context)
    connection.request("GET", "/widgets")
    response = connection.getresponse()
    return f"{response.status} {response.read().decode()}"


def with_asyncio(plain, name, context):
    async def get():
        reader, writer = await asyncio.open_connection(sock=plain, ssl=context, server_hostname=name)
        writer.write(f"GET /widgets HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        return f"{head.split()[1] if head else 'end of file'} {body}"

    return asyncio.run(get())


def main(library, address, port, name, authorities, *certificate):
    context = ssl.create_default_context(cafile=authorities)
    if certificate:
        context.load_cert_chain(*certificate)
    plain = socket.create_connection((address, int(port)))
    witness = plain.dup()  # stays open when the library closes its own
    try:
        print({"http.client": with_http_client, "asyncio": with_asyncio}[library](plain, name, context))
    except (OSError, http.client.HTTPException) as error:
        print(f"{type(error).__name__}: {error}")
        state = witness.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        print("TCP", TCP_STATES.get(state, state))


if __name__ == "__main__":
    main(*sys.argv[1:])
