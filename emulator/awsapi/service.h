// Services and operations as tables, from which requests are routed, read and answered.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "awsapi/api_error.h"
#include "awsapi/shape.h"

namespace hoplab::awsapi {

/// A request's or an answer's members by their SDK names.
using Json = nlohmann::json;

class ControlPlane;

/// On whose behalf, and where (caller.h).
struct Caller {
  std::string account;
  std::string region;
  std::string access_key;
};

/// What an operation is given beside its input.
struct Call {
  ControlPlane& plane;
  const Caller& caller;
  std::int64_t now = 0;  // seconds since the epoch, by the calendar
  std::string endpoint;  // this API's own URL, as the client wrote it: "http://127.0.0.1:4566"
};

using Operate = ApiResult<Json> (*)(const Call& call, const Json& in);

enum class Protocol : std::uint8_t { query, ec2, json, cbor, rest_json, rest_xml };

struct Operation {
  std::string_view name;
  Members in, out;
  Operate operate = nullptr;
  // Of REST protocols:
  std::string_view method = {};
  std::string_view path = {};  // "/restapis/{restapi_id}"
  int status = 200;
};

template <class T>
struct Table {
  const T* first = nullptr;
  std::size_t count = 0;
  constexpr Table() = default;
  template <std::size_t N>
  constexpr Table(const T (&table)[N]) : first(table), count(N) {}  // NOLINT: by intent
  [[nodiscard]] constexpr const T* begin() const noexcept { return first; }
  [[nodiscard]] constexpr const T* end() const noexcept { return first + count; }
};

struct Service {
  std::string_view scope;  // of the credentials: "elasticloadbalancing"
  Protocol protocol = Protocol::query;
  std::string_view version;
  std::string_view xmlns;
  std::string_view target;  // "CertificateManager": what X-Amz-Target begins with
  std::string_view json_version = "1.1";
  Table<Operation> operations;
};

/// Null: there is no such operation.
const Operation* find_operation(const Service& service, std::string_view name) noexcept;

/// Of `service`, in its protocol's words: what was sent cannot be used, or a member is missing.
ApiError invalid_input(const Service& service, const std::string& message);
ApiError missing_input(const Service& service, std::string_view member);
/// hoplab has no such operation. No SDK sends the request again (aws-api.md 4).
ApiError not_emulated(const Service& service, const std::string& what);

}  // namespace hoplab::awsapi
