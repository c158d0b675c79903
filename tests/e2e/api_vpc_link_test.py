"""An API that asks load balancers of the scenario through VPC links: by a network load balancer's service (V1), and to
an application or a network load balancer that the integration names (V2)."""

import json
import unittest

from api_lab import api_scenario, ask, why
from lab import Lab

HOST = "inside.example.com"


def linked(link, uri=f"http://{HOST}", **more):
    return {"ANY": {"Integration": {"Type": "HTTP_PROXY", "Uri": uri, "IntegrationHttpMethod": "ANY",
                                    "ConnectionType": "VPC_LINK", "ConnectionId": link, **more}}}


def scenario(groups=None):
    made = api_scenario(
        {"/first": linked("by-service", f"http://{HOST}/orders"),
         "/second": linked("by-interface", f"http://{HOST}:8080/orders", IntegrationTarget="inside"),
         "/third": linked("by-interface", f"http://{HOST}/orders", IntegrationTarget="inside-nlb"),
         "/nobody": linked("by-interface", f"http://{HOST}:9/", IntegrationTarget="inside")},
        VpcLinks={"by-service": {"TargetArns": ["inside-nlb"]}, "by-interface": {}},
        services={"orders": {"standIn": {"echoRequest": True}}})
    made["LoadBalancers"].update({
        "inside": {"Type": "application", "Listeners": [{
            "Protocol": "HTTP", "Port": 8080,
            "DefaultActions": [{"Type": "forward", "TargetGroup": "orders-by-alb"}]}]},
        "inside-nlb": {"Type": "network", "Listeners": [{
            "Protocol": "TCP", "Port": 80,
            "DefaultActions": [{"Type": "forward", "TargetGroup": "orders-by-nlb"}]}]}})
    made["TargetGroups"].update({
        "orders-by-alb": {"TargetType": "ip", "Protocol": "HTTP", "Port": 80, "Targets": ["orders"]},
        "orders-by-nlb": {"TargetType": "ip", "Protocol": "TCP", "Port": 80, "Targets": ["orders"]}})
    if groups is not None:
        made["SecurityGroups"] = {"group": {"SecurityGroupIngress": groups}}
        made["LoadBalancers"]["inside"]["SecurityGroups"] = ["group"]
    return made


class VpcLinks(unittest.TestCase):
    def test_what_reaches_the_service(self):
        with Lab(scenario()) as lab:
            for version in ("--http1.1", "--http2"):
                # The stage is in the path where the integration names the load balancer.
                for path, received in (("/first", "/orders"), ("/second", "/prod/orders"), ("/third", "/prod/orders")):
                    with self.subTest(path=path, version=version):
                        status, head, body = ask(lab, f"{path}?a=1", "--data", "hello", version=version)
                        self.assertEqual(status, 200, head + body)
                        seen = json.loads(body)
                        self.assertEqual((seen["path"], seen["queryString"], seen["bodyBytes"]), (received, "a=1", 5))
                        fields = {name.lower(): value for name, value in seen["headers"].items()}
                        self.assertTrue(fields["host"].startswith(HOST))
                        # The balancer behind the link sees its interface.
                        self.assertEqual(len(fields["x-forwarded-for"].split(", ")), 3 if path == "/second" else 2)

    def test_many_requests_one_after_the_other(self):
        with Lab(scenario()) as lab:
            for _ in range(20):
                self.assertEqual(ask(lab, "/first")[0], 200)
                self.assertEqual(ask(lab, "/second")[0], 200)

    def test_a_port_where_nobody_listens_is_504(self):
        with Lab(scenario()) as lab:
            status, _, body = ask(lab, "/nobody")
            self.assertEqual(status, 504)
            self.assertEqual(json.loads(body), {"message": "Network error communicating with endpoint"})
            self.assertIn("target-unreachable", why(lab, 0))

    def test_security_groups_of_the_load_balancer_say_who_is_let_in(self):
        anybody = [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "CidrIp": "127.0.0.0/8"}]
        with Lab(scenario(groups=anybody)) as lab:
            self.assertEqual(ask(lab, "/second")[0], 200)
        with Lab({**scenario(groups=[]), "clock": {"mode": "scaled", "scale": 100}}) as lab:
            status, _, body = ask(lab, "/second")
            self.assertEqual((status, json.loads(body)), (504, {"message": "Endpoint request timed out"}))


if __name__ == "__main__":
    unittest.main()
