// hoplab verify --batch: a case for each line of JSON.
#include <algorithm>
#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/time_text.h"
#include "model/nearest.h"
#include "offline/verification.h"
#include "offline/verify_inputs.h"

namespace hoplab::offline {

namespace {

using Json = nlohmann::ordered_json;
using MaybePems = std::optional<std::vector<PemText>>;

constexpr std::array<std::string_view, 10> kKeys{
    "id",    "anchors",  "anchorsPem", "crls",         "crlsPem",
    "chain", "chainPem", "time",       "ignoreExpiry", "refuseOutdatedCrl"};

/// Deeper is no case, and printing an id of any depth would need any amount of stack.
constexpr int kDeepest = 32;

Result<Json> parse(const std::string& line) {
  bool too_deep = false;
  const auto shallow = [&too_deep](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDeepest;
    return depth <= kDeepest;
  };
  try {
    Json json = Json::parse(line, shallow);
    if (too_deep) return Error{"nested deeper than " + std::to_string(kDeepest)};
    return json;
  } catch (const Json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: ..."
    const std::string what = error.what();
    const auto place = what.find("column ");
    return Error{"not JSON: " +
                 what.substr(place == std::string::npos ? what.find(' ') + 1 : place)};
  }
}

Result<void> check_keys(const Json& json) {
  if (!json.is_object()) return Error{"a case is a JSON object"};
  for (const auto& item : json.items()) {
    if (std::find(kKeys.begin(), kKeys.end(), item.key()) != kKeys.end()) continue;
    const std::string near = model::nearest(item.key(), {kKeys.begin(), kKeys.end()});
    return Error{"unknown key \"" + item.key() + "\"" +
                 (near.empty() ? "" : "; did you mean \"" + near + "\"?")};
  }
  return {};
}

Result<std::vector<std::string>> texts_of(const Json& value, const std::string& key) {
  std::vector<std::string> texts;
  const auto add = [&texts](const Json& one) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
    return one.is_string();
  };
  const bool good = value.is_array() ? std::all_of(value.begin(), value.end(), add) : add(value);
  if (!good) return Error{"\"" + key + "\" takes a text or a list of texts"};
  return texts;
}

/// The files under `key` or the texts under `key` + "Pem"; nothing when the case has neither.
Result<MaybePems> pems_of(const Json& json, const std::string& key) {
  const std::string inline_key = key + "Pem";
  if (!json.contains(key) && !json.contains(inline_key)) return MaybePems();
  const bool files = json.contains(key);
  if (files && json.contains(inline_key)) {
    return Error{"\"" + key + "\" and \"" + inline_key +
                 "\" are both there; one of them is enough"};
  }
  auto texts = texts_of(json[files ? key : inline_key], files ? key : inline_key);
  if (!texts) return Error{texts.error()};
  if (files) {
    auto read = read_pems(texts.value());
    if (!read) return Error{read.error()};
    return MaybePems(std::move(read).value());
  }
  std::vector<PemText> pems;
  for (std::string& text : texts.value()) pems.push_back({inline_key, std::move(text)});
  return MaybePems(std::move(pems));
}

Result<TrustStores::Store> store_of(const Json& json, const VerifyInputs& inputs,
                                    TrustStores& stores) {
  const auto anchors = pems_of(json, "anchors");
  if (!anchors) return Error{anchors.error()};
  const auto crls = pems_of(json, "crls");
  if (!crls) return Error{crls.error()};
  if (!anchors.value() && !crls.value() && inputs.store) return inputs.store;
  const auto& trusted = anchors.value() ? *anchors.value() : inputs.anchors;
  if (trusted.empty()) {
    return Error{inputs.store
                     ? "\"crls\" needs \"anchors\": the trust store is the scenario's"
                     : "no trust store: \"anchors\" is missing, and there is no --anchors"};
  }
  return stores.of(trusted, crls.value() ? *crls.value() : inputs.crls);
}

Result<PresentedChain> chain_of(const Json& json, const VerifyInputs& inputs) {
  const auto own = pems_of(json, "chain");
  if (!own) return Error{own.error()};
  if (!own.value()) {
    if (!inputs.chain)
      return Error{"nothing to judge: \"chain\" is missing, and there is no --chain"};
    return read_chain(*inputs.chain);
  }
  if (own.value()->size() != 1) return Error{"\"chain\" takes one text, the leaf first in it"};
  return read_chain(own.value()->front());
}

Result<std::int64_t> time_of(const Json& json, const VerifyInputs& inputs) {
  if (!json.contains("time")) return offline::time_of(inputs);
  const Json& value = json["time"];
  const auto time = value.is_number_integer() ? parse_time(value.dump())
                    : value.is_string()       ? parse_time(value.get_ref<const std::string&>())
                                              : std::nullopt;
  if (!time) return Error{std::string("\"time\": ") + kTimeForms};
  return *time;
}

Result<void> take_flag(const Json& json, const char* key, bool& into) {
  if (!json.contains(key)) return {};
  if (!json[key].is_boolean()) return Error{"\"" + std::string(key) + "\" takes true or false"};
  into = json[key].get<bool>();
  return {};
}

Result<Verification> judged(const Json& json, const VerifyInputs& inputs, TrustStores& stores) {
  pki::JudgeOptions options = inputs.options;
  if (auto known = check_keys(json); !known) return Error{known.error()};
  if (auto taken = take_flag(json, "ignoreExpiry", options.ignore_expiry); !taken) {
    return Error{taken.error()};
  }
  if (auto taken = take_flag(json, "refuseOutdatedCrl", options.refuse_outdated_crl); !taken) {
    return Error{taken.error()};
  }
  const auto time = time_of(json, inputs);
  if (!time) return Error{time.error()};
  const auto store = store_of(json, inputs, stores);
  if (!store) return Error{store.error()};
  const auto chain = chain_of(json, inputs);
  if (!chain) return Error{chain.error()};
  return verify_chain(*store.value(), chain.value(), time.value(), options);
}

/// A case without an id is told by its line.
std::string error_json(const Json& id, std::size_t line, const std::string& error) {
  const std::string where = id.is_null() ? "line " + std::to_string(line) + ": " : "";
  const Json json{{"id", id}, {"error", where + error}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Whether the line got a verdict.
bool answer(const std::string& line, std::size_t number, const VerifyInputs& inputs,
            TrustStores& stores, const std::function<void(std::string_view)>& print) {
  const auto json = parse(line);
  if (!json) {
    print(error_json(nullptr, number, json.error()));
    return false;
  }
  const Json id = json.value().is_object() ? json.value().value("id", Json()) : Json();
  const auto verification = judged(json.value(), inputs, stores);
  print(verification ? verification_json(verification.value(), id.dump())
                     : error_json(id, number, verification.error()));
  return verification.ok();
}

}  // namespace

bool verify_batch(const VerifyInputs& inputs, TrustStores& stores,
                  const std::function<void(std::string_view)>& print) {
  std::ios::sync_with_stdio(false);
  bool all = true;
  std::size_t number = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    all &= answer(line, number, inputs, stores, print);
  }
  return all;
}

}  // namespace hoplab::offline
