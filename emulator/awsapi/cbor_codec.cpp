#include "awsapi/cbor_codec.h"

#include <cstring>
#include <optional>

#include "awsapi/json_codec.h"

namespace hoplab::awsapi {

namespace {

// RFC 8949, 3.1.
enum : unsigned { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag };
constexpr char kDouble = '\xfb', kTrue = '\xf5', kFalse = '\xf4', kBreak = '\xff';

void put_big_endian(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;) out += static_cast<char>(value >> (8U * i) & 0xFFU);
}

void put_head(std::string& out, unsigned major, std::uint64_t value) {
  constexpr std::uint64_t kDirect = 24;
  const unsigned size = value < kDirect          ? 0
                        : value <= 0xFF          ? 1
                        : value <= 0xFFFF        ? 2
                        : value <= 0xFFFF'FFFFUL ? 4
                                                 : 8;
  const unsigned code = size == 0   ? static_cast<unsigned>(value)
                        : size == 1 ? 24
                        : size == 2 ? 25
                        : size == 4 ? 26
                                    : 27;
  out += static_cast<char>(major << 5U | code);
  put_big_endian(out, value, size);
}

void put_text(std::string& out, std::string_view text) {
  put_head(out, kText, text.size());
  out += text;
}

void put_double(std::string& out, double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  out += kDouble;
  put_big_endian(out, bits, 8);
}

void put_integer(std::string& out, std::int64_t value) {
  if (value >= 0) return put_head(out, kUnsigned, static_cast<std::uint64_t>(value));
  put_head(out, kNegative, static_cast<std::uint64_t>(-1 - value));
}

void put_members(std::string& out, const Json& value, Members members);

void put(std::string& out, const Json& value, const Member& member) {
  switch (member.kind) {
    case Kind::structure: return put_members(out, value, member.members);
    case Kind::list:
      put_head(out, kArray, value.size());
      for (const Json& item : value) put(out, item, item_of(member));
      return;
    case Kind::map:
      put_head(out, kMap, value.size());
      for (const auto& [key, item] : value.items()) {
        put_text(out, key);
        put(out, item, item_of(member));
      }
      return;
    case Kind::timestamp: put_head(out, kTag, 1); return put_double(out, value.get<double>());
    case Kind::integer: return put_integer(out, value.get<std::int64_t>());
    case Kind::number: return put_double(out, value.get<double>());
    case Kind::boolean: out += value.get<bool>() ? kTrue : kFalse; return;
    default: return put_text(out, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

void put_members(std::string& out, const Json& value, Members members) {
  std::string content;
  std::size_t count = 0;
  for (const Member& member : members) {
    const auto found = value.find(member.name);
    if (found == value.end() || found->is_null()) continue;
    ++count;
    put_text(content, member.name);
    put(content, *found, member);
  }
  put_head(out, kMap, count);
  out += content;
}

/// RFC 8949 without tags' meanings: a time is its number. Depth and sizes are those of the body.
class CborReader {
 public:
  explicit CborReader(std::string_view body) : rest_(body) {}

  /// Nothing: it is no CBOR, it is too deep, or something stands behind it.
  std::optional<Json> whole() {
    auto read = value(0);
    return rest_.empty() ? read : std::nullopt;
  }

 private:
  struct Head {
    unsigned major = 0, code = 0;
    std::uint64_t number = 0;
    [[nodiscard]] bool open() const { return code == 31; }  // its end comes by a break
  };

  std::optional<std::uint64_t> big_endian(std::size_t bytes) {
    if (bytes > rest_.size()) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : rest_.substr(0, bytes))
      number = number << 8U | static_cast<unsigned char>(c);
    rest_.remove_prefix(bytes);
    return number;
  }

  std::optional<Head> head() {
    const auto first = big_endian(1);
    if (!first) return std::nullopt;
    Head made{static_cast<unsigned>(*first >> 5U), static_cast<unsigned>(*first & 31U), 0};
    made.number = made.code;
    if (made.code >= 24 && made.code <= 27) {
      const auto number = big_endian(std::size_t{1} << (made.code - 24));
      if (!number) return std::nullopt;
      made.number = *number;
    }
    const bool may_be_open = made.major >= kBytes && made.major <= kMap;
    if (made.code > 27 && !(made.open() && may_be_open)) return std::nullopt;
    return made;
  }

  bool ends(const Head& of, std::uint64_t count) {
    if (!of.open()) return count == of.number;
    const bool stops = !rest_.empty() && rest_[0] == kBreak;
    if (stops) rest_.remove_prefix(1);
    return stops;
  }

  std::optional<Json> value(int depth) {
    const auto of = depth > JsonLimits().depth ? std::nullopt : head();
    if (!of) return std::nullopt;
    switch (of->major) {
      case kUnsigned: return Json(of->number);
      case kNegative: return Json(-1 - static_cast<std::int64_t>(of->number));
      case kBytes:
      case kText: return text(*of, depth);
      case kArray: return array(*of, depth);
      case kMap: return object(*of, depth);
      case kTag: return value(depth + 1);
      default: return simple(*of);
    }
  }

  std::optional<Json> text(const Head& of, int depth) {
    if (!of.open()) {
      if (of.number > rest_.size()) return std::nullopt;
      const std::string made(rest_.substr(0, of.number));
      rest_.remove_prefix(of.number);
      return Json(made);
    }
    std::string made;
    while (!ends(of, 0)) {
      const auto part = value(depth + 1);
      if (!part || !part->is_string()) return std::nullopt;
      made += part->get_ref<const std::string&>();
    }
    return Json(made);
  }

  std::optional<Json> array(const Head& of, int depth) {
    Json made = Json::array();
    while (!ends(of, made.size())) {
      auto item = value(depth + 1);
      if (!item) return std::nullopt;
      made.push_back(std::move(*item));
    }
    return made;
  }

  std::optional<Json> object(const Head& of, int depth) {
    Json made = Json::object();
    for (std::uint64_t count = 0; !ends(of, count); ++count) {
      const auto key = value(depth + 1);
      if (!key || !key->is_string()) return std::nullopt;
      auto item = value(depth + 1);
      if (!item) return std::nullopt;
      made[key->get<std::string>()] = std::move(*item);
    }
    return made;
  }

  static std::optional<Json> simple(const Head& of) {
    switch (of.code) {
      case 20:
      case 21: return Json(of.code == 21);
      case 22:
      case 23: return Json();
      case 26: {
        float single = 0;
        const auto bits = static_cast<std::uint32_t>(of.number);
        std::memcpy(&single, &bits, sizeof single);
        return Json(static_cast<double>(single));
      }
      case 27: {
        double number = 0;
        std::memcpy(&number, &of.number, sizeof number);
        return Json(number);
      }
      default: return std::nullopt;
    }
  }

  std::string_view rest_;
};

}  // namespace

ApiResult<Json> read_cbor(std::string_view body) {
  if (body.empty()) return Json::object();
  auto read = CborReader(body).whole();
  if (read && read->is_object()) return std::move(*read);
  return ApiError{"SerializationException", "the request's body is no CBOR that can be read"};
}

std::string cbor_members(const Json& value, Members members) {
  std::string made;
  put_members(made, value, members);
  return made;
}

std::string cbor_error(const ApiError& error) {
  constexpr Member kError[] = {text("__type"), text("message")};
  return cbor_members({{"__type", error.code}, {"message", error.message}}, kError);
}

}  // namespace hoplab::awsapi
