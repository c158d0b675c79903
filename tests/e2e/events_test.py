"""GET /v1/events: ends and requests as they come, for curl and for a reader of its own."""

import http.client
import json
import signal
import subprocess
import unittest

from lab import DEADLINE_S, SCENARIOS, Lab, admin, curl, run_hoplab, until

POST = SCENARIOS / "private-api-mtls.json"


class Reader:
    """Reads the stream; next() gives (event, id, data), and "comment" for one."""

    def __init__(self, lab, query="", headers=None, status=200):
        self.connection = http.client.HTTPConnection(lab.env["HOPLAB_ADMIN"], timeout=DEADLINE_S)
        self.connection.request("GET", "/v1/events" + query, headers=headers or {})
        self.answer = self.connection.getresponse()
        if self.answer.status != status:
            raise AssertionError((self.answer.status, self.answer.read()))
        self.last_id = self.next()[1] if status == 200 else None  # of the place where it begins

    def next(self):
        event = {"event": None, "id": None, "data": None}
        while (line := self.answer.readline().decode()) != "\n":
            if line == "":
                return None
            if line.startswith(":"):
                event["event"] = "comment"
                continue
            name, value = line.rstrip("\n").split(": ", 1)
            event[name] = value
        self.last_id = event["id"] or getattr(self, "last_id", None)
        return event["event"], event["id"], event["data"] and json.loads(event["data"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()


class Events(unittest.TestCase):
    def ask(self, lab, path="/widgets", certificate="my_client"):
        return curl(lab, path=path, certificate=certificate)

    def test_requests_and_ends_as_they_come(self):
        with Lab(POST, "--keep", "10") as lab, Reader(lab) as reader:
            self.assertEqual(reader.answer.headers["Content-Type"], "text/event-stream")
            self.ask(lab)
            kind, _, request = reader.next()
            self.assertEqual((kind, request["path"], request["receiver"]), ("request", "/widgets", "widgets-api"))
            kind, _, end = reader.next()
            self.assertEqual((kind, end["requests"]), ("end", 1))
            self.ask(lab, certificate="revoked")
            kind, _, end = reader.next()
            self.assertEqual((kind, end["tlsVerifyStatus"]), ("end", "Failed:ClientCertCrlHit"))
            self.assertEqual(request, admin(lab, "/v1/requests")["requests"][0])
            self.assertEqual(end, admin(lab, "/v1/ends")[-1])

    def test_it_begins_now_or_behind_what_the_reader_has(self):
        with Lab(POST, "--keep", "10") as lab:
            for path in ("/one", "/two"):
                self.ask(lab, path=path)
            until(lambda: len(admin(lab, "/v1/ends")) == 2, "both have ended")
            with Reader(lab) as reader:
                self.ask(lab, path="/three")
                self.assertEqual(reader.next()[2]["path"], "/three", "from now on")
            with Reader(lab, "?after=0.0") as reader:
                seen = [reader.next() for _ in range(5)]
            paths = [data["path"] for kind, _, data in seen if kind == "request"]
            self.assertEqual(paths, ["/one", "/two", "/three"])
            second = next(place for kind, place, data in seen if kind == "request" and data["path"] == "/two")
            for how in ({"query": "?after=" + second}, {"headers": {"Last-Event-ID": second}}):
                with Reader(lab, **how) as reader:
                    self.assertEqual(reader.next()[2]["path"], "/three")
            with Reader(lab, "?after=900.900") as reader:
                self.assertEqual(reader.next()[2]["path"], "/one", "a place of another hoplab's")

    def test_what_is_kept_no_longer_is_counted_and_said(self):
        with Lab(POST, "--keep", "2") as lab, Reader(lab) as first:
            self.ask(lab, path="/0")
            place = first.next()[1]
            for number in range(1, 6):
                self.ask(lab, path=f"/{number}")
            until(lambda: admin(lab, "/v1/requests")["dropped"] == 4, "four had to make room")
            with Reader(lab, "?after=" + place) as reader:
                kind, _, missed = reader.next()
                self.assertEqual((kind, missed), ("missed", {"ends": 0, "requests": 3}))
                self.assertEqual([reader.next()[2]["path"] for _ in range(2)], ["/4", "/5"])

    def test_a_reader_that_does_not_read_costs_nothing_and_is_told(self):
        with Lab(POST, "--keep", "3") as lab:
            with Reader(lab) as reader:
                body = "x" * 60_000
                sizes = []
                for _ in range(3):
                    for _ in range(40):  # beyond what sockets hold
                        curl(lab, "--data", body, path="/widgets", certificate="my_client")
                    sizes.append(lab.memory_kib())
                self.assertLess(sizes[-1] - sizes[0], 4 << 10, sizes)
                said, missed = 0, 0
                while said + missed < 120:
                    kind, _, data = reader.next()
                    said += kind == "request"
                    missed += data["requests"] if kind == "missed" else 0
                self.assertEqual(said + missed, 120)
                self.assertGreater(missed, 0)

    def test_a_comment_says_that_it_is_still_there(self):
        with Lab(POST) as lab, Reader(lab, "?heartbeat=1s") as reader:
            self.assertEqual([reader.next()[0] for _ in range(2)], ["comment", "comment"])

    def test_curl_reads_along_until_hoplab_ends(self):
        with Lab(POST, "--keep", "5") as lab:
            command = ["curl", "-sSN", f"http://{lab.env['HOPLAB_ADMIN']}/v1/events"]
            reading = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.addCleanup(reading.wait)
            self.addCleanup(reading.kill)
            self.assertTrue(reading.stdout.readline().startswith("id: "))
            self.ask(lab)
            seen = [reading.stdout.readline()]
            while seen[-1] != "event: end\n":
                seen.append(reading.stdout.readline())
                self.assertNotEqual(seen[-1], "")
            self.assertIn("event: request\n", seen)
            lab.process.send_signal(signal.SIGTERM)
            self.assertTrue(reading.stdout.read().endswith("\n\n"))
            self.assertEqual((reading.wait(DEADLINE_S), reading.stderr.read()), (0, ""), "an end in order")
            self.assertEqual(lab.process.wait(DEADLINE_S), 0)
            reading.stdout.close()
            reading.stderr.close()

    def test_restore_does_not_begin_anew(self):
        with Lab(POST, "--keep", "5") as lab, Reader(lab) as reader:
            self.ask(lab)
            ids = [reader.next()[1] for _ in range(2)]
            connection = http.client.HTTPConnection(lab.env["HOPLAB_ADMIN"])
            connection.request("POST", "/v1/restore")
            self.assertEqual(connection.getresponse().status, 204)
            connection.close()
            self.ask(lab, path="/again")
            kind, place, request = reader.next()
            self.assertEqual((kind, request["path"]), ("request", "/again"))
            self.assertNotIn(place, ids)

    def test_who_may_ask_and_mistakes(self):
        with Lab(POST) as lab:
            for query in ("?after=soon", "?after=3", "?heartbeat=0s", "?heartbeat=301s", "?afer=1.2"):
                Reader(lab, query, status=400).connection.close()
            Reader(lab, headers={"Last-Event-ID": "x y"}, status=400).connection.close()
            Reader(lab, headers={"Origin": "http://example.com"}, status=403).connection.close()
            Reader(lab, headers={"Host": "example.com"}, status=403).connection.close()

    def test_so_many_at_once(self):
        with Lab(POST) as lab:
            readers = [Reader(lab) for _ in range(64)]
            Reader(lab, status=503).connection.close()
            self.assertIn("url", admin(lab, "/v1/status"), "others are answered")
            self.ask(lab)
            for reader in readers:
                self.assertEqual(reader.next()[0], "end")
                reader.connection.close()


class Lines(unittest.TestCase):
    """up --requests."""

    def after_opening(self, lab, count):
        return [lab.next_line() for _ in range(count)]

    def test_who_made_the_status_and_why(self):
        with Lab(POST, "--requests") as lab:
            curl(lab, path="/widgets?n=1", certificate="my_client")
            request, end = self.after_opening(lab, 2)
            self.assertRegex(request, r"^\S+ #\d+ 127\.0\.0\.1:\d+  GET /widgets\?n=1  200 by \S+")
            self.assertRegex(end, r"FIN at")
            curl(lab, path="/nothing", certificate="my_client")
            request, _ = self.after_opening(lab, 2)
            self.assertRegex(request, r"GET /nothing  \d+ by \S+ for \S+: .*")
            curl(lab, "-X", "TRACE", path="/widgets", certificate="my_client")
            request, _ = self.after_opening(lab, 2)
            self.assertRegex(request, r"TRACE /widgets  405 by alb: ")
            curl(lab, "--http1.1", "-H", "Content-Length: no", path="/widgets", certificate="my_client")
            request, _ = self.after_opening(lab, 2)
            self.assertRegex(request, r"  400 by alb: ")

    def test_http2_and_a_target_that_is_gone(self):
        with Lab(SCENARIOS / "own-service.json", "--requests") as lab:
            for version in ("--http1.1", "--http2"):
                curl(lab, version, path="/orders", certificate="my_client", host="service.example.com")
                request, _ = self.after_opening(lab, 2)
                self.assertRegex(request, r"GET /orders  200 by 127\.")
            connection = http.client.HTTPConnection(lab.env["HOPLAB_ADMIN"])
            health = admin(lab, "/v1/target-health")[0]
            connection.request("DELETE", f"/v1/target-groups/service-group/targets/{health['target']}")
            self.assertEqual(connection.getresponse().status, 204)
            connection.close()
            for version in ("--http1.1", "--http2"):
                curl(lab, version, path="/orders", certificate="my_client", host="service.example.com")
                request, _ = self.after_opening(lab, 2)
                self.assertRegex(request, r"GET /orders  503 by alb: ")

    def test_json_stays_one_object(self):
        done = run_hoplab("up", POST, "--json", "--requests")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--json excludes --requests", done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main()
