"""CloudFormation's API with boto3 and the AWS CLI, unmodified: what stacks make is what other APIs show and what runs;
what fails leaves nothing behind, and says why."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import cdk_app
from aws_api_test import Clients, make_pki
from aws_traffic_test import make_clients
from lab import DEADLINE_S, Lab, admin, needs

needs("boto3", "botocore")

from botocore.exceptions import ClientError  # noqa: E402

NETWORK = """
Parameters:
  Answer: {Type: String, Default: hello}
  Port: {Type: Number, Default: 80}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16, Tags: [{Key: Name, Value: mine}]}
  A:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: !Select [0, !GetAZs ""]}
  B:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: !Select [1, !GetAZs ""]}
  All:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: everybody
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 1, ToPort: 65535, CidrIp: 0.0.0.0/0}]
  Front:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Subnets: [!Ref A, !Ref B]
      SecurityGroups: [!GetAtt All.GroupId]
      LoadBalancerAttributes: [{Key: idle_timeout.timeout_seconds, Value: 90}]
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Front
      Protocol: HTTP
      Port: !Ref Port
      DefaultActions:
        - Type: fixed-response
          FixedResponseConfig: {StatusCode: 200, ContentType: text/plain, MessageBody: !Ref Answer}
"""
OUTPUTS = """
Outputs:
  Name: {Value: !GetAtt Front.DNSName, Description: where it is, Export: {Name: !Sub "${AWS::StackName}-name"}}
