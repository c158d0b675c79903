"""A played identity provider, a program in its place, and the public keys of load balancers, by browsers' and other
real clients' ways: Python's cookie jar, PyJWT, and curl."""

import base64
import html
import http.client
import http.cookiejar
import http.server
import json
import pathlib
import re
import ssl
import subprocess
import tempfile
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

from lab import DEADLINE_S, ROOT, Lab, admin, curl, hoplab_binary, needs, read_scenario, run_hoplab

needs("jwt", "oauthlib", "cryptography")
import jwt  # noqa: E402
import oauthlib.oauth2  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: E402

CALLBACK = "https://app.example.com/oauth2/idpresponse"
HOST = "login.example.com"
CLIENT = {"ClientId": "app", "ClientSecret": "hush", "CallbackUrls": [CALLBACK]}
ALICE = {"Subject": "alice", "Claims": {"email": "alice@example.com", "groups": ["staff"]}}
BOB = {"Subject": "bob", "Claims": {"email": "bob@example.com"}}


def scenario(provider, **more):
    """A load balancer, and the provider beside it."""
    return {
        "title": "Signing in", "region": "eu-west-1",
        "LoadBalancers": {"alb": {"Type": "application", "Listeners": [
            {"Protocol": "HTTP", "Port": 80, "DefaultActions": [
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]}]}},
        "IdentityProviders": {HOST: provider}, "entry": "alb", **more}


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Comes to a site by its name, with cookies, and does not go on elsewhere."""

    def __init__(self, lab, name=HOST):
        entry = {one["name"]: one for one in lab.opening["endpoints"]}[name]
        context = ssl.create_default_context(cafile=lab.ca_bundle)

        class Connection(http.client.HTTPSConnection):
            def connect(self):
                http.client.HTTPConnection.connect(self)
                self.sock = context.wrap_socket(self.sock, server_hostname=self.wanted)

            def __init__(self, host, **arguments):
                self.wanted = host
                super().__init__(entry["address"], entry["port"], timeout=DEADLINE_S)

        class Handler(urllib.request.HTTPSHandler):
            def https_open(self, request):
                return self.do_open(Connection, request)

        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            Handler(), StayHere(), urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, url, form=None, headers=None):
        """(status, headers, body)"""
        if url.startswith("/"):
            url = f"https://{HOST}{url}"
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(url, data=data, headers=headers or {})
        try:
            with self.opener.open(request, timeout=DEADLINE_S) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()

    def json(self, *arguments, **more):
        status, _, body = self.ask(*arguments, **more)
        return status, json.loads(body)

    def authorize(self, **parameters):
        query = urllib.parse.urlencode({"client_id": "app", "redirect_uri": CALLBACK, "response_type": "code",
                                        "scope": "openid email", "state": "s&1", "nonce": "n", **parameters})
        return self.ask("/oauth2/authorize?" + query)

    def token(self, **form):
        basic = base64.b64encode(b"app:hush").decode()
        return self.json("/oauth2/token", form=form, headers={"Authorization": "Basic " + basic})


def sent_to(headers):
    """Where a redirect leads, without its query, and the query's parameters."""
    url, _, query = headers["Location"].partition("?")
    return url, dict(urllib.parse.parse_qsl(query))


class FetchedKeys(jwt.PyJWKClient):
    """PyJWT's client, by way of a browser of ours."""

    def __init__(self, browser, url):
        super().__init__(url)
        self.browser = browser

    def fetch_data(self):
        return self.browser.json(self.uri)[1]


