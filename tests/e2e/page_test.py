"""The web page of hoplab, in a real browser, against a real hoplab: what is clicked has its effect in traffic.

HOPLAB_SCREENSHOTS=FOLDER writes pictures of each view there; HOPLAB_PAGE_LOAD_SECONDS is how long the page is under
load (default 5).
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest
import urllib.request

from browser import chromium, looks
from browser.chromium import ENTER, SPACE, Chromium
from browser.clients import Crowd, StayingClient, doors_of, js, pem_of
from lab import DEADLINE_S, ROOT, SCENARIOS, Lab, admin, curl, read_scenario, until

POST = SCENARIOS / "private-api-mtls.json"
PAGE = ROOT / "emulator" / "web" / "page"
VIEWS = ("topology", "connections", "requests", "certificates", "faults", "scenario")
# What moves when the first answers come has moved.
DRAWN = {
    "topology": "document.querySelector('#targets tbody tr, #targets-none:not([hidden])')",
    "connections": "document.querySelector('#connection-count').textContent",
    "requests": "document.querySelector('#request-count').textContent",
    "certificates": "document.querySelector('#certificate-table tbody tr')",
    "faults": "document.querySelector('#fault-table tbody tr, #faults-none:not([hidden])')",
    "scenario": "document.querySelector('#scenario-text').value",
}
WIDGET = b'{"id":"1","value":"4.99"}'
LOAD_S = int(os.environ.get("HOPLAB_PAGE_LOAD_SECONDS", "5"))

# A service that closes at once, behind a network load balancer: the cheapest connection there is.
CHEAP = {
    "title": "Connections that are over at once",
    "LoadBalancers": {"nlb": {"Type": "network", "AvailabilityZones": ["eu-west-1a", "eu-west-1b"], "Listeners": [
        {"Protocol": "TCP", "Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroup": "group"}]}]}},
    "TargetGroups": {"group": {"TargetType": "ip", "Protocol": "TCP", "Port": 80, "Targets": ["service"],
                               "TargetGroupAttributes": {"preserve_client_ip.enabled": False}}},
    "services": {"service": {"standIn": {"body": "ok"}, "banner": "bye\n"}},
    "entry": "nlb",
}


class Files(unittest.TestCase):
    """What needs no browser."""

    scripts = sorted(PAGE.glob("*.js"))

    def test_each_script_parses(self):
        self.assertGreater(len(self.scripts), 10)
        node = shutil.which("node")
        if not node:
            self.skipTest("there is no node")
        for path in self.scripts:
            with self.subTest(path.name):
                done = subprocess.run([node, "--check", "--input-type=module", "-"], input=path.read_text(), text=True,
                                      capture_output=True, timeout=DEADLINE_S, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_sampler(self):
        """What a list shows of a rate, without a page: all of a burst, every n-th of a flood, and its failures."""
        done = self.node("""
          const { Sampler } = await import(process.argv[2]);
          const sampler = new Sampler({ keyOf: (one) => one.id, isFailure: (one) => one.bad });
          let id = 0;
          const come = (count, bad = -1) => { for (let i = 0; i < count; i += 1) {
            sampler.push(JSON.stringify({ id: (id += 1), bad: i === bad })); } };
          const out = [];
          const say = (what) => out.push([what, sampler.records.length, sampler.sampling()]);
          sampler.flush(0); come(90); sampler.flush(250); say('burst');
          for (let at = 500; at <= 5000; at += 250) { come(250, at === 4000 ? 100 : -1); sampler.flush(at); }
          say('flood');
          out.push(sampler.records.filter((one) => one.bad).length);
          for (let at = 5250; at <= 8000; at += 250) sampler.flush(at);
          say('quiet');
          for (let i = 0; i < 100; i += 1) { come(1000); sampler.flush(9000 + 250 * i); }
          say('long');
          console.log(JSON.stringify(out));""", str(PAGE / "sampler.js"))
        burst, flood, bad, quiet, long = json.loads(done)
        self.assertEqual(burst, ["burst", 90, None])
        self.assertEqual(round(flood[2]["perSecond"]), 1000)
        self.assertTrue(18 <= flood[2]["every"] <= 22, flood)
        self.assertTrue(flood[2]["allFailures"])
        self.assertEqual(bad, 1)
        self.assertIsNone(quiet[2])
        self.assertEqual(long[1], 500)

    def node(self, script, *arguments):
        node = shutil.which("node")
        if not node:
            self.skipTest("there is no node")
        done = subprocess.run([node, "--input-type=module", "-", *arguments], input=script, text=True,
                              capture_output=True, timeout=DEADLINE_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_pointer_finds_its_place(self):
        text = '{"a": [1, {"b/c": "x}\\"y"}], "d": {}}'
        for pointer, found in {"/a/0": "1", "/a/1/b~1c": '"b/c": "x}\\"y"', "/d": '"d": {}', "/d/none": '"d": {}',
                               "/none": None}.items():
            with self.subTest(pointer):
                out = self.node("""const { locate } = await import(process.argv[2]);
                  const [text, pointer] = process.argv.slice(3);
                  const place = locate(text, pointer);
                  console.log(JSON.stringify(place && text.slice(place.begin, place.end)));""",
                                str(PAGE / "json_pointer.js"), text, pointer)
                self.assertEqual(json.loads(out), found)

    def test_each_path_is_in_the_documents(self):
        known = {re.sub(r"\{\w+\}", "{}", path): set(methods) - {"parameters"} for path, methods in
                 json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"].items()}
        used = {}
        for path in self.scripts:
            for found in re.finditer(r"(/v1/[\w/{}$.-]*)", path.read_text()):
                used[re.sub(r"\$\{[\w.]+\}", "{}", found[1]).rstrip("/")] = path.name
        self.assertGreater(len(used), 15)
        for path, name in used.items():
            self.assertIn(path, known, name)

    def test_nothing_is_inline_and_nothing_is_html_from_data(self):
        html = (PAGE / "index.html").read_text()
        self.assertNotRegex(html, r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)|https?://")
        for path in self.scripts:
            text = re.sub(r"//.*|/\*[\s\S]*?\*/", "", path.read_text())
            with self.subTest(path.name):
                self.assertNotRegex(text, r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\("
                                          r"|new Function|setAttribute\([^,]*'style'|\.style\.")
        self.assertNotIn("@import", (PAGE / "page.css").read_text())

    def test_each_script_is_used(self):
        imported = set(re.findall(r"from '\./([\w.]+)'", "".join(one.read_text() for one in self.scripts)))
        self.assertEqual({one.name for one in self.scripts} - imported, {"main.js"})

    def test_each_label_leads_somewhere(self):
        html = (PAGE / "index.html").read_text()
        ids = re.findall(r'\sid="([\w-]+)"', html)
        self.assertEqual(len(ids), len(set(ids)))
        for found in re.findall(r'aria-(?:labelledby|describedby)="([\w-]+)"|\sfor="([\w-]+)"', html):
            self.assertIn(found[0] or found[1], ids)
        for path in self.scripts:
            for found in re.findall(r"byId\('([\w-]+)'\)", path.read_text()):
                self.assertIn(found, ids, path.name)


class Browser(unittest.TestCase):
    """A browser for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        if not chromium.found():
            raise unittest.SkipTest("there is no Chromium")
        cls.browser = Chromium()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.expected = ()  # what the page may complain about: an answer of the API that the test asks for
        self.pages = {}
        self.complained = []
        self.addCleanup(self.complaints)

    @contextlib.contextmanager
    def lab(self, *how):
        """A Lab whose pages are closed before it ends: that nobody answers them is no complaint."""
        with Lab(*how) as lab:
            try:
                yield lab
            finally:
                self.leave(lab)

    def leave(self, lab):
        for page in self.pages.pop(lab, []):
            page.close()
            self.complained += page.complaints

    def open(self, lab, view="topology", **how):
        page = self.browser.open(f"http://{lab.env['HOPLAB_ADMIN']}/{view and '#' + view}", **how)
        self.pages.setdefault(lab, []).append(page)
        page.until("document.querySelector('#link')?.dataset.state === 'live'")
        page.until(f"!document.getElementById({js(view or VIEWS[0])}).hidden")
        page.until(DRAWN[view or VIEWS[0]], "the view is drawn")
        return page

    def complaints(self):
        rest = [one for one in self.complained if not any(re.search(known, one) for known in self.expected)]
        self.assertEqual(rest, [])

    def rows(self, page, table):
        return page.run(f"""[...document.querySelectorAll('#{table} tbody tr')].map((row) =>
          [...row.cells].map((cell) => cell.innerText))""")

    def until_rows(self, page, table, count):
        page.until(f"document.querySelectorAll('#{table} tbody tr').length >= {count}", f"{count} rows in {table}")


