"""Private certificate authorities through the AWS API: what they issue works at a load balancer, and what they revoke
does not any more."""

import datetime
import subprocess
import unittest

from lab import needs

needs("boto3", "botocore")

from aws_api_test import ELB, REGION, openssl  # noqa: E402
from aws_lab import GOOD, HOST, AwsCase  # noqa: E402

CONFIGURATION = {"KeyAlgorithm": "EC_prime256v1", "SigningAlgorithm": "SHA256WITHECDSA",
                 "Subject": {"CommonName": "root", "Organization": "Example, Inc."}}
DAYS = {"Type": "DAYS", "Value": 30}


def template(name):
    return f"arn:aws:acm-pca:::template/{name}/V1"


class PrivateAuthority(AwsCase):
    def setUp(self):
        super().setUp()
        self.pca = getattr(self.aws, "acm-pca")

    def make(self, kind="ROOT", **members):
        made = self.pca.create_certificate_authority(CertificateAuthorityConfiguration=CONFIGURATION,
                                                     CertificateAuthorityType=kind, **members)
        return made["CertificateAuthorityArn"]

    def issue(self, authority, request, form="EndEntityCertificate", validity=DAYS, **members):
        arn = self.pca.issue_certificate(CertificateAuthorityArn=authority, Csr=request, Validity=validity,
                                         SigningAlgorithm="SHA256WITHECDSA", TemplateArn=template(form),
                                         **members)["CertificateArn"]
        return self.pca.get_certificate(CertificateAuthorityArn=authority, CertificateArn=arn)

    def root(self, **members):
        """One with its own certificate."""
        authority = self.make(**members)
        request = self.pca.get_certificate_authority_csr(CertificateAuthorityArn=authority)["Csr"]
        own = self.issue(authority, request.encode(), "RootCACertificate", {"Type": "YEARS", "Value": 10})
        self.pca.import_certificate_authority_certificate(CertificateAuthorityArn=authority,
                                                          Certificate=own["Certificate"].encode())
        return authority

    def status(self, authority):
        return self.pca.describe_certificate_authority(CertificateAuthorityArn=authority)["CertificateAuthority"]

    def certificate_of(self, authority):
        return self.pca.get_certificate_authority_certificate(CertificateAuthorityArn=authority)["Certificate"]

    def request(self, name, subject="/CN=" + HOST, *arguments):
        """A request in {name}.csr for a key in {name}.key."""
        openssl(self.pki.name, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                f"{name}.key", "-out", f"{name}.csr", "-subj", subject, *arguments)
        return self.file(f"{name}.csr")

    def write(self, name, text):
        with open(f"{self.pki.name}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        return f"{self.pki.name}/{name}"

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *arguments], cwd=self.pki.name, check=True, capture_output=True,
                              text=True).stdout

    def test_from_its_making_to_its_end(self):
        authority = self.make(Tags=[{"Key": "a", "Value": "b"}])
        shown = self.status(authority)
        self.assertEqual((shown["Status"], shown["Type"], shown["CertificateAuthorityConfiguration"]),
                         ("PENDING_CERTIFICATE", "ROOT", CONFIGURATION))
        of = {"CertificateAuthorityArn": authority}
        self.fails("InvalidStateException", self.pca.get_certificate_authority_certificate, **of)
        request = self.pca.get_certificate_authority_csr(**of)["Csr"].encode()
        self.write("root.csr", request.decode())
        self.assertIn("Example, Inc.", self.openssl("req", "-in", "root.csr", "-noout", "-subject", "-verify"))
        self.fails("InvalidStateException", self.pca.issue_certificate, Csr=request, Validity=DAYS,
                   SigningAlgorithm="SHA256WITHECDSA", **of)
        own = self.issue(authority, request, "RootCACertificate", {"Type": "YEARS", "Value": 1})
        self.assertNotIn("CertificateChain", own)
        self.fails("MalformedCertificateException", self.pca.import_certificate_authority_certificate,
                   Certificate=b"x", **of)
        self.fails("CertificateMismatchException", self.pca.import_certificate_authority_certificate,
                   Certificate=self.file("ca.pem"), **of)
        self.pca.import_certificate_authority_certificate(Certificate=own["Certificate"].encode(), **of)
        shown = self.status(authority)
        self.assertEqual(shown["Status"], "ACTIVE")
        self.assertGreater(shown["NotAfter"], datetime.datetime.now(datetime.timezone.utc))
        self.write("root.pem", own["Certificate"])
        self.assertIn("CA:TRUE", self.openssl("x509", "-in", "root.pem", "-noout", "-ext", "basicConstraints"))
        self.fails("InvalidRequestException", self.pca.revoke_certificate, CertificateSerial=shown["Serial"],
                   RevocationReason="UNSPECIFIED", **of)
        self.fails("InvalidStateException", self.pca.delete_certificate_authority, **of)
        self.pca.update_certificate_authority(Status="DISABLED", **of)
        self.fails("InvalidStateException", self.pca.issue_certificate, Csr=request, Validity=DAYS,
                   SigningAlgorithm="SHA256WITHECDSA", **of)
        self.pca.delete_certificate_authority(PermanentDeletionTimeInDays=7, **of)
        self.assertEqual(self.status(authority)["Status"], "DELETED")
        self.pca.restore_certificate_authority(**of)
        self.assertEqual(self.status(authority)["Status"], "DISABLED")
        self.assertEqual(len(self.pca.list_certificate_authorities()["CertificateAuthorities"]), 1)

    def test_what_it_issues(self):
        authority = self.root()
        request = self.request("leaf", "/CN=leaf", "-addext", f"subjectAltName=DNS:{HOST},IP:10.0.0.1")
        made = self.issue(authority, request, "EndEntityServerAuthCertificate")
        self.write("leaf.pem", made["Certificate"])
        self.write("chain.pem", made["CertificateChain"])
        self.assertIn("OK", self.openssl("verify", "-CAfile", "chain.pem", "leaf.pem"))
        text = self.openssl("x509", "-in", "leaf.pem", "-noout", "-text")
        for part in (f"DNS:{HOST}", "IP Address:10.0.0.1", "TLS Web Server Authentication", "Subject: CN = leaf"):
            self.assertIn(part, text)
        self.assertNotIn("TLS Web Client Authentication", text)
        passed = {"Subject": {"CommonName": "other"}, "Extensions": {"SubjectAlternativeNames": [{"DnsName": "o.org"}]}}
        self.fails("InvalidArgsException", self.issue, authority, request, ApiPassthrough=passed)
        other = self.issue(authority, request, "EndEntityCertificate_APIPassthrough", ApiPassthrough=passed)
        self.write("other.pem", other["Certificate"])
        text = self.openssl("x509", "-in", "other.pem", "-noout", "-text")
        self.assertIn("DNS:o.org", text)
        self.assertIn("Subject: CN = other", text)
        self.fails("MalformedCSRException", self.issue, authority, b"x")
        self.fails("InvalidArgsException", self.issue, authority, request, "Nothing")
        self.fails("ValidationException", self.issue, authority, request, validity={"Type": "YEARS", "Value": 20})
        self.fails("ResourceNotFoundException", self.pca.get_certificate, CertificateAuthorityArn=authority,
                   CertificateArn=authority + "/certificate/" + "0" * 32)
        self.fails("InvalidArnException", self.pca.describe_certificate_authority,
                   CertificateAuthorityArn="arn:aws:x:eu-west-1:111111111111:certificate-authority/x")

    def test_a_subordinate_is_below_a_root(self):
        root, below = self.root(), self.make("SUBORDINATE")
        request = self.pca.get_certificate_authority_csr(CertificateAuthorityArn=below)["Csr"].encode()
        made = self.issue(root, request, "SubordinateCACertificate_PathLen0", {"Type": "MONTHS", "Value": 12})
        self.fails("InvalidRequestException", self.pca.import_certificate_authority_certificate,
                   CertificateAuthorityArn=below, Certificate=made["Certificate"].encode())
        self.pca.import_certificate_authority_certificate(
            CertificateAuthorityArn=below, Certificate=made["Certificate"].encode(),
            CertificateChain=made["CertificateChain"].encode())
        leaf = self.issue(below, self.request("low"))
        self.assertEqual(leaf["CertificateChain"].count("BEGIN CERTIFICATE"), 2)
        self.write("below.pem", made["Certificate"])
        self.write("top.pem", self.certificate_of(root))
        self.write("low.pem", leaf["Certificate"])
        self.assertIn("OK", self.openssl("verify", "-CAfile", "top.pem", "-untrusted", "below.pem", "low.pem"))

    def test_who_may_use_it(self):
        authority = self.root()
        of = {"CertificateAuthorityArn": authority}
        self.pca.tag_certificate_authority(Tags=[{"Key": "a", "Value": "b"}], **of)
        self.assertEqual(self.pca.list_tags(**of)["Tags"], [{"Key": "a", "Value": "b"}])
        self.pca.untag_certificate_authority(Tags=[{"Key": "a"}], **of)
        permission = {"Principal": "acm.amazonaws.com", **of}
        self.pca.create_permission(Actions=["IssueCertificate"], **permission)
        self.fails("PermissionAlreadyExistsException", self.pca.create_permission, Actions=["IssueCertificate"],
                   **permission)
        self.assertEqual(self.pca.list_permissions(**of)["Permissions"][0]["Actions"], ["IssueCertificate"])
        self.pca.delete_permission(**permission)
        self.assertEqual(self.pca.list_permissions(**of)["Permissions"], [])
        self.fails("ResourceNotFoundException", self.pca.get_policy, ResourceArn=authority)
        self.pca.put_policy(ResourceArn=authority, Policy="{}")
        self.assertEqual(self.pca.get_policy(ResourceArn=authority)["Policy"], "{}")
        self.pca.delete_policy(ResourceArn=authority)

    def fixed_front(self, certificate):
        """The listener of a load balancer that answers by itself."""
        _, subnets, group = self.network()
        elb = self.aws.elbv2
        balancer = elb.create_load_balancer(Name="front", Type="application", Scheme="internal", Subnets=subnets,
                                            SecurityGroups=[group])["LoadBalancers"][0]["LoadBalancerArn"]
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": GOOD}}
        return elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, DefaultActions=[answer],
                                   Certificates=[{"CertificateArn": certificate}])["Listeners"][0]["ListenerArn"]

    def test_acm_gets_its_certificate_from_it(self):
        authority = self.root()
        arn = self.aws.acm.request_certificate(DomainName=HOST, CertificateAuthorityArn=authority)["CertificateArn"]
        self.fixed_front(arn)
        trust = self.write("trust.pem", self.certificate_of(authority))
        self.assertEqual(self.curl("/", authority=trust), (0, 200, GOOD))
        self.assertEqual(self.curl("/")[0], 60)

    @unittest.skipUnless("CreateTrustStore" in ELB.operation_names, "this botocore has no trust stores")
    def test_what_it_revokes_is_on_its_list(self):
        s3, elb = self.aws.s3, self.aws.elbv2
        for bucket in ("lists", "trust"):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        crl = {"Enabled": True, "ExpirationInDays": 7, "S3BucketName": "lists"}
        self.fails("InvalidArgsException", self.make, RevocationConfiguration={
            "CrlConfiguration": {**crl, "S3BucketName": "nowhere"}})
        authority = self.root(RevocationConfiguration={"CrlConfiguration": crl})
        client = self.issue(authority, self.request("client", "/CN=client"), "EndEntityClientAuthCertificate")
        self.write("client.pem", client["Certificate"])
        s3.put_object(Bucket="trust", Key="ca.pem", Body=self.certificate_of(authority).encode())
        store = elb.create_trust_store(Name="clients", CaCertificatesBundleS3Bucket="trust",
                                       CaCertificatesBundleS3Key="ca.pem")["TrustStores"][0]["TrustStoreArn"]
        listener = self.fixed_front(self.import_server())
        elb.modify_listener(ListenerArn=listener, MutualAuthentication={"Mode": "verify", "TrustStoreArn": store})
        mine = ("--cert", f"{self.pki.name}/client.pem", "--key", f"{self.pki.name}/client.key")
        self.assertEqual((self.curl("/", *mine), self.curl("/")[0]), ((0, 200, GOOD), 35))
        serial = self.openssl("x509", "-in", "client.pem", "-noout", "-serial").strip().partition("=")[2]
        revoke = {"CertificateAuthorityArn": authority, "CertificateSerial": serial,
                  "RevocationReason": "KEY_COMPROMISE"}
        self.pca.revoke_certificate(**revoke)
        self.fails("RequestAlreadyProcessedException", self.pca.revoke_certificate, **revoke)
        key = f"crl/{authority.rpartition('/')[2]}.crl"
        with open(f"{self.pki.name}/list.der", "wb") as file:
            file.write(s3.get_object(Bucket="lists", Key=key)["Body"].read())
        text = self.openssl("crl", "-inform", "DER", "-in", "list.der", "-noout", "-text")
        self.assertIn(serial, text)
        self.openssl("crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem")
        s3.put_object(Bucket="trust", Key="list.pem", Body=self.file("list.pem"))
        elb.add_trust_store_revocations(TrustStoreArn=store, RevocationContents=[
            {"S3Bucket": "trust", "S3Key": "list.pem"}])
        self.assertEqual(self.curl("/", *mine)[0], 35)


if __name__ == "__main__":
    unittest.main()
