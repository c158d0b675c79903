#include "awsapi/xml_writer.h"

#include <algorithm>

#include "awsapi/scalar.h"
#include "base/ascii.h"

namespace hoplab::awsapi {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Bytes of the well-formed UTF-8 sequence that `text` begins with (Unicode 3.9, table 3-7); 0:
/// none.
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (!follows(1) || !follows(2)) return 0;
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return first >= 0xF0 && first <= 0xF4 && follows(3) ? 4 : 0;
}

std::string element(std::string_view name, const std::string& content) {
  const std::string tag(name);
  return content.empty() ? "<" + tag + "/>" : "<" + tag + ">" + content + "</" + tag + ">";
}

void add_xml_escaped(std::string_view text, std::string& made) {
  const auto plain = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '&' && c != '<' && c != '>' && c != '"';
  };
  while (!text.empty()) {
    const auto* const end = std::ranges::find_if_not(text, plain);
    const auto run = static_cast<std::size_t>(end - text.begin());
    made += text.substr(0, run);
    text.remove_prefix(run);
    if (text.empty()) return;
    const std::size_t length = sequence(text);
    const char c = text[0];
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    if (c == '&') {
      made += "&amp;";
    } else if (c == '<') {
      made += "&lt;";
    } else if (c == '>') {
      made += "&gt;";
    } else if (c == '"') {
      made += "&quot;";
    } else if (c == '\r') {
      made += "&#13;";
    } else if (length == 0 || control) {
      made += kReplacement;
    } else {
      made += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

/// Writes into one text, from the front on.
class Writer {
 public:
  explicit Writer(Protocol protocol) : protocol_(protocol) {}

  [[nodiscard]] std::string take() && { return std::move(made_); }

  void members(const Json& value, Members table) {
    for (const Member& member : table) {
      const auto found = value.find(member.name);
      const bool there = found != value.end() && !found->is_null();
      if (there && member.where == Where::body) {
        around(name_of(member), [&] { content(*found, member); });
      }
    }
  }

 private:
  template <class Content>
  void around(std::string_view name, Content&& write) {
    made_.append("<").append(name).append(">");
    const std::size_t begin = made_.size();
    write();
    if (made_.size() == begin) {
      made_.back() = '/';
      made_ += '>';
    } else {
      made_.append("</").append(name).append(">");
    }
  }

  std::string name_of(const Member& member) const {
    if (!member.out.empty()) return std::string(member.out);
    std::string name(member.name);
    if (protocol_ == Protocol::ec2) name[0] = lower_case(name[0]);
    return name;
  }

  void content(const Json& value, const Member& member) {
    if (member.kind == Kind::structure) return members(value, member.members);
    if (member.kind == Kind::map) return entries(value, member);
    if (member.kind == Kind::text && value.is_string()) {
      return add_xml_escaped(value.get_ref<const std::string&>(), made_);
    }
    if (member.kind != Kind::list) {
      return add_xml_escaped(text_from_scalar(value, member.kind), made_);
    }
    const std::string_view own = protocol_ == Protocol::ec2 ? "item" : "member";
    const Member one = item_of(member);
    for (const Json& item : value) {
      around(member.item_name.empty() ? own : member.item_name, [&] { content(item, one); });
    }
  }

  void entries(const Json& value, const Member& member) {
    const Member one = item_of(member);
    for (auto entry = value.begin(); entry != value.end(); ++entry) {
      around("entry", [&] {
        around("key", [&] { add_xml_escaped(entry.key(), made_); });
        around("value", [&] { content(*entry, one); });
      });
    }
  }

  Protocol protocol_;
  std::string made_;
};

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string made;
  add_xml_escaped(text, made);
  return made;
}

std::string xml_document(const Service& service, std::string_view root,
                         const std::string& content) {
  const std::string tag(root);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + tag + " xmlns=\"" +
         std::string(service.xmlns) + "\">" + content + "</" + tag + ">\n";
}

std::string xml_members(const Service& service, const Json& value, Members members) {
  Writer writer(service.protocol);
  writer.members(value, members);
  return std::move(writer).take();
}

std::string query_answer(const Service& service, const Operation& operation, const Json& value,
                         const std::string& request_id) {
  const std::string name(operation.name);
  // botocore wants the Result element of operations without output, too.
  return xml_document(service, name + "Response",
                      element(name + "Result", xml_members(service, value, operation.out)) +
                          element("ResponseMetadata", element("RequestId", request_id)));
}

std::string ec2_answer(const Service& service, const Operation& operation, const Json& value,
                       const std::string& request_id) {
  std::string members = xml_members(service, value, operation.out);
  if (operation.out.count == 0) members = element("return", "true");
  return xml_document(service, std::string(operation.name) + "Response",
                      element("requestId", request_id) + members);
}

}  // namespace hoplab::awsapi
