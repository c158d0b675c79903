// hoplab timeline: a connection of an emulator that runs, over time.
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/percent.h"
#include "cli/admin_call.h"
#include "cli/commands.h"
#include "cli/terminal.h"

namespace hoplab::cli {

int timeline(const TimelineOptions& options) {
  constexpr Duration kPatience = 30s;
  const auto admin = admin_address(options.admin);
  if (!admin) return fail(admin.error());
  const bool marked = options.connection.starts_with('#');
  const std::string path = "/v1/connections/" +
                           percent_encoded(options.connection.substr(marked ? 1 : 0)) +
                           "/timeline?as=" + (options.svg.empty() ? "text" : "svg");
  const auto answer = ask_admin(admin.value(), {"GET", path, ""}, kPatience);
  if (!answer) return fail(answer.error());
  if (answer.value().status != 200) {
    const auto said = nlohmann::json::parse(answer.value().body, nullptr, false);
    return fail(said.is_object() && said.contains("error") && said["error"].is_string()
                    ? said["error"].get<std::string>()
                    : "no answer that can be read");
  }
  if (options.svg.empty() || options.svg == "-") {
    print(answer.value().body);
    return 0;
  }
  std::ofstream written(options.svg);
  written << answer.value().body << std::flush;
  return written ? 0 : fail("cannot write " + options.svg);
}

}  // namespace hoplab::cli
