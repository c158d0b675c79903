// Values of templates as operations take them: "443" for a number, true for a text.
#pragma once

#include <string>
#include <string_view>

#include "awsapi/service.h"
#include "scenario/format/reader_document.h"

namespace hoplab::awsapi {

Json json_of(const scenario::Node& node);
scenario::Node node_of(const Json& json);

/// `value` as the member takes it. The error names what is in its way: `path`.
ApiResult<Json> bound(const Json& value, const Member& member, const std::string& path);

/// The operation of that name on members that have the right kinds, checked by its table.
ApiResult<Json> run(const Service& service, std::string_view operation, const Call& call,
                    const Json& in);

/// The member of that name; null: there is none.
const Member* find_member(Members members, std::string_view name);

/// Whether `word` is one of those between the '|' of `words`.
bool is_among(std::string_view word, std::string_view words);

}  // namespace hoplab::awsapi
