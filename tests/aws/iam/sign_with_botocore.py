#!/usr/bin/env python3
"""Writes fixtures/iam/botocore-signatures.json: requests to a private API as botocore signs them.

    tests/aws/iam/sign_with_botocore.py     needs botocore (python3-botocore)

The same in every run and with every version: the time of signing is fixed.
"""

import json
import pathlib
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FIXTURE = pathlib.Path(__file__).resolve().parents[3] / "fixtures/iam/botocore-signatures.json"
TIMESTAMP = "20260401T120000Z"
API = "https://abcde12345.execute-api.eu-west-1.amazonaws.com"
VPCE = "https://vpce-0a1b-c2d3.execute-api.eu-west-1.vpce.amazonaws.com"

USER = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
SESSION = Credentials("ASIAIOSFODNN7EXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
                      "IQoJb3JpZ2luX2VjE+Example/Token==")

# name, credentials, method, URL, headers, body
CASES = [
    ("a stage's root", USER, "GET", f"{API}/prod", {}, b""),
    ("a trailing slash", USER, "GET", f"{API}/prod/", {}, b""),
    ("a path", USER, "GET", f"{API}/prod/widgets/1", {"Accept": "application/json"}, b""),
    ("an encoded path", USER, "GET", f"{API}/prod/a%20b/%E1%88%B4/c%2Fd/~e.f-g_h/%2A", {}, b""),
    ("reserved characters in a path", USER, "GET", f"{API}/prod/a:b@c;d=e,f+g(h)!'*", {}, b""),
    ("dots in a path", USER, "GET", f"{API}/prod/./x/../y//z/", {}, b""),
    ("a query", USER, "GET", f"{API}/prod/w?b=2&a=1&a=0&B=3&c=&d", {}, b""),
    ("an encoded query", USER, "GET", f"{API}/prod/w?q=a%20b%2Bc%26%3D%2A&%E1%88%B4=%C3%A9&k=~-._", {}, b""),
    ("blanks in a header", USER, "GET", f"{API}/prod/w", {"X-Note": "  a   b \t c  ", "Via": "1.1 x"}, b""),
    ("a header that is empty", USER, "GET", f"{API}/prod/w", {"X-Note": ""}, b""),
    ("a JSON body", USER, "POST", f"{API}/prod/w", {"Content-Type": "application/json"}, b'{"a": "\xc3\xa9"}'),
    ("a form", USER, "POST", f"{API}/prod/w", {"Content-Type": "application/x-www-form-urlencoded"}, b"a=b&c=d+e"),
    ("an unsigned payload", USER, "PUT", f"{API}/prod/w", {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}, b"any"),
    ("a session", SESSION, "DELETE", f"{API}/prod/w/1", {}, b""),
    ("a session with a body", SESSION, "PATCH", f"{API}/prod/w/1?dry=true", {"Content-Type": "text/plain"}, b"x"),
    ("an endpoint's name", USER, "GET", f"{VPCE}/prod/w", {"x-apigw-api-id": "abcde12345"}, b""),
    ("another Host", USER, "GET", f"{VPCE}/prod/w", {"Host": "abcde12345.execute-api.eu-west-1.amazonaws.com"}, b""),
]


def at_fixed_time(kind):
    class Signer(kind):
        def _modify_request_before_signing(self, request):
            request.context["timestamp"] = TIMESTAMP
            super()._modify_request_before_signing(request)
    return Signer


def signed(signer, case, how):
    name, credentials, method, url, headers, body = case
    request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
    signer(credentials, "execute-api", "eu-west-1").add_auth(request)
    parts = urlsplit(request.url)
    fields = [["Host", parts.netloc]] if "Host" not in request.headers else []
    fields += [[key, value] for key, value in request.headers.items()]
    return {"name": f"{name}, {how}", "access_key_id": credentials.access_key,
            "method": method, "path": parts.path, "query": parts.query, "headers": fields, "body": body.decode()}


def main():
    requests = [signed(at_fixed_time(SigV4Auth), case, "in the header") for case in CASES]
    # A signature in the query takes no body along, and its parameters once each.
    requests += [signed(at_fixed_time(SigV4QueryAuth), case, "in the query") for case in CASES
                 if not case[5] and case[0] != "a query"]
    keys = [{"access_key_id": one.access_key, "secret_access_key": one.secret_key, "session_token": one.token or ""}
            for one in (USER, SESSION)]
    rows = ",\n".join(json.dumps(request) for request in requests)
    FIXTURE.write_text(f'{{"timestamp": "{TIMESTAMP}", "region": "eu-west-1", "service": "execute-api",\n'
                       f'"credentials": {json.dumps(keys)},\n"requests": [\n{rows}\n]}}\n')


if __name__ == "__main__":
    main()
