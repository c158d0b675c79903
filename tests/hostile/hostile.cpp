// hoplab-hostile: throws random and mutated inputs at every listening port of running emulators,
// while a good client must go on getting its answers; at the end every flow has ended with a cause
// and every descriptor is back.
//
//   hoplab-hostile [--count N] [--seed S] [--from I] [--clock-scale K] [--print I]
//
// Also from HOPLAB_HOSTILE_COUNT and HOPLAB_HOSTILE_SEED. The same seed gives the same inputs;
// --from and --count repeat a part of a run, --print shows one input.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>

#include <unistd.h>

#include "inputs.h"
#include "lab.h"

namespace hoplab::hostile {

namespace {

constexpr int kHandshakePatienceS = 20;  // seconds for a hostile client's handshake
constexpr std::uint64_t kAskEvery = 25;  // inputs
constexpr std::size_t kLingering = 96;   // clients at a time

struct Settings {
  std::uint64_t count = 2000;
  std::uint64_t seed = 0;
  std::uint64_t from = 0;
  double clock_scale = 4;  // so that timeouts happen while others go on
};

// For the report of a crash: written before each input, read by whoever ends the process.
volatile std::uint64_t current_seed = 0;
volatile std::uint64_t current_input = 0;

/// A client that is under way. Not movable: TLS refers to the socket.
class Client {
 public:
  Client(const Lab& lab, const Input& input) : input_(input) {
    const Lab::Door& door =
        input.at_aws ? lab.aws_door() : lab.doors()[input.door % lab.doors().size()];
    socket_ = Socket(door.ip, door.port, kHandshakePatienceS);
    if (!socket_.connected() || input.layer == Layer::tcp) return;
    if (!door.emulator) return;  // no TLS there: the text goes out as it is
    const std::string_view alpn = input.layer == Layer::tls_h2 ? "h2" : "";
    tls_.emplace(lab.context(door, input.certificate), socket_, alpn, input.spoil);
    broken_ = input.spoil.cut_at ? !half_handshake() : !tls_->handshake();
  }

  /// Says the next piece; false when there is none.
  bool say_next() {
    if (broken_ || !socket_.connected() || next_ == input_.pieces.size()) return false;
    const std::string& piece = input_.pieces[next_++];
    broken_ = tls_ ? !tls_->write(piece) : !socket_.send(piece);
    if (next_ == input_.pieces.size() && input_.half_close) socket_.half_close();
    return true;
  }

  void listen() {
    if (input_.read_ms == 0 || !socket_.connected()) return;
    std::string answer;
    tls_ ? tls_->read_for(answer, input_.read_ms) : socket_.receive_for(answer, input_.read_ms);
  }

  void finish() {
    if (input_.finish == Finish::reset) return socket_.reset();
    if (tls_ && !broken_ && input_.read_ms % 2 == 0) tls_->close_notify();
    socket_.close();
  }

 private:
  /// With the rest of its flights cut off, the answer to wait for never comes: one look is enough.
  bool half_handshake() {
    tls_->write("");
    std::string answer;
    tls_->read_for(answer, 1 + input_.read_ms);
    return false;
  }

  Input input_;
  Socket socket_;
  std::optional<TlsClient> tls_;
  std::size_t next_ = 0;
  bool broken_ = false;
};

class Run {
 public:
  Run(Lab& lab, const Settings& settings) : lab_(lab), settings_(settings) {}

  /// Empty, or what went wrong.
  std::string attack() {
    for (std::uint64_t i = settings_.from; i < settings_.from + settings_.count; ++i) {
      current_input = i;
      throw_one(make_input(settings_.seed, i));
      if (i % kAskEvery == 0) {
        if (const auto wrong = lab_.ask(); !wrong.empty()) return wrong;
      }
    }
    while (!lingering_.empty()) let_go();
    for (int i = 0; i < 3; ++i) {
      if (const auto wrong = lab_.ask(); !wrong.empty()) return "afterwards, " + wrong;
    }
    return "";
  }

 private:
  void throw_one(const Input& input) {
    auto client = std::make_unique<Client>(lab_, input);
    if (input.finish == Finish::linger) {
      client->say_next();
      lingering_.push_back(std::move(client));
    } else {
      while (client->say_next()) {
      }
      client->listen();
      client->finish();
    }
    for (const auto& slow : lingering_) slow->say_next();
    if (lingering_.size() > kLingering) let_go();
  }

  void let_go() {
    lingering_.front()->finish();
    lingering_.pop_front();
  }

  Lab& lab_;
  const Settings& settings_;
  std::deque<std::unique_ptr<Client>> lingering_;
};

/// After the clients have gone.
std::string look_afterwards(Lab& lab) {
  if (auto wrong = lab.wait_for_quiet(); !wrong.empty()) return wrong;
  return lab.check_counters();
}

int report(const std::string& wrong) {
  std::fprintf(stderr, "hoplab-hostile: FAILED near input %llu of seed %llu: %s\n",
               static_cast<unsigned long long>(current_input),
               static_cast<unsigned long long>(current_seed), wrong.c_str());
  return 1;
}

int run(Settings settings) {
  if (settings.seed == 0) settings.seed = std::random_device{}() | 1U;
  current_seed = settings.seed;
  std::printf("seed %llu, %llu inputs from %llu\n", static_cast<unsigned long long>(settings.seed),
              static_cast<unsigned long long>(settings.count),
              static_cast<unsigned long long>(settings.from));
  std::fflush(stdout);
  { const Lab warm_up(1); }  // what libraries open once and keep
  const std::size_t before = open_descriptors();
  {
    Lab lab(settings.clock_scale);
    std::string wrong = Run(lab, settings).attack();
    if (wrong.empty()) wrong = look_afterwards(lab);
    std::printf("%s", lab.summary().c_str());
    if (!wrong.empty()) return report(wrong);
    lab.stop();
  }
  const std::size_t after = open_descriptors();
  std::printf("descriptors: %zu before, %zu after\n", before, after);
  return before == after ? 0 : report("descriptors are left open");
}

std::uint64_t number(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

int main_of(int argc, char** argv) {
  Settings settings;
  if (const char* count = std::getenv("HOPLAB_HOSTILE_COUNT")) settings.count = number(count);
  if (const char* seed = std::getenv("HOPLAB_HOSTILE_SEED")) settings.seed = number(seed);
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--count") settings.count = number(argv[i + 1]);
    if (name == "--seed") settings.seed = number(argv[i + 1]);
    if (name == "--from") settings.from = number(argv[i + 1]);
    if (name == "--clock-scale") settings.clock_scale = std::strtod(argv[i + 1], nullptr);
    if (name == "--print") {
      std::printf("%s\n", describe(make_input(settings.seed, number(argv[i + 1]))).c_str());
      return 0;
    }
  }
  return run(settings);
}

extern "C" void on_abort(int) {
  char text[128];
  const int size =
      std::snprintf(text, sizeof text, "hoplab-hostile: near input %llu of seed %llu\n",
                    static_cast<unsigned long long>(current_input),
                    static_cast<unsigned long long>(current_seed));
  [[maybe_unused]] const auto written = ::write(2, text, static_cast<std::size_t>(size));
}

}  // namespace

}  // namespace hoplab::hostile

/// AddressSanitizer calls it before it ends the process.
extern "C" void __asan_on_error() {
  hoplab::hostile::on_abort(0);
}

int main(int argc, char** argv) {
  std::signal(SIGABRT, hoplab::hostile::on_abort);  // a failed assertion
  return hoplab::hostile::main_of(argc, argv);
}
