"""AWS_IAM authorization by Signature Version 4A, signed as AWS describes it and not by hoplab's own code, to clients of
HTTP/1.1 and HTTP/2 at the load balancer."""

import datetime
import unittest

from lab import Lab, needs

needs("botocore", "cryptography")

from api_iam_test import KEYS, VERSIONS, credentials, error, scenario  # noqa: E402
from api_lab import NAME, ask, why  # noqa: E402
from sigv4a import Signer, query_of  # noqa: E402


class Signatures(unittest.TestCase):
    def signer(self, lab, name="alice", minutes=0, **how):
        keys = credentials(lab, name)
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        return Signer(**{"access_key": keys.access_key, "secret_key": keys.secret_key, "token": keys.token,
                         "time": at.strftime("%Y%m%dT%H%M%SZ"), **how})

    def send(self, lab, signer, version, method="GET", path="/orders/1", pairs=(), body=b"", sent=None):
        """(status, head, body); `sent`: a body that is not the signed one."""
        fields = signer.fields(NAME, method, path, pairs, body)
        data = ["--data-binary", (sent or body).decode()] if body else []
        query = "?" + query_of(pairs) if pairs else ""
        return ask(lab, path + query, "--path-as-is", "--globoff", "--request", method, *data,
                   *(word for name, value in fields.items() for word in ("--header", f"{name}: {value}")),
                   version=version)

    def test_what_is_signed_is_accepted(self):
        cases = [{"path": "/orders/a%20b/%E1%88%B4"}, {"pairs": [("b", "x y"), ("a", "2"), ("a", "/")]},
                 {"method": "POST", "body": '{"a": "ö"}'.encode()}, {"method": "DELETE"}]
        with Lab(scenario()) as lab:
            for version in VERSIONS:
                for name in ("alice", "session"):
                    for case in cases:
                        with self.subTest(version=version, name=name, **case):
                            status, head, body = self.send(lab, self.signer(lab, name), version, **case)
                            self.assertEqual((status, body), (200, "passed"), head)
                for regions in ("eu-west-1", "us-east-1,eu-west-1", "eu-*"):
                    with self.subTest(version=version, regions=regions):
                        self.assertEqual(self.send(lab, self.signer(lab, regions=regions), version)[0], 200)

    def test_a_signature_in_the_query_is_accepted(self):
        with Lab(scenario()) as lab:
            for version in VERSIONS:
                for name in ("alice", "session"):
                    signed = self.signer(lab, name).query(NAME, "GET", "/orders/1", [("a", "b c")])
                    self.assertEqual(ask(lab, "/orders/1?" + signed, version=version)[0], 200)
                    changed = signed.replace("a=b%20c", "a=b%20d")
                    self.assertEqual(error(ask(lab, "/orders/1?" + changed, version=version))[:2],
                                     (403, "InvalidSignatureException"))

    def test_each_wrong_one_has_awss_answer(self):
        invalid, denied = "InvalidSignatureException", "AccessDeniedException"
        cases = [
            ({"secret_key": "x"}, {}, invalid, "The request signature we calculated does not match", "wrong-signature"),
            ({}, {"method": "POST", "body": b"one", "sent": b"two"}, invalid, "The request signature we calculated",
             "wrong-signature"),
            ({"regions": "us-*"}, {}, invalid, "Credential should be scoped to a valid region, not 'us-*'. ",
             "wrong-credential-scope"),
            ({"service": "s3"}, {}, invalid, "Credential should be scoped to correct service: 'execute-api'. ",
             "wrong-credential-scope"),
            ({"minutes": -6}, {}, invalid, "Signature expired: ", "expired-signature"),
            ({"minutes": 6}, {}, invalid, "Signature not yet current: ", "signature-not-yet-current"),
            ({"access_key": "AKIANOBODY"}, {}, "UnrecognizedClientException", "The security token included in the "
             "request is invalid.", "unknown-access-key"),
            ({"token": "another"}, {}, "UnrecognizedClientException", "The security token included in the request is "
             "invalid.", "unknown-access-key"),
            ({"name": "old"}, {}, "ExpiredTokenException", "The security token included in the request is expired",
             "expired-session-token"),
            ({"name": "bob"}, {}, denied, f"User: {KEYS['bob']['PrincipalArn']} is not authorized to perform", None),
        ]
        with Lab(scenario()) as lab:
            n = 0
            for version in VERSIONS:
                for how, case, kind, message, reason in cases:
                    with self.subTest(version=version, kind=kind, message=message):
                        status, got, body = error(self.send(lab, self.signer(lab, **how), version, **case))
                        self.assertEqual((status, got), (403, kind))
                        self.assertTrue(next(iter(body.values())).startswith(message), body)
                        said = "signature-refused: " + reason if reason else "implicit-deny: the caller's policies"
                        self.assertEqual(why(lab, n), said)
                        n += 1

    def test_what_should_have_been_signed_is_told(self):
        with Lab(scenario()) as lab:
            signer = self.signer(lab, secret_key="x")
            message = error(self.send(lab, signer, "--http2"))[2]["message"]
            self.assertIn(f"\nhost:{NAME}\nx-amz-date:{signer.time}\nx-amz-region-set:*\n\n"
                          "host;x-amz-date;x-amz-region-set\n", message)
            self.assertIn(f"'AWS4-ECDSA-P256-SHA256\n{signer.time}\n{signer.scope}\n", message)


if __name__ == "__main__":
    unittest.main()
