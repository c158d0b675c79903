#include "web/client_commands.h"

#include "base/shell_quoted.h"

namespace hoplab::web {

namespace {

/// Where they go, with or without a certificate.
struct ClientCall {
  EndpointAddress door;
  std::string path, ca_bundle, trust_store, hosts;
  CertificatePaths files;  // empty: none

  [[nodiscard]] std::string scheme() const { return door.tls ? "https" : "http"; }
  [[nodiscard]] bool with_certificate() const { return door.tls && !files.cert.empty(); }
  [[nodiscard]] std::string port() const { return std::to_string(door.port); }
};

/// Of a method of an API, which answers more than "/" does.
std::string path_of(const model::Topology& topology) {
  for (const auto& api : topology.rest_apis) {
    for (const model::Method* const method : api.all_methods()) {
      if (method->path.find('{') == std::string::npos) return method->path;
    }
  }
  return "/";
}

/// A string of Python, JavaScript or Java.
std::string literal(const std::string& text) {
  std::string made = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += c;
  }
  return made + "\"";
}

std::string python_of(const ClientCall& call) {
  std::string code = "import http.client, socket, ssl\n";
  std::string options;
  if (call.door.tls) {
    code += "tls = ssl.create_default_context(cafile=" + literal(call.ca_bundle) + ")\n";
    options = ", context=tls";
  }
  if (call.with_certificate()) {
    code +=
        "tls.load_cert_chain(" + literal(call.files.cert) + ", " + literal(call.files.key) + ")\n";
  }
  code += std::string("connection = http.client.HTTP") + (call.door.tls ? "S" : "") +
          "Connection(" + literal(call.door.client_name) + options +
          ")\n"
          "connection._create_connection = lambda *_: socket.create_connection((" +
          literal(call.door.address) + ", " + call.port() +
          "))\n"
          "connection.request(\"GET\", " +
          literal(call.path) +
          ")\n"
          "answer = connection.getresponse()\n"
          "print(answer.status, answer.read().decode())\n";
  return "python3 - <<'END'\n" + code + "END";
}

std::string node_of(const ClientCall& call) {
  const std::string& name = call.door.client_name;
  std::string code =
      "const client = require(\"" + call.scheme() +
      "\"), { readFileSync } = require(\"fs\");\nclient.get({ host: " + literal(call.door.address) +
      ", port: " + call.port() + ", path: " + literal(call.path) +
      ", headers: { Host: " + literal(name) + " }";
  if (call.door.tls) {
    code +=
        ",\n  servername: " + literal(name) + ", ca: readFileSync(" + literal(call.ca_bundle) + ")";
  }
  if (call.with_certificate()) {
    code += ",\n  cert: readFileSync(" + literal(call.files.cert) + "), key: readFileSync(" +
            literal(call.files.key) + ")";
  }
  return "node - <<'END'\n" + code +
         " },\n  (answer) => { console.log(answer.statusCode); answer.pipe(process.stdout); })\n"
         "  .on(\"error\", console.error);\nEND";
}

std::string java_of(const ClientCall& call) {
  const std::string url =
      call.scheme() + "://" + call.door.client_name + ":" + call.port() + call.path;
  std::string options = "-Djdk.net.hosts.file=" + shell_quoted(call.hosts);
  if (call.door.tls) {
    options += " \\\n  -Djavax.net.ssl.trustStore=" + shell_quoted(call.trust_store);
  }
  if (call.with_certificate()) {
    options +=
        " \\\n  -Djavax.net.ssl.keyStoreType=PKCS12 -Djavax.net.ssl.keyStorePassword=hoplab"
        " \\\n  -Djavax.net.ssl.keyStore=" +
        shell_quoted(call.files.p12);
  }
  return "cat > Call.java <<'END'\n"
         "import java.net.URI;\nimport java.net.http.*;\n"
         "public class Call {\n  public static void main(String[] words) throws Exception {\n"
         "    var request = HttpRequest.newBuilder(URI.create(" +
         literal(url) +
         ")).build();\n"
         "    var text = HttpResponse.BodyHandlers.ofString();\n"
         "    var answer = HttpClient.newHttpClient().send(request, text);\n"
         "    System.out.println(answer.statusCode() + \" \" + answer.body());\n  }\n}\nEND\n"
         "java " +
         options + " Call.java";
}

}  // namespace

std::string curl_to(const EndpointAddress& door, const std::string& host, bool tls) {
  return "curl --connect-to " + host + (tls ? ":443:" : ":80:") + door.address + ":" +
         std::to_string(door.port);
}

std::string curl_tls(const Emulator& emulator, const CertificatePaths& files) {
  std::string options = " --cacert " + shell_quoted(emulator.ca_bundle());
  if (!files.cert.empty()) {
    options += " --key " + shell_quoted(files.key) + " --cert " + shell_quoted(files.cert);
  }
  return options;
}

ClientCommands client_commands(const Emulator& emulator, const CertificatePaths& files) {
  const auto doors = emulator.endpoints();
  if (doors.empty()) return {};
  const ClientCall call{doors.front(),
                        path_of(*emulator.topology()),
                        emulator.ca_bundle(),
                        emulator.java_trust_store(),
                        emulator.out() + "/hosts",
                        files};
  const std::string curl = curl_to(call.door, call.door.client_name, call.door.tls) +
                           (call.door.tls ? curl_tls(emulator, files) : "") + " " +
                           shell_quoted(call.scheme() + "://" + call.door.client_name + call.path);
  return {curl, python_of(call), node_of(call), java_of(call)};
}

}  // namespace hoplab::web
