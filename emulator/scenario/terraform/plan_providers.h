// Which account and Region the providers of a plan are of.
#pragma once

#include <vector>

#include "scenario/terraform/references.h"

namespace hoplab::scenario::terraform {

/// Adds an instance for each provider, with what the plan's configuration says of it, as data
/// sources have it.
void read_providers(const Node& root, std::vector<Instance>& instances);

/// Gives each instance its provider's alias: "consumer" of "module.edge:aws.consumer".
void give_providers(const References& references, std::vector<Instance>& instances);

/// The only account that an endpoint service lets in and no provider has is that of the only other
/// provider of which no account is known.
void find_account_of_consumer(Workspace& workspace);

}  // namespace hoplab::scenario::terraform
