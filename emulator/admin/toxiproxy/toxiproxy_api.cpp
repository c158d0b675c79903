#include "admin/toxiproxy/toxiproxy_api.h"

#include <algorithm>

#include "admin/toxiproxy/proxies.h"
#include "base/percent.h"
#include "model/text_rule.h"

namespace hoplab::admin::toxiproxy {

namespace {

/// Whose API this is: what clients compare with.
constexpr std::string_view kVersion = "2.12.0";

AdminAnswer json_answer(const Json& json, int status = 200) {
  return {status, "application/json",
          json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"};
}

Json error_json(int status, const std::string& what) {
  return {{"error", what}, {"status", status}};
}

AdminAnswer error(int status, const std::string& what) {
  return json_answer(error_json(status, what), status);
}

AdminAnswer bad_request(const std::string& why) {
  return error(400, "bad request body: " + why);
}
AdminAnswer no_such_proxy() {
  return error(404, "proxy not found");
}
AdminAnswer no_such_toxic() {
  return error(404, "toxic not found");
}
AdminAnswer belongs_to_the_topology(const std::string& name) {
  return error(409, "'" + name +
                        "' is a hop of the topology, which this API does not change; it takes "
                        "toxics, and enabled");
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> all;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    all.push_back(percent_decoded(segment));
    path.remove_prefix(segment.size());
  }
  return all;
}

/// A member of `json` of that type, in the place of `value`; false: it is of another one.
template <class T>
bool take(const Json& json, const char* name, T& value) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return true;
  if constexpr (std::is_same_v<T, std::string>) {
    if (!found->is_string()) return false;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!found->is_boolean()) return false;
  } else if (!found->is_number()) {
    return false;
  }
  value = found->get<T>();
  return true;
}

/// What is said of a proxy in a body.
struct Input {
  std::string name, listen, upstream;
  bool enabled = true;
};

std::optional<AdminAnswer> read(const Json& json, Input& input) {
  if (!json.is_object()) return bad_request("it is an object");
  if (take(json, "name", input.name) && take(json, "listen", input.listen) &&
      take(json, "upstream", input.upstream) && take(json, "enabled", input.enabled)) {
    return std::nullopt;
  }
  return bad_request("name, listen and upstream are texts, enabled is true or false");
}

/// Where to listen: an IPv4 address, or how people say one.
Result<std::string> listen_address(const std::string& text) {
  if (text.empty()) return std::string("127.0.0.1:0");
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return Error{"address " + text + ": missing port in address"};
  const std::string host = text.substr(0, colon), port = text.substr(colon);
  const bool any = host.empty() || host == "[::]";
  const bool own = host == "[::1]" || host == "localhost";
  const std::string address = (any ? "0.0.0.0" : own ? "127.0.0.1" : host) + port;
  if (model::rules::kIpPort.matches(address)) return address;
  return Error{"listen " + text + ": it takes an IPv4 address or localhost, and a port"};
}

class Exchange {
 public:
  Exchange(Emulator& emulator, std::string_view method, const std::string& body)
      : emulator_(emulator), method_(method), body_(body) {}

  std::optional<AdminAnswer> answer(const std::vector<std::string>& path) {
    if (path.size() == 1 && path[0] == "version") {
      return only("GET", [] { return json_answer({{"version", kVersion}}); });
    }
    if (path.size() == 1 && path[0] == "reset") return only("POST", [this] { return reset(); });
    if (path.size() == 1 && path[0] == "populate") {
      return only("POST", [this] { return populate(); });
    }
    if (path.empty() || path[0] != "proxies" || path.size() > 4) return std::nullopt;
    if (path.size() == 1) {
      if (method_ == "GET") return list();
      return only("POST", [this] { return create(); });
    }
    const auto proxy = find_proxy(emulator_, path[1]);
    if (path.size() == 2) return proxy ? one_proxy(*proxy) : no_such_proxy();
    if (path[2] != "toxics") return std::nullopt;
    if (!proxy) return no_such_proxy();
    return path.size() == 3 ? its_toxics(*proxy) : one_toxic(*proxy, path[3]);
  }

 private:
  template <class Work>
  AdminAnswer only(std::string_view method, const Work& work) {
    if (method_ == method) return work();
    return error(405, "it takes " + std::string(method));
  }

  /// Shared with what runs now: it may be another before the caller is done.
  [[nodiscard]] model::List<model::Fault> faults() const { return emulator_.topology()->faults; }

  [[nodiscard]] bool updates() const { return method_ == "POST" || method_ == "PATCH"; }

  AdminAnswer shown(const std::string& name, int status = 200) {
    const auto proxy = find_proxy(emulator_, name);
    return proxy ? json_answer(to_json(*proxy), status) : no_such_proxy();
  }

  AdminAnswer list() {
    Json all = Json::object();
    for (const ProxyView& one : proxies_of(emulator_)) all[one.name] = to_json(one);
    return json_answer(all);
  }

