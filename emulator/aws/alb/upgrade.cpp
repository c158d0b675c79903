#include "aws/alb/upgrade.h"

#include <algorithm>
#include <string>

#include "aws/alb/field_list.h"
#include "base/ascii.h"

namespace hoplab::aws {

namespace {

bool names(std::string_view list, std::string_view wanted) {
  bool found = false;
  each_element(list, [&](std::string_view element) { found |= iequals(element, wanted); });
  return found;
}

bool connection_names(const http::Request& request, std::string_view wanted) {
  return std::ranges::any_of(request.headers.fields(), [wanted](const http::Field& field) {
    return iequals(field.name, "Connection") && names(field.value, wanted);
  });
}

/// Each once, and not without end.
void note_removed(Journal& journal, std::string text) {
  auto& removed = journal.removed_fields;
  constexpr std::size_t kMost = 16;
  if (removed.size() < kMost && std::ranges::find(removed, text) == removed.end()) {
    removed.push_back(std::move(text));
  }
}

}  // namespace

std::optional<UpgradeRefusal> judge_upgrade(http::Request& request, bool tls, bool forwards_h2c,
                                            Journal& journal) {
  constexpr std::string_view kWebSocket = "websocket";
  const bool offered = connection_names(request, "Upgrade");
  if (offered && request.method == "GET" && names(request.upgrade, kWebSocket)) {
    if (!iequals(request.upgrade, kWebSocket)) request.upgrade = kWebSocket;  // of several
    return std::nullopt;
  }
  const bool h2c = offered && !tls && names(request.upgrade, "h2c") &&
                   request.headers.find("HTTP2-Settings") != nullptr;
  if (h2c && !forwards_h2c) return UpgradeRefusal{400, Reason::h2c_upgrade_refused};
  note_removed(journal, "Upgrade: " + std::string(request.upgrade));
  for (const http::Field& field : request.headers.fields()) {
    if (!iequals(field.name, "Connection")) continue;
    each_element(field.value, [&journal](std::string_view name) {
      const bool of_its_own =
          iequals(name, "Upgrade") || iequals(name, "close") || iequals(name, "keep-alive");
      if (!of_its_own) note_removed(journal, std::string(name));
    });
  }
  request.upgrade = {};
  return std::nullopt;
}

bool fits_protocol_version(const http::Request& request, model::ProtocolVersion version) noexcept {
  const bool grpc = is_grpc(request);
  if (version == model::ProtocolVersion::http1) return !grpc;
  if (request.version != http::Version::http2) return false;
  return grpc || version == model::ProtocolVersion::http2 || request.method == "POST";
}

bool is_grpc(const http::Request& request) noexcept {
  constexpr std::string_view kType = "application/grpc";
  if (request.version != http::Version::http2) return false;
  const auto type = request.headers.get("content-type");
  if (!iequals(type.substr(0, kType.size()), kType)) return false;
  // application/grpc-web is plain HTTP.
  return type.size() == kType.size() || type[kType.size()] == '+' || type[kType.size()] == ';';
}

}  // namespace hoplab::aws
