"""Route 53 through the AWS API: zones, their record sets, and who may see them."""

import unittest

from lab import needs

needs("boto3", "botocore")

from aws_api_test import CONSUMER, REGION, Clients  # noqa: E402
from aws_lab import AwsCase  # noqa: E402


def change(action, name, kind="A", *values, **members):
    record = {"Name": name, "Type": kind, **members}
    if values:
        record.update(TTL=60, ResourceRecords=[{"Value": one} for one in values])
    return {"Action": action, "ResourceRecordSet": record}


class Route53(AwsCase):
    def setUp(self):
        super().setUp()
        self.dns = self.aws.route53

    def zone(self, name="example.com", **members):
        made = self.dns.create_hosted_zone(Name=name, CallerReference=name + str(members), **members)
        return made["HostedZone"]["Id"].rpartition("/")[2]

    def change(self, zone, *changes):
        return self.dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": list(changes)})

    def names(self, zone, **members):
        return [(one["Name"], one["Type"])
                for one in self.dns.list_resource_record_sets(HostedZoneId=zone, **members)["ResourceRecordSets"]]

    def test_zones(self):
        made = self.dns.create_hosted_zone(Name="Example.com", CallerReference="1",
                                           HostedZoneConfig={"Comment": "of people", "PrivateZone": False})
        zone = made["HostedZone"]["Id"]
        self.assertRegex(zone, "^/hostedzone/Z[A-Z0-9]+$")
        self.assertEqual((made["HostedZone"]["Name"], made["ChangeInfo"]["Status"],
                          len(made["DelegationSet"]["NameServers"])), ("example.com.", "INSYNC", 4))
        self.assertIn(zone, made["Location"])
        self.assertEqual(self.dns.get_change(Id=made["ChangeInfo"]["Id"])["ChangeInfo"]["Status"], "INSYNC")
        self.assertEqual(self.names(zone), [("example.com.", "NS"), ("example.com.", "SOA")])
        self.assertEqual(self.dns.get_hosted_zone(Id=zone)["HostedZone"]["Config"],
                         {"Comment": "of people", "PrivateZone": False})
        self.fails("HostedZoneAlreadyExists", self.dns.create_hosted_zone, Name="x.com", CallerReference="1",
                   status=409)
        self.fails("InvalidDomainName", self.dns.create_hosted_zone, Name="a b", CallerReference="2")
        self.fails("NoSuchHostedZone", self.dns.get_hosted_zone, Id="Z1", status=404)
        self.fails("NoSuchChange", self.dns.get_change, Id="C1", status=404)
        self.dns.update_hosted_zone_comment(Id=zone, Comment="of others")
        self.zone("a.example.com")
        self.assertEqual([one["Name"] for one in self.dns.list_hosted_zones_by_name()["HostedZones"]],
                         ["example.com.", "a.example.com."])
        pages = self.dns.get_paginator("list_hosted_zones").paginate(PaginationConfig={"PageSize": 1})
        self.assertEqual([len(one["HostedZones"]) for one in pages], [1, 1])
        self.dns.delete_hosted_zone(Id=zone)
        self.assertEqual(self.dns.get_hosted_zone_count()["HostedZoneCount"], 1)

    def test_records_change_together_or_not_at_all(self):
        zone = self.zone()
        self.change(zone, change("CREATE", "a.example.com", "A", "10.0.0.1", "10.0.0.2"),
                    change("UPSERT", "*.example.com", "CNAME", "a.example.com"),
                    change("CREATE", "example.com", "TXT", '"x"'))
        self.assertEqual(self.names(zone), [("example.com.", "NS"), ("example.com.", "SOA"), ("example.com.", "TXT"),
                                            ("\\052.example.com.", "CNAME"), ("a.example.com.", "A")])
        for wrong, why in (
                (change("CREATE", "a.example.com", "A", "10.0.0.3"), "already exists"),
                (change("DELETE", "a.example.com", "A", "10.0.0.1"), "do not match"),
                (change("DELETE", "b.example.com", "A", "10.0.0.1"), "not found"),
                (change("CREATE", "other.org", "A", "10.0.0.1"), "not permitted in zone"),
                (change("CREATE", "example.com", "CNAME", "x.org"), "not permitted at apex"),
                (change("CREATE", "a.example.com", "CNAME", "x.org"), "conflicts with other records"),
                (change("CREATE", "c.example.com", "A", "nobody"), "not a valid IPv4 address"),
                (change("CREATE", "c.example.com"), "AliasTarget")):
            with self.subTest(why):
                self.assertIn(why, self.fails("InvalidChangeBatch", self.change, zone,
                                              change("CREATE", "z.example.com", "A", "10.0.0.9"), wrong))
        self.assertEqual(len(self.names(zone)), 5)
        self.assertEqual(self.names(zone, StartRecordName="a.example.com", StartRecordType="A", MaxItems="1"),
                         [("a.example.com.", "A")])
        pages = self.dns.get_paginator("list_resource_record_sets").paginate(
            HostedZoneId=zone, PaginationConfig={"PageSize": 2})
        self.assertEqual([len(one["ResourceRecordSets"]) for one in pages], [2, 2, 1])
        self.fails("HostedZoneNotEmpty", self.dns.delete_hosted_zone, Id=zone)

    def test_an_alias_and_one_of_several(self):
        zone = self.zone()
        alias = {"HostedZoneId": "Z1", "DNSName": "alb-1.eu-west-1.elb.amazonaws.com", "EvaluateTargetHealth": False}
        self.change(zone, change("CREATE", "api.example.com", AliasTarget=alias),
                    change("CREATE", "w.example.com", "A", "10.0.0.1", SetIdentifier="one", Weight=1),
                    change("CREATE", "w.example.com", "A", "10.0.0.2", SetIdentifier="two", Weight=9))
        shown = self.dns.list_resource_record_sets(HostedZoneId=zone, StartRecordName="api.example.com")
        first = shown["ResourceRecordSets"][0]
        self.assertEqual(first["AliasTarget"], {**alias, "DNSName": alias["DNSName"] + "."})
        self.assertNotIn("TTL", first)
        self.assertEqual([one["Weight"] for one in shown["ResourceRecordSets"][1:]], [1, 9])
        self.change(zone, change("DELETE", "api.example.com", AliasTarget=alias))
        self.assertNotIn(("api.example.com.", "A"), self.names(zone))

    def test_private_zones_are_for_vpcs(self):
        vpc, other = ({"VPCRegion": REGION, "VPCId": self.aws.ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]}
                      for block in ("10.0.0.0/16", "10.1.0.0/16"))
        zone = self.zone(VPC=vpc)
        shown = self.dns.get_hosted_zone(Id=zone)
        self.assertEqual((shown["VPCs"], shown["HostedZone"]["Config"]["PrivateZone"]), ([vpc], True))
        self.assertNotIn("DelegationSet", shown)
        self.fails("InvalidVPCId", self.zone, "x.org", VPC={"VPCRegion": REGION, "VPCId": "vpc-1"})
        self.fails("LastVPCAssociation", self.dns.disassociate_vpc_from_hosted_zone, HostedZoneId=zone, VPC=vpc)
        self.dns.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=other)
        self.assertEqual([one["HostedZoneId"] for one in self.dns.list_hosted_zones_by_vpc(**other)
                          ["HostedZoneSummaries"]], [zone])
        self.dns.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=vpc)
        self.fails("PublicZoneVPCAssociation", self.dns.associate_vpc_with_hosted_zone,
                   HostedZoneId=self.zone("public.org"), VPC=vpc)

    def test_another_account_asks_for_a_private_zone(self):
        consumer = Clients(self.lab.env["AWS_ENDPOINT_URL"], CONSUMER, self.seen)
        own = {"VPCRegion": REGION, "VPCId": self.aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]}
        vpc = {"VPCRegion": REGION, "VPCId": consumer.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]}
        zone = self.zone(VPC=own)
        self.fails("NoSuchHostedZone", consumer.route53.get_hosted_zone, Id=zone, status=404)
        associate = consumer.route53.associate_vpc_with_hosted_zone
        self.fails("NotAuthorizedException", associate, HostedZoneId=zone, VPC=vpc, status=401)
        self.dns.create_vpc_association_authorization(HostedZoneId=zone, VPC=vpc)
        self.assertEqual(self.dns.list_vpc_association_authorizations(HostedZoneId=zone)["VPCs"], [vpc])
        associate(HostedZoneId=zone, VPC=vpc)
        self.dns.delete_vpc_association_authorization(HostedZoneId=zone, VPC=vpc)
        self.assertEqual(self.dns.get_hosted_zone(Id=zone)["VPCs"], [own, vpc])

    def test_tags(self):
        zone = self.zone()
        of = {"ResourceType": "hostedzone", "ResourceId": zone}
        self.dns.change_tags_for_resource(AddTags=[{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}], **of)
        self.dns.change_tags_for_resource(RemoveTagKeys=["a"], **of)
        self.assertEqual(self.dns.list_tags_for_resource(**of)["ResourceTagSet"]["Tags"],
                         [{"Key": "c", "Value": "d"}])
        several = self.dns.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=[zone])
        self.assertEqual(several["ResourceTagSets"][0]["ResourceId"], zone)

    def test_what_is_not_emulated_is_named(self):
        self.assertIn("/2013-04-01/healthcheck", self.fails("NotImplemented", self.dns.list_health_checks, status=501))
        self.assertIn("HealthCheckId", self.fails(
            "InvalidInput", self.change, self.zone(), change("CREATE", "a.example.com", "A", "1.2.3.4",
                                                             HealthCheckId="x")))


if __name__ == "__main__":
    unittest.main()
