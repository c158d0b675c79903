// Answers of the ALB itself, as captured (alb.md 3.1).
#include "aws/alb/elb_response.h"

#include <gtest/gtest.h>

#include "http/h1/http1_writer.h"
#include "message_lab.h"
#include "support/fixture.h"

namespace hoplab::aws {
namespace {

class ElbResponse : public ::testing::Test {
 protected:
  ElbResponse() { clock_.set_stepped(lab::kNow); }

  /// The Location of a redirect of a request for `target`.
  std::string location(const model::Redirect& redirect, std::string_view target,
                       std::string_view host = "example.com") {
    http::Request request;
    lab::fill(request, {{"Host", host}}, target);
    http::Response response;
    pages_.fill_redirect(redirect, request, {"http", 80, "lb.internal"}, response);
    return std::string(response.headers.get("Location"));
  }

  static model::Redirect to_https() {
    model::Redirect out;
    out.protocol = "HTTPS";
    out.port = "443";
    return out;
  }

  Clock clock_;
  ElbErrorPages pages_{clock_, std::make_shared<const model::Listener>()};
};

TEST_F(ElbResponse, IsTheCapturedOneByteForByte) {
  for (const int status : {400, 502, 503, 504}) {
    http::Response response;
    pages_.fill(status, response);
    http::HeadFraming framing;
    framing.framing = http::WireFraming::content_length;
    framing.content_length = response.text.size();
    framing.keep_alive = !response.close;
    Bytes wire;
    http::append_response_head(wire, response, framing);
    wire.append(response.text);
    EXPECT_EQ(wire.view(), testing::fixture("alb/responses/" + std::to_string(status) + ".http"));
  }
}

TEST_F(ElbResponse, PhrasesAndLengthsAreThoseOfTheTable) {
  const struct {
    int status;
    std::string_view phrase;
    std::size_t length;
    bool closes;
  } rows[] = {
      {400, "Bad Request", 122, true},
      {403, "Forbidden", 118, false},
      {405, "Not Allowed", 122, false},
      {408, "Request Time-out", 132, true},
      {413, "Request Entity Too Large", 148, true},
      {414, "Request-URI Too Large", 142, true},
      {500, "Internal Server Error", 142, false},
      {501, "Not Implemented", 130, true},
      {502, "Bad Gateway", 122, false},
      {503, "Service Temporarily Unavailable", 162, false},
      {504, "Gateway Time-out", 132, false},
      {505, "HTTP Version Not Supported", 152, true},
      {507, "Insufficient Storage", 140, false},
  };
  for (const auto& row : rows) {
    http::Response response;
    pages_.fill(row.status, response);
    EXPECT_EQ(response.reason, row.phrase);
    EXPECT_EQ(response.text.size(), row.length) << row.status;
    EXPECT_EQ(response.close, row.closes) << row.status;
  }
}

TEST_F(ElbResponse, PadsErrorPagesForBrowsersAsNginxDoes) {
  constexpr std::string_view kChrome =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
      "Safari/537.36";
  const struct {
    std::string_view user_agent;
    bool pads;
  } rows[] = {
      {kChrome, true},
      {"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)", true},
      {"Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", false},
      {"Opera/9.80 (compatible; MSIE 8.0)", false},
      {"curl/8.5.0", false},
      {"chrome/1", false},
  };
  for (const auto& row : rows) {
    http::Request request;
    lab::fill(request, {{"Host", "a"}, {"User-Agent", row.user_agent}}, "/");
    for (const int status : {400, 502, 503}) {
      http::Response bare, response;
      pages_.fill(status, bare);
      response.request = &request;
      pages_.fill(status, response);
      EXPECT_EQ(response.text.size(), bare.text.size() + (row.pads ? 402 : 0)) << row.user_agent;
      EXPECT_TRUE(response.text.starts_with(bare.text));
    }
  }
  http::Request request;
  lab::fill(request, {{"Host", "a"}, {"User-Agent", kChrome}}, "/");
  http::Response response;
  response.request = &request;
  pages_.fill_redirect(to_https(), request, {"http", 80, "lb.internal"}, response);
  EXPECT_EQ(response.text.size(), 134u) << "a redirect is no error";
}

TEST_F(ElbResponse, StatusesWithoutAPhraseHaveNoPage) {
  for (const int status : {460, 463, 464, 561}) {
    http::Response response;
    pages_.fill(status, response);
    EXPECT_EQ(response.text, "") << status;
    EXPECT_EQ(response.reason, "") << status;
    EXPECT_FALSE(lab::has(response.headers, "Content-Type")) << status;
    EXPECT_TRUE(lab::has(response.headers, "Server")) << status;
  }
}

TEST_F(ElbResponse, NothingOfATargetsBrokenAnswerIsLeft) {
  http::Response response;
  response.headers.add("Server", "target");
  response.headers.add("X-Half", "received");
  response.content_length = 17;
  response.head_only = true;
  pages_.fill(502, response);
  EXPECT_EQ(lab::all(response.headers, "Server"), "awselb/2.0");
  EXPECT_FALSE(lab::has(response.headers, "X-Half"));
  EXPECT_FALSE(response.content_length.has_value());
  EXPECT_FALSE(response.head_only);
}

TEST_F(ElbResponse, DateFollowsTheClock) {
  http::Response first, same_second, next_second, back;
  pages_.fill(502, first);
  clock_.set_stepped(lab::kNow + 999ms);
  pages_.fill(502, same_second);
  clock_.set_stepped(lab::kNow + 1s);
  pages_.fill(502, next_second);
  clock_.set_stepped(lab::kNow - 60s);
  pages_.fill(502, back);
  EXPECT_EQ(first.headers.get("Date"), "Sat, 25 Apr 2026 16:45:16 GMT");
  EXPECT_EQ(same_second.headers.get("Date"), "Sat, 25 Apr 2026 16:45:16 GMT");
  EXPECT_EQ(next_second.headers.get("Date"), "Sat, 25 Apr 2026 16:45:17 GMT");
  EXPECT_EQ(back.headers.get("Date"), "Sat, 25 Apr 2026 16:44:16 GMT");
}

std::shared_ptr<const model::Listener> with(const model::ListenerAttributes& attributes) {
  auto listener = std::make_shared<model::Listener>();
  listener->attributes = attributes;
  return listener;
}

TEST_F(ElbResponse, ServerHeaderCanBeSwitchedOff) {
  const model::ListenerAttributes attributes{
      .request_header_names = {}, .response_headers = {}, .server_header = false};
  const ElbErrorPages quiet(clock_, with(attributes));
  http::Response response;
  quiet.fill(502, response);
  EXPECT_EQ(lab::dump(response.headers),
            "Date: Sat, 25 Apr 2026 16:45:16 GMT\nContent-Type: text/html\n");
}

TEST_F(ElbResponse, ListenerHeadersStandInEveryAnswerInPlaceOfTheTargets) {
  const model::ListenerAttributes attributes{.request_header_names = {},
                                             .response_headers = {{"X-Frame-Options", "DENY"}},
                                             .server_header = true};
  const ElbErrorPages pages(clock_, with(attributes));
  http::Response error, fixed, of_target;
  pages.fill(503, error);
  pages.fill_fixed_response({}, fixed);
  of_target.headers.add("x-frame-options", "SAMEORIGIN");
  of_target.headers.add("X-Frame-Options", "ALLOWALL");
  pages.add_listener_headers(of_target);
  EXPECT_EQ(lab::all(error.headers, "X-Frame-Options"), "DENY");
  EXPECT_EQ(lab::all(fixed.headers, "X-Frame-Options"), "DENY");
  EXPECT_EQ(lab::dump(of_target.headers), "X-Frame-Options: DENY\n");
}

TEST_F(ElbResponse, FixedResponseIsWhatTheRuleSays) {
  model::FixedResponse fixed;
  fixed.status_code = 404;
  fixed.content_type = "application/json";
  fixed.message_body = "{}";
  http::Response response;
  pages_.fill_fixed_response(fixed, response);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.text, "{}");
  EXPECT_EQ(lab::dump(response.headers),
            "Server: awselb/2.0\n"
            "Date: Sat, 25 Apr 2026 16:45:16 GMT\n"
            "Content-Type: application/json; charset=utf-8\n");
  EXPECT_FALSE(response.close);
}

TEST_F(ElbResponse, FixedResponseWithoutABodyKeepsItsContentType) {
  http::Response response;
  pages_.fill_fixed_response({}, response);
  EXPECT_EQ(response.text, "");
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(ElbResponse, RedirectIsTheCapturedPageAndNamesThePort) {
  http::Request request;
  lab::fill(request, {{"Host", "example.com"}}, "/a/b?c=d");
  http::Response response;
  pages_.fill_redirect(to_https(), request, {"http", 80}, response);
  EXPECT_EQ(response.status, 301);
  EXPECT_EQ(response.text.size(), 134U);
  EXPECT_EQ(lab::dump(response.headers),
            "Server: awselb/2.0\n"
            "Date: Sat, 25 Apr 2026 16:45:16 GMT\n"
            "Content-Type: text/html\n"
            "Location: https://example.com:443/a/b?c=d\n");
}

TEST_F(ElbResponse, RedirectFoundHas110Bytes) {
  model::Redirect redirect = to_https();
  redirect.status_code = 302;
  http::Request request;
  lab::fill(request, {{"Host", "example.com"}});
  http::Response response;
  pages_.fill_redirect(redirect, request, {"http", 80}, response);
  EXPECT_EQ(response.reason, "Found");
  EXPECT_EQ(response.text.size(), 110U);
}

TEST_F(ElbResponse, RedirectReplacesItsKeywords) {
  model::Redirect changed = to_https();
  changed.host = "new.#{host}";
  changed.path = "/v2/#{path}";
  changed.query = "from=#{port}&#{query}&by=#{protocol}#{x}";
  EXPECT_EQ(location(to_https(), "/"), "https://example.com:443/");
  EXPECT_EQ(location(to_https(), "/x", "example.com:8080"), "https://example.com:443/x");
  EXPECT_EQ(location(to_https(), "/x", "[::1]:80"), "https://[::1]:443/x");
  EXPECT_EQ(location(changed, "/a?b=c"),
            "https://new.example.com:443/v2/a?from=80&b=c&by=http#{x}");
}

TEST_F(ElbResponse, RedirectDoesNotExpandWhatTheClientSent) {
  model::Redirect redirect = to_https();
  redirect.path = "/#{path}/#{query}";
  redirect.query = "";
  EXPECT_EQ(location(redirect, "/#{query}?#{port}"), "https://example.com:443/#{query}/#{port}");
}

TEST_F(ElbResponse, RedirectWithoutAHostNamesTheLoadBalancer) {
  EXPECT_EQ(location(to_https(), "/x", ""), "https://lb.internal:443/x");
}

TEST_F(ElbResponse, RedirectLongerThan8KIs507) {
  const std::size_t fixed = std::string_view("https://example.com:443/").size();
  const std::string fits = "/" + std::string(8 * 1024 - fixed, 'a');
  EXPECT_EQ(location(to_https(), fits).size(), 8U * 1024);
  http::Request request;
  const std::string too_long = fits + "a";
  lab::fill(request, {{"Host", "example.com"}}, too_long);
  http::Response response;
  pages_.fill_redirect(to_https(), request, {"http", 80}, response);
  EXPECT_EQ(response.status, 507);
  EXPECT_FALSE(lab::has(response.headers, "Location"));
}

}  // namespace
}  // namespace hoplab::aws
