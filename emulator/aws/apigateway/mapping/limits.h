// What a mapping template may use. API Gateway's own numbers are those of apigateway.md 11; the
// rest keeps a template from hanging or from taking all memory, and is far above what real ones
// need.
#pragma once

#include <cstddef>

namespace hoplab::aws::vtl {

constexpr std::size_t kMaxTemplate = std::size_t{300} * 1024;      // bytes
constexpr std::size_t kMaxIterations = 1000;                       // of one #foreach
constexpr std::size_t kMaxOutput = std::size_t{10} * 1024 * 1024;  // bytes: a payload's limit
constexpr std::size_t kMaxMade = std::size_t{96} * 1024 * 1024;    // bytes of all values together
constexpr std::size_t kMaxSteps = 2'000'000;                       // nodes that are evaluated
constexpr std::size_t kMaxNesting = 100;                           // in the source
constexpr std::size_t kMaxCalls = 400;                             // while it runs
constexpr std::size_t kMaxMacroCalls = 20;                         // Velocity's own
constexpr std::size_t kMaxJsonDepth = 200;                         // of a body
constexpr std::size_t kMaxJsonValues = 1'000'000;                  // of a body

}  // namespace hoplab::aws::vtl
