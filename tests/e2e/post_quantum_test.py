"""Listeners with a PQ policy: a client that has nothing but a hybrid group is served where hoplab's OpenSSL has it
(3.5 and newer), and elsewhere told why it is not."""

import os
import socket
import struct
import subprocess
import unittest

from lab import DEADLINE_S, Lab, admin, listener_of, read_scenario

PQ = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
CLASSICAL = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
GROUPS = {"X25519MLKEM768": 0x11ec, "SecP256r1MLKEM768": 0x11eb, "SecP384r1MLKEM1024": 0x11ed}
WIDGET = '{"id":"1","value":"4.99"}'


def alb(policy, mode):
    """The post's; without mutual TLS it has another of OpenSSL's library contexts."""
    scenario = read_scenario("private-api-mtls.json")
    listener = listener_of(scenario, "alb")
    listener["SslPolicy"] = policy
    if mode == "off":
        del listener["MutualAuthentication"]
        scenario["checks"] = []
    return scenario


def nlb(policy):
    scenario = read_scenario("resets/tls-listener-handshake.json")
    listener_of(scenario, "nlb")["SslPolicy"] = policy
    return scenario


def hello(name, group):
    """A TLS 1.3 ClientHello that names one group, for clients here may not know it either."""
    def vector(width, content):
        return len(content).to_bytes(width, "big") + content

    def extension(number, content):
        return struct.pack("!H", number) + vector(2, content)

    number = struct.pack("!H", group)
    extensions = (extension(0, vector(2, b"\0" + vector(2, name.encode())))
                  + extension(10, vector(2, number))
                  + extension(13, vector(2, bytes.fromhex("0403080408050401")))
                  + extension(43, vector(1, b"\3\4"))
                  + extension(51, vector(2, number + vector(2, os.urandom(1216)))))
    body = (b"\3\3" + os.urandom(32) + vector(1, os.urandom(32)) + vector(2, b"\x13\1\x13\2") + b"\1\0"
            + vector(2, extensions))
    return b"\x16\3\1" + vector(2, b"\1" + vector(3, body))


def has_hybrid_groups(lab):
    return not any("MLKEM" in note for note in lab.opening["notes"])


class PostQuantum(unittest.TestCase):
    def openssl(self, lab, *options):
        command = ["openssl", "s_client", "-connect", f"{lab.address}:{lab.port}", "-servername", lab.name,
                   "-CAfile", lab.ca_bundle, "-verify_return_error", "-ign_eof", *options]
        if (lab.out / "my_client.pem").exists():
            command += ["-cert", lab.out / "my_client.pem", "-key", lab.out / "my_client.key"]
        request = f"GET /widgets HTTP/1.1\r\nHost: {lab.name}\r\nConnection: close\r\n\r\n"
        return subprocess.run(command, input=request, capture_output=True, text=True, timeout=DEADLINE_S, check=False)

    def last_end(self, lab):
        return admin(lab, "/v1/ends?after=0&wait=10s")[-1]

    def refused(self, lab, group):
        with socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S) as client:
            client.sendall(hello(lab.name, GROUPS[group]))
            try:
                self.assertEqual(client.recv(1), b"")
            except ConnectionResetError:
                pass
        end = self.last_end(lab)["end"]
        self.assertEqual((end["reason"], end["stage"]), ("tls-negotiation-failed", "client-hello"))
        return end["explanation"]

    def test_each_group_alone(self):
        for name, scenario in (("verify", alb(PQ, "verify")), ("off", alb(PQ, "off")), ("nlb", nlb(PQ))):
            for group in GROUPS:
                with self.subTest(name, group=group), Lab(scenario, json_output=True) as lab:
                    if not has_hybrid_groups(lab):
                        said = self.refused(lab, group)
                        self.assertIn(f"the client has {group}; offered are X25519, P-256, P-384; {PQ} has {group}, "
                                      "but OpenSSL ", said)
                        self.assertIn(" does not; 3.5 does", said)
                        continue
                    done = self.openssl(lab, "-groups", group)
                    if name != "nlb":
                        self.assertIn(WIDGET, done.stdout, done.stderr)
                    self.assertIn(f"Negotiated TLS1.3 group: {group}", done.stdout)
                    self.assertEqual(self.last_end(lab)["tlsKeyExchange"], group)

    def test_a_note_says_what_is_not_offered(self):
        with Lab(alb(PQ, "verify")) as lab:
            lacking = "OpenSSL 3.5 has them" in lab.opening
            self.assertEqual(lacking, "note: 'alb', listener 443: " + PQ + " has the key exchange groups "
                             + ", ".join(GROUPS) + ", which OpenSSL " in lab.opening)
        with Lab(alb(CLASSICAL, "verify")) as lab:
            self.assertNotIn("MLKEM", lab.opening)

    def test_a_policy_without_them(self):
        with Lab(alb(CLASSICAL, "verify"), json_output=True) as lab:
            self.assertTrue(self.refused(lab, "X25519MLKEM768").endswith(
                "the client has X25519MLKEM768; offered are X25519, P-256, P-384"))

    def test_tls_1_2_and_classical_clients_of_a_pq_policy(self):
        """Also a client that would have a hybrid group, were it not for its TLS version."""
        with Lab(alb(PQ, "verify"), json_output=True) as lab:
            both = "X25519MLKEM768:X25519:P-256" if has_hybrid_groups(lab) else "X25519:P-256"
            for options in (("-tls1_2", "-groups", both), ("-tls1_2",), ("-groups", "P-256")):
                with self.subTest(options):
                    done = self.openssl(lab, *options)
                    self.assertIn(WIDGET, done.stdout, done.stderr)


if __name__ == "__main__":
    unittest.main()
