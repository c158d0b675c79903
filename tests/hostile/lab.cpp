#include "lab.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "awsapi/traffic.h"
#include "awsapi/traffic_view.h"

namespace hoplab::hostile {

namespace {

constexpr int kWatchdog = 60;  // seconds without a byte for the good client: a stall
constexpr auto kQuietDeadline = std::chrono::seconds(60);

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "hoplab-hostile: %s\n", message.c_str());
  std::exit(2);
}

SslContext make_context(const CertificatePaths* certificate) {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE);
  if (!certificate) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate->cert.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), certificate->key.c_str(), SSL_FILETYPE_PEM) != 1) {
    fail("cannot use " + certificate->cert);
  }
  return context;
}

/// The good one, none, and then the rest.
std::vector<SslContext> make_contexts(const Emulator& emulator) {
  std::vector<SslContext> contexts;
  const auto certificates = emulator.certificates();
  contexts.push_back(make_context(&certificates.at("my_client")));
  contexts.push_back(make_context(nullptr));
  for (const auto& [name, paths] : certificates) {
    if (name != "my_client") contexts.push_back(make_context(&paths));
  }
  return contexts;
}

/// What the scenarios do not have: an NLB that relays to a service, and a plain ALB listener.
model::Topology plain_topology() {
  model::Topology topology;
  model::Service service;
  service.name = "service";
  service.stand_in.body = "hello";
  topology.services = {service};
  for (const auto* protocol : {"TCP", "HTTP"}) {
    model::TargetGroup group;
    group.name = protocol;
    group.protocol = protocol;
    group.health_check.protocol = protocol;
    group.targets.resize(1);
    group.targets[0].service = "service";
    topology.target_groups.push_back(group);
    model::Listener listener;
    listener.protocol = protocol;
    listener.port = 80;
    listener.default_action.target_groups = {{protocol, 1}};
    model::LoadBalancer balancer;
    balancer.name = protocol == std::string("TCP") ? "nlb" : "alb";
    balancer.type = protocol == std::string("TCP") ? model::LoadBalancerType::network
                                                   : model::LoadBalancerType::application;
    balancer.availability_zones = {"eu-west-1a"};
    balancer.listeners = {listener};
    topology.load_balancers.push_back(balancer);
  }
  topology.entries = {"nlb"};
  return topology;
}

}  // namespace

Lab::Lab(double clock_scale) {
  const std::string widget = R"({"id":"1","value":"4.99"})";
  EmulatorOptions options;
  options.seed = 1;
  if (clock_scale != 1) options.clock = {Clock::Mode::scaled, clock_scale, {}};
  const auto read = [&options](const std::string& name) {
    return Emulator::from_scenario(HOPLAB_SOURCE_DIR "/scenarios/" + name + ".json", options);
  };
  start("verify", read("private-api-mtls"), "/widgets", widget);
  start("passthrough", read("private-api-mtls-passthrough"), "/widgets", widget);
  start("own-service", read("own-service"), "/", "");
  start("plain", Emulator::from_topology(plain_topology(), options), "/", "hello");
  next_ = running_.begin();
  start_aws(options);
}

void Lab::start_aws(const EmulatorOptions& options) {
  auto made = Emulator::from_topology(nothing_.topology, options);
  if (!made) fail(made.error());
  built_ = std::move(made).value();
  if (auto started = built_->start(); !started) fail(started.error());
  awsapi::AwsServerOptions of_server;
  const auto traffic = std::make_shared<awsapi::Traffic>(*built_, nothing_);
  of_server.apply = [traffic](const awsapi::ControlPlane& plane, const awsapi::Change&) {
    return traffic->apply(plane);
  };
  of_server.view = awsapi::view_of(*built_);
  auto server = awsapi::AwsServer::start(std::move(of_server));
  if (!server) fail(server.error());
  aws_ = std::move(server).value();
  const std::string& address = aws_->address();
  const auto colon = address.rfind(':');
  doors_.push_back({nullptr, address.substr(0, colon),
                    static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1)), "aws"});
}

void Lab::start(const std::string& name, Result<Emulator> made, const std::string& path,
                const std::string& body) {
  if (!made) fail(made.error());
  running_.push_back({name, std::move(made).value(), path, "", body, {}});
  Running& running = running_.back();
  if (auto started = running.emulator.start(); !started) fail(started.error());
  const bool tls = running.emulator.certificates().contains("my_client");
  if (tls) running.contexts = make_contexts(running.emulator);
  running.host = running.emulator.endpoints().front().dns_name;
  for (const auto& endpoint : running.emulator.endpoints()) {
    doors_.push_back({tls ? &running.emulator : nullptr, endpoint.address, endpoint.port,
                      name + " " + endpoint.name});
  }
  add_stand_ins(running);
}

