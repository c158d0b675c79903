"""hoplab itself: one process that is a whole topology, started with `hoplab up`."""

import dataclasses
import json
import os
import re
import subprocess
import time
import urllib.parse

from . import signature
from .contender import Contender, Target, write
from .targets import CALL_PATH, FUNCTION_PATH, SOCKET_PATH, Targets


def version(binary):
    done = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "?"


def _is_address(host):
    return host.replace(".", "").isdigit() or ":" in host


def _without_account_limit(binary):
    """AWS lets an account's APIs have 10,000 requests a second. A build of before may know no such limit."""
    said = subprocess.run([binary, "up", "--help"], capture_output=True, text=True, check=False).stdout
    return ["--api-rate-limit", "-1"] if "--api-rate-limit" in said else []


class Hoplab(Contender):
    def __init__(self, cores, folder, name, title, binary, scenario, body, bulk_path, bulk_bytes,
                 options=()):
        super().__init__(cores, folder)
        self.options = [*_without_account_limit(binary), *options]
        self.name, self.title = name, title
        self.binary, self.scenario = binary, scenario
        self.body, self.bulk_path, self.bulk_bytes = body, bulk_path, bulk_bytes
        self.starts = 0
        self.out = ""
        self.known = None  # what the last start printed

    def prepare(self):
        # A new folder each time: files left by an earlier start would look like this one's.
        self.starts += 1
        self.out = os.path.join(self.dir, f"out{self.starts}")
        os.makedirs(self.out)
        try:
            os.unlink(self._said())
        except FileNotFoundError:
            pass

    def _said(self):
        return os.path.join(self.dir, "0.stdout")

    def commands(self):
        return [[self.binary, "up", self.scenario, "--json", "--out", self.out, *self.options]]

    def wait_ready(self, patience_s=20.0):
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                with open(self._said(), encoding="utf-8") as file:
                    text = file.read()
                self.known, _ = json.JSONDecoder().raw_decode(text[max(text.find("{"), 0):])
            except (OSError, ValueError):
                time.sleep(0.005)
                continue
            self.target = self._target()
            return
        raise RuntimeError(f"`hoplab up` printed no JSON object in {patience_s} s")

    def _file(self, path):
        return path if os.path.isabs(path) else os.path.join(self.out, path)

    def _target(self):
        endpoint = self.known["endpoints"][0]
        url = urllib.parse.urlsplit(self.known["url"])
        sni = endpoint["dnsName"] if _is_address(url.hostname) else url.hostname
        client = self.known["certificates"]["my_client"]
        revoked = self.known["certificates"]["revoked"]
        return Target(address=f"{endpoint['address']}:{endpoint['port']}", sni=sni,
                      path=url.path if url.path not in ("", "/") else "/widgets", body=self.body,
                      bulk_path=self.bulk_path, bulk_bytes=self.bulk_bytes,
                      cert=self._file(client["cert"]), key=self._file(client["key"]),
                      revoked_cert=self._file(revoked["cert"]),
                      revoked_key=self._file(revoked["key"]),
                      cacert=self._file(self.known["caBundle"]))

    def first_answer_options(self):
        """Port and certificates appear only with the start: their places are those of an earlier
        start, which must have happened."""
        before, last_out = self.target, self.known.get("out", "")
        last_out = os.path.abspath(last_out) if last_out else os.path.dirname(before.cert)
        def now(path):
            return os.path.join(self.out, os.path.relpath(path, last_out))
        options = ["--port-file", self._said(), "--cert", now(before.cert), "--key",
                   now(before.key), "--cacert", now(before.cacert), "--path", before.path,
                   "--expect-body", before.body]
        if before.sni != self.known["endpoints"][0]["dnsName"]:
            options += ["--sni", before.sni]
        return options


