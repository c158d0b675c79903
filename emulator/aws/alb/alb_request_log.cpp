// AlbExchange's lines of the access log.

#include "aws/alb/access_log.h"
#include "aws/alb/alb_exchange.h"
#include "aws/alb/request_notes.h"
#include "aws/alb/trace_id.h"
#include "aws/alb/upgrade.h"
#include "http/authority.h"
#include "model/ids.h"

namespace hoplab::aws {

namespace {

std::string_view type_of(const http::Request& request, const http::Response& response, bool tls) {
  if (response.upgrade) return tls ? "wss" : "ws";
  if (is_grpc(request)) return "grpcs";
  if (request.version == http::Version::http2) return "h2";
  return tls ? "https" : "http";
}

std::string_view text_of(http::Version version) {
  switch (version) {
    case http::Version::http10: return "HTTP/1.0";
    case http::Version::http2: return "HTTP/2.0";
    case http::Version::http11: break;
  }
  return "HTTP/1.1";
}

/// OBSERVED: 502 after the target's reset has the first two times, 460 the first alone; what was
/// not sent to a target has none (alb.md 2.2).
void fill_times(AccessLogEntry& entry, const RequestNotes& notes, Time received_at) {
  if (!notes.sent_at) return;
  entry.request_processing_time = *notes.sent_at - received_at;
  if (notes.answered_at) {
    entry.target_processing_time = *notes.answered_at - *notes.sent_at;
    entry.response_processing_time = Duration::zero();  // its head goes on in the same turn
  } else if (notes.failed_at) {
    entry.target_processing_time = *notes.failed_at - *notes.sent_at;
  }
}

}  // namespace

void AlbExchange::request_over(const http::Request& request, const http::Response& response,
                               const http::ServedRequest& served) {
  static const RequestNotes kNone;
  const RequestNotes* const kept = notes_of(response);
  const RequestNotes& notes = kept ? *kept : kNone;
  Loop& loop = listener_.parts_.loop;
  const bool read = !request.method.empty();
  const std::string& region = listener_.active_->settings.region;
  const std::string target_group = notes.target_group.empty()
                                       ? std::string()
                                       : model::target_group_arn(region, notes.target_group);
  Arena arena;
  AccessLogEntry entry;
  entry.type = type_of(request, response, client_.tls);
  entry.at = loop.calendar();
  entry.load_balancer = listener_.log_id_;
  const std::string peer = net::Address{std::string(client_.source_ip), client_.source_port}.text();
  entry.client = peer;
  entry.target = notes.target;
  fill_times(entry, notes, request.received_at);
  entry.elb_status = served.status ? served.status : kClientGone;
  entry.target_status = notes.target_status;
  entry.received_bytes = served.bytes_received;
  entry.sent_bytes = served.bytes_sent;
  entry.method = request.method;
  entry.protocol = client_.tls ? "https" : "http";
  const http::Transformed* const transformed = response.transformed.get();
  const auto authority = transformed ? transformed->received_authority : request.authority;
  entry.host =
      authority.empty() ? client_.load_balancer_dns_name : http::split_authority(authority).host;
  entry.port = client_.listener_port;
  entry.uri = transformed ? transformed->received_target : request.target;
  if (read) entry.http_version = text_of(request.version);
  entry.user_agent = request.headers.get("User-Agent");
  entry.tls_cipher = client_.tls_cipher;
  entry.tls_protocol = client_.tls_version;
  entry.target_group_arn = target_group;
  entry.trace_id = request.headers.get("X-Amzn-Trace-Id");
  if (read && !notes.traced) {  // no target gets one
    entry.trace_id = trace_id_for_target(entry.trace_id, entry.at, listener_.rng_, arena);
  }
  entry.domain_name = logged_->domain_name;
  entry.chosen_certificate_arn = logged_->chosen_certificate_arn;
  entry.rule_priority = notes.rule_priority;
  entry.created_at =
      request.received_at == Time() ? entry.at : request.received_at + loop.clock().offset();
  entry.actions = notes.actions;
  if (notes.actions == "redirect") entry.redirect_url = response.headers.get("Location");
  entry.error_reason = notes.error_reason;
  entry.classification = request.classification;
  entry.classification_reason = request.classification_reason;
  entry.conn_trace_id = journal_.conn_trace_id;
  if (transformed) {
    entry.transformed_host = transformed->host;
    entry.transformed_uri = transformed->target;
    entry.transform_status = transformed->status;
  }
  entry.node_ip = logged_->node_ip;
  const std::string line = access_log_line(entry, listener_.parts_.log.format());
  listener_.parts_.log.add({LogKind::access, entry.at, listener_.log_id_, entry.node_ip, line});
}

}  // namespace hoplab::aws
