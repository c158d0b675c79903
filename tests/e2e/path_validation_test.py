"""hoplab verify beside openssl verify on PKITS, NIST's path validation suite.

A trust store's CA ends the path, and a revocation list needs its CA in the store; so hoplab judges a
case with the suite's trust anchor alone, for the whole path, and then with all the case's CAs and lists
in the store, for revocation. It accepts what it accepts both times; openssl gets all of it at once.

docs/path-validation.md holds the differences and the rules behind them; this test reads them there.
"""

import collections
import email
import json
import os
import pathlib
import re
import ssl
import subprocess
import tempfile
import unittest

from lab import DEADLINE_S, ROOT, hoplab_binary

# Of Debian's package python3-cryptography-vectors.
SUITE = pathlib.Path("/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data")

AT = "1577836800"  # 2020: the suite's valid certificates are of 2010 to 2030

# RFC 5280 as a whole, with any certificate policy; the purpose is the load balancer's.
RULES = ("-purpose", "sslclient", "-crl_check_all", "-extended_crl", "-use_deltas", "-policy_check",
         "-policy", "2.5.29.32.0")

CODES = {  # AWS's, for openssl's words
    "OK": "Success",
    "certificate has expired": "ClientCertExpired",
    "certificate is not yet valid": "ClientCertNotYetValid",
    "certificate revoked": "ClientCertCrlHit",
    "certificate signature failure": "ClientCertUntrusted",
    "excluded subtree violation": "ClientCertUntrusted",
    "invalid CA certificate": "ClientCertPurposeInvalid",
    "path length constraint exceeded": "ClientCertPurposeInvalid",
    "permitted subtree violation": "ClientCertUntrusted",
    "unable to get local issuer certificate": "ClientCertUntrusted",
    "unhandled critical extension": "ClientCertInvalid"}

# Valid by the suite, but openssl knows no DSA keys without parameters of their own, and no indirect list
# for the issuer of an indirect list.
OPENSSL_LACKS = {"ValidDSAParameterInheritanceTest5", "ValidcRLIssuerTest30"}

Case = collections.namedtuple("Case", "leaf others cas lists")  # texts in PEM
Answer = collections.namedtuple("Answer", "verdict words")
Difference = collections.namedtuple("Difference", "case openssl hoplab rule")


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, timeout=DEADLINE_S,
                          **options)


def read_case(message, leaves):
    """The suite has a signed mail for each case, with the certificates and lists of its path."""
    signature = email.message_from_bytes(message.read_bytes()).get_payload(1).get_payload(decode=True)
    text = openssl("pkcs7", "-inform", "DER", "-print_certs", "-text", input=signature, check=True).stdout
    blocks = re.findall(r"(.*?)(-----BEGIN (CERTIFICATE|X509 CRL)-----\n.*?-----END \3-----\n)",
                        text.decode("latin-1"), re.S)
    certificates = {pem: description for description, pem, kind in blocks if kind == "CERTIFICATE"}
    (leaf,) = certificates.keys() & leaves
    others = [pem for pem in certificates if pem != leaf]
    return Case(leaf, others, [pem for pem in others if "CA:TRUE" in certificates[pem]],
                [pem for _, pem, kind in blocks if kind == "X509 CRL"])


def openssl_says(case, anchor):
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for option, texts in (("-CAfile", [anchor]), ("-untrusted", case.others), ("-CRLfile", case.lists)):
            if texts:  # openssl takes no empty file
                path = pathlib.Path(folder) / option
                path.write_text("".join(texts))
                files += [option, path]
        done = openssl("verify", "-no-CApath", "-no-CAstore", "-attime", AT, *RULES, *files,
                       input=case.leaf.encode(), check=False)
    if done.returncode == 0:
        return Answer("accepts", "OK")
    return Answer("rejects", re.search(r"^error \d+ at \d+ depth lookup: (.*)$", done.stderr.decode(),
                                       re.M)[1])


