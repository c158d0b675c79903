#include "scenario/casebook/casebook.h"

#include <algorithm>
#include <filesystem>

namespace hoplab::scenario {

Result<Casebook> Casebook::read(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  if (error) return Error{"cannot read the folder " + folder + ": " + error.message()};
  std::ranges::sort(files);
  Casebook book;
  for (const std::string& file : files) {
    auto outcome = read_scenario({file});
    if (!outcome.ok()) return Error{to_text(outcome.diagnostics)};
    if (outcome.scenario->reset_case) book.cases_.push_back(std::move(*outcome.scenario));
  }
  return book;
}

}  // namespace hoplab::scenario
