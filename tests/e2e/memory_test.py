"""What a running hoplab keeps: nothing of revocation lists that were replaced, and what it needs again at once."""

import base64
import http.client
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from lab import DEADLINE_S, Lab, curl_command, read_scenario, run_hoplab, until

ENTRIES = 499_000  # AWS's quota for a trust store, nearly: the scenario's own list has some
SWAPS = int(os.environ.get("HOPLAB_SWAPS", "5"))


def der(tag, content):
    size = len(content)
    length = bytes([size]) if size < 0x80 else bytes([0x84]) + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def subject_of(pem):
    """The subject of a certificate, in DER."""
    parsed = subprocess.run(["openssl", "x509", "-in", pem, "-noout", "-subject", "-nameopt", "RFC2253"],
                            capture_output=True, text=True, check=True).stdout
    name = re.search("subject=CN=(.*),O=(.*)", parsed)
    relative = (("55040a", name[2]), ("550403", name[1]))
    return der(0x30, b"".join(
        der(0x31, der(0x30, der(6, bytes.fromhex(oid)) + der(0x0c, value.encode()))) for oid, value in relative))


def revocation_list(ca, key, folder, number):
    """With ENTRIES serial numbers of 16 bytes, which no other number's list has. Signed by openssl."""
    algorithm = der(0x30, der(6, bytes.fromhex("2a8648ce3d040302")))  # ecdsa-with-SHA256
    day = der(0x17, b"250101000000Z")
    entries = b"".join(der(0x30, der(2, b"\x41" + bytes([number]) + entry.to_bytes(14, "big")) + day)
                       for entry in range(ENTRIES))
    tbs = der(0x30, der(2, b"\1") + algorithm + subject_of(ca) + day + der(0x17, b"490101000000Z")
              + der(0x30, entries))
    (folder / "tbs").write_bytes(tbs)
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key, folder / "tbs"],
                               capture_output=True, check=True).stdout
    text = base64.encodebytes(der(0x30, tbs + algorithm + der(3, b"\0" + signature)))
    return b"-----BEGIN X509 CRL-----\n" + text + b"-----END X509 CRL-----\n"


class Visitors:
    """Clients of a verify-mode listener, one after the other, from when it is entered."""

    def __init__(self, lab):
        self._lab, self._done = lab, threading.Event()
        self._context = ssl.create_default_context(cafile=lab.ca_bundle)
        self._context.load_cert_chain(*lab.certificate("my_client"))
        self._thread = threading.Thread(target=self._run)
        self.served, self.problem = 0, None

    def _run(self):
        while not self._done.is_set() and not self.problem:
            try:
                with socket.create_connection((self._lab.address, self._lab.port), timeout=DEADLINE_S) as plain:
                    with self._context.wrap_socket(plain, server_hostname=self._lab.name) as secure:
                        secure.sendall(b"GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
                        if not secure.recv(65536).startswith(b"HTTP/1.1 200 OK"):
                            self.problem = "no 200"
                self.served += 1
            except OSError as error:
                self.problem = error

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()


class Store:
    """A trust store, over the admin API."""

    def __init__(self, lab, name):
        self._admin = lab.env["HOPLAB_ADMIN"].removeprefix("http://")
        self._path = f"/v1/trust-stores/{name}/revocations"

    def _call(self, method, path, body=None):
        connection = http.client.HTTPConnection(self._admin, timeout=DEADLINE_S)
        connection.request(method, path, body)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text}")
        connection.close()
        return text

    def add(self, text):
        return re.search(r"\d+", self._call("POST", self._path, text)).group()

    def remove(self, number):
        self._call("DELETE", f"{self._path}/{number}")


@unittest.skipIf(os.environ.get("HOPLAB_SANITIZE"), "sanitizers keep what was freed")
class ReplacedLists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        made = run_hoplab("pki", "--out", folder, "--json")
        assert made.returncode == 0, made.stderr
        cls.lists = [revocation_list(folder / "ca.pem", folder / "ca.key", folder, number) for number in (1, 2)]
        cls.scenario = read_scenario("private-api-mtls.json")
        (cls.name, store), = cls.scenario["TrustStores"].items()
        store["CaCertificatesBundle"].append({"file": str(folder / "ca.pem")})

    def swaps(self, *options):
        with Lab(self.scenario, *options) as lab, Visitors(lab) as visitors:
            until(lambda: visitors.problem or visitors.served >= 300, "the clients' own share is there")
            store = Store(lab, self.name)
            number = store.add(self.lists[0])
            plateau = lab.memory_kib()
            for swap in range(1, SWAPS + 1):
                store.remove(number)
                number = store.add(self.lists[swap % 2])
                with self.subTest(swap=swap, plateau=plateau):
                    self.assertLess(lab.memory_kib(), 1.2 * plateau)
            print(f"one list: {plateau} KiB; after {SWAPS} swaps: {lab.memory_kib()} KiB")
        self.assertIsNone(visitors.problem)

    def test_are_given_back_while_clients_come_and_go(self):
        self.swaps()

    def test_are_given_back_by_several_loops(self):
        self.swaps("--threads", "2")


@unittest.skipIf(os.environ.get("HOPLAB_SANITIZE"), "sanitizers have an allocator of their own")
class LargeBodies(unittest.TestCase):
    BODY, EACH, CLIENTS = 10 << 20, 10, 2  # bytes, downloads of each client

    def test_take_no_memory_from_the_system_for_each_piece(self):
        scenario = read_scenario("private-api-mtls.json")
        (api,) = scenario["RestApis"].values()
        api["Resources"]["/bulk"] = {"GET": {"Integration": {"Type": "MOCK", "bodyBytes": self.BODY}}}
        with Lab(scenario) as lab:
            self.download(lab)  # its high-water mark
            before = lab.page_faults()
            self.download(lab)
            faults = lab.page_faults() - before
        pages = self.BODY * self.EACH * self.CLIENTS // os.sysconf("SC_PAGESIZE")
        print(f"{pages} pages of bodies: {faults} page faults")
        self.assertLess(faults, pages / 20)

    def download(self, lab):
        """All clients at once, each on one connection."""
        command = curl_command(lab, "--output", "/dev/null", path=f"/bulk?[1-{self.EACH}]", certificate="my_client",
                               headers=False)
        clients = [subprocess.Popen([*command, "--write-out", "%{size_download} "], stdout=subprocess.PIPE)
                   for _ in range(self.CLIENTS)]
        for client in clients:
            said, _ = client.communicate(timeout=DEADLINE_S)
            self.assertEqual(said.split(), [str(self.BODY).encode()] * self.EACH)


if __name__ == "__main__":
    unittest.main()