/// Their ports listen as well, for whoever finds them.
void Lab::add_stand_ins(const Running& running) {
  if (running.emulator.topology()->services.empty()) return;
  for (const TargetStatus& target : running.emulator.target_health()) {
    const auto colon = target.target.rfind(':');
    const int port = std::atoi(target.target.c_str() + colon + 1);
    doors_.push_back({nullptr, target.target.substr(0, colon), static_cast<std::uint16_t>(port),
                      running.name + " " + target.target_group});
  }
}

SSL_CTX* Lab::context(const Door& door, std::size_t certificate) const {
  for (const Running& running : running_) {
    if (&running.emulator != door.emulator) continue;
    return running.contexts[certificate % running.contexts.size()].get();
  }
  return nullptr;
}

std::string Lab::ask() {
  const Running& running = *next_;
  if (++next_ == running_.end()) next_ = running_.begin();
  const std::string wrong = ask(running);
  if (!wrong.empty()) return "the good client of " + running.name + ": " + wrong;
  return ask_aws();
}

std::string Lab::ask_aws() const {
  Socket socket(aws_door().ip, aws_door().port, kWatchdog);
  const std::string body = "Action=GetCallerIdentity&Version=2011-06-15";
  const std::string request =
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  if (!socket.connected() || !socket.send(request)) return "the AWS API takes no request";
  std::string answer;
  auto got = Socket::Got::bytes;
  while (got == Socket::Got::bytes) got = socket.receive(answer);
  const bool good = answer.starts_with("HTTP/1.1 200") &&
                    answer.find("<Account>") != std::string::npos && got == Socket::Got::end;
  return good ? "" : "the AWS API answers " + answer;
}

std::string Lab::ask(const Running& running) {
  const EndpointAddress entry = running.emulator.endpoints().front();
  Socket socket(entry.address, entry.port, kWatchdog);
  if (!socket.connected()) return "could not connect";
  const std::string request = "GET " + running.path + " HTTP/1.1\r\nHost: " + running.host +
                              "\r\nConnection: close\r\n\r\n";
  std::string answer;
  auto got = Socket::Got::bytes;
  if (running.contexts.empty()) {
    if (!socket.send(request)) return "could not send its request";
    while (got == Socket::Got::bytes) got = socket.receive(answer);
    return judge(running, answer, got);
  }
  TlsClient tls(running.contexts.front().get(), socket, "");
  if (!tls.handshake()) return "the handshake failed";
  if (!tls.write(request)) return "could not send its request";
  while (got == Socket::Got::bytes) got = tls.read(answer);
  return judge(running, answer, got);
}

std::string Lab::judge(const Running& running, const std::string& answer, Socket::Got end) {
  if (end == Socket::Got::nothing) return "no byte for a minute; so far: " + answer;
  if (!answer.starts_with("HTTP/1.1 200 OK\r\n")) return "unexpected answer: " + answer;
  const auto head_end = answer.find("\r\n\r\n");
  const std::string body =
      answer.substr(head_end == std::string::npos ? answer.size() : head_end + 4);
  if (body.empty() || (!running.body.empty() && body != running.body)) {
    return "unexpected body: " + answer;
  }
  return end == Socket::Got::end ? "" : "the connection did not end in order";
}

std::string Lab::wait_for_quiet() const {
  const auto deadline = std::chrono::steady_clock::now() + kQuietDeadline;
  for (const Running& running : running_) {
    while (running.emulator.counters().live_flows > 0) {
      if (std::chrono::steady_clock::now() > deadline) {
        return running.name + ": " + std::to_string(running.emulator.counters().live_flows) +
               " flows are live after their clients have gone";
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  return "";
}

std::uint64_t Lab::ended(const Counters& counters) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : counters.ends) sum += count;
  return sum;
}

std::string Lab::check_counters() const {
  for (const Running& running : running_) {
    const Counters counters = running.emulator.counters();
    if (counters.flows == ended(counters)) continue;
    return running.name + ": " + std::to_string(counters.flows) + " flows, but " +
           std::to_string(ended(counters)) + " ends with a cause";
  }
  return "";
}

std::string Lab::summary() const {
  std::string text;
  for (const Running& running : running_) {
    const Counters counters = running.emulator.counters();
    text += running.name + ": " + std::to_string(counters.flows) + " flows, " +
            std::to_string(counters.requests) + " requests\n";
    for (const auto& [reason, count] : counters.ends) {
      text += "  " + std::string(to_text(reason)) + ": " + std::to_string(count) + "\n";
    }
  }
  return text;
}

void Lab::stop() {
  aws_.reset();
  built_->stop();
  for (Running& running : running_) running.emulator.stop();
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

}  // namespace hoplab::hostile
