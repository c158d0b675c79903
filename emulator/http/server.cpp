#include "http/server.h"

namespace hoplab::http {

void ServerContext::told(Loop& loop, const Request& request, const Response& response, int status,
                         std::optional<Reason> why) const {
  if (!requests) return;
  const auto path = response.transformed ? response.transformed->received_target : request.target;
  EndedRequest ended{loop.calendar(), request.method,        path, status, &hop,
                     response.target, response.failure.get()};
  RequestFailure otherwise;
  if (why && !response.failure) {
    const std::string target = response.body ? response.body->target() : std::string();
    otherwise = {status, &hop, *why, target, {}, 1};
    ended.failure = &otherwise;
  }
  requests->request_ended(journal, ended);
}

}  // namespace hoplab::http
