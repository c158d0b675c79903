#include <algorithm>

#include "base/xml_escaped.h"
#include "timeline/timeline.h"

namespace hoplab::timeline {

namespace {

// In pixels; a letter's width is that of a wide one, since the reader's fonts are not known.
constexpr int kLetter = 7, kRow = 26, kLine = 15, kMargin = 12;
constexpr int kTimes = 84;                // the column of times
constexpr int kLeastLane = 88;            // from a lane to the next
constexpr std::size_t kMostLetters = 64;  // of a line of text beside the lanes

const char* const kStyle =
    ":root{color-scheme:light dark}"
    "text{font:12px system-ui,sans-serif;fill:#1c2530}.t{fill:#5b6673;text-anchor:end;"
    "font-variant-numeric:tabular-nums}.h{font-weight:600;text-anchor:middle}"
    ".l{stroke:#b4bec9}.a{stroke:#33598c;fill:none}.b{fill:#33598c}.p{fill:#5b6673;"
    "font-style:italic}.e{stroke:#b3261e;fill:none}.f{fill:#b3261e}.k{fill:#f1f4f8;stroke:#b4bec9}"
    ".g{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#e3e8ee}.t,.p{fill:#9aa6b3}.l{stroke:#4a5663}"
    ".a{stroke:#8ab4f0}.b{fill:#8ab4f0}.e{stroke:#ff8a80}.f{fill:#ff8a80}"
    ".k{fill:#232b35;stroke:#4a5663}.g{fill:#151a21}}";

/// Lines of at most `most` bytes, broken at spaces where there are some, and never in a letter.
std::vector<std::string> lines_of(std::string_view text, std::size_t most = kMostLetters) {
  std::vector<std::string> lines;
  while (text.size() > most) {
    auto cut = text.rfind(' ', most);
    const bool space = cut != std::string_view::npos && cut > 0;
    if (!space) {
      cut = most;
      while (cut > 1 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // UTF-8
    }
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut + (space ? 1 : 0));
  }
  lines.emplace_back(text);
  return lines;
}

std::string at(const char* x_name, int x, const char* y_name, int y) {
  return std::string(" ") + x_name + "='" + std::to_string(x) + "' " + y_name + "='" +
         std::to_string(y) + "'";
}

std::string text_at(int x, int y, const char* style, const std::string& text) {
  return "<text class='" + std::string(style) + "'" + at("x", x, "y", y) + ">" + xml_escaped(text) +
         "</text>\n";
}

class Picture {
 public:
  explicit Picture(const Timeline& timeline) : timeline_(timeline) {
    int x = kMargin + kTimes;
    for (const std::string& name : timeline.lanes) {
      const int half = std::max(kLeastLane, static_cast<int>(name.size() + 3) * kLetter) / 2;
      x += half;
      lanes_.push_back(x);
      x += half;
    }
    text_x_ = x + kMargin;
    std::size_t longest = 0;
    for (const Moment& moment : timeline.moments) {
      for (const std::string& line : lines_of(moment.text))
        longest = std::max(longest, line.size());
    }
    width_ = text_x_ + static_cast<int>(longest) * kLetter + kMargin;
  }

  std::string drawn() {
    int y = kMargin + kRow;
    for (const std::string& line : lines_of_width(timeline_.title)) {
      body_ += text_at(kMargin, y - kRow / 2 + 4, "", line);
      y += kLine;
    }
    head(y);
    const int top = y + kRow / 2;
    y += kRow + 4;
    for (const Moment& moment : timeline_.moments) y += draw(moment, y);
    const int bottom = y - kRow / 2;
    for (const std::string& note : timeline_.notes) {
      for (const std::string& line : lines_of_width(note)) {
        body_ += text_at(kMargin + kTimes, y + 4, "p", line);
        y += kLine;
      }
    }
    std::string lines;
    for (const int x : lanes_) {
      lines += "<path class='l' d='M" + std::to_string(x) + " " + std::to_string(top) + "V" +
               std::to_string(bottom) + "'/>\n";
    }
    const int height = y + kMargin;
    const std::string size = std::to_string(width_) + " " + std::to_string(height);
    return "<svg xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 " + size + "' width='" +
           std::to_string(width_) + "' height='" + std::to_string(height) + "'>\n<title>" +
           xml_escaped(timeline_.title) + "</title>\n<desc>" +
           xml_escaped(timeline_text(timeline_)) + "</desc>\n<style>" + kStyle +
           "</style>\n<rect class='g' width='100%' height='100%'/>\n" + lines + body_ + "</svg>\n";
  }

