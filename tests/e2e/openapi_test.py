"""docs/openapi.json says what the admin API takes and answers: live answers are valid by it, and it knows each
of their members."""

import copy
import http.client
import json
import pathlib
import re
import socket
import ssl
import unittest

import jsonschema

from lab import DEADLINE_S, ROOT, SCENARIOS, Lab, curl, until

COMPONENT = "#/components/schemas/"


def read(name):
    return json.loads((ROOT / "docs" / name).read_text())


def with_references(node, replace):
    """A copy whose references are what `replace` makes of them."""
    if isinstance(node, list):
        return [with_references(one, replace) for one in node]
    if not isinstance(node, dict):
        return node
    return {key: replace(value) if key == "$ref" and isinstance(value, str) else with_references(value, replace)
            for key, value in node.items()}


def schema_reference(text):
    """Where it leads once all definitions stand in one schema."""
    if text.startswith(COMPONENT):
        return "#/$defs/" + text.removeprefix(COMPONENT)
    if text == "scenario.schema.json":
        return "#/$defs/scenario"
    return text.replace("scenario.schema.json#/$defs/", "#/$defs/scenario.")


def definitions_of(document):
    """The components of the document and those of the scenario's schema, in one table."""
    scenario = with_references(read("scenario.schema.json"), lambda text: text.replace("#/$defs/", "#/$defs/scenario."))
    inner = {f"scenario.{name}": one for name, one in scenario.pop("$defs").items()}
    own = with_references(document["components"]["schemas"], schema_reference)
    return {**inner, **own, "scenario": scenario}


class Document:
    def __init__(self):
        self.json = read("openapi.json")
        self.definitions = definitions_of(self.json)

    def operation(self, method, path):
        return self.json["paths"][path][method.lower()]

    def mistakes(self, schema, value, definitions=None):
        whole = {**with_references(schema, schema_reference), "$defs": definitions or self.definitions}
        return [f"{list(one.absolute_path)}: {one.message}"
                for one in jsonschema.Draft202012Validator(whole).iter_errors(value)]

    def answer_schema(self, method, path, status):
        """What an answer must be; None: it has no body."""
        answer = self.operation(method, path)["responses"][str(status)]
        if "$ref" in answer:
            answer = self.json["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
        content = answer.get("content")
        return next(iter(content.values()))["schema"] if content else None

    def request_schema(self, method, path):
        content = self.operation(method, path)["requestBody"]["content"]
        return content["application/json"]["schema"] if "application/json" in content else None


class Api:
    """The admin API of a lab. Each answer is held to the document, and kept."""

    def __init__(self, test, document, lab):
        self.test, self.document = test, document
        self.host = lab.env["HOPLAB_ADMIN"]
        self.answers = []  # (schema, value)

    def call(self, method, path, body=None, status=200, query="", plain=False, **names):
        """`path` as the document has it. The body is valid by the document unless 400 is the answer."""
        test, document = self.test, self.document
        if body is not None and not plain and status != 400:
            test.assertEqual(document.mistakes(document.request_schema(method, path), body), [], body)
        connection = http.client.HTTPConnection(self.host, timeout=DEADLINE_S)
        text = body if plain or body is None else json.dumps(body)
        connection.request(method, path.format(**names) + query, text)
        answer = connection.getresponse()
        received = answer.read().decode()
        connection.close()
        with test.subTest(method=method, path=path, status=status):
            test.assertEqual(answer.status, status, received)
            schema = document.answer_schema(method, path, status)
            if schema is None:
                test.assertEqual(received, "")
                return None
            value = json.loads(received) if answer.headers["Content-Type"] == "application/json" else received
            test.assertEqual(document.mistakes(schema, value), [])
            self.answers.append((schema, value))
            return value
        return None


def open_connection(lab):
    context = ssl.create_default_context(cafile=lab.ca_bundle)
    context.load_cert_chain(*lab.certificate("my_client"))
    plain = socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S)
    return context.wrap_socket(plain, server_hostname=lab.name)


