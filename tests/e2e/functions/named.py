"""A custom runtime in Python for a REST API: it answers with the function's name, or with BASE64 alone."""

import json
import os
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
BODY = json.dumps({"function": os.environ["AWS_LAMBDA_FUNCTION_NAME"]})

while True:
    with urllib.request.urlopen(f"{API}/next") as got:
        name = got.headers["Lambda-Runtime-Aws-Request-Id"]
    answer = os.environ.get("BASE64") or {"statusCode": 200, "body": BODY}
    urllib.request.urlopen(f"{API}/{name}/response", data=json.dumps(answer).encode()).close()
