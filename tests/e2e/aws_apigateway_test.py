"""API Gateway through the AWS API: what boto3 makes is what answers, once it is deployed."""

import json
import unittest

from lab import needs

needs("boto3", "botocore")

from aws_api_test import REGION  # noqa: E402
from aws_lab import GOOD, HOST, OPEN, AwsCase  # noqa: E402

TEMPLATE = {"application/json": '{"statusCode": 200}'}


def definition(answer):
    """An API as OpenAPI, of most of what an import makes."""
    function = f"arn:aws:lambda:{REGION}:111111111111:function:orders"
    invoke = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    answers = {"default": {"statusCode": "200", "responseTemplates": {"application/json": answer}}}
    mock = {"type": "mock", "requestTemplates": TEMPLATE, "responses": answers}
    return {
        "openapi": "3.0.1", "info": {"title": "orders", "version": "7"}, "x-amazon-apigateway-policy": json.loads(OPEN),
        "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True,
                                                           "validateRequestParameters": True}},
        "paths": {
            "/orders": {},
            "/orders/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "get": {"x-amazon-apigateway-request-validator": "all", "x-amazon-apigateway-integration": mock,
                        "responses": {"200": {"content": {"application/json": {
                            "schema": {"$ref": "#/components/schemas/Order"}}}}}},
                "delete": {"security": [{"keeper": []}], "x-amazon-apigateway-integration": {
                    "type": "aws_proxy", "httpMethod": "POST", "uri": invoke, "credentials": "arn:aws:iam::1:role/r"}},
            }},
        "components": {
            "schemas": {"Item": {"type": "string"},
                        "Order": {"type": "object", "properties": {"item": {"$ref": "#/components/schemas/Item"}}}},
            "securitySchemes": {"keeper": {
                "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": invoke}}}},
    }


