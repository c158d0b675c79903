#include "awsapi/s3/s3.h"

#include "awsapi/select.h"
#include "awsapi/services.h"
#include "awsapi/xml_reader.h"
#include "awsapi/xml_writer.h"

namespace hoplab::awsapi::s3 {

constexpr Service kService{
    "s3", Protocol::rest_xml, "2006-03-01", "http://s3.amazonaws.com/doc/2006-03-01/", "", "", {}};

ApiAnswer xml_answer(std::string_view root, const std::string& content) {
  const std::string tag(root);
  ApiAnswer made;
  made.content_type = "application/xml";
  made.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + tag + " xmlns=\"" +
              std::string(kService.xmlns) + "\">" + content + "</" + tag + ">";
  return made;
}

ApiAnswer empty_answer(int status) {
  ApiAnswer made;
  made.status = status;
  return made;
}

ApiError no_such_bucket(const std::string& name) {
  return {"NoSuchBucket", "The specified bucket does not exist: " + name, 404};
}

ApiError not_emulated(const S3Request& asked) {
  std::string what =
      std::string(asked.method) + (asked.key.empty() ? " of a bucket" : " of an object");
  for (const auto& [name, value] : asked.query) what += " ?" + name;
  return {"NotImplemented", "hoplab's S3 does not emulate " + what, 501};
}

std::string element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + xml_escaped(text) + "</" + tag + ">";
}

std::string tagging_of(const std::map<std::string, std::string>& tags) {
  std::string made;
  for (const auto& [key, value] : tags) {
    made += "<Tag>" + element("Key", key) + element("Value", value) + "</Tag>";
  }
  return "<TagSet>" + made + "</TagSet>";
}

ApiResult<std::map<std::string, std::string>> tags_of_document(const std::string& document) {
  const auto root = read_xml(document, XmlLimits());
  const XmlElement* const set = root ? root.value().child("TagSet") : nullptr;
  if (!set) return ApiError{"MalformedXML", "The XML you provided was not well-formed"};
  std::map<std::string, std::string> tags;
  for (const XmlElement& tag : set->children) {
    tags[std::string(tag.text_of("Key"))] = tag.text_of("Value");
  }
  return tags;
}

namespace {

/// The attribute's value of the load balancer: "bucket" of "access_logs.s3".
std::string attribute(const Document& balancer, const LogFile& log, std::string_view name) {
  return value_of_key(balancer.properties.value("LoadBalancerAttributes", Json::array()),
                      log.attribute + "." + std::string(name));
}

/// Load balancers' logs come to the buckets that their attributes name.
void take_log_files(const Call& call) {
  for (LogFile& log : call.plane.new_log_files()) {
    for (const Document* one : call.plane.all("AWS::ElasticLoadBalancingV2::LoadBalancer")) {
      if (!one->id.ends_with(":loadbalancer/" + log.load_balancer)) continue;
      Bucket* const bucket = call.plane.objects().bucket(attribute(*one, log, "bucket"));
      if (!bucket || attribute(*one, log, "enabled") != "true") continue;
      const std::string prefix = attribute(*one, log, "prefix");
      StoredObject object;
      object.etag = md5_hex(log.content);
      object.content = std::make_shared<const std::string>(std::move(log.content));
      object.content_type = "application/octet-stream";
      object.modified = call.now;
      // What does not fit is lost, as it is where AWS may not write.
      (void)call.plane.objects().put(*bucket, prefix.empty() ? log.key : prefix + "/" + log.key,
                                     std::move(object));
      break;
    }
  }
}

}  // namespace

ApiResult<ApiAnswer> answer(const Call& call, const ApiRequest& request) {
  const auto asked = take_apart(request);
  if (!asked) return asked.error();
  take_log_files(call);
  if (asked->bucket.empty()) {
    return asked->method == "GET" ? of_buckets(call) : not_emulated(*asked);
  }
  return asked->key.empty() ? of_bucket(call, *asked) : of_object(call, *asked, request);
}

}  // namespace hoplab::awsapi::s3
