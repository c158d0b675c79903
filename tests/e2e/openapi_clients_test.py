"""Clients that are made of an API's own OpenAPI document, against the API that hoplab makes of it: one of Python that
knows of the document alone, and openapi-client-axios, where HOPLAB_HANDLER_LIBRARIES names a folder in which npm has
installed it (scripts/full handlers). Documents of others are tried where HOPLAB_OPENAPI_PROJECTS names a folder of
them: as they are, each with the functions and services that it names."""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading
import unittest
import urllib.parse

from api_lab import NAME, api_scenario
from lab import DEADLINE_S, SCENARIOS, Lab, curl, needs

needs("yaml")
import yaml  # noqa: E402

LIBRARIES = os.environ.get("HOPLAB_HANDLER_LIBRARIES")
PROJECTS = os.environ.get("HOPLAB_OPENAPI_PROJECTS")
VERSIONS = ("--http1.1", "--http2")
METHODS = ("get", "put", "post", "delete", "patch", "options", "head")


class Document:
    """What a client can know."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        self.path = path
        self.root = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)

    def at(self, node):
        """`node`, or what its $ref means."""
        while isinstance(node, dict) and "$ref" in node:
            place = node["$ref"] if node["$ref"].startswith("#/") else "#/definitions/" + node["$ref"]
            node = self.root
            for name in place[2:].split("/"):
                node = node[name.replace("~1", "/").replace("~0", "~")]
        return node

    def operations(self):
        """(path, method, parameters, the schema of a body or None)"""
        for path, item in self.root["paths"].items():
            for method in METHODS:
                if method not in item:
                    continue
                parameters = [self.at(one) for one in [*item.get("parameters", []),
                                                       *item[method].get("parameters", [])]]
                content = self.at(item[method].get("requestBody", {})).get("content", {})
                bodies = [one["schema"] for one in parameters if one["in"] == "body"]
                schema = content.get("application/json", {}).get("schema", bodies[0] if bodies else None)
                yield path, method, [one for one in parameters if one["in"] != "body"], schema

    def sample(self, schema, depth=0):
        """A value that the schema allows."""
        schema = self.at(schema)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object")
        if kind == "object":
            return {name: self.sample(one, depth + 1) for name, one in schema.get("properties", {}).items()
                    if depth < 5 or name in schema.get("required", [])}
        if kind == "array":
            return [self.sample(schema.get("items", {}), depth + 1)] if depth < 5 else []
        return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True}.get(kind, "a")

    def calls(self):
        """Of each operation, with a value for each of its parameters."""
        for path, method, parameters, schema in self.operations():
            values = {one["name"]: str(self.sample(one.get("schema", one))) for one in parameters}
            places = {one["name"]: one["in"] for one in parameters}
            for name in re.findall(r"\{([^}+]+)\+?\}", path):
                values.setdefault(name, "a")
                places[name] = "path"
            yield {"path": path, "method": method, "parameters": values, "places": places,
                   "body": None if schema is None else self.sample(schema)}

    def texts(self, node=None):
        node = self.root if node is None else node
        if isinstance(node, str):
            yield node
        for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from self.texts(one)


def send(lab, call, version, *more):
    """(status, body), as the client of Python calls; `more`: for curl."""
    path, query, fields = call["path"], [], [*more, "--request", call["method"].upper()]
    for name, value in call["parameters"].items():
        place = call["places"][name]
        if place == "path":
            path = re.sub(r"\{" + re.escape(name) + r"\+?\}", urllib.parse.quote(value, safe=""), path)
        elif place == "query":
            query.append((name, value))
        elif place == "header":
            fields += ["--header", f"{name}: {value}"]
    if call["body"] is not None:
        fields += ["--header", "Content-Type: application/json", "--data", json.dumps(call["body"])]
    if call["method"] == "head":
        fields.append("--head")
    target = path + ("?" + urllib.parse.urlencode(query) if query else "")
    done = curl(lab, version, "--globoff", *fields, path=target, host=NAME)
    heads, _, body = done.stdout.decode().rpartition("\r\n\r\n")
    return int(heads.rpartition("\r\n\r\n")[2].split()[1]), body


class Own(unittest.TestCase):
    """The example's document and scenario."""

    EXPECTED = {("/widgets", "get"): 200, ("/widgets", "post"): 201, ("/stock", "get"): 200}

    def setUp(self):
        self.document = Document(SCENARIOS / "private-api-openapi.yaml")
        self.calls = list(self.document.calls())

    def test_of_python(self):
        with Lab(SCENARIOS / "private-api-openapi.json") as lab:
            answers = {(call["path"], call["method"]): send(lab, call, "--http1.1") for call in self.calls}
            self.assertEqual({name: status for name, (status, _) in answers.items()}, self.EXPECTED)
            self.assertEqual(json.loads(answers["/widgets", "get"][1]), {"widgets": ["gear", "axle"]})
            self.assertEqual(json.loads(answers["/stock", "get"][1]), {"gear": 7})
            order = next(call for call in self.calls if call["method"] == "post")
            for change, message in (({"parameters": {}}, "Missing required request parameters: [X-Order]"),
                                    ({"body": {}}, "Invalid request body")):
                status, body = send(lab, {**order, **change}, "--http1.1")
                self.assertEqual((status, json.loads(body)), (400, {"message": message}))

    @unittest.skipUnless(LIBRARIES and shutil.which("node"), "needs HOPLAB_HANDLER_LIBRARIES, and node")
    def test_of_openapi_client_axios(self):
        with Lab(SCENARIOS / "private-api-openapi.json") as lab:
            order = next(call for call in self.calls if call["method"] == "post")
            asked = {"document": self.document.root, "address": f"http://{lab.address}:{lab.port}", "host": NAME,
                     "calls": [*self.calls, {**order, "body": {}}]}
            done = subprocess.run(["node", str(pathlib.Path(__file__).parent / "functions/openapi_client.js"),
                                   json.dumps(asked)], capture_output=True, text=True, timeout=DEADLINE_S, check=False,
                                  env={**os.environ, "NODE_PATH": f"{LIBRARIES}/node_modules"})
            self.assertEqual(done.returncode, 0, done.stderr)
            answers = json.loads(done.stdout)
            self.assertEqual([one["status"] for one in answers],
                             [self.EXPECTED[call["path"], call["method"]] for call in self.calls] + [400])
            self.assertIn({"widgets": ["gear", "axle"]}, [one["data"] for one in answers])


