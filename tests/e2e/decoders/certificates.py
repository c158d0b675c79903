"""Certificates written as DER, byte by byte, so that a test knows what is in them without asking a library.

Those of a Generator follow from its seed: nobody holds their keys, and their signatures are random. An
Authority signs for clients that do hold a key.
"""

import base64
import dataclasses
import datetime
import pathlib
import random
import subprocess

BIT_STRING, UTF8, PRINTABLE, T61, IA5, UNIVERSAL, BMP = 3, 12, 19, 20, 22, 28, 30
CODECS = {UTF8: "utf-8", PRINTABLE: "ascii", T61: "latin-1", IA5: "ascii", UNIVERSAL: "utf-32-be",
          BMP: "utf-16-be"}

ORDINARY = {  # RFC 2253's own attribute types whose strings are UTF8 or PRINTABLE; it writes STREET
    "CN": "2.5.4.3", "C": "2.5.4.6", "L": "2.5.4.7", "ST": "2.5.4.8", "street": "2.5.4.9", "O": "2.5.4.10",
    "OU": "2.5.4.11", "UID": "0.9.2342.19200300.100.1.1",
}
OIDS = ORDINARY | {  # more that OpenSSL has a short name for
    "SN": "2.5.4.4", "serialNumber": "2.5.4.5", "title": "2.5.4.12", "description": "2.5.4.13",
    "businessCategory": "2.5.4.15", "postalCode": "2.5.4.17", "name": "2.5.4.41", "GN": "2.5.4.42",
    "initials": "2.5.4.43", "generationQualifier": "2.5.4.44", "x500UniqueIdentifier": "2.5.4.45",
    "dnQualifier": "2.5.4.46", "pseudonym": "2.5.4.65", "organizationIdentifier": "2.5.4.97",
    "DC": "0.9.2342.19200300.100.1.25", "emailAddress": "1.2.840.113549.1.9.1",
    "unstructuredName": "1.2.840.113549.1.9.2", "jurisdictionC": "1.3.6.1.4.1.311.60.2.1.3",
}
NAMELESS = "1.3.6.1.4.1.32473.1"  # RFC 5612: for examples

VALUES = [  # with all that RFC 2253 escapes, and more that a reader may stumble over
    "Example", "Doe, John", 'the "quoted"', "back\\slash", "a+b", "a=b", "a<b>c", "a;b", "CN=x,O=y",
    "#leading", "#", " leading", "trailing ", "  both  ", " ", "", "a  b", "\\", ",", "\\41", "%2B+%20",
    "a\0b", "line\r\nbreak", "\t\x1f\x7f", "é", "Zażółć gęślą", "株式会社", "العربية", "🔑 key", "e\u0301",
    "\u00a0", "a\u2028b", "\u200b", "*", "'", "/C=US/CN=x", "x" * 64,
]
ALPHABET = "abc 019,+\"\\<>;=#'/%\n\0éł社🔑"

SERIALS = [  # AWS's examples, edges of a byte and of twenty, and what RFC 5280 forbids and people have
    0x03A5B1, 0xFEF257372D5C14D4, 0x02, 0x5C6F6200B9C837C922A4EA00103B772C541D482C,
    1, 0x0A, 0x7F, 0x80, 0xFF, 0x100, 0x0F00, 2**159 - 1, 2**159, 2**160 - 1, 0, -1, -128, -129,
]

UTC = datetime.timezone.utc
FIRST_TIME = datetime.datetime(1950, 1, 1, tzinfo=UTC)  # what a UTCTime reaches back to
UTC_TIME_ENDS = datetime.datetime(2050, 1, 1, tzinfo=UTC)
LAST_TIME = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280: no expiry

CURVES = {  # prime and b of y² = x³ - 3x + b (FIPS 186-4, D.1.2)
    "1.2.840.10045.3.1.7": (
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B),
    "1.3.132.0.34": (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF),
    "1.3.132.0.35": (
        2**521 - 1,
        int("51953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1B"
            "F073573DF883D2C34F1EF451FD46B503F00", 16)),
}
SHORTEST_KEYS = next(iter(CURVES))  # P-256


def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(*parts):
    return der(0x30, *parts)