class Pictures(Browser):
    def test_any_scenario_draws(self):
        for path in sorted(SCENARIOS.glob("*.json")):
            with self.subTest(path.name), self.lab(path) as lab:
                page = self.open(lab)
                topology = admin(lab, "/v1/topology")
                wanted = [name for kind in ("VpcEndpoints", "LoadBalancers", "TargetGroups", "RestApis", "services",
                                            "Functions", "IdentityProviders", "proxies")
                          for name in topology.get(kind, {})]
                page.until("document.querySelectorAll('#picture .node').length > 0")
                drawn = page.run("[...document.querySelectorAll('#picture .node')].map((one) => one.dataset.id)")
                self.assertEqual(sorted(one.split(":", 1)[1] for one in drawn if not one.startswith("clients:")),
                                 sorted(wanted))
                self.assertTrue(any(one.startswith("clients:") for one in drawn))
                # Nothing lies upon anything else.
                self.assertEqual(page.run("""(() => { const boxes = [...document.querySelectorAll('#picture .box')]
                  .map((one) => one.getBoundingClientRect());
                  return boxes.filter((a, at) => boxes.some((b, other) => at < other && a.left < b.right
                    && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length; })()"""), 0)

    def test_what_happens_is_in_the_picture(self):
        with self.lab(POST) as lab:
            page = self.open(lab)
            node = "#picture .node[data-id='balancer:alb']"
            page.until(f"document.querySelector({js(node)})?.getAttribute('aria-label').includes('3/3 zones healthy')")
            label = page.run(f"document.querySelector({js(node)}).getAttribute('aria-label')")
            self.assertIn("mTLS verify, trusts trust-store", label)
            self.assertNotIn("live", label)
            client = StayingClient(lab, "my_client")
            for one in ("clients:consumer-endpoint", "endpoint:consumer-endpoint", "balancer:nlb", "balancer:alb"):
                page.until(f"""document.querySelector("[data-id='{one}']").getAttribute('aria-label')
                  .includes('1 live')""")
            page.click(node)
            page.until_text("#hop", "ActiveConnectionCount")
            self.assertIn("HTTPS 443 mTLS verify: by default: forward to api-group", page.text("#hop"))
            client.close()
            page.until(f"!document.querySelector({js(node)}).getAttribute('aria-label').includes('live')")
            until(lambda: admin(lab, "/v1/flows") == [], "it has ended")


