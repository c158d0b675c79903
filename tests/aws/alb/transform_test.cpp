// Transforms of rules: what they make of hosts and URLs, and how they fail (alb-features.md 5).
#include "aws/alb/transform.h"

#include <gtest/gtest.h>

#include "message_lab.h"

namespace hoplab::aws {
namespace {

using Kind = model::Transform::Type;

/// One request through the transforms of a rule.
struct Passed {
  http::Request request;
  http::Response response;
  std::optional<TransformStatus> failure;

  Passed(const std::vector<model::Transform>& transforms, std::string_view host,
         std::string_view target) {
    lab::fill(request, {{"Host", host}, {"host", "other.com"}}, target);
    failure = Transforms(transforms).apply(request, response);
  }
  [[nodiscard]] const http::Transformed& record() const {
    static const http::Transformed none;
    return response.transformed ? *response.transformed : none;
  }
};

model::Transform host(std::string regex, std::string replace) {
  return {Kind::host_header_rewrite, std::move(regex), std::move(replace)};
}
model::Transform url(std::string regex, std::string replace) {
  return {Kind::url_rewrite, std::move(regex), std::move(replace)};
}

struct Row {
  std::string regex, replace, before, after;
};

TEST(UrlRewrite, ChangesPathAndQuery) {
  const Row rows[] = {
      {"^/dp/([A-Za-z0-9]+)/?$", "/product.php?id=$1", "/dp/B09G3HRMW",
       "/product.php?id=B09G3HRMW"},
      {"/dp/([A-Za-z0-9]+)/?$", "/product.php?id=$1", "/dp/B09G3HRMW/",
       "/product.php?id=B09G3HRMW"},
      {"^", "/prod", "/widgets?a=b", "/prod/widgets?a=b"},
      {"^/api/v1/(.*)", "/v2/$1", "/api/v1/x?y=z", "/v2/x?y=z"},
      {"\\?.*$", "", "/a?b=c", "/a"},
      {"b", "x", "/abba", "/axba"},  // the first place only
      {"^/(a)/(b)$", "/$2/$1$1", "/a/b", "/b/aa"},
      {"^/(a)(x)?$", "/$2/$1", "/a", "//a"},  // a group that took no part is empty
      {"^/a$", "/$0$0", "/a", "//a/a"},
      {"^/(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)$", "/$10${1}0$$1$", "/abcdefghij", "/ja0$1$"},
      {"^/a$", "/${x}$a$", "/a", "/${x}$a$"},
      {"^/IMG", "/img", "/IMG/a", "/img/a"},
  };
  for (const Row& row : rows) {
    const Passed passed({url(row.regex, row.replace)}, "a.com", row.before);
    EXPECT_EQ(passed.failure, std::nullopt) << row.regex;
    EXPECT_EQ(passed.request.target, row.after) << row.regex;
    EXPECT_EQ(passed.record().target, row.after);
    EXPECT_EQ(passed.record().received_target, row.before);
    EXPECT_EQ(passed.record().host, "");
    EXPECT_EQ(passed.record().status, "TransformSuccess");
    EXPECT_EQ(passed.request.authority, "a.com");
  }
}

TEST(HostHeaderRewrite, ChangesTheHostAndLeavesItsPort) {
  const Row rows[] = {
      {"^mywebsite-(.+).com$", "internal.dev.$1.myweb.com", "mywebsite-example.com",
       "internal.dev.example.myweb.com"},
      {"^MYWEBSITE", "x", "MyWebsite.com", "x.com"},
      {".*", "[::1]", "a.com", "[::1]"},
      {"^a[.]com$", "b.com", "a.com:8443", "b.com:8443"},
  };
  for (const Row& row : rows) {
    const Passed passed({host(row.regex, row.replace)}, row.before, "/a.com");
    EXPECT_EQ(passed.failure, std::nullopt) << row.regex;
    EXPECT_EQ(passed.request.authority, row.after) << row.regex;
    EXPECT_EQ(passed.record().host, row.after.substr(0, row.after.find(":8443")));
    EXPECT_EQ(passed.record().received_authority, row.before);
    EXPECT_EQ(passed.request.target, "/a.com");
    EXPECT_FALSE(lab::has(passed.request.headers, "Host")) << "the authority takes their place";
  }
}

TEST(Transforms, WithoutAMatchTheRequestStaysAsItIs) {
  const Passed passed({host("^b", "c"), url("^/IMG", "/x")}, "a.com", "/img");
  EXPECT_EQ(passed.failure, std::nullopt);
  EXPECT_EQ(passed.response.transformed, nullptr);
  EXPECT_EQ(passed.request.target, "/img");
  EXPECT_EQ(lab::all(passed.request.headers, "Host"), "a.com");
}

/// Fields 31 and 32 of an access log have a hyphen then, field 33 has TransformSuccess.
TEST(Transforms, WhatComesOutAsItWentInIsNoChange) {
  const Passed passed({host("a", "a"), url("/", "/")}, "a.com", "/img");
  EXPECT_EQ(passed.failure, std::nullopt);
  EXPECT_EQ(passed.record().status, "TransformSuccess");
  EXPECT_EQ(passed.record().host, "");
  EXPECT_EQ(passed.record().target, "");
  EXPECT_EQ(lab::all(passed.request.headers, "Host"), "a.com");
}

TEST(Transforms, AnHttp10RequestWithoutHostHasNoneToRewrite) {
  http::Request request;
  http::Response response;
  lab::fill(request, {}, "/", http::Version::http10);
  EXPECT_EQ(Transforms({host(".*", "b.com")}).apply(request, response), std::nullopt);
  EXPECT_EQ(response.transformed, nullptr);
  EXPECT_EQ(request.authority, "");
}

struct Failing {
  model::Transform transform;
  TransformStatus status;
  std::string_view words;
};

TEST(Transforms, FailuresLeaveTheRequestAndHaveAwssWords) {
  std::string many;
  for (int i = 0; i < 500; ++i) many += "$1";
  const Failing rows[] = {
      {host("^.*$", ""), TransformStatus::invalid_host, "TransformInvalidHost"},
      {host("^a", "a b"), TransformStatus::invalid_host, "TransformInvalidHost"},
      {host("^a", "https://a"), TransformStatus::invalid_host, "TransformInvalidHost"},
      {host("$", ":8443"), TransformStatus::invalid_host, "TransformInvalidHost"},
      {host("$", "]"), TransformStatus::invalid_host, "TransformInvalidHost"},
      {host("^(a)", "$2"), TransformStatus::replace_error, "TransformReplaceError"},
      {url("^/", ""), TransformStatus::invalid_path, "TransformInvalidPath"},
      {url("^/dp/(.*)$", "product.php?id=$1"), TransformStatus::invalid_path,
       "TransformInvalidPath"},
      {url("^/", "https://b.com/"), TransformStatus::invalid_path, "TransformInvalidPath"},
      {url("$", " b"), TransformStatus::invalid_path, "TransformInvalidPath"},
      {url("$", "#b"), TransformStatus::invalid_path, "TransformInvalidPath"},
      {url("$", "\r\nX: y"), TransformStatus::invalid_path, "TransformInvalidPath"},
      {url("^", "$1"), TransformStatus::replace_error, "TransformReplaceError"},
      {url("^(.*)$", many), TransformStatus::buffer_too_small, "TransformBufferTooSmall"},
  };
  const std::string target = "/dp/" + std::string(40, 'x');
  for (const Failing& row : rows) {
    const Passed passed({row.transform}, "a.com", target);
    EXPECT_EQ(passed.failure, row.status) << row.transform.regex << " " << row.transform.replace;
    EXPECT_EQ(passed.record().status, row.words);
    EXPECT_EQ(passed.record().host, "");
    EXPECT_EQ(passed.record().target, "");
    EXPECT_EQ(passed.request.target, target);
    EXPECT_EQ(lab::all(passed.request.headers, "Host"), "a.com");
  }
}

TEST(Transforms, TheHostsFailureCountsAndSoDoesTheUrlsBehindAGoodHost) {
  const Passed both({url("^/", ""), host(".*", "")}, "a.com", "/");
  EXPECT_EQ(both.failure, TransformStatus::invalid_host);
  const Passed second({url("^/", ""), host("a", "b")}, "a.com", "/");
  EXPECT_EQ(second.failure, TransformStatus::invalid_path);
  EXPECT_EQ(second.request.authority, "a.com");
  EXPECT_EQ(second.record().host, "");
}

TEST(Transforms, SixteenKilobytesFitAndNoMore) {
  const std::string longest = "/" + std::string(16 * 1024 - 2, 'x');
  EXPECT_EQ(Passed({url("^", "/")}, "a.com", longest).failure, std::nullopt);
  EXPECT_EQ(Passed({url("^", "//")}, "a.com", longest).failure, TransformStatus::buffer_too_small);
}

TEST(Transforms, EachFailureIsAReasonOfItsOwn) {
  EXPECT_EQ(to_text(reason_of(TransformStatus::invalid_host)), "transform-invalid-host");
  EXPECT_EQ(to_text(reason_of(TransformStatus::invalid_path)), "transform-invalid-path");
  EXPECT_EQ(to_text(reason_of(TransformStatus::buffer_too_small)), "transform-buffer-too-small");
  EXPECT_EQ(to_text(reason_of(TransformStatus::replace_error)), "transform-replace-error");
}

}  // namespace
}  // namespace hoplab::aws
