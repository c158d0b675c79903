// PROXY protocol version 2, as a Network Load Balancer writes it before a connection's first byte.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
// https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt
#pragma once

#include <string>

#include "net/connection.h"

namespace hoplab::aws {

/// 100 bytes, in AWS's order: CRC32C, the endpoint's id (PP2_TYPE_AWS, subtype VPCE_ID) where there
/// is one, and padding. Both addresses are IPv4.
std::string proxy_protocol_header(const net::Address& source, const net::Address& destination,
                                  const std::string& vpc_endpoint_id);

/// Of a health check, which speaks for itself (command LOCAL). AWS names no bytes; these are the
/// specification's.
std::string proxy_protocol_local_header();

}  // namespace hoplab::aws