class Traffic(Browser):
    """What is shown of connections and requests."""

    def test_connections_come_and_go(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "connections")
            client = StayingClient(lab, "my_client")
            page.until("document.querySelector('#connection-table tr.live')")
            self.assertEqual(self.rows(page, "connection-table")[0][2], "consumer-endpoint \u203a nlb \u203a alb")
            page.click("#connection-table button.pick", text="Connection 1")
            page.until_text("#connection", "Live, at the stage")
            self.assertIn(WIDGET, client.ask("/widgets"))
            client.close()
            page.until("document.querySelector('#connection-table tr.good')")
            page.until_text("#connection", "FIN client-closed at alb, by the client")
            self.assertIn("CN=my_client,O=Example", page.text("#connection"))

    def test_a_failure_says_why(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "connections")
            curl(lab, path="/widgets", certificate="my_client")
            curl(lab, path="/widgets", certificate="revoked")
            self.until_rows(page, "connection-table", 2)
            page.click("#connection-table button.pick", text="Connection 2")
            text = page.until_text("#connection", "RST certificate-refused")
            self.assertIn("is in a revocation list", text)
            page.until("document.querySelectorAll('#connection .causes li').length > 0")
            self.assertIn("revoked", page.text("#connection .causes").lower())
            self.assertIn("hoplab test", page.text("#connection .causes"))
            page.until("document.querySelector('#connection .timeline img').naturalWidth > 0", "the timeline's picture")
            page.click("#connection .timeline summary")
            page.until("document.querySelector('#connection .timeline pre').textContent.length > 10")
            # Filters: by text, by hop, by reason, and what failed.
            page.click("#filter-failures")
            page.until("document.querySelectorAll('#connection-table tbody tr').length === 1")
            page.click("#filter-failures")
            page.type_into("#filter-text", "MY_CLIENT")
            page.until("document.querySelectorAll('#connection-table tbody tr').length === 1")
            self.assertEqual(self.rows(page, "connection-table")[0][0], "1")
            page.type_into("#filter-text", "")
            page.run("document.querySelector('#filter-text').value = ''")
            page.choose("#filter-reason", "certificate-refused")
            page.until("document.querySelectorAll('#connection-table tbody tr').length === 1")
            page.choose("#filter-reason", "")
            page.choose("#filter-hop", "nlb")
            page.until("document.querySelectorAll('#connection-table tbody tr').length === 2")

    def test_the_focus_and_the_choice_outlive_what_comes(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "connections")
            curl(lab, path="/widgets", certificate="my_client")
            self.until_rows(page, "connection-table", 1)
            page.run("document.querySelector('#connection-table button.pick').focus()")
            page.key(ENTER)
            before = page.text("#connection-title")
            for _ in range(3):
                curl(lab, path="/widgets", certificate="my_client")
            self.until_rows(page, "connection-table", 4)
            self.assertIn("Connection 1", page.focused())
            self.assertEqual(page.text("#connection-title"), before)
            page.click("#pause")
            curl(lab, path="/widgets", certificate="my_client")
            page.until("document.querySelector('#count-flows').textContent === '5'")
            self.assertEqual(len(self.rows(page, "connection-table")), 4)
            page.click("#pause")
            self.until_rows(page, "connection-table", 5)

    def test_requests_with_the_clients_certificate(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "requests")
            curl(lab, path="/widgets", certificate="my_client")
            page.until("!document.querySelector('#keep-note').hidden", "it says that none is kept")
            page.type_into("#keep", "20")
            page.click("#keep-form button")
            until(lambda: curl(lab, path="/widgets", certificate="my_client") and
                  admin(lab, "/v1/requests")["count"], "requests are kept")
            self.until_rows(page, "request-table", 1)
            page.click("#request-table button.pick")
            text = page.until_text("#request", "Client certificate")
            self.assertIn("CN=my_client,O=Example", text)
            page.click("#request details summary")
            decoded = page.until_text("#request details", "BEGIN CERTIFICATE")
            self.assertIn("clientAuth", decoded)
            received = {one["name"]: one["value"] for one in admin(lab, "/v1/requests")["requests"][-1]["headers"]}
            self.assertIn(received["X-Amzn-Mtls-Clientcert-Serial-Number"], decoded)
            self.assertNotIn("%0A", decoded)

    def test_a_chain_that_is_passed_on_is_read(self):
        with self.lab(SCENARIOS / "private-api-mtls-passthrough.json", "--keep", "5") as lab:
            page = self.open(lab, "requests")
            curl(lab, path="/widgets", certificate="my_client")
            self.until_rows(page, "request-table", 1)
            page.click("#request-table button.pick")
            self.assertIn("CN=my_client", page.until_text("#request", "X-Amzn-Mtls-Clientcert"))

    def test_names_of_clients_are_never_html(self):
        scenario = read_scenario("private-api-mtls.json")
        scenario["pki"]["certificates"]["my_client"]["subject"] = r"CN=\<img src=x onerror=alert(1)\>,O=Example"
        with self.lab(scenario, "--keep", "5") as lab:
            page = self.open(lab, "connections")
            curl(lab, "--header", "X-Evil: <script>alert(1)</script>", path="/<b>", certificate="my_client")
            self.until_rows(page, "connection-table", 1)
            page.click("#connection-table button.pick")
            page.until_text("#connection", "img src=x")
            page.view("requests")
            self.until_rows(page, "request-table", 1)
            page.click("#request-table button.pick")
            page.until_text("#request", "<script>alert(1)</script>")
            self.assertEqual(page.run("document.querySelectorAll('main script, main b, img[src=x]').length"), 0)


