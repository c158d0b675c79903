// What Describe operations share: choosing by ids, names and filters, pages, tags.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "awsapi/control_plane.h"

namespace hoplab::awsapi {

/// A text member, empty where it is absent.
std::string text_of(const Json& value, std::string_view member);
/// The texts of a list, none where it is absent.
std::vector<std::string> texts_of(const Json& value, std::string_view member);

/// The Value of the item with that Key, of a list of attributes; empty: there is none.
std::string value_of_key(const Json& list, std::string_view key);

/// A list of texts without those that are in `gone`, and with those of `more` that it had not.
Json edited(const Json& list, const std::vector<std::string>& gone,
            const std::vector<std::string>& more = {});

/// A page of `items`: in["Marker"] is where it begins and in["PageSize"] how many it has at most.
/// Puts it into the answer as `member`, with NextMarker when there are more.
ApiResult<Json> paged(const Json& in, std::string_view member, std::vector<Json> items);
/// The same by NextToken and MaxResults.
ApiResult<Json> paged_by_token(const Json& in, std::string_view member, std::vector<Json> items);

/// The same by Position and Limit, as Items.
ApiResult<Json> paged_by_position(const Json& in, std::vector<Json> items);

using Tags = std::map<std::string, std::string>;

/// Of a list of {Key, Value}. TooManyTags (50), DuplicateTagKeys.
ApiResult<Tags> tags_of(const Json& list);
Json tag_list(const Tags& tags);

}  // namespace hoplab::awsapi
