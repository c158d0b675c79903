// Services on this machine, and what stands in for them.
#include "scenario/format/reader_answer.h"

namespace hoplab::scenario {
namespace {

using model::Answer;
using model::Service;
namespace rules = model::rules;

const ObjectType& stand_in_type() {
  static const ObjectType type =
      answer<Answer>("StandIn", "What answers while the service has no address.").type();
  return type;
}

void check_address(Service&, const Node& node, ReadContext& context) {
  const Node* address = node.find("address");
  const bool given =
      address != nullptr && !(address->kind == Node::Kind::text && address->text.empty());
  for (const std::string_view name : {"connect", "standInIp", "banner"}) {
    const Node* const of_stand_in = node.find(name);
    if (given && of_stand_in != nullptr) {
      context.report(*of_stand_in, {}, "the service at the address answers for itself");
    }
  }
  if (given || node.find("standIn") != nullptr) return;
  context.report(node, {}, "a service without an address needs standIn: what answers in its place");
}

}  // namespace

const std::vector<std::pair<std::string_view, model::SynAnswer>>& syn_answers() {
  using enum model::SynAnswer;
  static const std::vector<std::pair<std::string_view, model::SynAnswer>> all = {
      {"accept", accept}, {"refuse", refuse}, {"drop", drop}};
  return all;
}

const ObjectType& service_type() {
  static const ObjectType type =
      Define<Service>("Service", "A service on this machine: the one under test.")
          .value("address", text(rules::kHostPort), &Service::address,
                 "host:port; while it is empty, standIn answers")
          .nested("standIn", stand_in_type, &Service::stand_in,
                  "what answers while the address is empty")
          .written([](const Service& from, bool) {
            return write_object(stand_in_type(), &from.stand_in);
          })
          .when([](const Service& from) { return from.address.empty(); })
          .value("standInIp", text(rules::kLoopbackIp), &Service::stand_in_ip,
                 "the address that the stand-in listens on; default 127.0.0.1")
          .value("banner", text(rules::kNotEmpty), &Service::banner,
                 "what the stand-in says, at once, to who connects, before it closes: a target "
                 "that does "
                 "not speak HTTP; default: it does")
          .word<model::SynAnswer>(
              "connect", syn_answers(), &Service::syn_answer,
              "the stand-in's answer to who connects: accept, the default; refuse, as a closed "
              "port "
              "does; drop, as a host that is gone or a security group that denies")
          .value("AvailabilityZone", text(rules::kAvailabilityZone), &Service::availability_zone,
                 "the zone it is in; default: in all of them")
          .value("TcpEstablishedTimeout", integer(60, 432'000), &Service::connection_tracking_s,
                 "seconds without data after which its network interface drops a connection's "
                 "packets; "
                 "default 432000; 350 on Nitro v6")
          .after(check_address)
          .type();
  return type;
}

}  // namespace hoplab::scenario
