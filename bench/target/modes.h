// The modes of hoplab-target. Those that listen go on until a signal ends them.
#pragma once

#include <string>

namespace hoplab::bench {

// WebSockets whose messages come back; what is no opening is answered with 200.
[[noreturn]] void run_web_socket_target(const std::string& listen);
// gRPC by HTTP/2 without TLS: each call's message comes back.
[[noreturn]] void run_grpc_target(const std::string& listen);
// A Lambda function: asks the Runtime API of AWS_LAMBDA_RUNTIME_API for events, and answers each at
// once. Returns the exit code when the API is gone.
int run_function();
// The function's own work alone, `count` times; prints one JSON object.
int run_function_alone(std::size_t count);
// What no load balancer before a function can do without: hands each request of a client to the
// function, which is started as `program function`, and its answer to the client; nothing more.
[[noreturn]] void run_relay(const std::string& listen, const std::string& runtime_api,
                            const std::string& program);

}  // namespace hoplab::bench
