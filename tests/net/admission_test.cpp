// What a listening address answers to a SYN, seen by real sockets.
#include "net/admission.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "net/tcp_listener.h"
#include "net/tcp_stream.h"
#include "support/io.h"

namespace hoplab::testing {

using net::Admission;

namespace {

const Hop kNlb{"network-load-balancer", "nlb"};
const net::Barrier kGroup{&kNlb, Reason::security_group};
const net::Barrier kOther{&kNlb, Reason::target_security_group};
const net::Barrier kHairpin{&kNlb, Reason::hairpin};

AddressSet set(const char* cidr) {
  return {parse_range(cidr).value()};
}

/// A kernel that keeps filters from ordinary users.
class NoFilters final : public net::SocketSource {
 public:
  int bound(const sockaddr_in& address, bool reuse_port) override {
    return net::host_sockets().bound(address, reuse_port);
  }
  bool attach_filter(int fd, const Admission& admission) override {
    if (admission == Admission{}) return net::host_sockets().attach_filter(fd, admission);
    errno = EPERM;
    return false;
  }
};

class AdmissionTest : public ::testing::TestWithParam<bool> {
 protected:
  struct Keeper final : net::ConnectionHandler {
    void serve(net::Connection connection) override { kept.push_back(std::move(connection)); }
    std::vector<net::Connection> kept;
  };

  AdmissionTest() {
    net::TcpListener::Options options;
    options.ip = "127.0.0.1";
    if (without_filters()) options.sockets = &no_filters_;
    listener_ = std::move(net::TcpListener::open(loop_, options, ids_)).value();
    listener_->start(keeper_);
  }

  void admit(const Admission& admission) {
    const auto done = listener_->admit(admission);
    ASSERT_TRUE(done.ok()) << done.error();
  }

  static Task<void> connect(net::Dialer& dialer, const net::DialOptions& options,
                            net::Dialer::Dialed& result) {
    result = co_await dialer.dial(1h, options);
  }

  /// What a client from that address meets: "accepted", "refused" or "silence".
  std::string met_from(const std::string& ip) {
    auto dialer = net::make_tcp_dialer(loop_, "127.0.0.1", listener_->address().port);
    net::DialOptions options;
    options.source_ip = ip;
    net::Dialer::Dialed dialed;
    TaskGroup tasks;
    const std::uint64_t dropped = listener_->dropped();
    tasks.spawn(connect(*dialer.value(), options, dialed));
    while (tasks.running() > 0 && listener_->dropped() == dropped) loop_.poll();
    if (tasks.running() > 0) {
      loop_.advance(1h);
      EXPECT_EQ(dialed.failure, Reason::target_connect_timeout);
      return "silence";
    }
    if (!dialed.stream) return "refused";
    EXPECT_TRUE(dialed.accepted);
    dialed.stream->reset(kTestCause);
    return "accepted";
  }

  static bool without_filters() { return GetParam(); }
  /// What somebody meets whom the others' filter would drop.
  static const char* silence_of_some() { return without_filters() ? "accepted" : "silence"; }

