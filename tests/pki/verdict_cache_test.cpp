// The cache gives the same answers as judging afresh, whatever came before.
#include "pki/verdict_cache.h"

#include <random>

#include "pki_lab.h"

namespace hoplab::pki {
namespace {

using namespace lab;

Judgement cached(VerdictCache& cache, const TrustStore& trust, const std::vector<Identity>& sent,
                 std::int64_t now = kNow, const JudgeOptions& options = {}) {
  const Chain presented = chain(sent);
  return cache.judge(trust, presented.leaf(), presented.all(), now, options);
}

TEST(VerdictCache, ReturningClientIsAHit) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  const Identity leaf = client("CN=a", ca_root);
  VerdictCache cache;
  EXPECT_TRUE(cached(cache, *trust, {leaf}).ok());
  EXPECT_EQ(cache.hits(), 0U);
  EXPECT_TRUE(cached(cache, *trust, {leaf}).ok());
  EXPECT_EQ(cache.hits(), 1U);
}

TEST(VerdictCache, FailuresAreNotRemembered) {
  const Identity ca_root = root();
  VerdictCache cache;
  const auto trust = store({root("CN=Other")});
  const Identity leaf = client("CN=a", ca_root);
  for (int i = 0; i < 3; ++i) {
    const Judgement judgement = cached(cache, *trust, {leaf});
    EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
    EXPECT_NE(judgement.reason, "");
  }
  EXPECT_EQ(cache.size(), 0U);
}

TEST(VerdictCache, LeafDoesNotPassByAnIntermediateFromBefore) {
  const Identity ca_root = root();
  const Identity middle = ca("CN=Middle", ca_root);
  const Identity leaf = client("CN=a", middle);
  const auto trust = store({ca_root});
  VerdictCache cache;
  EXPECT_TRUE(cached(cache, *trust, {leaf, middle}).ok());
  EXPECT_EQ(cached(cache, *trust, {leaf}).status, VerifyStatus::client_cert_untrusted);
  EXPECT_TRUE(cached(cache, *trust, {leaf, middle}).ok());
}

TEST(VerdictCache, NewSnapshotKnowsNobodyEvenUnderAnOldNumber) {
  const Identity ca_root = root();
  const Identity leaf = client("CN=a", ca_root);
  const auto before = store({ca_root}, {}, 7);
  const std::string crl = must(make_crl(ca_root, crl_request({leaf.serial()})));
  VerdictCache cache;
  EXPECT_TRUE(cached(cache, *before, {leaf}).ok());
  for (const std::uint64_t generation : {8U, 7U}) {
    EXPECT_EQ(cached(cache, *store({ca_root}, {crl}, generation), {leaf}).status,
              VerifyStatus::client_cert_crl_hit);
  }
}

TEST(VerdictCache, EntryHoldsOnlyWithinTheChainsValidity) {
  const Identity ca_root = root();
  CertificateRequest brief = client_request("CN=a");
  brief.not_before = kNow - 10;
  brief.not_after = kNow + 10;
  const Identity leaf = must(issue(brief, ca_root));
  const auto trust = store({ca_root});
  VerdictCache cache;
  EXPECT_TRUE(cached(cache, *trust, {leaf}).ok());
  EXPECT_TRUE(cached(cache, *trust, {leaf}, kNow + 9).ok());
  EXPECT_EQ(cached(cache, *trust, {leaf}, kNow + 10).status, VerifyStatus::client_cert_expired);
  EXPECT_EQ(cached(cache, *trust, {leaf}, kNow - 11).status,
            VerifyStatus::client_cert_not_yet_valid);
  EXPECT_TRUE(cached(cache, *trust, {leaf}, kNow - 10).ok());
}

TEST(VerdictCache, OptionsAreKeptApart) {
  const Identity ca_root = root();
  CertificateRequest old = client_request("CN=a");
  old.not_after = kNow - kDay;
  const Identity leaf = must(issue(old, ca_root));
  const auto trust = store({ca_root});
  VerdictCache cache;
  EXPECT_TRUE(cached(cache, *trust, {leaf}, kNow, {.ignore_expiry = true}).ok());
  EXPECT_EQ(cached(cache, *trust, {leaf}).status, VerifyStatus::client_cert_expired);
}

TEST(VerdictCache, OtherIdentityFiltersKnowNobody) {
  const Identity ca_root = root();
  const Identity leaf = client("CN=a,OU=ab", ca_root);
  const auto trust = store({ca_root});
  const auto with = [](IdentityFilter::Field field, IdentityFilter::MatchType match_type,
                       const char* value) {
    return JudgeOptions{.identity_filters = {{field, match_type, value}}};
  };
  VerdictCache cache;
  EXPECT_TRUE(cached(cache, *trust, {leaf}).ok());
  EXPECT_TRUE(
      cached(cache, *trust, {leaf}, kNow,
             with(IdentityFilter::Field::subject_ou, IdentityFilter::MatchType::prefix, "a"))
          .ok());
  for (const JudgeOptions& options :
       {with(IdentityFilter::Field::subject_ou, IdentityFilter::MatchType::prefix, "b"),
        with(IdentityFilter::Field::subject_ou, IdentityFilter::MatchType::exact, "a"),
        with(IdentityFilter::Field::san_dns, IdentityFilter::MatchType::prefix, "a")}) {
    EXPECT_EQ(cached(cache, *trust, {leaf}, kNow, options).status,
              VerifyStatus::client_cert_rejected);
  }
  EXPECT_TRUE(
      cached(cache, *trust, {leaf}, kNow,
             with(IdentityFilter::Field::subject_ou, IdentityFilter::MatchType::prefix, "a"))
          .ok());
  EXPECT_EQ(cache.hits(), 1u);
}

TEST(VerdictCache, ListThatRunsOutEndsTheEntryWhereThatCounts) {
  const Identity ca_root = root();
  const auto trust = store({ca_root}, {must(make_crl(ca_root, crl_request({})))});
  const Identity leaf = client("CN=a", ca_root);
  VerdictCache cache;
  const JudgeOptions strict{.refuse_outdated_crl = true};
  EXPECT_TRUE(cached(cache, *trust, {leaf}, kNow, strict).ok());
  EXPECT_EQ(cached(cache, *trust, {leaf}, kNow + 8 * kDay, strict).status,
            VerifyStatus::client_cert_crl_processing_error);
  EXPECT_TRUE(cached(cache, *trust, {leaf}, kNow + 8 * kDay).ok());
}

TEST(VerdictCache, IsBoundedAndForgetsTheOldestFirst) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  VerdictCache cache(3);
  std::vector<Identity> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(client("CN=" + std::to_string(i), ca_root));
    EXPECT_TRUE(cached(cache, *trust, {clients.back()}).ok());
    EXPECT_LE(cache.size(), 3U);
  }
  const std::uint64_t hits = cache.hits();
  for (int i = 3; i >= 1; --i) {
    EXPECT_TRUE(cached(cache, *trust, {clients[static_cast<std::size_t>(i)]}).ok());
  }
  EXPECT_EQ(cache.hits(), hits + 3);
  EXPECT_TRUE(cached(cache, *trust, {clients[0]}).ok());
  EXPECT_EQ(cache.hits(), hits + 3);
}

