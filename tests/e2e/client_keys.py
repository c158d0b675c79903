"""Client certificates of every kind that AWS documents for mutual TLS, and clients that show them."""

import atexit
import functools
import pathlib
import re
import shutil
import subprocess
import tempfile

from lab import DEADLINE_S, ROOT, curl

HERE = pathlib.Path(__file__).resolve().parent / "clients"
KEYS = {  # openssl's words for each; a key of 8192 bits takes too long to make
    "RSA 2048": ("RSA", "rsa_keygen_bits:2048"),
    "RSA 3072": ("RSA", "rsa_keygen_bits:3072"),
    "RSA 4096": ("RSA", "rsa_keygen_bits:4096"),
    "RSA 8192": ROOT / "fixtures" / "pki" / "rsa_8192.key",
    "P-256": ("EC", "ec_paramgen_curve:P-256"),
    "P-384": ("EC", "ec_paramgen_curve:P-384"),
    "P-521": ("EC", "ec_paramgen_curve:P-521"),
}
SIGNATURES = {  # of the issuer: its key, and openssl's options
    "RSA PKCS#1": ("rsa", ()),
    "RSA-PSS": ("rsa", ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")),
    "ECDSA": ("ec", ()),
}


def openssl(*arguments, **options):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **options)


class ClientPki:
    """Two authorities, and a certificate for each key and signature. `folder` is to exist."""

    def __init__(self, folder):
        self.folder = folder
        self.authorities = [folder / "rsa.pem", folder / "ec.pem"]
        for name, how in (("rsa", KEYS["RSA 2048"]), ("ec", KEYS["P-256"])):
            self._new_key(folder / f"{name}.key", how)
            openssl("req", "-x509", "-new", "-key", folder / f"{name}.key", "-subj", f"/CN={name}-ca",
                    "-days", "5", "-out", folder / f"{name}.pem")
        for key, how in KEYS.items():
            path = how if isinstance(how, pathlib.Path) else folder / f"{key}.key"
            if path != how:
                self._new_key(path, how)
            for signature in SIGNATURES:
                self._issue(key, path, signature)

    @staticmethod
    def _new_key(path, how):
        openssl("genpkey", "-algorithm", how[0], "-pkeyopt", how[1], "-out", path)

    def _issue(self, key, path, signature):
        issuer, options = SIGNATURES[signature]
        pem, own_key, keystore = self.files(key, signature)
        request = subprocess.run(["openssl", "req", "-new", "-key", path, "-subj", f"/CN={key} {signature}"],
                                 check=True, capture_output=True).stdout
        openssl("x509", "-req", "-CA", self.folder / f"{issuer}.pem", "-CAkey", self.folder / f"{issuer}.key",
                "-CAcreateserial", "-days", "5", "-sha256", *options, "-extfile", "/dev/stdin",
                "-in", self._written(request), "-out", pem, input=b"extendedKeyUsage=clientAuth\n")
        shutil.copy(path, own_key)
        openssl("pkcs12", "-export", "-in", pem, "-inkey", own_key, "-out", keystore, "-passout", "pass:hoplab")

    def _written(self, request):
        (self.folder / "request.csr").write_bytes(request)
        return self.folder / "request.csr"

    def files(self, key, signature):
        """(certificate, key, PKCS#12 keystore)"""
        stem = re.sub(r"\W", "_", f"{key}-{signature}")
        return tuple(self.folder / f"{stem}.{end}" for end in ("pem", "own.key", "p12"))


def run(command, **options):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=DEADLINE_S, check=False,
                          **options)


def status_and_body(done):
    """Of an answer that stands somewhere in what a client printed, or the client's last words."""
    answer = re.search(r"^HTTP/1\.1 (\d+).*?\n\r?\n(\w*)", done.stdout, re.S | re.M)
    return f"{answer[1]} {answer[2]}" if answer else (done.stderr or done.stdout).strip()[-300:]


def request_of(lab):
    return f"GET / HTTP/1.1\r\nHost: {lab.name}\r\nConnection: close\r\n\r\n"


def with_curl(lab, files, version, *options):
    done = curl(lab, "--http1.1", f"--tlsv{version}", "--tls-max", version, "--cert", str(files[0]),
                "--key", str(files[1]), *options)
    return status_and_body(subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(),
                                                       done.stderr.decode()))


def with_s_client(lab, files, version):
    return status_and_body(run(
        ["openssl", "s_client", "-connect", f"{lab.address}:{lab.port}", "-servername", lab.name, "-quiet",
         "-CAfile", lab.ca_bundle, "-cert", files[0], "-key", files[1], "-tls" + version.replace(".", "_")],
        input=request_of(lab)))


def with_gnutls(lab, files, version):
    return status_and_body(run(
        ["gnutls-cli", "--x509cafile", lab.ca_bundle, "--x509certfile", files[0], "--x509keyfile", files[1],
         "--priority", f"NORMAL:-VERS-ALL:+VERS-TLS{version}", "--sni-hostname", lab.name,
         "--verify-hostname", lab.name, "-p", lab.port, lab.address], input=request_of(lab)))


@functools.cache
def built():
    """A folder with what has to be compiled."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    if shutil.which("javac"):
        subprocess.run(["javac", "-d", folder.name, HERE / "Keys.java"], check=True)
    if shutil.which("go"):
        subprocess.run(["go", "build", "-o", f"{folder.name}/keys", HERE / "keys.go"], check=True)
    return folder.name


# Clients that are started for each request, and those that take many: the command that they are.
ONE_BY_ONE = {"curl": ("curl", with_curl), "openssl s_client": ("openssl", with_s_client),
              "GnuTLS": ("gnutls-cli", with_gnutls)}
MANY = {"Go": ("go", lambda: [f"{built()}/keys"]),
        "Java": ("java", lambda: ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", built(), "Keys"]),
        "Node": ("node", lambda: ["node", HERE / "keys.mjs"])}
CLIENTS = [*ONE_BY_ONE, *MANY]


def is_installed(client):
    return shutil.which((ONE_BY_ONE | MANY)[client][0]) is not None


def ask(lab, client, cases):
    """`cases`: (files, version). Yields for each what the client was answered: "200 welcome"."""
    if client in ONE_BY_ONE:
        for files, version in cases:
            yield ONE_BY_ONE[client][1](lab, files, version)
        return
    lines = "".join("\t".join(map(str, (number, lab.address, lab.port, lab.name, lab.ca_bundle, *files, version)))
                    + "\n" for number, (files, version) in enumerate(cases))
    done = run(MANY[client][1](), input=lines)
    told = dict(line.split("\t", 1) for line in done.stdout.splitlines())
    for number in range(len(cases)):
        yield told.get(str(number), "no word: " + done.stderr.strip()[-300:])
