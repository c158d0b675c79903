"""Writes docs/clients.md: what each client prints with good and bad certificates."""

import json
import re

import real_clients
from pages.markdown import table


def cleaned(words):
    """Without what differs from run to run and from machine to machine."""
    words = re.sub(r"\nTCP [A-Z-]+$", "", words)
    words = re.sub(r"\(_ssl\.c:\d+\)", "(_ssl.c)", words)
    words = re.sub(r"\b[0-9A-F]{12,16}:error:", "error:", words)  # OpenSSL's thread
    words = re.sub(r"\.\./\S+\.c:\d+:", "", words)
    words = re.sub(r"OpenSSL/[\d.]+", "OpenSSL/3", words)
    return re.sub(r"127\.\d+\.\d+\.\d+(:\d+)?", "ADDRESS", words).strip()


def told(answers, client, listener, *groups):
    """All that a client printed, each once; what it printed for a group of certificates stands together."""
    words = [word for certificates in groups for word in sorted({
        cleaned(answer.words) for answer in answers
        if (answer.client, answer.listener) == (client, listener) and answer.certificate in certificates})]
    return "<br>".join(f"`{word}`" for word in dict.fromkeys(words))


def client_table(heads, answers, columns):
    """A row for each client. A column is a listener and groups of certificates."""
    rows = [[client, *(told(answers, client, *column) for column in columns)]
            for client in dict.fromkeys(answer.client for answer in answers)]
    return table(heads, rows)


def default_tables(answers):
    good = {real_clients.GOOD}
    heads = ["client", "`my_client`", "each bad certificate: one of"]
    for listener, policy in real_clients.POLICIES.items():
        columns = [(listener, good), (listener, real_clients.VERDICTS.keys() - good)]
        yield (f"### {listener}\n\n`SslPolicy`: `{policy or 'ELBSecurityPolicy-2016-08'}`\n\n"
               + client_table(heads, answers, columns))


def refusal_tables(answers):
    versions = real_clients.REFUSED_VERSIONS
    for kind, refusal in real_clients.REFUSALS.items():
        groups = [{"revoked"}, {"none"}] if refusal.get("end") == "alert" else [{"revoked", "none"}]
        columns = [(f"{kind}, {tls}", *groups) for tls in versions]
        yield (f"### {kind}\n\n`\"refusal\": {json.dumps(refusal)}`\n\n"
               + client_table(["client", *versions], answers, columns))


def document(answers, versions):
    return TEMPLATE.format(
        programs=", ".join(f"{program} {version}" for program, version in versions.items()),
        verdicts="\n".join(f"| `{name}` | {verdict or 'Success'} |"
                           for name, verdict in real_clients.VERDICTS.items()),
        default_tables="\n\n".join(default_tables(answers)),
        refusal_tables="\n\n".join(refusal_tables(answers)))


TEMPLATE = """\
# What clients print

`tests/e2e/pages/clients` writes this page: it brings `scenarios/private-api-mtls.json` up, once for each
kind of listener, and asks for `/widgets` with each client and certificate. `tests/e2e/pages/clients --check`
holds it in CI. Clients here: {programs}.

| certificate | verdict |
|---|---|
{verdicts}

## A reset at once: the default

The good certificate gets the widget. Each bad one, and none, gets a TCP reset: no alert, no HTTP
answer, no clean close. A client cannot tell from a reset what was wrong; hoplab's own line for the
connection says it.

{default_tables}

## Other refusals

A listener's [`refusal`](scenario-format.md#how-a-client-is-refused) changes how and when. Here with
`revoked` and with no certificate: one of the words, or for an alert the first for `revoked` and the second
for none. `my_client` gets the widget from each of these listeners. Their security policies are those of
"TLS 1.2" and "TLS 1.3" above.

{refusal_tables}

## How to read it

- **TLS 1.2**: the handshake is not over when the load balancer judges the certificate, so the client
  fails in the handshake. curl says 35, every time.
- **TLS 1.3**: the client's side of the handshake is over when it has sent its certificate. The reset
  meets its request, in a write or in a read, at random: curl says 55 or 56, or 16 when it is about to
  speak HTTP/2. "getpeername() failed with errno 107" means the same: a socket that was reset is not
  connected any more.
- **Python's `http.client`** (all of `ssl` in blocking mode) here calls a reset after a TLS 1.3 handshake
  an end of file: `SSLEOFError` from a write, `RemoteDisconnected` from a read. The system call did say
  `ECONNRESET`; the check looks at the state of the TCP connection. `asyncio` reports the reset.
- **Java's `HttpClient`** puts its own words around it, and with TLS 1.3 tries a second time on a new
  connection. "Remote host terminated the handshake" is also what it says of a clean close; the cause
  behind it, "Connection reset", is what counts. `HttpsURLConnection` may say
  "Error writing to server" or "Unexpected end of file from server" when a write met the reset: it keeps
  the error of the write to itself.
- **Node** gives a clean close the code `ECONNRESET` too; only a real reset has a `syscall`.
- **HTTP/2**: `curl --http2` is what curl does by itself here. The others speak HTTP/1.1 unless the row says
  otherwise.
- **Node's `http2`** has no error for a reset that met a write, which happens with TLS 1.3 and after the
  handshake: its stream ends (`end`) without ever having had a response, and `rstCode` is 8, as after a FIN.
  Who waits for `error` alone waits in vain; who takes `end` for an answer has none. Before the handshake is
  over, the error is the stream's, `ERR_HTTP2_STREAM_CANCEL`, with the reason in its words.
- **Java's `HttpClient` with HTTP/2** may miss an end, of whatever kind, at the very start of HTTP/2: it would
  wait for its answer for ever, and has a timeout here ("request timed out").
- **`nghttp`** says the same of every end, and its exit code is 0.
- **An alert** says what is wrong, in every client's words but `nghttp`'s. With TLS 1.3 it comes after the client's
  handshake and is met by the read of the answer: curl says 56 instead of 35.
- **A FIN** is an end of file. With TLS 1.2 it cuts the handshake off (curl 35); with TLS 1.3 it is an empty
  answer (curl 52, or 18 with HTTP/2). In the handshake, `asyncio` raises a `ConnectionResetError` for it as
  well, but one without words and number.
- **After the handshake**, TLS 1.2 clients are in the place of TLS 1.3 clients: the request meets the reset.
- **At the request**, who writes it at once meets the reset in a read (curl 56). curl has more to write with
  HTTP/2 and may be at it still (55); when the connection is **held** before, it always says 56.
"""
