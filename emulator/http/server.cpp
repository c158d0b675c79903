#include "http/server.h"

namespace hoplab::http {

void ServerContext::told(Loop& loop, const Request& request, const Response& response,
                         const ServedRequest& served) const {
  if (observer && !response.upgrade) observer->request_over(request, response, served);
  if (!requests) return;
  const auto path = response.transformed ? response.transformed->received_target : request.target;
  EndedRequest ended{loop.calendar(), request.method,        path, served.status, &hop,
                     response.target, response.failure.get()};
  RequestFailure otherwise;
  if (served.why && !response.failure) {
    const std::string target = response.body ? response.body->target() : std::string();
    otherwise = {served.status, &hop, *served.why, target, {}, 1};
    ended.failure = &otherwise;
  }
  requests->request_ended(journal, ended);
}

}  // namespace hoplab::http
