"""Actions that authenticate: tokens made by PyJWT, and logins by a client that keeps cookies, against a provider
whose every answer the test decides, and against one that hoplab plays."""

import base64
import http.server
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

from access_log import goaccess_counts
from lab import Lab, admin, curl, needs, until

needs("jwt", "cryptography")
import jwt  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: E402

ISSUER = "https://login.example.com"
CALLBACK = "/oauth2/idpresponse"
KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=bits)
        for name, bits in (("first", 2048), ("second", 2048), ("short", 1024))}
NAME = "api.example.com"


def jwk(name, **more):
    made = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[name].public_key()))
    return {"kty": "RSA", "n": made["n"], "e": made["e"], "alg": "RS256", "use": "sig", "kid": name, **more}


def token(key="first", algorithm="RS256", headers=None, without=(), **claims):
    now = int(time.time())
    said = {"iss": ISSUER, "sub": "alice", "iat": now - 5, "exp": now + 600, **claims}
    said = {name: value for name, value in said.items() if name not in without}
    secret = KEYS.get(key, key)
    return jwt.encode(said, secret, algorithm=algorithm, headers={"kid": "first", **(headers or {})})


class Provider:
    """Answers by `answers`, path to (status, body): what an identity provider of the user's would."""

    def __init__(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                path = self.path.split("?")[0]
                provider.asked.append((self.command, self.path, dict(self.headers), body))
                status, answer = provider.answers.get(path, (404, "{}"))
                if answer is None:  # for ever
                    provider.over.wait()
                    return
                answer = answer if isinstance(answer, str) else json.dumps(answer)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.asked, self.over = [], threading.Event()
        self.answers = {"/jwks": (200, {"keys": [jwk("first"), jwk("second")]})}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def logs_in(self, sub="alice", life=3600, refresh=None, claims=None, **id_claims):
        """Its token and user info endpoints do."""
        tokens = {"access_token": "access-1", "token_type": "Bearer", "expires_in": life,
                  "id_token": token(aud="client-1", sub=sub, **id_claims)}
        self.answers["/token"] = (200, {**tokens, **({"refresh_token": refresh} if refresh else {})})
        self.answers["/userinfo"] = (200, {"sub": sub, "email": "alice@example.com", **(claims or {})})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


def scenario(provider, actions, clock=None, rules=()):
    """An HTTPS listener with these actions before a target that says what it received."""
    forward = {"Type": "forward", "TargetGroup": "group"}
    made = {
        "title": "authentication", "entry": "alb",
        "pki": {"authorities": {"ca": {"subject": "CN=ca"}},
                "certificates": {"server": {"subject": "CN=" + NAME, "issuer": "ca", "dnsNames": [NAME],
                                            "extendedKeyUsage": ["serverAuth"]}}},
        "LoadBalancers": {"alb": {"Type": "application", "Listeners": [
            {"Protocol": "HTTPS", "Port": 443, "Certificates": ["server"],
             "DefaultActions": [*actions, forward], "Rules": list(rules)}]}},
        "TargetGroups": {"group": {"TargetType": "ip", "Protocol": "HTTP", "Port": 80, "Targets": ["app"]}},
        "IdentityProviders": {"login.example.com": {"Address": provider, "Protocol": "HTTP"}
                              if isinstance(provider, str) else provider},
        "services": {"app": {"standIn": {"echoRequest": True}}},
    }
    return {**made, "clock": clock} if clock else made


def validation(**more):
    return {"Type": "jwt-validation", "JwtValidationConfig": {
        "JwksEndpoint": ISSUER + "/jwks", "Issuer": ISSUER, **more}}


def login(**more):
    return {"Type": "authenticate-oidc", "AuthenticateOidcConfig": {
        "Issuer": ISSUER, "AuthorizationEndpoint": ISSUER + "/authorize", "TokenEndpoint": ISSUER + "/token",
        "UserInfoEndpoint": ISSUER + "/userinfo", "ClientId": "client-1", "ClientSecret": "s e&cret", **more}}


class Answer:
    """Of curl --include."""

    def __init__(self, done):
        head, _, self.body = done.stdout.decode().partition("\r\n\r\n")
        lines = head.split("\r\n")
        self.line = lines[0]
        self.status = int(lines[0].split()[1])
        self.fields = [tuple(line.split(": ", 1)) for line in lines[1:]]

    def all(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def get(self, name):
        return self.all(name)[0]


def received(answer):
    """The fields that the target got, by their names in lower case."""
    return {name.lower(): value for name, value in json.loads(answer.body)["headers"].items()}


class Logged:
    """A lab with an access log, which GoAccess reads at the end."""

    def __init__(self, made):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hoplab-auth-"))
        self.log = self.folder / "access.log"
        self.lab = Lab(made, "--access-log", self.log)
        self.seen = 0

    def __enter__(self):
        return self

    def __exit__(self, failure=None, *_):
        self.lab.stop()
        lines = len(self.lines())
        counts = goaccess_counts(self.log) if lines and failure is None else (lines, 0)
        shutil.rmtree(self.folder, ignore_errors=True)
        if counts != (lines, 0):
            raise AssertionError(f"GoAccess read {counts[0]} lines of {lines}")

    def ask(self, *arguments, path="/"):
        done = curl(self.lab, "--http1.1", *arguments, path=path)
        return Answer(done)

    def logged(self):
        """The fields of the next line."""
        self.seen += 1
        until(lambda: len(self.lines()) >= self.seen, "the line is written")
        return shlex.split(self.lines()[self.seen - 1])

    def lines(self):
        return self.log.read_text().splitlines() if self.log.exists() else []

    def refused(self, answer, status, reason, actions="-"):
        """Asserts on one request."""
        line = self.logged()
        got = (answer.status, line[8], line[22], line[24])
        want = (status, str(status), actions, reason)
        if got != want:
            raise AssertionError(f"{got} is not {want}: {line}")


def bearer(text):
    return ("--header", "Authorization: Bearer " + text)


class Tokens(unittest.TestCase):
    def test_a_good_one_passes_unchanged(self):
        with Provider() as provider, Logged(scenario(provider.address, [validation()])) as lab:
            good = token()
            for _ in range(3):
                answer = lab.ask(*bearer(good))
                self.assertEqual(answer.status, 200)
                self.assertEqual(received(answer)["authorization"], "Bearer " + good)
                line = lab.logged()
                self.assertEqual((line[22], line[24]), ("forward", "-"))
            self.assertEqual(lab.ask(*bearer(token(key="second", headers={"kid": "second"}))).status, 200)
            self.assertEqual([one[1] for one in provider.asked], ["/jwks"], "the keys are remembered")

    def test_each_refusal_has_its_reason(self):
        claims = [{"Format": "single-string", "Name": "client_id", "Values": ["app"]},
                  {"Format": "string-array", "Name": "groups", "Values": ["admins", "users"]},
                  {"Format": "space-separated-values", "Name": "scope", "Values": ["read", "write"]}]
        good = {"client_id": "app", "groups": ["users", "others"], "scope": "write extra read"}
        now = int(time.time())
        refused = [
            ([], "JWTHeaderNotPresent"),
            (["--header", "Authorization: Basic YTpi"], "JWTRequestFormatInvalid"),
            (["--header", "Authorization: Bearer abc"], "JWTRequestFormatInvalid"),
            (["--header", "Authorization: Bearer a.b.c"], "JWTRequestFormatInvalid"),
            (bearer(token() + " " + token()), "JWTRequestFormatInvalid"),
            ([*bearer(token(**good)), *bearer(token(**good))], "JWTRequestFormatInvalid"),
            (bearer(token(algorithm="HS256", key="k" * 32, **good)), "JWTSignatureValidationError"),
            (bearer(token(algorithm="none", key=None, **good)), "JWTSignatureValidationError"),
            (bearer(token(algorithm="RS512", **good)), "JWTSignatureValidationError"),
            (bearer(token(key="second", **good)), "JWTSignatureValidationError"),
            (bearer(token(headers={"kid": "unknown"}, **good)), "JWTSignatureValidationError"),
            (bearer(token(without=["iss"], **good)), "JWTClaimNotPresent"),
            (bearer(token(iss=ISSUER + "/", **good)), "JWTClaimValueInvalid"),
            (bearer(token(without=["exp"], **good)), "JWTClaimNotPresent"),
            (bearer(token(exp=now - 5, **good)), "JWTClaimValueInvalid"),
            (bearer(token(nbf=now + 600, **good)), "JWTClaimValueInvalid"),
            (bearer(token(iat=now + 600, **good)), "JWTClaimValueInvalid"),
            (bearer(token(**{**good, "client_id": "other"})), "JWTClaimValueInvalid"),
            (bearer(token(**{**good, "client_id": ["app"]})), "JWTClaimFormatInvalid"),
            (bearer(token(**{**good, "groups": "users"})), "JWTClaimFormatInvalid"),
            (bearer(token(**{**good, "groups": ["others"]})), "JWTClaimValueInvalid"),
            (bearer(token(without=["groups"], **good)), "JWTClaimNotPresent"),
            (bearer(token(**{**good, "scope": "read"})), "JWTClaimValueInvalid"),
            (bearer(token(**{**good, "scope": 5})), "JWTClaimFormatInvalid"),
        ]
        with Provider() as provider, \
                Logged(scenario(provider.address, [validation(AdditionalClaims=claims)])) as lab:
            self.assertEqual(lab.ask(*bearer(token(**good))).status, 200)
            lab.logged()
            for arguments, reason in refused:
                with self.subTest(reason=reason, arguments=arguments):
                    answer = lab.ask(*arguments)
                    lab.refused(answer, 401, reason)
                    self.assertEqual(answer.line, "HTTP/1.1 401 Authorization Required")
            self.assertEqual(metric(lab.lab, "JWTValidationFailureCount"), len(refused))
            http2 = Answer(curl(lab.lab, "--http2"))
            self.assertEqual((http2.status, http2.line.strip()), (401, "HTTP/2 401"))

    def test_many_at_once_ask_for_the_keys_once(self):
        with Provider() as provider, Logged(scenario(provider.address, [validation()])) as lab:
            urls = [f"https://{NAME}/{i}" for i in range(1, 40)]
            done = curl(lab.lab, "--http1.1", "--parallel", "--parallel-immediate", "--parallel-max", "40",
                        *bearer(token()), *urls)
            self.assertEqual(len(re.findall("HTTP/1.1 200 ", done.stdout.decode())), 40)
            self.assertEqual([one[1] for one in provider.asked], ["/jwks"])

    def test_each_failure_of_the_keys_has_its_reason(self):
        many = {"keys": [jwk("first", kid=str(i)) for i in range(11)]}
        failures = [
            ((404, "{}"), 562, "JWKSRequestFailed"),
            ((500, "{}"), 562, "JWKSRequestFailed"),
            ((200, "no JSON"), 562, "JWKSResponseInvalid"),
            ((200, {"keys": "none"}), 562, "JWKSResponseInvalid"),
            ((200, many), 562, "JWKSResponseInvalid"),
            ((200, {"keys": [jwk("short")]}), 562, "JWKSResponseInvalid"),
            ((200, {"keys": [jwk("first", alg="RS512")]}), 562, "JWKSResponseInvalid"),
            ((200, {"keys": [{"kty": "EC", "kid": "first"}]}), 562, "JWKSResponseInvalid"),
            ((200, " " * 160_000), 500, "JWKSResponseSizeExceeded"),
            ((200, None), 500, "JWKSRequestTimeout"),
        ]
        fast = {"mode": "scaled", "scale": 20}
        with Provider() as provider, Logged(scenario(provider.address, [validation()], clock=fast)) as lab:
            for answer, status, reason in failures:
                with self.subTest(reason=reason, answer=str(answer)[:60]):
                    provider.answers["/jwks"] = answer
                    lab.refused(lab.ask(*bearer(token())), status, reason)
        with Logged(scenario("127.0.0.1:9", [validation()])) as lab:
            lab.refused(lab.ask(*bearer(token())), 500, "JWKSRequestFailed")


class Browser:
    """Keeps cookies and goes where it is sent; hosts are those of the scenario."""

    def __init__(self, lab):
        self.lab, self.cookies = lab, {}

    def ask(self, path="/", *arguments):
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.lab.ask(*(("--header", "Cookie: " + sent) if sent else ()), *arguments, path=path)
        for one in answer.all("Set-Cookie"):
            name, _, rest = one.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return answer

    def sent_to_login(self, path="/", *arguments):
        """(the answer, parameters of the authorization endpoint)."""
        answer = self.ask(path, *arguments)
        where = urllib.parse.urlsplit(answer.get("Location"))
        return answer, dict(urllib.parse.parse_qsl(where.query))

    def log_in(self, path="/", code="code-1"):
        _, asked = self.sent_to_login(path)
        return self.ask(f"{CALLBACK}?" + urllib.parse.urlencode({"code": code, "state": asked["state"]}))


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part), object_pairs_hook=list)


