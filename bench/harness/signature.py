"""Signature Version 4 in a query, good for a week: one request that can be sent again and again."""

import datetime
import hashlib
import hmac
import urllib.parse

ACCESS_KEY_ID, SECRET_ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def presigned(path, host, region):
    """`path`, which has nothing to encode and no query, with the signature of a GET."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = (now[:8], region, "execute-api", "aws4_request")
    query = urllib.parse.urlencode(sorted({
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": "/".join((ACCESS_KEY_ID, *scope)),
        "X-Amz-Date": now, "X-Amz-Expires": "604800", "X-Amz-SignedHeaders": "host"}.items()))
    canonical = "\n".join(("GET", path, query, f"host:{host}\n", "host", _sha256("")))
    to_sign = "\n".join(("AWS4-HMAC-SHA256", now, "/".join(scope), _sha256(canonical)))
    key = ("AWS4" + SECRET_ACCESS_KEY).encode()
    for word in (*scope, to_sign):
        key = hmac.digest(key, word.encode(), "sha256")
    return f"{path}?{query}&X-Amz-Signature={key.hex()}"


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()
