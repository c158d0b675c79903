#include "aws/iam/canonical_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "aws/iam/hmac.h"
#include "aws/stub/query.h"
#include "base/ascii.h"
#include "base/percent.h"

namespace hoplab::aws {

namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Without "." and empty segments, and without what ".." takes back (RFC 3986 5.2.4).
void append_path(std::string& out, std::string_view path) {
  std::vector<std::string_view> kept;
  std::string_view last;
  for (auto rest = path; !rest.empty();) {
    last = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(last.size() + 1, rest.size()));
    if (last.empty() || last == ".") continue;
    if (last != "..")
      kept.push_back(last);
    else if (!kept.empty())
      kept.pop_back();
  }
  for (const std::string_view segment : kept) {
    out.append("/");
    append_percent_encoded(out, segment);
  }
  if (kept.empty() || path.ends_with('/') || last == "." || last == "..") out.append("/");
}

/// A name or a value of a query, decoded and encoded.
std::string_view append_recoded(std::string& out, std::string_view text) {
  const auto begin = out.size();
  if (is_unreserved(text))
    out.append(text);
  else
    append_percent_encoded(out, form_decoded(text));
  return std::string_view(out).substr(begin);
}

/// Sorted by name and value, both as they are encoded. The signature itself is not signed.
void append_query(std::string& out, std::string_view query, bool has_signature) {
  std::string encoded;
  encoded.reserve(3 * query.size());  // as long as it can be: what is in it stays where it is
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  each_query_parameter(query, [&](std::string_view name, std::string_view value) {
    if (has_signature && name == "X-Amz-Signature") return;
    const auto encoded_name = append_recoded(encoded, name);
    parameters.emplace_back(encoded_name, append_recoded(encoded, value));
  });
  std::ranges::sort(parameters);
  std::string_view between;
  for (const auto& [name, value] : parameters) {
    out.append(between).append(name).append("=").append(value);
    between = "&";
  }
}

/// Without blanks around it, and with one in place of several.
void append_squeezed(std::string& out, std::string_view value) {
  bool blank = false;
  bool any = false;
  for (const char c : value) {
    if (is_blank(c)) {
      blank = any;
      continue;
    }
    if (blank) out.push_back(' ');
    out.push_back(c);
    blank = false;
    any = true;
  }
}

std::vector<std::string> names_of(std::string_view signed_headers) {
  std::vector<std::string> names;
  while (!signed_headers.empty()) {
    const auto name = signed_headers.substr(0, signed_headers.find(';'));
    signed_headers.remove_prefix(std::min(name.size() + 1, signed_headers.size()));
    if (!name.empty()) names.push_back(lower_case(name));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void append_headers(std::string& out, const SignedRequest& request,
                    const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    out.append(name).append(":");
    std::string_view between;
    for (const http::Field& field : request.headers) {
      if (!iequals(field.name, name)) continue;
      out.append(between);
      append_squeezed(out, field.value);
      between = ",";
    }
    out.append("\n");
  }
  out.append("\n");
  std::string_view between;
  for (const std::string& name : names) {
    out.append(between).append(name);
    between = ";";
  }
}

/// A client may leave the payload out, and signs that it has; any other claim about it is checked
/// by hashing what has come.
void append_payload(std::string& out, const SignedRequest& request,
                    const std::vector<std::string>& names) {
  constexpr std::string_view kField = "x-amz-content-sha256";
  constexpr std::string_view kUnsigned = "UNSIGNED-PAYLOAD";
  const auto* claimed = find_field(request.headers, kField);
  if (claimed != nullptr && *claimed == kUnsigned &&
      std::ranges::binary_search(names, std::string(kField))) {
    out.append(kUnsigned);
    return;
  }
  constexpr std::string_view kOfNothing =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  if (request.body.empty())
    out.append(kOfNothing);
  else
    out.append(hex_text(sha256_digest(request.body)));
}

}  // namespace

std::string canonical_request(const SignedRequest& request, const SignatureParts& parts) {
  const auto names = names_of(parts.signed_headers);
  constexpr std::size_t kOfFields = 512;  // about
  std::string text;
  text.reserve(request.path.size() + request.query.size() + kOfFields);
  text.append(request.method).append("\n");
  append_path(text, request.path);
  text.append("\n");
  append_query(text, request.query, parts.in_query);
  text.append("\n");
  append_headers(text, request, names);
  text.append("\n");
  append_payload(text, request, names);
  return text;
}

std::string string_to_sign(const SignatureParts& parts, std::string_view canonical_request) {
  std::string text(to_text(parts.algorithm));
  text.append("\n").append(parts.timestamp).append("\n").append(parts.scope).append("\n");
  return text.append(hex_text(sha256_digest(canonical_request)));
}

}  // namespace hoplab::aws
