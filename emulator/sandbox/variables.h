// What an emulator tells commands in their environment.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "topology/emulator.h"

namespace hoplab::sandbox {

/// HOPLAB_...: the way in, the admin address, and the paths of the CA bundle and of each client
/// certificate: HOPLAB_CERT_MY_CLIENT, HOPLAB_KEY_MY_CLIENT, HOPLAB_P12_MY_CLIENT; and the access
/// keys: HOPLAB_ACCESS_KEY_ID_ALICE, HOPLAB_SECRET_ACCESS_KEY_ALICE, HOPLAB_SESSION_TOKEN_ALICE,
/// and where there is one only, AWS's own variables.
std::vector<std::pair<std::string, std::string>> variables_of(const Emulator& emulator,
                                                              const std::string& admin);

}  // namespace hoplab::sandbox
