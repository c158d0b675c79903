#include "awsapi/xml_writer.h"

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

class Writer {
 public:
  explicit Writer(Protocol protocol) : protocol_(protocol) {}

  std::string members(const Json& value, Members table) const {
    std::string made;
    for (const Member& member : table) {
      const auto found = value.find(member.name);
      const bool there = found != value.end() && !found->is_null();
      if (there && member.where == Where::body) {
        made += element(name_of(member), content(*found, member));
      }
    }
    return made;
  }

 private:
  std::string name_of(const Member& member) const {
    if (!member.out.empty()) return std::string(member.out);
    std::string name(member.name);
    if (protocol_ == Protocol::ec2) name[0] = lower_case(name[0]);
    return name;
  }

  std::string content(const Json& value, const Member& member) const {
    if (member.kind == Kind::structure) return members(value, member.members);
    if (member.kind == Kind::map) return entries(value, member);
    if (member.kind != Kind::list) return xml_escaped(text_from_scalar(value, member.kind));
    const std::string_view own = protocol_ == Protocol::ec2 ? "item" : "member";
    std::string made;
    for (const Json& item : value) {
      made += element(member.item_name.empty() ? own : member.item_name,
                      content(item, item_of(member)));
    }
    return made;
  }

  std::string entries(const Json& value, const Member& member) const {
    std::string made;
    for (const auto& [key, item] : value.items()) {
      made += element("entry", element("key", xml_escaped(key)) +
                                   element("value", content(item, item_of(member))));
    }
    return made;
  }

  Protocol protocol_;
};

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string made;
  while (!text.empty()) {
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
  return made;
}

std::string xml_document(const Service& service, std::string_view root,
                         const std::string& content) {
  const std::string tag(root);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + tag + " xmlns=\"" +
         std::string(service.xmlns) + "\">" + content + "</" + tag + ">\n";
}

std::string xml_members(const Service& service, const Json& value, Members members) {
  return Writer(service.protocol).members(value, members);
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
