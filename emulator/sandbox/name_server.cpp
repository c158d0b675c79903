#include "sandbox/name_server.h"

#include <algorithm>

#include "base/address_range.h"
#include "base/ascii.h"

namespace hoplab::sandbox {

namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kA = 1, kAny = 255, kInternet = 1;
constexpr std::uint16_t kIsAnswer = 0x8000, kOpcode = 0x7800, kAuthoritative = 0x0400;
constexpr std::uint16_t kRecursionWanted = 0x0100, kRecursionThere = 0x0080;
constexpr std::uint16_t kNoSuchName = 3, kNotImplemented = 4;

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

void put(std::string& bytes, std::uint32_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift & 0xff);
  }
}

struct DnsQuestion {
  std::string name;  // in lower case, without the dot at its end
  std::uint16_t type = 0, of_class = 0;
  std::size_t size = 0;  // 0: it is none
};

DnsQuestion read_question(std::string_view bytes) {
  DnsQuestion question;
  std::size_t at = 0;
  while (at < bytes.size() && bytes[at] != 0) {
    const auto length = static_cast<unsigned char>(bytes[at]);
    constexpr std::size_t kLongestLabel = 63, kLongestName = 253;
    if (length > kLongestLabel || at + 1 + length > bytes.size()) return {};
    if (!question.name.empty()) question.name += '.';
    question.name += lower_case(std::string_view(bytes.substr(at + 1, length)));
    if (question.name.size() > kLongestName) return {};
    at += 1 + length;
  }
  if (at + 5 > bytes.size()) return {};
  question.type = number_at(bytes, at + 1);
  question.of_class = number_at(bytes, at + 3);
  question.size = at + 5;
  return question;
}

std::string address_record(const std::string& address) {
  constexpr std::uint16_t kNameOfTheQuestion = 0xc000 | kHeader;
  constexpr std::uint32_t kSeconds = 60;
  const auto ip = parse_ip(address);
  std::string record;
  put(record, kNameOfTheQuestion, 2);
  put(record, kA, 2);
  put(record, kInternet, 2);
  put(record, kSeconds, 4);
  put(record, 4, 2);
  put(record, ip ? ip->ipv4_value() : 0, 4);
  return record;
}

}  // namespace

std::string NameServer::answer(std::string_view query) {
  if (query.size() < kHeader) return {};
  const std::uint16_t flags = number_at(query, 2);
  if ((flags & kIsAnswer) != 0 || number_at(query, 4) != 1) return {};
  const DnsQuestion question = read_question(query.substr(kHeader));
  if (question.size == 0) return {};
  std::vector<std::string> addresses = lookup_(question.name);
  const bool known = !addresses.empty();
  const bool other = (flags & kOpcode) != 0 || question.of_class != kInternet;
  const bool wanted = question.type == kA || question.type == kAny;
  if (other || !wanted) addresses.clear();
  if (!addresses.empty()) {
    const auto first = static_cast<std::ptrdiff_t>(turn_++ % addresses.size());
    std::rotate(addresses.begin(), addresses.begin() + first, addresses.end());
  }
  const std::uint16_t code = other ? kNotImplemented : known ? 0 : kNoSuchName;
  std::string answer(query.substr(0, 2));
  put(answer,
      kIsAnswer | kAuthoritative | kRecursionThere | code | (flags & (kOpcode | kRecursionWanted)),
      2);
  put(answer, 1, 2);
  put(answer, static_cast<std::uint32_t>(addresses.size()), 2);
  put(answer, 0, 4);
  answer += query.substr(kHeader, question.size);
  for (const std::string& address : addresses) answer += address_record(address);
  return answer;
}

}  // namespace hoplab::sandbox
