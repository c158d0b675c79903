"""The CDK's command line and AWS's SDK for JavaScript, unmodified, where HOPLAB_CDK_LIBRARIES names a folder in which
npm has installed them (scripts/full cdk)."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import cdk_app
from aws_api_test import make_pki
from aws_traffic_test import make_clients
from lab import DEADLINE_S, Lab, admin, needs

needs("boto3", "botocore")

LIBRARIES = os.environ.get("HOPLAB_CDK_LIBRARIES")
LONG_S = 5 * DEADLINE_S  # Node's start is slow on a busy machine

# docs/aws-api.md has the middle of it.
TRUST_STORE = """
import { ElasticLoadBalancingV2Client, AddTrustStoreRevocationsCommand, CreateTrustStoreCommand,
         DescribeListenersCommand, DescribeLoadBalancersCommand, ModifyListenerCommand,
         RemoveTrustStoreRevocationsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import https from "node:https";

const [folder, address, port] = process.argv.slice(2);
const elb = new ElasticLoadBalancingV2Client({}), s3 = new S3Client({});
const read = name => readFileSync(`${folder}/${name}`);
const names = { host: address, port, servername: "api.example.com", rejectUnauthorized: false };
const curl = name => {
  try {
    const done = execFileSync("curl", ["--silent", "--insecure", "--noproxy", "*", "--tls-max", "1.2", "--cert",
      `${folder}/${name}.pem`, "--key", `${folder}/${name}.key`, `https://${address}:${port}/`]);
    return done.toString();
  } catch (error) {
    return error.status;
  }
};

await s3.send(new CreateBucketCommand({ Bucket: "certs" }));
for (const Key of ["ca.pem", "list.pem"]) {
  await s3.send(new PutObjectCommand({ Bucket: "certs", Key, Body: read(Key) }));
}
const { LoadBalancers: [{ LoadBalancerArn }] } = await elb.send(new DescribeLoadBalancersCommand({}));
const { Listeners: [{ ListenerArn }] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
const { TrustStores: [{ TrustStoreArn }] } = await elb.send(new CreateTrustStoreCommand({
  Name: "clients", CaCertificatesBundleS3Bucket: "certs", CaCertificatesBundleS3Key: "ca.pem" }));
await elb.send(new ModifyListenerCommand({
  ListenerArn, MutualAuthentication: { Mode: "verify", TrustStoreArn } }));
const agent = new https.Agent({ keepAlive: true, maxSockets: 1, maxVersion: "TLSv1.2",
                                cert: read("bad.pem"), key: read("bad.key") });
const live = () => new Promise((done, fail) => https.get({ ...names, path: "/", agent }, answer => {
  const reused = answer.req.reusedSocket;
  answer.resume().on("end", () => done([answer.statusCode, reused]));
}).on("error", fail));
const seen = [curl("bad"), await live()];
const { TrustStoreRevocations: [{ RevocationId }] } = await elb.send(new AddTrustStoreRevocationsCommand({
  TrustStoreArn, RevocationContents: [{ S3Bucket: "certs", S3Key: "list.pem" }] }));
seen.push(curl("bad"), await live(), curl("good"));
await elb.send(new RemoveTrustStoreRevocationsCommand({ TrustStoreArn, RevocationIds: [RevocationId] }));
seen.push(curl("bad"));
agent.destroy();
// In CBOR, unlike the others.
const Metric = { Namespace: "AWS/ApplicationELB", MetricName: "HTTP_Fixed_Response_Count",
                 Dimensions: [{ Name: "LoadBalancer", Value: LoadBalancerArn.split(":loadbalancer/")[1] }] };
const { MetricDataResults: [{ Timestamps, Values }] } = await new CloudWatchClient({}).send(new GetMetricDataCommand({
  StartTime: new Date(Date.now() - 86400e3), EndTime: new Date(Date.now() + 86400e3),
  MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: 60, Stat: "Sum" } }] }));
seen.push(Values.reduce((sum, one) => sum + one, 0), Timestamps.every(one => one instanceof Date));
console.log(JSON.stringify(seen));
"""

# Each operation on trust stores: the members of its answer that say what it did, or the error's name.
OPERATIONS = """
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";

