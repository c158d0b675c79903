"""What is made through the AWS API by boto3 is what runs: handshakes and requests obey it from the next one on."""

import gzip
import os
import shlex
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

from aws_api_test import ELB, REGION, make_pki, openssl, plain
from lab import DEADLINE_S, Lab, admin, hoplab_binary, needs, run_hoplab

needs("boto3", "botocore")

import boto3  # noqa: E402
from botocore import xform_name  # noqa: E402

HOST = "api.example.com"
ROUNDS = int(os.environ.get("HOPLAB_REVOCATIONS", "25"))  # of a revocation that is added and removed
GOOD = '{"id":"1","value":"4.99"}'


def make_clients(folder):
    """good and bad, both of the CA, and a list that has bad."""
    with open(f"{folder}/client.cnf", "w", encoding="utf-8") as out:
        out.write("extendedKeyUsage=clientAuth\n")  # a load balancer takes X.509 version 3 only
    for name in ("good", "bad"):
        openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-extfile", "client.cnf", "-out", f"{name}.pem", "-days", "30")
    for file, text in (("index", ""), ("number", "01\n")):
        with open(f"{folder}/{file}", "w", encoding="utf-8") as out:
            out.write(text)
    openssl(folder, "ca", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-revoke", "bad.pem")
    openssl(folder, "ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "list.pem")


def form(members, prefix=""):
    """Members as AWS's query protocol has them in a form."""
    if isinstance(members, dict):
        for name, value in members.items():
            yield from form(value, f"{prefix}.{name}" if prefix else name)
    elif isinstance(members, list):
        for number, value in enumerate(members, 1):
            yield from form(value, f"{prefix}.member.{number}")
    else:
        yield prefix, str(members)


class Traffic(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        make_pki(self.folder)
        make_clients(self.folder)
        self.lab = Lab(None, "--empty", "--aws-port", "0")
        self.addCleanup(self.lab.stop)
        self.client = lambda service: boto3.client(
            service, endpoint_url=self.lab.env["AWS_ENDPOINT_URL"], region_name=REGION,
            aws_access_key_id="111111111111", aws_secret_access_key="any")
        self.elbv2, self.s3 = self.client("elbv2"), self.client("s3")

    def read(self, name):
        with open(f"{self.folder}/{name}", "rb") as file:
            return file.read()

    def make_network(self):
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=REGION + zone)
                   ["Subnet"]["SubnetId"] for i, zone in enumerate("ab")]
        group = ec2.create_security_group(GroupName="all", Description="everybody", VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443,
                                             CidrIp="0.0.0.0/0")
        return subnets, group

    def of_trust_stores(self, operation, wanted, **members):
        """The answer's member `wanted` of an operation that came after Debian's botocore, which sends it by hand."""
        if "CreateTrustStore" in ELB.operation_names:
            method = xform_name(operation)
            answer = getattr(self.elbv2, method)(**members)
            return next((one[wanted] for many in answer.values() if isinstance(many, list) for one in many), None)
        body = urllib.parse.urlencode([("Action", operation), ("Version", ELB.api_version), *form(members)])
        request = urllib.request.Request(self.lab.env["AWS_ENDPOINT_URL"], body.encode(), {
            "Authorization": "AWS4-HMAC-SHA256 Credential=111111111111/20260101/"
                             f"{REGION}/elasticloadbalancing/aws4_request",
            "Content-Type": "application/x-www-form-urlencoded"})
        with urllib.request.urlopen(request) as answer:
            root = ElementTree.fromstring(answer.read())
        return next((one.text for one in root.iter() if plain(one.tag) == wanted), None)

    def make_bundle(self):
        self.s3.create_bucket(Bucket="certs", CreateBucketConfiguration={"LocationConstraint": REGION})
        for name in ("ca.pem", "list.pem"):
            self.s3.put_object(Bucket="certs", Key=name, Body=self.read(name))
        return self.of_trust_stores("CreateTrustStore", "TrustStoreArn", Name="clients",
                                    CaCertificatesBundleS3Bucket="certs", CaCertificatesBundleS3Key="ca.pem")

    def make_load_balancer(self):
        subnets, group = self.make_network()
        balancer = self.elbv2.create_load_balancer(Name="front", Type="application", Subnets=subnets,
                                                   SecurityGroups=[group])["LoadBalancers"][0]["LoadBalancerArn"]
        certificate = self.client("acm").import_certificate(
            Certificate=self.read("server.pem"), PrivateKey=self.read("server.key"))["CertificateArn"]
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": GOOD,
                                                                   "ContentType": "application/json"}}
        return self.elbv2.create_listener(
            LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": certificate}],
            DefaultActions=[answer])["Listeners"][0]["ListenerArn"]

    def curl(self, name=None, *arguments):
        """(exit code, the answer's body) over TLS 1.2."""
        entry = next(one for one in admin(self.lab, "/v1/status")["endpoints"] if one["name"] == "front")
        command = ["curl", "--silent", "--noproxy", "*", "--max-time", str(DEADLINE_S), "--tls-max", "1.2", "--cacert",
                   f"{self.folder}/server.pem", "--connect-to", f"{HOST}:443:{entry['address']}:{entry['port']}",
                   *arguments, f"https://{HOST}/widgets"]
        if name:
            command += ["--cert", f"{self.folder}/{name}.pem", "--key", f"{self.folder}/{name}.key"]
        done = subprocess.run(command, capture_output=True, timeout=DEADLINE_S + 10, check=False)
        return done.returncode, done.stdout.decode()

    def test_a_revocation_counts_from_the_next_handshake_on(self):
        listener = self.make_load_balancer()
        self.assertEqual(self.curl(), (0, GOOD))
        store = self.make_bundle()
        verify = {"Mode": "verify", "TrustStoreArn": store}
        self.of_trust_stores("ModifyListener", "ListenerArn", ListenerArn=listener, MutualAuthentication=verify)
        self.assertEqual((self.curl()[0], self.curl("good"), self.curl("bad")), (35, (0, GOOD), (0, GOOD)))
        added = self.of_trust_stores("AddTrustStoreRevocations", "RevocationId", TrustStoreArn=store,
                                     RevocationContents=[{"S3Bucket": "certs", "S3Key": "list.pem"}])
        self.assertEqual((self.curl("good"), self.curl("bad")[0]), ((0, GOOD), 35))
        self.of_trust_stores("RemoveTrustStoreRevocations", "", TrustStoreArn=store, RevocationIds=[int(added)])
        self.assertEqual(self.curl("bad"), (0, GOOD))

    def test_logs_come_to_the_bucket_that_the_load_balancer_names(self):
        """A file for each log and node when its five minutes are over, under AWS's names."""
        run_hoplab("ctl", "--admin", self.lab.env["HOPLAB_ADMIN"], "clock", "stepped")
        self.make_load_balancer()
        arn = self.elbv2.describe_load_balancers(Names=["front"])["LoadBalancers"][0]["LoadBalancerArn"]
        self.s3.create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[
            {"Key": "access_logs.s3.enabled", "Value": "true"}, {"Key": "access_logs.s3.bucket", "Value": "logs"},
            {"Key": "access_logs.s3.prefix", "Value": "edge"}])
        self.assertEqual(self.curl(), (0, GOOD))
        self.assertEqual(self.s3.list_objects_v2(Bucket="logs")["KeyCount"], 0)
        run_hoplab("ctl", "--admin", self.lab.env["HOPLAB_ADMIN"], "clock", "step", "301s")
        listed = self.s3.list_objects_v2(Bucket="logs", Prefix="edge/AWSLogs/")["Contents"]
        name = arn.split(":loadbalancer/")[1]
        self.assertEqual([name.replace("/", ".") in one["Key"] for one in listed], [True])
        line = gzip.decompress(self.s3.get_object(Bucket="logs", Key=listed[0]["Key"])["Body"].read()).decode()
        fields = shlex.split(line)
        self.assertEqual((fields[0], fields[2], fields[8], fields[12]),
                         ("h2", name, "200", f"GET https://{HOST}:443/widgets HTTP/2.0"))

    def handshake(self, name):
        """Whether a client is answered, over TLS 1.2, where a refusal comes before the handshake is done."""
        entry = next(one for one in admin(self.lab, "/v1/status")["endpoints"] if one["name"] == "front")
        context = ssl.create_default_context(cafile=f"{self.folder}/server.pem")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(f"{self.folder}/{name}.pem", f"{self.folder}/{name}.key")

        def once():
            try:
                with socket.create_connection((entry["address"], entry["port"]), timeout=DEADLINE_S) as raw:
                    with context.wrap_socket(raw, server_hostname=HOST) as tls:
                        tls.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
                        return tls.recv(64).startswith(b"HTTP/1.1 200")
            except (ConnectionError, ssl.SSLError):
                return False
        return once

    def test_many_revocations_under_load_judge_each_handshake_rightly(self):
        """Who is on no list is let in all the time; who is, at no time between an addition and a removal."""
        listener, store = self.make_load_balancer(), self.make_bundle()
        self.of_trust_stores("ModifyListener", "ListenerArn", ListenerArn=listener,
                             MutualAuthentication={"Mode": "verify", "TrustStoreArn": store})
        good, bad = self.handshake("good"), self.handshake("bad")
        done, results = threading.Event(), []

        def load():
            while not done.is_set():
                results.append(good())
        loads = [threading.Thread(target=load) for _ in range(2)]
        for one in loads:
            one.start()
        try:
            for round_ in range(ROUNDS):
                if round_ == ROUNDS // 5:  # by then it has what it needs
                    before = self.lab.memory_kib()
                added = self.of_trust_stores("AddTrustStoreRevocations", "RevocationId", TrustStoreArn=store,
                                             RevocationContents=[{"S3Bucket": "certs", "S3Key": "list.pem"}])
                self.assertFalse(bad(), round_)
                self.of_trust_stores("RemoveTrustStoreRevocations", "", TrustStoreArn=store,
                                     RevocationIds=[int(added)])
                self.assertTrue(bad(), round_)
        finally:
            done.set()
            for one in loads:
                one.join()
        self.assertGreater(len(results), ROUNDS // 5)
        self.assertTrue(all(results))
        self.assertLess(self.lab.memory_kib(), before + 8 * 1024)

    def test_what_is_deleted_is_gone(self):
        listener = self.make_load_balancer()
        self.assertEqual(self.curl(), (0, GOOD))
        self.elbv2.delete_listener(ListenerArn=listener)
        self.assertEqual(admin(self.lab, "/v1/status")["endpoints"], [])

    def test_a_server_of_this_machine_is_a_target(self):
        listener = self.make_load_balancer()
        balancer = self.elbv2.describe_load_balancers(Names=["front"])["LoadBalancers"][0]
        group = self.elbv2.create_target_group(Name="servers", Protocol="HTTP", Port=80, VpcId=balancer["VpcId"],
                                               TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": "the server"}}
        listener_of_server = {"Protocol": "HTTP", "Port": 80, "DefaultActions": [answer]}
        with Lab({"title": "a server", "entry": "other", "LoadBalancers": {
                "other": {"Type": "application", "Listeners": [listener_of_server]}}}) as server:
            self.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": server.address, "Port": server.port}])
            self.elbv2.modify_listener(ListenerArn=listener, DefaultActions=[{"Type": "forward",
                                                                             "TargetGroupArn": group}])
            self.assertEqual(self.curl(), (0, "the server"))

    def test_it_needs_the_port(self):
        done = subprocess.run([hoplab_binary(), "up", "--empty"], capture_output=True, text=True, timeout=DEADLINE_S,
                              check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--aws-port", done.stderr)


if __name__ == "__main__":
    unittest.main()
