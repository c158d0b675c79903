"""Reads docs/resets.md: what it says that clients print, and where they print something else."""

import re

from real_clients import LATE_CURL

RACE_WORDS = {  # of a reset that is met in a write or in a read
    "curl": LATE_CURL,
    "Python": r"(ConnectionResetError|BrokenPipeError|SSLEOFError|RemoteDisconnected): .*",
}


def cells(line):
    return [one.strip() for one in re.split(r"(?<!\\)\|", line)[1:-1]]


def recorded(page):
    """{title: {client: for each request, the words that the page has}}"""
    found, title, clients, inside = {}, None, [], False
    for line in page.splitlines():
        if line.startswith("### "):
            title, inside = line[4:], False
        elif line == "**What clients print here**":
            inside, clients = True, []
        elif inside and line.startswith("| "):
            if not clients:
                clients = cells(line)[1:]
                found[title] = {client: [] for client in clients}
            elif cells(line)[0].startswith("`"):
                for client, words in zip(clients, cells(line)[1:]):
                    found[title][client].append(
                        [word.strip("`").replace("\\|", "|") for word in words.split("<br>")])
        elif line.startswith("```"):
            inside = False
    return found


# What newer versions print (Debian 13's curl 8.14 and Python 3.13), and what the page has, by Debian 12's.
NEWER = {
    r"(curl: \(7\) .*): Could not connect to server": r"curl: \(7\) .*: Couldn't connect to server",
    r"curl: \(35\) TLS connect error: error:0A000126:SSL routines::unexpected eof while reading":
        r"curl: \(35\) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to .*",
    r"curl: \(16\) Remote peer returned unexpected data while we expected SETTINGS frame\..*":
        r"curl: \(52\) Empty reply from server",
    r"(curl: \(60\) .*) target hostname '.*'": r"curl: \(60\) .* target host name '.*'",
    # The ssl module of Python 3.11 calls a reset after the handshake an end of file.
    r"ConnectionResetError: \[Errno 104\] Connection reset by peer":
        r"RemoteDisconnected: Remote end closed connection without response"
        r"|SSLEOFError: EOF occurred in violation of protocol \(_ssl\.c\)",
    r"SSLEOFError: \[SSL: UNEXPECTED_EOF_WHILE_READING\] EOF occurred in violation of protocol \(_ssl\.c\)":
        r"SSLZeroReturnError: TLS/SSL connection has been closed \(EOF\) \(_ssl\.c\)",
}


def is_newer_word(word, recorded_words):
    return any(re.fullmatch(newer, word) and re.fullmatch(older, known)
               for newer, older in NEWER.items() for known in recorded_words)


def is_known(word, client, recorded_words):
    """A reset that the page has in several words may come in yet others of its kind."""
    if is_newer_word(word, recorded_words):
        return True
    race = re.compile(RACE_WORDS[client])
    racing = len(recorded_words) > 1 and all(map(race.fullmatch, recorded_words))
    return word in recorded_words or bool(racing and race.fullmatch(word))


def deviations(case, told, known):
    """Where a client printed what the page does not have."""
    for client, requests in told.items():
        for number, words in enumerate(requests):
            recorded_words = (known.get(client, []) + [[]] * len(requests))[number]
            for word in words:
                if not is_known(word, client, recorded_words):
                    yield (f"{case.name}, {client}, request {number + 1}: it printed {word!r}; "
                           f"the page has {recorded_words or 'nothing'}")
