# A client that knows a URL and its certificate.
require "net/http"
require "openssl"

name = ARGV[0]
url = URI("https://api.example.com/widgets")
options = {
  use_ssl: true,
  cert: OpenSSL::X509::Certificate.new(File.read("#{name}.pem")),
  key: OpenSSL::PKey.read(File.read("#{name}.key")),
}
Net::HTTP.start(url.host, url.port, options) { |http| puts http.get(url.path).body }
