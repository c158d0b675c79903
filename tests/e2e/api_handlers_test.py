"""What a private REST API tells a function, and takes from it, against the handler libraries of others: the events that
they have for samples, and, where HOPLAB_HANDLER_LIBRARIES names a folder in which npm has installed them
(scripts/full handlers), the libraries themselves, to clients of HTTP/1.1 and HTTP/2 at the load balancer."""

import base64
import json
import os
import pathlib
import re
import shutil
import unittest

from api_lab import api_scenario, ask
from handlers_test import LIBRARIES, Recording, WithEndpoint
from lab import Lab, curl
from lambda_test import FUNCTIONS

VERSIONS = ("--http1.1", "--http2")
RIC = os.environ.get("AWS_LAMBDA_RIC")


def scenario(function, method=None, **more):
    made = api_scenario({"/{proxy+}": {"ANY": {"Integration": {"Type": "AWS_PROXY", "Function": "handler"},
                                               **(method or {})}}}, Functions={"handler": function}, **more)
    made["RestApis"]["orders-api"]["BinaryMediaTypes"] = ["application/octet-stream"]
    return made


# Members that each sample of an event of payload 1.0 has, whatever else: by the file, or the type, that shows it.
#   G  aws/aws-lambda-go                             events/testdata/apigw-request.json, events/apigw.go
#   R  awslabs/aws-lambda-rust-runtime               lambda-http/tests/data/apigw_proxy_request.json
#   P  aws-powertools/powertools-lambda-python       events/apiGatewayProxyEvent.json
#   T  aws-powertools/powertools-lambda-typescript   packages/parser/src/schemas/api-gateway.ts
#   S  CodeGenieApp/serverless-express               jest-helpers/api-gateway-v1-event.js
#   B  brefphp/bref                                  Event/Http/Fixture/ag-v1-body-json.json
#   D  DefinitelyTyped                               @types/aws-lambda, trigger/api-gateway-proxy.d.ts
# A small letter: it may be left out there.
EVENT = {"resource": "GRPTSBD", "path": "GRPTSBD", "httpMethod": "GRPTSBD", "headers": "GRPtSBD",
         "multiValueHeaders": "GPtSD", "queryStringParameters": "GRPTSBD", "multiValueQueryStringParameters": "GPTSD",
         "pathParameters": "GRPtSBD", "stageVariables": "GRPtSBD", "requestContext": "GRPTSBD", "body": "GPTSBD",
         "isBase64Encoded": "PTSBD"}
CONTEXT = {"resourceId": "GRPtSBD", "resourcePath": "GRPTSBD", "httpMethod": "GRPTSBD", "extendedRequestId": "gPtSBd",
           "requestTime": "GPTSBd", "path": "PTSBD", "accountId": "GRPTSBD", "protocol": "PTSBD", "stage": "GRPTSBD",
           "domainPrefix": "GPtSBd", "requestTimeEpoch": "GRPTSBD", "requestId": "GRPTSBD", "identity": "GRPTSBD",
           "domainName": "GPtSBd", "deploymentId": "t", "apiId": "GRPTSBD"}
IDENTITY = {"cognitoIdentityPoolId": "GRPtSBD", "cognitoIdentityId": "GRPtSBD", "vpceId": "d",
            "principalOrgId": "PtSBD", "cognitoAuthenticationType": "GRPtSBD", "userArn": "GRPtSBD",
            "userAgent": "GRPtSBD", "accountId": "GRPtSBD", "caller": "GRPtSBD", "sourceIp": "GRPtSBD",
            "accessKey": "GPtSBD", "vpcId": "d", "cognitoAuthenticationProvider": "GRPtSBD", "user": "GRPtSBD"}
# What samples have beside them, and why a private API's event does not.
OTHERS = {"version": "PB: of HTTP APIs", "authorizer": "GPtD: where the method has one",
          "apiKey": "GRtD: where the method requires one", "apiKeyId": "GtD: likewise",
          "clientCert": "PtD: of Regional custom domain names with mutual TLS"}


