#include "cli/completion.h"

#include <algorithm>
#include <string_view>

#include "cli/ctl_verbs.h"
#include "cli/names.h"
#include "cli/terminal.h"

namespace hoplab::cli {

namespace {

using Words = std::vector<std::string>;

/// The words behind hoplab, and how far they have been read.
class Line {
 public:
  Line(const CLI::App& app, const Words& words) : app_(app), words_(words) {}

  /// What the last word may become, as lines.
  std::string completions() {
    read();
    const std::string& last = words_.back();
    if (unknown_) return "";
    if (command_at_ != 0) return ":command " + std::to_string(command_at_) + "\n";
    if (value_of_ != nullptr) {
      offer_values(*value_of_, last.starts_with("-") ? last.substr(0, last.find('=') + 1) : "");
    } else if (last.starts_with("-")) {
      offer_options();
    } else if (subcommand_ == nullptr) {
      offer_subcommands("");
    } else if (subcommand_->get_name() == "ctl") {
      offer_ctl_words();
    } else if (const CLI::Option* next = next_positional()) {
      offer_values(*next, "");
    }
    return lines_;
  }

 private:
  static bool is_shown(const CLI::App* app) { return !app->get_group().empty(); }

  void offer(const std::string& word, const std::string& help) {
    if (word.starts_with(words_.back())) lines_ += word + "\t" + help + "\n";
  }

  [[nodiscard]] const CLI::App& reader() const { return subcommand_ ? *subcommand_ : app_; }

  [[nodiscard]] const CLI::App* subcommand(const std::string& name) const {
    const auto found =
        app_.get_subcommands([&name](const CLI::App* one) { return one->get_name() == name; });
    return found.empty() ? nullptr : found.front();
  }

  /// The option that a word names; null: none.
  [[nodiscard]] const CLI::Option* option(const std::string& word) const {
    return reader().get_option_no_throw(word.substr(0, word.find('=')));
  }

  static bool takes_value(const CLI::Option* option) {
    return option != nullptr && option->get_items_expected_max() > 0;
  }

  static bool takes_many(const CLI::Option* option) {
    return option->get_allow_extra_args() && option->get_expected_max() > 1;
  }

  /// All words but the last, of which it says what it is.
  void read() {
    for (std::size_t at = 1; at + 1 < words_.size(); ++at) {
      const std::string& word = words_[at];
      if (word == "--" && subcommand_ && subcommand_->get_name() == "exec") {
        command_at_ = at + 1;
        return;
      }
      if (word.starts_with("-")) {
        value_of_ = nullptr;
        const CLI::Option* named = option(word);
        if (!takes_value(named)) continue;
        if (const auto equals = word.find('='); equals != std::string::npos) {
          note(*named, word.substr(equals + 1));
        } else {
          value_of_ = named;
        }
      } else if (value_of_ != nullptr) {
        note(*value_of_, word);
        if (!takes_many(value_of_)) value_of_ = nullptr;
      } else if (subcommand_ == nullptr) {
        subcommand_ = subcommand(word);
        if (subcommand_ == nullptr) unknown_ = true;
      } else {
        positionals_.push_back(word);
        if (const CLI::Option* first = positional(0); first && first->get_name() == "scenario") {
          sources_.scenario = positionals_.front();
        }
      }
    }
    const std::string& last = words_.back();
    if (last.starts_with("-")) {
      value_of_ = last.find('=') == std::string::npos ? nullptr : option(last);
      if (!takes_value(value_of_)) value_of_ = nullptr;
    }
  }

  /// Values that later words have their names from.
  void note(const CLI::Option& option, const std::string& value) {
    if (option.check_lname("scenario")) sources_.scenario = value;
    if (option.check_lname("admin")) sources_.admin = value;
  }

  [[nodiscard]] const CLI::Option* positional(std::size_t number) const {
    for (const CLI::Option* one : reader().get_options()) {
      if (!one->get_positional()) continue;
      if (number == 0 || one->get_expected_max() > 1) return one;
      --number;
    }
    return nullptr;
  }
  [[nodiscard]] const CLI::Option* next_positional() const {
    return positional(positionals_.size());
  }

  void offer_subcommands(const std::string& prefix) {
    for (const CLI::App* one : app_.get_subcommands(is_shown)) {
      offer(prefix + one->get_name(), one->get_description());
    }
  }

  void offer_options() {
    for (const CLI::Option* one : reader().get_options()) {
      if (one->get_positional() || one->get_group().empty()) continue;
      for (const std::string& name : one->get_lnames()) {
        offer("--" + name, one->get_description());
      }
    }
    if (reader().get_name() == "exec") offer("--", "The command stands behind it");
  }

  /// `prefix`: what of the word stands before the value.
  void offer_values(const CLI::Option& option, const std::string& prefix) {
    const std::string type = option.get_type_name();  // FILE, or VERSION:{1.2,1.3}
    const auto brace = type.find('{');
    if (brace != std::string::npos) {
      for (std::size_t at = brace + 1; at < type.size();) {
        const auto end = type.find_first_of(",}", at);
        offer(prefix + type.substr(at, end - at), "");
        if (end == std::string::npos || type[end] == '}') break;
        at = end + 1;
      }
      return;
    }
    offer_placeholder(type.substr(0, type.find(':')), prefix);
  }

  void offer_placeholder(const std::string& placeholder, const std::string& prefix) {
    if (placeholder == "FILE" || placeholder == "SCENARIO-FILE") lines_ += ":files\n";
    if (placeholder == "FOLDER") lines_ += ":folders\n";
    if (placeholder == "COMMAND") offer_subcommands(prefix);
    sources_.before = positionals_.empty() ? "" : positionals_.back();
    for (const std::string& name : names_of(placeholder, sources_)) offer(prefix + name, "");
  }

  void offer_ctl_words() {
    Words offered;
    for (const CtlVerb& verb : ctl_verbs()) {
      const std::size_t at = positionals_.size();
      if (at >= verb.words.size() || !begins_with_what_is_there(verb)) continue;
      const std::string& word = verb.words[at];
      if (std::ranges::find(offered, word) != offered.end()) continue;
      offered.push_back(word);
      if (!stands_for_anything(word)) {
        offer(word, "");
      } else if (at + 1 == verb.words.size() && !verb.choices.empty()) {
        for (const std::string& choice : verb.choices) offer(choice, "");
      } else {
        offer_placeholder(word, "");
      }
    }
  }

  [[nodiscard]] bool begins_with_what_is_there(const CtlVerb& verb) const {
    for (std::size_t i = 0; i < positionals_.size(); ++i) {
      if (!stands_for_anything(verb.words[i]) && verb.words[i] != positionals_[i]) return false;
    }
    return true;
  }

  const CLI::App& app_;
  const Words& words_;
  const CLI::App* subcommand_ = nullptr;
  const CLI::Option* value_of_ = nullptr;  // the last word is a value of it
  bool unknown_ = false;                   // there is no such subcommand
  std::size_t command_at_ = 0;             // 0: there is none
  Words positionals_;
  NameSources sources_;
  std::string lines_;
};

}  // namespace

int complete(const CLI::App& app, const Words& words) {
  if (words.size() > 1) print(Line(app, words).completions());
  return 0;
}

}  // namespace hoplab::cli