class Certificates(Browser):
    def test_verdicts_and_commands(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "certificates")
            self.until_rows(page, "certificate-table", 8)
            verdicts = {row[0].split("\n")[0]: row[2] for row in self.rows(page, "certificate-table")}
            self.assertIn("accepted", verdicts["my_client"])
            self.assertIn("ClientCertCrlHit", verdicts["revoked"])
            self.assertIn("refused", verdicts["no certificate"])
            self.assertIn("trust-store", page.text("#trust-store-table"))
            page.click("#certificate-table button.pick", text="my_client")
            page.until_text("#certificate", "Java")
            command = page.run("document.querySelector('#certificate pre[aria-label^=curl]').textContent")
            done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=DEADLINE_S, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_pasted_chain_is_judged(self):
        self.expected = (r"status of 400",)
        with self.lab(POST) as lab:
            page = self.open(lab, "certificates")
            page.until("document.querySelector('#judge-listener').value === 'alb:443'")
            page.type_into("#judge-chain", pem_of(lab.certificate("my_client")[0]))
            page.click("#judge button")
            page.until_text("#judge-verdict", "ACCEPT")
            page.type_into("#judge-chain", pem_of(lab.certificate("expired")[0]))
            page.click("#judge button")
            page.until_text("#judge-verdict", "REJECT ClientCertExpired")
            page.type_into("#judge-chain", "no certificate at all")
            page.click("#judge button")
            page.until("document.querySelector('#judge-error').textContent.length > 5")
            self.assertEqual(page.text("#judge-verdict"), "")

    def test_revoked_and_reinstated(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "certificates")
            page.click("#certificate-table button", text="Revoke my_client")
            page.click("#certificate-table button", text="Reinstate my_client")  # it is there when that is done
            page.click("#certificate-table button", text="Revoke my_client")
            page.until("document.querySelector('[aria-label=\"Reinstate my_client\"]')")
            self.assertNotEqual(curl(lab, path="/widgets", certificate="my_client").returncode, 0)
            page.click("#certificate-table button", text="Reinstate my_client")
            page.until("document.querySelector('[aria-label=\"Revoke my_client\"]')")
            self.assertIn(WIDGET, curl(lab, path="/widgets", certificate="my_client").stdout)