  // ---- Proxies ----------------------------------------------------------------------------------

  AdminAnswer create() {
    Input input;
    if (auto wrong = read(Json::parse(body_, nullptr, false), input)) return std::move(*wrong);
    if (input.name.empty()) return error(400, "missing required field: name");
    if (input.upstream.empty()) return error(400, "missing required field: upstream");
    if (find_proxy(emulator_, input.name)) return error(409, "proxy already exists");
    if (auto failed = put(input, {})) return std::move(*failed);
    return shown(input.name, 201);
  }

  /// Makes a proxy what `input` says, in one change with `more`; nothing: done.
  std::optional<AdminAnswer> put(const Input& input, std::vector<model::Change> more) {
    if (!model::rules::kName.matches(input.name)) {
      return bad_request("name: it takes " + std::string(model::rules::kName.says));
    }
    const auto listen = listen_address(input.listen);
    if (!listen) return error(500, listen.error());
    more.insert(more.begin(),
                model::Put<model::Proxy>{{input.name, listen.value(), input.upstream}});
    if (!input.enabled) more.push_back(model::Put<model::Fault>{disabling(input.name)});
    const auto done = emulator_.apply(more);
    if (done) return std::nullopt;
    return error(500, done.error());
  }

  AdminAnswer one_proxy(const ProxyView& proxy) {
    if (method_ == "GET") return shown(proxy.name);
    if (method_ == "DELETE") return remove(proxy);
    if (!updates()) return error(405, "it takes GET, POST, PATCH and DELETE");
    Input input{proxy.name, proxy.listen, proxy.upstream, proxy.enabled};
    if (auto wrong = read(Json::parse(body_, nullptr, false), input)) return std::move(*wrong);
    input.name = proxy.name;
    const auto differs = is_another(proxy, input);
    if (!differs) return error(500, differs.error());
    if (differs.value() && !proxy.created) return belongs_to_the_topology(proxy.name);
    std::vector<model::Change> changes;
    if (input.enabled != proxy.enabled) changes = switching(proxy.name, input.enabled);
    if (differs.value()) {
      input.enabled = true;  // said by `changes`
      if (auto failed = put(input, std::move(changes))) return std::move(*failed);
    } else if (!changes.empty()) {
      if (const auto done = emulator_.apply(changes); !done) return error(500, done.error());
    }
    return shown(proxy.name);
  }

  /// Whether `input` is about other addresses.
  static Result<bool> is_another(const ProxyView& proxy, const Input& input) {
    if (input.upstream != proxy.upstream) return true;
    if (input.listen == proxy.listen) return false;
    const auto listen = listen_address(input.listen);
    if (!listen) return listen.failure();
    return listen.value() != proxy.listen;
  }

  AdminAnswer remove(const ProxyView& proxy) {
    if (!proxy.created) return belongs_to_the_topology(proxy.name);
    std::vector<model::Change> changes;
    for (const auto& fault : faults()) {
      if (fault.hop == proxy.name) changes.push_back(model::Delete<model::Fault>{fault.name});
    }
    changes.push_back(model::Delete<model::Proxy>{proxy.name});
    if (const auto done = emulator_.apply(changes); !done) return error(500, done.error());
    return {204, "", ""};
  }

  /// What takes a proxy down, or up again whoever has taken it down.
  std::vector<model::Change> switching(const std::string& proxy, bool enabled) const {
    std::vector<model::Change> changes;
    if (!enabled) {
      changes.push_back(model::Put<model::Fault>{disabling(proxy)});
      return changes;
    }
    for (const auto& fault : faults()) {
      if (fault.hop != proxy || fault.action != FaultAction::down || !fault.armed) continue;
      if (is_disabling(fault)) {
        changes.push_back(model::Delete<model::Fault>{fault.name});
      } else {
        changes.push_back(model::DisarmFault{fault.name});
      }
    }
    return changes;
  }

  /// Every toxic is gone, and every proxy enabled. Faults of the scenario stay as they are.
  AdminAnswer reset() {
    std::vector<model::Change> changes;
    for (const ProxyView& proxy : proxies_of(emulator_)) {
      for (const auto& fault : faults()) {
        const bool ours = is_toxic_of(proxy.name, fault) || is_disabling(fault);
        if (fault.hop == proxy.name && ours) {
          changes.push_back(model::Delete<model::Fault>{fault.name});
        }
      }
    }
    if (changes.empty()) return {204, "", ""};
    if (const auto done = emulator_.apply(changes); !done) return error(500, done.error());
    return {204, "", ""};
  }