class Played(unittest.TestCase):
    def test_one_user_signs_in_and_the_tokens_are_good(self):
        with Lab(scenario({"Clients": [CLIENT], "Users": [ALICE]}), json_output=True) as lab:
            browser = Browser(lab)
            _, document = browser.json("/.well-known/openid-configuration")
            self.assertEqual(document["issuer"], "https://" + HOST)
            status, headers, _ = browser.authorize()
            self.assertEqual(status, 302)
            url, parameters = sent_to(headers)
            self.assertEqual((url, parameters["state"]), (CALLBACK, "s&1"))
            status, tokens = browser.token(grant_type="authorization_code", code=parameters["code"],
                                           redirect_uri=CALLBACK)
            self.assertEqual(status, 200, tokens)
            keys = FetchedKeys(browser, document["jwks_uri"])
            claims = jwt.decode(tokens["id_token"], keys.get_signing_key_from_jwt(tokens["id_token"]).key,
                                algorithms=["RS256"], audience="app", issuer=document["issuer"])
            self.assertEqual((claims["sub"], claims["nonce"], claims["groups"]), ("alice", "n", ["staff"]))
            access = jwt.decode(tokens["access_token"],
                                keys.get_signing_key_from_jwt(tokens["access_token"]).key, algorithms=["RS256"])
            self.assertEqual(access["scope"], "openid email")
            status, told = browser.json("/oauth2/userInfo",
                                        headers={"Authorization": "Bearer " + tokens["access_token"]})
            self.assertEqual((status, told), (200, {"sub": "alice", **ALICE["Claims"]}))
            status, refused = browser.token(grant_type="authorization_code", code=parameters["code"],
                                            redirect_uri=CALLBACK)
            self.assertEqual((status, refused["error"]), (400, "invalid_grant"))
            status, more = browser.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
            self.assertEqual(status, 200, more)
            status, _, _ = browser.ask("/oauth2/userInfo", headers={"Authorization": "Bearer nonsense"})
            self.assertEqual(status, 401)

    def test_oauthlib_signs_in_as_an_app_without_a_secret(self):
        with Lab(scenario({"Clients": [{"ClientId": "spa", "CallbackUrls": [CALLBACK]}], "Users": [ALICE]}),
                 json_output=True) as lab:
            browser = Browser(lab)
            client = oauthlib.oauth2.WebApplicationClient("spa")
            verifier = client.create_code_verifier(64)
            client.create_code_challenge(verifier, "S256")
            url = client.prepare_request_uri(
                f"https://{HOST}/oauth2/authorize", redirect_uri=CALLBACK, scope=["openid"], state="s",
                code_challenge=client.code_challenge, code_challenge_method="S256")
            _, headers, _ = browser.ask(url)
            client.parse_request_uri_response(headers["Location"], state="s")
            for proof, status in (("another" * 8, 400), (verifier, 200)):
                body = client.prepare_request_body(redirect_uri=CALLBACK, code_verifier=proof)
                told, _, answer = browser.ask("/oauth2/token", form=dict(urllib.parse.parse_qsl(body)))
                self.assertEqual(told, status, answer)
            tokens = client.parse_request_body_response(answer.decode())
            self.assertEqual(tokens.scopes, ["openid"])
            self.assertIn("refresh_token", tokens)

    def test_of_several_users_somebody_chooses_once_and_signs_out(self):
        with Lab(scenario({"Clients": [CLIENT], "Users": [ALICE, BOB]}), json_output=True) as lab:
            browser = Browser(lab)
            status, _, page = browser.authorize()
            self.assertEqual(status, 200)
            links = {text: html.unescape(link) for link, text in
                     re.findall(r'<a href="([^"]+)">([^<]+)</a>', page.decode())}
            self.assertEqual(list(links), ["alice", "bob", "Cancel"])
            self.assertIn("error=access_denied", links["Cancel"])
            status, headers, _ = browser.ask(links["bob"])
            self.assertEqual(sent_to(headers)[0], CALLBACK)
            status, headers, _ = browser.authorize(prompt="none")
            _, tokens = browser.token(grant_type="authorization_code", code=sent_to(headers)[1]["code"],
                                      redirect_uri=CALLBACK)
            _, told = browser.json("/oauth2/userInfo", headers={"Authorization": "Bearer " + tokens["access_token"]})
            self.assertEqual(told["sub"], "bob")
            browser.ask("/logout")
            _, headers, _ = browser.authorize(prompt="none")
            self.assertEqual(sent_to(headers)[1]["error"], "login_required")

    def test_what_the_client_may_not_do_is_told_where_it_may_be(self):
        with Lab(scenario({"Clients": [CLIENT], "Users": [ALICE]}), json_output=True) as lab:
            browser = Browser(lab)
            self.assertEqual(browser.authorize(client_id="nobody")[0], 400)
            self.assertEqual(browser.authorize(redirect_uri="https://elsewhere.example.com/")[0], 400)
            _, headers, _ = browser.authorize(response_type="token")
            self.assertEqual(sent_to(headers)[1]["error"], "unsupported_response_type")
            status, refused = browser.json("/oauth2/token", form={"grant_type": "client_credentials",
                                                                 "client_id": "app", "client_secret": "wrong"})
            self.assertEqual((status, refused["error"]), (401, "invalid_client"))
            status, refused = browser.token(grant_type="password")
            self.assertEqual((status, refused["error"]), (400, "unsupported_grant_type"))

    def test_curl_gets_a_token_and_time_ends_it(self):
        clock = {"mode": "stepped"}
        with Lab(scenario({"Clients": [CLIENT], "Users": [ALICE], "AccessTokenSeconds": 60}, clock=clock),
                 json_output=True) as lab:
            entry = {one["name"]: one for one in lab.opening["endpoints"]}[HOST]
            done = subprocess.run(
                ["curl", "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--cacert", lab.ca_bundle,
                 "--connect-to", f"{HOST}:443:{entry['address']}:{entry['port']}", "--user", "app:hush",
                 "--data", "grant_type=client_credentials", "--data", "scope=orders/read",
                 "--data-urlencode", 'claims={"aud":["api"]}', f"https://{HOST}/oauth2/token"],
                capture_output=True, timeout=DEADLINE_S, check=True)
            token = json.loads(done.stdout)["access_token"]
            claims = jwt.decode(token, options={"verify_signature": False})
            self.assertEqual((claims["sub"], claims["scope"], claims["aud"]), ("app", "orders/read", ["api"]))
            self.assertEqual(claims["exp"] - claims["iat"], 60)
            browser = Browser(lab)
            _, parameters = sent_to(browser.authorize()[1])
            _, tokens = browser.token(grant_type="authorization_code", code=parameters["code"], redirect_uri=CALLBACK)
            bearer = {"Authorization": "Bearer " + tokens["access_token"]}
            self.assertEqual(browser.ask("/oauth2/userInfo", headers=bearer)[0], 200)
            run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "clock", "step", "60s")
            self.assertEqual(browser.ask("/oauth2/userInfo", headers=bearer)[0], 401)

    def test_its_keys_are_those_of_the_last_run_and_new_ones_sign_from_a_change_on(self):
        provider = {"Clients": [CLIENT], "Users": [ALICE]}
        with Lab(scenario(provider)) as kept:
            folder = str(kept.folder / "pki")
            kids = []
            for keys in (["1"], ["1"], ["2", "1"]):
                with Lab(scenario({**provider, "SigningKeys": keys}), "--pki", folder, json_output=True) as lab:
                    _, document = Browser(lab).json("/.well-known/jwks.json")
                    kids.append([key["kid"] for key in document["keys"]])
            self.assertEqual(kids[0], kids[1])
            self.assertEqual(kids[2][1:], kids[0])
            self.assertNotEqual(kids[2][0], kids[0][0])

    def test_faults_happen_to_it(self):
        faults = {"slow": {"hop": HOST, "action": "answer", "status": 503, "armed": False}}
        with Lab(scenario({"Clients": [CLIENT], "Users": [ALICE]}, faults=faults), json_output=True) as lab:
            browser = Browser(lab)
            self.assertEqual(browser.ask("/.well-known/jwks.json")[0], 200)
            run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "arm", "slow")
            self.assertEqual(browser.ask("/.well-known/jwks.json")[0], 503)
            run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "disarm", "slow")
            self.assertEqual(browser.ask("/.well-known/jwks.json")[0], 200)


    def test_what_it_receives_is_told_and_http2_is_spoken(self):
        with Lab(scenario({"Clients": [CLIENT]}), "--keep", "3", json_output=True) as lab:
            entry = {one["name"]: one for one in lab.opening["endpoints"]}[HOST]
            done = subprocess.run(
                ["curl", "--silent", "--show-error", "--http2", "--include", "--noproxy", "*", "--cacert",
                 lab.ca_bundle, "--connect-to", f"{HOST}:443:{entry['address']}:{entry['port']}",
                 f"https://{HOST}/.well-known/jwks.json"], capture_output=True, timeout=DEADLINE_S, check=True)
            self.assertTrue(done.stdout.startswith(b"HTTP/2 200"), done.stdout)
            received = admin(lab, "/v1/requests?receiver=" + HOST)["requests"]
            self.assertEqual([(one["kind"], one["path"]) for one in received],
                             [("identity-provider", "/.well-known/jwks.json")])


