// hoplab-target: what stands behind the load balancers that scripts/bench measures.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "target/modes.h"

namespace {

constexpr const char* kUsage =
    "usage: hoplab-target websocket|grpc IP:PORT   echoes messages\n"
    "       hoplab-target function                 a Lambda function that answers at once\n"
    "       hoplab-target function-alone COUNT     its own work; prints its time\n"
    "       hoplab-target relay IP:PORT IP:PORT    hands requests from the first address to the\n"
    "                                              function, whose Runtime API is at the second\n";

}  // namespace

int main(int argc, char** argv) {
  using namespace hoplab::bench;
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string mode = words.empty() ? "" : words[0];
  if (mode == "function" && words.size() == 1) return run_function();
  if (mode == "websocket" && words.size() == 2) run_web_socket_target(words[1]);
  if (mode == "grpc" && words.size() == 2) run_grpc_target(words[1]);
  if (mode == "relay" && words.size() == 3) run_relay(words[1], words[2], argv[0]);
  if (mode == "function-alone" && words.size() == 2) {
    std::size_t count = 0;
    std::from_chars(words[1].data(), words[1].data() + words[1].size(), count);
    if (count > 0) return run_function_alone(count);
  }
  std::fputs(kUsage, stderr);
  return 2;
}
