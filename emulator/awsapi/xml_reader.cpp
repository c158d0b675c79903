#include "awsapi/xml_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.h"

namespace hoplab::awsapi {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void put_utf8(std::string& into, std::uint32_t c) {
  if (c < 0x80) {
    into += static_cast<char>(c);
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr std::uint32_t kFirst[] = {0, 0xC0, 0xE0, 0xF0};
  into += static_cast<char>(kFirst[more] | (c >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) into += static_cast<char>(0x80U | ((c >> (6 * i)) & 0x3FU));
}

/// Of "#38" or "#x26".
std::optional<std::uint32_t> character(std::string_view reference) {
  reference.remove_prefix(1);
  const bool hex = reference.starts_with('x');
  if (hex) reference.remove_prefix(1);
  std::uint32_t c = 0;
  const char* const end = reference.data() + reference.size();
  const auto [at, error] = std::from_chars(reference.data(), end, c, hex ? 16 : 10);
  const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
  if (error != std::errc{} || at != end || c == 0 || c > 0x10FFFF || surrogate) return std::nullopt;
  return c;
}

class Parser {
 public:
  Parser(std::string_view document, const XmlLimits& limits) : rest_(document), limits_(limits) {}

  Result<XmlElement> document() {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    if (!skip_misc()) return Error{"the XML has a comment or an instruction that does not end"};
    XmlElement root;
    if (!element(root, 1)) return Error{"the XML " + what_};
    if (!skip_misc() || !rest_.empty()) return Error{"the XML goes on behind its root element"};
    return root;
  }

 private:
  bool fail(std::string what) {
    if (what_.empty()) what_ = std::move(what);
    return false;
  }

  bool eat(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void skip_space() {
    const auto end = std::ranges::find_if_not(rest_, is_space);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.begin()));
  }

  bool skip_past(std::string_view end) {
    const std::size_t at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + end.size());
    return true;
  }

  /// Blanks, comments and instructions.
  bool skip_misc() {
    while (true) {
      skip_space();
      if (eat("<!--")) {
        if (!skip_past("-->")) return false;
      } else if (eat("<?")) {
        if (!skip_past("?>")) return false;
      } else {
        return true;
      }
    }
  }

  std::string_view name() {
    const auto is_name = [](char c) {
      return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == ':' ||
             static_cast<unsigned char>(c) >= 0x80;
    };
    const auto end = std::ranges::find_if_not(rest_, is_name);
    const std::string_view found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
  }

  /// Up to the end of a start tag; `empty` when it is one of an element without content.
  bool attributes(bool& empty) {
    while (true) {
      skip_space();
      if (eat("/>")) return empty = true;
      if (eat(">")) return true;
      if (name().empty()) return fail("has a tag that cannot be read");
      skip_space();
      if (!eat("=")) return fail("has an attribute without a value");
      skip_space();
      const std::string_view quote = rest_.substr(0, 1);
      if (quote != "\"" && quote != "'") return fail("has an attribute without quotes");
      rest_.remove_prefix(1);
      if (!skip_past(quote)) return fail("has an attribute that does not end");
    }
  }

  bool element(XmlElement& into, std::size_t depth) {
    if (depth > limits_.depth) return fail("is too deep");
    if (++elements_ > limits_.elements) return fail("has too many elements");
    if (!eat("<")) return fail("has no root element");
    const std::string_view full = name();
    if (full.empty()) return fail("has a tag that cannot be read");
    into.name = full.substr(full.rfind(':') + 1);
    bool empty = false;
    if (!attributes(empty)) return false;
    return empty || content(into, full, depth);
  }

  bool content(XmlElement& into, std::string_view full, std::size_t depth) {
    while (!rest_.empty()) {
      if (eat("</")) {
        if (name() != full) return fail("has an end tag that fits no start tag");
        skip_space();
        return eat(">") || fail("has an end tag that does not end");
      }
      if (eat("<!--")) {
        if (!skip_past("-->")) return fail("has a comment that does not end");
      } else if (eat("<![CDATA[")) {
        const std::string_view begin = rest_;
        if (!skip_past("]]>")) return fail("has a CDATA section that does not end");
        into.text += begin.substr(0, begin.size() - rest_.size() - 3);
      } else if (rest_.starts_with('<')) {
        if (!element(into.children.emplace_back(), depth + 1)) return false;
      } else if (!characters(into.text)) {
        return false;
      }
    }
    return fail("ends within an element");
  }

  bool characters(std::string& into) {
    const std::size_t plain = std::min(rest_.find_first_of("<&"), rest_.size());
    into += rest_.substr(0, plain);
    rest_.remove_prefix(plain);
    return !eat("&") || reference(into);
  }

  bool reference(std::string& into) {
    constexpr std::pair<std::string_view, char> kEntities[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    const std::size_t end = rest_.substr(0, 12).find(';');
    if (end == std::string_view::npos) return fail("has an '&' without a ';'");
    const std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (found.starts_with('#')) {
      const auto c = character(found);
      if (!c) return fail("has a character reference that cannot be");
      put_utf8(into, *c);
      return true;
    }
    const auto* const known =
        std::ranges::find(kEntities, found, &std::pair<std::string_view, char>::first);
    if (known == std::end(kEntities)) return fail("has an entity that is not predefined");
    into += known->second;
    return true;
  }

  std::string_view rest_;
  const XmlLimits& limits_;
  std::size_t elements_ = 0;
  std::string what_;
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const noexcept {
  const auto found = std::ranges::find(children, wanted, &XmlElement::name);
  return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::text_of(std::string_view wanted) const noexcept {
  const XmlElement* const found = child(wanted);
  return found ? std::string_view(found->text) : std::string_view();
}

Result<XmlElement> read_xml(std::string_view document, const XmlLimits& limits) {
  return Parser(document, limits).document();
}

}  // namespace hoplab::awsapi
