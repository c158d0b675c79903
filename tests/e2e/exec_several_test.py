"""hoplab exec with several scenarios at once: in namespaces, and by one proxy without them."""

import json
import unittest

from exec_lab import Exec, Inside, POST, URL, WIDGET
from lab import SCENARIOS, read_scenario

OWN = SCENARIOS / "own-service.json"
SERVICE = "https://service.example.com/hello"
CURL_API = f"curl -sS --key my_client.key --cert my_client.pem {URL}"
CURL_SERVICE = ('curl -sS --key "$HOPLAB_OWN_SERVICE_KEY_MY_CLIENT" --cert "$HOPLAB_OWN_SERVICE_CERT_MY_CLIENT" '
                + SERVICE)


class Several:
    """In both modes."""

    def both(self, *words, **more):
        return self.exec(*words, scenario=[POST, OWN], **more)

    def test_the_names_of_each_lead_to_it(self):
        done = self.both("sh", "-c", f"{CURL_API}; echo; {CURL_SERVICE}")
        first, second = done.stdout.split("\n", 1)
        self.assertEqual(first, WIDGET, done.stderr)
        self.assertEqual(json.loads(second)["path"], "/hello", done.stderr)

    def test_the_order_decides_whose_the_plain_variables_and_the_links_are(self):
        done = self.both("sh", "-c", 'echo $HOPLAB_SCENARIOS; for one in "$HOPLAB_ADMIN" '
                         '"$HOPLAB_PRIVATE_API_MTLS_ADMIN" "$HOPLAB_OWN_SERVICE_ADMIN"; do '
                         'curl -sS "http://$one/v1/status" | grep -o \'"url": "[^:]*:[^:"]*\'; done; '
                         'cmp my_client.pem "$HOPLAB_PRIVATE_API_MTLS_CERT_MY_CLIENT" && ls')
        self.assertEqual(done.returncode, 0, done.stderr)
        parts, *urls, rest = done.stdout.split("\n", 4)
        self.assertEqual(parts, "PRIVATE_API_MTLS OWN_SERVICE")
        self.assertEqual([one.rsplit("/", 1)[1] for one in urls],
                         ["api.example.com", "api.example.com", "service.example.com"])
        self.assertIn("expired.pem", rest)
        self.assertIn("note: my_client.pem, my_client.key, revoked.pem, revoked.key: not those of " + str(OWN),
                      done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_why_says_which_scenario(self):
        done = self.both("sh", "-c", 'curl -sS --key "$HOPLAB_OWN_SERVICE_KEY_REVOKED" --cert '
                         f'"$HOPLAB_OWN_SERVICE_CERT_REVOKED" {SERVICE}')
        self.assertNotEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"\n  own-service: .*Failed:ClientCertCrlHit")

    def test_folders_of_ones_own(self):
        done = self.both("sh", "-c", 'test "$HOPLAB_OWN_SERVICE_OUT" = "$PWD/out/own-service" && ls out/*/env',
                         options=("--out", "out"))
        self.assertEqual(done.stdout, "out/own-service/env\nout/private-api-mtls/env\n", done.stderr)

    def test_a_name_that_two_define(self):
        done = self.exec("true", scenario=[POST, POST])
        self.assertEqual(done.returncode, 125)
        self.assertIn(f"'api.example.com' is a name of {POST} and of {POST}", done.stderr)

    def test_a_mistake_names_its_file(self):
        bad = self.folder / "bad.json"
        bad.write_text('{"title": 1}')
        done = self.exec("true", scenario=[POST, bad])
        self.assertEqual(done.returncode, 125)
        self.assertIn(str(bad), done.stderr)

    def test_one_admin_port_is_not_enough(self):
        done = self.both("true", options=("--admin-port", "1"))
        self.assertEqual(done.returncode, 125)
        self.assertIn("--admin-port is for one scenario", done.stderr)


class SeveralInside(Several, Inside):
    def scenario_with(self, cidr, name):
        scenario = read_scenario("own-service.json")
        scenario["Subnets"] = {"chosen": {"AvailabilityZone": "eu-west-1a", "CidrBlock": cidr}}
        path = self.folder / name
        path.write_text(json.dumps(scenario))
        return path

    def test_addresses_are_apart(self):
        done = self.both("sh", "-c", "getent ahostsv4 api.example.com; getent ahostsv4 service.example.com")
        for address in ("10.0.1.4", "10.1.1.4", "10.1.2.4"):
            self.assertIn(address, done.stdout, done.stderr)
        done = self.exec("getent", "hosts", "service.example.com",
                         scenario=[POST, self.scenario_with("10.9.0.0/16", "mine.json")])
        self.assertIn("10.9.0.4", done.stdout, done.stderr)

    def test_addresses_that_somebody_chose_twice(self):
        mine = self.scenario_with("10.0.0.0/16", "mine.json")
        done = self.exec("true", scenario=[POST, mine])
        self.assertEqual(done.returncode, 125)
        self.assertIn(f"{mine}: subnet 'chosen' (10.0.0.0/16) and subnet 'subnet-eu-west-1a' (10.0.1.0/24)",
                      done.stderr)
        self.assertIn("give one of them another CidrBlock", done.stderr)

    def test_names_that_aws_would_give_are_told(self):
        scenario = read_scenario("private-api-mtls.json")
        text = json.dumps(scenario).replace("api.example.com", "other.example.com")
        other = self.folder / "other.json"
        other.write_text(text)
        done = self.exec("getent", "hosts", "other.example.com", scenario=[POST, other])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"here they lead to those of {POST} and not to those of {other}", done.stderr)

    def test_each_has_a_client_address_of_its_own_subnet(self):
        done = self.both("sh", "-c", f'({CURL_API}; {CURL_SERVICE}) > /dev/null; '
                         'curl -sS "http://$HOPLAB_ADMIN/v1/ends?wait=10s" '
                         '"http://$HOPLAB_OWN_SERVICE_ADMIN/v1/ends?wait=10s"')
        self.assertIn('"client": "10.0.1.254:', done.stdout, done.stderr)
        self.assertIn('"client": "10.1.1.254:', done.stdout)


class SeveralByProxy(Several, Exec):
    options = ("--no-namespaces",)

    def test_a_name_that_none_knows(self):
        done = self.both("curl", "-sS", "https://example.org")
        self.assertEqual(done.returncode, 56)
        self.assertIn("502", done.stderr)

    def test_what_comes_in_pieces_or_never(self):
        script = ('exec 3<>/dev/tcp/127.0.0.1/${https_proxy##*:}; printf "CONNECT service" >&3; '
                  f"curl -sS --key my_client.key --cert my_client.pem {URL}; "
                  'printf ".example.com:443 HTTP/1.1\\r\\n\\r\\n" >&3; head -n 1 <&3; '
                  'exec 4<>/dev/tcp/127.0.0.1/${https_proxy##*:}; printf "nothing" >&4')
        done = self.both("bash", "-c", script)
        self.assertEqual(done.stdout, WIDGET + "HTTP/1.1 200 Connection established\n", done.stderr)

    def test_a_reset_is_the_clients_own(self):
        done = self.both("curl", "-sS", "--key", "revoked.key", "--cert", "revoked.pem", URL)
        self.assertIn("curl: (35) Recv failure: Connection reset by peer", done.stderr)


if __name__ == "__main__":
    unittest.main()
