"""nginx: one hop that ends mutual TLS, and the chain stream -> stream -> mTLS proxy -> stub."""

import dataclasses
import os
import re
import shutil
import subprocess

from . import pki as pki_module
from . import targets
from .contender import Contender, Target, write
from .processes import free_ports

BODY = '{"id":"1","value":"4.99"}'

_MAIN = """{modules}daemon off;
worker_processes 1;
{user}pid {dir}/nginx.pid;
error_log {dir}/error.log error;
events {{ worker_connections 4096; }}
"""

_HTTP = """http {{
  access_log off;
  default_type application/json;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  keepalive_timeout 300s;
  keepalive_requests 1000000000;
{content}}}
"""

_TLS = """    ssl_certificate {pki}/server.pem;
    ssl_certificate_key {pki}/server.key;
    ssl_client_certificate {pki}/ca.pem;
    ssl_crl {pki}/crls.pem;
    ssl_verify_client on;
    ssl_verify_depth 2;
    ssl_protocols TLSv1.2 TLSv1.3;
"""

_ANSWERS = """    location = /widgets {{ return 200 '{body}'; }}
    location = /bulk {{ alias {bulk}; }}
"""

_STREAM = """stream {{
  server {{ listen 127.0.0.1:{port}; proxy_pass 127.0.0.1:{behind}; }}
}}
"""

# 256: more than the requests that any row has outstanding, else connections would be thrown away.
_PROXY = """  upstream behind {{
    server 127.0.0.1:{behind};
    keepalive 256;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
  }}
"""

_PROXY_LOCATION = """    location / {
      proxy_pass http://behind;
      proxy_http_version 1.1;
      proxy_max_temp_file_size 0;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto https;
    }
"""

# The buffers are nginx's own; the timeouts only keep it from ending what we measure.
_TARGET_LOCATIONS = """    location = /widgets {{ return 200 '{body}'; }}
    location = {socket_path} {{
      proxy_pass http://web_socket;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 300s;
    }}
    location = {call_path} {{
      grpc_pass grpc://calls;
      grpc_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      grpc_set_header X-Forwarded-Proto $scheme;
    }}
"""

_TARGET_UPSTREAMS = """  upstream web_socket {{ server {web_socket}; }}
  upstream calls {{
    server {grpc};
    keepalive 256;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
  }}
"""


def version():
    """(version, path of the folder with the modules), or None when nginx is not installed."""
    if shutil.which("nginx") is None:
        return None
    text = subprocess.run(["nginx", "-V"], capture_output=True, text=True, check=False).stderr
    number = re.search(r"nginx version: (\S+)", text)
    modules = re.search(r"--modules-path=(\S+)", text)
    return (number.group(1) if number else "?", modules.group(1) if modules else "")


def main_part(folder, stream=False):
    """The part of nginx.conf outside http{} and stream{}."""
    modules = ""
    module = os.path.join(version()[1], "ngx_stream_module.so")
    if stream and os.path.exists(module):
        modules = f"load_module {module};\n"
    user = "user root;\n" if os.geteuid() == 0 else ""  # else the worker could not read our files
    return _MAIN.format(modules=modules, user=user, dir=folder)


def command(folder):
    return ["nginx", "-p", folder, "-c", os.path.join(folder, "nginx.conf"),
            "-e", os.path.join(folder, "error.log")]


def plain_answering_hop(folder, port, bulk_file):
    """Writes the configuration of an nginx that answers over plain HTTP."""
    server = (f"  server {{\n    listen 127.0.0.1:{port};\n"
              + _ANSWERS.format(body=BODY, bulk=bulk_file) + "  }\n")
    write(os.path.join(folder, "nginx.conf"),
          main_part(folder) + _HTTP.format(dir=folder, content=server))


def target(pki, port, bulk_bytes):
    return Target(address=f"127.0.0.1:{port}", sni=pki_module.SERVER_NAME, path="/widgets",
                  body=BODY, bulk_path="/bulk", bulk_bytes=bulk_bytes,
                  cert=pki.path("client.pem"), key=pki.path("client.key"),
                  revoked_cert=pki.path("revoked.pem"), revoked_key=pki.path("revoked.key"),
                  cacert=pki.path("ca.pem"), issuer_key=pki.path("inter.key"))


