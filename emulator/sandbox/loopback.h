// The one network interface of a namespace: loopback, where every address of the topology is.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace hoplab::sandbox {

/// Brings the interface up. Addresses are in host byte order.
Result<void> bring_loopback_up();
/// Makes `address` one of this machine's.
Result<void> add_address(std::uint32_t address);
/// Makes `address` one of this machine's, to which connections come from `client`.
Result<void> add_address(std::uint32_t address, std::uint32_t client);

}  // namespace hoplab::sandbox