  TestLoop loop_;
  std::atomic<std::uint64_t> ids_{0};
  NoFilters no_filters_;
  Keeper keeper_;
  std::unique_ptr<net::TcpListener> listener_;
};

}  // namespace

TEST_P(AdmissionTest, AcceptsDropsAndRefuses) {
  EXPECT_EQ(met_from("127.0.0.2"), "accepted");
  admit(Admission::dropped());
  EXPECT_EQ(met_from("127.0.0.2"), "silence");
  EXPECT_GE(listener_->dropped(), 1u);
  admit(Admission::refused());
  EXPECT_EQ(met_from("127.0.0.2"), "refused");
  admit({});
  EXPECT_EQ(met_from("127.0.0.2"), "accepted");
  EXPECT_GE(listener_->dropped(), 1u) << "counted over the change of sockets";
}

TEST_P(AdmissionTest, KeepsItsPortWhileItRefuses) {
  const auto port = listener_->address().port;
  for (int i = 0; i < 3; ++i) {
    admit(Admission::refused());
    admit(Admission::dropped());
    admit({});
  }
  EXPECT_EQ(listener_->address().port, port);
  EXPECT_EQ(met_from("127.0.0.2"), "accepted");
}

TEST_P(AdmissionTest, ConnectionsThatAreThereStay) {
  const auto port = listener_->address().port;
  auto dialer = net::make_tcp_dialer(loop_, "127.0.0.1", port);
  net::Dialer::Dialed dialed;
  TaskGroup tasks;
  const net::DialOptions plain;
  tasks.spawn(connect(*dialer.value(), plain, dialed));
  loop_.settle();
  ASSERT_EQ(keeper_.kept.size(), 1u);
  for (const Admission& next : {Admission::dropped(), Admission::refused(), Admission{}}) {
    admit(next);
    dialed.stream->try_write("x");
    loop_.settle();
    EXPECT_EQ(read_now(*keeper_.kept[0].stream), "x");
  }
}

TEST_P(AdmissionTest, LooksAtTheClientsAddress) {
  admit(Admission()
            .only(set("127.0.0.0/30"), kGroup)
            .only(set("127.0.0.2/31"), kOther)
            .except(set("127.0.0.3/32"), kHairpin));
  EXPECT_EQ(met_from("127.0.0.2"), "accepted");
  EXPECT_EQ(met_from("127.0.0.1"), silence_of_some()) << "in one of the two sets only";
  EXPECT_EQ(met_from("127.0.0.3"), silence_of_some()) << "denied";
  EXPECT_EQ(met_from("127.0.0.4"), silence_of_some());
  EXPECT_EQ(keeper_.kept.size(), 1u) << "nobody else got further";
  admit(Admission().only({}, kGroup));
  EXPECT_EQ(met_from("127.0.0.2"), "silence") << "a security group without a rule";
}

TEST_P(AdmissionTest, EveryRangeOfASetCounts) {
  AddressSet many;
  for (int i = 10; i < 60; ++i) {
    many.push_back(parse_range("127.0.0." + std::to_string(i) + "/32").value());
  }
  admit(Admission().only(many, kGroup));
  for (const int i : {10, 34, 59})
    EXPECT_EQ(met_from("127.0.0." + std::to_string(i)), "accepted") << i;
  for (const int i : {9, 60})
    EXPECT_EQ(met_from("127.0.0." + std::to_string(i)), silence_of_some()) << i;
  loop_.settle();
  EXPECT_EQ(keeper_.kept.size(), 3u);
}

TEST_P(AdmissionTest, WhoCameWhileNobodyWasLetInIsServedAfterwards) {
  for (int i = 0; i < 3; ++i) {
    admit(Admission::dropped());
    EXPECT_EQ(met_from("127.0.0.2"), "silence");
    admit({});
    EXPECT_EQ(met_from("127.0.0.2"), "accepted");
  }
  loop_.settle();
  EXPECT_EQ(keeper_.kept.size(), 3u) << "what filled the queue is nobody's connection";
}

INSTANTIATE_TEST_SUITE_P(Kernels, AdmissionTest, ::testing::Bool(),
                         [](const auto& about) { return about.param ? "NoFilters" : "Filters"; });

TEST(AdmissionTextTest, TheStricterAnswerWins) {
  Admission both = Admission::refused({nullptr, Reason::target_unreachable});
  both.narrow(Admission::dropped({nullptr, Reason::no_target}));
  both.narrow(Admission::refused({nullptr, Reason::fault_injected}));
  EXPECT_EQ(both.answer, Admission::Answer::drop);
  EXPECT_EQ(both.keeps_out("127.0.0.1")->reason, Reason::no_target);
}

TEST(AdmissionTextTest, SaysWhatKeepsAClientOut) {
  Admission admission = Admission().only(set("127.0.0.0/30"), kGroup);
  admission.narrow(Admission().except(set("127.0.0.3/32"), kHairpin));
  EXPECT_FALSE(admission.keeps_out("127.0.0.1"));
  EXPECT_EQ(admission.keeps_out("127.0.0.3"), kHairpin);
  EXPECT_EQ(admission.keeps_out("127.0.0.4"), kGroup);
  EXPECT_EQ(to_text(*admission.keeps_out("127.0.0.4")),
            "nlb, security-group: no rule of its security groups lets the client's address in");
}

TEST(AddressRangeTest, ReadsCidr) {
  EXPECT_TRUE(contains({parse_range("10.1.0.0/16").value()}, "10.1.2.3"));
  EXPECT_FALSE(contains({parse_range("10.1.0.0/16").value()}, "10.2.0.0"));
  EXPECT_TRUE(contains({parse_range("0.0.0.0/0").value()}, "1.2.3.4"));
  EXPECT_TRUE(contains({parse_range("1.2.3.4").value()}, "1.2.3.4"));
  EXPECT_FALSE(contains({parse_range("0.0.0.0/0").value()}, "::1"));
  EXPECT_TRUE(contains({parse_range("2001:db8::/33").value()}, "2001:db8:7fff::1"));
  EXPECT_FALSE(contains({parse_range("2001:db8::/33").value()}, "2001:db8:8000::1"));
  EXPECT_FALSE(contains({parse_range("2001:db8::/33").value()}, "10.1.2.3"));
  EXPECT_TRUE(parse_range("10.1.0.0/16").value().exact());
  EXPECT_FALSE(parse_range("10.1.0.1/16").value().exact());
  EXPECT_EQ(parse_range("10.1.0.0/15").value().ipv4_mask(), 0xfffe0000U);
  EXPECT_EQ(parse_range("0.0.0.0/0").value().ipv4_mask(), 0U);
  for (const char* bad : {"10.1.0.0/33", "10.1.0.0/", "10.1.0.0/1x", "10.1.0/16", "10.1.0.0/-1",
                          "2001:db8::/129", ""}) {
    EXPECT_FALSE(parse_range(bad).ok()) << bad;
  }
}

}  // namespace hoplab::testing
