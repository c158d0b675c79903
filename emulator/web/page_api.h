// The page at `/` of the admin server, and what it asks beside the admin API: verdicts on
// certificates that are pasted, commands for each of them, and the causes behind an end.
#pragma once

#include <string>
#include <vector>

#include "admin/admin_api.h"

namespace hoplab::web {

/// Routes for an AdminServer: of the page's files, and of its API, below /v1. `casebook` is the
/// folder of cases, read when the first cause is asked for; without one, what ended is explained by
/// its code alone.
std::vector<admin::Entry> page_api(const std::string& casebook);

}  // namespace hoplab::web
