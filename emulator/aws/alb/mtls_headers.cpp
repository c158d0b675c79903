#include "aws/alb/mtls_headers.h"

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"

namespace hoplab::aws {

MtlsHeaders verify_headers(X509* leaf) {
  MtlsHeaders headers;
  headers.fields.reserve(5);
  headers.fields.push_back({"X-Amzn-Mtls-Clientcert-Serial-Number", pki::serial_text(leaf)});
  headers.fields.push_back({"X-Amzn-Mtls-Clientcert-Issuer", pki::issuer_text(leaf)});
  headers.fields.push_back({"X-Amzn-Mtls-Clientcert-Subject", pki::subject_text(leaf)});
  headers.fields.push_back({"X-Amzn-Mtls-Clientcert-Validity", pki::validity_text(leaf)});
  headers.fields.push_back(
      {"X-Amzn-Mtls-Clientcert-Leaf", pki::url_encode_pem(pki::certificate_pem(leaf))});
  return headers;
}

MtlsHeaders passthrough_headers(const STACK_OF(X509) * presented) {
  MtlsHeaders headers;
  if (sk_X509_num(presented) <= 0) return headers;
  headers.fields.push_back(
      {"X-Amzn-Mtls-Clientcert", pki::url_encode_pem(pki::chain_pem(presented))});
  return headers;
}

}  // namespace hoplab::aws
