#include "awsapi/rest_binding.h"

#include <algorithm>
#include <vector>

#include "awsapi/query_parameters.h"
#include "awsapi/scalar.h"
#include "base/percent.h"

namespace hoplab::awsapi {

namespace {

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> all;
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  while (true) {
    const std::size_t slash = path.find('/');
    all.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return all;
    path.remove_prefix(slash + 1);
  }
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path,
          std::map<std::string, std::string>& labels) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    std::string_view part = pattern[i];
    if (i >= path.size()) return false;
    if (!part.starts_with('{')) {
      if (part != path[i]) return false;
      continue;
    }
    part = part.substr(1, part.size() - 2);
    if (part.ends_with('+')) {
      const auto* const end = path.back().data() + path.back().size();
      labels[std::string(part.substr(0, part.size() - 1))] =
          percent_decoded({path[i].data(), static_cast<std::size_t>(end - path[i].data())});
      return true;
    }
    if (path[i].empty()) return false;
    labels[std::string(part)] = percent_decoded(path[i]);
  }
  return pattern.size() == path.size();
}

bool has(const Parameters& parameters, std::string_view parameter) {
  const auto [name, value] = parameters_of(parameter).front();
  return std::ranges::find(parameters, std::pair(name, value)) != parameters.end();
}

std::vector<std::string> values_of(const Parameters& parameters, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : parameters) {
    if (key == name) values.push_back(value);
  }
  return values;
}

/// Those that no other member is.
Json others(const Parameters& parameters, Members members) {
  Json all = Json::object();
  for (const auto& one : parameters) {
    const bool known = std::ranges::any_of(members, [&](const Member& member) {
      return member.where == Where::query && member.in == one.first;
    });
    if (!known) all[one.first] = one.second;
  }
  return all;
}

}  // namespace

RestMatch match_place(const Service& service, std::string_view method, std::string_view path,
                      std::string_view query) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto parts = segments(path);
  for (const Operation& operation : service.operations) {
    if (operation.method != method) continue;
    const std::string_view pattern = operation.path.substr(0, operation.path.find('?'));
    RestMatch match{&operation, {}};
    if (!fits(segments(pattern), parts, match.labels)) continue;
    if (pattern.size() == operation.path.size() ||
        has(parameters_of(query), operation.path.substr(pattern.size() + 1))) {
      return match;
    }
  }
  return {};
}

Refusal bind_place(const Service& service, const RestMatch& match, std::string_view query,
                   Json& in) {
  const Parameters parameters = parameters_of(query);
  for (const Member& member : match.operation->in) {
    std::vector<std::string> values;
    if (member.where == Where::query && member.kind == Kind::map) {
      in[std::string(member.name)] = others(parameters, match.operation->in);
    } else if (member.where == Where::query) {
      values = values_of(parameters, member.in);
    } else if (const auto label = match.labels.find(std::string(member.in));
               member.where == Where::path && label != match.labels.end()) {
      values.push_back(label->second);
    }
    if (values.empty()) continue;
    const std::string name(member.name);
    if (member.kind == Kind::list) {
      in[name] = values;
      continue;
    }
    auto read = scalar_from_text(values.front(), member.kind);
    if (!read) {
      return invalid_input(service, "the parameter " + std::string(member.in) + " is not a " +
                                        std::string(word(member.kind)));
    }
    in[name] = std::move(*read);
  }
  return std::nullopt;
}

}  // namespace hoplab::awsapi