class Changes(Browser):
    """By a click, with its effect in traffic."""

    def get(self, lab):
        return curl(lab, path="/widgets", certificate="my_client")

    def test_faults(self):
        self.expected = (r"status of 400",)
        with self.lab(POST) as lab:
            page = self.open(lab, "faults")
            page.choose("#fault-hop", "alb")
            page.choose("#fault-action", "answer")
            page.type_into("#fault-status", "503")
            page.click("#fault-form button")
            page.until_text("#fault-table", "alb-answer")
            self.assertIn(b"503", self.get(lab).stdout.split(b"\r\n")[0])
            page.until("document.querySelector('#fault-table td.c-num').textContent === '1'", "it was hit")
            page.click("#fault-table button", text="Disarm alb-answer")
            page.until_text("#fault-table", "not armed")
            self.assertIn(WIDGET, self.get(lab).stdout)
            page.click("#fault-table button", text="Arm alb-answer")
            page.until("document.querySelector('[aria-label=\"Disarm alb-answer\"]')")
            self.assertIn(b"503", self.get(lab).stdout.split(b"\r\n")[0])
            page.view("topology")
            page.until("document.querySelector(\"[data-id='balancer:alb']\").getAttribute('aria-label')"
                       ".includes('1 fault armed')")
            page.view("faults")
            page.choose("#fault-action", "latency")
            page.click("#fault-form button")
            self.assertIn("latency needs delay", page.until_text("#fault-error", "delay"))

    def test_a_fault_on_the_way_to_a_target_group(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "faults")
            page.choose("#fault-hop", "alb>api-group")
            page.choose("#fault-action", "reset")
            page.click("#fault-form button")
            page.until_text("#fault-table", "alb-api-group-reset")
            self.assertIn(b"502", self.get(lab).stdout.split(b"\r\n")[0])
            page.click("#fault-table button", text="Disarm alb-api-group-reset")
            page.until_text("#fault-table", "not armed")
            self.assertIn(WIDGET, self.get(lab).stdout)

    def test_the_clock(self):
        self.expected = (r"status of 409",)
        with self.lab(POST) as lab:
            page = self.open(lab, "faults")
            page.click("#step-form button[type=submit]")
            self.assertIn("only a stepped clock is moved on", page.until_text("#step-error", "stepped"))
            page.click("#clock-form input[value=stepped]")
            page.click("#clock-form button")
            page.until_text("#clock-mode", "stepped")
            client = StayingClient(lab, "my_client")
            self.assertIn(WIDGET, client.ask("/widgets"))
            before = admin(lab, "/v1/clock")["now"][:19].replace("T", " ")
            page.click("#step-presets button", text="Step by 61s")
            page.until(f"document.querySelector('#clock-now').textContent.slice(0, 19) > {js(before)}")
            self.assertEqual(client.read(), b"", "the idle connection was ended")
            client.close()
            ends = until(lambda: admin(lab, "/v1/ends"), "the idle connection has ended")
            self.assertEqual(ends[-1]["end"]["reason"], "idle-timeout")
            page.type_into("#calendar", "2031-01-01T00:00:00Z")
            page.click("#calendar-form button")
            page.until_text("#clock-now", "2031-01-01")
            self.assertNotEqual(self.get(lab).returncode, 0, "every certificate has expired")

    def test_targets(self):
        with self.lab(POST) as lab:
            page = self.open(lab)
            self.assertIn(WIDGET, self.get(lab).stdout)
            page.click("#targets button", text="Deregister alb in alb-group")
            page.until("document.querySelector('[aria-label=\"Register alb in alb-group\"]')")
            self.assertNotEqual(self.get(lab).returncode, 0)
            page.click("#targets button", text="Register alb in alb-group")
            page.until("document.querySelector('[aria-label=\"Deregister alb in alb-group\"]')")
            until(lambda: WIDGET in self.get(lab).stdout, "it gets traffic again")
            # One of an endpoint's interfaces alone.
            one = "execute-api-endpoint in api-group, eu-west-1b"
            page.click("#targets button", text=f"Deregister {one}")
            page.until(f"document.querySelector('[aria-label=\"Register {one}\"]')")
            targets = admin(lab, "/v1/topology")["TargetGroups"]["api-group"]["Targets"]
            self.assertEqual([one.get("registered", True) for one in targets], [True, False, True])

    def test_endpoints(self):
        with self.lab(POST) as lab:
            page = self.open(lab)
            page.click("#endpoints button", text="Reject consumer-endpoint")
            page.until_text("#endpoints", "rejected")
            self.assertIn("rejected", page.run(
                "document.querySelector(\"[data-id='endpoint:consumer-endpoint']\").getAttribute('aria-label')"))
            self.assertNotEqual(curl(lab, "--max-time", "2", path="/widgets", certificate="my_client").returncode, 0)
            page.click("#endpoints button", text="Accept consumer-endpoint")
            page.until("!document.querySelector('#endpoints').innerText.includes('rejected')")
            self.assertIn(WIDGET, self.get(lab).stdout)

    def edit(self, page, old, new):
        page.until(f"document.querySelector('#scenario-text').value.includes({js(old)})")
        page.run(f"""(() => {{ const text = document.querySelector('#scenario-text'); text.focus();
          const at = text.value.indexOf({js(old)}); text.setSelectionRange(at, at + {len(old)}); }})()""")
        page.call("Input.insertText", text=new)

    def test_a_scenario_edited(self):
        self.expected = (r"status of 400",)
        with self.lab(POST) as lab:
            page = self.open(lab, "scenario")
            self.edit(page, "4.99", "5.99")
            page.until_text("#scenario-edited", "edited")
            page.click("#scenario-apply")
            self.assertIn("widgets-api", page.until_text("#applied", "updated"))
            self.assertIn(b"5.99", self.get(lab).stdout)
            self.edit(page, '"HTTPS"', '"HTTPX"')
            page.click("#scenario-apply")
            page.until_text("#applied", "/LoadBalancers/alb/Listeners/0/Protocol")
            page.click("#applied button.link")
            self.assertEqual(page.run("""(() => { const text = document.querySelector('#scenario-text');
              return text.value.slice(text.selectionStart, text.selectionEnd); })()"""), '"Protocol": "HTTPX"')
            self.assertIn(b"5.99", self.get(lab).stdout, "nothing has changed")
            page.click("#scenario-restore")
            page.until_text("#applied", "Restored")
            self.assertIn(WIDGET, self.get(lab).stdout)
            self.assertIn("4.99", page.run("document.querySelector('#scenario-text').value"))

    def test_what_somebody_else_changes_is_said(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "scenario")
            self.edit(page, "4.99", "7.99")
            request = urllib.request.Request(f"http://{lab.env['HOPLAB_ADMIN']}/v1/faults/other", method="PUT",
                                             data=b'{"hop": "alb", "action": "hold", "armed": false}')
            urllib.request.urlopen(request).close()
            page.until("!document.querySelector('#scenario-stale').hidden")
            self.assertIn("7.99", page.run("document.querySelector('#scenario-text').value"))
            page.click("#scenario-load")
            page.until("document.querySelector('#scenario-text').value.includes('\"other\"')")


