"""For tests of the AWS API by boto3: a lab that begins with nothing, clients whose answers are held against botocore's
model, and the load balancer with an execute-api endpoint behind it that several of them ask."""

import subprocess
import tempfile
import unittest

from aws_api_test import PROVIDER, REGION, Clients, make_pki
from lab import DEADLINE_S, Lab, admin
from botocore.exceptions import ClientError

HOST = "api.example.com"
GOOD = '{"id":"1","value":"4.99"}'
OPEN = ('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",'
        ' "Resource": "execute-api:/*"}]}')


class AwsCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pki = tempfile.TemporaryDirectory()
        make_pki(cls.pki.name)

    @classmethod
    def tearDownClass(cls):
        cls.pki.cleanup()

    def setUp(self):
        self.lab = Lab(None, "--empty", "--aws-port", "0")
        self.addCleanup(self.lab.stop)
        self.seen = {}
        self.aws = Clients(self.lab.env["AWS_ENDPOINT_URL"], PROVIDER, self.seen)

    def file(self, name):
        with open(f"{self.pki.name}/{name}", "rb") as opened:
            return opened.read()

    def fails(self, code, call, *arguments, status=400, **members):
        with self.assertRaises(ClientError) as caught:
            call(*arguments, **members)
        response = caught.exception.response
        self.assertEqual((response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]), (code, status))
        return response["Error"]["Message"]

    def network(self):
        """(vpc, two subnets, a security group that lets everybody in)"""
        ec2 = self.aws.ec2
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=REGION + zone)
                   ["Subnet"]["SubnetId"] for i, zone in enumerate("ab")]
        group = ec2.create_security_group(GroupName="all", Description="everybody", VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443,
                                             CidrIp="0.0.0.0/0")
        return vpc, subnets, group

    def endpoint(self, vpc, subnets, group):
        """An execute-api endpoint: (id, its addresses)."""
        made = self.aws.ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.execute-api", VpcEndpointType="Interface",
            SubnetIds=subnets, SecurityGroupIds=[group], PrivateDnsEnabled=False)["VpcEndpoint"]
        found = self.aws.ec2.describe_network_interfaces(NetworkInterfaceIds=made["NetworkInterfaceIds"])
        return made["VpcEndpointId"], [one["PrivateIpAddress"] for one in found["NetworkInterfaces"]]

    def front(self, vpc, subnets, group, addresses, certificate):
        """A load balancer that passes everything on to `addresses`: its listener."""
        elb = self.aws.elbv2
        balancer = elb.create_load_balancer(Name="front", Type="application", Scheme="internal", Subnets=subnets,
                                            SecurityGroups=[group])["LoadBalancers"][0]["LoadBalancerArn"]
        targets = elb.create_target_group(Name="apis", Protocol="HTTPS", Port=443, VpcId=vpc, TargetType="ip",
                                          HealthCheckPath="/ping", Matcher={"HttpCode": "200,403"})
        targets = targets["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=targets, Targets=[{"Id": one} for one in addresses])
        return elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=443,
                                   Certificates=[{"CertificateArn": certificate}],
                                   DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}])["Listeners"][0]

    def import_server(self):
        return self.aws.acm.import_certificate(Certificate=self.file("server.pem"),
                                               PrivateKey=self.file("server.key"))["CertificateArn"]

    def curl(self, path, *arguments, authority=None):
        """(exit code, status, body) of a request to the load balancer."""
        entry = next(one for one in admin(self.lab, "/v1/status")["endpoints"] if one["name"] == "front")
        command = ["curl", "--silent", "--noproxy", "*", "--max-time", str(DEADLINE_S), "--cacert",
                   authority or f"{self.pki.name}/server.pem", "--tls-max", "1.2", "--connect-to",
                   f"{HOST}:443:{entry['address']}:{entry['port']}", "--write-out", "\n%{http_code}", *arguments,
                   f"https://{HOST}{path}"]
        done = subprocess.run(command, capture_output=True, timeout=DEADLINE_S + 10, check=False)
        body, _, status = done.stdout.decode().rpartition("\n")
        return done.returncode, int(status), body
