"""The headers of mutual TLS (X-Amzn-Mtls-Clientcert-*) in the hands of those who read them in production.

A thousand generated certificates go through `hoplab cert`, some dozens more through handshakes with
load balancers; then decoders in several languages read the certificates out of the headers. What comes
out is compared, byte by byte, with what went in.

Go is not among them: Debian's package takes 450 MB, and its url.PathUnescape decodes as Python's unquote.
"""

import base64
import concurrent.futures
import dataclasses
import enum
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest

from clients.client import NamedConnection
from decoders.certificates import (ORDINARY, PRINTABLE, SERIALS, UTF8, VALUES, Attribute,
                                   Authority, Certificate, Generator, Name, PrivateKey)
from lab import DEADLINE_S, Lab, hoplab_binary, listener_of, read_scenario
from real_clients import client_environment
from service import Service

HERE = pathlib.Path(__file__).resolve().parent / "decoders"
SEED = int(os.environ.get("HOPLAB_DECODERS_SEED", 1))
COUNT = 1000
WITHOUT_PLUS = 20  # of these, at least
NAME = "service.example.com"
PREFIX = "X-Amzn-Mtls-Clientcert"
LEAF = PREFIX + "-Leaf"


class Reads(enum.Enum):
    """What a decoder makes of the certificates in a header."""
    ALL = "all of them"
    FIRST = "the first, and no other"
    ONE = "the one there is; of a chain, who knows"
    WITHOUT_PLUS = "all of them if there is no '+', else not these: the bug of AWS's users in production"


@dataclasses.dataclass
class Program:
    probe: list    # ends well if it can run
    command: list
    rules: dict = dataclasses.field(default_factory=dict)


PROGRAMS = {
    "Python": Program([sys.executable, "--version"], [sys.executable, "-B", HERE / "decode.py"],
                      {"unquote": Reads.ALL, "unquote_plus": Reads.WITHOUT_PLUS}),
    "Node": Program(["node", "--version"], ["node", HERE / "decode.mjs"],
                    {"decodeURIComponent": Reads.ALL, "client-certificate-auth": Reads.ALL,
                     "one X509Certificate": Reads.FIRST, "querystring": Reads.WITHOUT_PLUS}),
    "Java": Program(["javac", "-version"], ["java", HERE / "Decode.java"],
                    {"URLDecoder": Reads.WITHOUT_PLUS, "WSO2": Reads.ALL, "Gravitee": Reads.FIRST,
                     "Keycloak": Reads.ONE}),
    "Perl": Program(["perl", "-MURI::Escape", "-e", "1"], ["perl", HERE / "decode.pl"],
                    {"uri_unescape": Reads.ALL}),
}
NAME_READERS = Program(["javac", "-version"], ["java", HERE / "ReadNames.java"])

# Java's X500Principal does not read all that LdapName reads. It refuses names with types of its own choice
# (of OpenSSL's short names SN, GN, title, description, organizationIdentifier, ...), drops a space when only
# escaped bytes follow ("CN=Anna \C3\96"), and stumbles over a backslash in a value before a separator.
X500_PRINCIPAL_MISREADS = re.compile(r" (\\[0-9A-F]{2})+([,+]|$)|\\\\\\?[,;+]|=#")


@dataclasses.dataclass
class Case:
    """The certificates that a client has sent, leaf first, and the headers of both modes."""
    origin: str
    chain: list[Certificate]
    headers: dict[str, str]

    @property
    def leaf(self):
        return self.chain[0]