 private:
  /// Of text that has the whole width.
  [[nodiscard]] std::vector<std::string> lines_of_width(const std::string& text) const {
    return lines_of(text, static_cast<std::size_t>((width_ - kTimes) / kLetter));
  }

  void head(int y) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const int wide = static_cast<int>(timeline_.lanes[i].size() + 2) * kLetter;
      body_ += "<rect class='k' rx='4'" + at("x", lanes_[i] - wide / 2, "y", y - kRow / 2) +
               at("width", wide, "height", kRow - 2) + "/>\n" +
               text_at(lanes_[i], y + 4, "h", timeline_.lanes[i]);
    }
  }

  /// Draws it and returns how high it is.
  int draw(const Moment& moment, int y) {
    const bool pause = moment.mark == Moment::Mark::pause;
    const bool end = moment.mark == Moment::Mark::rst || moment.mark == Moment::Mark::silence;
    if (std::string time = time_text(moment.at); !pause && time != last_time_) {
      body_ += text_at(kMargin + kTimes - 10, y + 4, "t", time);
      last_time_ = std::move(time);
    }
    const int from = lanes_[moment.from], to = lanes_[moment.to];
    if (pause) {
      for (const int x : lanes_) {
        body_ += "<rect class='g'" + at("x", x - 3, "y", y - 7) + at("width", 6, "height", 14) +
                 "/>\n" + text_at(x - 2, y + 4, "p", "\xe2\x8b\xae");
      }
    } else if (from == to) {
      body_ += std::string("<circle class='") + (end ? "f" : "b") + "' r='4'" +
               at("cx", from, "cy", y) + "/>\n";
    } else {
      arrow(from, to, y, end);
      if (moment.mark == Moment::Mark::rst) cross(to, y);
    }
    const std::vector<std::string> lines = lines_of(moment.text);
    int line_y = y + 4;
    for (const std::string& line : lines) {
      body_ += text_at(text_x_, line_y, pause ? "p" : end ? "f" : "", line);
      line_y += kLine;
    }
    return kRow + static_cast<int>(lines.size() - 1) * kLine;
  }

  void arrow(int from, int to, int y, bool end) {
    const int back = from < to ? -8 : 8;
    const std::string tip = std::to_string(to) + " " + std::to_string(y);
    body_ += std::string("<path class='") + (end ? "e" : "a") + "' stroke-width='1.5' d='M" +
             std::to_string(from) + " " + std::to_string(y) + "H" + std::to_string(to) +
             "'/>\n<path class='" + (end ? "f" : "b") + "' d='M" + tip + "l" +
             std::to_string(back) + " -4v8z'/>\n";
  }

  void cross(int x, int y) {
    body_ += "<path class='e' stroke-width='2.5' d='M" + std::to_string(x - 6) + " " +
             std::to_string(y - 6) + "l12 12m0 -12l-12 12'/>\n";
  }

  const Timeline& timeline_;
  std::vector<int> lanes_;
  int text_x_ = 0, width_ = 0;
  std::string body_, last_time_;
};

}  // namespace

std::string timeline_svg(const Timeline& timeline) {
  return Picture(timeline).drawn();
}

}  // namespace hoplab::timeline
