// A call of the admin API of an emulator that runs somewhere on this machine.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/connection.h"

namespace hoplab::cli {

struct AdminCall {
  std::string method, path, body;
};

struct AdminAnswer {
  int status = 0;
  std::string body;
};

/// `given` as hoplab up prints it; empty: what HOPLAB_ADMIN says.
Result<net::Address> admin_address(const std::string& given);

/// An error when there is no answer.
Result<AdminAnswer> ask_admin(const net::Address& admin, const AdminCall& call, Duration patience);

}  // namespace hoplab::cli
