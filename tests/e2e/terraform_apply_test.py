"""Terraform with AWS's own provider against an empty hoplab: apply, a plan without changes, changes that the next
handshake or request meets, and destroy. It takes minutes, since the provider sleeps by itself: scripts/full runs it.

HOPLAB_TERRAFORM_MIRROR names a folder that is a mirror of providers with hashicorp/aws in it."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from lab import DEADLINE_S, Lab, admin, needs

MIRROR = os.environ.get("HOPLAB_TERRAFORM_MIRROR")
for missing in ([] if shutil.which("terraform") else ["terraform"]) + ([] if MIRROR else ["HOPLAB_TERRAFORM_MIRROR"]):
    print(f"skipped: there is no {missing}")
    sys.exit(0)
needs("boto3", "botocore")

from aws_api_test import ELB, Clients, make_pki, openssl  # noqa: E402
from aws_traffic_test import GOOD, HOST, make_clients  # noqa: E402

MAIN = pathlib.Path(__file__).parent / "terraform" / "main.tf"
PROVIDER, CONSUMER = "111111111111", "222222222222"
LONGEST_S = 1800
TRUST_STORES = "DescribeTrustStores" in ELB.operation_names  # Debian's botocore of 2022 has none


class Terraform(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        make_pki(self.folder)
        make_clients(self.folder)
        self.make_stranger()
        shutil.copy(MAIN, self.folder)
        (self.folder / "terraformrc").write_text(
            f'provider_installation {{\n  filesystem_mirror {{ path = "{MIRROR}" }}\n'
            '  direct { exclude = ["*/*"] }\n}\ndisable_checkpoint = true\n')
        self.lab = Lab(None, "--empty", "--aws-port", "0")
        self.addCleanup(self.lab.stop)
        self.endpoint = self.lab.env["AWS_ENDPOINT_URL"]

    def make_stranger(self):
        """A client of the other authority, and a bundle of both."""
        openssl(self.folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                "stranger.key", "-out", "stranger.csr", "-subj", "/CN=stranger")
        openssl(self.folder, "x509", "-req", "-in", "stranger.csr", "-CA", "other.pem", "-CAkey", "other.key",
                "-CAcreateserial", "-extfile", "client.cnf", "-out", "stranger.pem", "-days", "30")
        (self.folder / "both.pem").write_text((self.folder / "ca.pem").read_text() +
                                              (self.folder / "other.pem").read_text())

    def terraform(self, *arguments, code=0):
        environment = {**os.environ, "AWS_ENDPOINT_URL": self.endpoint,
                       "TF_CLI_CONFIG_FILE": str(self.folder / "terraformrc"), "TF_IN_AUTOMATION": "1"}
        done = subprocess.run(["terraform", *arguments, "-no-color"], cwd=self.folder, env=environment,
                              capture_output=True, text=True, timeout=LONGEST_S, check=False)
        self.assertEqual(done.returncode, code, f"terraform {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def apply(self, **values):
        self.terraform("apply", "-auto-approve", "-input=false", *(f"-var={k}={v}" for k, v in values.items()))

    def curl(self, name=None, path="/widgets", lab=None):
        """(exit code, body) of a request of the consumer's to its endpoint."""
        entry = admin(lab or self.lab, "/v1/status")["endpoints"][0]
        command = ["curl", "--silent", "--noproxy", "*", "--max-time", str(DEADLINE_S), "--tls-max", "1.2", "--cacert",
                   f"{self.folder}/server.pem", "--connect-to", f"{HOST}:443:{entry['address']}:{entry['port']}",
                   f"https://{HOST}{path}"]
        if name:
            command += ["--cert", f"{self.folder}/{name}.pem", "--key", f"{self.folder}/{name}.key"]
        done = subprocess.run(command, capture_output=True, timeout=DEADLINE_S + 10, check=False)
        return done.returncode, done.stdout.decode()

    def left(self):
        """What is there that Terraform has made, by kind."""
        left = {}
        for account in (PROVIDER, CONSUMER):
            aws = Clients(self.endpoint, account, {})
            found = {
                "vpcs": aws.ec2.describe_vpcs()["Vpcs"], "endpoints": aws.ec2.describe_vpc_endpoints()["VpcEndpoints"],
                "interfaces": aws.ec2.describe_network_interfaces()["NetworkInterfaces"],
                "services": aws.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"],
                "balancers": aws.elbv2.describe_load_balancers()["LoadBalancers"],
                "groups": aws.elbv2.describe_target_groups()["TargetGroups"],
                "stores": aws.elbv2.describe_trust_stores()["TrustStores"] if TRUST_STORES else [],
                "certificates": aws.acm.list_certificates()["CertificateSummaryList"],
                "buckets": aws.s3.list_buckets()["Buckets"], "apis": aws.apigateway.get_rest_apis()["items"],
                "names": aws.apigateway.get_domain_names()["items"],
                "zones": aws.route53.list_hosted_zones()["HostedZones"],
                "authorities": [one for one in getattr(aws, "acm-pca").list_certificate_authorities()
                                ["CertificateAuthorities"] if one["Status"] != "DELETED"]}
            left.update({f"{kind} of {account}": all_ for kind, all_ in found.items() if all_})
        return left

    def test_from_nothing_to_nothing(self):
        self.terraform("init")
        self.apply()
        self.terraform("plan", "-detailed-exitcode", "-input=false")
        self.assertEqual((self.curl()[0], self.curl("good"), self.curl("bad")[0]), (35, (0, GOOD), 35))
        self.assertEqual(self.curl("good", "/maint/x"), (0, "down"))
        state = self.folder / "state.json"
        state.write_text(self.terraform("show", "-json"))
        self.assertGreater(len(json.loads(state.read_text())["values"]["root_module"]["resources"]), 45)
        with Lab(str(state)) as lab:  # the same without Terraform, and without what it was made in
            self.assertEqual((self.curl(lab=lab)[0], self.curl("good", lab=lab), self.curl("bad", lab=lab)[0]),
                             (35, (0, GOOD), 35))
            self.assertEqual(self.curl("good", "/maint/x", lab=lab), (0, "down"))

        self.apply(notice="later")
        self.assertEqual(self.curl("good", "/maint/x"), (0, "later"))
        self.apply(notice="later", mode="passthrough")
        self.assertEqual((self.curl(), self.curl("bad")), ((0, GOOD), (0, GOOD)))
        self.apply(notice="later")
        self.assertEqual((self.curl()[0], self.curl("good"), self.curl("stranger")[0]), (35, (0, GOOD), 35))
        self.apply(notice="later", bundle="both.pem")
        self.assertEqual((self.curl("stranger"), self.curl("bad")[0]), ((0, GOOD), 35))
        self.terraform("plan", "-detailed-exitcode", "-input=false", "-var=notice=later", "-var=bundle=both.pem")

        self.terraform("destroy", "-auto-approve", "-input=false")
        self.assertEqual(self.left(), {})
        self.assertEqual(admin(self.lab, "/v1/status")["endpoints"], [])


if __name__ == "__main__":
    unittest.main()