const client = new elb.ElasticLoadBalancingV2Client({}), s3 = new S3Client({});
const seen = [], at = Key => ({ CaCertificatesBundleS3Bucket: "certs", CaCertificatesBundleS3Key: Key });
const list = Key => [{ S3Bucket: "certs", S3Key: Key }];
const call = async (name, members, say = () => "done") => {
  try {
    const answer = await client.send(new elb[name + "Command"](members));
    seen.push([name, say(answer)]);
    return answer;
  } catch (error) {
    seen.push([name, error.name]);
  }
};
await s3.send(new CreateBucketCommand({ Bucket: "certs" }));
for (const Key of ["ca.pem", "list.pem", "server.key"]) {
  await s3.send(new PutObjectCommand({ Bucket: "certs", Key, Body: readFileSync(`${process.argv[2]}/${Key}`) }));
}
await call("CreateTrustStore", { Name: "x", ...at("none") });
await call("CreateTrustStore", { Name: "x", ...at("server.key") });
const { TrustStores: [{ TrustStoreArn }] } = await call("CreateTrustStore", { Name: "x", ...at("ca.pem") });
const store = { TrustStoreArn }, none = { TrustStoreArn: TrustStoreArn + "0" };
await call("CreateTrustStore", { Name: "x", ...at("list.pem") });
await call("DescribeTrustStores", { Names: ["x"] }, one => one.TrustStores[0].NumberOfCaCertificates);
await call("DescribeTrustStores", { Names: ["y"] });
await call("ModifyTrustStore", { ...store, ...at("ca.pem") }, one => one.TrustStores[0].Status);
await call("ModifyTrustStore", { ...none, ...at("ca.pem") });
await call("GetTrustStoreCaCertificatesBundle", store, one => one.Location.startsWith("http"));
await call("AddTrustStoreRevocations", { ...store, RevocationContents: list("none") });
await call("AddTrustStoreRevocations", { ...store, RevocationContents: list("server.key") });
const { TrustStoreRevocations: [{ RevocationId }] } = await call("AddTrustStoreRevocations", {
  ...store, RevocationContents: list("list.pem") }, one => one.TrustStoreRevocations[0].NumberOfRevokedEntries);
