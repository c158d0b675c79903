// A RestApi's Body: an OpenAPI document, in a file or as it stands there, in the place of
// Resources.
//
// Before anything is read of a scenario's tree, each Body gives way to the members that the
// document says, so that what judges a scenario judges the document, too. They keep the places
// where they were written. What the RestApi says itself goes before what its document says.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html
#pragma once

#include <string>
#include <vector>

#include "scenario/format/reader_table.h"

namespace hoplab::scenario::openapi {

/// Adds the files that were read to `files`, those with mistakes, too. A Body with which nothing
/// can be done is reported and becomes null.
void expand_bodies(Node& root, ReadContext& context, std::vector<Diagnostic>& diagnostics,
                   std::vector<std::string>& files);

/// Where the mistakes of a document are said to be is changed from the place in the scenario's tree
/// to that in the document.
void name_places(const Node& root, std::vector<Diagnostic>& diagnostics);

}  // namespace hoplab::scenario::openapi
