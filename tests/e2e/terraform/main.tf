# The path of the AWS post, and the client's side of it, as tests/e2e/terraform_apply_test.py applies it to an empty
# hoplab. The test makes the files beside it: ca.pem, both.pem, list.pem, server.pem, server.key.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "mode" {
  default = "verify"
}
variable "bundle" {
  default = "ca.pem"
}
variable "notice" {
  default = "down"
}
provider "aws" {
  region            = "eu-west-1"
  access_key        = "111111111111"
  secret_key        = "x"
  s3_use_path_style = true
  default_tags { tags = { app = "hoplab" } }
}
provider "aws" {
  alias                       = "consumer"
  region                      = "eu-west-1"
  access_key                  = "222222222222"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
data "aws_availability_zones" "az" { state = "available" }
resource "aws_vpc" "p" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  enable_dns_support   = true
}
resource "aws_subnet" "p" {
  count             = 2
  vpc_id            = aws_vpc.p.id
  cidr_block        = cidrsubnet(aws_vpc.p.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.az.names[count.index]
}
resource "aws_security_group" "alb" {
  name   = "alb"
  vpc_id = aws_vpc.p.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "vpce" {
  name   = "vpce"
  vpc_id = aws_vpc.p.id
}
resource "aws_vpc_security_group_ingress_rule" "vpce" {
  security_group_id = aws_security_group.vpce.id
  cidr_ipv4         = aws_vpc.p.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
resource "aws_security_group_rule" "vpce_out" {
  type              = "egress"
  security_group_id = aws_security_group.vpce.id
  cidr_blocks       = ["0.0.0.0/0"]
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
}
resource "aws_s3_bucket" "trust" { bucket = "tf-trust-store" }
resource "aws_s3_object" "ca" {
  for_each = toset(["ca.pem", "both.pem"])
  bucket   = aws_s3_bucket.trust.id
  key      = each.key
  source   = "${path.module}/${each.key}"
  etag     = filemd5("${path.module}/${each.key}")
}
resource "aws_s3_object" "crl" {
  bucket  = aws_s3_bucket.trust.id
  key     = "list.pem"
  content = file("${path.module}/list.pem")
}
resource "aws_acm_certificate" "server" {
  certificate_body = file("${path.module}/server.pem")
  private_key      = file("${path.module}/server.key")
}
resource "aws_lb_trust_store" "ts" {
  depends_on                       = [aws_s3_object.ca]
  name                             = "clients"
  ca_certificates_bundle_s3_bucket = aws_s3_bucket.trust.id
  ca_certificates_bundle_s3_key    = var.bundle
}
resource "aws_lb_trust_store_revocation" "crl" {
  trust_store_arn       = aws_lb_trust_store.ts.arn
  revocations_s3_bucket = aws_s3_bucket.trust.id
  revocations_s3_key    = aws_s3_object.crl.key
}
resource "aws_lb" "alb" {
  name                       = "alb"
  internal                   = true
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.alb.id]
  subnets                    = aws_subnet.p[*].id
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
}
resource "aws_lb_target_group" "api" {
  name        = "api"
  port        = 443
  protocol    = "HTTPS"
  target_type = "ip"
  vpc_id      = aws_vpc.p.id
  health_check {
    path     = "/ping"
    protocol = "HTTPS"
    matcher  = "200,403"
  }
}
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.alb.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-2016-08"
  certificate_arn   = aws_acm_certificate.server.arn
  dynamic "mutual_authentication" {
    for_each = var.mode == "" ? [] : [var.mode]
    content {
      mode            = mutual_authentication.value
      trust_store_arn = mutual_authentication.value == "verify" ? aws_lb_trust_store.ts.arn : null
    }
  }
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.api.arn
  }
}
resource "aws_lb_listener_rule" "maint" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = var.notice
      status_code  = "503"
    }
  }
  condition {
    path_pattern { values = ["/maint/*"] }
  }
}
resource "aws_vpc_endpoint" "exec" {
  vpc_id              = aws_vpc.p.id
  service_name        = "com.amazonaws.${data.aws_region.here.name}.execute-api"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = aws_subnet.p[*].id
  security_group_ids  = [aws_security_group.vpce.id]
  private_dns_enabled = true
}
data "aws_network_interface" "exec" {
  count = 2
  id    = tolist(aws_vpc_endpoint.exec.network_interface_ids)[count.index]
}
resource "aws_lb_target_group_attachment" "api" {
  count            = 2
  target_group_arn = aws_lb_target_group.api.arn
  target_id        = data.aws_network_interface.exec[count.index].private_ip
  port             = 443
}
resource "aws_lb" "nlb" {
  name                             = "nlb"
  internal                         = true
  load_balancer_type               = "network"
  subnets                          = aws_subnet.p[*].id
  enable_cross_zone_load_balancing = true
}
resource "aws_lb_target_group" "alb" {
  name        = "alb"
  port        = 443
  protocol    = "TCP"
  target_type = "alb"
  vpc_id      = aws_vpc.p.id
  health_check {
    protocol = "HTTPS"
    path     = "/ping"
  }
}
resource "aws_lb_target_group_attachment" "alb" {
  target_group_arn = aws_lb_target_group.alb.arn
  target_id        = aws_lb.alb.arn
  port             = 443
  depends_on       = [aws_lb_listener.https]
}
resource "aws_lb_listener" "tcp" {
  load_balancer_arn = aws_lb.nlb.arn
  port              = 443
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.alb.arn
  }
}
resource "aws_vpc_endpoint_service" "svc" {
  acceptance_required        = false
  network_load_balancer_arns = [aws_lb.nlb.arn]
}
resource "aws_vpc_endpoint_service_allowed_principal" "c" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.svc.id
  principal_arn           = "arn:aws:iam::222222222222:root"
}
# consumer
resource "aws_vpc" "c" {
  provider   = aws.consumer
  cidr_block = "10.1.0.0/16"
}
resource "aws_subnet" "c" {
  provider   = aws.consumer
  vpc_id     = aws_vpc.c.id
  cidr_block = "10.1.0.0/24"
}
resource "aws_vpc_endpoint" "c" {
  provider          = aws.consumer
  vpc_id            = aws_vpc.c.id
  service_name      = aws_vpc_endpoint_service.svc.service_name
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.c.id]
}
# api
resource "aws_api_gateway_rest_api" "api" {
  name = "widgets"
  endpoint_configuration {
    types            = ["PRIVATE"]
    vpc_endpoint_ids = [aws_vpc_endpoint.exec.id]
  }
}
resource "aws_api_gateway_rest_api_policy" "api" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "execute-api:/*" },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "execute-api:/*"
        Condition = { StringNotEquals = { "aws:SourceVpce" = aws_vpc_endpoint.exec.id } }
      }
    ]
  })
}
resource "aws_api_gateway_resource" "w" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "widgets"
}
resource "aws_api_gateway_method" "w" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = aws_api_gateway_resource.w.id
  http_method   = "GET"
  authorization = "NONE"
}
resource "aws_api_gateway_integration" "w" {
  rest_api_id       = aws_api_gateway_rest_api.api.id
  resource_id       = aws_api_gateway_resource.w.id
  http_method       = aws_api_gateway_method.w.http_method
  type              = "MOCK"
  request_templates = { "application/json" = "{\"statusCode\": 200}" }
}
resource "aws_api_gateway_method_response" "w" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  resource_id = aws_api_gateway_resource.w.id
  http_method = aws_api_gateway_method.w.http_method
  status_code = "200"
}
resource "aws_api_gateway_integration_response" "w" {
  rest_api_id        = aws_api_gateway_rest_api.api.id
  resource_id        = aws_api_gateway_resource.w.id
  http_method        = aws_api_gateway_method.w.http_method
  status_code        = aws_api_gateway_method_response.w.status_code
  response_templates = { "application/json" = "{\"id\":\"1\",\"value\":\"4.99\"}" }
  depends_on         = [aws_api_gateway_integration.w]
}
resource "aws_api_gateway_deployment" "d" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  depends_on  = [aws_api_gateway_integration_response.w, aws_api_gateway_rest_api_policy.api]
  lifecycle { create_before_destroy = true }
}
resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  deployment_id = aws_api_gateway_deployment.d.id
  stage_name    = "prod"
}
resource "aws_api_gateway_domain_name" "d" {
  domain_name              = "api.example.com"
  regional_certificate_arn = aws_acm_certificate.server.arn
  endpoint_configuration { types = ["REGIONAL"] }
}
resource "aws_api_gateway_base_path_mapping" "m" {
  api_id      = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  domain_name = aws_api_gateway_domain_name.d.domain_name
}
resource "aws_route53_zone" "z" {
  name = "example.com"
  vpc { vpc_id = aws_vpc.p.id }
}
resource "aws_route53_record" "a" {
  zone_id = aws_route53_zone.z.zone_id
  name    = "api.example.com"
  type    = "A"
  alias {
    name                   = aws_lb.alb.dns_name
    zone_id                = aws_lb.alb.zone_id
    evaluate_target_health = false
  }
}
output "svc" { value = aws_vpc_endpoint_service.svc.service_name }

# A private authority.
resource "aws_acmpca_certificate_authority" "ca" {
  type = "ROOT"
  certificate_authority_configuration {
    key_algorithm     = "EC_prime256v1"
    signing_algorithm = "SHA256WITHECDSA"
    subject { common_name = "api.example.com" }
  }
  permanent_deletion_time_in_days = 7
}
resource "aws_acmpca_certificate" "ca" {
  certificate_authority_arn   = aws_acmpca_certificate_authority.ca.arn
  certificate_signing_request = aws_acmpca_certificate_authority.ca.certificate_signing_request
  signing_algorithm           = "SHA256WITHECDSA"
  template_arn                = "arn:aws:acm-pca:::template/RootCACertificate/V1"
  validity {
    type  = "YEARS"
    value = 1
  }
}
resource "aws_acmpca_certificate_authority_certificate" "ca" {
  certificate_authority_arn = aws_acmpca_certificate_authority.ca.arn
  certificate               = aws_acmpca_certificate.ca.certificate
  certificate_chain         = aws_acmpca_certificate.ca.certificate_chain
}
