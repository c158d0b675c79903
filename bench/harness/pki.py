"""Certificates from outside hoplab: two CAs, a server, a client, a revoked client, CRLs."""

import os
import secrets
import subprocess

SERVER_NAME = "api.bench.test"

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
[ca_root]
database = {dir}/root.index
crlnumber = {dir}/root.crlnumber
default_md = sha256
default_crl_days = 30
[ca_inter]
database = {dir}/inter.index
crlnumber = {dir}/inter.crlnumber
default_md = sha256
default_crl_days = 30
[v3_ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[v3_inter]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[v3_server]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:{server}
authorityKeyIdentifier = keyid
[v3_client]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
"""

# A line of the database of `openssl ca`: expires, revoked, serial, file, subject.
_OTHER_REVOKED = "R\t491231000000Z\t250101000000Z\t{serial}\tunknown\t/CN=other\n"
_SERIAL_BYTES = 16  # as hoplab-load's new clients have


class Pki:
    """Makes all files in `folder` with the openssl command; every key is P-256."""

    def __init__(self, folder):
        self.dir = folder
        os.makedirs(folder, exist_ok=True)
        self._write("openssl.cnf", _CONFIG.format(dir=folder, server=SERVER_NAME))
        for ca in ("root", "inter"):
            self._write(f"{ca}.index", "")
            self._write(f"{ca}.crlnumber", "01\n")
        self._root()
        self._issue("inter", "/O=bench/CN=bench intermediate", "v3_inter", "root")
        self._issue("server", f"/O=bench/CN={SERVER_NAME}", "v3_server", "inter")
        self._issue("client", "/O=bench/CN=my_client", "v3_client", "inter")
        self._issue("revoked", "/O=bench/CN=revoked", "v3_client", "inter")
        self._openssl("ca", "-config", self.path("openssl.cnf"), "-name", "ca_inter", "-revoke",
                      self.path("revoked.crt"), "-keyfile", self.path("inter.key"),
                      "-cert", self.path("inter.crt"))
        for ca in ("root", "inter"):
            self._list(ca, f"{ca}.crl")
        for leaf in ("server", "client", "revoked"):
            self._join(f"{leaf}.pem", f"{leaf}.crt", "inter.crt")
        self._join("server-and-key.pem", "server.pem", "server.key")
        self._join("crls.pem", "root.crl", "inter.crl")
        self._join("ca.pem", "root.crt")

    def path(self, name):
        return os.path.join(self.dir, name)

    def list_of(self, count):
        """The path of a list of the intermediate with `count` entries; one of them is `revoked`."""
        name = f"inter-{count}.crl"
        if not os.path.exists(self.path(name)):
            with open(self.path("inter.index"), encoding="ascii") as file:
                revoked = file.readline()
            others = (_OTHER_REVOKED.format(serial=secrets.token_hex(_SERIAL_BYTES).upper())
                      for _ in range(count - 1))
            self._write("inter.index", revoked + "".join(others))
            self._list("inter", name)
        return self.path(name)

    def _list(self, ca, name):
        self._openssl("ca", "-config", self.path("openssl.cnf"), "-name", f"ca_{ca}", "-gencrl",
                      "-keyfile", self.path(f"{ca}.key"), "-cert", self.path(f"{ca}.crt"),
                      "-out", self.path(name))

    def _root(self):
        self._key("root")
        self._openssl("req", "-x509", "-new", "-key", self.path("root.key"), "-days", "30",
                      "-subj", "/O=bench/CN=bench root", "-config", self.path("openssl.cnf"),
                      "-extensions", "v3_ca", "-out", self.path("root.crt"))

    def _key(self, name):
        self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-out", self.path(f"{name}.key"))

    def _issue(self, name, subject, extensions, issuer):
        self._key(name)
        self._openssl("req", "-new", "-key", self.path(f"{name}.key"), "-subj", subject,
                      "-config", self.path("openssl.cnf"), "-out", self.path(f"{name}.csr"))
        self._openssl("x509", "-req", "-in", self.path(f"{name}.csr"), "-days", "30",
                      "-CA", self.path(f"{issuer}.crt"), "-CAkey", self.path(f"{issuer}.key"),
                      "-extfile", self.path("openssl.cnf"), "-extensions", extensions,
                      "-out", self.path(f"{name}.crt"))

    def _write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)

    def _join(self, name, *parts):
        texts = []
        for part in parts:
            with open(self.path(part), encoding="ascii") as file:
                texts.append(file.read())
        self._write(name, "".join(texts))

    @staticmethod
    def _openssl(*arguments):
        done = subprocess.run(("openssl",) + arguments, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr.strip()}")
