// What `hoplab up --json` prints when it is ready.
#include "load/started_server.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>

#include "load/options.h"

namespace hoplab::bench {
namespace {

std::string read_file(const std::string& path) {
  std::string text;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char buffer[16 * 1024];
  for (ssize_t got = 0; (got = read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  close(fd);
  return text;
}

// The end of the object that opens at `at` (npos when it does not end): braces outside strings.
std::size_t end_of_object(const std::string& text, std::size_t at) {
  int depth = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '\\') {
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == '{') {
      ++depth;
    } else if (!quoted && c == '}' && --depth == 0) {
      return at;
    }
  }
  return std::string::npos;
}

// The value of a member of a flat object, without quotes; "" when there is none.
std::string member(const std::string& object, const std::string& name) {
  const std::string quoted = '"' + name + '"';
  std::size_t at = object.find(quoted);
  if (at == std::string::npos) return {};
  at = object.find_first_not_of(": \t\r\n", at + quoted.size());
  if (at == std::string::npos) return {};
  if (object[at] == '"') return object.substr(at + 1, object.find('"', at + 1) - at - 1);
  return object.substr(at, object.find_first_of(",} \t\r\n", at) - at);
}

}  // namespace

bool read_started_server(const std::string& path, StartedServer& out) {
  const std::string text = read_file(path);
  const std::size_t object = text.find('{');
  if (object == std::string::npos || end_of_object(text, object) == std::string::npos) return false;
  const std::size_t endpoints = text.find("\"endpoints\"", object);
  if (endpoints == std::string::npos) return false;
  const std::size_t first = text.find('{', endpoints);
  if (first == std::string::npos) return false;
  const std::string endpoint = text.substr(first, end_of_object(text, first) - first + 1);
  out.dns_name = member(endpoint, "dnsName");
  return parse_address(member(endpoint, "address") + ':' + member(endpoint, "port"), out.address);
}

}  // namespace hoplab::bench