class Events(WithEndpoint):
    def event(self, lab, *arguments, **how):
        ask(lab, *arguments, **how)
        return Recording.events[-1]

    def test_have_the_members_of_every_librarys_samples(self):
        with Lab(scenario(self.function)) as lab:
            for version in VERSIONS:
                for path, arguments in (("/items", ()), ("/items?a=1&a=2", ("--data", "größe"))):
                    event = self.event(lab, path, *arguments, version=version)
                    self.assertEqual(list(event), list(EVENT))
                    self.assertEqual(list(event["requestContext"]), list(CONTEXT))
                    self.assertEqual(list(event["requestContext"]["identity"]), list(IDENTITY))
                    self.assertFalse(set(OTHERS) & {*event, *event["requestContext"],
                                                    *event["requestContext"]["identity"]})

    def test_are_of_the_types_that_libraries_declare(self):
        with Lab(scenario(self.function)) as lab:
            for version in VERSIONS:
                event = self.event(lab, "/items", version=version)
                for name in ("queryStringParameters", "multiValueQueryStringParameters", "stageVariables", "body"):
                    self.assertIsNone(event[name], name)
                event = self.event(lab, "/items?a=1&a=x%20y&b", "--data", "größe", "--header", "X-Many: 1", "--header",
                                   "X-Many: 2", version=version)
                self.assertEqual(event["queryStringParameters"], {"a": "x y", "b": ""})
                self.assertEqual(event["multiValueQueryStringParameters"], {"a": ["1", "x y"], "b": [""]})
                many = "X-Many" if version == "--http1.1" else "x-many"
                self.assertEqual((event["headers"][many], event["multiValueHeaders"][many]), ("2", ["1", "2"]))
                self.assertEqual(event["headers"].keys(), event["multiValueHeaders"].keys())
                self.assertEqual((event["body"], event["isBase64Encoded"]), ("größe", False))
                context = event["requestContext"]
                self.assertIs(type(context["requestTimeEpoch"]), int)
                for name in set(CONTEXT) - {"requestTimeEpoch", "identity"}:
                    self.assertIs(type(context[name]), str, name)
                for name in set(IDENTITY) - {"vpceId", "userAgent", "sourceIp", "vpcId"}:
                    self.assertIsNone(context["identity"][name], name)


@unittest.skipUnless(LIBRARIES and shutil.which("node"), "needs HOPLAB_HANDLER_LIBRARIES, and node")
class Libraries(unittest.TestCase):
    """Each library of tests/e2e/functions/handlers.js as a function of the API."""

    BYTES = bytes(range(256))
    NAMES = ("serverlessHttp", "serverlessExpress", "vendia", "awsServerlessExpress", "fastify", "hono",
             "powertoolsRest", "lambdaApi", "middy")

    # Who reads headers, and queryStringParameters, alone: of several values the last.
    LAST_FIELD = ("serverlessHttp", "awsServerlessExpress")
    LAST_PARAMETER = ("awsServerlessExpress",)

    def function(self, library, command=("node", "runtime.js")):
        return {"Command": list(command), "Folder": str(FUNCTIONS), "Handler": f"handlers.{library}", "Timeout": 60,
                "Environment": {"Variables": {"NODE_PATH": str(pathlib.Path(LIBRARIES) / "node_modules")}}}

    def test_requests_and_answers_come_through(self):
        for library in self.NAMES:
            with Lab(scenario(self.function(library))) as lab:
                self.hold(lab, library)

    @unittest.skipUnless(RIC, "needs AWS_LAMBDA_RIC, the path of aws-lambda-ric")
    def test_and_through_the_runtime_of_aws(self):
        for library in ("serverlessHttp", "middy"):
            with Lab(scenario(self.function(library, (RIC, f"handlers.{library}")))) as lab:
                self.hold(lab, library)

    def hold(self, lab, library):
        for version in VERSIONS:
            for content_type, body in (("text/plain", "größe".encode()), ("application/octet-stream", self.BYTES)):
                with self.subTest(library, version=version, content_type=content_type):
                    self.hold_request(lab, library, version, content_type, body)
            with self.subTest(library, version=version, answer="bytes"):
                done = curl(lab, version, "--header", "Accept: application/octet-stream", path="/bytes")
                head, _, body = done.stdout.partition(b"\r\n\r\n")
                self.hold_head(head.decode(), "application/octet-stream")
                self.assertEqual(body, self.BYTES)

    def hold_request(self, lab, library, version, content_type, body):
        sent = lab.folder / "sent"
        sent.write_bytes(body)
        _, head, text = ask(lab, "/items?a=1&a=2&b=x%20y", "--data-binary", f"@{sent}", "--header",
                            f"Content-Type: {content_type}", "--header", "X-Many: 1", "--header", "X-Many: 2",
                            version=version)
        self.hold_head(head, "application/json")
        seen = json.loads(text)
        self.assertEqual(seen["method"], "POST")
        parameters = "a=2" if library in self.LAST_PARAMETER else "a=1&a=2"
        self.assertRegex(seen["url"], rf"^/items\?{parameters}&b=x(%20|\+)y$")
        self.assertRegex(seen["many"], "^2$" if library in self.LAST_FIELD else "^1[,;] ?2$")
        self.assertEqual(seen["body"], base64.b64encode(body).decode())

    def hold_head(self, head, content_type):
        self.assertRegex(head, r"^HTTP/\S+ 201 ")
        fields = re.findall(r"(?m)^(\S+): (.*?)\r?$", head)
        cookies = sorted(value.partition(";")[0] for name, value in fields if name.lower() == "set-cookie")
        self.assertEqual(cookies, ["first=1", "second=2"])
        self.assertIn(("x-name", "value"), [(name.lower(), value) for name, value in fields])
        types = [value.partition(";")[0] for name, value in fields if name.lower() == "content-type"]
        self.assertEqual(types, [content_type])


if __name__ == "__main__":
    unittest.main()