"""
IMPORT = """{"Resources": {"Kept": {"Type": "AWS::SSM::Parameter", "Properties": {
  "Name": "/name", "Type": "String", "Value": {"Fn::ImportValue": "edge-name"}}}}}"""


def parameters(**values):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


class WithLab(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(None, "--empty", "--aws-port", "0")
        self.addCleanup(self.lab.stop)
        self.aws = Clients(self.lab.env["AWS_ENDPOINT_URL"], cdk_app.PROVIDER, {})
        self.theirs = Clients(self.lab.env["AWS_ENDPOINT_URL"], cdk_app.CONSUMER, {})
        self.cfn = self.aws.cloudformation

    def fails(self, code, call, **members):
        with self.assertRaises(ClientError) as caught:
            call(**members)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def stack(self, name, cfn=None):
        return (cfn or self.cfn).describe_stacks(StackName=name)["Stacks"][0]

    def status(self, name):
        return self.stack(name)["StackStatus"]

    def events(self, name):
        """(what, status, why), the oldest first."""
        events = self.cfn.describe_stack_events(StackName=name)["StackEvents"]
        return [(one["LogicalResourceId"], one["ResourceStatus"], one.get("ResourceStatusReason", ""))
                for one in reversed(events)]

    def get(self):
        """What the load balancer answers."""
        entry = admin(self.lab, "/v1/status")["endpoints"][0]
        return subprocess.run(["curl", "--silent", "--noproxy", "*", "--max-time", str(DEADLINE_S),
                               f"http://{entry['address']}:{entry['port']}/"],
                              capture_output=True, text=True, timeout=DEADLINE_S + 10, check=False).stdout


class Stacks(WithLab):
    def test_a_stack_is_made_changed_and_gone(self):
        made = self.cfn.create_stack(StackName="edge", TemplateBody=NETWORK + OUTPUTS, ClientRequestToken="t1",
                                     Tags=[{"Key": "team", "Value": "edge"}])["StackId"]
        stack = self.stack("edge")
        self.assertEqual((stack["StackStatus"], stack["StackId"]), ("CREATE_COMPLETE", made))
        self.assertEqual(self.get(), "hello")
        balancer = self.aws.elbv2.describe_load_balancers()["LoadBalancers"][0]
        self.assertEqual(stack["Outputs"], [{"OutputKey": "Name", "OutputValue": balancer["DNSName"],
                                             "Description": "where it is", "ExportName": "edge-name"}])
        self.assertRegex(balancer["LoadBalancerName"], r"^edge-Front-[0-9A-F]{12}$")
        arn = balancer["LoadBalancerArn"]
        tags = self.aws.elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        self.assertIn({"Key": "aws:cloudformation:logical-id", "Value": "Front"}, tags)
        self.assertIn({"Key": "team", "Value": "edge"}, tags)
        shown = self.cfn.describe_stack_resources(StackName="edge")["StackResources"]
        self.assertEqual({one["LogicalResourceId"]: one["PhysicalResourceId"] for one in shown}["Front"], arn)
        self.assertEqual(len(self.cfn.list_stack_resources(StackName=made)["StackResourceSummaries"]), 6)
        self.assertEqual(self.cfn.describe_stack_resource(StackName="edge", LogicalResourceId="Vpc")
                         ["StackResourceDetail"]["ResourceType"], "AWS::EC2::VPC")
        events = self.events("edge")
        self.assertEqual(events[0], ("edge", "CREATE_IN_PROGRESS", "User Initiated"))
        self.assertEqual(events[-1], ("edge", "CREATE_COMPLETE", ""))
        self.assertLess(events.index(("Vpc", "CREATE_COMPLETE", "")), events.index(("A", "CREATE_IN_PROGRESS", "")))
        of_aws = self.cfn.describe_stack_events(StackName="edge")["StackEvents"]
        self.assertEqual({one["ClientRequestToken"] for one in of_aws}, {"t1"})
        # What the API has changed stays where the template has not; ARNs stay.
        self.aws.elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[
            {"Key": "routing.http2.enabled", "Value": "false"}])
        self.cfn.update_stack(StackName="edge", UsePreviousTemplate=True, Parameters=parameters(Answer="changed"))
        self.assertEqual((self.status("edge"), self.get()), ("UPDATE_COMPLETE", "changed"))
        kept = self.aws.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        self.assertIn({"Key": "routing.http2.enabled", "Value": "false"}, kept)
        self.assertIn({"Key": "idle_timeout.timeout_seconds", "Value": "90"}, kept)
        self.assertEqual(self.fails("ValidationError", self.cfn.update_stack, StackName="edge",
                                    UsePreviousTemplate=True,
                                    Parameters=[{"ParameterKey": "Answer", "UsePreviousValue": True}]),
                         "No updates are to be performed.")
        without = NETWORK[:NETWORK.index("  Listener:")]
        self.cfn.update_stack(StackName="edge", TemplateBody=without)
        self.assertIn(("Listener", "DELETE_COMPLETE", ""), self.events("edge"))
        self.assertEqual(self.aws.elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"], [])
        self.cfn.update_termination_protection(StackName="edge", EnableTerminationProtection=True)
        self.assertIn("TerminationProtection",
                      self.fails("ValidationError", self.cfn.delete_stack, StackName="edge"))
        self.cfn.update_termination_protection(StackName="edge", EnableTerminationProtection=False)
        self.cfn.delete_stack(StackName="edge")
        self.assertEqual(self.fails("ValidationError", self.stack, name="edge"),
                         "Stack with id edge does not exist")
        self.assertEqual(self.status(made), "DELETE_COMPLETE")
        self.assertEqual(self.aws.ec2.describe_vpcs()["Vpcs"], [])
        self.assertEqual(self.aws.elbv2.describe_load_balancers()["LoadBalancers"], [])
        self.assertEqual(self.aws.ec2.describe_security_groups()["SecurityGroups"], [])
        self.assertEqual(len(self.cfn.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]), 1)
        self.cfn.delete_stack(StackName="edge")  # as AWS has it

    def test_a_resource_that_cannot_be_leaves_nothing(self):
        for change, failed, why in (
                (("Port: !Ref Port", "Port: 70000"), "Listener", "65535"),
                (("Protocol: HTTP\n", "Protocol: HTTPS\n"), "Listener", "Exactly one certificate"),
                (("10.0.1.0/24", "10.9.1.0/24"), "B", "is invalid"),
                (("idle_timeout.timeout_seconds, Value: 90", "idle_timeout.timeout_seconds, Value: 0"), "Front", ""),
                (("!GetAtt All.GroupId", "sg-0"), "Front", "sg-0"),
                (("StatusCode: 200", "StatusCode: 999"), "Listener", "999")):
            with self.subTest(change[1]):
                self.cfn.create_stack(StackName="bad", TemplateBody=NETWORK.replace(*change))
                events = self.events("bad")
                reasons = [one[2] for one in events if one[:2] == (failed, "CREATE_FAILED")]
                self.assertEqual(len(reasons), 1, events)
                self.assertIn(why, reasons[0])
                self.assertEqual(self.status("bad"), "ROLLBACK_COMPLETE")
                self.assertIn("The following resource(s) failed to create: [" + failed, str(events))
                self.assertEqual(self.aws.ec2.describe_vpcs()["Vpcs"], [])
                self.assertIn("can not be updated", self.fails("ValidationError", self.cfn.update_stack,
                                                               StackName="bad", TemplateBody=NETWORK))
                self.cfn.delete_stack(StackName="bad")

    def test_an_update_that_fails_changes_nothing(self):
        self.cfn.create_stack(StackName="edge", TemplateBody=NETWORK)
        self.cfn.update_stack(StackName="edge", TemplateBody=NETWORK.replace("StatusCode: 200", "StatusCode: 99"))
        self.assertEqual(self.status("edge"), "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual([one[1] for one in self.events("edge") if one[0] == "Listener"][-1], "UPDATE_FAILED")
        self.assertEqual(self.get(), "hello")
        self.cfn.update_stack(StackName="edge", TemplateBody=NETWORK.replace("Port: !Ref Port", "Port: 70000"))
        self.assertEqual(self.status("edge"), "UPDATE_ROLLBACK_COMPLETE")
        self.cfn.update_stack(StackName="edge", TemplateBody=NETWORK.replace("Default: hello", "Default: again"))
        self.assertEqual((self.status("edge"), self.get()), ("UPDATE_COMPLETE", "again"))

    def test_another_name_is_another_resource(self):
        named = NETWORK.replace("      Subnets: [!Ref A, !Ref B]", "      Subnets: [!Ref A, !Ref B]\n      Name: one")
        self.cfn.create_stack(StackName="edge", TemplateBody=named)
        first = self.aws.elbv2.describe_load_balancers(Names=["one"])["LoadBalancers"][0]["LoadBalancerArn"]
        renamed = named.replace("Name: one", "Name: two")
        self.cfn.create_change_set(StackName="edge", ChangeSetName="c", TemplateBody=renamed)
        changes = {one["ResourceChange"]["LogicalResourceId"]: one["ResourceChange"]
                   for one in self.cfn.describe_change_set(StackName="edge", ChangeSetName="c")["Changes"]}
        self.assertEqual((changes["Front"]["Action"], changes["Front"]["Replacement"]), ("Modify", "True"))
        self.assertEqual(self.aws.elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"], first)
        self.cfn.execute_change_set(StackName="edge", ChangeSetName="c")
        names = [one["LoadBalancerName"] for one in self.aws.elbv2.describe_load_balancers()["LoadBalancers"]]
        self.assertEqual((self.status("edge"), names, self.get()), ("UPDATE_COMPLETE", ["two"], "hello"))
        self.cfn.create_stack(StackName="other", TemplateBody=renamed)
        self.assertIn(("Front", "CREATE_FAILED", "two already exists"), self.events("other"))

    def test_templates_that_are_none(self):
        one = '{"Resources": {"A": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": %s}}}}'
        for body, message in (
                ("{", "Template format error: JSON not well-formed. (line 1"),
                ("Resources: [", "Template format error: YAML not well-formed. (line 1"),
                ('{"Resources": {}}', "Template format error: At least one Resources member must be defined."),
                (one % '{"Ref": "B"}', "Template format error: Unresolved resource dependencies [B] in the Resources "
                                       "block of the template"),
                (one % '{"Fn::GetAtt": ["B", "C"]}',
                 "Template error: instance of Fn::GetAtt references undefined resource B"),
                (NETWORK.replace("Type: AWS::EC2::VPC", "X: y"), "must contain a Type"),
                (" " * 51201, "51200"),
                ("Transform: AWS::Serverless-2016-10-31\n" +
                 NETWORK.replace("AWS::EC2::VPC\n", "AWS::Serverless::Api\n"), "AWS::Serverless-2016-10-31")):
            with self.subTest(body[:40]):
                for call in (self.cfn.create_stack, self.cfn.validate_template):
                    members = {"StackName": "x"} if call == self.cfn.create_stack else {}
                    self.assertIn(message, self.fails("ValidationError", call, TemplateBody=body, **members))
        self.assertIn("stackName", self.fails("ValidationError", self.cfn.create_stack, StackName="a_b",
                                              TemplateBody=NETWORK))
        self.assertIn("does not exist", self.fails("ValidationError", self.cfn.create_stack, StackName="x",
                                                   TemplateURL="https://b.s3.amazonaws.com/none.json"))
        self.assertEqual(self.cfn.describe_stacks()["Stacks"], [])
        self.assertIn("RollbackStack", self.fails("InvalidAction", self.cfn.rollback_stack, StackName="x"))

    def test_parameters_and_capabilities(self):
        body = NETWORK.replace("Default: hello", "NoEcho: true")
        self.assertEqual(self.fails("ValidationError", self.cfn.create_stack, StackName="x", TemplateBody=body),
                         "Parameters: [Answer] must have values")
        self.assertEqual(self.fails("ValidationError", self.cfn.create_stack, StackName="x", TemplateBody=body,
                                    Parameters=parameters(Answer="a", Other="b")),
                         "Parameters: [Other] do not exist in the template")
        self.cfn.create_stack(StackName="x", TemplateBody=body, Parameters=parameters(Answer="secret"))
        shown = {one["ParameterKey"]: one["ParameterValue"] for one in self.stack("x")["Parameters"]}
        self.assertEqual(shown, {"Answer": "****", "Port": "80"})
        self.assertEqual(self.get(), "secret")
        role = '{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {%s"AssumeRolePolicyDocument": {}}}}}'
        self.assertIn("CAPABILITY_IAM", self.fails("InsufficientCapabilitiesException", self.cfn.create_stack,
                                                   StackName="y", TemplateBody=role % ""))
        self.assertIn("CAPABILITY_NAMED_IAM", self.fails(
            "InsufficientCapabilitiesException", self.cfn.create_stack, StackName="y",
            TemplateBody=role % '"RoleName": "r", ', Capabilities=["CAPABILITY_IAM"]))
        ssm = ('{"Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/p"}}, "Resources": '
               '{"Q": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/q", "Type": "String", "Value": '
               '{"Ref": "P"}}}}}')
        self.assertIn("[/p]", self.fails("ValidationError", self.cfn.create_stack, StackName="z", TemplateBody=ssm))
        self.aws.ssm.put_parameter(Name="/p", Value="there", Type="String")
        self.cfn.create_stack(StackName="z", TemplateBody=ssm)
        self.assertEqual(self.aws.ssm.get_parameter(Name="/q")["Parameter"]["Value"], "there")
        summary = self.cfn.get_template_summary(TemplateBody=body)
        self.assertEqual([(one["ParameterKey"], one["NoEcho"]) for one in summary["Parameters"]],
                         [("Answer", True), ("Port", False)])
        self.assertIn("AWS::EC2::VPC", summary["ResourceTypes"])
        self.assertEqual(self.cfn.validate_template(TemplateBody=role % "")["Capabilities"], ["CAPABILITY_IAM"])

    def test_exports_bind_stacks(self):
        self.cfn.create_stack(StackName="user", TemplateBody=IMPORT)
        self.assertIn(("Kept", "CREATE_FAILED", ), [one[:2] for one in self.events("user")])
        self.assertIn("No export named edge-name found", str(self.events("user")))
        self.cfn.delete_stack(StackName="user")
        self.cfn.create_stack(StackName="edge", TemplateBody=NETWORK + OUTPUTS)
        self.cfn.create_stack(StackName="user", TemplateBody=IMPORT)
        self.assertEqual(self.status("user"), "CREATE_COMPLETE")
        name = self.stack("edge")["Outputs"][0]["OutputValue"]
        self.assertEqual(self.aws.ssm.get_parameter(Name="/name")["Parameter"]["Value"], name)
        self.assertEqual(self.cfn.list_exports()["Exports"], [
            {"ExportingStackId": self.stack("edge")["StackId"], "Name": "edge-name", "Value": name}])
        self.assertEqual(self.cfn.list_imports(ExportName="edge-name")["Imports"], ["user"])
        self.assertEqual(self.theirs.cloudformation.list_exports()["Exports"], [])
        self.cfn.delete_stack(StackName="edge")
        stack = self.stack("edge")
        self.assertEqual((stack["StackStatus"], stack["StackStatusReason"]),
                         ("DELETE_FAILED", "Export edge-name cannot be deleted as it is in use by user"))
        self.cfn.delete_stack(StackName="user")
        self.cfn.delete_stack(StackName="edge")
        self.assertEqual(self.cfn.describe_stacks()["Stacks"], [])

    def test_change_sets(self):
        cfn = self.cfn
        made = cfn.create_change_set(StackName="edge", ChangeSetName="first", ChangeSetType="CREATE",
                                     TemplateBody=NETWORK)
        self.assertEqual(self.status("edge"), "REVIEW_IN_PROGRESS")
        shown = cfn.describe_change_set(ChangeSetName=made["Id"])
        self.assertEqual((shown["Status"], shown["ExecutionStatus"], len(shown["Changes"])),
                         ("CREATE_COMPLETE", "AVAILABLE", 6))
        self.assertEqual(self.aws.ec2.describe_vpcs()["Vpcs"], [], "nothing is made yet")
        cfn.execute_change_set(ChangeSetName="first", StackName="edge", ClientRequestToken="t")
        self.assertEqual(self.status("edge"), "CREATE_COMPLETE")
        self.assertEqual(cfn.describe_change_set(ChangeSetName=made["Id"])["ExecutionStatus"], "EXECUTE_COMPLETE")
        self.fails("InvalidChangeSetStatus", cfn.execute_change_set, ChangeSetName=made["Id"])
        cfn.create_change_set(StackName="edge", ChangeSetName="same", TemplateBody=NETWORK)
        shown = cfn.describe_change_set(ChangeSetName="same", StackName="edge")
        self.assertEqual(shown["Status"], "FAILED")
        self.assertTrue(shown["StatusReason"].startswith("The submitted information didn't contain changes."))
        cfn.create_change_set(StackName="edge", ChangeSetName="more", UsePreviousTemplate=True,
                              Parameters=parameters(Answer="new"))
        change = cfn.describe_change_set(ChangeSetName="more", StackName="edge")["Changes"]
        self.assertEqual([(one["ResourceChange"]["LogicalResourceId"], one["ResourceChange"]["Replacement"])
                          for one in change], [("Listener", "False")])
        cfn.delete_change_set(ChangeSetName="same", StackName="edge")
        self.assertEqual(self.fails("ChangeSetNotFound", cfn.describe_change_set, ChangeSetName="same",
                                    StackName="edge"), "ChangeSet [same] does not exist")
        self.assertEqual(len(cfn.list_change_sets(StackName="edge")["Summaries"]), 2)
        self.fails("AlreadyExistsException", cfn.create_stack, StackName="edge", TemplateBody=NETWORK)
        self.assertIn("Vpc", json.dumps(cfn.get_template(StackName="edge")["TemplateBody"]))

    def test_what_others_need_cannot_go(self):
        self.cfn.create_stack(StackName="edge", TemplateBody=NETWORK)
        vpc = self.aws.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        subnet = self.aws.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
        self.cfn.delete_stack(StackName="edge")
        self.assertEqual(self.status("edge"), "DELETE_FAILED")
        self.assertIn("has dependencies", str([one for one in self.events("edge") if one[0] == "Vpc"]))
        self.assertEqual(self.aws.elbv2.describe_load_balancers()["LoadBalancers"], [])
        self.aws.ec2.delete_subnet(SubnetId=subnet)
        self.cfn.delete_stack(StackName="edge")
        self.assertEqual(self.aws.ec2.describe_vpcs()["Vpcs"], [])

    def test_the_cli_deploys(self):
        aws = shutil.which("aws")
        if not aws:
            self.skipTest("there is no AWS CLI")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "edge.yaml"
            path.write_text(NETWORK + OUTPUTS)

            def deploy(*more):
                """The CLI calls a change set by the second, in which the one before may have been made."""
                done = deploy_once(*more)
                while "AlreadyExistsException" in done.stderr:
                    done = deploy_once(*more)
                return done

            def deploy_once(*more):
                return subprocess.run(
                    [aws, "cloudformation", "deploy", "--endpoint-url", self.lab.env["AWS_ENDPOINT_URL"],
                     "--template-file", str(path), "--stack-name", "edge", *more], check=False,
                    env={**os.environ, "AWS_ACCESS_KEY_ID": cdk_app.PROVIDER, "AWS_SECRET_ACCESS_KEY": "x",
                         "AWS_DEFAULT_REGION": cdk_app.REGION, "AWS_PAGER": "", "AWS_CONFIG_FILE": f"{folder}/none"},
                    capture_output=True, text=True, timeout=DEADLINE_S)

            done = deploy()
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("Successfully created/updated stack - edge", done.stdout)
            self.assertEqual(self.get(), "hello")
            done = deploy("--parameter-overrides", "Answer=changed")
            self.assertEqual((done.returncode, self.get()), (0, "changed"), done.stderr)
            done = deploy("--no-fail-on-empty-changeset")
            self.assertEqual((done.returncode, self.get()), (0, "changed"), done.stderr)
            self.assertIn("No changes to deploy", done.stdout + done.stderr)
            path.write_text(NETWORK.replace("Port: !Ref Port", "Port: 70000"))
            done = deploy()
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("UPDATE_ROLLBACK_COMPLETE", self.status("edge"))


class Sample(WithLab):
    """The AWS sample's two stacks, by the calls that the CDK makes; aws_cdk_test.py has the CDK itself."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        make_pki(self.folder)
        make_clients(self.folder)

    def deploy(self, of, name, **values):
        """What cdk deploy asks for, in its order."""
        account = of.sts.get_caller_identity()["Account"]
        version = of.ssm.get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]["Value"]
        self.assertGreaterEqual(int(version), 6)
        bucket = cdk_app.bucket(account)
        of.s3.get_bucket_location(Bucket=bucket)
        of.s3.put_object(Bucket=bucket, Key="template.json", Body=cdk_app.template(name).encode())
        self.assertIn("does not exist", self.fails("ValidationError", of.cloudformation.describe_stacks,
                                                   StackName=name))
        of.cloudformation.create_change_set(
            StackName=name, ChangeSetName="cdk-deploy-change-set", ChangeSetType="CREATE",
            TemplateURL=f"{self.lab.env['AWS_ENDPOINT_URL']}/{bucket}/template.json", Parameters=parameters(**values),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            RoleARN=f"arn:aws:iam::{account}:role/cdk-hnb659fds-cfn-exec-role-{account}-{cdk_app.REGION}")
        shown = of.cloudformation.describe_change_set(StackName=name, ChangeSetName="cdk-deploy-change-set")
        self.assertEqual(shown["Status"], "CREATE_COMPLETE", shown.get("StatusReason"))
        of.cloudformation.execute_change_set(StackName=name, ChangeSetName="cdk-deploy-change-set",
                                             ClientRequestToken="exec")
        stack = self.stack(name, of.cloudformation)
        failed = [one for one in of.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
                  if one["ResourceStatus"].endswith("FAILED")]
        self.assertEqual((stack["StackStatus"], failed), ("CREATE_COMPLETE", []))
        return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}

    def curl(self, *arguments):
        entry = next(one for one in admin(self.lab, "/v1/status")["endpoints"] if one["name"] == "Endpoint4F9C")
        return subprocess.run(
            ["curl", "--silent", "--insecure", "--noproxy", "*", "--max-time", str(DEADLINE_S), "--tls-max", "1.2",
             "--connect-to", f"{cdk_app.HOST}:443:{entry['address']}:{entry['port']}", *arguments,
             f"https://{cdk_app.HOST}/widgets"], capture_output=True, text=True, timeout=DEADLINE_S + 10, check=False)

    def test_is_deployed_and_destroyed(self):
        bucket = cdk_app.bucket(cdk_app.PROVIDER)
        self.aws.s3.get_bucket_location(Bucket=bucket)
        self.aws.s3.put_object(Bucket=bucket, Key=cdk_app.CA_ARCHIVE, Body=cdk_app.archive(f"{self.folder}/ca.pem"))
        outputs = self.deploy(self.aws, "Producer", **cdk_app.PARAMETERS)
        self.deploy(self.theirs, "Consumer", endpointService=outputs["VpceServiceName"])
        good = self.curl("--cert", f"{self.folder}/good.pem", "--key", f"{self.folder}/good.key")
        self.assertEqual((good.returncode, json.loads(good.stdout)["path"]), (0, "/widgets"), good.stderr)
        self.assertEqual(self.curl().returncode, 35, "without a certificate: reset")
        if hasattr(self.aws.elbv2, "describe_trust_stores"):
            store = self.aws.elbv2.describe_trust_stores(Names=["alb-trust-store"])["TrustStores"][0]
            self.assertEqual(store["NumberOfCaCertificates"], 1)
        group = next(one["TargetGroupArn"] for one in self.aws.elbv2.describe_target_groups()["TargetGroups"]
                     if one["TargetType"] == "ip")
        health = self.aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        self.assertEqual({one["TargetHealth"]["State"] for one in health}, {"healthy"})
        self.check_logs()
        self.theirs.cloudformation.delete_stack(StackName="Consumer")
        self.cfn.delete_stack(StackName="Producer")
        self.assertEqual(self.cfn.describe_stacks()["Stacks"], [])
        self.assertEqual(self.theirs.cloudformation.describe_stacks()["Stacks"], [])
        self.assertEqual(admin(self.lab, "/v1/status")["endpoints"], [])
        self.assertEqual(self.aws.elbv2.describe_load_balancers()["LoadBalancers"], [])
        self.assertEqual(self.aws.ec2.describe_vpcs()["Vpcs"], [])

    def check_logs(self):
        """The stage's access log is in the group that it names."""
        groups = [one["logGroupName"] for one in self.aws.logs.describe_log_groups()["logGroups"]]
        access = next(one for one in groups if "ApiLogGroup" in one)
        events = self.aws.logs.filter_log_events(logGroupName=access)["events"]
        self.assertEqual([json.loads(one["message"])["status"] for one in events], ["200"])
        self.assertEqual(self.aws.logs.filter_log_events(logGroupName=access, filterPattern="nothing")["events"], [])
        streams = self.aws.logs.describe_log_streams(logGroupName=access)["logStreams"]
        shown = self.aws.logs.get_log_events(logGroupName=access, logStreamName=streams[0]["logStreamName"],
                                             startFromHead=True)
        self.assertEqual(len(shown["events"]), 1)
        more = self.aws.logs.get_log_events(logGroupName=access, logStreamName=streams[0]["logStreamName"],
                                            startFromHead=True, nextToken=shown["nextForwardToken"])
        self.assertEqual((more["events"], more["nextForwardToken"]), ([], shown["nextForwardToken"]))


