// The keys of JWKS endpoints, each asked for once in a while. How long AWS remembers them is not
// documented; here it is five minutes, and a key that is not among them is looked for anew.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/identity/key_set.h"
#include "aws/identity/web_client.h"
#include "base/cause.h"

namespace hoplab::aws {

/// Of one loop.
class KeySets {
 public:
  KeySets(Loop& loop, WebClient& web) : loop_(loop), web_(web) {}

  struct Got {
    std::shared_ptr<const KeySet> keys;  // null: there are none, for `reason`
    Reason reason = Reason::jwks_request_failed;
    bool answered = false;  // the endpoint did, with what does not do
    std::string detail;
  };
  /// Those of `endpoint`, for a token whose header names `kid`. Who comes while somebody asks the
  /// endpoint gets the same answer.
  Task<Got> get(std::string endpoint, std::string kid);

 private:
  struct Question {
    std::optional<Got> answer;
    std::vector<WaitSlot*> waiting;
  };
  struct Known {
    std::shared_ptr<const KeySet> keys;  // null: none yet
    Time asked_at;
    std::shared_ptr<Question> question;  // null: nobody asks
  };
  [[nodiscard]] bool still_good(const Known& known, std::string_view kid) const;
  Task<Got> ask(const std::string& endpoint);

  Loop& loop_;
  WebClient& web_;
  std::map<std::string, Known> known_;  // by endpoint
};

}  // namespace hoplab::aws