def ask(connection, name, path):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return answer.read()


TEA = {"Priority": 5, "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/tea"]}}],
       "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "418"}}]}
FAULT = {"hop": "alb", "action": "reset", "stage": "request-headers", "direction": "from-client", "limit": 1,
         "connections": {"from": "127.0.0.1"}}


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = Document()

    def everything_of(self, api):
        """Every GET route that ends; the answers by path."""
        return {path: api.call("GET", path) for path, item in self.document.json["paths"].items()
                if "get" in item and path != "/v1/events" and "{" not in path}

    def one_connection(self, api, number):
        """What is asked about a connection, and about certificates; its timeline is no JSON."""
        self.assertTrue(api.call("GET", "/v1/connections/{id}/causes", id=number)["causes"])
        api.call("GET", "/v1/connections/{id}/causes", status=404, id="12345")
        api.call("GET", "/v1/connections/{id}/timeline", status=404, id="12345")
        api.call("GET", "/v1/connections/{id}/timeline", status=400, query="?as=song", id=number)
        own = next(one for one in api.call("GET", "/v1/certificates") if one["name"] == "revoked")
        chain = pathlib.Path(own["files"]["cert"]).read_text()
        verdict = api.call("POST", "/v1/verify", {"listener": "alb:443", "chain": chain})
        self.assertEqual(verdict["code"], "ClientCertCrlHit")
        api.call("POST", "/v1/verify", {"listener": "alb:443", "chain": "no PEM"}, status=400)
        api.call("POST", "/v1/verify", {"listener": "nobody", "chain": chain}, status=404)

    def events(self, api):
        """What has come so far, each valid by what the document says of its event."""
        answer = self.document.operation("GET", "/v1/events")["responses"]["200"]["content"]["text/event-stream"]
        connection = http.client.HTTPConnection(api.host, timeout=DEADLINE_S)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/events?after=0.0")
        stream, seen, event = connection.getresponse(), set(), None
        self.assertEqual(stream.headers["Content-Type"], "text/event-stream")
        while seen != set(answer["x-events"]):
            name, _, value = stream.readline().decode().rstrip("\n").partition(": ")
            if name == "event":
                event = value
            if name == "data":
                schema = answer["x-events"][event]
                self.assertEqual(self.document.mistakes(schema, json.loads(value)), [], value)
                api.answers.append((schema, json.loads(value)))
                seen.add(event)

    def traffic(self, api, lab):
        """A request, a refused client, one that meets a fault, and a connection that stays."""
        upgrade = ("--http1.1", "--header", "Connection: Upgrade", "--header", "Upgrade: other")
        self.assertEqual(curl(lab, *upgrade, path="/nowhere", certificate="my_client").returncode, 0)
        self.assertNotEqual(curl(lab, path="/widgets", certificate="revoked").returncode, 0)
        api.call("PUT", "/v1/faults/{name}", FAULT, 204, name="f")
        self.assertNotEqual(curl(lab, path="/widgets", certificate="my_client").returncode, 0)
        for number, which in enumerate(({"every": 3}, {"percent": 20})):
            fault = {**FAULT, "connections": which, "afterBytes": 100, "armed": False}
            api.call("POST", "/v1/changes", {"change": "PutFault", "Name": f"g{number}", "Fault": fault})
        for how in ({"action": "latency", "delay": "200ms", "jitter": "50ms"},
                    {"action": "bandwidth", "bytesPerSecond": 1000}, {"action": "slice", "size": 100, "variation": 9},
                    {"action": "answer", "status": 503}, {"action": "cut-body", "afterBytes": 9, "cut": "fin"},
                    {"action": "wrong-length", "missingBytes": 9}):
            fault = {"hop": "alb", "armed": False, **how}
            api.call("POST", "/v1/changes", {"change": "PutFault", "Name": how["action"], "Fault": fault})
        connection = open_connection(lab)
        self.assertIn(b"4.99", ask(connection, lab.name, "/widgets"))
        self.assertIn(b"message", ask(connection, lab.name, "/nowhere"))
        until(lambda: len(api.call("GET", "/v1/ends")) >= 3, "three connections have ended")
        return connection

    def changes(self, api):
        rule = {"change": "PutRule", "LoadBalancer": "alb", "Rule": TEA}
        api.call("POST", "/v1/changes", rule)
        api.call("POST", "/v1/changes", [
            {"change": "DeleteRule", "LoadBalancer": "alb", "Port": 443, "Priority": 5},
            {"change": "PutSecurityGroup", "Name": "nobody", "SecurityGroup": {}}])
        api.call("PUT", "/v1/topology", api.call("GET", "/v1/topology"))
        api.call("DELETE", "/v1/faults/{name}", status=204, name="f")
        health = api.call("GET", "/v1/target-health")
        target = {"targetGroup": "api-group",
                  "target": next(one["target"] for one in health if one["targetGroup"] == "api-group")}
        api.call("PUT", "/v1/target-health/{targetGroup}/{target}", {"state": "unhealthy"}, 204, **target)
        api.call("DELETE", "/v1/target-groups/{targetGroup}/targets/{target}", status=204, **target)
        api.call("PUT", "/v1/target-groups/{targetGroup}/targets/{target}", status=204, **target)
        api.call("PUT", "/v1/load-balancers/{name}/listeners/{port}/weights/{targetGroup}", {"weight": 7}, 204,
                 name="nlb", port=443, targetGroup="alb-group")
        api.call("POST", "/v1/certificates/{name}/revoke", status=204, name="my_client")
        api.call("PUT", "/v1/certificates/{name}", {"subject": "CN=another", "issuer": "private-ca"}, status=204,
                 name="another")
        certificate = {"subject": "CN=further", "issuer": "private-ca"}
        api.call("POST", "/v1/certificates", {"name": "further", "certificate": certificate}, status=201)
        api.call("POST", "/v1/certificates", {"name": "further", "certificate": certificate}, status=409)
        api.call("POST", "/v1/certificates/{name}/reinstate", status=204, name="my_client")
        api.call("DELETE", "/v1/trust-stores/{name}/revocations/{revocationId}", status=204, name="trust-store",
                 revocationId=3)
        api.call("PUT", "/v1/endpoints/{name}/state", {"state": "rejected"}, 204, name="consumer-endpoint")

    def clocks(self, api):
        api.call("PUT", "/v1/clock", {"mode": "scaled", "scale": 60})
        api.call("PUT", "/v1/clock", {"mode": "stepped"})
        api.call("POST", "/v1/clock/step", {"by": "1s"})
        api.call("PUT", "/v1/clock", {"now": "2039-01-01T00:00:00Z"})

    def errors(self, api):
        bad = {"change": "PutRule", "LoadBalancer": "alb"}
        schema = self.document.request_schema("POST", "/v1/changes")
        self.assertNotEqual(self.document.mistakes(schema, bad), [])
        api.call("POST", "/v1/changes", bad, 400)
        api.call("POST", "/v1/changes", {"change": "DeleteService", "Name": "nobody"}, 404)
        api.call("POST", "/v1/changes", {"change": "DeleteTargetGroup", "Name": "alb-group"}, 409)
        api.call("PUT", "/v1/topology", {"title": "nothing"}, 400)
        api.call("PUT", "/v1/clock", {"mode": "fast"}, 400)
        api.call("PUT", "/v1/faults/{name}", {"hop": "alb"}, 400, name="g")
        api.call("POST", "/v1/faults/{name}/arm", status=404, name="nobody")
        api.call("PUT", "/v1/target-health/{targetGroup}/{target}", {"state": None}, 404, targetGroup="a", target="b")
        api.call("PUT", "/v1/endpoints/{name}/state", {"state": "gone"}, 400, name="consumer-endpoint")
        api.call("PUT", "/v1/services/{name}/connect", {"answer": "drop"}, 404, name="nobody")
        api.call("PUT", "/v1/trust-stores/{name}/ca-certificates-bundle", "no PEM", 400, plain=True, name="trust-store")
        api.call("POST", "/v1/trust-stores/{name}/revocations", "no PEM", 404, plain=True, name="nobody")
        api.call("GET", "/v1/ends", status=400, query="?after=yesterday")
        api.call("GET", "/v1/requests", status=400, query="?wait=soon")
        api.call("GET", "/v1/events", status=400, query="?after=soon")
        api.call("POST", "/v1/certificates", {"name": "x"}, status=400)
        api.call("POST", "/v1/certificates", {"name": "x", "certificate": {"subject": "CN=x", "issuer": "nobody"}}, 400)
        api.call("PUT", "/v1/requests", {"keep": "all"}, status=400)

    def test_every_answer_is_what_the_document_says(self):
        with Lab(SCENARIOS / "private-api-mtls.json", json_output=True) as lab:
            api = Api(self, self.document, lab)
            api.call("PUT", "/v1/requests", {"keep": 1}, status=204)
            connection = self.traffic(api, lab)
            self.addCleanup(connection.close)
            seen = self.everything_of(api)
            for path in ("/v1/faults", "/v1/flows", "/v1/ends", "/v1/target-health", "/v1/trust-stores"):
                self.assertTrue(seen[path], path)
            self.assertTrue(seen["/v1/requests"]["requests"])
            self.assertTrue(seen["/v1/faults"][0]["hits"])
            self.assertTrue(seen["/v1/flows"][0]["failures"])
            last = seen["/v1/ends"][-1]["id"]
            self.assertEqual(api.call("GET", "/v1/ends", query=f"?after={last}"), [])
            self.one_connection(api, seen["/v1/ends"][0]["id"])
            self.events(api)
            self.changes(api)
            flow = api.call("GET", "/v1/flows")[0]
            self.assertEqual(flow["end"]["how"], "silence")
            self.clocks(api)
            self.errors(api)
            self.everything_of(api)
            api.call("POST", "/v1/restore", status=204)
            self.assertEqual(api.call("GET", "/v1/ends"), [])
            self.names_of_changes(api)
        self.what_is_left_out_is_missed(
            api.answers + self.answers_about_a_function() + self.answers_about_methods_of_an_api())

    def answers_about_a_function(self):
        with Lab(SCENARIOS / "lambda-target.json", "--keep", "1", json_output=True) as lab:
            api = Api(self, self.document, lab)
            self.assertEqual(curl(lab).returncode, 0)
            api.call("GET", "/v1/requests")
        return api.answers

    def test_a_way_in_without_a_load_balancer(self):
        with Lab(SCENARIOS / "private-api-direct.json", json_output=True) as lab:
            Api(self, self.document, lab).call("GET", "/v1/status")

    def answers_about_methods_of_an_api(self):
        with Lab(SCENARIOS / "resets" / "api-throttled.json", json_output=True) as lab:
            api = Api(self, self.document, lab)
            topology = api.call("GET", "/v1/topology")
            made = topology["RestApis"]["widgets-api"]
            made["Stage"]["MethodSettings"][0]["MetricsEnabled"] = True
            api.call("POST", "/v1/changes", {"change": "PutRestApi", "Name": "widgets-api", "RestApi": made})
            api.call("GET", "/v1/metrics")
        return api.answers

    def names_of_changes(self, api):
        """The API takes each, and needs of it what the document says."""
        table = self.document.json["components"]["schemas"]["Change"]["discriminator"]["mapping"]
        self.assertGreater(len(table), 40)
        for name in sorted(table):
            schema = self.document.definitions[f"scenario.{name}Change"]
            error = api.call("POST", "/v1/changes", {"change": name}, 400)["error"]
            asked = set(re.findall(r"it needs (\w+)", error))
            with self.subTest(change=name):
                self.assertEqual(asked, set(schema["required"]) - {"change"}, error)
                unknown = api.call("POST", "/v1/changes", {"change": name, "Invented": 1}, 400)["error"]
                self.assertIn("/Invented", unknown)
        self.assertIn("no such change", api.call("POST", "/v1/changes", {"change": "Invented"}, 400)["error"])

    def what_is_left_out_is_missed(self, answers):
        """Each member of an answer, once it stands in the document no longer, makes one invalid. So does one
        that has no place there, and one that is gone."""
        answers = [(schema, value) for schema, value in answers if schema != {"$ref": "scenario.schema.json"}]
        used = {name for schema, _ in answers for name in self.reached(schema)}
        self.assertLessEqual({"Error", "Status", "Clock", "Applied", "FaultStatus", "Flow", "End", "Metrics",
                              "TargetHealth", "TrustStore", "FailedRequests", "Endpoint"}, used)
        unseen = []
        for name in sorted(used):
            for place in self.closed_objects(self.document.definitions[name]):
                for member in place["properties"]:
                    definitions = copy.deepcopy(self.document.definitions)
                    for one in self.closed_objects(definitions[name]):
                        if one == place:
                            del one["properties"][member]
                            one["required"] = [other for other in one["required"] if other != member]
                    if not any(self.document.mistakes(schema, value, definitions) for schema, value in answers):
                        unseen.append(f"{name}.{member}")
        self.assertEqual(unseen, [])
        for schema, value in answers:
            for first in [value] if isinstance(value, dict) else value[:1] if isinstance(value, list) else []:
                for changed in ({**first, "invented": 1}, dict(list(first.items())[1:])):
                    whole = changed if isinstance(value, dict) else [changed]
                    self.assertNotEqual(self.document.mistakes(schema, whole), [], changed)

    def reached(self, schema):
        """The components of the document that a schema uses."""
        found, waiting = set(), [schema]
        while waiting:
            for name in re.findall(r'"#/(?:components/schemas|\$defs)/(\w+)"', json.dumps(waiting.pop())):
                if name not in found:
                    found.add(name)
                    waiting.append(self.document.definitions[name])
        return found

    def closed_objects(self, node):
        """The objects within a schema that say all that they have."""
        if isinstance(node, list):
            return [found for one in node for found in self.closed_objects(one)]
        if not isinstance(node, dict):
            return []
        own = [node] if node.get("additionalProperties") is False else []
        return own + [found for one in node.values() for found in self.closed_objects(one)]

    def test_the_document_is_whole(self):
        """Its references lead somewhere, its schemas are schemas, and every answer and body is said."""
        for name, schema in self.document.definitions.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            for reference in re.findall(r'"#/\$defs/([\w.]+)["/]', json.dumps(schema)):
                self.assertIn(reference, self.document.definitions, name)
        for path, item in self.document.json["paths"].items():
            named = {one["name"] for one in item.get("parameters", []) if one["in"] == "path"}
            self.assertEqual(named, set(re.findall(r"{(\w+)}", path)), path)
            for method, operation in item.items():
                if method == "parameters":
                    continue
                with self.subTest(method=method, path=path):
                    for status in operation["responses"]:
                        schema = self.document.answer_schema(method, path, status)
                        self.assertEqual(schema is None, status == "204")
                        self.assertNotEqual(schema, {})
                    for content in operation.get("requestBody", {}).get("content", {}).values():
                        self.assertTrue(content["schema"])
                        for example in content.get("examples", {}).values():
                            self.assertEqual(self.document.mistakes(content["schema"], example["value"]), [])


if __name__ == "__main__":
    unittest.main()
