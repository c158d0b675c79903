"""A private API behind a load balancer of HTTP/1.1 and HTTP/2, for tests of what its methods do."""

import json
import urllib.request

from lab import admin, curl, until

NAME = "api.example.com"


def api_scenario(resources, clock=None, **more):
    """`resources`: the API's; `more`: sections of the scenario."""
    made = {
        "title": "what answers a private API", "entry": "alb",
        "pki": {"authorities": {"ca": {"subject": "CN=ca"}},
                "certificates": {"server": {"for": "listener", "subject": f"CN={NAME}", "issuer": "ca",
                                            "dnsNames": [NAME]}}},
        "VpcEndpoints": {"execute-api-endpoint": {"ServiceName": "execute-api"}},
        "LoadBalancers": {"alb": {"Type": "application", "Listeners": [
            {"Protocol": "HTTPS", "Port": 443, "Certificates": ["server"],
             "DefaultActions": [{"Type": "forward", "TargetGroup": "api-group"}]}]}},
        "TargetGroups": {"api-group": {"TargetType": "ip", "Protocol": "HTTPS", "Port": 443,
                                       "HealthCheckProtocol": "HTTPS", "HealthCheckPath": "/ping",
                                       "Targets": ["execute-api-endpoint"]}},
        "RestApis": {"orders-api": {
            "EndpointConfiguration": {"Types": ["PRIVATE"]},
            "Policy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
                                      "Resource": "execute-api:/*"}]},
            "Resources": resources}},
        "DomainNames": {NAME: {"EndpointConfiguration": {"Types": ["REGIONAL"]},
                               "BasePathMappings": [{"RestApi": "orders-api", "Stage": "prod"}]}},
        **more,
    }
    return {**made, "clock": clock} if clock else made


def ask(lab, path, *arguments, version="--http1.1", **how):
    """(status, head, body)"""
    done = curl(lab, version, *arguments, path=path, **how)
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    heads, _, body = done.stdout.decode().rpartition("\r\n\r\n")
    head = heads.rpartition("\r\n\r\n")[2]  # behind 100 Continue
    return int(head.split()[1]), head, body


def why(lab, before):
    """The newest failure's detail."""
    ended = until(lambda: [one for one in admin(lab, "/v1/ends") if one.get("failures")][before:], "the end")
    return ended[-1]["failures"][-1]["detail"]


def post(lab, path, body, method="POST"):
    """What the lab's admin API answers."""
    request = urllib.request.Request(f"http://{lab.env['HOPLAB_ADMIN']}{path}", json.dumps(body).encode(),
                                     method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
