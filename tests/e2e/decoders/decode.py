"""How services in Python read the certificate out of a header.

Reads a header value a line; prints the names of the rules and then, for each value, what each makes of it:
tab-separated, base64 of the DER of each certificate, or "!" and why not.
"""

import base64
import re
import ssl
import sys
import urllib.parse


def certificates(pem):
    blocks = re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", pem, re.S)
    return [ssl.PEM_cert_to_DER_cert(block) for block in blocks]


RULES = {
    # Percent-decoding of RFC 3986: Python's own.
    "unquote": lambda value: certificates(urllib.parse.unquote(value)),
    # A form's. Go's url.QueryUnescape is the same, in HashiCorp Vault's decoder "URL" (vault #31728).
    "unquote_plus": lambda value: certificates(urllib.parse.unquote_plus(value)),
}


def told(rule, value):
    try:
        return " ".join(base64.b64encode(der).decode() for der in rule(value))
    except ValueError as error:
        return f"! {error}"


print(*RULES, sep="\t")
for line in sys.stdin:
    print(*(told(rule, line.rstrip("\n")) for rule in RULES.values()), sep="\t")