class Page(unittest.TestCase):
    def test_its_command_gives_a_token(self):
        block = re.search(r"```sh\n(.*?)```", (ROOT / "docs/authentication.md").read_text(), re.S).group(1)
        done = subprocess.run(["sh", "-c", block.replace("hoplab", hoplab_binary(), 1)], cwd=ROOT, capture_output=True,
                              timeout=DEADLINE_S, check=True)
        claims = jwt.decode(json.loads(done.stdout)["access_token"], options={"verify_signature": False})
        self.assertEqual((claims["client_id"], claims["aud"]), ("robot", ["orders"]))


class PublicKeys(unittest.TestCase):
    def test_unknown_ids_are_not_found(self):
        with Lab(scenario({"Clients": [CLIENT]}), json_output=True) as lab:
            host = "public-keys.auth.elb.eu-west-1.amazonaws.com"
            status, _, _ = Browser(lab, host).ask(f"https://{host}/no-such-key")
            self.assertEqual(status, 404)

    def test_who_has_no_identity_provider_has_none(self):
        with Lab(read_scenario("same-account.json"), json_output=True) as lab:
            self.assertNotIn("public-keys", {one["kind"] for one in lab.opening["endpoints"]})


    def test_several_scenarios_of_a_region_have_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for host in ("login.example.com", "sso.example.com"):
                made = scenario({"Clients": [CLIENT]})
                made["IdentityProviders"] = {host: {"Clients": [CLIENT]}}
                made["entry"] = host.split(".")[0]
                made["LoadBalancers"] = {made["entry"]: made["LoadBalancers"]["alb"]}
                paths.append(pathlib.Path(folder) / (made["entry"] + ".json"))
                paths[-1].write_text(json.dumps(made))
            done = run_hoplab("exec", *paths, "--", "curl", "--silent", "--show-error", "--write-out", "%{http_code}",
                              "https://public-keys.auth.elb.eu-west-1.amazonaws.com/none",
                              "https://sso.example.com/.well-known/jwks.json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(done.stdout.startswith("404"), done.stdout)
            self.assertTrue(done.stdout.endswith("200"), done.stdout)


class Program(unittest.TestCase):
    """In the place of the played one: a program that speaks HTTP, or HTTPS with a certificate of the scenario."""

    def serve(self, context=None):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = f"asked for {self.headers['Host']}{self.path}".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        return f"127.0.0.1:{server.server_address[1]}"

    def test_a_browser_finds_it_by_its_name(self):
        address = self.serve()
        with Lab(scenario({"Address": address, "Protocol": "HTTP"}), json_output=True) as lab:
            status, _, body = Browser(lab).ask("/realms/test")
            self.assertEqual((status, body.decode()), (200, f"asked for {HOST}/realms/test"))

    def test_load_balancers_and_browsers_know_it_by_its_certificate(self):
        """A certificate for its name, by an authority of the scenario, is good; another one is not."""
        def certificate(name, host, issuer):
            return {name: {"for": "listener", "subject": "CN=" + name, "issuer": issuer, "dnsNames": [host]}}

        pki = {"authorities": {"ca": {"subject": "CN=ca"}},
               "certificates": {**certificate("server", "api.example.com", "ca"),
                                **certificate("good", HOST, "ca"),
                                **certificate("misnamed", "other.example.com", "ca")}}
        validation = {"Type": "jwt-validation", "JwtValidationConfig": {
            "JwksEndpoint": f"https://{HOST}/jwks", "Issuer": f"https://{HOST}"}}

        def with_program(address):
            made = scenario({"Address": address}, pki=pki)
            made["LoadBalancers"]["alb"]["Listeners"] = [
                {"Protocol": "HTTPS", "Port": 443, "Certificates": ["server"], "DefaultActions": [
                    validation, {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]}]
            return made

        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        token = jwt.encode({"iss": f"https://{HOST}", "exp": 4_000_000_000}, key, algorithm="RS256",
                           headers={"kid": "k"})
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as others:
            for folder in (ours, others):
                Lab(with_program("127.0.0.1:9"), "--pki", folder).stop()  # mints
            outcomes = {}
            for what, folder, name in (("good", ours, "good"), ("misnamed", ours, "misnamed"),
                                       ("unknown", others, "good")):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(str(next(pathlib.Path(folder).glob(f"{name}-*.pem"))))
                with Lab(with_program(self.serve(context)), "--pki", ours, json_output=True) as lab:
                    done = curl(lab, "--header", "Authorization: Bearer " + token)
                    outcomes[what] = int(done.stdout.split()[1])
                    if what == "good":
                        status, _, body = Browser(lab).ask("/realms/test")
                        self.assertEqual((status, body.decode()), (200, f"asked for {HOST}/realms/test"))
                    else:
                        with self.assertRaises(urllib.error.URLError):
                            Browser(lab).ask("/realms/test")
            # What a program answers that is no key set is 562; 500 says that nobody answered.
            self.assertEqual(outcomes, {"good": 562, "misnamed": 500, "unknown": 500})


class InExec(unittest.TestCase):
    def test_checks_can_come_to_it(self):
        checks = [{"name": "keys", "through": HOST, "request": {"path": "/.well-known/jwks.json"},
                   "expect": {"status": 200}},
                  {"name": "a token", "through": HOST, "request": {
                      "method": "POST", "path": "/oauth2/token", "headers": {
                          "Content-Type": "application/x-www-form-urlencoded"},
                      "body": "grant_type=client_credentials&client_id=app&client_secret=wrong"},
                   "expect": {"status": 401}}]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "scenario.json"
            path.write_text(json.dumps(scenario({"Clients": [CLIENT]}, checks=checks)))
            done = run_hoplab("test", path)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_command_finds_it_by_its_name(self):
        with Lab(scenario({"Clients": [CLIENT]})) as place:
            path = str(place.folder / "scenario.json")
            for more in ([], ["--no-namespaces"]):
                done = run_hoplab("exec", *more, path, "--", "curl", "--silent", "--show-error",
                                  f"https://{HOST}/.well-known/openid-configuration")
                self.assertEqual(json.loads(done.stdout)["issuer"], f"https://{HOST}", done.stderr)


if __name__ == "__main__":
    unittest.main()
