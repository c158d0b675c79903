// hoplab cert: a certificate as targets behind an Application Load Balancer get to see it.
#include <nlohmann/json.hpp>

#include "aws/alb/mtls_headers.h"
#include "cli/commands.h"
#include "cli/json_line.h"
#include "cli/terminal.h"
#include "offline/pem_text.h"

namespace hoplab::cli {

namespace {

std::string lines_of(const aws::MtlsHeaders& headers) {
  std::string lines;
  for (const auto& field : headers.fields)
    lines += std::string(field.name) + ": " + field.value + "\n";
  return lines;
}

nlohmann::ordered_json object_of(const aws::MtlsHeaders& headers) {
  nlohmann::ordered_json object;
  for (const auto& field : headers.fields) object[std::string(field.name)] = field.value;
  return object;
}

}  // namespace

int cert(const CertOptions& options) {
  const auto pem = offline::read_pem(options.file);
  if (!pem) return fail(pem.error());
  const auto chain = offline::read_chain(pem.value());
  if (!chain) return fail(chain.error());
  if (const auto& block = chain.value().unreadable) {
    return fail(options.file + ": line " + std::to_string(block->line) +
                ": the CERTIFICATE block does not hold an X.509 certificate");
  }
  const auto verify = aws::verify_headers(chain.value().leaf(), model::kAwsRequestHeaderNames);
  const auto passthrough =
      aws::passthrough_headers(chain.value().certificates.get(), model::kAwsRequestHeaderNames);
  if (options.json) {
    const nlohmann::ordered_json json{{"verify", object_of(verify)},
                                      {"passthrough", object_of(passthrough)}};
    print(json_line(json));
  } else {
    print(paint(Colour::bold, "verify") + "\n" + lines_of(verify) + "\n" +
          paint(Colour::bold, "passthrough") + "\n" + lines_of(passthrough));
  }
  return 0;
}

}  // namespace hoplab::cli
