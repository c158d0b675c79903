"""The AWS API with boto3, unmodified: what is answered, with which errors, and that botocore's own model knows
every element of every answer."""

import datetime
import json
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

from lab import SCENARIOS, Lab, needs

needs("boto3", "botocore")

import boto3  # noqa: E402
import botocore.session  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

PROVIDER, CONSUMER, REGION = "111111111111", "222222222222", "eu-west-1"
ELB = botocore.session.get_session().get_service_model("elbv2")


def needs_operation(name):
    """Of a test: that this botocore's model of Elastic Load Balancing has it; Debian's of 2022 lacks the later ones."""
    return unittest.skipUnless(name in ELB.operation_names, f"this botocore has no {name}")


def openssl(folder, *arguments):
    subprocess.run(["openssl", *map(str, arguments)], cwd=folder, check=True, capture_output=True)


def make_pki(folder):
    """ca.pem, server.pem with server.key, a revocation list with one entry and one of another CA."""
    for name in ("ca", "other"):
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout",
                f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}", "-days", "30")
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.pem",
            "-subj",
            "/CN=api.example.com", "-addext", "subjectAltName=DNS:api.example.com", "-days", "30")
    with open(f"{folder}/ca.cnf", "w", encoding="utf-8") as config:
        config.write("[ca]\ndefault_ca=c\n[c]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\n"
                     "default_crl_days=30\n")
    for name, index in (("ca", "R\t300101000000Z\t260101000000Z\t1234\tunknown\t/CN=client\n"), ("other", "")):
        for file, text in (("index", index), ("number", "01\n")):
            with open(f"{folder}/{file}", "w", encoding="utf-8") as out:
                out.write(text)
        openssl(folder, "ca", "-config", "ca.cnf", "-gencrl", "-keyfile", f"{name}.key", "-cert", f"{name}.pem",
                "-out",
                f"{name}.crl.pem")


# ---- What botocore's model says of an answer ----------------------------------------------------------


def wire_names(shape):
    """Members by the names that they have in answers."""
    return {member.serialization.get("name", name): member for name, member in shape.members.items()}


def plain(tag):
    return tag.rpartition("}")[2]


def unknown_elements(element, shape, path=""):
    """Elements of an XML answer that the model does not know."""
    if shape is None:
        return
    if shape.type_name == "structure":
        known = wire_names(shape)
        for child in element:
            here = f"{path}/{plain(child.tag)}"
            if plain(child.tag) not in known:
                yield here
            else:
                yield from unknown_elements(child, known[plain(child.tag)], here)
    elif shape.type_name == "list":
        item = shape.member.serialization.get("name", "member")
        for child in element:
            if plain(child.tag) != item:
                yield f"{path}/{plain(child.tag)}"
            yield from unknown_elements(child, shape.member, f"{path}/{item}")


def unknown_members(value, shape, path=""):
    """The same of JSON."""
    if shape is not None and shape.type_name == "structure":
        known = wire_names(shape)
        for name, member in value.items():
            if name not in known:
                yield f"{path}/{name}"
            else:
                yield from unknown_members(member, known[name], f"{path}/{name}")
    elif shape is not None and shape.type_name == "list":
        for one in value:
            yield from unknown_members(one, shape.member, path)


def values(answer):
    """Attributes by their keys."""
    return {one["Key"]: one["Value"] for one in answer["Attributes"]}


class Clients:
    """boto3's clients of one account, whose answers are held against the model."""

    def __init__(self, endpoint, account, seen):
        self.endpoint, self.account, self.seen = endpoint, account, seen

    def __getattr__(self, name):
        client = boto3.client(name, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=self.account,
                              aws_secret_access_key="x", config=Config(retries={"max_attempts": 0}))
        client.meta.events.register("before-parse", self.check)
        setattr(self, name, client)
        return client

    def check(self, operation_model, response_dict, **_):
        service = operation_model.service_model.service_name
        self.seen.setdefault(service, set()).add(operation_model.name)
        shape, body = operation_model.output_shape, response_dict["body"]
        if response_dict["status_code"] >= 300 or not body or service == "s3":
            return
        if "json" in response_dict["headers"]["Content-Type"]:
            wrong = list(unknown_members(json.loads(body), shape))
        elif operation_model.service_model.metadata["protocol"] == "rest-xml":
            wrong = list(unknown_elements(ElementTree.fromstring(body), shape))
        else:
            root = ElementTree.fromstring(body)
            if service == "ec2":
                root.remove(next(one for one in root if plain(one.tag) in ("requestId",)))
                if shape is None:
                    return
            else:
                root = next(one for one in root if plain(one.tag).endswith("Result"))
            wrong = list(unknown_elements(root, shape))
        assert not wrong, f"{operation_model.name} answers what botocore does not know: {wrong}"


class AwsApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        make_pki(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.lab = Lab(SCENARIOS / "private-api-mtls.json", "--aws-port", "0")
        self.addCleanup(self.lab.stop)
        line = next(one for one in self.lab.opening.splitlines() if one.startswith("AWS_ENDPOINT_URL="))
        self.endpoint = line.partition("=")[2]
        self.seen = {}
        self.aws = Clients(self.endpoint, PROVIDER, self.seen)
        self.consumer = Clients(self.endpoint, CONSUMER, self.seen)

    def file(self, name):
        with open(f"{self.folder.name}/{name}", "rb") as opened:
            return opened.read()

    def fails(self, code, call, *arguments, status=400, **members):
        with self.assertRaises(ClientError) as caught:
            call(*arguments, **members)
        response = caught.exception.response
        self.assertEqual((response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]), (code, status))
        return response["Error"]["Message"]

    def bucket(self):
        self.aws.s3.create_bucket(Bucket="certs", CreateBucketConfiguration={"LocationConstraint": REGION})
        for name in ("ca.pem", "other.pem", "ca.crl.pem", "other.crl.pem"):
            self.aws.s3.put_object(Bucket="certs", Key=name, Body=self.file(name))
        self.aws.s3.put_object(Bucket="certs", Key="junk", Body=b"nothing of that kind")

    def trust_store(self, name="clients"):
        made = self.aws.elbv2.create_trust_store(Name=name, CaCertificatesBundleS3Bucket="certs",
                                                 CaCertificatesBundleS3Key="ca.pem", Tags=[{"Key": "a", "Value": "b"}])
        return made["TrustStores"][0]

    def network(self):
        """(vpc, two subnets, a security group)"""
        ec2 = self.aws.ec2
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=REGION + zone)
                   ["Subnet"]["SubnetId"] for i, zone in enumerate("ab")]
        group = ec2.create_security_group(GroupName="alb", Description="of the alb", VpcId=vpc)["GroupId"]
        return vpc, subnets, group

    def balancer(self, kind, name, subnets, **members):
        return self.aws.elbv2.create_load_balancer(Name=name, Type=kind, Scheme="internal", Subnets=subnets,
                                                   **members)["LoadBalancers"][0]["LoadBalancerArn"]

    def https(self, balancer, group, port=443, **members):
        if not hasattr(self, "certificate"):
            self.certificate = self.aws.acm.import_certificate(
                Certificate=self.file("server.pem"), PrivateKey=self.file("server.key"))["CertificateArn"]
        actions = [{"Type": "forward", "TargetGroupArn": group}]
        return self.aws.elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=port,
                                              Certificates=[{"CertificateArn": self.certificate}],
                                              DefaultActions=actions, **members)["Listeners"][0]

    def application(self):
        """(load balancer, target group) of an application load balancer that forwards to one group."""
        vpc, subnets, group = self.network()
        balancer = self.balancer("application", "front", subnets, SecurityGroups=[group])
        targets = self.aws.elbv2.create_target_group(Name="apis", Protocol="HTTPS", Port=443, VpcId=vpc,
                                                     TargetType="ip")
        return balancer, targets["TargetGroups"][0]["TargetGroupArn"]

    # ---- Who asks, and what there is not ---------------------------------------------------------------

    def test_who_asks(self):
        sts = self.aws.sts
        self.assertEqual(sts.get_caller_identity()["Account"], PROVIDER)
        role = f"arn:aws:iam::{CONSUMER}:role/deploy"
        keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        self.assertGreater(keys["Expiration"], datetime.datetime.now(datetime.timezone.utc))
        self.assertEqual(Clients(self.endpoint, keys["AccessKeyId"], self.seen).sts.get_caller_identity()["Account"],
                         CONSUMER)
        self.fails("ValidationError", sts.assume_role, RoleArn="arn:aws:iam::nobody:role/x" + "y" * 20,
                   RoleSessionName="test")

    @needs_operation("ModifyIpPools")
    def test_what_is_not_emulated_of_load_balancers_is_named(self):
        self.assertIn("ModifyIpPools", self.fails("InvalidAction", self.aws.elbv2.modify_ip_pools,
                                                  LoadBalancerArn="x"))

    def test_what_is_not_emulated_is_named_and_not_asked_for_again(self):
        self.assertIn("CreateVolume", self.fails("InvalidAction", self.aws.ec2.create_volume, AvailabilityZone="x"))
        self.assertIn("ExportCertificate", self.fails("UnknownOperationException", self.aws.acm.export_certificate,
                                                      CertificateArn="arn:aws:acm:x:1:certificate/x",
                                                      Passphrase=b"1234"))
        self.fails("UnknownOperationException", self.aws.dynamodb.list_tables)
        self.fails("UnknownOperationException", self.aws.iam.list_users)
        self.assertIn("CustomerOwnedIpv4Pool", self.fails(
            "ValidationError", self.aws.elbv2.create_load_balancer, Name="x", CustomerOwnedIpv4Pool="x"))
        self.bucket()
        self.fails("NotImplemented", self.aws.s3.create_multipart_upload, Bucket="certs", Key="x", status=501)

    def test_no_page_of_a_browser_may_ask(self):
        body = b"Action=GetCallerIdentity&Version=2011-06-15"
        for field, value, status in (("Host", "rebound.example", 403), ("Origin", "http://example.com", 403),
                                     ("Sec-Fetch-Site", "cross-site", 403), ("Accept", "*/*", 200)):
            request = urllib.request.Request(self.endpoint, body, {
                field: value, "Content-Type": "application/x-www-form-urlencoded"})
            try:
                got = urllib.request.urlopen(request).status
            except urllib.error.HTTPError as error:
                got = error.code
            self.assertEqual(got, status, field)

    # ---- Trust stores ------------------------------------------------------------------------------------

    @needs_operation("CreateTrustStore")
    def test_trust_stores(self):
        self.bucket()
        elb, of_ca = self.aws.elbv2, {"CaCertificatesBundleS3Bucket": "certs", "CaCertificatesBundleS3Key": "ca.pem"}
        self.fails("CaCertificatesBundleNotFound", elb.create_trust_store, Name="x",
                   CaCertificatesBundleS3Bucket="certs",
                   CaCertificatesBundleS3Key="nowhere.pem")
        self.fails("InvalidCaCertificatesBundle", elb.create_trust_store, Name="x",
                   CaCertificatesBundleS3Bucket="certs",
                   CaCertificatesBundleS3Key="junk")
        self.fails("ValidationError", elb.create_trust_store, Name="no_good", **of_ca)
        store = self.trust_store()
        arn = store["TrustStoreArn"]
        self.assertRegex(arn, rf"^arn:aws:elasticloadbalancing:{REGION}:{PROVIDER}:truststore/clients/[0-9a-f]{{16}}$")
        self.assertEqual((store["Status"], store["NumberOfCaCertificates"], store["TotalRevokedEntries"]), ("ACTIVE",
                                                                                                            1, 0))
        self.fails("DuplicateTrustStoreName", elb.create_trust_store, Name="clients",
                   CaCertificatesBundleS3Bucket="certs", CaCertificatesBundleS3Key="other.pem")
        self.assertEqual(elb.describe_trust_stores(Names=["clients"])["TrustStores"], [store])
        self.fails("TrustStoreNotFound", elb.describe_trust_stores, Names=["nobody"])
        self.fails("TrustStoreNotFound", elb.describe_trust_stores, TrustStoreArns=[arn + "0"])
        self.assertEqual(elb.modify_trust_store(TrustStoreArn=arn, **of_ca)["TrustStores"][0]["Name"], "clients")
        self.fails("InvalidCaCertificatesBundle", elb.modify_trust_store, TrustStoreArn=arn,
                   CaCertificatesBundleS3Bucket="certs", CaCertificatesBundleS3Key="junk")
        self.fails("TrustStoreNotFound", elb.modify_trust_store, TrustStoreArn=arn + "0", **of_ca)
        place = elb.get_trust_store_ca_certificates_bundle(TrustStoreArn=arn)["Location"]
        self.assertEqual(urllib.request.urlopen(place).read(), self.file("ca.pem"))
        self.fails("ResourceNotFound", elb.get_resource_policy, ResourceArn=arn)
        self.assertEqual(elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"], [{"Key": "a",
                                                                                                "Value": "b"}])
        elb.delete_trust_store(TrustStoreArn=arn)
        self.fails("TrustStoreNotFound", elb.delete_trust_store, TrustStoreArn=arn)

    @needs_operation("CreateTrustStore")
    def test_pages_of_trust_stores(self):
        self.bucket()
        names = {self.trust_store(f"store-{i}")["Name"] for i in range(12)}
        pages = list(self.aws.elbv2.get_paginator("describe_trust_stores").paginate(PaginationConfig={"PageSize": 5}))
        self.assertEqual([len(one["TrustStores"]) for one in pages], [5, 5, 2])
        self.assertEqual({store["Name"] for one in pages for store in one["TrustStores"]}, names)

    @needs_operation("CreateTrustStore")
    def test_revocations(self):
        self.bucket()
        elb, arn = self.aws.elbv2, self.trust_store()["TrustStoreArn"]

        def add(key, store=arn):
            return elb.add_trust_store_revocations(TrustStoreArn=store, RevocationContents=[
                {"S3Bucket": "certs", "S3Key": key}])["TrustStoreRevocations"]

        self.fails("RevocationContentNotFound", add, "nowhere")
        self.fails("InvalidRevocationContent", add, "junk")
        self.fails("InvalidRevocationContent", add, "other.crl.pem")
        self.fails("TrustStoreNotFound", add, "ca.crl.pem", arn + "0")
        one = add("ca.crl.pem")[0]
        self.assertEqual((one["TrustStoreArn"], one["RevocationType"], one["NumberOfRevokedEntries"]), (arn, "CRL", 1))
        number = one["RevocationId"]
        listed = elb.describe_trust_store_revocations(TrustStoreArn=arn)["TrustStoreRevocations"]
        self.assertEqual(listed, [one])
        self.assertEqual(elb.describe_trust_stores()["TrustStores"][0]["TotalRevokedEntries"], 1)
        place = elb.get_trust_store_revocation_content(TrustStoreArn=arn, RevocationId=number)["Location"]
        self.assertEqual(urllib.request.urlopen(place).read(), self.file("ca.crl.pem"))
        for call in (elb.describe_trust_store_revocations, elb.remove_trust_store_revocations):
            self.fails("RevocationIdNotFound", call, TrustStoreArn=arn, RevocationIds=[number + 1])
        self.fails("RevocationIdNotFound", elb.get_trust_store_revocation_content, TrustStoreArn=arn,
                   RevocationId=number + 1)
        elb.remove_trust_store_revocations(TrustStoreArn=arn, RevocationIds=[number])
        self.assertEqual(elb.describe_trust_store_revocations(TrustStoreArn=arn)["TrustStoreRevocations"], [])

    @needs_operation("CreateTrustStore")
    def test_mutual_authentication(self):
        self.bucket()
        elb, store = self.aws.elbv2, self.trust_store()["TrustStoreArn"]
        balancer, group = self.application()

        def verify(**members):
            return {"MutualAuthentication": {"Mode": "verify", **members}}

        self.fails("ValidationError", self.https, balancer, group, **verify())
        self.fails("TrustStoreNotFound", self.https, balancer, group, **verify(TrustStoreArn=store + "0"))
        self.fails("ValidationError", self.https, balancer, group,
                   MutualAuthentication={"Mode": "passthrough", "TrustStoreArn": store})
        self.fails("ValidationError", self.https, balancer, group, MutualAuthentication={"Mode": "sometimes"})
        listener = self.https(balancer, group, **verify(TrustStoreArn=store))
        arn = listener["ListenerArn"]
        self.assertEqual(listener["MutualAuthentication"]["TrustStoreAssociationStatus"], "active")
        self.assertEqual(elb.describe_trust_store_associations(TrustStoreArn=store)["TrustStoreAssociations"],
                         [{"ResourceArn": arn}])
        self.assertIn("currently in use by a listener",
                      self.fails("TrustStoreInUse", elb.delete_trust_store, TrustStoreArn=store))
        self.fails("DeleteAssociationSameAccount", elb.delete_shared_trust_store_association, TrustStoreArn=store,
                   ResourceArn=balancer)
        self.fails("AssociationNotFound", elb.delete_shared_trust_store_association, TrustStoreArn=store,
                   ResourceArn=balancer + "0")
        # What is not said stays.
        changed = elb.modify_listener(ListenerArn=arn, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")["Listeners"][0]
        self.assertEqual(changed["MutualAuthentication"]["Mode"], "verify")
        off = elb.modify_listener(ListenerArn=arn, MutualAuthentication={"Mode": "off"})["Listeners"][0]
        self.assertEqual(off["MutualAuthentication"], {"Mode": "off"})
        self.assertEqual(elb.describe_trust_store_associations(TrustStoreArn=store)["TrustStoreAssociations"], [])
        elb.delete_trust_store(TrustStoreArn=store)

    # ---- Load balancers ------------------------------------------------------------------------------------

    def test_names_that_nobody_has(self):
        elb = self.aws.elbv2
        self.fails("LoadBalancerNotFound", elb.describe_load_balancers, Names=["x"])
        self.fails("TargetGroupNotFound", elb.describe_target_groups, Names=["x"])
        self.fails("ListenerNotFound", elb.describe_listeners, ListenerArns=["x"])
        self.fails("RuleNotFound", elb.describe_rules, RuleArns=["x"])
        self.assertEqual(elb.describe_load_balancers()["LoadBalancers"], [])

    def test_load_balancers_listeners_and_rules(self):
        elb = self.aws.elbv2
        balancer, group = self.application()
        self.assertRegex(elb.describe_load_balancers()["LoadBalancers"][0]["DNSName"],
                         rf"^internal-front-\d+\.{REGION}\.elb\.amazonaws\.com$")
        listener = self.https(balancer, group)
        self.assertEqual(self.https(balancer, group), listener, "the same again is the same")
        self.fails("DuplicateListener", self.https, balancer, group, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")
        self.fails("SSLPolicyNotFound", self.https, balancer, group, 444, SslPolicy="x")
        self.assertIn("listener or a rule",
                      self.fails("ResourceInUse", elb.delete_target_group, TargetGroupArn=group))
        self.fails("ResourceInUseException", self.aws.acm.delete_certificate, CertificateArn=self.certificate)
        rule = {"ListenerArn": listener["ListenerArn"], "Conditions": [{"Field": "path-pattern", "Values": ["/a*"]}],
                "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]}
        first = elb.create_rule(Priority=10, **rule)["Rules"][0]
        self.assertEqual(first["Priority"], "10")
        self.fails("PriorityInUse", elb.create_rule, Priority=10, **rule)
        second = elb.create_rule(Priority=20, **rule)["Rules"][0]["RuleArn"]
        self.fails("PriorityInUse", elb.set_rule_priorities, RulePriorities=[{"RuleArn": second, "Priority": 10}])
        elb.set_rule_priorities(RulePriorities=[{"RuleArn": second, "Priority": 10},
                                                {"RuleArn": first["RuleArn"], "Priority": 20}])
        rules = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        self.assertEqual([one["Priority"] for one in rules], ["10", "20", "default"])
        self.assertEqual(rules[0]["RuleArn"], second)
        self.fails("OperationNotPermitted", elb.delete_rule, RuleArn=rules[-1]["RuleArn"])
        elb.modify_rule(RuleArn=second, Conditions=[{"Field": "host-header",
                                                     "HostHeaderConfig": {"Values": ["a.test"]}}])
        elb.delete_rule(RuleArn=second)
        other = self.aws.acm.request_certificate(DomainName="other.example.com")["CertificateArn"]
        elb.add_listener_certificates(ListenerArn=listener["ListenerArn"], Certificates=[{"CertificateArn": other}])
        shown = elb.describe_listener_certificates(ListenerArn=listener["ListenerArn"])["Certificates"]
        self.assertEqual([one["IsDefault"] for one in shown], [True, False])
        elb.remove_listener_certificates(ListenerArn=listener["ListenerArn"], Certificates=[{"CertificateArn": other}])
        elb.delete_listener(ListenerArn=listener["ListenerArn"])
        elb.delete_target_group(TargetGroupArn=group)
        elb.delete_load_balancer(LoadBalancerArn=balancer)
        self.assertEqual(elb.describe_load_balancers()["LoadBalancers"], [])

    @needs_operation("ModifyListenerAttributes")
    def test_listener_attributes(self):
        elb = self.aws.elbv2
        listener = self.https(*self.application())["ListenerArn"]
        elb.modify_listener_attributes(ListenerArn=listener, Attributes=[
            {"Key": "routing.http.response.server.enabled", "Value": "false"}])
        shown = values(elb.describe_listener_attributes(ListenerArn=listener))
        self.assertEqual(shown["routing.http.response.server.enabled"], "false")

    def test_attributes(self):
        elb = self.aws.elbv2
        balancer, group = self.application()
        self.https(balancer, group)
        before = values(elb.describe_load_balancer_attributes(LoadBalancerArn=balancer))
        self.assertEqual((before["idle_timeout.timeout_seconds"], before["routing.http2.enabled"]), ("60", "true"))
        self.assertGreaterEqual(len(values(elb.describe_target_group_attributes(TargetGroupArn=group))), 12)
        change = elb.modify_load_balancer_attributes
        many = [{"Key": key, "Value": value} for key, value in before.items() if key != "idle_timeout.timeout_seconds"]
        after = values(change(LoadBalancerArn=balancer,
                              Attributes=[*many, {"Key": "idle_timeout.timeout_seconds", "Value": "90"}]))
        self.assertEqual(after, {**before, "idle_timeout.timeout_seconds": "90"})
        for key, value, code in (("idle_timeout.timeout_seconds", "0", "ValidationError"), ("x.y", "1",
                                                                                            "ValidationError"),
                                 ("dns_record.client_routing_policy", "x", "InvalidConfigurationRequest")):
            self.fails(code, change, LoadBalancerArn=balancer, Attributes=[{"Key": key, "Value": value}])
        elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
            {"Key": "stickiness.enabled", "Value": "true"}])
        change(LoadBalancerArn=balancer, Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}])
        self.fails("OperationNotPermitted", elb.delete_load_balancer, LoadBalancerArn=balancer)

    def test_targets(self):
        elb = self.aws.elbv2
        balancer, group = self.application()
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}, {"Id": "10.0.1.10", "Port": 444}])
        shown = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        self.assertEqual([(one["Target"]["Port"], one["TargetHealth"]["Reason"]) for one in shown],
                         [(443, "Target.NotInUse"), (444, "Target.NotInUse")])
        self.https(balancer, group)
        shown = elb.describe_target_health(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}])
        self.assertEqual(shown["TargetHealthDescriptions"][0]["TargetHealth"]["State"], "initial")
        elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}])
        self.assertEqual(len(elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]), 1)
        self.fails("ValidationError", elb.register_targets, TargetGroupArn=group, Targets=[{"Id": "there"}])

    # ---- PrivateLink ---------------------------------------------------------------------------------------

    def test_private_link_between_two_accounts(self):
        vpc, subnets, _ = self.network()
        network = self.balancer("network", "door", subnets)
        ec2, theirs = self.aws.ec2, self.consumer.ec2
        made = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[network])
        service = made["ServiceConfiguration"]
        self.assertEqual(service["AvailabilityZones"], [REGION + "a", REGION + "b"])
        vpc = theirs.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        subnet = theirs.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
        wanted = {"VpcId": vpc, "VpcEndpointType": "Interface", "ServiceName": service["ServiceName"],
                  "SubnetIds": [subnet]}
        self.fails("InvalidServiceName", theirs.create_vpc_endpoint, **wanted)
        added = ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service["ServiceId"], AddAllowedPrincipals=[f"arn:aws:iam::{CONSUMER}:root"])["AddedPrincipals"]
        shown = ec2.describe_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"])["AllowedPrincipals"]
        self.assertEqual(added[0]["ServicePermissionId"], shown[0]["ServicePermissionId"])
        made = theirs.create_vpc_endpoint(**wanted)["VpcEndpoint"]
        endpoint = made["VpcEndpointId"]
        self.assertEqual((made["State"], len(made["DnsEntries"])), ("pendingAcceptance", 2))
        filters = [{"Name": "service-id", "Values": [service["ServiceId"]]}]
        seen = ec2.describe_vpc_endpoint_connections(Filters=filters)["VpcEndpointConnections"][0]
        self.assertEqual((seen["VpcEndpointId"], seen["VpcEndpointOwner"]), (endpoint, CONSUMER))
        ec2.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint])
        shown = theirs.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]
        self.assertEqual(shown["State"], "available")
        cards = theirs.describe_network_interfaces(NetworkInterfaceIds=shown["NetworkInterfaceIds"])
        card = cards["NetworkInterfaces"][0]
        self.assertEqual(card["PrivateIpAddress"], "10.1.0.10")
        gone = ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])["Unsuccessful"]
        self.assertEqual(gone[0]["Error"]["Code"], "ExistingVpcEndpointConnections")
        self.fails("ResourceInUse", self.aws.elbv2.delete_load_balancer, LoadBalancerArn=network)
        theirs.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        self.fails("InvalidVpcEndpointId.NotFound", theirs.describe_vpc_endpoints, VpcEndpointIds=[endpoint])
        gone = ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])
        self.assertEqual(gone["Unsuccessful"], [])

    def test_networks(self):
        ec2 = self.aws.ec2
        vpc, subnets, group = self.network()
        of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
        self.assertEqual(len(ec2.describe_subnets(Filters=of_vpc)["Subnets"]), 2)
        self.assertEqual(len(ec2.describe_network_acls(
            Filters=[*of_vpc, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]), 1)
        self.assertEqual(len(ec2.describe_route_tables(
            Filters=[*of_vpc, {"Name": "association.main", "Values": ["true"]}])["RouteTables"]), 1)
        self.assertEqual(len(ec2.describe_security_groups(
            Filters=[*of_vpc, {"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]), 1)
        self.fails("InvalidParameterValue", ec2.describe_vpcs, Filters=[{"Name": "colour", "Values": ["red"]}])
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        self.assertTrue(ec2.describe_vpc_attribute(VpcId=vpc,
                                                   Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"])
        allow = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]
        rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=allow)["SecurityGroupRules"][0]
        self.fails("InvalidPermission.Duplicate", ec2.authorize_security_group_ingress, GroupId=group,
                   IpPermissions=allow)
        shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        self.assertEqual(shown["IpPermissions"][0]["IpRanges"], [{"CidrIp": "10.0.0.0/16"}])
        self.assertEqual(shown["IpPermissionsEgress"][0]["IpProtocol"], "-1")
        self.assertEqual(len(ec2.describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]), 2)
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "mine"}])
        self.assertEqual(ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["m*"]}])["Vpcs"][0]["VpcId"], vpc)
        ec2.describe_availability_zones(Filters=[{"Name": "state", "Values": ["available"]}])
        ec2.describe_prefix_lists()
        self.fails("DependencyViolation", ec2.delete_vpc, VpcId=vpc)
        ec2.delete_security_group(GroupId=group)
        for one in subnets:
            ec2.delete_subnet(SubnetId=one)
        ec2.delete_vpc(VpcId=vpc)
        self.fails("InvalidVpcID.NotFound", ec2.describe_vpcs, VpcIds=[vpc])

    # ---- The rest ------------------------------------------------------------------------------------------

    def test_large_and_broken_requests_disturb_nobody(self):
        """What is too large, too deep or never ends is refused by name, or waits without keeping others waiting."""
        where = urllib.parse.urlsplit(self.lab.env["AWS_ENDPOINT_URL"])
        head = ("POST /{} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: AWS4-HMAC-SHA256 Credential=111111111111/"
                "20260101/eu-west-1/{}/aws4_request\r\n{}Content-Length: {}\r\n\r\n")
        halves = []
        for text in ("POST / HT", head.format("", "ec2", "", 1000) + "Action=", head.format("", "acm", "", 50_000_000)):
            halves.append(socket.create_connection((where.hostname, where.port)))
            halves[-1].sendall(text.encode())
            self.addCleanup(halves[-1].close)
        self.bucket()
        large = bytes(50 << 20)
        self.aws.s3.put_object(Bucket="certs", Key="large", Body=large)
        self.assertEqual(self.aws.s3.get_object(Bucket="certs", Key="large")["Body"].read(), large)
        self.fails("413", self.aws.s3.put_object, Bucket="certs", Key="larger", Body=bytes(65 << 20), status=413)
        json_target = "X-Amz-Target: CertificateManager.ListCertificates\r\n"
        form = "Content-Type: application/x-www-form-urlencoded\r\n"
        for service, fields, body in (
                ("acm", json_target, '{"a":' * 100_000), ("acm", json_target, "[" * 1_000_000),
                ("route53", "", "<CreateHostedZoneRequest>" + "<a>" * 100_000),
                ("ec2", form, "Action=DescribeVpcs&Version=2016-11-15&" + "a.1" * 99_999),
                ("ec2", form, "Action=DescribeVpcs&Version=2016-11-15&Filter.999999999.Name=a")):
            with self.subTest(service, body=body[:20]), socket.create_connection((where.hostname, where.port)) as raw:
                place = "2013-04-01/hostedzone" if service == "route53" else ""
                raw.sendall(head.format(place, service, fields, len(body)).encode() + body.encode())
                self.assertRegex(raw.recv(100), rb"^HTTP/1.1 40[04] ")
        self.assertEqual(self.aws.sts.get_caller_identity()["Account"], PROVIDER)
        for half in halves:
            half.settimeout(0)
            self.assertRaises(BlockingIOError, half.recv, 1)

    def test_objects(self):
        s3 = self.aws.s3
        self.bucket()
        self.assertEqual(s3.get_object(Bucket="certs", Key="ca.pem")["Body"].read(), self.file("ca.pem"))
        self.assertEqual(s3.head_object(Bucket="certs", Key="junk")["ContentLength"], 20)
        listed = s3.list_objects_v2(Bucket="certs", Prefix="ca", MaxKeys=1)
        self.assertEqual((listed["Contents"][0]["Key"], listed["IsTruncated"]), ("ca.crl.pem", True))
        self.fails("NoSuchKey", s3.get_object, Bucket="certs", Key="x", status=404)
        self.fails("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket="certs", status=404)
        self.fails("BucketNotEmpty", s3.delete_bucket, Bucket="certs", status=409)
        keys = [{"Key": one["Key"]} for one in s3.list_objects_v2(Bucket="certs")["Contents"]]
        s3.delete_objects(Bucket="certs", Delete={"Objects": keys})
        s3.delete_bucket(Bucket="certs")

    def test_certificates_and_parameters(self):
        acm, ssm = self.aws.acm, self.aws.ssm
        arn = acm.import_certificate(Certificate=self.file("server.pem"), PrivateKey=self.file("server.key"),
                                     Tags=[{"Key": "a", "Value": "b"}])["CertificateArn"]
        shown = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        self.assertEqual((shown["DomainName"], shown["Type"], shown["Status"]), ("api.example.com", "IMPORTED",
                                                                                 "ISSUED"))
        self.assertEqual(acm.get_certificate(CertificateArn=arn)["Certificate"].encode(), self.file("server.pem"))
        self.assertEqual(acm.list_tags_for_certificate(CertificateArn=arn)["Tags"], [{"Key": "a", "Value": "b"}])
        self.assertEqual(len(acm.list_certificates()["CertificateSummaryList"]), 1)
        self.fails("ValidationException", acm.import_certificate, Certificate=b"x", PrivateKey=b"y")
        acm.delete_certificate(CertificateArn=arn)
        self.fails("ResourceNotFoundException", acm.describe_certificate, CertificateArn=arn)
        version = ssm.get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]["Value"]
        self.assertGreaterEqual(int(version), 6)
        self.fails("ParameterNotFound", ssm.get_parameter, Name="/x")

    def test_policies_and_limits(self):
        elb = self.aws.elbv2
        policies = {one["Name"]: one for one in elb.describe_ssl_policies()["SslPolicies"]}
        self.assertEqual(policies["ELBSecurityPolicy-TLS13-1-3-2021-06"]["SslProtocols"], ["TLSv1.3"])
        self.fails("SSLPolicyNotFound", elb.describe_ssl_policies, Names=["x"])
        self.assertIn({"Name": "trust-stores-per-account", "Max": "20"}, elb.describe_account_limits()["Limits"])


if __name__ == "__main__":
    unittest.main()
