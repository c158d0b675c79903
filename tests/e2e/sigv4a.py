"""Signature Version 4A as AWS describes it, by Python's own means: an ECDSA key of P-256 that is derived from the
secret key, and Regions that are a list.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ALGORITHM = "AWS4-ECDSA-P256-SHA256"
ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551  # of P-256


def private_key(access_key, secret_key):
    """The first candidate of the key derivation function (NIST SP 800-108, counter mode) that is a key."""
    for counter in range(1, 255):
        fixed = ALGORITHM.encode() + b"\0" + access_key.encode() + bytes([counter]) + (256).to_bytes(4, "big")
        made = hmac.new(b"AWS4A" + secret_key.encode(), b"\0\0\0\1" + fixed, hashlib.sha256).digest()
        candidate = int.from_bytes(made, "big")
        if candidate <= ORDER - 2:
            return ec.derive_private_key(candidate + 1, ec.SECP256R1())
    raise ValueError("no candidate is a key")


def encoded(text, safe=""):
    return urllib.parse.quote(text, safe="-_.~" + safe)


def query_of(pairs):
    return "&".join(sorted(f"{encoded(name)}={encoded(value)}" for name, value in pairs))


class Signer:
    """Of requests to one service, at one time, "20260425T164516Z"."""

    def __init__(self, access_key, secret_key, time, token=None, regions="*", service="execute-api"):
        self.access_key, self.secret_key, self.time, self.token = access_key, secret_key, time, token
        self.regions, self.scope = regions, f"{time[:8]}/{service}/aws4_request"

    def signature(self, method, path, pairs, headers, body):
        names = sorted(headers)
        canonical = "\n".join([
            method, encoded(path, "/"), query_of(pairs), *(f"{name}:{headers[name].strip()}" for name in names), "",
            ";".join(names), hashlib.sha256(body).hexdigest()])
        text = "\n".join([ALGORITHM, self.time, self.scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = private_key(self.access_key, self.secret_key)
        return key.sign(text.encode(), ec.ECDSA(hashes.SHA256())).hex()

    def fields(self, host, method, path, pairs=(), body=b""):
        """Header fields that are to be sent beside Host. `path`: as it is sent."""
        headers = {"host": host, "x-amz-date": self.time, "x-amz-region-set": self.regions}
        if self.token:
            headers["x-amz-security-token"] = self.token
        made = self.signature(method, path, pairs, headers, body)
        del headers["host"]
        names = ";".join(sorted(["host", *headers]))
        credential = f"{self.access_key}/{self.scope}"
        return {**headers, "Authorization":
                f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={made}"}

    def query(self, host, method, path, pairs=(), expires=60):
        """The query that is to be sent, signature and all."""
        pairs = [*pairs, ("X-Amz-Algorithm", ALGORITHM), ("X-Amz-Credential", f"{self.access_key}/{self.scope}"),
                 ("X-Amz-Date", self.time), ("X-Amz-Expires", str(expires)), ("X-Amz-Region-Set", self.regions),
                 ("X-Amz-SignedHeaders", "host"), *([("X-Amz-Security-Token", self.token)] if self.token else ())]
        made = self.signature(method, path, pairs, {"host": host}, b"")
        return query_of(pairs) + "&X-Amz-Signature=" + made
