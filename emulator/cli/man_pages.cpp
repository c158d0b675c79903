#include "cli/man_pages.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/joined.h"
#include "cli/terminal.h"

namespace hoplab::cli {

namespace {

using Words = std::vector<std::string>;

/// Text as roff has it: with a - that can be copied, and no line that is taken for a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fR";
}

std::string sentence(const std::string& text) {
  return text.empty() || text.ends_with('.') ? text : text + ".";
}

std::vector<const CLI::App*> subcommands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
}

std::string page_name(const CLI::App& app, const CLI::App* subcommand) {
  return app.get_name() + (subcommand ? "-" + subcommand->get_name() : "");
}

/// "FILE", or of "VERSION:{1.2,1.3}" the part before the colon, then the one behind it.
std::pair<std::string, std::string> type_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return {};  // a flag
  const std::string type = option.get_type_name();
  const auto colon = std::min(type.find(':'), type.size());
  return {type.substr(0, colon), colon == type.size() ? "" : type.substr(colon + 1)};
}

Words names(const std::set<CLI::Option*>& options) {
  Words all;
  for (const CLI::Option* one : options) all.push_back(one->get_name());
  std::ranges::sort(all);  // the set is in no order
  return all;
}

/// Of "{1.2,1.3}" or "UINT in [1 - 64]".
std::string allowed(const std::string& values) {
  const auto begin = values.find_first_of("{[");
  if (begin == std::string::npos) return "";
  const std::string inner = values.substr(begin + 1, values.size() - begin - 2);
  return (values[begin] == '{' ? " One of " : " Range: ") + inner + ".";
}

std::string explained(const CLI::Option& option) {
  const auto note = [](const std::string& what, const std::string& value) {
    return value.empty() ? "" : " " + what + " " + value + ".";
  };
  return sentence(option.get_description()) + allowed(type_of(option).second) +
         note("Default:", option.get_default_str()) + (option.get_required() ? " Required." : "") +
         note("Needs", joined(names(option.get_needs()), ", ")) +
         note("Not with", joined(names(option.get_excludes()), ", "));
}

std::string entry(const CLI::Option& option) {
  std::string head;
  for (const std::string& name : option.get_snames()) head += bold("-" + name) + ", ";
  for (const std::string& name : option.get_lnames()) head += bold("--" + name) + ", ";
  head = option.get_positional() ? italic(option.get_name()) : head.substr(0, head.size() - 2);
  const std::string type = type_of(option).first;
  if (!type.empty()) head += " " + italic(type) + (option.get_expected_max() > 1 ? " ..." : "");
  return ".TP\n" + head + "\n" + roff(explained(option)) + "\n";
}

std::string entries(const CLI::App& command, std::string_view title, bool positional) {
  std::string text;
  for (const CLI::Option* one : command.get_options()) {
    if (one->get_positional() == positional && !one->get_group().empty()) text += entry(*one);
  }
  return text.empty() ? "" : ".SH " + std::string(title) + "\n" + text;
}

std::string synopsis(const CLI::App& app, const CLI::App* subcommand) {
  std::string text = ".SH SYNOPSIS\n" + bold(app.get_name());
  if (!subcommand) return text + " " + italic("COMMAND") + " [" + italic("OPTION") + "]...\n";
  text += " " + bold(subcommand->get_name()) + " [" + italic("OPTION") + "]...";
  for (const CLI::Option* one : subcommand->get_options()) {
    if (!one->get_positional()) continue;
    const std::string name = italic(one->get_name());
    text += (one->get_required() ? " " + name : " [" + name + "]") +
            (one->get_expected_max() > 1 ? "..." : "");
  }
  return text + "\n";
}

/// What --help ends with. Lines with a margin stand as they are, and so do those of which one has
/// several blanks.
std::string notes(const std::string& footer) {
  if (footer.find_first_not_of('\n') == std::string::npos) return "";
  const bool as_it_is = footer.find("  ") != std::string::npos;
  return ".SH NOTES\n" + (as_it_is ? ".nf\n" + roff(footer) + "\n.fi\n" : roff(footer) + "\n");
}

std::string see_also(const CLI::App& app, const CLI::App* subcommand) {
  Words pages;
  if (subcommand) pages.push_back(bold(page_name(app, nullptr)) + "(1)");
  for (const CLI::App* one : subcommands(app)) {
    if (one != subcommand) pages.push_back(bold(page_name(app, one)) + "(1)");
  }
  return ".SH SEE ALSO\n" + joined(pages, ",\n") + "\n";
}

std::string title(std::string name) {
  std::ranges::transform(name, name.begin(), upper_case);
  return roff(name);
}

/// Of the whole command, or of a subcommand.
std::string page(const CLI::App& app, const CLI::App* subcommand) {
  const CLI::App& about = subcommand ? *subcommand : app;
  const std::string name = page_name(app, subcommand);
  std::string text = ".TH \"" + title(name) + "\" 1 \"\" \"hoplab " HOPLAB_VERSION "\"\n" +
                     ".SH NAME\n" + roff(name) + " \\- " + roff(about.get_description()) + "\n" +
                     synopsis(app, subcommand);
  if (!subcommand) {
    text += ".SH COMMANDS\n";
    for (const CLI::App* one : subcommands(app)) {
      text += ".TP\n" + bold(app.get_name() + " " + one->get_name()) + "\n" +
              roff(sentence(one->get_description())) + "\n";
    }
  }
  return text + entries(about, "ARGUMENTS", true) + entries(about, "OPTIONS", false) +
         notes(about.get_footer()) + see_also(app, subcommand);
}

}  // namespace

int write_man_pages(const CLI::App& app, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail("cannot make the folder " + folder + ": " + error.message());
  std::vector<const CLI::App*> all = subcommands(app);
  all.push_back(nullptr);
  for (const CLI::App* one : all) {
    const std::string file = folder + "/" + page_name(app, one) + ".1";
    std::ofstream written(file);
    written << page(app, one) << std::flush;
    if (!written) return fail("cannot write " + file);
  }
  return 0;
}

}  // namespace hoplab::cli
