// What is minted for resources that AWS keeps elsewhere: Private CA, ACM, bundles in S3.
#pragma once

#include <optional>
#include <string>

#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {

/// The name of the authority that is minted for `what` (empty: for all who ask for that name).
/// `crl`: with a revocation list.
std::string mint_authority(Builder& builder, const std::string& wanted, bool crl,
                           const std::string& what = {});

bool has_certificate(Builder& builder, const std::string& name);
/// `json`: its members.
void add_certificate(Builder& builder, const std::string& name, const std::string& json);

/// The name of the certificate that `arn` stands for, minted at first: for the names of the ACM
/// certificate, or, of one that is not among the resources, for those under which clients come.
std::string certificate_for(Builder& builder, const Node& arn);

}  // namespace hoplab::scenario::resources