  AdminAnswer populate() {
    const Json json = Json::parse(body_, nullptr, false);
    if (!json.is_array()) return bad_request("it is a list of proxies");
    std::vector<Input> all(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
      if (auto wrong = read(json[i], all[i])) return std::move(*wrong);
      const std::string at = " at proxy " + std::to_string(i + 1);
      if (all[i].name.empty()) return error(400, "missing required field: name" + at);
      if (all[i].upstream.empty()) return error(400, "missing required field: upstream" + at);
    }
    Json answer = Json::object();
    Json proxies = Json::array();
    int status = 201;
    for (const Input& input : all) {
      if (auto failed = add_or_replace(input)) {
        answer = Json::parse(failed->body);
        status = failed->status;
        break;
      }
      if (const auto made = find_proxy(emulator_, input.name)) proxies.push_back(to_json(*made));
    }
    answer["proxies"] = std::move(proxies);
    return json_answer(answer, status);
  }

  std::optional<AdminAnswer> add_or_replace(const Input& input) {
    const auto proxy = find_proxy(emulator_, input.name);
    if (!proxy) return put(input, {});
    const auto differs = is_another(*proxy, input);
    if (!differs) return error(500, differs.error());
    if (!differs.value()) return std::nullopt;
    if (!proxy->created) return belongs_to_the_topology(proxy->name);
    // Another proxy has none of the toxics of the one in whose place it is.
    std::vector<model::Change> changes;
    for (const auto& fault : faults()) {
      if (fault.hop == proxy->name) changes.push_back(model::Delete<model::Fault>{fault.name});
    }
    return put(input, std::move(changes));
  }

  // ---- Toxics -----------------------------------------------------------------------------------

  AdminAnswer its_toxics(const ProxyView& proxy) {
    if (method_ == "GET") {
      Json all = Json::array();
      for (const Toxic& one : proxy.toxics) all.push_back(to_json(one));
      return json_answer(all);
    }
    return only("POST", [&] { return add_toxic(proxy); });
  }

  AdminAnswer add_toxic(const ProxyView& proxy) {
    const Json json = Json::parse(body_, nullptr, false);
    if (!json.is_object()) return bad_request("it is an object");
    Toxic toxic;
    if (!take(json, "name", toxic.name) || !take(json, "type", toxic.type) ||
        !take(json, "stream", toxic.stream) || !take(json, "toxicity", toxic.toxicity)) {
      return bad_request("name, type and stream are texts, toxicity is a number");
    }
    if (toxic.stream != "upstream" && toxic.stream != "downstream") {
      return error(400, "stream was invalid, can be either upstream or downstream");
    }
    if (!is_toxic_type(toxic.type)) return error(400, "invalid toxic type");
    if (toxic.name.empty()) toxic.name = toxic.type + "_" + toxic.stream;
    if (std::ranges::find(proxy.toxics, toxic.name, &Toxic::name) != proxy.toxics.end()) {
      return error(409, "toxic already exists");
    }
    return put_toxic(proxy.name, std::move(toxic), json);
  }

  /// With the attributes of `json`, in the place of those that it has.
  AdminAnswer put_toxic(const std::string& proxy, Toxic toxic, const Json& json) {
    const auto attributes = json.find("attributes");
    if (attributes != json.end() && !attributes->is_null()) {
      if (!attributes->is_object()) return bad_request("attributes is an object");
      for (const auto& [name, value] : attributes->items()) {
        if (value.is_primitive()) toxic.attributes[name] = value;
      }
    }
    const auto fault = fault_of(proxy, toxic);
    if (!fault) return bad_request(fault.error());
    const auto done = emulator_.apply(model::Put<model::Fault>{fault.value()});
    if (!done) return bad_request(done.error());
    return json_answer(to_json(toxic_of(proxy, fault.value())));
  }

  AdminAnswer one_toxic(const ProxyView& proxy, const std::string& name) {
    const auto found = std::ranges::find(proxy.toxics, name, &Toxic::name);
    if (found == proxy.toxics.end()) return no_such_toxic();
    if (method_ == "GET") return json_answer(to_json(*found));
    if (method_ == "DELETE") {
      const auto done =
          emulator_.apply(model::Delete<model::Fault>{fault_name(proxy.name, found->name)});
      return done ? AdminAnswer{204, "", ""} : error(500, done.error());
    }
    if (!updates()) return error(405, "it takes GET, POST, PATCH and DELETE");
    const Json json = Json::parse(body_, nullptr, false);
    if (!json.is_object()) return bad_request("it is an object");
    Toxic toxic = *found;
    if (!take(json, "toxicity", toxic.toxicity)) return bad_request("toxicity is a number");
    return put_toxic(proxy.name, std::move(toxic), json);
  }

  Emulator& emulator_;
  std::string_view method_;
  const std::string& body_;
};

}  // namespace

std::optional<AdminAnswer> ToxiproxyApi::handle(std::string_view method, std::string_view path,
                                                const std::string& body) {
  return Exchange(emulator_, method, body).answer(segments_of(path));
}

}  // namespace hoplab::admin::toxiproxy