class Logins(unittest.TestCase):
    def test_the_flow_as_it_is_on_the_wire(self):
        extra = {"display": "page", "ui_locales": "de fr"}
        with Provider() as provider, Logged(scenario(provider.address, [
                login(Scope="openid email", AuthenticationRequestExtraParams=extra)])) as lab:
            provider.logs_in()
            browser = Browser(lab)
            answer, asked = browser.sent_to_login("/widgets?id=1")
            self.assertEqual((answer.line, answer.get("Server")), ("HTTP/1.1 302 Found", "awselb/2.0"))
            begins = (ISSUER + "/authorize?client_id=client-1&redirect_uri=https%3A%2F%2Fapi.example.com%2Foauth2"
                      "%2Fidpresponse&response_type=code&scope=openid%20email&state=")
            self.assertTrue(answer.get("Location").startswith(begins), answer.get("Location"))
            self.assertTrue(answer.get("Location").endswith("&display=page&ui_locales=de%20fr"))
            self.assertRegex(answer.get("Set-Cookie"), r"^AWSALBAuthNonce=[A-Za-z0-9]{16}; Path=/; Secure; HttpOnly$")
            line = lab.logged()
            self.assertEqual((line[8], line[22], line[24]), ("302", "authenticate", "-"))

            answer = browser.ask(f"{CALLBACK}?" + urllib.parse.urlencode({"code": "c/1", "state": asked["state"]}))
            self.assertEqual((answer.status, answer.get("Location")), (302, "https://api.example.com/widgets?id=1"))
            self.assertRegex(answer.get("Set-Cookie"), r"^AWSELBAuthSessionCookie-0=[A-Za-z0-9+/=]+; "
                             r"Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT; Path=/; Secure; HttpOnly$")
            method, path, headers, body = provider.asked[0]
            self.assertEqual((method, path), ("POST", "/token"))
            self.assertEqual(body, "grant_type=authorization_code&code=c%2F1&redirect_uri="
                             "https%3A%2F%2Fapi.example.com%2Foauth2%2Fidpresponse")
            self.assertEqual(headers["Authorization"],
                             "Basic " + base64.b64encode(b"client-1:s%20e%26cret").decode())
            self.assertEqual(provider.asked[1][:2] + (provider.asked[1][2]["Authorization"],),
                             ("GET", "/userinfo", "Bearer access-1"))
            self.assertEqual(provider.asked[1][2]["Host"], "login.example.com")
            self.assertEqual(lab.logged()[22], "authenticate")

            answer = browser.ask("/widgets?id=1", "--header", "x-amzn-oidc-identity: mallory")
            self.assertEqual(answer.status, 200)
            got = received(answer)
            self.assertEqual((got["x-amzn-oidc-identity"], got["x-amzn-oidc-accesstoken"]), ("alice", "access-1"))
            self.assertRegex(got["cookie"], r"^AWSALBAuthNonce=[A-Za-z0-9]{16}; ?$")
            self.assertEqual(lab.logged()[22], "authenticate,forward")
            self.check_claims(got["x-amzn-oidc-data"], lab)
            self.assertEqual(len(provider.asked), 2, "a session asks nobody")

    def check_claims(self, data, lab):
        header, payload, signature = data.split(".")
        members = decoded(header)
        self.assertEqual([name for name, _ in members], ["typ", "kid", "alg", "iss", "client", "signer", "exp"])
        said = dict(members)
        self.assertEqual((said["typ"], said["alg"], said["iss"], said["client"]),
                         ("JWT", "ES256", ISSUER, "client-1"))
        self.assertRegex(said["signer"],
                         r"^arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/alb/[0-9a-f]{16}$")
        self.assertRegex(said["kid"], r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        claims = decoded(payload)
        self.assertEqual([name for name, _ in claims], ["sub", "email", "exp", "iss"])
        self.assertLessEqual(abs(said["exp"] - time.time() - 120), 30)
        self.assertEqual(len(base64.urlsafe_b64decode(signature)), 64)
        public = public_key(lab.lab, said["kid"])
        unpadded = ".".join(part.rstrip("=") for part in data.split("."))
        with self.assertRaises(jwt.InvalidSignatureError, msg="what is signed has its padding"):
            jwt.decode(unpadded, public, algorithms=["ES256"])
        self.verify(public, f"{header}.{payload}", base64.urlsafe_b64decode(signature))

    def verify(self, pem, text, signature):
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
        key = serialization.load_pem_public_key(pem.encode())
        self.assertIsInstance(key, ec.EllipticCurvePublicKey)
        pair = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        key.verify(pair, text.encode(), ec.ECDSA(hashes.SHA256()))

    def test_each_refusal_has_its_reason(self):
        fast = {"mode": "scaled", "scale": 20}
        with Provider() as provider, Logged(scenario(provider.address, [login()], clock=fast)) as lab:
            provider.logs_in()
            big = {"sub": "alice", "note": "x" * 12_000}
            wrong = [
                ({}, {"error": "access_denied", "state": "STATE"}, 561, "-"),
                ({}, {"code": "c"}, 401, "AuthMissingStateParam"),
                ({}, {"state": "STATE"}, 401, "AuthMissingCodeParam"),
                ({}, {"code": "c", "state": "other"}, 401, "AuthInvalidStateParam"),
                ({"/token": (400, {"error": "invalid_grant"})}, None, 500, "AuthInvalidGrantError"),
                ({"/token": (401, {"error": "invalid_client"})}, None, 500, "AuthTokenEpRequestFailed"),
                ({"/token": (500, "")}, None, 500, "AuthTokenEpRequestFailed"),
                ({"/token": (200, None)}, None, 500, "AuthTokenEpRequestTimeout"),
                ({"/token": (200, "no JSON")}, None, 500, "AuthInvalidTokenResponse"),
                ({"/token": (200, {"access_token": "a"})}, None, 401, "AuthInvalidIdToken"),
                ({"/token": (200, {"access_token": "a", "id_token": "a.b.c"})}, None, 401, "AuthInvalidIdToken"),
                ({"/token": (200, {"access_token": "a", "id_token": token(aud="other")})}, None, 401,
                 "AuthInvalidIdToken"),
                ({"/token": (200, {"access_token": "a", "id_token": token(aud="client-1", iss="https://x")})}, None,
                 401, "AuthInvalidIdToken"),
                ({"/userinfo": (403, "")}, None, 500, "AuthUserinfoEpRequestFailed"),
                ({"/userinfo": (200, None)}, None, 500, "AuthUserinfoEpRequestTimeout"),
                ({"/userinfo": (200, "[]")}, None, 500, "AuthInvalidUserinfoResponse"),
                ({"/userinfo": (200, {"sub": "mallory"})}, None, 500, "AuthInvalidUserinfoResponse"),
                ({"/userinfo": (200, big)}, None, 500, "AuthUserinfoResponseSizeExceeded"),
            ]
            good = dict(provider.answers)
            for answers, parameters, status, reason in wrong:
                with self.subTest(reason=reason, answers=str(answers)[:80], parameters=parameters):
                    provider.answers = {**good, **answers}
                    browser = Browser(lab)
                    _, asked = browser.sent_to_login()
                    lab.logged()
                    parameters = parameters or {"code": "c", "state": "STATE"}
                    query = urllib.parse.urlencode({name: asked["state"] if value == "STATE" else value
                                                    for name, value in parameters.items()})
                    lab.refused(browser.ask(f"{CALLBACK}?{query}"), status, reason, "authenticate")
            provider.answers = good
            browser, other = Browser(lab), Browser(lab)
            _, asked = browser.sent_to_login()
            other.sent_to_login()
            lab.logged(), lab.logged()
            query = urllib.parse.urlencode({"code": "c", "state": asked["state"]})
            lab.refused(Browser(lab).ask(f"{CALLBACK}?{query}"), 401, "AuthMissingAWSALBAuthNonce", "authenticate")
            lab.refused(other.ask(f"{CALLBACK}?{query}"), 401, "AuthInvalidStateParam", "authenticate")
            lab.refused(lab.ask("--header", "Cookie: AWSELBAuthSessionCookie-0=abc"), 401, "AuthInvalidCookie",
                        "authenticate")
            lab.refused(lab.ask("--http1.0", "--header", "Host:"), 401, "AuthMissingHostHeader", "authenticate")
            self.assertEqual(metric(lab.lab, "ELBAuthError"), 5)
            self.assertEqual(metric(lab.lab, "ELBAuthUserClaimsSizeExceeded"), 1)

    def test_who_may_do_without(self):
        for policy, status in (("allow", 200), ("deny", 401)):
            with self.subTest(policy=policy), Provider() as provider, \
                    Logged(scenario(provider.address, [login(OnUnauthenticatedRequest=policy)])) as lab:
                answer = lab.ask("--header", "X-Amzn-Oidc-Identity: mallory")
                self.assertEqual(answer.status, status)
                if policy == "allow":
                    self.assertNotIn("x-amzn-oidc-identity", answer.body.lower())

    def test_a_host_with_a_port(self):
        with Provider() as provider, Logged(scenario(provider.address, [login()])) as lab:
            provider.logs_in()
            browser = Browser(lab)
            host = ("--header", "Host: API.example.com:8443")
            _, asked = browser.sent_to_login("/a?b", *host)
            self.assertEqual(asked["redirect_uri"], "https://api.example.com:8443/oauth2/idpresponse")
            query = urllib.parse.urlencode({"code": "c", "state": asked["state"]})
            self.assertEqual(browser.ask(f"{CALLBACK}?{query}", *host).get("Location"),
                             "https://API.example.com:8443/a?b")

    def test_a_large_session_takes_several_cookies(self):
        with Provider() as provider, Logged(scenario(provider.address, [login(SessionCookieName="app")])) as lab:
            browser = Browser(lab)
            provider.logs_in(claims={"note": "x" * 9_000})
            browser.log_in()
            self.assertEqual([name for name in browser.cookies if name.startswith("app-")],
                             ["app-0", "app-1", "app-2", "app-3"])
            self.assertEqual(browser.ask("/").status, 200)
            provider.logs_in()
            cookies = dict(browser.cookies)
            small = Browser(lab)
            small.log_in()
            browser.cookies = {**cookies, "app-0": small.cookies["app-0"]}  # a smaller one before what is left
            answer = browser.ask("/")
            self.assertEqual(answer.status, 200)
            self.assertNotIn("app-", received(answer).get("cookie", ""))


class Sessions(unittest.TestCase):
    """On the stepped clock."""

    def step(self, lab, seconds):
        request = urllib.request.Request(f"http://{lab.lab.env['HOPLAB_ADMIN']}/v1/clock/step", method="POST",
                                         data=json.dumps({"by": f"{seconds}s"}).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(answer.status, 200)

    def setUp(self):
        self.provider = Provider()
        self.addCleanup(self.provider.__exit__)

    def lab(self, **more):
        lab = Logged(scenario(self.provider.address, [login(**more)], clock={"mode": "stepped"}))
        self.addCleanup(lab.__exit__)
        return lab

    def test_a_login_has_a_quarter_of_an_hour(self):
        lab = self.lab()
        self.provider.logs_in()
        browser = Browser(lab)
        _, asked = browser.sent_to_login()
        self.step(lab, 901)
        query = urllib.parse.urlencode({"code": "c", "state": asked["state"]})
        self.assertEqual(browser.ask(f"{CALLBACK}?{query}").status, 401)

    def test_it_ends_with_its_timeout(self):
        for policy, after in (("authenticate", 302), ("deny", 302), ("allow", 200)):
            with self.subTest(policy=policy):
                lab = self.lab(SessionTimeout=100, OnUnauthenticatedRequest="authenticate")
                self.provider.logs_in()
                browser = Browser(lab)
                browser.log_in()
                self.step(lab, 99)
                self.assertIn("x-amzn-oidc-identity", browser.ask("/").body.lower())
                lab.lab.stop()
                lab = self.lab(SessionTimeout=100, OnUnauthenticatedRequest=policy)
                other = Browser(lab)
                other.cookies = browser.cookies
                self.step(lab, 1_000)
                answer = other.ask("/")
                self.assertEqual(answer.status, after)
                self.assertNotIn("x-amzn-oidc-identity", answer.body.lower())

    def test_without_a_refresh_token_it_ends_with_the_access_token(self):
        lab = self.lab()
        self.provider.logs_in(life=60)
        browser = Browser(lab)
        browser.log_in()
        self.assertEqual(browser.ask("/").status, 200)
        self.step(lab, 61)
        self.assertEqual(browser.ask("/").status, 302)

    def test_a_refresh_token_renews_it(self):
        lab = self.lab(SessionTimeout="1000")
        self.provider.logs_in(life=60, refresh="refresh-1")
        browser = Browser(lab)
        browser.log_in()
        before = browser.cookies["AWSELBAuthSessionCookie-0"]
        self.provider.answers["/token"] = (200, {"access_token": "access-2", "expires_in": 60})
        self.step(lab, 61)
        answer = browser.ask("/")
        self.assertEqual(received(answer)["x-amzn-oidc-accesstoken"], "access-2")
        self.assertNotEqual(browser.cookies["AWSELBAuthSessionCookie-0"], before)
        self.assertEqual(self.provider.asked[-2][3], "grant_type=refresh_token&refresh_token=refresh-1")
        self.step(lab, 30)
        asked = len(self.provider.asked)
        self.assertEqual(browser.ask("/").status, 200)
        self.assertEqual(len(self.provider.asked), asked)
        self.assertEqual((metric(lab.lab, "ELBAuthSuccess"), metric(lab.lab, "ELBAuthRefreshTokenSuccess")), (1, 1))
        self.step(lab, 61)
        self.provider.answers["/token"] = (400, {"error": "invalid_grant"})
        self.assertEqual(browser.ask("/").status, 302)
        self.provider.answers["/token"] = (200, {"access_token": "access-3", "expires_in": 60})
        self.step(lab, 1_000)
        self.assertEqual(browser.ask("/").status, 302, "not beyond SessionTimeout")


def metric(lab, name):
    return admin(lab, "/v1/metrics")["cloudWatch"]["AWS/ApplicationELB"]["alb"][name]


def public_key(lab, kid):
    """From where AWS has it."""
    host = "public-keys.auth.elb.eu-west-1.amazonaws.com"
    entry = "HOPLAB_ENTRY_" + host.upper().replace(".", "_").replace("-", "_")
    done = subprocess.run(["curl", "--silent", "--fail", "--noproxy", "*", "--cacert", lab.ca_bundle, "--connect-to",
                           f"{host}:443:{lab.env[entry + '_ADDRESS']}:{lab.env[entry + '_PORT']}",
                           f"https://{host}/{kid}"],
                          capture_output=True, check=False)
    return done.stdout.decode()


if __name__ == "__main__":
    unittest.main()