class NginxOneHop(Contender):
    name, title = "nginx", "nginx (a)"

    def __init__(self, cores, folder, pki, bulk_file, tickets=True):
        super().__init__(cores, folder)
        self.pki, self.bulk_file, self.tickets = pki, bulk_file, tickets
        if not tickets:
            self.name, self.title = "nginx-notickets", "nginx (a), no tickets"

    def prepare(self):
        port, = free_ports(1)
        tickets = "" if self.tickets else "    ssl_session_tickets off;\n"
        server = (f"  server {{\n    listen 127.0.0.1:{port} ssl http2;\n"
                  f"    server_name {pki_module.SERVER_NAME};\n"
                  + _TLS.format(pki=self.pki.dir) + tickets
                  + _ANSWERS.format(body=BODY, bulk=self.bulk_file) + "  }\n")
        write(os.path.join(self.dir, "nginx.conf"),
              main_part(self.dir) + _HTTP.format(dir=self.dir, content=server))
        self.target = target(self.pki, port, os.path.getsize(self.bulk_file))

    def commands(self):
        return [command(self.dir)]


class NginxChain(Contender):
    name, title = "nginx-chain", "nginx chain (b)"

    def __init__(self, cores, folder, pki, bulk_file):
        super().__init__(cores, folder)
        self.pki, self.bulk_file = pki, bulk_file

    def _hop(self, number):
        return os.path.join(self.dir, f"hop{number}")

    def prepare(self):
        ports = free_ports(4)
        for hop in (0, 1):
            write(os.path.join(self._hop(hop), "nginx.conf"),
                  main_part(self._hop(hop), stream=True)
                  + _STREAM.format(port=ports[hop], behind=ports[hop + 1]))
        server = (_PROXY.format(behind=ports[3])
                  + f"  server {{\n    listen 127.0.0.1:{ports[2]} ssl http2;\n"
                  f"    server_name {pki_module.SERVER_NAME};\n"
                  + _TLS.format(pki=self.pki.dir) + _PROXY_LOCATION + "  }\n")
        write(os.path.join(self._hop(2), "nginx.conf"),
              main_part(self._hop(2)) + _HTTP.format(dir=self._hop(2), content=server))
        plain_answering_hop(self._hop(3), ports[3], self.bulk_file)
        self.target = target(self.pki, ports[0], os.path.getsize(self.bulk_file))

    def commands(self):
        return [command(self._hop(hop)) for hop in (3, 2, 1, 0)]


class NginxBeforeTargets(Contender):
    name, title = "nginx-proxy", "nginx, one hop"

    def __init__(self, cores, folder, pki, bulk_file, target_binary):
        super().__init__(cores, folder)
        self.pki, self.bulk_file = pki, bulk_file
        self.targets = targets.Targets(target_binary)

    def prepare(self):
        port, plain_port = free_ports(2)
        self.targets.prepare()
        locations = _TARGET_LOCATIONS.format(body=BODY, socket_path=targets.SOCKET_PATH,
                                             call_path=targets.CALL_PATH)
        server = (_TARGET_UPSTREAMS.format(web_socket=self.targets.web_socket,
                                           grpc=self.targets.grpc)
                  + f"  server {{\n    listen 127.0.0.1:{plain_port};\n{locations}  }}\n"
                  f"  server {{\n    listen 127.0.0.1:{port} ssl http2;\n"
                  f"    server_name {pki_module.SERVER_NAME};\n"
                  + _TLS.format(pki=self.pki.dir) + locations + "  }\n")
        write(os.path.join(self.dir, "nginx.conf"),
              main_part(self.dir) + _HTTP.format(dir=self.dir, content=server))
        self.target = dataclasses.replace(
            target(self.pki, port, os.path.getsize(self.bulk_file)), bulk_path="",
            plain_address=f"127.0.0.1:{plain_port}", socket_path=targets.SOCKET_PATH,
            call_path=targets.CALL_PATH)

    def commands_behind(self):
        return self.targets.commands()

    def commands(self):
        return [command(self.dir)]
