// Which authorities a command trusts: those of the machine, and the scenario's beside them,
// wherever a TLS library looks for them without being told.
#pragma once

#include <string>

#include "base/result.h"
#include "sandbox/command_spec.h"
#include "topology/emulator.h"

namespace hoplab::sandbox {

/// Files for the command.
struct Trust {
  std::string folder;  // of the scenario's, under the names by which OpenSSL looks, and `bundle`
  std::string bundle;  // PEM: the machine's and the scenario's
  std::string own_bundle;    // PEM: the scenario's alone
  std::string java_store;    // PKCS#12 without password; empty: there is no Java
  std::string php_settings;  // a folder with an .ini of PHP's; empty: there is no PHP
};

/// Made in the out folder of `emulator`; `ca_bundle` is the path of the scenario's. Java trusts the
/// machine's authorities as well where something can be reached that is not the scenario's: to make
/// its store takes a while.
Result<Trust> write_trust(const std::string& ca_bundle, Emulator& emulator,
                          bool others_can_be_reached);

/// In namespaces: puts them in the place of the machine's own.
void put_over_machines(const Trust& trust, CommandSpec& command);

/// Variables that OpenSSL, Go, Node, Python's requests, PHP, curl, git and AWS's SDKs ask for.
void add_variables(const Trust& trust, CommandSpec& command);

}  // namespace hoplab::sandbox