await call("DescribeTrustStoreRevocations", store, one => one.TrustStoreRevocations[0].RevocationType);
await call("GetTrustStoreRevocationContent", { ...store, RevocationId }, one => one.Location.startsWith("http"));
await call("GetTrustStoreRevocationContent", { ...store, RevocationId: RevocationId + 1 });
await call("RemoveTrustStoreRevocations", { ...store, RevocationIds: [RevocationId + 1] });
await call("RemoveTrustStoreRevocations", { ...store, RevocationIds: [RevocationId] });
await call("DescribeTrustStoreAssociations", store, one => one.TrustStoreAssociations.length);
await call("GetResourcePolicy", { ResourceArn: TrustStoreArn });
const { Listeners: [{ ListenerArn }] } = await call("DescribeListeners", { ListenerArns: [process.argv[3]] });
await call("ModifyListener", { ListenerArn, MutualAuthentication: { Mode: "verify", ...store } });
await call("DescribeTrustStoreAssociations", store, one => one.TrustStoreAssociations.length);
await call("DeleteTrustStore", store);
await call("ModifyListener", { ListenerArn, MutualAuthentication: { Mode: "off" } });
await call("DeleteTrustStore", store);
await call("DeleteTrustStore", store);
console.log(JSON.stringify(seen));
"""
ANSWERS = """
CreateTrustStore "CaCertificatesBundleNotFoundException"
CreateTrustStore "InvalidCaCertificatesBundleException"
CreateTrustStore "done"
CreateTrustStore "DuplicateTrustStoreNameException"
DescribeTrustStores 1
DescribeTrustStores "TrustStoreNotFoundException"
ModifyTrustStore "ACTIVE"
ModifyTrustStore "TrustStoreNotFoundException"
GetTrustStoreCaCertificatesBundle true
AddTrustStoreRevocations "RevocationContentNotFoundException"
AddTrustStoreRevocations "InvalidRevocationContentException"
AddTrustStoreRevocations 1
DescribeTrustStoreRevocations "CRL"
GetTrustStoreRevocationContent true
GetTrustStoreRevocationContent "RevocationIdNotFoundException"
RemoveTrustStoreRevocations "RevocationIdNotFoundException"
RemoveTrustStoreRevocations "done"
DescribeTrustStoreAssociations 0
GetResourcePolicy "ResourceNotFoundException"
DescribeListeners "done"
ModifyListener "done"
DescribeTrustStoreAssociations 1
DeleteTrustStore "TrustStoreInUseException"
ModifyListener "done"
DeleteTrustStore "done"
DeleteTrustStore "TrustStoreNotFoundException"
"""

EDGE = {"Resources": {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "A": {"Type": "AWS::EC2::Subnet", "Properties": {
        "VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "eu-west-1a"}},
    "B": {"Type": "AWS::EC2::Subnet", "Properties": {
        "VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "eu-west-1b"}},
    "All": {"Type": "AWS::EC2::SecurityGroup", "Properties": {
        "GroupDescription": "everybody", "VpcId": {"Ref": "Vpc"},
        "SecurityGroupIngress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]}},
    "Front": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {
        "Subnets": [{"Ref": "A"}, {"Ref": "B"}], "SecurityGroups": [{"Ref": "All"}]}},
    "Certificate": {"Type": "AWS::CertificateManager::Certificate", "Properties": {"DomainName": "api.example.com"}},
    "Listener": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
        "LoadBalancerArn": {"Ref": "Front"}, "Protocol": "HTTPS", "Port": 443,
        "Certificates": [{"CertificateArn": {"Ref": "Certificate"}}],
        "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {
            "StatusCode": "200", "ContentType": "text/plain", "MessageBody": "ok"}}]}}}}


def node_is_old():
    node = shutil.which("node")
    if not node:
        return True
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(version.lstrip("v").split(".")[0]) < 20


@unittest.skipUnless(LIBRARIES, "HOPLAB_CDK_LIBRARIES names no folder with aws-cdk")
@unittest.skipIf(LIBRARIES and node_is_old(), "aws-cdk needs Node 20")
class Javascript(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        make_pki(self.folder)
        make_clients(self.folder)
        self.lab = Lab(None, "--empty", "--aws-port", "0")
        self.addCleanup(self.lab.stop)
        self.env = {**os.environ, "AWS_ENDPOINT_URL": self.lab.env["AWS_ENDPOINT_URL"],
                    "AWS_ACCESS_KEY_ID": cdk_app.PROVIDER, "AWS_SECRET_ACCESS_KEY": "x",
                    "AWS_REGION": cdk_app.REGION, "CDK_DISABLE_CLI_TELEMETRY": "true", "HOME": str(self.folder)}

    def run_in(self, *command):
        return subprocess.run([str(one) for one in command], env=self.env, cwd=self.folder, capture_output=True,
                              text=True, timeout=LONG_S, check=False)

    def cdk(self, *arguments):
        done = self.run_in(f"{LIBRARIES}/node_modules/.bin/cdk", *arguments, "--app", "cdk.out", "--no-notices")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def curl(self, *arguments):
        entry = next(one for one in admin(self.lab, "/v1/status")["endpoints"] if one["name"] == "Endpoint4F9C")
        return self.run_in("curl", "--silent", "--insecure", "--noproxy", "*", "--tls-max", "1.2", "--connect-to",
                           f"{cdk_app.HOST}:443:{entry['address']}:{entry['port']}", *arguments,
                           f"https://{cdk_app.HOST}/widgets")

    def test_cdk_deploys_and_destroys_the_sample(self):
        cdk_app.write_assembly(self.folder / "cdk.out", self.folder / "ca.pem")
        given = [word for name, value in cdk_app.PARAMETERS.items() for word in ("--parameters", f"{name}={value}")]
        self.cdk("deploy", "Producer", "--require-approval", "never", "--outputs-file", "outputs.json", *given)
        service = json.loads((self.folder / "outputs.json").read_text())["Producer"]["VpceServiceName"]
        consumer = ("deploy", "Consumer", "--exclusively", "--require-approval", "never", "--parameters",
                    f"endpointService={service}")
        self.cdk(*consumer)
        good = self.curl("--cert", self.folder / "good.pem", "--key", self.folder / "good.key")
        self.assertEqual((good.returncode, json.loads(good.stdout)["path"]), (0, "/widgets"))
        self.assertEqual(self.curl().returncode, 35)
        self.assertIn("(no changes)", self.cdk(*consumer))
        self.cdk("destroy", "--all", "--force")
        self.assertEqual(admin(self.lab, "/v1/status")["endpoints"], [])

    def make_edge(self):
        """A load balancer: the ARN of its listener."""
        import boto3
        stacks = boto3.client("cloudformation", endpoint_url=self.env["AWS_ENDPOINT_URL"], region_name=cdk_app.REGION,
                              aws_access_key_id=cdk_app.PROVIDER, aws_secret_access_key="x")
        self.addCleanup(stacks.close)
        stacks.create_stack(StackName="edge", TemplateBody=json.dumps(EDGE))
        return stacks.describe_stack_resource(StackName="edge", LogicalResourceId="Listener")[
            "StackResourceDetail"]["PhysicalResourceId"]

    def node(self, script, *arguments):
        """What it prints, as JSON."""
        (self.folder / "node_modules").symlink_to(f"{LIBRARIES}/node_modules")
        (self.folder / "script.mjs").write_text(script)
        done = self.run_in("node", "script.mjs", self.folder, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_a_revoked_client_is_reset_while_its_live_connection_goes_on(self):
        self.make_edge()
        entry = admin(self.lab, "/v1/status")["endpoints"][0]
        self.assertEqual(self.node(TRUST_STORE, entry["address"], entry["port"]),
                         ["ok", [200, False], 35, [200, True], "ok", "ok", 5, True])

    def test_every_operation_on_trust_stores_and_its_errors(self):
        seen = self.node(OPERATIONS, self.make_edge())
        self.assertEqual([f"{name} {json.dumps(answer)}" for name, answer in seen], ANSWERS.split("\n")[1:-1])


if __name__ == "__main__":
    unittest.main()
