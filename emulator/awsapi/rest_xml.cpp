#include "awsapi/rest_xml.h"

#include "awsapi/scalar.h"
#include "awsapi/select.h"
#include "awsapi/xml_reader.h"
#include "awsapi/xml_writer.h"

namespace hoplab::awsapi {

namespace {

class XmlBinder {
 public:
  explicit XmlBinder(const Service& service) : service_(service) {}

  ApiResult<Json> structure(const XmlElement& element, Members members) const {
    Json made = Json::object();
    for (const XmlElement& child : element.children) {
      const Member* const member = find(members, child.name);
      if (!member) {
        return invalid_input(service_, "hoplab does not emulate the element " + child.name);
      }
      if (child.children.empty() && child.text.empty()) continue;
      auto bound = one(child, *member);
      if (!bound) return bound.error();
      made[std::string(member->name)] = std::move(*bound);
    }
    return made;
  }

 private:
  static const Member* find(Members members, std::string_view name) {
    for (const Member& one : members) {
      if (one.where == Where::body && (one.in.empty() ? one.name : one.in) == name) return &one;
    }
    return nullptr;
  }

  ApiResult<Json> one(const XmlElement& element, const Member& member) const {
    if (member.kind == Kind::structure) return structure(element, member.members);
    if (member.kind == Kind::list) {
      Json made = Json::array();
      for (const XmlElement& child : element.children) {
        auto bound = one(child, item_of(member));
        if (!bound) return bound.error();
        made.push_back(std::move(*bound));
      }
      return made;
    }
    auto read = scalar_from_text(element.text, member.kind);
    if (read) return std::move(*read);
    return invalid_input(
        service_, "the element " + element.name + " is not a " + std::string(word(member.kind)));
  }

  const Service& service_;
};

}  // namespace

ApiResult<Json> bind_xml(const Service& service, std::string_view body, Members members) {
  if (body.empty()) return Json::object();
  const auto root = read_xml(body, XmlLimits());
  if (!root) return invalid_input(service, "the request's body is no XML: " + root.error());
  return XmlBinder(service).structure(root.value(), members);
}

ApiAnswer rest_xml_answer(const Service& service, const Operation& operation, const Json& value) {
  ApiAnswer answer;
  answer.status = operation.status;
  answer.content_type = "text/xml";
  for (const Member& member : operation.out) {
    if (member.where != Where::header) continue;
    answer.headers.emplace_back(member.out, text_of(value, member.name));
  }
  answer.body = xml_document(service, std::string(operation.name) + "Response",
                             xml_members(service, value, operation.out));
  return answer;
}

}  // namespace hoplab::awsapi
