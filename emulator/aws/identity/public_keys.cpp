#include "aws/identity/public_keys.h"

#include "pki/jose.h"

namespace hoplab::aws {

PublicKeys::PublicKeys(std::shared_ptr<const SigningKey> key)
    : key_(std::move(key)), pem_(pki::public_key_pem(key_->key.get())) {}

void PublicKeys::answer(const WebVisit& visit, http::Response& response) const {
  const auto path = visit.request.target.substr(0, visit.request.target.find('?'));
  const bool read = visit.request.method == "GET" || visit.request.method == "HEAD";
  if (!read || path != "/" + key_->kid) {
    response.status = read ? 404 : 405;
    return;
  }
  response.status = 200;
  response.headers.add("Content-Type", "text/plain");
  response.text = response.arena.copy(pem_);
}

}  // namespace hoplab::aws
