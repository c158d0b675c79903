// https://public-keys.auth.elb.<Region>.amazonaws.com/<key id>: the public half of the key with
// which a Region's load balancers sign x-amzn-oidc-data, in PEM.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
#pragma once

#include <memory>

#include "aws/identity/signing_key.h"
#include "aws/identity/web_pages.h"

namespace hoplab::aws {

class PublicKeys final : public WebPages {
 public:
  explicit PublicKeys(std::shared_ptr<const SigningKey> key);
  void answer(const WebVisit& visit, http::Response& response) const override;

 private:
  std::shared_ptr<const SigningKey> key_;
  std::string pem_;
};

}  // namespace hoplab::aws