def hoplab_batch(cases):
    lines = [json.dumps({"id": name, **case}) for name, case in cases.items()]
    done = subprocess.run([hoplab_binary(), "verify", "--batch", "--time", AT], input="\n".join(lines),
                          capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    answers = {}
    for said in map(json.loads, done.stdout.splitlines()):
        if "error" in said:
            answers[said["id"]] = Answer("refused at load", said["error"])
        else:
            verdict = "accepts" if said["verdict"] == "ACCEPT" else "rejects"
            answers[said["id"]] = Answer(verdict, said["code"])
    return answers


def hoplab_says(cases, anchor):
    paths = {name: {"chainPem": "".join([case.leaf, *case.others]), "anchorsPem": anchor}
             for name, case in cases.items()}
    answers = hoplab_batch(paths)
    return answers | hoplab_batch({
        name: {**paths[name], "anchorsPem": [anchor, *case.cas], "crlsPem": case.lists}
        for name, case in cases.items() if answers[name].verdict == "accepts"})


def agree(theirs, ours):
    return theirs.verdict == ours.verdict and CODES.get(theirs.words) == ours.words


def outcome(theirs, ours):
    """Which row of the document's first table counts the case."""
    accepting = [who for who, answer in (("openssl", theirs), ("hoplab", ours))
                 if answer.verdict == "accepts"]
    if len(accepting) == 1:
        return f"only {accepting[0]} accepts"
    if accepting:
        return "both accept"
    if agree(theirs, ours):
        return "both reject, for the same reason"
    return "neither accepts, but not for the same reason"


def fits(cell, answer):
    """Whether a cell, "rejects: `policy`", is of that answer and quotes it."""
    verdict, _, words = cell.replace("`", "").partition(": ")
    return answer.verdict == verdict and words in answer.words


def read_document():
    """The numbers of the first table, and the differences of the second."""
    lines = (ROOT / "docs" / "path-validation.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines
            if line.startswith("| ")]
    numbers = {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}
    differences = [Difference(case, openssl_cell, hoplab_cell, rule)
                   for openssl_cell, hoplab_cell, rule, cases in (row for row in rows if len(row) == 4)
                   for case in re.findall(r"`(\w+)`", cases)]
    return numbers, differences


class PathValidation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not SUITE.exists():
            missing = "PKITS is missing: install the package python3-cryptography-vectors"
            raise AssertionError(missing) if os.environ.get("CI") == "true" else unittest.SkipTest(missing)
        anchor, *leaves = (ssl.DER_cert_to_PEM_cert(path.read_bytes()) for path in
                           (SUITE / "certs" / "TrustAnchorRootCertificate.crt", *SUITE.glob("certs/*EE.crt")))
        cases = {path.stem.removeprefix("Signed"): read_case(path, leaves)
                 for path in sorted(SUITE.glob("smime/*.eml"))}
        theirs = {name: openssl_says(case, anchor) for name, case in cases.items()}
        ours = hoplab_says(cases, anchor)
        cls.answers = {name: (theirs[name], ours[name]) for name in cases}
        cls.numbers, cls.differences = read_document()

    def test_openssl_says_what_the_suite_expects(self):
        """So the cases are put together as they are meant, and openssl is a judge to compare with."""
        for name, (theirs, _) in self.answers.items():
            if expected := re.match("Valid|Invalid", name):
                with self.subTest(name):
                    accepted = expected[0] == "Valid" and name not in OPENSSL_LACKS
                    self.assertEqual(theirs.verdict, "accepts" if accepted else "rejects", theirs.words)

    def test_both_agree_except_for_the_differences_of_the_document(self):
        known = {difference.case for difference in self.differences}
        for name, (theirs, ours) in self.answers.items():
            with self.subTest(name):
                self.assertEqual("agree" if agree(theirs, ours) else "differ",
                                 "differ" if name in known else "agree", f"openssl {theirs}, hoplab {ours}")

    def test_each_difference_is_as_the_document_says(self):
        cases = [difference.case for difference in self.differences]
        self.assertEqual(len(cases), len(set(cases)), "a case is there twice")
        for case, openssl_cell, hoplab_cell, rule in self.differences:
            with self.subTest(case):
                theirs, ours = self.answers[case]
                self.assertTrue(fits(openssl_cell, theirs), f"{openssl_cell}: {theirs}")
                self.assertTrue(fits(hoplab_cell, ours), f"{hoplab_cell}: {ours}")
                self.assertRegex(rule, "^(documented|observed|undocumented): ")

    def test_the_documents_numbers(self):
        self.assertEqual(self.numbers, collections.Counter(outcome(*each) for each in self.answers.values()))


if __name__ == "__main__":
    unittest.main(verbosity=2)  # says why it skips
