"""What a client got for one request, and how a page says it."""

import dataclasses
import re

import casebook


@dataclasses.dataclass
class Answer:
    """What a client got for one request."""
    new: bool = True  # on a connection of its own
    status: str = ""  # the first line of the answer
    server: str = ""
    connection: str = ""
    body: str = ""
    error: str = ""   # in the client's own words

    def words(self, reuse):
        """In one line. `reuse`: whether the last connection was there to be used."""
        parts = [self.status]
        parts += [f"Server: {self.server}"] if self.server and " 200 " not in f" {self.status} " else []
        parts += ["Connection: close"] if self.connection == "close" else []
        parts += [casebook.shortened(text, 240)] if (text := body_words(self.body)) and not self.error else []
        parts += [self.error]
        line = cleaned("; ".join(part for part in parts if part))
        return line + (" (on a new connection)" if reuse and self.new and not self.error else "")

    @property
    def connection_lives(self):
        return not self.error and self.connection != "close"


def body_words(body):
    """What there is to read; a load balancer's page only repeats the status."""
    return "" if "<h1>" in body else " ".join(body.split())


def cleaned(words):
    """Without what differs from run to run and from machine to machine."""
    words = re.sub(r"_ssl\.c:\d+", "_ssl.c", words)
    words = re.sub(r"\b[0-9A-F]{12,16}:error:", "error:", words)  # OpenSSL's thread
    words = re.sub(r"OpenSSL/[\d.]+", "OpenSSL/3", words)
    words = re.sub(r"127\.\d+\.\d+\.\d+(:\d+)?", "ADDRESS", words)
    words = re.sub(r"\bport \d+", "port PORT", words)
    words = re.sub(r"\b[1-9]\d* (ms|milliseconds|bytes|out of|more expected)", r"N \1", words)
    words = re.sub(r"\bafter 0 ms", "after N ms", words)
    words = re.sub(r"\bvpce-[0-9a-f]+\b", "vpce-ID", words)
    return words.strip()
