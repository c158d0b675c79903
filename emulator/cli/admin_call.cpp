#include "cli/admin_call.h"

#include <cstdlib>
#include <string_view>

#include "base/loop.h"
#include "base/task_group.h"
#include "http/body_reading.h"
#include "http/h1/http1_client.h"
#include "http/text_body.h"
#include "net/tcp_stream.h"

namespace hoplab::cli {

namespace {

struct Asked {
  AdminAnswer answer;
  std::string trouble;
};

Task<void> ask(Loop& loop, const net::Address& admin, const AdminCall& call, Duration patience,
               Asked& asked) {
  auto dialer = net::make_tcp_dialer(loop, admin.ip, admin.port);
  if (!dialer) {
    asked.trouble = dialer.error();
    co_return;
  }
  auto dialed = co_await dialer.value()->dial(patience);
  if (!dialed.stream) {
    asked.trouble = "nobody answers at " + admin.text() + "; is hoplab up?";
    co_return;
  }
  http::Http1Client client(std::move(dialed.stream), patience);
  http::Request request;
  http::Response response;
  request.method = call.method;
  request.target = call.path;
  request.headers.add("Host", "127.0.0.1");
  http::TextBody body(call.body);
  if (!call.body.empty()) request.body = &body;
  if (co_await client.exchange(request, response) != http::ExchangeFailure::none) {
    asked.trouble = "no answer from " + admin.text();
    co_return;
  }
  asked.answer.status = response.status;
  asked.answer.body = response.text;
  if (http::BodySource* rest = client.body()) {
    co_await http::read_body(loop, *rest, asked.answer.body, std::string::npos - 1);
  }
}

}  // namespace

Result<net::Address> admin_address(const std::string& given) {
  const char* const set = std::getenv("HOPLAB_ADMIN");
  std::string text = !given.empty() ? given : set ? set : "";
  // As --json gives it.
  if (text.starts_with("http://")) text.erase(0, std::string_view("http://").size());
  if (text.ends_with('/')) text.pop_back();
  if (text.empty()) {
    return Error{
        "where is it? --admin ADDRESS:PORT, or HOPLAB_ADMIN from the env file of hoplab up"};
  }
  return net::parse_address(text);
}

Result<AdminAnswer> ask_admin(const net::Address& admin, const AdminCall& call, Duration patience) {
  Loop loop;
  Asked asked;
  TaskGroup tasks;
  tasks.spawn(ask(loop, admin, call, patience, asked));
  loop.run_until([&tasks] { return tasks.running() == 0; });
  if (!asked.trouble.empty()) return Error{asked.trouble};
  return std::move(asked.answer);
}

}  // namespace hoplab::cli
