"""HAProxy: one hop that ends mutual TLS, and the chain tcp -> tcp -> mTLS http -> answering."""

import os
import shutil
import subprocess

from . import nginx
from .contender import Contender, write
from .processes import free_ports

# retries 0: with the default, a connection that comes before the next hop listens waits a second,
# which would be all that the start row measures. A client that is refused asks again at once.
_COMMON = """global
  maxconn 4000
  nbthread 1
defaults
  mode {mode}
  retries 0
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
"""

_TLS_BIND = ("  bind 127.0.0.1:{port} ssl crt {pki}/server-and-key.pem ca-file {pki}/ca.pem "
             "crl-file {pki}/crls.pem verify required ssl-min-ver TLSv1.2 alpn h2,http/1.1\n")

_RETURN = ("  http-request return status 200 content-type application/json string '{body}' "
           "if {{ path /widgets }}\n")

_BULK = """  use_backend bulk if {{ path /bulk }}
backend bulk
  http-reuse always
  server files 127.0.0.1:{port}
"""

_NOTE = "HAProxy cannot answer 10 MiB by itself: an nginx with the file stands behind it for bulk"


def version():
    if shutil.which("haproxy") is None:
        return None
    text = subprocess.run(["haproxy", "-v"], capture_output=True, text=True, check=False).stdout
    return text.split()[2] if len(text.split()) > 2 else "?"


def _command(config):
    return ["haproxy", "-db", "-f", config]


class _Haproxy(Contender):
    note = _NOTE

    def __init__(self, cores, folder, pki, bulk_file):
        super().__init__(cores, folder)
        self.pki, self.bulk_file = pki, bulk_file
        self.configs = []

    def _write(self, name, text):
        self.configs.append(os.path.join(self.dir, name))
        write(self.configs[-1], text)

    def _prepare_files(self, ports, bulk_port):
        self.configs = []
        nginx.plain_answering_hop(os.path.join(self.dir, "files"), bulk_port, self.bulk_file)
        self.target = nginx.target(self.pki, ports[0], os.path.getsize(self.bulk_file))

    def commands(self):
        files = [nginx.command(os.path.join(self.dir, "files"))] if self.serves_bulk else []
        return files + [_command(config) for config in reversed(self.configs)]


class HaproxyOneHop(_Haproxy):
    name, title = "haproxy", "HAProxy one hop"

    def prepare(self):
        port, bulk_port = free_ports(2)
        self._prepare_files([port], bulk_port)
        self._write("one.cfg", _COMMON.format(mode="http") + "frontend api\n"
                    + _TLS_BIND.format(port=port, pki=self.pki.dir)
                    + _RETURN.format(body=nginx.BODY) + _BULK.format(port=bulk_port))


class HaproxyChain(_Haproxy):
    name, title = "haproxy-chain", "HAProxy chain (c)"

    def prepare(self):
        *ports, bulk_port = free_ports(5)
        self._prepare_files(ports, bulk_port)
        for hop in (0, 1):
            self._write(f"hop{hop}.cfg", _COMMON.format(mode="tcp")
                        + f"frontend in\n  bind 127.0.0.1:{ports[hop]}\n  default_backend out\n"
                        f"backend out\n  server next 127.0.0.1:{ports[hop + 1]}\n")
        self._write("hop2.cfg", _COMMON.format(mode="http") + "frontend api\n"
                    + _TLS_BIND.format(port=ports[2], pki=self.pki.dir)
                    + "  option forwardfor\n  default_backend stub\n"
                    + _BULK.format(port=bulk_port)
                    + f"backend stub\n  http-reuse always\n  server stub 127.0.0.1:{ports[3]}\n")
        self._write("hop3.cfg", _COMMON.format(mode="http")
                    + f"frontend stub\n  bind 127.0.0.1:{ports[3]}\n"
                    + _RETURN.format(body=nginx.BODY))