def cases_of_the_command():
    """A case for each certificate, alone or with up to three more behind it."""
    generator = Generator(SEED)
    certificates = [generator.certificate(number) for number in range(COUNT - WITHOUT_PLUS)]
    certificates += [generator.certificate_without_plus() for _ in range(WITHOUT_PLUS)]

    def case(number):
        chain = [certificates[(number + behind) % COUNT] for behind in range(number // 2 % 4 + 1)]
        done = subprocess.run([hoplab_binary(), "cert", "--json", "/dev/stdin"], capture_output=True,
                              input="".join(one.pem for one in chain), text=True, check=False)
        if done.returncode:
            raise AssertionError(f"hoplab cert, certificate {number}: {done.stderr}\n{chain[0].pem}")
        printed = json.loads(done.stdout)
        return Case(f"hoplab cert, certificate {number}", chain,
                    printed["verify"] | printed["passthrough"])

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(case, range(COUNT)))


def clients(folder):
    """A client for each of VALUES: (its case, its files). The CA of all of them is in root.pem."""
    keys = [PrivateKey(folder, "RSA", "rsa_keygen_bits:2048")]
    keys += [PrivateKey(folder, "EC", f"ec_paramgen_curve:P-{size}") for size in (256, 384, 521)]
    company = Attribute("O", "Köln, AG")
    root = Authority(Name([(company,), (Attribute("CN", "root"),)]), keys[1])
    middle = Authority(Name([(company,), (Attribute("CN", "middle"),)]), keys[1], root)
    issuing = Authority(Name([(company, Attribute("OU", "a+b"))]), keys[1], middle)
    pathlib.Path(folder, "root.pem").write_text(root.certificate.pem)
    above = [issuing.certificate, middle.certificate, root.certificate]
    serials = [serial for serial in SERIALS if serial > 0]
    for number, value in enumerate(VALUES):
        key = keys[number % len(keys)]
        subject = Name([(Attribute("O", "Example"),), (Attribute("CN", value),)])
        chain = [issuing.issue(serials[number % len(serials)], subject, key), *above[:2 + number % 2]]
        file = pathlib.Path(folder, f"{number}.pem")
        file.write_text("".join(one.pem for one in chain))
        yield Case(f"handshake of {value!r}", chain, {}), (file, key.file)


def cases_of_load_balancers():
    """Each client goes to a listener in verify mode and to one in passthrough mode."""
    with tempfile.TemporaryDirectory() as folder, Service() as service:
        asking = list(clients(folder))
        trust_store = {"CaCertificatesBundle": [{"file": f"{folder}/root.pem"}]}
        for mode in ({"Mode": "verify", "TrustStore": "trust-store"}, {"Mode": "passthrough"}):
            scenario = read_scenario("own-service.json") | {"checks": []}
            scenario["TrustStores"]["trust-store"] = trust_store
            listener_of(scenario, "alb")["MutualAuthentication"] = mode
            with Lab(scenario, "--set", f"service={service.address}") as lab:
                for case, files in asking:
                    case.headers |= headers_at_the_service(lab, service, files)
        return [case for case, _ in asking]


def headers_at_the_service(lab, service, certificate):
    context = ssl.create_default_context(cafile=lab.ca_bundle)
    context.load_cert_chain(*certificate)
    plain = socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S)
    connection = NamedConnection(plain, NAME, context)
    connection.request("GET", "/certificate")  # health checks ask for another path
    if connection.getresponse().status != 200:
        raise AssertionError("the service was not reached")
    connection.close()
    headers = [headers for _, path, headers in service.requests if path == "/certificate"][-1]
    return {name: value for name, value in headers.items() if name.startswith(PREFIX)}


def run(program, lines):
    """What the program prints, as (names of the columns, rows)."""
    here = shutil.which(program.probe[0]) is not None
    if not here or subprocess.run(program.probe, capture_output=True, check=False).returncode:
        what = f"cannot run {' '.join(program.probe)}: scripts/setup --ci installs it"
        if os.environ.get("CI") == "true":
            raise AssertionError(what)
        raise unittest.SkipTest(what)
    done = subprocess.run(program.command, input="".join(line + "\n" for line in lines), text=True,
                          capture_output=True, env=client_environment(), check=False)
    columns, *rows = [line.split("\t") for line in done.stdout.split("\n")[:-1]] or [[]]
    if done.returncode or len(rows) != len(lines):
        raise AssertionError(f"{program.command}: {len(rows)} of {len(lines)} lines; {done.stderr}")
    return columns, rows