TEST(VerdictCache, CapacityZeroRemembersNothing) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  VerdictCache cache(0);
  EXPECT_TRUE(cached(cache, *trust, {client("CN=a", ca_root)}).ok());
  EXPECT_EQ(cache.size(), 0U);
}

// Verdicts over stores, options and clock steps, in random order: a warm cache, a small one that
// evicts all the time, and none at all must agree.
class Replay : public ::testing::Test {
 protected:
  Replay() {
    const Identity middle = ca("CN=Middle", root_);
    const Identity revoked = client("CN=revoked", root_);
    CertificateRequest brief = client_request("CN=brief");
    brief.not_before = kNow - 5 * kDay;
    brief.not_after = kNow + 5 * kDay;
    CertificateRequest server = request("CN=server");
    server.extended_key_usage = {"serverAuth"};
    CertificateRequest weak = client_request("CN=weak");
    weak.key = KeyAlgorithm::ed25519;
    CertificateRequest v1 = request("CN=v1");
    v1.version = 1;
    const Identity deep = client("CN=deep", middle);
    sent_ = {{client("CN=good", root_)},
             {revoked},
             {must(issue(brief, root_))},
             {must(issue(server, root_))},
             {must(issue(weak, root_))},
             {must(issue(v1, root_))},
             {deep, middle},
             {deep},
             {middle, deep},
             {client("CN=stranger", root("CN=Else"))},
             {deep, middle, middle},
             {deep, middle, middle, middle, middle}};
    const std::string crl = must(make_crl(root_, crl_request({revoked.serial()})));
    const std::string crl2 = must(make_crl(root_, crl_request({middle.serial()})));
    stores_ = {store({root_}, {}, 1),     store({root_}, {crl}, 2),
               store({root_}, {crl2}, 3), store({root_, middle}, {crl}, 4),
               store({middle}, {}, 5),    store({root_, middle}, {crl2}, 6)};
  }

  Identity root_ = root();
  std::vector<std::vector<Identity>> sent_;
  std::vector<std::shared_ptr<const TrustStore>> stores_;
};

TEST_F(Replay, WarmSmallAndColdCachesAgree) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::cout << "seed " << seed << '\n';
  std::mt19937 rng(seed);
  const auto pick = [&](std::size_t count) { return static_cast<std::size_t>(rng() % count); };
  const std::vector<std::int64_t> steps = {0, 0, 0, -6 * kDay, 6 * kDay, 9 * kDay, 101 * kDay};
  VerdictCache warm;
  VerdictCache small(2);
  for (int i = 0; i < 1500; ++i) {
    const TrustStore& trust = *stores_[pick(stores_.size())];
    const auto& sent = sent_[pick(sent_.size())];
    const std::int64_t now = kNow + steps[pick(steps.size())];
    JudgeOptions options{
        .ignore_expiry = pick(4) == 0, .refuse_outdated_crl = pick(4) == 0, .fips = pick(2) == 0};
    if (pick(3) == 0) options.rejected_subjects = {"CN=good"};
    if (pick(4) == 0) {
      options.identity_filters = {{IdentityFilter::Field::subject_cn,
                                   IdentityFilter::MatchType::prefix, pick(2) == 0 ? "g" : "r"}};
    }
    const Judgement cold = verdict(trust, sent, options, now);
    for (VerdictCache* cache : {&warm, &small}) {
      const Judgement judgement = cached(*cache, trust, sent, now, options);
      ASSERT_EQ(judgement.status, cold.status) << "round " << i << ": " << cold.reason;
      ASSERT_EQ(judgement.reason, cold.reason);
    }
  }
  EXPECT_GT(warm.hits(), 100U);
}

}  // namespace
}  // namespace hoplab::pki
