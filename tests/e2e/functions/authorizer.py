"""A custom runtime in Python for a Lambda authorizer: the token, or the header X-Token, says what it does."""

import json
import os
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"


def policy(effect, resource):
    return {"Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}]}


def answer(token, event):
    effect = "Deny" if token == "deny" else "Allow"
    made = {"principalId": "alice", "policyDocument": policy(effect, event["methodArn"]),
            "context": {"text": "t", "number": 1, "good": True, "event": json.dumps(event)}}
    if token == "all":
        made["policyDocument"] = policy("Allow", "*")
    if token == "other":
        made["policyDocument"] = policy("Allow", event["methodArn"] + "/other")
    if token == "nobody":
        del made["principalId"]
    if token == "nested":
        made["context"] = {"roles": ["admin"]}
    if token == "unknown":
        made["errorType"] = "Error"
    return made


while True:
    with urllib.request.urlopen(f"{API}/next") as got:
        name = got.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(got)
    token = event.get("authorizationToken") or event["headers"].get("X-Token", "")
    print("asked about", token, flush=True)
    if token == "hang":
        continue
    where, returned = "response", answer(token, event)
    if token in ("Unauthorized", "broken"):
        where, returned = "error", {"errorType": "Error", "errorMessage": token}
    urllib.request.urlopen(f"{API}/{name}/{where}", data=json.dumps(returned).encode()).close()
