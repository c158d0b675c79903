"""The AWS sample's two stacks as cdk synth leaves them: a cloud assembly with its assets."""

import hashlib
import io
import json
import pathlib
import shutil
import zipfile

from lab import ROOT

SAMPLE = ROOT / "tests" / "scenario" / "cloudformation" / "sample"
PROVIDER, CONSUMER, REGION = "111111111111", "222222222222", "eu-west-1"
HOST = "mtls.example.com"
PARAMETERS = {"consumerAccountId": CONSUMER, "subdomain": "mtls", "domainName": "example.com", "hostedZoneId": "Z1"}
# The archive that Producer's BucketDeployment takes the bundle of the trust store from.
CA_ARCHIVE = "6f1ed002ab5595859014ebf0951522d9.zip"


def template(name):
    return (SAMPLE / f"{name}.template.json").read_text()


def bucket(account):
    return f"cdk-hnb659fds-assets-{account}-{REGION}"


def archive(ca):
    """The bundle at the path `ca` in a zip archive, as the CDK uploads it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(ca, "Certificate.pem")
    return made.getvalue()


def write_assembly(folder, ca):
    """cdk.out with Producer in one account and Consumer, which comes after it, in another."""
    folder = pathlib.Path(folder)
    folder.mkdir()
    artifacts = {}
    for name, account, first in (("Producer", PROVIDER, []), ("Consumer", CONSUMER, ["Producer"])):
        text = template(name)
        (folder / f"{name}.template.json").write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        role = f"arn:${{AWS::Partition}}:iam::{account}:role/cdk-hnb659fds-%s-role-{account}-{REGION}"
        version = {"requiresBootstrapStackVersion": 6,
                   "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version"}

        def asset(source, packaging, key, role=role, account=account):
            place = {"bucketName": bucket(account), "objectKey": key, "region": REGION,
                     "assumeRoleArn": role % "file-publishing"}
            return {"displayName": key, "source": {"path": source, "packaging": packaging},
                    "destinations": {f"{account}-{REGION}": place}}

        files = {digest: asset(f"{name}.template.json", "file", digest + ".json")}
        if name == "Producer":
            (folder / "asset.ca").mkdir()
            shutil.copy(ca, folder / "asset.ca" / "Certificate.pem")
            files[CA_ARCHIVE[:-4]] = asset("asset.ca", "zip", CA_ARCHIVE)
        (folder / f"{name}.assets.json").write_text(json.dumps({"version": "48.0.0", "files": files,
                                                                "dockerImages": {}}))
        artifacts[f"{name}.assets"] = {"type": "cdk:asset-manifest",
                                       "properties": {"file": f"{name}.assets.json", **version}}
        artifacts[name] = {
            "type": "aws:cloudformation:stack", "environment": f"aws://{account}/{REGION}",
            "dependencies": [f"{name}.assets", *first], "displayName": name,
            "properties": {"templateFile": f"{name}.template.json", "validateOnSynth": False,
                           "assumeRoleArn": role % "deploy", "cloudFormationExecutionRoleArn": role % "cfn-exec",
                           "stackTemplateAssetObjectUrl": f"s3://{bucket(account)}/{digest}.json",
                           "additionalDependencies": [f"{name}.assets"],
                           "lookupRole": {"arn": role % "lookup", **version}, **version}}
    (folder / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