class Answering(http.server.BaseHTTPRequestHandler):
    """Whoever answers for the functions and services that a document names."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        allow = {"Version": "2012-10-17", "Statement": [{
            "Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}]}
        guards = "/functions/" in self.path and self.server.guards & {self.path.split("/")[3]}
        body = json.dumps({"principalId": "me", "policyDocument": allow} if guards else
                          {"statusCode": 200, "body": "answered"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_HEAD = answer

    def log_message(self, *_):
        pass


@unittest.skipUnless(PROJECTS, "needs HOPLAB_OPENAPI_PROJECTS, a folder of documents")
class Projects(unittest.TestCase):
    """Each operation of each document is answered by what it is integrated with."""

    def scenario(self, document, server):
        address = f"127.0.0.1:{server.server_address[1]}"
        texts = list(document.texts())
        functions = {found for text in texts for found in re.findall(r":function:([A-Za-z0-9_-]+)", text)}
        hosts = {found for text in self.uris(document.root) for found in re.findall(r"^https?://([^/:?]+)", text)}
        server.guards = {found for text in self.uris(document.root, "authorizerUri")
                         for found in re.findall(r":function:([A-Za-z0-9_-]+)", text)}
        services = {f"service-{number}": host for number, host in enumerate(sorted(hosts))}
        made = api_scenario({}, services={name: {"address": address} for name in services})
        api = made["RestApis"]["orders-api"]
        del api["Resources"]
        api.update({"Body": {"file": str(document.path)}, "services": {host: name for name, host in services.items()}})
        if "x-amazon-apigateway-policy" in document.root:
            del api["Policy"]
        made["Functions"] = {name: {"Endpoint": address, "FunctionName": name} for name in functions}
        made["AccessKeys"] = {"me": {"PrincipalArn": "arn:aws:iam::111111111111:user/me", "Policies": [
            {"Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}]}}
        return made

    def uris(self, node, name="uri"):
        for key, one in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            if key == name and isinstance(one, str):
                yield one
            else:
                yield from self.uris(one, name)

    def test_each_operation_is_answered(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        for path in sorted(pathlib.Path(PROJECTS).iterdir()):
            document = Document(path)
            with Lab(self.scenario(document, server)) as lab:
                for version in VERSIONS:
                    for call in document.calls():
                        with self.subTest(path.name, path=call["path"], method=call["method"], version=version):
                            self.hold(lab, document, call, version)

    def hold(self, lab, document, call, version):
        operation = document.root["paths"][call["path"]][call["method"]]
        status, body = send(lab, call, version)
        self.assertIn(status, self.expected(document, operation), body)
        if operation.get("x-amazon-apigateway-auth", {}).get("type", "").lower() == "aws_iam":
            keys = lab.env["HOPLAB_ACCESS_KEY_ID_ME"] + ":" + lab.env["HOPLAB_SECRET_ACCESS_KEY_ME"]
            status, body = send(lab, call, version, "--aws-sigv4", "aws:amz:eu-west-1:execute-api", "--user", keys)
            self.assertIn(status, self.codes(operation), body)

    def expected(self, document, operation):
        """What its integration answers; whoever must sign, and does not, is refused."""
        schemes = {**document.root.get("securityDefinitions", {}),
                   **document.root.get("components", {}).get("securitySchemes", {})}
        needed = [schemes.get(name, {}) for one in operation.get("security", []) for name in one]
        signed = operation.get("x-amazon-apigateway-auth", {}).get("type", "").lower() == "aws_iam"
        if signed or any(one.get("x-amazon-apigateway-authtype", "").lower() == "awssigv4" for one in needed):
            return {403}
        if any("x-amazon-apigateway-authorizer" in one for one in needed):
            return {401}  # the token is not there
        if any(one.get("name", "").lower() == "x-api-key" for one in needed):
            return {403}
        return self.codes(operation)

    def codes(self, operation):
        integration = operation["x-amazon-apigateway-integration"]
        codes = {int(one["statusCode"]) for one in integration.get("responses", {}).values()}
        return codes or {200}


if __name__ == "__main__":
    unittest.main()
