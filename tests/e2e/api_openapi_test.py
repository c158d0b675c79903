"""An API as an OpenAPI document: what it becomes for clients of HTTP/1.1 and HTTP/2, and what is said of mistakes."""

import json
import pathlib
import tempfile
import unittest

from api_lab import api_scenario, ask
from lab import SCENARIOS, Lab, run_hoplab, until

FUNCTION = pathlib.Path(__file__).resolve().parent / "functions" / "api.py"
DOCUMENT = (SCENARIOS / "private-api-openapi.yaml").read_text()
STOCK = {"stock": {"standIn": {"body": {"gear": 7}}}}


def scenario(body, services=True, **more):
    """Of an API that is what `body` says."""
    made = api_scenario({}, services=STOCK, **more)
    api = made["RestApis"]["orders-api"]
    del api["Resources"], api["Policy"]
    api["Body"] = body
    if services:
        api["services"] = {"stock.example.com": "stock"}
    return made


def document(operation, **more):
    return {"openapi": "3.0.1", "paths": {"/stock": {"get": operation}},
            "x-amazon-apigateway-policy": {"Statement": [{
                "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]},
            **more}


class Documents(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def write(self, name, value):
        path = self.folder / name
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return path

    def test_of_a_file_is_the_api(self):
        self.write("api.yaml", DOCUMENT)
        made = scenario({"file": "api.yaml"}, Functions={"widgets": {"Command": ["python3", "-B", str(FUNCTION)]}})
        with Lab(self.write("scenario.json", made)) as lab:
            for version in ("--http1.1", "--http2"):
                status, head, body = ask(lab, "/widgets", version=version)
                self.assertEqual((status, json.loads(body)), (200, {"widgets": ["gear", "axle"]}), head)
                self.assertIn("x-widgets: 2", head.lower())
                self.assertEqual(json.loads(ask(lab, "/stock", version=version)[2]), {"gear": 7})
                self.assertEqual(ask(lab, "/gadgets", version=version)[0], 403)
                for data, expected in (('{"name": "gear", "size": 0}', 400), ('{"name": "gear"}', 200)):
                    status, _, body = ask(lab, "/widgets", "--header", "Content-Type: application/json", "--header",
                                          "X-Order: 7", "--data", data, version=version)
                    self.assertEqual(status, expected, body)
                status, _, body = ask(lab, "/widgets", "--header", "Content-Type: application/json", "--data", "{}",
                                      version=version)
                self.assertEqual((status, json.loads(body)["message"]),
                                 (400, "Missing required request parameters: [X-Order]"))

    def test_is_read_again_when_it_is_saved(self):
        integration = {"type": "http_proxy", "httpMethod": "GET", "uri": "http://stock.example.com/"}
        good = document({"x-amazon-apigateway-integration": integration})
        path = self.write("api.json", good)
        with Lab(self.write("scenario.json", scenario({"file": "api.json"})), "--watch") as lab:
            self.assertEqual(ask(lab, "/stock")[0], 200)
            self.assertEqual(ask(lab, "/more")[0], 403)
            path.write_text("{")
            good["paths"]["/more"] = good["paths"]["/stock"]
            path.write_text(json.dumps(good))
            until(lambda: ask(lab, "/more")[0] == 200, "the document has been read anew")

    def test_stands_in_the_scenario_too(self):
        made = scenario(document({"x-amazon-apigateway-integration": {
            "type": "HTTP_PROXY", "httpMethod": "ANY", "uri": "http://stock.example.com/${x}"}}))
        made["parameters"] = {"x": {"default": "all"}}
        made["services"]["stock"] = {"standIn": {"echoRequest": True}}
        with Lab(made) as lab:
            self.assertEqual(json.loads(ask(lab, "/stock")[2])["path"], "/all")
            shown = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "topology").stdout
            self.assertIn('"Resources"', shown)
            self.assertNotIn('"Body"', shown)

    def test_a_mistake_has_the_document_s_line(self):
        self.write("api.yaml", DOCUMENT.replace("timeoutInMillis: 10000", "timeoutInMillis: 1")
                   .replace("function:widgets", "function:gadgets"))
        made = scenario({"file": "api.yaml"}, Functions={"widgets": {"Command": ["true"]}})
        done = run_hoplab("test", self.write("scenario.json", made))
        self.assertEqual(done.returncode, 2)
        lines = DOCUMENT.splitlines()
        place = "/paths/~1widgets/post/x-amazon-apigateway-integration"
        timeout = next(i for i, line in enumerate(lines, 1) if "timeoutInMillis" in line)
        uri = next(i for i, line in enumerate(lines, 1) if "function:widgets" in line)
        self.assertIn(f"{self.folder}/api.yaml:{timeout}: {place}/timeoutInMillis: found 1; it takes", done.stderr)
        self.write("api.yaml", DOCUMENT.replace("function:widgets", "function:gadgets"))
        done = run_hoplab("test", self.folder / "scenario.json")
        self.assertIn(f"{self.folder}/api.yaml:{uri}: {place}/uri: found \"gadgets\"; there is no function of that "
                      "name; there is widgets", done.stderr)

    def test_and_resources_do_not_stand_together(self):
        made = scenario({"file": "api.yaml"})
        made["RestApis"]["orders-api"]["Resources"] = {}
        done = run_hoplab("test", self.write("scenario.json", made))
        self.assertIn("/RestApis/orders-api/Resources: Body says them already", done.stderr)

    def test_of_a_file_needs_one(self):
        for name, said in (("none.yaml", "there is no such file (looked for"),
                           ("large.yaml", "API Gateway imports at most 6291456")):
            self.write("large.yaml", "#" * (6 << 20) + "\n")
            done = run_hoplab("test", self.write("scenario.json", scenario({"file": name})))
            self.assertIn("/RestApis/orders-api/Body/file: found ", done.stderr)
            self.assertIn(said, done.stderr)

    def test_comes_through_the_admin_api_without_a_file(self):
        secret = self.write("secret.yaml", "password: mine\n")
        made = scenario({"file": str(secret)})
        with Lab(SCENARIOS / "own-service.json") as lab:
            done = run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "change", json.dumps({
                "change": "PutRestApi", "Name": "orders-api", "RestApi": made["RestApis"]["orders-api"]}))
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("a document is read with its scenario", done.stderr)
            self.assertNotIn("password", done.stderr)


class New(unittest.TestCase):
    def test_writes_the_document_too(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            done = run_hoplab("new", "private-api-openapi", folder / "mine.json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((folder / "private-api-openapi.yaml").read_text(), DOCUMENT)
            self.assertEqual(run_hoplab("test", folder / "mine.json").returncode, 0)
            again = run_hoplab("new", "private-api-openapi", folder / "another.json")
            self.assertIn("private-api-openapi.yaml exists", again.stderr)


if __name__ == "__main__":
    unittest.main()
