#include "awsapi/rest_binding.h"

#include <vector>

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

/// The values that a query's parameter has, decoded.
std::vector<std::string> values_of(std::string_view query, std::string_view name) {
  std::vector<std::string> values;
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(one.size() + 1, query.size()));
    const std::size_t equals = std::min(one.find('='), one.size());
    if (form_decoded(one.substr(0, equals)) != name) continue;
    values.push_back(form_decoded(one.substr(std::min(equals + 1, one.size()))));
  }
  return values;
}

}  // namespace

RestMatch match_path(const Service& service, std::string_view method, std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto parts = segments(path);
  for (const Operation& operation : service.operations) {
    if (operation.method != method) continue;
    RestMatch match{&operation, {}};
    if (fits(segments(operation.path), parts, match.labels)) return match;
  }
  return {};
}

Refusal bind_place(const Service& service, const RestMatch& match, std::string_view query,
                   Json& in) {
  for (const Member& member : match.operation->in) {
    std::vector<std::string> values;
    if (member.where == Where::query) {
      values = values_of(query, member.in);
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
