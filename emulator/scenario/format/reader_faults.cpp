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

std::vector<std::pair<std::string_view, FaultAction>> actions() {
  std::vector<std::pair<std::string_view, FaultAction>> all;
  for (int i = 0; i <= static_cast<int>(hoplab::kLastFaultAction); ++i) {
    const auto action = static_cast<FaultAction>(i);
    all.emplace_back(to_text(action), action);
  }
  return all;
}

/// A member that is a short time: "200ms".
void add_time(Define<Fault>& fault, std::string_view name, std::optional<Duration> Fault::*place,
              std::string_view help) {
  fault
      .own(name, text(rules::kShortTime), help,
           [place](Fault& into, const Node& node, ReadContext&) {
             into.*place = Duration(model::parse_short_time_us(node.text).value_or(0));
           })
      .written([place](const Fault& from, bool) -> std::optional<Node> {
        if (!(from.*place)) return std::nullopt;
        return node_of(model::short_time_text((from.*place)->count()));
      });
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

const ObjectType& proxy_type() {
  static const ObjectType type =
      Define<model::Proxy>("Proxy", "A listener that passes on what comes, as Toxiproxy's do.")
          .value("listen", text(rules::kIpPort), &model::Proxy::listen,
                 "IPv4 address and port; port 0: any free one; default 127.0.0.1:0")
          .value("upstream", text(rules::kUpstream), &model::Proxy::upstream, "host:port, where to")
          .required()
          .type();
  return type;
}

const ObjectType& fault_type() {
  static const ObjectType type = [] {
    Define<Fault> fault("Fault", "What happens to connections or requests at a hop.");
    fault
        .value(
            "hop", text(rules::kNotEmpty), &Fault::hop,
            "where: an endpoint, a load balancer or a service, by name; or a load balancer's own "
            "connections to a target group, as in alb>target-group")
        .required()
        .word<FaultAction>("action", actions(), &Fault::action,
                           "what happens: docs/faults.md has each with what it takes")
        .required()
        .word<Stage>("stage", stages(), &Fault::stage,
                     "when: as soon as the connection has got so far; idle is between requests; "
                     "default accept")
        .word<FaultDirection>("direction",
                              {{to_text(FaultDirection::from_client), FaultDirection::from_client},
                               {to_text(FaultDirection::to_client), FaultDirection::to_client},
                               {to_text(FaultDirection::both), FaultDirection::both}},
                              &Fault::direction,
                              "which bytes meet it; fin from-client ends only the client's "
                              "direction; default both")
        .value("afterBytes", integer(0, INT64_MAX), &Fault::after_bytes,
               "after so many more bytes in that direction, exactly; of cut-body: of the body");
    add_time(fault, "delay", &Fault::delay,
             "how much later: bytes, an end, a slice after the one before, the head of an answer");
    add_time(fault, "jitter", &Fault::jitter,
             "of latency: how much more or less than the delay, drawn by the emulator's seed");
    fault
        .value("bytesPerSecond", integer(0, 1'000'000'000'000), &Fault::bytes_per_second,
               "of bandwidth; 0: nothing passes")
        .value("size", integer(1, 1'000'000'000), &Fault::size, "of a slice, on average, in bytes")
        .value("variation", integer(0, 1'000'000'000), &Fault::variation,
               "how much larger or smaller a slice may be, drawn by the emulator's seed; default 0")
        .value("status", integer(200, 599), &Fault::status, "of answer: what the client gets")
        .word<hoplab::CutBy>("cut",
                             {{to_text(hoplab::CutBy::reset), hoplab::CutBy::reset},
                              {to_text(hoplab::CutBy::fin), hoplab::CutBy::fin}},
                             &Fault::cut, "how cut-body ends the connection; default reset")
        .value("missingBytes", integer(1, 1'000'000'000'000), &Fault::missing_bytes,
               "of wrong-length: how much more Content-Length says than comes")
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
        .value("armed", boolean(), &Fault::armed, "whether it works from the start; default true");
    return fault.type();
  }();
  return type;
}

}  // namespace hoplab::scenario
