// CloudWatch Logs: groups, and what stages of APIs write into those that they name. An execution
// log's group has the name that API Gateway gives it (apigateway.md 15). Each group has one stream.
#include <algorithm>
#include <cstdlib>

#include "awsapi/control_plane.h"
#include "awsapi/scalar.h"
#include "awsapi/select.h"
#include "awsapi/services.h"

namespace hoplab::awsapi::logs {

namespace {

constexpr std::string_view kGroupType = "AWS::Logs::LogGroup";
constexpr std::string_view kStageType = "AWS::ApiGateway::Stage";
constexpr std::int64_t kMostEvents = 10'000;

constexpr Member kCreateIn[] = {text("logGroupName").needed(), text("kmsKeyId"), map("tags"),
                                choice("logGroupClass", "STANDARD|INFREQUENT_ACCESS|DELIVERY"),
                                boolean("deletionProtectionEnabled")};
constexpr Member kDeleteIn[] = {text("logGroupName").needed()};
constexpr Member kRetentionIn[] = {text("logGroupName").needed(),
                                   integer("retentionInDays").needed()};
constexpr Member kGroupsIn[] = {
    text("logGroupNamePrefix"),    text("logGroupNamePattern"),      text("nextToken"),
    integer("limit").range(1, 50), boolean("includeLinkedAccounts"), text("logGroupClass"),
    texts("logGroupIdentifiers"),  texts("accountIdentifiers")};
constexpr Member kGroup[] = {text("logGroupName"),
                             integer("creationTime"),
                             integer("retentionInDays"),
                             integer("metricFilterCount"),
                             text("arn"),
                             integer("storedBytes"),
                             text("logGroupClass"),
                             text("logGroupArn")};
constexpr Member kGroupsOut[] = {list("logGroups", kGroup), text("nextToken")};
constexpr Member kStreamsIn[] = {
    text("logGroupName"),         text("logGroupIdentifier"),
    text("logStreamNamePrefix"),  choice("orderBy", "LogStreamName|LastEventTime"),
    boolean("descending"),        text("nextToken"),
    integer("limit").range(1, 50)};
constexpr Member kStream[] = {text("logStreamName"),          integer("creationTime"),
                              integer("firstEventTimestamp"), integer("lastEventTimestamp"),
                              integer("lastIngestionTime"),   text("arn"),
                              integer("storedBytes")};
constexpr Member kStreamsOut[] = {list("logStreams", kStream), text("nextToken")};
constexpr Member kEventsIn[] = {text("logGroupName"),
                                text("logGroupIdentifier"),
                                text("logStreamName").needed(),
                                integer("startTime"),
                                integer("endTime"),
                                text("nextToken"),
                                integer("limit").range(1, kMostEvents),
                                boolean("startFromHead"),
                                boolean("unmask")};
constexpr Member kEvent[] = {integer("timestamp"), text("message"), integer("ingestionTime")};
constexpr Member kEventsOut[] = {list("events", kEvent), text("nextForwardToken"),
                                 text("nextBackwardToken")};
constexpr Member kFilterIn[] = {
    text("logGroupName"),        text("logGroupIdentifier"), texts("logStreamNames"),
    text("logStreamNamePrefix"), integer("startTime"),       integer("endTime"),
    text("filterPattern"),       text("nextToken"),          integer("limit").range(1, kMostEvents),
    boolean("interleaved"),      boolean("unmask")};
constexpr Member kFilteredEvent[] = {text("logStreamName"), integer("timestamp"), text("message"),
                                     integer("ingestionTime"), text("eventId")};
constexpr Member kFilterOut[] = {list("events", kFilteredEvent), text("nextToken")};

ApiError unfit(const std::string& message) {
  return {"InvalidParameterException", message};
}

std::string arn_of(const Call& call, const std::string& group) {
  return "arn:aws:logs:" + call.caller.region + ":" + call.caller.account + ":log-group:" + group;
}

/// "group" of "arn:aws:logs:eu-west-1:111111111111:log-group:group:*", and of itself.
std::string name_in(const std::string& name_or_arn) {
  constexpr std::string_view kMark = ":log-group:";
  const std::size_t at = name_or_arn.find(kMark);
  if (at == std::string::npos) return name_or_arn;
  const std::string name = name_or_arn.substr(at + kMark.size());
  return name.ends_with(":*") ? name.substr(0, name.size() - 2) : name;
}

struct Group {
  std::string name;
  std::int64_t created_ms = 0;
  Json retention;
};

/// Where a stage's lines go.
struct Source {
  std::string group, api, stage;
  bool execution = false;
};

std::vector<Source> sources(const Call& call) {
  std::vector<Source> all;
  for (const Document* stage : call.plane.all(kStageType, call.caller)) {
    const std::string api = text_of(stage->properties, "RestApiId");
    const std::string name = text_of(stage->properties, "StageName");
    const Json access = stage->properties.value("AccessLogSetting", Json::object());
    const std::string to = name_in(text_of(access, "DestinationArn"));
    if (!to.empty()) all.push_back({to, api, name, false});
    all.push_back({"API-Gateway-Execution-Logs_" + api + "/" + name, api, name, true});
  }
  return all;
}

std::vector<LogLine> lines_of(const Call& call, const std::string& group) {
  const auto from = sources(call);
  std::vector<LogLine> all;
  for (LogLine& line : call.plane.log_lines()) {
    const bool goes_there = std::ranges::any_of(from, [&](const Source& one) {
      return one.group == group && one.api == line.api_id && one.stage == line.stage &&
             one.execution == line.execution;
    });
    if (goes_there) all.push_back(std::move(line));
  }
  std::ranges::stable_sort(all, {}, &LogLine::at_ms);
  return all;
}

std::vector<Group> groups(const Call& call) {
  std::map<std::string, Group> all;
  for (const Document* one : call.plane.all(kGroupType, call.caller)) {
    const std::string name = name_in(one->physical_id.empty() ? one->id : one->physical_id);
    all[name] = {name, one->attributes.value("CreationTime", call.now) * 1'000,
                 one->properties.value("RetentionInDays", Json())};
  }
  for (const Source& one : sources(call)) {
    // An execution log's group is made for its first line, unless the stage has none.
    if (one.execution && !all.contains(one.group)) {
      const auto lines = lines_of(call, one.group);
      if (!lines.empty()) all[one.group] = {one.group, lines.front().at_ms, Json()};
    }
  }
  std::vector<Group> made;
  for (auto& [name, group] : all) made.push_back(std::move(group));
  return made;
}

ApiError no_such_group() {
  return {"ResourceNotFoundException", "The specified log group does not exist."};
}

ApiResult<Group> group_of(const Call& call, const Json& in) {
  const std::string name = name_in(text_of(in, "logGroupName") + text_of(in, "logGroupIdentifier"));
  for (Group& one : groups(call)) {
    if (one.name == name) return std::move(one);
  }
  return no_such_group();
}

std::string stream_of(const std::string& group) {
  return md5_hex(group);
}

ApiResult<Json> paged_events(const Json& in, std::string_view member, std::vector<Json> items,
                             std::int64_t most) {
  Json page{{"MaxResults", in.value("limit", most)}};
  if (in.contains("nextToken")) page["NextToken"] = in["nextToken"];
  auto made = paged_by_token(page, member, std::move(items));
  if (made && made->contains("NextToken")) (*made)["nextToken"] = (*made)["NextToken"];
  return made;
}

bool is_in_time(const Json& in, std::int64_t at_ms) {
  return at_ms >= in.value("startTime", std::int64_t{0}) &&
         (!in.contains("endTime") || at_ms < in["endTime"].get<std::int64_t>());
}

ApiResult<Json> create_log_group(const Call& call, const Json& in) {
  const std::string name = in["logGroupName"];
  if (group_of(call, in)) {
    return ApiError{"ResourceAlreadyExistsException", "The specified log group already exists"};
  }
  Document document = call.plane.made(arn_of(call, name), kGroupType, call.caller);
  document.physical_id = name;
  document.attributes = {{"Arn", document.id + ":*"}, {"CreationTime", call.now}};
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> delete_log_group(const Call& call, const Json& in) {
  for (const Document* one : call.plane.all(kGroupType, call.caller)) {
    const std::string& name = one->physical_id.empty() ? one->id : one->physical_id;
    if (in["logGroupName"] != name) continue;
    if (auto refused = call.plane.remove(one->id)) return *refused;
    return Json::object();
  }
  return no_such_group();
}

ApiResult<Json> put_retention_policy(const Call& call, const Json& in) {
  for (const Document* one : call.plane.all(kGroupType, call.caller)) {
    const std::string& name = one->physical_id.empty() ? one->id : one->physical_id;
    if (in["logGroupName"] != name) continue;
    Document document = *one;
    document.properties["RetentionInDays"] = in["retentionInDays"];
    if (auto refused = call.plane.put(std::move(document))) return *refused;
    return Json::object();
  }
  return no_such_group();
}

ApiResult<Json> describe_log_groups(const Call& call, const Json& in) {
  std::vector<Json> items;
  const std::string prefix = text_of(in, "logGroupNamePrefix");
  const std::string pattern = text_of(in, "logGroupNamePattern");
  for (const Group& one : groups(call)) {
    const bool fits = one.name.starts_with(prefix) && one.name.find(pattern) != std::string::npos;
    if (!fits) continue;
    items.push_back({{"logGroupName", one.name},
                     {"creationTime", one.created_ms},
                     {"retentionInDays", one.retention},
                     {"metricFilterCount", 0},
                     {"arn", arn_of(call, one.name) + ":*"},
                     {"logGroupArn", arn_of(call, one.name)},
                     {"storedBytes", 0},
                     {"logGroupClass", "STANDARD"}});
  }
  return paged_events(in, "logGroups", std::move(items), 50);
}

ApiResult<Json> describe_log_streams(const Call& call, const Json& in) {
  const auto group = group_of(call, in);
  if (!group) return group.error();
  const auto lines = lines_of(call, group->name);
  const std::string name = stream_of(group->name);
  std::vector<Json> items;
  if (!lines.empty() && name.starts_with(text_of(in, "logStreamNamePrefix"))) {
    items.push_back({{"logStreamName", name},
                     {"creationTime", lines.front().at_ms},
                     {"firstEventTimestamp", lines.front().at_ms},
                     {"lastEventTimestamp", lines.back().at_ms},
                     {"lastIngestionTime", lines.back().at_ms},
                     {"arn", arn_of(call, group->name) + ":log-stream:" + name},
                     {"storedBytes", 0}});
  }
  return paged_events(in, "logStreams", std::move(items), 50);
}

/// Tokens say a place: "f/12" goes on from the 12th event, "b/12" back from there. At an end they
/// stay the same.
ApiResult<Json> get_log_events(const Call& call, const Json& in) {
  const auto group = group_of(call, in);
  if (!group) return group.error();
  std::vector<Json> all;
  for (const LogLine& line : lines_of(call, group->name)) {
    if (!is_in_time(in, line.at_ms)) continue;
    all.push_back(
        {{"timestamp", line.at_ms}, {"message", line.text}, {"ingestionTime", line.at_ms}});
  }
  if (in["logStreamName"] != stream_of(group->name)) {
    return ApiError{"ResourceNotFoundException", "The specified log stream does not exist."};
  }
  const auto count = static_cast<std::int64_t>(all.size());
  const std::int64_t most = in.value("limit", kMostEvents);
  const std::string token = text_of(in, "nextToken");
  const bool forward = token.empty() ? in.value("startFromHead", false) : token.starts_with("f/");
  std::int64_t at = forward ? 0 : count;
  if (!token.empty()) {
    const auto place = integer_from_text(token.substr(std::min<std::size_t>(2, token.size())));
    if (!place || *place < 0 || *place > count) {
      return unfit("The specified nextToken is invalid.");
    }
    at = *place;
  }
  const std::int64_t begin = forward ? at : std::max<std::int64_t>(0, at - most);
  const std::int64_t end = forward ? std::min(count, at + most) : at;
  Json events = Json::array();
  for (std::int64_t i = begin; i < end; ++i) {
    events.push_back(std::move(all[static_cast<std::size_t>(i)]));
  }
  return Json{{"events", std::move(events)},
              {"nextForwardToken", "f/" + std::to_string(end)},
              {"nextBackwardToken", "b/" + std::to_string(begin)}};
}

/// The words of a pattern, all of which a message must have; in quotes, they are one.
ApiResult<std::vector<std::string>> words_of(std::string_view pattern) {
  std::vector<std::string> words;
  while (!pattern.empty()) {
    if (pattern[0] == ' ') {
      pattern.remove_prefix(1);
      continue;
    }
    if (std::string_view("{[?-%").find(pattern[0]) != std::string_view::npos) {
      return unfit("hoplab emulates filter patterns of words and \"words in quotes\" only");
    }
    const bool quoted = pattern[0] == '"';
    if (quoted) pattern.remove_prefix(1);
    const std::size_t end = std::min(pattern.find(quoted ? '"' : ' '), pattern.size());
    words.emplace_back(pattern.substr(0, end));
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
  }
  return words;
}

ApiResult<Json> filter_log_events(const Call& call, const Json& in) {
  const auto group = group_of(call, in);
  if (!group) return group.error();
  const auto words = words_of(text_of(in, "filterPattern"));
  if (!words) return words.error();
  const std::string stream = stream_of(group->name);
  const auto streams = texts_of(in, "logStreamNames");
  const bool asked = (streams.empty() || std::ranges::find(streams, stream) != streams.end()) &&
                     stream.starts_with(text_of(in, "logStreamNamePrefix"));
  std::vector<Json> items;
  for (const LogLine& line : lines_of(call, group->name)) {
    const bool fits = std::ranges::all_of(
        *words, [&](const std::string& word) { return line.text.find(word) != std::string::npos; });
    if (!asked || !fits || !is_in_time(in, line.at_ms)) continue;
    items.push_back({{"logStreamName", stream},
                     {"timestamp", line.at_ms},
                     {"message", line.text},
                     {"ingestionTime", line.at_ms},
                     {"eventId", std::to_string(line.number)}});
  }
  return paged_events(in, "events", std::move(items), kMostEvents);
}

constexpr Operation kOperations[] = {
    {"CreateLogGroup", kCreateIn, {}, create_log_group},
    {"DeleteLogGroup", kDeleteIn, {}, delete_log_group},
    {"DescribeLogGroups", kGroupsIn, kGroupsOut, describe_log_groups},
    {"DescribeLogStreams", kStreamsIn, kStreamsOut, describe_log_streams},
    {"FilterLogEvents", kFilterIn, kFilterOut, filter_log_events},
    {"GetLogEvents", kEventsIn, kEventsOut, get_log_events},
    {"PutRetentionPolicy", kRetentionIn, {}, put_retention_policy},
};

}  // namespace

constexpr Service kService{"logs", Protocol::json, "", "", "Logs_20140328", "1.1", kOperations};

}  // namespace hoplab::awsapi::logs
