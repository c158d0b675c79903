// The page at `/` of the admin server, and what it asks beside the admin API: verdicts on
// certificates that are pasted, commands for each of them, and the causes behind an end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/admin_api.h"

namespace hoplab::web {

class PageApi final : public admin::ApiPart {
 public:
  /// The emulator outlives this and has been started. `casebook` is the folder of cases, read when
  /// the first cause is asked for; without one, what ended is explained by its code alone.
  PageApi(Emulator& emulator, std::string casebook);
  ~PageApi() override;

  std::optional<admin::AdminAnswer> handle(std::string_view method, std::string_view path,
                                           const std::string& body) override;
  /// Those of the API; the page's files have paths of their own.
  static std::vector<admin::Route> routes();

 private:
  struct Causes;
  Emulator& emulator_;
  std::unique_ptr<Causes> causes_;
};

}  // namespace hoplab::web
