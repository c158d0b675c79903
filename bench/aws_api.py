#!/usr/bin/env python3
"""What templates and the AWS API cost: the start with 100 resources beside the start with none, and CPU per call.

bench/aws_api.py [--hoplab BINARY] [--rounds 20] [--calls 500]

Prints medians in milliseconds. The same template is read from a file at the start, and made as a stack for the calls.
"""

import argparse
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
GROUPS = 30
TICKS = os.sysconf("SC_CLK_TCK")


def template():
    """A load balancer with rules, a private API with methods, and an endpoint: 100 resources."""
    def ref(name):
        return {"Ref": name}
    parts = {
        "Vpc": ("EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
        "SubnetA": ("EC2::Subnet", {"VpcId": ref("Vpc"), "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "eu-west-1a"}),
        "SubnetB": ("EC2::Subnet", {"VpcId": ref("Vpc"), "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "eu-west-1b"}),
        "Everybody": ("EC2::SecurityGroup", {"GroupDescription": "all", "VpcId": ref("Vpc"), "SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}]}),
        "Front": ("ElasticLoadBalancingV2::LoadBalancer", {
            "Type": "application", "Scheme": "internal", "Subnets": [ref("SubnetA"), ref("SubnetB")],
            "SecurityGroups": [ref("Everybody")]}),
        "Listener": ("ElasticLoadBalancingV2::Listener", {
            "LoadBalancerArn": ref("Front"), "Protocol": "HTTP", "Port": 80,
            "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]}),
        "Endpoint": ("EC2::VPCEndpoint", {
            "VpcId": ref("Vpc"), "ServiceName": "com.amazonaws.eu-west-1.execute-api", "VpcEndpointType": "Interface",
            "SubnetIds": [ref("SubnetA")], "SecurityGroupIds": [ref("Everybody")], "PrivateDnsEnabled": False}),
        "Api": ("ApiGateway::RestApi", {
            "Name": "api", "EndpointConfiguration": {"Types": ["PRIVATE"], "VpcEndpointIds": [ref("Endpoint")]},
            "Policy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
                                      "Resource": "execute-api:/*"}]}}),
    }
    for i in range(GROUPS):
        parts[f"Group{i}"] = ("ElasticLoadBalancingV2::TargetGroup", {
            "TargetType": "ip", "Protocol": "HTTP", "Port": 80, "VpcId": ref("Vpc"),
            "Targets": [{"Id": "127.0.0.1", "Port": 9}]})
        parts[f"Rule{i}"] = ("ElasticLoadBalancingV2::ListenerRule", {
            "ListenerArn": ref("Listener"), "Priority": i + 1,
            "Conditions": [{"Field": "path-pattern", "Values": [f"/{i}/*"]}],
            "Actions": [{"Type": "forward", "TargetGroupArn": ref(f"Group{i}")}]})
    methods = []
    for i in range((98 - len(parts)) // 2):
        parts[f"Resource{i}"] = ("ApiGateway::Resource", {
            "RestApiId": ref("Api"), "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": f"p{i}"})
        parts[f"Method{i}"] = ("ApiGateway::Method", {
            "RestApiId": ref("Api"), "ResourceId": ref(f"Resource{i}"), "HttpMethod": "GET",
            "AuthorizationType": "NONE",
            "Integration": {"Type": "MOCK", "RequestTemplates": {"application/json": "{\"statusCode\": 200}"},
                            "IntegrationResponses": [{"StatusCode": "200"}]},
            "MethodResponses": [{"StatusCode": "200"}]})
        methods.append(f"Method{i}")
    parts["Deployment"] = ("ApiGateway::Deployment", {"RestApiId": ref("Api")}, methods)
    parts["Stage"] = ("ApiGateway::Stage", {"RestApiId": ref("Api"), "DeploymentId": ref("Deployment"),
                                            "StageName": "prod"})
    resources = {}
    for name, (kind, properties, *after) in parts.items():
        resources[name] = {"Type": f"AWS::{kind}", "Properties": properties}
        if after:
            resources[name]["DependsOn"] = after[0]
    assert len(resources) == 100, len(resources)
    return json.dumps({"Resources": resources})


def start(arguments):
    """(the process when it is ready, its first line, milliseconds until then)"""
    began = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    line = process.stdout.readline()
    took = (time.perf_counter() - began) * 1000
    if not line:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.wait()}")
    return process, json.loads(line), took


def stop(process):
    process.terminate()
    process.wait()
    process.stdout.close()


def cpu_ms(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICKS


class Caller:
    def __init__(self, url):
        self.connection = http.client.HTTPConnection(url.removeprefix("http://"))

    def ask(self, service, method, path, body="", **fields):
        credential = f"AWS4-HMAC-SHA256 Credential=111111111111/20260101/eu-west-1/{service}/aws4_request"
        self.connection.request(method, path, body, {"Authorization": credential, **fields})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 300:
            raise SystemExit(f"{path} {body[:80]}: {answer.status} {text}")
        return text

    def form(self, service, version, action, **members):
        return self.ask(service, "POST", "/", urllib.parse.urlencode({"Action": action, "Version": version, **members}),
                        **{"Content-Type": "application/x-www-form-urlencoded"})


def calls_of(caller):
    """The calls that are measured, by name."""
    api = json.loads(caller.ask("apigateway", "GET", "/restapis"))["item"][0]["id"]
    elb, ec2 = ("elasticloadbalancing", "2015-12-01"), ("ec2", "2016-11-15")
    listeners = caller.form(*elb, "DescribeListeners", LoadBalancerArn=caller.form(
        *elb, "DescribeLoadBalancers").split("<LoadBalancerArn>")[1].split("<")[0])
    listener = listeners.split("<ListenerArn>")[1].split("<")[0]
    return {
        "DescribeLoadBalancers": lambda: caller.form(*elb, "DescribeLoadBalancers"),
        "DescribeRules, of 31": lambda: caller.form(*elb, "DescribeRules", ListenerArn=listener),
        "DescribeTargetGroups, of 30": lambda: caller.form(*elb, "DescribeTargetGroups"),
        "DescribeVpcEndpoints": lambda: caller.form(*ec2, "DescribeVpcEndpoints"),
        "DescribeStackResources, of 100": lambda: caller.form("cloudformation", "2010-05-15", "DescribeStackResources",
                                                              StackName="bench"),
        "GetResources, of 16": lambda: caller.ask("apigateway", "GET", f"/restapis/{api}/resources?embed=methods"),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hoplab", default=str(ROOT / "build" / "release" / "hoplab"))
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-aws-") as folder:
        os.chdir(folder)
        text = template()
        pathlib.Path("all.template.json").write_text(text, encoding="utf-8")
        common = ["--json", "--aws-port", "0"]
        seen = {"none": [], "template": []}
        for _ in range(options.rounds):
            for name, what in (("none", "--empty"), ("template", "all.template.json")):
                process, _, took = start([options.hoplab, "up", what, *common])
                stop(process)
                seen[name].append(took)
        none, loaded = (statistics.median(seen[name]) for name in ("none", "template"))
        print("| start | ms |\n|---|---:|")
        print(f"| with nothing | {none:.1f} |\n| with a template of 100 resources | {loaded:.1f} |")
        print(f"| what the template costs | {loaded - none:.1f} |")
        process, ready, _ = start([options.hoplab, "up", "--empty", *common])
        caller = Caller(ready["awsEndpointUrl"])
        began = time.perf_counter()
        caller.form("cloudformation", "2010-05-15", "CreateStack", StackName="bench", TemplateBody=text)
        print(f"| CreateStack of it | {(time.perf_counter() - began) * 1000:.1f} |")
        print("\n| call | ms of CPU |\n|---|---:|")
        for name, call in calls_of(caller).items():
            before = cpu_ms(process.pid)
            for _ in range(options.calls):
                call()
            print(f"| {name} | {(cpu_ms(process.pid) - before) / options.calls:.3f} |")
        stop(process)


if __name__ == "__main__":
    main()
