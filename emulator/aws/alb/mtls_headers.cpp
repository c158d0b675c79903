#include "aws/alb/mtls_headers.h"

#include "pki/distinguished_name.h"

namespace hoplab::aws {

MtlsHeaders verify_headers(X509* leaf, const model::RequestHeaderNames& names,
                           pki::PemUrlEncoding encoding) {
  MtlsHeaders headers;
  headers.fields.reserve(5);
  headers.fields.push_back({names.clientcert_serial_number, pki::serial_text(leaf)});
  headers.fields.push_back({names.clientcert_issuer, pki::issuer_text(leaf)});
  headers.fields.push_back({names.clientcert_subject, pki::subject_text(leaf)});
  headers.fields.push_back({names.clientcert_validity, pki::validity_text(leaf)});
  headers.fields.push_back(
      {names.clientcert_leaf, pki::url_encode_pem(pki::certificate_pem(leaf), encoding)});
  return headers;
}

MtlsHeaders passthrough_headers(const STACK_OF(X509) * presented,
                                const model::RequestHeaderNames& names,
                                pki::PemUrlEncoding encoding) {
  MtlsHeaders headers;
  if (sk_X509_num(presented) <= 0) return headers;
  headers.fields.push_back(
      {names.clientcert, pki::url_encode_pem(pki::chain_pem(presented), encoding)});
  return headers;
}

}  // namespace hoplab::aws
