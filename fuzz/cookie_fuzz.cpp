// libFuzzer target: the cookies of a request, and what a load balancer finds in its own.
//
// Checks, beside memory safety: a value is a part of its field and has no end in it; what is behind
// it changes nothing; a sealed text that somebody has changed says nothing, or what it said before.
#include <string>
#include <string_view>

#include "aws/alb/sticky_cookies.h"
#include "check.h"
#include "http/cookies.h"

namespace {

using namespace hoplab;
using namespace hoplab::aws;
using namespace hoplab::fuzz;

http::Headers cookie_fields(std::string_view lines) {
  http::Headers headers;
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    headers.add(end % 2 ? "cookie" : "Cookie", lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return headers;
}

void fuzz_finding(std::string_view lines, std::string_view name) {
  const http::Headers headers = cookie_fields(lines);
  const auto found = http::find_cookie(headers, name);
  saw(found.has_value());
  if (found && !found->empty()) {
    check(found->data() >= lines.data() &&
          found->data() + found->size() <= lines.data() + lines.size());
    check(found->find_first_of(";\n") == std::string_view::npos);
    check(found->front() != ' ' && found->back() != ' ');
  }
  check(!found || lines.find(name) != std::string_view::npos);
  http::Headers more = headers;
  const std::string last = std::string(name) + "=last";
  more.add("Cookie", last);
  check(http::find_cookie(more, name) == (found ? *found : std::string_view("last")));
  http::Headers first;
  first.add("COOKIE", last);
  for (const http::Field& field : headers.fields()) first.add(field.name, field.value);
  check(http::find_cookie(first, name) == "last");
}

void fuzz_reading(std::string_view lines) {
  const StickyCookies cookies("fuzz");
  const http::Headers headers = cookie_fields(lines);
  for (const SentCookie& sent : {cookies.target_cookie(headers), cookies.group_cookie(headers),
                                 cookies.app_cookie(headers)}) {
    check(sent.sent || !sent.place);
    saw(0x100u | static_cast<unsigned>(sent.sent) << 1 |
        static_cast<unsigned>(sent.place.has_value()));
  }
}

/// `edits` are pairs of a place and what is put there.
void fuzz_tampering(std::string_view content, std::string_view edits) {
  const CookieSeal seal("fuzz");
  Rng rng(content.size());
  std::string sealed = seal.seal(content, rng);
  check(sealed.size() == (content.size() + 28 + 2) / 3 * 4);
  check(seal.open(sealed) == content);
  check(!CookieSeal("other").open(sealed));
  for (std::size_t i = 0; i + 1 < edits.size(); i += 2) {
    sealed[static_cast<unsigned char>(edits[i]) % sealed.size()] = edits[i + 1];
  }
  // Not every bit of base64's last character counts.
  if (const auto opened = seal.open(sealed)) check(*opened == content);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string copy(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view input = copy;
  switch (data[0] % 4) {
    case 0: fuzz_finding(input, "AWSALB"); break;
    case 1: fuzz_finding(input, "a"); break;
    case 2: fuzz_reading(input); break;
    default: {
      const std::size_t edits = std::min<std::size_t>(input.size(), data[0] >> 2);
      fuzz_tampering(input.substr(edits).substr(0, 2000), input.substr(0, edits));
    }
  }
  return 0;
}