def integer(value):
    bits = (value if value >= 0 else ~value).bit_length()
    return der(2, value.to_bytes(bits // 8 + 1, "big", signed=True))


def bit_string(content):
    return der(BIT_STRING, b"\0", content)


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    octets = b""
    for arc in [first * 40 + second, *rest]:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        octets += bytes(reversed(groups))
    return der(6, octets)


def time(moment):
    """RFC 5280, 4.1.2.5: UTCTime as far as it goes."""
    if moment < UTC_TIME_ENDS:
        return der(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return der(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def extension(number, value, critical=False):
    return sequence(oid(number), der(1, b"\xff") if critical else b"", der(4, value))


RSA_ENCRYPTION = sequence(oid("1.2.840.113549.1.1.1"), der(5))
SHA256_WITH_RSA = sequence(oid("1.2.840.113549.1.1.11"), der(5))
SHA256_WITH_ECDSA = sequence(oid("1.2.840.10045.4.3.2"))
CLIENT = [extension("2.5.29.15", der(BIT_STRING, b"\x07\x80"), critical=True),      # digitalSignature
          extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.2")))]               # clientAuth
AUTHORITY = [extension("2.5.29.19", sequence(der(1, b"\xff")), critical=True),      # CA:TRUE
             extension("2.5.29.15", der(BIT_STRING, b"\x01\x06"), critical=True)]   # keyCertSign, cRLSign
# RFC 5280, 4.1.2.6: with an empty subject there must be another name, and critical.
OTHER_NAME = extension("2.5.29.17", sequence(der(0x82, b"client.example.com")), critical=True)


def encodes(tag, value):
    """Whether a string type has every character of the value."""
    if tag == PRINTABLE:
        return all(one.isascii() and (one.isalnum() or one in " '()+,-./:=?") for one in value)
    if tag == BMP:
        return all(one <= "\uffff" for one in value)
    try:
        return value.encode(CODECS[tag]) is not None
    except UnicodeEncodeError:
        return False


@dataclasses.dataclass(frozen=True)
class Attribute:
    type: str  # short name, or dotted numbers
    value: object  # a text; or bytes: the DER of what is no text
    tag: int = UTF8

    def value_der(self):
        if isinstance(self.value, bytes):
            return self.value
        return der(self.tag, self.value.encode(CODECS[self.tag]))

    def der(self):
        return sequence(oid(OIDS.get(self.type, self.type)), self.value_der())

    def as_read(self):
        """What RFC 2253 text tells: TYPE=HEX of UTF-8, or TYPE=#HEX of DER."""
        if self.type not in OIDS or isinstance(self.value, bytes):
            return f"{self.type}=#{self.value_der().hex()}"
        if self.value == "#":  # OpenSSL leaves out its backslash: to readers it is the hex of nothing
            return f"{self.type}=#"
        return f"{self.type}={self.value.encode().hex()}"


class Name(tuple):
    """Its parts in the order of the DER, each a tuple of attributes."""

    def der(self):
        return sequence(*(der(0x31, *sorted(one.der() for one in part)) for part in self))

    def as_read(self):
        """The most specific part first. A part is a set, here sorted."""
        return ",".join("+".join(sorted(one.as_read() for one in part)) for part in reversed(self))

    def attributes(self):
        return [one for part in self for one in part]


@dataclasses.dataclass(frozen=True)
class Certificate:
    serial: int
    issuer: Name
    subject: Name
    not_before: datetime.datetime
    not_after: datetime.datetime
    base64: str

    @property
    def pem(self):
        lines = [self.base64[at:at + 64] for at in range(0, len(self.base64), 64)]
        return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def certificate(*, serial, issuer, subject, not_before, not_after, key, extensions, algorithm, sign):
    """`sign` makes the signature of the part that is signed."""
    signed = sequence(der(0xA0, integer(2)), integer(serial), algorithm, issuer.der(),
                      sequence(time(not_before), time(not_after)), subject.der(), key,
                      der(0xA3, sequence(*extensions)))
    whole = sequence(signed, algorithm, bit_string(sign(signed)))
    return Certificate(serial, issuer, subject, not_before, not_after, base64.b64encode(whole).decode())


class Generator:
    def __init__(self, seed):
        self._random = random.Random(seed)
        self._rsa_keys = [self._rsa_key() for _ in range(4)]
        self._ec_keys = {curve: [self._ec_key(curve) for _ in range(4)] for curve in CURVES}

    def certificate(self, number):
        rsa = number % 4 == 0
        keys = self._rsa_keys if rsa else self._ec_keys[list(CURVES)[number % 4 - 1]]
        subject = Name() if number % 100 == 99 else self._name(number)
        not_before, not_after = sorted([self._time(), self._time()])
        return certificate(
            serial=self._serial(number), issuer=self._name(number // len(VALUES)), subject=subject,
            not_before=not_before, not_after=not_after, key=self._random.choice(keys),
            extensions=[*CLIENT, OTHER_NAME],
            algorithm=SHA256_WITH_RSA if rsa else SHA256_WITH_ECDSA,
            sign=self._rsa_signature if rsa else self._ecdsa_signature)

    def certificate_without_plus(self):
        """One whose base64 has no '+': rare, and short."""
        while True:
            name = Name([(Attribute("CN", self._random.choice(VALUES)),)])
            short = certificate(
                serial=self._random.getrandbits(16), issuer=name, subject=name, not_before=self._time(),
                not_after=LAST_TIME, key=self._random.choice(self._ec_keys[SHORTEST_KEYS]),
                extensions=CLIENT, algorithm=SHA256_WITH_ECDSA, sign=self._ecdsa_signature)
            if "+" not in short.base64:
                return short

    def _rsa_key(self):
        modulus = self._random.getrandbits(2048) | 1 << 2047 | 1
        return sequence(RSA_ENCRYPTION, bit_string(sequence(integer(modulus), integer(65537))))

    def _ec_key(self, curve):
        prime, b = CURVES[curve]
        size = (prime.bit_length() + 7) // 8
        while True:
            x = self._random.randrange(prime)
            square = (x**3 - 3 * x + b) % prime
            y = pow(square, (prime + 1) // 4, prime)
            if y * y % prime == square:
                point = b"\4" + x.to_bytes(size, "big") + y.to_bytes(size, "big")
                return sequence(sequence(oid("1.2.840.10045.2.1"), oid(curve)), bit_string(point))

    def _rsa_signature(self, _):
        return self._random.randbytes(256)

    def _ecdsa_signature(self, _):
        return sequence(integer(self._random.getrandbits(256)), integer(self._random.getrandbits(256)))

    def _serial(self, number):
        if number < len(SERIALS):
            return SERIALS[number]
        return self._random.getrandbits(self._random.randrange(1, 161))

    def _time(self):
        if self._random.random() < 0.02:
            return LAST_TIME
        end = LAST_TIME if self._random.random() < 0.2 else UTC_TIME_ENDS
        seconds = int((end - FIRST_TIME).total_seconds())
        return FIRST_TIME + datetime.timedelta(seconds=self._random.randrange(seconds))

    def _name(self, number):
        """Each of VALUES has its turn, in the part that the text begins with."""
        attribute = self._random.choice([self._ordinary, self._odd])
        parts = [(attribute(self._value()),) for _ in range(self._random.randrange(5))]
        parts.append((attribute(VALUES[number % len(VALUES)]),))
        if self._random.random() < 0.25:
            at = self._random.randrange(len(parts))
            more = [attribute(self._value()) for _ in range(self._random.randrange(1, 3))]
            parts[at] = tuple({one.as_read(): one for one in [*parts[at], *more]}.values())
        return Name(parts)

    def _value(self):
        return "".join(self._random.choices(ALPHABET, k=self._random.randrange(12)))

    def _ordinary(self, value):
        tag = PRINTABLE if encodes(PRINTABLE, value) and self._random.random() < 0.5 else UTF8
        return Attribute(self._random.choice(list(ORDINARY)), value, tag)

    def _odd(self, value):
        """Of any type, in any string type."""
        kind = self._random.choice([*OIDS, NAMELESS])
        if kind == "x500UniqueIdentifier":
            return Attribute(kind, bit_string(self._random.randbytes(4)))
        return Attribute(kind, value, self._random.choice([tag for tag in CODECS if encodes(tag, value)]))


class PrivateKey:
    """Made by openssl; `option` is one of its -pkeyopt for the algorithm."""

    def __init__(self, folder, algorithm, option):
        self.file = str(pathlib.Path(folder) / f"{algorithm}-{option.rsplit(':', 1)[1]}.key")
        openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", self.file)
        self.public = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")


class Authority:
    """A CA with an EC key. Valid from yesterday to tomorrow, as is all that it issues."""

    def __init__(self, name, key, issuer=None):
        self.name, self._key = name, key
        self.certificate = (issuer or self).issue(1, name, key, AUTHORITY)

    def issue(self, serial, subject, key, extensions=CLIENT):
        now = datetime.datetime.now(UTC).replace(microsecond=0)
        day = datetime.timedelta(days=1)
        return certificate(serial=serial, issuer=self.name, subject=subject, not_before=now - day,
                           not_after=now + day, key=key.public, extensions=extensions,
                           algorithm=SHA256_WITH_ECDSA, sign=self._sign)

    def _sign(self, signed):
        return openssl("dgst", "-sha256", "-sign", self._key.file, standard_input=signed)


def openssl(*arguments, standard_input=None):
    return subprocess.run(["openssl", *arguments], input=standard_input, capture_output=True,
                          check=True).stdout