class ApiGateway(AwsCase):
    def setUp(self):
        super().setUp()
        self.gateway = self.aws.apigateway

    def api(self, *endpoints, **members):
        made = self.gateway.create_rest_api(
            name="widgets", endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": list(endpoints)}, **members)
        root, = self.gateway.get_resources(restApiId=made["id"])["items"]  # older botocores know no rootResourceId
        self.assertEqual(made.get("rootResourceId", root["id"]), root["id"])
        return made["id"], root["id"]

    def mock(self, api, resource, body=GOOD, verb="GET", **members):
        """A method that answers with `body`."""
        gateway, place = self.gateway, {"restApiId": api, "resourceId": resource, "httpMethod": verb}
        gateway.put_method(authorizationType="NONE", **place, **members)
        gateway.put_integration(type="MOCK", requestTemplates=TEMPLATE, **place)
        gateway.put_method_response(statusCode="200", **place)
        gateway.put_integration_response(statusCode="200", responseTemplates={"application/json": body}, **place)
        return place

    def widgets(self, *endpoints, policy=OPEN):
        """(api, resource) of an API with GET /widgets, not deployed."""
        api, root = self.api(*endpoints, policy=policy)
        resource = self.gateway.create_resource(restApiId=api, parentId=root, pathPart="widgets")["id"]
        self.mock(api, resource)
        return api, resource

    # ---- What answers ----------------------------------------------------------------------------------

    def served(self):
        """(api, resource, endpoint): behind the load balancer, without a stage."""
        vpc, subnets, group = self.network()
        endpoint, addresses = self.endpoint(vpc, subnets, group)
        self.front(vpc, subnets, group, addresses, self.import_server())
        return *self.widgets(endpoint), endpoint

    def ask(self, api, path="/prod/widgets", *arguments):
        return self.curl(path, "--header", f"x-apigw-api-id: {api}", *arguments)

    def test_an_edit_shows_after_a_deployment(self):
        api, resource, _ = self.served()
        self.assertEqual(self.ask(api)[1:], (403, '{"message":"Forbidden"}'))
        self.gateway.create_deployment(restApiId=api, stageName="prod")
        self.assertEqual(self.ask(api), (0, 200, GOOD))
        self.gateway.update_integration_response(
            restApiId=api, resourceId=resource, httpMethod="GET", statusCode="200",
            patchOperations=[{"op": "replace", "path": "/responseTemplates/application~1json", "value": "other"}])
        self.assertEqual(self.ask(api), (0, 200, GOOD))
        self.gateway.create_deployment(restApiId=api, stageName="prod")
        self.assertEqual(self.ask(api), (0, 200, "other"))
        self.gateway.delete_method(restApiId=api, resourceId=resource, httpMethod="GET")
        self.assertEqual(self.ask(api), (0, 200, "other"))

    def test_stages_and_canaries_serve_what_they_say(self):
        api, resource, _ = self.served()
        first = self.gateway.create_deployment(restApiId=api, stageName="prod")["id"]
        self.gateway.update_integration_response(
            restApiId=api, resourceId=resource, httpMethod="GET", statusCode="200",
            patchOperations=[{"op": "replace", "path": "/responseTemplates/application~1json", "value": "new"}])
        second = self.gateway.create_deployment(restApiId=api)["id"]
        self.gateway.create_stage(restApiId=api, stageName="beta", deploymentId=second)
        self.assertEqual((self.ask(api)[2], self.ask(api, "/beta/widgets")[2]), (GOOD, "new"))
        stage = self.gateway.create_deployment(restApiId=api, stageName="prod", canarySettings={"percentTraffic": 100})
        self.assertEqual(self.ask(api)[2], "new")
        self.assertEqual(self.gateway.get_stage(restApiId=api, stageName="prod")["canarySettings"]["deploymentId"],
                         stage["id"])
        self.fails("BadRequestException", self.gateway.delete_deployment, restApiId=api, deploymentId=first)
        self.gateway.update_stage(restApiId=api, stageName="prod", patchOperations=[
            {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
            {"op": "remove", "path": "/canarySettings"}])
        self.gateway.delete_deployment(restApiId=api, deploymentId=first)
        self.assertEqual(self.ask(api)[2], "new")
        self.gateway.delete_stage(restApiId=api, stageName="prod")
        self.assertEqual((self.ask(api)[1], self.ask(api, "/beta/widgets")[1]), (403, 200))

    def test_a_name_leads_to_a_stage(self):
        api, _, _ = self.served()
        self.gateway.create_deployment(restApiId=api, stageName="prod")
        name = self.gateway.create_domain_name(domainName=HOST, regionalCertificateArn=self.import_server(),
                                               endpointConfiguration={"types": ["REGIONAL"]})
        self.assertRegex(name["regionalDomainName"], f"^d-.*[.]execute-api[.]{REGION}[.]amazonaws[.]com$")
        self.assertEqual(self.curl("/widgets")[1], 403)
        mapped = self.gateway.create_base_path_mapping(domainName=HOST, restApiId=api, stage="prod")
        self.assertEqual(mapped["basePath"], "(none)")
        self.assertEqual(self.curl("/widgets"), (0, 200, GOOD))
        self.gateway.update_base_path_mapping(domainName=HOST, basePath="(none)", patchOperations=[
            {"op": "replace", "path": "/basePath", "value": "v1"}])
        self.assertEqual((self.curl("/widgets")[1], self.curl("/v1/widgets")[2]), (403, GOOD))
        self.fails("BadRequestException", self.gateway.delete_rest_api, restApiId=api)
        self.gateway.delete_base_path_mapping(domainName=HOST, basePath="v1")
        self.fails("NotFoundException", self.gateway.get_base_path_mapping, domainName=HOST, basePath="v1", status=404)
        self.gateway.delete_domain_name(domainName=HOST)
        self.gateway.delete_rest_api(restApiId=api)
        self.assertEqual(self.gateway.get_rest_apis()["items"], [])

    def test_keys_and_plans_count_for_a_stage(self):
        api, resource, _ = self.served()
        self.gateway.update_method(restApiId=api, resourceId=resource, httpMethod="GET", patchOperations=[
            {"op": "replace", "path": "/apiKeyRequired", "value": "true"}])
        self.gateway.create_deployment(restApiId=api, stageName="prod")
        self.assertEqual(self.ask(api)[1], 403)
        key = self.gateway.create_api_key(name="mine", enabled=True)
        plan = self.gateway.create_usage_plan(name="all", apiStages=[{"apiId": api, "stage": "prod"}],
                                              throttle={"burstLimit": 10, "rateLimit": 10.0})["id"]
        self.gateway.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
        self.assertEqual(self.ask(api, "/prod/widgets", "--header", f"x-api-key: {key['value']}"), (0, 200, GOOD))
        self.assertNotIn("value", self.gateway.get_api_key(apiKey=key["id"]))
        self.assertEqual(self.gateway.get_api_key(apiKey=key["id"], includeValue=True)["value"], key["value"])
        self.gateway.update_api_key(apiKey=key["id"], patchOperations=[
            {"op": "replace", "path": "/enabled", "value": "false"}])
        self.assertEqual(self.ask(api, "/prod/widgets", "--header", f"x-api-key: {key['value']}")[1], 403)
        self.fails("BadRequestException", self.gateway.delete_usage_plan, usagePlanId=plan)
        self.gateway.update_usage_plan(usagePlanId=plan, patchOperations=[
            {"op": "remove", "path": "/apiStages", "value": f"{api}:prod"}])
        self.gateway.delete_usage_plan(usagePlanId=plan)
        self.fails("NotFoundException", self.gateway.create_usage_plan, name="x",
                   apiStages=[{"apiId": api, "stage": "none"}], status=404)

    # ---- What is shown ---------------------------------------------------------------------------------

    def test_an_api_is_shown_as_it_was_made(self):
        api, root = self.api(policy=OPEN, description="of widgets", binaryMediaTypes=["image/png"], tags={"a": "b"})
        shown = self.gateway.get_rest_api(restApiId=api)
        self.assertEqual((shown["name"], shown["description"], shown["endpointConfiguration"]["types"],
                          shown["binaryMediaTypes"], shown["tags"], shown["apiKeySource"]),
                         ("widgets", "of widgets", ["PRIVATE"], ["image/png"], {"a": "b"}, "HEADER"))
        self.assertIn('{\\"', shown["policy"])  # its quotes are escaped once more
        self.assertEqual(json.loads(json.loads(f'"{shown["policy"]}"')), json.loads(OPEN))
        self.gateway.update_rest_api(restApiId=api, patchOperations=[
            {"op": "replace", "path": "/name", "value": "others"},
            {"op": "add", "path": "/binaryMediaTypes/image~1gif"},
            {"op": "remove", "path": "/binaryMediaTypes/image~1png"},
            {"op": "replace", "path": "/minimumCompressionSize", "value": "10"},
            {"op": "replace", "path": "/policy", "value": ""}])
        shown = self.gateway.get_rest_api(restApiId=api)
        self.assertEqual((shown["name"], shown["binaryMediaTypes"], shown["minimumCompressionSize"]),
                         ("others", ["image/gif"], 10))
        self.assertNotIn("policy", shown)
        self.fails("BadRequestException", self.gateway.update_rest_api, restApiId=api, patchOperations=[
            {"op": "replace", "path": "/id", "value": "x"}])
        self.fails("BadRequestException", self.gateway.update_rest_api, restApiId=api, patchOperations=[
            {"op": "replace", "path": "/nothing", "value": "x"}])
        found = self.gateway.get_resources(restApiId=api)["items"]
        self.assertEqual([(one["id"], one["path"]) for one in found], [(root, "/")])
        self.fails("NotFoundException", self.gateway.get_rest_api, restApiId="0123456789", status=404)
        self.fails("BadRequestException", self.gateway.create_rest_api, name="x", policy="no JSON")
        self.fails("BadRequestException", self.gateway.create_rest_api, name="x",
                   endpointConfiguration={"types": ["REGIONAL"], "vpcEndpointIds": ["vpce-1"]})

    def test_resources_are_a_tree(self):
        api, root = self.api()
        make = self.gateway.create_resource
        widgets = make(restApiId=api, parentId=root, pathPart="widgets")
        one = make(restApiId=api, parentId=widgets["id"], pathPart="{id}")
        self.assertEqual((widgets["path"], one["path"]), ("/widgets", "/widgets/{id}"))
        self.fails("ConflictException", make, restApiId=api, parentId=root, pathPart="widgets", status=409)
        self.fails("BadRequestException", make, restApiId=api, parentId=widgets["id"], pathPart="{other}")
        self.fails("BadRequestException", make, restApiId=api, parentId=root, pathPart="a b")
        self.fails("NotFoundException", make, restApiId=api, parentId="nobody", pathPart="x", status=404)
        self.mock(api, one["id"])
        self.gateway.update_resource(restApiId=api, resourceId=widgets["id"], patchOperations=[
            {"op": "replace", "path": "/pathPart", "value": "things"}])
        found = {it["path"]: it for it in self.gateway.get_resources(restApiId=api, embed=["methods"])["items"]}
        self.assertEqual(sorted(found), ["/", "/things", "/things/{id}"])
        method = found["/things/{id}"]["resourceMethods"]["GET"]
        self.assertEqual(method["methodIntegration"]["integrationResponses"]["200"]["responseTemplates"],
                         {"application/json": GOOD})
        self.gateway.delete_resource(restApiId=api, resourceId=widgets["id"])
        self.assertEqual(len(self.gateway.get_resources(restApiId=api)["items"]), 1)

    def test_methods_have_their_parts_one_after_the_other(self):
        api, resource = self.widgets()
        gateway, place = self.gateway, {"restApiId": api, "resourceId": resource, "httpMethod": "POST"}
        self.fails("NotFoundException", gateway.get_method, status=404, **place)
        self.fails("NotFoundException", gateway.put_integration, type="MOCK", status=404, **place)
        self.fails("BadRequestException", gateway.put_method, authorizationType="CUSTOM", **place)
        gateway.put_method(authorizationType="NONE", requestParameters={"method.request.querystring.q": True}, **place)
        self.fails("ConflictException", gateway.put_method, authorizationType="NONE", status=409, **place)
        self.fails("NotFoundException", gateway.get_integration, status=404, **place)
        self.assertIn("No integration", self.fails("BadRequestException", gateway.create_deployment, restApiId=api))
        self.fails("BadRequestException", gateway.put_integration, type="HTTP", **place)
        made = gateway.put_integration(type="MOCK", requestTemplates=TEMPLATE, **place)
        self.assertEqual((made["passthroughBehavior"], made["timeoutInMillis"]), ("WHEN_NO_MATCH", 29000))
        self.fails("NotFoundException", gateway.put_integration_response, statusCode="201", status=404, **place)
        gateway.put_method_response(statusCode="201", responseModels={"application/json": "Empty"}, **place)
        self.fails("ConflictException", gateway.put_method_response, statusCode="201", status=409, **place)
        gateway.put_integration_response(statusCode="201", **place)
        gateway.update_method_response(statusCode="201", patchOperations=[
            {"op": "add", "path": "/responseParameters/method.response.header.X", "value": "true"}], **place)
        shown = gateway.get_method_response(statusCode="201", **place)
        self.assertEqual(shown["responseParameters"], {"method.response.header.X": True})
        gateway.update_integration(patchOperations=[
            {"op": "add", "path": "/requestTemplates/text~1plain", "value": ""}], **place)
        self.assertEqual(sorted(gateway.get_integration(**place)["requestTemplates"]),
                         ["application/json", "text/plain"])
        gateway.delete_integration_response(statusCode="201", **place)
        self.fails("NotFoundException", gateway.get_integration_response, statusCode="201", status=404, **place)
        gateway.delete_method_response(statusCode="201", **place)
        gateway.delete_integration(**place)
        gateway.delete_method(**place)

    def test_a_deployment_needs_what_aws_needs(self):
        api, root = self.api()
        self.assertIn("any methods", self.fails("BadRequestException", self.gateway.create_deployment, restApiId=api))
        self.mock(api, self.gateway.create_resource(restApiId=api, parentId=root, pathPart="x")["id"])
        self.assertIn("policy", self.fails("BadRequestException", self.gateway.create_deployment, restApiId=api))
        self.gateway.update_rest_api(restApiId=api, patchOperations=[
            {"op": "replace", "path": "/policy", "value": OPEN}])
        deployment = self.gateway.create_deployment(restApiId=api, description="first")["id"]
        shown = self.gateway.get_deployment(restApiId=api, deploymentId=deployment, embed=["apisummary"])
        self.assertEqual(shown["apiSummary"], {"/x": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}})
        self.fails("BadRequestException", self.gateway.create_deployment, restApiId=api, stageName="x",
                   canarySettings={"percentTraffic": 10})
        self.gateway.create_stage(restApiId=api, stageName="prod", deploymentId=deployment, variables={"a": "b"})
        self.fails("ConflictException", self.gateway.create_stage, restApiId=api, stageName="prod",
                   deploymentId=deployment, status=409)
        self.fails("BadRequestException", self.gateway.create_stage, restApiId=api, stageName="x", deploymentId="none")
        stage = self.gateway.update_stage(restApiId=api, stageName="prod", patchOperations=[
            {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "5"},
            {"op": "replace", "path": "/~1x/GET/logging/loglevel", "value": "INFO"},
            {"op": "replace", "path": "/variables/c", "value": "d"}, {"op": "remove", "path": "/variables/a"},
            {"op": "replace", "path": "/description", "value": "of people"}])
        self.assertEqual((stage["variables"], stage["description"], sorted(stage["methodSettings"])),
                         ({"c": "d"}, "of people", ["*/*", "~1x/GET"]))
        self.assertEqual(stage["methodSettings"]["*/*"]["throttlingRateLimit"], 5.0)
        self.gateway.update_stage(restApiId=api, stageName="prod", patchOperations=[{"op": "remove", "path": "/*/*"}])
        self.assertEqual(sorted(self.gateway.get_stage(restApiId=api, stageName="prod")["methodSettings"]),
                         ["~1x/GET"])
        self.assertEqual(len(self.gateway.get_stages(restApiId=api, deploymentId=deployment)["item"]), 1)
        self.assertEqual(len(self.gateway.get_deployments(restApiId=api)["items"]), 1)

    def test_what_an_api_has_beside_methods(self):
        api, resource = self.widgets()
        gateway = self.gateway
        schema = '{"type": "object"}'
        gateway.create_model(restApiId=api, name="Widget", contentType="application/json", schema=schema)
        self.assertEqual(json.loads(gateway.get_model(restApiId=api, modelName="Widget")["schema"]), json.loads(schema))
        self.assertEqual([one["name"] for one in gateway.get_models(restApiId=api)["items"]],
                         ["Empty", "Error", "Widget"])
        self.fails("ConflictException", gateway.create_model, restApiId=api, name="Widget", status=409,
                   contentType="application/json")
        post = {"restApiId": api, "resourceId": resource, "httpMethod": "POST", "authorizationType": "NONE"}
        self.assertIn("Gadget", self.fails("BadRequestException", gateway.put_method, **post,
                                           requestModels={"application/json": "Gadget"}))
        made = gateway.put_method(**post, requestModels={"application/json": "Widget", "text/plain": "Empty"})
        self.assertEqual(made["requestModels"], {"application/json": "Widget", "text/plain": "Empty"})
        validator = gateway.create_request_validator(restApiId=api, name="bodies", validateRequestBody=True)["id"]
        gateway.update_method(restApiId=api, resourceId=resource, httpMethod="GET", patchOperations=[
            {"op": "replace", "path": "/requestValidatorId", "value": validator}])
        self.fails("ConflictException", gateway.delete_request_validator, restApiId=api, requestValidatorId=validator,
                   status=409)
        uri = "arn:aws:lambda:eu-west-1:111111111111:function:who"
        authorizer = gateway.create_authorizer(
            restApiId=api, name="who", type="TOKEN", identitySource="method.request.header.Authorization",
            authorizerUri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{uri}/invocations")["id"]
        gateway.update_authorizer(restApiId=api, authorizerId=authorizer, patchOperations=[
            {"op": "replace", "path": "/authorizerResultTtlInSeconds", "value": "0"}])
        self.assertEqual(gateway.get_authorizers(restApiId=api)["items"][0]["authorizerResultTtlInSeconds"], 0)
        gateway.delete_authorizer(restApiId=api, authorizerId=authorizer)
        gateway.put_gateway_response(restApiId=api, responseType="DEFAULT_4XX", statusCode="418")
        found = gateway.get_gateway_responses(restApiId=api, limit=100)["items"]
        responses = {one["responseType"]: one for one in found}
        self.assertEqual((responses["DEFAULT_4XX"]["statusCode"], responses["DEFAULT_4XX"]["defaultResponse"],
                          responses["THROTTLED"]["defaultResponse"]), ("418", False, True))
        gateway.delete_gateway_response(restApiId=api, responseType="DEFAULT_4XX")
        account = gateway.update_account(patchOperations=[
            {"op": "replace", "path": "/cloudwatchRoleArn", "value": "arn:aws:iam::111111111111:role/logs"}])
        self.assertEqual(account["throttleSettings"], {"burstLimit": 5000, "rateLimit": 10000.0})
        self.assertEqual(gateway.get_account()["cloudwatchRoleArn"], "arn:aws:iam::111111111111:role/logs")

    def test_private_names_and_tags(self):
        vpc, subnets, group = self.network()
        endpoint, _ = self.endpoint(vpc, subnets, group)
        gateway = self.gateway
        if not hasattr(gateway, "create_domain_name_access_association"):
            self.skipTest("this boto3 knows no private domain names")
        name = gateway.create_domain_name(domainName=HOST, certificateArn=self.import_server(), policy=OPEN,
                                          endpointConfiguration={"types": ["PRIVATE"]}, tags={"a": "b"})
        self.assertEqual(json.loads(name["policy"]), json.loads(OPEN))  # plain, unlike an API's
        gateway.get_domain_name(domainName=HOST, domainNameId=name["domainNameId"])
        self.fails("NotFoundException", gateway.get_domain_name, domainName=HOST, status=404)
        made = gateway.create_domain_name_access_association(
            domainNameArn=name["domainNameArn"], accessAssociationSourceType="VPCE", accessAssociationSource=endpoint)
        arn = made["domainNameAccessAssociationArn"]
        self.assertEqual([one["domainNameAccessAssociationArn"] for one in
                          gateway.get_domain_name_access_associations(resourceOwner="SELF")["items"]], [arn])
        self.assertEqual(gateway.get_tags(resourceArn=name["domainNameArn"])["tags"], {"a": "b"})
        gateway.delete_domain_name_access_association(domainNameAccessAssociationArn=arn)
        gateway.delete_domain_name(domainName=HOST, domainNameId=name["domainNameId"])

    def test_tags_of_apis(self):
        api, _ = self.api(tags={"a": "b"})
        arn = f"arn:aws:apigateway:{REGION}::/restapis/{api}"
        self.gateway.tag_resource(resourceArn=arn, tags={"c": "d"})
        self.gateway.untag_resource(resourceArn=arn, tagKeys=["a"])
        self.assertEqual(self.gateway.get_tags(resourceArn=arn)["tags"], {"c": "d"})
        self.fails("NotFoundException", self.gateway.get_tags, resourceArn=arn + "x", status=404)

    def test_pages(self):
        for _ in range(3):
            self.gateway.create_rest_api(name="x")
        pages = list(self.gateway.get_paginator("get_rest_apis").paginate(PaginationConfig={"PageSize": 2}))
        self.assertEqual([len(one["items"]) for one in pages], [2, 1])

    # ---- Imports ---------------------------------------------------------------------------------------

    def test_an_import_is_what_its_operations_make(self):
        """And what is put over it takes its place: all of it, or what it has of the same name."""
        api, _, endpoint = self.served()
        made = self.gateway.import_rest_api(body=json.dumps(definition("first")).encode(),
                                            parameters={"endpointConfigurationTypes": "PRIVATE"})
        self.assertEqual((made["name"], made["version"], made["endpointConfiguration"]["types"]),
                         ("orders", "7", ["PRIVATE"]))
        api = made["id"]
        resources = self.gateway.get_resources(restApiId=api, embed=["methods"])["items"]
        self.assertEqual(sorted(one["path"] for one in resources), ["/", "/orders", "/orders/{id}"])
        order, = (one for one in resources if one["path"] == "/orders/{id}")
        method = order["resourceMethods"]["GET"]
        validator, = self.gateway.get_request_validators(restApiId=api)["items"]
        authorizer, = self.gateway.get_authorizers(restApiId=api)["items"]
        self.assertEqual((method["requestValidatorId"], method["methodResponses"]["200"]["responseModels"]),
                         (validator["id"], {"application/json": "Order"}))
        posted = self.gateway.get_method(restApiId=api, resourceId=order["id"], httpMethod="DELETE")
        self.assertEqual((posted["authorizerId"], posted["authorizationType"]), (authorizer["id"], "CUSTOM"))
        self.assertEqual(posted["methodIntegration"]["uri"], definition("")["paths"]["/orders/{id}"]["delete"]
                         ["x-amazon-apigateway-integration"]["uri"])
        model = json.loads(self.gateway.get_model(restApiId=api, modelName="Order")["schema"])
        self.assertEqual(model["properties"]["item"]["$ref"],
                         f"https://apigateway.amazonaws.com/restapis/{api}/models/Item")
        self.gateway.create_deployment(restApiId=api, stageName="prod")
        self.assertEqual(self.ask(api, "/prod/orders/5"), (0, 200, "first"))
        self.assertEqual(self.ask(api, "/prod/orders/5", "--request", "DELETE")[1], 200)  # by a stand-in

        other = definition("second")
        del other["paths"]["/orders/{id}"]["delete"]
        self.gateway.put_rest_api(restApiId=api, mode="merge", body=json.dumps(other).encode())
        self.assertEqual(self.ask(api, "/prod/orders/5"), (0, 200, "first"))  # not deployed yet
        methods = self.methods(api, "/orders/{id}")
        self.assertEqual(sorted(methods), ["DELETE", "GET"])
        self.gateway.create_deployment(restApiId=api, stageName="prod")
        self.assertEqual(self.ask(api, "/prod/orders/5"), (0, 200, "second"))
        self.gateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(other).encode())
        self.assertEqual(sorted(self.methods(api, "/orders/{id}")), ["GET"])

    def methods(self, api, path):
        for one in self.gateway.get_resources(restApiId=api, embed=["methods"])["items"]:
            if one["path"] == path:
                return one["resourceMethods"]
        return self.fail(f"no {path}")

    def test_a_definition_that_is_none_leaves_nothing(self):
        bad = definition("x")
        bad["paths"]["/orders"] = {"get": {"x-amazon-apigateway-integration": {"type": "http", "httpMethod": "GET"}}}
        told = self.fails("BadRequestException", self.gateway.import_rest_api, body=json.dumps(bad).encode())
        self.assertIn("Unable to put integration on 'GET' for resource at path '/orders': Invalid HTTP endpoint", told)
        for body, words in ((b"{", "unexpected end"), (b"- 1", "an object"),
                            (b"swagger: '1.2'\npaths: {}", "Swagger 2.0"), (b"\xff\xfe\x00", "an object"),
                            (b"[" * 100_000, "a key is a text")):
            with self.subTest(body=body[:20]):
                self.assertIn(words, self.fails("BadRequestException", self.gateway.import_rest_api, body=body))
        self.assertEqual(self.gateway.get_rest_apis()["items"], [])
        api, _ = self.api()
        before = self.gateway.get_rest_api(restApiId=api)
        self.fails("BadRequestException", self.gateway.put_rest_api, restApiId=api, mode="overwrite",
                   body=json.dumps(bad).encode())
        after = self.gateway.get_rest_api(restApiId=api)
        for one in before, after:
            del one["ResponseMetadata"]
        self.assertEqual(after, before)
        self.assertEqual(len(self.gateway.get_resources(restApiId=api)["items"]), 1)

    def test_what_is_not_emulated_is_named(self):
        self.assertIn("/clientcertificates", self.fails("NotFoundException", self.gateway.generate_client_certificate,
                                                        status=404))
        self.assertIn("cloneFrom", self.fails("BadRequestException", self.gateway.create_rest_api, name="x",
                                              cloneFrom="y"))


if __name__ == "__main__":
    unittest.main()