class Usable(Browser):
    """By keyboard, by ear, in light and dark, on a phone."""

    def walk(self, page):
        """Tabs through the page once; what had the focus."""
        page.run("document.activeElement.blur(); window.walked = []; scrollTo(0, 0)")
        count = page.run(f"{looks.FOCUSABLE}.length")
        for _ in range(count + 2):
            page.tab()
            page.run("walked.push(document.activeElement)")
        return page.run(f"{looks.FOCUSABLE}.filter((one) => !walked.includes(one) && one.type !== 'radio')"
                        ".map((one) => `${one.tagName}#${one.id}.${one.className.baseVal ?? one.className}`)")

    def open_after_traffic(self, lab):
        curl(lab, path="/widgets", certificate="my_client")
        curl(lab, path="/widgets", certificate="revoked")
        page = self.open(lab)
        page.until_text("#targets", "healthy")
        return page

    def test_everything_is_reached_by_keyboard(self):
        with self.lab(POST, "--keep", "5") as lab:
            page = self.open_after_traffic(lab)
            for view in VIEWS:
                with self.subTest(view):
                    # The navigation by keyboard: its link, Enter, and the focus is in the view.
                    page.run(f"document.querySelector(\"nav.views a[href='#{view}']\").focus()")
                    page.key(ENTER)
                    page.until(f"!document.getElementById('{view}').hidden")
                    if view != "topology":
                        self.assertTrue(page.run("document.activeElement.id === 'main'"))
                    page.until(DRAWN[view], "the view is drawn")
                    if view in ("connections", "requests"):
                        page.until(f"document.querySelector('#{view} tbody tr')")
                    self.assertEqual(self.walk(page), [])

    def test_buttons_work_by_keyboard(self):
        with self.lab(POST) as lab:
            page = self.open(lab, view="")
            page.tab()
            self.assertIn("Skip to the view", page.focused())
            page.until("document.querySelector('[aria-label=\"Deregister alb in alb-group\"]')")
            page.run("document.querySelector('[aria-label=\"Deregister alb in alb-group\"]').focus()")
            page.key(SPACE)
            page.until("document.activeElement.getAttribute('aria-label') === 'Register alb in alb-group'",
                       "it says what it does now, and keeps the focus")
            self.assertFalse(admin(lab, "/v1/topology")["TargetGroups"]["alb-group"]["Targets"][0]["registered"])
            page.run("document.querySelector(\"[data-id='balancer:nlb']\").focus()")
            page.key(ENTER)
            page.until_text("#hop-title", "NLB: nlb")
            self.assertEqual(page.run("document.activeElement.dataset.id"), "balancer:nlb")

    def test_everything_has_a_name(self):
        with self.lab(POST, "--keep", "5") as lab:
            page = self.open_after_traffic(lab)
            for view in VIEWS:
                with self.subTest(view):
                    page.view(view)
                    self.fill(page, view)
                    tree = page.accessibility()
                    self.assertEqual(looks.nameless(tree), [])
                    roles = {role for role, _, ignored, _ in tree if not ignored}
                    self.assertLessEqual({"main", "navigation", "banner", "heading"}, roles)
                    self.assertEqual(page.run("""[...document.querySelectorAll('table')].filter((one) =>
                      one.checkVisibility() && (!one.caption || ![...one.tHead.rows[0].cells].every((cell) =>
                        cell.scope === 'col'))).length"""), 0)

    def fill(self, page, view):
        """Chooses something, so that there is all to be looked at."""
        picks = {"connections": "#connection-table button.pick", "requests": "#request-table button.pick",
                 "certificates": "#certificate-table button.pick", "topology": "#picture .node"}
        if view in picks:
            page.until(f"document.querySelectorAll({js(picks[view])}).length > 0")
            page.click(picks[view], index=1 if view == "certificates" else 0)
        if view == "connections":
            page.until("document.querySelectorAll('#connection .causes li, #connection .timeline img').length > 0")
        page.run("scrollTo(0, 0)")

    def test_light_and_dark(self):
        with self.lab(POST, "--keep", "5") as lab:
            curl(lab, path="/widgets", certificate="my_client")
            curl(lab, path="/widgets", certificate="revoked")
            page = self.open(lab)
            ground = "getComputedStyle(document.body).backgroundColor"
            page.dark(True)
            dark = page.run(ground)
            page.dark(False)
            light = page.run(ground)
            self.assertNotEqual(light, dark)
            page.click("#theme")
            self.assertEqual((page.text("#theme"), page.run(ground)), ("Theme: light", light))
            page.click("#theme")
            self.assertEqual((page.text("#theme"), page.run(ground)), ("Theme: dark", dark))
            page.run("location.reload()")
            page.until(f"document.readyState === 'complete' && {ground} === {js(dark)}", "it is remembered")
            page.click("#theme")
            for is_dark in (False, True):
                page.dark(is_dark)
                for view in VIEWS:
                    with self.subTest(view=view, dark=is_dark):
                        page.view(view)
                        self.fill(page, view)
                        self.assertEqual(page.run(looks.CONTRAST), [])

    def test_on_a_phone(self):
        with self.lab(POST, "--keep", "5") as lab:
            curl(lab, path="/widgets", certificate="my_client")
            curl(lab, path="/widgets", certificate="revoked")
            page = self.open(lab, width=375, height=740)
            for view in VIEWS:
                with self.subTest(view):
                    page.view(view)
                    self.fill(page, view)
                    self.assertEqual(page.run(looks.TOO_WIDE), [])
                    self.assertLessEqual(page.run("document.documentElement.scrollWidth"), 375)

    def test_screenshots(self):
        folder = os.environ.get("HOPLAB_SCREENSHOTS")
        if not folder:
            self.skipTest("HOPLAB_SCREENSHOTS is not set")
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        with self.lab(POST, "--keep", "50") as lab:
            for certificate in ("my_client", "revoked", "expired", "my_client"):
                curl(lab, path="/widgets", certificate=certificate)
            client = StayingClient(lab, "my_client")
            for name, how in {"light": {}, "dark": {"dark": True}, "phone": {"width": 375, "height": 740}}.items():
                page = self.open(lab, **how)
                page.until_text("#targets", "healthy")
                for view in VIEWS:
                    page.view(view)
                    self.fill(page, view)
                    page.screenshot(f"{folder}/{view}-{name}.png")
                self.leave(lab)
            client.close()