class HoplabBeforeTargets(Hoplab):
    """An application load balancer that passes on to hoplab-target."""

    def __init__(self, cores, folder, name, title, binary, scenario, body, target_binary):
        super().__init__(cores, folder, name, title, binary, scenario, body, "", 0)
        self.targets = Targets(target_binary)

    def prepare(self):
        super().prepare()
        self.targets.prepare()
        places = {"webSocket": self.targets.web_socket, "grpc": self.targets.grpc,
                  "function": self.targets.binary}
        self.options = [word for name, place in places.items()
                        for word in ("--set", f"{name}={place}")]

    def commands_behind(self):
        return self.targets.commands()

    def _target(self):
        plain = next(one for one in self.known["endpoints"] if one["listenerPort"] == 80)
        return dataclasses.replace(
            super()._target(), plain_address=f"{plain['address']}:{plain['port']}",
            socket_path=SOCKET_PATH, call_path=CALL_PATH, function_path=FUNCTION_PATH)


class HoplabOfModel(Hoplab):
    """A scenario that is made of another one, `model`, at each start."""

    def __init__(self, cores, folder, name, title, binary, model, body):
        super().__init__(cores, folder, name, title, binary, os.path.join(folder, "scenario.json"),
                         body, "", 0)
        self.model = model

    def change(self, scenario):
        raise NotImplementedError

    def prepare(self):
        super().prepare()
        with open(self.model, encoding="utf-8") as file:
            scenario = json.loads(re.sub(r"^ *//.*", "", file.read(), flags=re.MULTILINE))
        self.change(scenario)
        write(self.scenario, json.dumps(scenario))


class HoplabSigned(HoplabOfModel):
    """What answers /widgets wants to know who has signed the request."""
    checks_signatures = True
    REGION = "eu-west-1"

    def change(self, scenario):
        scenario["region"] = self.REGION
        scenario["AccessKeys"] = {"caller": {
            "AccessKeyId": signature.ACCESS_KEY_ID, "SecretAccessKey": signature.SECRET_ACCESS_KEY,
            "PrincipalArn": "arn:aws:iam::111111111111:user/caller"}}
        for api in scenario["RestApis"].values():
            api["Resources"]["/widgets"]["GET"]["AuthorizationType"] = "AWS_IAM"

    def _target(self):
        target = super()._target()
        return dataclasses.replace(
            target, path=signature.presigned(target.path, target.sni, self.REGION))


class HoplabWithResources(HoplabOfModel):
    """An API of `count` resources, of which /widgets is one."""

    def __init__(self, cores, folder, name, title, binary, model, body, count):
        super().__init__(cores, folder, name, title, binary, model, body)
        self.count = count

    def change(self, scenario):
        for api in scenario["RestApis"].values():
            resources = api["Resources"]
            more = (path for number in range(self.count)
                    for path in (f"/widgets{number}", f"/shops/{number}/{{id}}"))
            while len(resources) < self.count:
                resources[next(more)] = {"GET": {"Integration": {"Type": "MOCK", "body": "another"}}}


class HoplabWithList(HoplabOfModel):
    """The trust stores have the authorities and lists of a Pki instead of the scenario's own, so
    that its clients are those of nginx. `revoked`: the entries of its lists; 0 for no list."""

    def __init__(self, cores, folder, name, title, binary, model, body, pki, revoked):
        super().__init__(cores, folder, name, title, binary, model, body)
        self.pki, self.revoked = pki, revoked

    def change(self, scenario):
        pki = self.pki
        lists = [pki.path("root.crl"), pki.list_of(self.revoked)] if self.revoked else []
        for store in scenario["TrustStores"].values():
            store["CaCertificatesBundle"] = _files(pki.path("root.crt"), pki.path("inter.crt"))
            store["Revocations"] = _files(*lists)

    def _target(self):
        pki = self.pki
        revoked = (pki.path("revoked.pem"), pki.path("revoked.key")) if self.revoked else ("", "")
        return dataclasses.replace(super()._target(), cert=pki.path("client.pem"),
                                   key=pki.path("client.key"), revoked_cert=revoked[0],
                                   revoked_key=revoked[1], issuer_key=pki.path("inter.key"))


def _files(*paths):
    return [{"file": path} for path in paths]
