#include "awsapi/select.h"

#include <algorithm>

#include "awsapi/scalar.h"

namespace hoplab::awsapi {

namespace {

constexpr std::size_t kMostTags = 50;

struct PageWords {
  const char* start;
  const char* size;
  const char* next;
};

ApiResult<Json> page(const Json& in, std::string_view member, std::vector<Json> items,
                     const PageWords& words) {
  const std::string marker = text_of(in, words.start);
  const auto start = marker.empty() ? std::optional<std::int64_t>(0) : integer_from_text(marker);
  const auto count = static_cast<std::int64_t>(items.size());
  if (!start || *start < 0 || *start > count) {
    return ApiError{"ValidationError", std::string(words.start) + " '" + marker + "' is invalid"};
  }
  const std::int64_t most = in.value(words.size, std::int64_t{400});
  const std::int64_t end = std::min(count, *start + std::max<std::int64_t>(most, 1));
  Json chosen = Json::array();
  for (std::int64_t i = *start; i < end; ++i) {
    chosen.push_back(std::move(items[static_cast<std::size_t>(i)]));
  }
  Json answer{{std::string(member), std::move(chosen)}};
  if (end < count) answer[words.next] = std::to_string(end);
  return answer;
}

}  // namespace

std::string text_of(const Json& value, std::string_view member) {
  const auto found = value.find(member);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> texts_of(const Json& value, std::string_view member) {
  const auto found = value.find(member);
  if (found == value.end() || !found->is_array()) return {};
  return found->get<std::vector<std::string>>();
}

std::string value_of_key(const Json& list, std::string_view key) {
  const auto found =
      std::ranges::find_if(list, [&](const Json& one) { return text_of(one, "Key") == key; });
  return found == list.end() ? std::string() : text_of(*found, "Value");
}

Json edited(const Json& list, const std::vector<std::string>& gone,
            const std::vector<std::string>& more) {
  std::vector<std::string> left;
  for (const Json& one : list) {
    const std::string text = one.get<std::string>();
    if (std::ranges::find(gone, text) == gone.end()) left.push_back(text);
  }
  for (const std::string& one : more) {
    if (std::ranges::find(left, one) == left.end()) left.push_back(one);
  }
  return left;
}

ApiResult<Json> paged(const Json& in, std::string_view member, std::vector<Json> items) {
  return page(in, member, std::move(items), {"Marker", "PageSize", "NextMarker"});
}

ApiResult<Json> paged_by_token(const Json& in, std::string_view member, std::vector<Json> items) {
  return page(in, member, std::move(items), {"NextToken", "MaxResults", "NextToken"});
}

ApiResult<Json> paged_by_position(const Json& in, std::vector<Json> items) {
  auto made = page(in, "Items", std::move(items), {"Position", "Limit", "Position"});
  if (!made) return ApiError{"BadRequestException", made.error().message};
  return made;
}

ApiResult<Tags> tags_of(const Json& list) {
  Tags tags;
  for (const Json& one : list) {
    const std::string key = text_of(one, "Key");
    if (!tags.emplace(key, text_of(one, "Value")).second) {
      return ApiError{"DuplicateTagKeys", "The tag key '" + key + "' was specified more than once"};
    }
  }
  if (tags.size() > kMostTags) {
    return ApiError{"TooManyTags", "A resource has at most 50 tags"};
  }
  return tags;
}

Json tag_list(const Tags& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

}  // namespace hoplab::awsapi