class Metrics(WithLab):
    def test_are_by_the_minute(self):
        self.cfn.create_stack(StackName="edge", TemplateBody=NETWORK)
        self.assertEqual([self.get() for _ in range(3)], ["hello"] * 3)
        arn = self.aws.elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
        of = {"Namespace": "AWS/ApplicationELB", "MetricName": "HTTP_Fixed_Response_Count",
              "Dimensions": [{"Name": "LoadBalancer", "Value": arn.partition(":loadbalancer/")[2]}]}
        times = {"StartTime": 1_700_000_000, "EndTime": 4_000_000_000}
        watch = self.aws.cloudwatch
        shown = watch.get_metric_statistics(**of, **times, Period=86400, Statistics=["Sum", "SampleCount"])
        self.assertEqual([one["Sum"] for one in shown["Datapoints"]], [3.0])
        metrics = watch.list_metrics(Namespace=of["Namespace"], MetricName=of["MetricName"])["Metrics"]
        self.assertEqual(metrics, [of])
        self.get()
        query = {"Id": "m1", "MetricStat": {"Metric": of, "Period": 86400, "Stat": "Sum"}}
        result = watch.get_metric_data(MetricDataQueries=[query], **times)["MetricDataResults"][0]
        self.assertEqual((result["Values"], result["StatusCode"], result["Timestamps"][0].year > 2020),
                         ([4.0], "Complete", True))
        self.assertIn("expression", self.fails("InvalidParameterValue", watch.get_metric_data,
                                               MetricDataQueries=[{"Id": "e", "Expression": "m1*2"}], **times))
        self.fails("InvalidParameterValue", watch.get_metric_statistics, **of, **times, Period=61, Statistics=["Sum"])
        theirs = self.theirs.cloudwatch.list_metrics(Namespace=of["Namespace"])["Metrics"]
        self.assertEqual(theirs, [])


if __name__ == "__main__":
    unittest.main()
