// The codes of AWS's connection log, letter by letter.
#include "pki/verdict.h"

#include <gtest/gtest.h>

namespace hoplab::pki {
namespace {

TEST(VerifyStatusText, IsAwsWording) {
  EXPECT_EQ(to_log_text(VerifyStatus::success), "Success");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_max_chain_depth_exceeded),
            "Failed:ClientCertMaxChainDepthExceeded");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_max_size_exceeded),
            "Failed:ClientCertMaxSizeExceeded");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_crl_hit), "Failed:ClientCertCrlHit");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_crl_processing_error),
            "Failed:ClientCertCrlProcessingError");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_untrusted), "Failed:ClientCertUntrusted");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_not_yet_valid), "Failed:ClientCertNotYetValid");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_expired), "Failed:ClientCertExpired");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_type_unsupported),
            "Failed:ClientCertTypeUnsupported");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_invalid), "Failed:ClientCertInvalid");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_purpose_invalid),
            "Failed:ClientCertPurposeInvalid");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_rejected), "Failed:ClientCertRejected");
  EXPECT_EQ(to_log_text(VerifyStatus::client_cert_incompatible), "Failed:ClientCertIncompatible");
  EXPECT_EQ(to_log_text(VerifyStatus::unmapped_connection_error), "Failed:UnmappedConnectionError");
}

}  // namespace
}  // namespace hoplab::pki
