"""A custom runtime in Python for a REST API: its path says what it returns."""

import json
import os
import sys
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"

while True:
    with urllib.request.urlopen(f"{API}/next") as got:
        name = got.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(got)
    print("event for", event["path"], flush=True)
    # The request's body is what it returns, as it is.
    answer = event["body"].encode() if event["path"] == "/returned" else json.dumps(
        {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}).encode()
    where = "response"
    if event["path"] == "/error":
        where, answer = "error", b'{"errorType": "KeyError", "errorMessage": "no such order"}'
    if event["path"] == "/crash":
        sys.exit(3)
    if event["path"] != "/hang":
        urllib.request.urlopen(f"{API}/{name}/{where}", data=answer).close()
