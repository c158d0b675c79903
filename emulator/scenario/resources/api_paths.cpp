#include "scenario/resources/api_paths.h"

#include <algorithm>

#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {

const Resource* find_api_resource(const Resources& resources, const std::string& id) {
  const auto is = [&](const Resource& one) {
    return one.type == kApiResource && one.physical_id == id;
  };
  const auto found = std::ranges::find_if(resources.all, is);
  return found == resources.all.end() ? nullptr : &*found;
}

std::string path_of_resource(const Resources& resources, const std::string& parent,
                             const std::string& part) {
  constexpr int kDeepest = 64;
  std::string path = "/" + part;
  std::string above = parent;
  for (int depth = 0; depth < kDeepest; ++depth) {
    const Resource* const one = find_api_resource(resources, above);
    if (!one) return path;
    path.insert(0, "/" + text_of(one->properties, "PathPart"));
    above = text_of(one->properties, "ParentId");
  }
  return {};
}

}  // namespace hoplab::scenario::resources
