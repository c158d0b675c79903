// faults: what happens to which connections, and when.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

namespace rules = model::rules;
using model::Fault;
using model::FaultAction;
using model::FaultDirection;

std::vector<std::pair<std::string_view, Stage>> stages() {
  std::vector<std::pair<std::string_view, Stage>> all;
  for (int i = 0; i <= static_cast<int>(Stage::idle); ++i) {
    const auto stage = static_cast<Stage>(i);
    all.emplace_back(to_text(stage), stage);
  }
  return all;
}

const ObjectType& connections_type() {
  static const ObjectType type =
      Define<Fault>("FaultConnections",
                    "Which of the connections that get as far as the stage: one of these.")
          .value("every", integer(1, 1'000'000), &Fault::every, "the n-th, the 2n-th and so on")
          .value("percent", integer(0, 100), &Fault::percent,
                 "so many of a hundred, by the emulator's seed")
          .value("from", text(rules::kNotEmpty), &Fault::from, "those of this client address")
          .type();
  return type;
}

}  // namespace

const ObjectType& fault_type() {
  static const ObjectType type =
      Define<Fault>("Fault", "What happens to connections at a hop.")
          .value("hop", text(rules::kNotEmpty), &Fault::hop,
                 "where: an endpoint, a load balancer or a service, by name")
          .required()
          .word<FaultAction>("action",
                             {{to_text(FaultAction::reset), FaultAction::reset},
                              {to_text(FaultAction::fin), FaultAction::fin},
                              {to_text(FaultAction::hold), FaultAction::hold}},
                             &Fault::action,
                             "reset: RST towards the client, and the other side sees a broken "
                             "connection; fin: an end in order; hold: nothing moves any more")
          .required()
          .word<Stage>("stage", stages(), &Fault::stage,
                       "when: as soon as the connection has got so far; idle is between requests; "
                       "default accept")
          .word<FaultDirection>(
              "direction",
              {{to_text(FaultDirection::from_client), FaultDirection::from_client},
               {to_text(FaultDirection::to_client), FaultDirection::to_client},
               {to_text(FaultDirection::both), FaultDirection::both}},
              &Fault::direction,
              "which bytes meet it; fin from-client ends only the client's "
              "direction; default both")
          .value("afterBytes", integer(0, INT64_MAX), &Fault::after_bytes,
                 "after so many more bytes in that direction, exactly")
          .own("connections", object(connections_type), "which connections; default all",
               [](Fault& into, const Node& node, ReadContext& context) {
                 read_object(connections_type(), node, &into, context);
               })
          .written([](const Fault& from, bool) -> std::optional<Node> {
            Node node = write_object(connections_type(), &from);
            if (node.items.empty()) return std::nullopt;
            return node;
          })
          .value("limit", integer(1, INT64_MAX), &Fault::limit, "of connections hit; default none")
          .value("armed", boolean(), &Fault::armed, "whether it works from the start; default true")
          .type();
  return type;
}

}  // namespace hoplab::scenario