class Headers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"HOPLAB_DECODERS_SEED={SEED}", file=sys.stderr)
        cls.cases = cases_of_the_command() + cases_of_load_balancers()

    def assert_none(self, wrong):
        """`wrong` describes what went wrong, one text each."""
        if wrong:
            self.fail(f"{len(wrong)} wrong, with HOPLAB_DECODERS_SEED={SEED}; the first: {wrong[0]}")

    def test_the_certificates_have_what_decoders_stumble_over(self):
        texts = [case.leaf.base64 for case in self.cases]
        self.assertEqual(len(self.cases), COUNT + len(VALUES))
        for least, held in ((900, "+"), (900, "/"), (300, "="), (100, "==")):
            self.assertGreater(sum(held in text for text in texts), least, held)
        self.assertGreaterEqual(sum("+" not in text for text in texts), WITHOUT_PLUS)
        self.assertEqual({len(case.chain) for case in self.cases}, {1, 2, 3, 4})
        values = {one.value for case in self.cases for one in case.leaf.subject.attributes()}
        self.assertLessEqual(set(VALUES), values)

    def test_each_certificate_has_all_headers_in_printable_ascii(self):
        names = {PREFIX + end for end in ("", "-Serial-Number", "-Issuer", "-Subject", "-Validity", "-Leaf")}
        for case in self.cases:
            self.assertEqual(set(case.headers), names, case.origin)
            for name, value in case.headers.items():
                self.assertRegex(value, r"\A[ -~]*\Z", (case.origin, name))

    def test_the_serial_number_is_hex_of_whole_bytes(self):
        for case in self.cases:
            text = case.headers[PREFIX + "-Serial-Number"]
            self.assertRegex(text, r"\A(0|-?([0-9A-F]{2})+)\Z", case.origin)
            self.assertNotRegex(text, r"\A-?00", case.origin)
            self.assertEqual(int(text, 16), case.leaf.serial, case.origin)

    def test_the_validity_is_two_times_of_iso_8601(self):
        for case in self.cases:
            leaf = case.leaf
            self.assertEqual(case.headers[PREFIX + "-Validity"],
                             f"NotBefore={leaf.not_before:%Y-%m-%dT%H:%M:%SZ};"
                             f"NotAfter={leaf.not_after:%Y-%m-%dT%H:%M:%SZ}", case.origin)

    def test_decoders_get_the_certificates_back(self):
        given = [(case.origin, case.chain[:1], case.headers[LEAF]) for case in self.cases]
        given += [(case.origin, case.chain, case.headers[PREFIX]) for case in self.cases]
        for language, program in PROGRAMS.items():
            with self.subTest(language):
                rules, rows = run(program, [value for _, _, value in given])
                self.assertEqual(rules, list(program.rules))
                self.assert_none([f"{rule}, {origin}: {told} of {value}"
                                  for (origin, chain, value), row in zip(given, rows)
                                  for rule, told in zip(rules, row)
                                  if not self.is_right(program.rules[rule], chain, told)])

    def is_right(self, reads, chain, told):
        every = " ".join(one.base64 for one in chain)
        if reads is Reads.WITHOUT_PLUS:
            return (told == every) == ("+" not in every)
        if reads is Reads.FIRST:
            return told == chain[0].base64
        return told == every or (reads is Reads.ONE and len(chain) > 1)

    def test_java_reads_the_names(self):
        given = [(case.origin, name, case.headers[PREFIX + end]) for case in self.cases
                 for name, end in ((case.leaf.subject, "-Subject"), (case.leaf.issuer, "-Issuer"))]
        _, rows = run(NAME_READERS, [f"{text}\t{base64.b64encode(name.der()).decode()}"
                                     for _, name, text in given])
        self.assert_none([f"{origin}: {text} is {name.as_read()}, LdapName reads {told}"
                          for (origin, name, text), (told, _) in zip(given, rows)
                          if told != name.as_read()])
        self.assert_none([f"{origin}: X500Principal says {told} of {text}"
                          for (origin, name, text), (_, told) in zip(given, rows)
                          if is_ordinary(name) and not X500_PRINCIPAL_MISREADS.search(text)
                          and told != "equals"])


def is_ordinary(name):
    """Of RFC 2253's types, and of the string types that an X500Principal supposes when it compares."""
    return all(one.type in ORDINARY and one.tag in (UTF8, PRINTABLE) for one in name.attributes())


if __name__ == "__main__":
    unittest.main()
