// The action jwt-validation: a request has a token of the issuer (alb-features.md 7).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/alb/auth_refusal.h"
#include "aws/identity/key_set.h"
#include "aws/identity/web_client.h"
#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

/// The keys of JWKS endpoints, each asked for once in a while. How long an ALB remembers them is
/// not documented; here it is five minutes, and a key that is not among them is looked for anew.
class KeySets {
 public:
  KeySets(Loop& loop, WebClient& web) : loop_(loop), web_(web) {}

  struct Got {
    std::shared_ptr<const KeySet> keys;  // null: `refusal` says why
    AuthRefusal refusal;
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

/// Whether the request's token is good at `now`, of the calendar; nothing: it is. `wanted` lives
/// until then.
Task<std::optional<AuthRefusal>> judge_token(const model::JwtValidation& wanted,
                                             const http::Headers& headers, Time now,
                                             KeySets& key_sets);

}  // namespace hoplab::aws
