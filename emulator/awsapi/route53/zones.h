// Hosted zones and their record sets as documents.
#pragma once

#include <string>
#include <vector>

#include "awsapi/control_plane.h"
#include "awsapi/select.h"

namespace hoplab::awsapi::route53 {

inline constexpr std::string_view kZoneType = "AWS::Route53::HostedZone";
inline constexpr std::string_view kRecordType = "AWS::Route53::RecordSet";

ApiError invalid_input(const std::string& message);

/// The caller's zone of that id, with or without "/hostedzone/" before it; NoSuchHostedZone.
ApiResult<const Document*> zone_of(const Call& call, std::string id);

/// The record sets of a zone in the order of ListResourceRecordSets: by the labels of their names
/// from the last one on, then by type.
std::vector<const Document*> records_of(const ControlPlane& plane, const std::string& zone);

/// In lower case, with a dot at its end, "\052" for "*"; nothing: it is no DNS name.
std::optional<std::string> full_name(const std::string& name);
/// What record sets are ordered by: "com.example.api".
std::string reversed(const std::string& name);

/// A record set's document, whose id is made of zone, name, type and SetIdentifier. `record` is as
/// requests have it.
Document record_document(const Call& call, const Document& zone, const Json& record);
/// As answers show it.
Json shown_record(const Document& record);

/// A new change, which is in sync at once.
Json new_change(const Call& call, const std::string& comment = {});

bool is_private(const Document& zone);

Refusal change(const Call& call, Change change);

}  // namespace hoplab::awsapi::route53