class Patience(Browser):
    """Hoplab goes and comes back, nobody looks, and a thousand connections a second."""

    def test_it_says_that_hoplab_has_gone_and_is_back(self):
        self.expected = (r"ERR_CONNECTION_REFUSED", r"ERR_EMPTY_RESPONSE", r"ERR_CONNECTION_RESET",
                         r"ERR_INCOMPLETE_CHUNKED_ENCODING")
        with Lab(POST) as lab:
            page = self.open(lab, "connections")
            port = lab.env["HOPLAB_ADMIN"].split(":")[1]
            curl(lab, path="/widgets", certificate="my_client")
            self.until_rows(page, "connection-table", 1)
            first = lab
        page.until_text("#link", "does not answer")
        with Lab(POST, "--admin-port", port) as lab:
            page.until("document.querySelector('#link').dataset.state === 'live'")
            curl(lab, path="/widgets", certificate="revoked")
            page.until("document.querySelector('#connection-table tr.bad')", "what the new one has seen")
            self.leave(first)

    def test_a_hidden_tab_does_nothing(self):
        with self.lab(POST) as lab:
            page = self.open(lab, "connections")
            page.run("""(() => { window.isHidden = true;
              Object.defineProperty(document, 'hidden', { get: () => window.isHidden });
              document.dispatchEvent(new Event('visibilitychange'));
              window.hiddenAt = performance.now(); })()""")
            # What was under way ends; then nothing is asked for.
            page.until("performance.now() - hiddenAt > 1000")
            page.run("performance.clearResourceTimings()")
            page.until("performance.now() - hiddenAt > 3500")
            self.assertEqual(page.run("performance.getEntriesByType('resource').length"), 0)
            curl(lab, path="/widgets", certificate="my_client")
            self.assertEqual(self.rows(page, "connection-table"), [])
            page.run("isHidden = false; document.dispatchEvent(new Event('visibilitychange'))")
            self.until_rows(page, "connection-table", 1)

    def test_a_thousand_connections_a_second(self):
        with self.lab(CHEAP) as lab:
            page = self.open(lab, "connections")
            doors = doors_of(admin(lab, "/v1/status"), "nlb")
            warm = Crowd(doors, 1000, 2)
            page.until("!document.querySelector('#sampling').hidden", "it says that it samples")
            warm.wait(DEADLINE_S)
            page.until("document.querySelector('#sampling').hidden", "it is quiet again")
            before = page.heap()
            redraws = page.run("import('/store.js').then((store) => store.redrawCount())")
            crowd = Crowd(doors, 1000, LOAD_S)
            page.until("""Number((document.querySelector('#sampling').innerText
              .match(/^([\\d,]+)\\/s connections end, showing every \\d+(st|nd|rd|th)/) || [])[1]?.replaceAll(',', ''))
                > 500""", "it says so")
            # Its newest row is of now: it does not fall behind.
            crowd.process.join(LOAD_S)
            flows = admin(lab, "/v1/metrics")["flows"]
            page.until(f"""Number(document.querySelector('#connection-table tr:not(.live) button.pick')
              .innerText.replaceAll(',', '')) > {flows - 1500}""", "it keeps up")
            ended = crowd.wait(DEADLINE_S)
            self.assertGreater(ended, LOAD_S * 500, "the crowd itself was slow")
            self.assertLessEqual(len(self.rows(page, "connection-table")), 700)
            redraws = page.run("import('/store.js').then((store) => store.redrawCount())") - redraws
            self.assertLess(redraws, (LOAD_S + 15) * 8, "some redraws a second")
            page.until("document.querySelector('#sampling').hidden")
            self.assertLess(page.heap() - before, 4 << 20)


# What CI runs where a browser is there: some of what is clicked, in half a minute. HOPLAB_BROWSER=required runs all.
QUICK = ["Files", "Pictures.test_what_happens_is_in_the_picture", "Traffic.test_a_failure_says_why",
         "Certificates.test_a_pasted_chain_is_judged", "Changes.test_faults", "Changes.test_a_scenario_edited"]

if __name__ == "__main__":
    if chromium.required() and not chromium.found():
        raise SystemExit("there is no Chromium, and HOPLAB_BROWSER=required")
    unittest.main(defaultTest=QUICK if os.environ.get("CI") and not chromium.required() else None)
